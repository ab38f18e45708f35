"""A unit that answers, and a browser at its page, for the tests of respondents."""

import html
import re
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from surveys.actions import invitations
from surveys.instrument.document import load_file
from surveys.models import SYSTEM, SampledUnit
from tests import make

INSTRUMENTS = Path(__file__).resolve().parent.parent / "instruments"
HIDDEN = re.compile(r'type="hidden" name="([a-z_]+)" value="([^"]*)"')
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT")


def kinds(*, constructed: bool = False) -> SampledUnit:
    """A drawn unit whose wave asks the questionnaire of tests/instruments/kinds.yaml."""
    return asked("kinds", constructed=constructed)


def every_type() -> SampledUnit:
    """A drawn unit whose wave asks the questionnaire of tests/instruments/every_type.yaml."""
    return asked("every_type")


def asked(name: str, *, constructed: bool = False) -> SampledUnit:
    programme = make.programme(constructed=constructed)
    version = make.instrument(programme, document=load_file(INSTRUMENTS / f"{name}.yaml"))
    wave = make.wave(programme, instrument=version, constructed=constructed)
    return make.drawn(wave, make.frame(programme, units=make.units(2)), size=2)[0]


def opened(unit: SampledUnit, **options: Any) -> Client:
    """A browser that has followed a fresh link of the unit."""
    client = Client(**options)
    answer = client.get(f"/s/{invitations.mint(sampled_unit=unit, by=SYSTEM)}")
    assert (answer.status_code, answer["Location"]) == (303, "/respond/")
    return client


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page, as a browser would send them back."""
    return {name: html.unescape(value) for name, value in HIDDEN.findall(page)}


def shown(client: Client, page: str) -> dict[str, str]:
    answer = client.get(f"/respond/page/{page}")
    assert answer.status_code == 200
    return hidden(answer.content.decode())


def statements(context: CaptureQueriesContext) -> list[str]:
    """The queries of a request without the marks of the transaction itself."""
    return [query["sql"] for query in context.captured_queries if not query["sql"].startswith(CONTROL)]


def counted() -> CaptureQueriesContext:
    return CaptureQueriesContext(connection)
