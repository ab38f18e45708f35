"""Which wording a respondent meets: never a language that the wave does not offer, and a draft that says so."""

import pytest
from django.test import Client

from surveys.instrument.document import content_hash
from surveys.models import InstrumentVersion, SampledUnit, Wave
from tests.surveys.respondents import kinds, opened

pytestmark = pytest.mark.django_db
DRAFT = "No person has checked the wording in this language yet."
PAGES = ("", "page/colour", "questions")


@pytest.fixture
def unit() -> SampledUnit:
    return kinds()


def browser(unit: SampledUnit, language: str) -> Client:
    client = opened(unit)
    client.cookies["django_language"] = language
    return client


def checked(version: InstrumentVersion, **states: str) -> None:
    """All texts of the questionnaire checked, but for those that are given in English."""
    for language, texts in version.document["texts"].items():
        texts.update({"state": "checked"} | ({"states": states} if language == "en" and states else {}))
    version.content_hash = content_hash(version.document)
    version.save()


@pytest.mark.parametrize("chosen", ["se", "nb", "en", "fi"])
def test_a_language_that_the_wave_does_not_offer_is_shown_to_nobody(unit: SampledUnit, chosen: str) -> None:
    """Neither by the unit's own language nor by a cookie, also where the page itself is in Northern Sami."""
    Wave.objects.update(languages=["nb", "se"])
    SampledUnit.objects.update(language="en")
    client = browser(unit, chosen)
    client.post("/respond/page/colour", {"go": "language", "language": "en"})
    for page in PAGES:
        said = client.get(f"/respond/{page}").content.decode()
        assert "Hvilken farge?" in said or not page, page
        assert "Which colour?" not in said
        assert 'lang="en"' not in said


@pytest.mark.parametrize("page", PAGES)
def test_a_draft_says_so_beside_its_questions(unit: SampledUnit, page: str) -> None:
    assert browser(unit, "en").get(f"/respond/{page}").content.decode().count(DRAFT) == 1
    checked(unit.wave.instrument)
    assert DRAFT not in browser(unit, "en").get(f"/respond/{page}").content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_one_text_that_nobody_has_checked_makes_a_draft(unit: SampledUnit, page: str) -> None:
    checked(unit.wave.instrument, title="draft")
    assert DRAFT in browser(unit, "en").get(f"/respond/{page}").content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_pages_in_northern_sami_are_drafts(unit: SampledUnit, page: str) -> None:
    Wave.objects.update(languages=["nb", "se"])
    checked(unit.wave.instrument)
    said = browser(unit, "se").get(f"/respond/{page}").content.decode()
    assert "Ii oktage leat vel dárkkistan dán giela teavstta." in said
