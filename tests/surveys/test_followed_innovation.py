"""The innovation that a workplace named in one wave is asked about by its name in the next."""

import html

import pytest
from django.test import Client

from surveys.instrument.document import load_library
from surveys.models import SampledUnit, Wave, WaveState
from tests import make
from tests.surveys.respondents import opened, shown

pytestmark = pytest.mark.django_db
NAME = "Digital <tilsyn> & «varsling»\nom natten"
LANGUAGES = ("nb", "nn", "da", "sv", "fi", "is", "en")


def asked_again(*, named: str, pilot: bool = False) -> SampledUnit:
    """The unit of a second wave that was in the first as well, and named an innovation there."""
    programme = make.programme()
    first = make.wave(programme, "2023", state=WaveState.CLOSED, instrument=make.instrument(programme))
    Wave.objects.filter(pk=first.pk).update(pilot=pilot)
    frame = make.frame(programme, units=make.units(2))
    before = make.drawn(first, frame, size=2)[0]
    make.submitted([(before, {"types.service": "yes", "newest_name": named})])
    version = make.instrument(programme, document=load_library("workplace", blocks=["followup"]), version="2")
    second = make.wave(programme, "2025", instrument=version, previous=first, languages=LANGUAGES)
    unit = make.drawn(second, frame, size=2)[0]
    assert unit.pseudonym == before.pseudonym
    return unit


def page(client: Client, language: str) -> str:
    client.cookies["django_language"] = language
    return client.get("/respond/page/followup").content.decode()


def test_its_name_stands_in_the_question_in_every_language() -> None:
    client = opened(asked_again(named=NAME))
    for language in LANGUAGES:
        said = page(client, language)
        assert html.escape("Digital <tilsyn> & «varsling», om natten", quote=False) in said, language
        assert "<tilsyn>" not in said


def test_whether_it_is_used_spread_or_stopped_and_harm_since_are_asked() -> None:
    client = opened(asked_again(named=NAME))
    answered = {**shown(client, "followup"), "a.followup_use": "stopped", "go": "next"}
    assert client.post("/respond/page/followup", answered)["Location"].startswith("/respond/page/followup_end")
    for one, item in (("end", "end_reasons"), ("since", "spread"), ("harm", "harm")):
        assert f'name="a.followup_{item}"' in client.get(f"/respond/page/followup_{one}").content.decode()


@pytest.mark.parametrize(("named", "pilot"), [("", False), ("  ", False), (NAME, True)])
def test_who_named_none_or_answered_a_pilot_is_not_asked(named: str, pilot: bool) -> None:
    client = opened(asked_again(named=named, pilot=pilot))
    assert client.get("/respond/page/followup").status_code != 200
