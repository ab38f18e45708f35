"""No word of the respondent's path stands in one language whatever the page speaks.

The catalogues are held complete elsewhere; what never asked them is found here: a text that is the same in three
languages as far apart as Norwegian, Finnish and Icelandic, and no name, is one that nobody translated.
"""

import re
from html import unescape

import pytest
from django.utils import timezone

from surveys.actions import responses
from surveys.instrument.document import load_library
from surveys.models import Response, SampledUnit, Wave, WaveState
from tests import make
from tests.surveys.respondents import hidden, opened

pytestmark = pytest.mark.django_db
LANGUAGES = ("nb", "fi", "is")
SPOKEN = re.compile(r'\b(?:alt|aria-label|placeholder|title|data-[a-z]+)="([^"]*)"')
WORD = re.compile(r"[^\W\d_]{3,}")


def texts_of(page: str) -> set[str]:
    """What a reader sees or hears of the page, piece by piece."""
    seen = re.sub(r"<(script|style)\b.*?</\1>|<option [^>]*\blang=.*?</option>", "", page, flags=re.S)
    pieces = [*re.split(r"<[^>]*>", seen), *SPOKEN.findall(seen)]
    return {text for piece in pieces if WORD.search(text := unescape(piece).strip())}


@pytest.fixture
def unit() -> SampledUnit:
    programme = make.programme(constructed=True)
    version = make.instrument(programme, document=load_library())
    wave = make.wave(programme, instrument=version, constructed=True, languages=LANGUAGES)
    return make.drawn(wave, make.frame(programme, units=make.units(1)), size=1)[0]


def walked(unit: SampledUnit, language: str) -> dict[str, str]:
    """Name of a page -> what it says, from a link that does not work to a survey that is closed."""
    Response.objects.all().delete()
    Wave.objects.update(state=WaveState.OPEN)
    client = opened(unit)
    client.cookies["django_language"] = language
    said: dict[str, str] = {}

    def shown(name: str, answer) -> str:
        while answer.status_code in (302, 303):
            answer = client.get(answer["Location"])
        said[name] = answer.content.decode()
        return said[name]

    def page(name: str, **answers: str):
        fields = hidden(client.get(f"/respond/page/{name}").content.decode())
        return client.post(f"/respond/page/{name}", {**fields, "go": "next", **answers})

    for path in ("/code", "/s/unknown", "/nowhere"):
        shown(path, client.get(path))
    shown("code refused", client.post("/code", {"code": "x"}))
    for name in ("", "tasks", "questions", "privacy", "decline", "pass-on", "share/closing", "page/types", "check"):
        shown(name, client.get(f"/respond/{name}"))
    shown("shared", client.post("/respond/share/closing", {"do": "share"}))
    shown("pass on refused", client.post("/respond/pass-on", {"email": "x"}))
    shown("passed on", client.post("/respond/pass-on", {"email": "right@example.org"}))
    shown("refused", page("types"))
    shown("declined", client.post("/respond/decline"))
    shown("not ours", client.post("/respond/page/types", {"save_key": "x"}))
    Response.objects.create(
        sampled_unit=unit,
        instrument=unit.wave.instrument,
        answers={f"types.{name}": "no" for name in ("product", "service", "process_organisation", "communication")},
        language=language,
        saved_at=timezone.now(),
    )
    shown("answered", client.get("/respond/check"))
    responses.submit(sampled_unit=unit)
    shown("receipt", client.get("/respond/receipt"))
    shown("copy", client.get("/respond/copy.txt"))
    shown("correcting", client.post("/respond/correct"))
    Wave.objects.update(state=WaveState.CLOSED)
    shown("closed", client.get("/respond/"))
    shown("too late", client.post("/respond/submit"))
    return said


def names_of(unit: SampledUnit) -> set[str]:
    """What is the same in every language because it names something."""
    programme = unit.wave.programme
    return {
        unit.unit.name,
        unit.unit.municipality_name,
        programme.contact_email,
        *programme.names.values(),
        *programme.owners.values(),
    }


def test_no_text_is_the_same_in_languages_far_apart(unit: SampledUnit) -> None:
    said = {language: walked(unit, language) for language in LANGUAGES}
    first, *others = LANGUAGES
    same = {
        name: left
        for name, page in said[first].items()
        if (left := texts_of(page).intersection(*(texts_of(said[other][name]) for other in others)) - names_of(unit))
    }
    assert same == {}
    assert len(said[first]) == 25
