"""What the pages weigh over the wire: 20 kB for the first with all it needs, 4 kB for each one after."""

import gzip
import re
import uuid
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils.text import compress_string

from surveys.actions import responses
from surveys.instrument.document import load_library
from surveys.models import Response
from surveys.queries.respondents import background_of, instrument_of
from tests import make
from tests.journeys.test_every_page import covering
from tests.surveys.respondents import opened

pytestmark = pytest.mark.django_db
FIRST, NEXT = 20_000, 4_000
NEEDED = re.compile(r'(?:href|src)="/static/([^"]+)"')
ZIPPED = {"headers": {"accept-encoding": "gzip"}}
PARTNERS = ["own_organisation", "municipal_other", "regional", "state", "citizens", "private_companies"]
LANGUAGES = ("nb", "nn", "da", "sv", "fi", "is", "en", "se")


def weight(client: Client, path: str) -> tuple[int, str]:
    """Bytes of the page as it is sent, and what it says."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    sent = len(answer.content)
    zipped = answer.headers.get("Content-Encoding") == "gzip"
    return sent, (gzip.decompress(answer.content) if zipped else answer.content).decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_and_every_next_one_keep_to_their_weight(language):
    programme = make.programme()
    wave = make.wave(programme, instrument=make.instrument(programme, document=load_library()), languages=LANGUAGES)
    unit = make.drawn(wave, make.frame(programme, units=make.units(1)), size=1)[0]
    client = opened(unit, **ZIPPED)
    client.cookies["django_language"] = language
    sent, _page = weight(client, "/respond/")
    files = {name for page in ("/respond/", "/respond/page/role") for name in NEEDED.findall(weight(client, page)[1])}
    needed = sum(len(compress_string(Path(finders.find(name)).read_bytes())) for name in files)
    assert len(files) >= 2
    assert sent + needed <= FIRST, f"{sent} + {needed} bytes"
    answers: dict[str, object] = {
        f"types.{name}": "yes" for name in ("product", "service", "process_organisation", "communication")
    }
    answers |= {"novelty": "copied", "partners": PARTNERS, "spread": "yes"}
    responses.save(
        sampled_unit=unit, page_id="all", values=answers, save_key=str(uuid.uuid4()), device="x", language=language
    )
    heavy = {}
    for page in wave.instrument.document["pages"]:
        path = f"/respond/page/{page['id']}"
        if client.get(path).status_code == 200:
            heavy[page["id"]] = weight(client, path)[0]
    assert len(heavy) > 20
    assert max(heavy.values()) <= NEXT, heavy
    assert weight(client, "/respond/tasks")[0] <= NEXT
    walks = covering(instrument_of(wave.instrument), background_of(unit))
    most = max(walks, key=lambda walk: len(walk.answers))
    Response.objects.update(answers=most.answers)
    assert len(most.answers) > 40
    assert weight(client, "/respond/check")[0] <= NEXT
