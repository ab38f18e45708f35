"""Northern Sami on the respondents' pages: Django's own texts speak it, and nothing falls back to Bokmål."""

import re
from collections import defaultdict
from datetime import date
from html.parser import HTMLParser

import pytest
from django import forms
from django.core import validators
from django.template.loader import render_to_string
from django.test import Client
from django.utils import dates, translation
from django.utils.formats import date_format, number_format
from django.utils.translation import ngettext

from surveys.actions.invitations import Letter
from surveys.models import SampledUnit, Unit, Wave
from surveys.work.messages import written
from tests.catalogues import catalogue
from tests.surveys.respondents import every_type, kinds, opened, shown

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
SPOKEN = ("alt", "aria-label", "placeholder", "title")
NAMES_OF_DAYS_AND_MONTHS = (
    dates.MONTHS,
    dates.MONTHS_3,
    dates.MONTHS_AP,
    dates.MONTHS_ALT,
    dates.WEEKDAYS,
    dates.WEEKDAYS_ABBR,
)


class Reader(HTMLParser):
    """What a page says in its own language: texts and labels outside the elements marked as another."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language
        self.open: list[tuple[str, str]] = []
        self.said: list[str] = []

    @property
    def speaking(self) -> str:
        return self.open[-1][1] if self.open else self.language

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        language = given.get("lang", self.speaking)
        if tag not in VOID:
            self.open.append((tag, language))
        if language == self.language:
            self.said += [value for name, value in given.items() if name in SPOKEN or name.startswith("data-")]

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.speaking == self.language and data.strip():
            self.said.append(" ".join(data.split()))


def said_on(page: str) -> list[str]:
    reader = Reader("se")
    reader.feed(page)
    return reader.said


def pattern_of(text: str) -> re.Pattern[str]:
    """The text with anything in its places, standing alone."""
    pieces = re.split(r"%\(\w+\)[sd]", " ".join(text.replace("%%", "%").split()))
    return re.compile(r"(?<!\w)" + ".+?".join(re.escape(piece) for piece in pieces) + r"(?!\w)")


def forms_of(string: str | tuple[str, ...]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string)


@pytest.fixture(scope="module")
def foreign() -> list[re.Pattern[str]]:
    """What Bokmål and English say where the catalogue has Northern Sami."""
    sami = {entry.id: forms_of(entry.string) for entry in catalogue("se") if entry.id}
    bokmal = {text for entry in catalogue("nb") if entry.id in sami for text in forms_of(entry.string)}
    english = {text for entry_id in sami for text in forms_of(entry_id)}
    spoken = {text for texts in sami.values() for text in texts}
    return [pattern_of(text) for text in sorted(bokmal | english) if text not in spoken]


def foreign_on(page: str, foreign: list[re.Pattern[str]]) -> list[str]:
    return [text for text in said_on(page) if any(pattern.search(text) for pattern in foreign)]


def at_home(unit: SampledUnit) -> Client:
    """A browser that has chosen Northern Sami, at a wave that asks in Bokmål. Names of the register are no English."""
    Unit.objects.update(name="Doaimmahat", municipality_name="Kárášjohka")
    Wave.objects.update(languages=["nb", "se"])
    client = opened(unit)
    client.cookies["django_language"] = "se"
    return client


def test_dates_numbers_and_the_dual():
    with translation.override("se"):
        assert date_format(date(2027, 1, 15)) == "15. ođđajagemánnu 2027"
        assert number_format(1234567.5, force_grouping=True) == "1\xa0234\xa0567,5"
        links = ("%(number)s link to this part works.", "%(number)s links to this part work.")
        works = [ngettext(*links, number).split()[-1] for number in (0, 1, 2, 3, 12)]
    assert works == ["doibmet.", "doaibmá.", "doaibmaba.", "doibmet.", "doibmet."]


def test_django_itself_speaks_northern_sami():
    texts = [name for names in NAMES_OF_DAYS_AND_MONTHS for name in names.values()]
    fields = [field for field in vars(forms.fields).values() if isinstance(field, type)]
    texts += [text for field in fields for text in getattr(field, "default_error_messages", {}).values()]
    checks = [check for check in vars(validators).values() if isinstance(check, type)]
    texts += [check.message for check in checks if getattr(check, "message", None)]

    def said(language: str) -> list[str]:
        with translation.override(language):
            return [str(text % defaultdict(lambda: 3)) for text in texts]

    assert len(texts) > 100
    assert [text for text, bokmal in zip(said("se"), said("nb"), strict=True) if text == bokmal] == []
    with translation.override("se"), pytest.raises(forms.ValidationError, match="Dát gieddi ferte devdojuvvot"):
        forms.CharField().clean("")


@pytest.mark.django_db
def test_a_respondent_who_chose_northern_sami_meets_no_bokmal(foreign):
    client = at_home(kinds(constructed=True))
    pages = {f"{name} at first": client.get(f"/respond/{name}") for name in ("", "tasks", "page/colour", "check")}
    pages["refused"] = client.post("/respond/page/colour", {**shown(client, "colour"), "go": "next"})
    for page, answers in (("colour", {"a.colour": "red"}), ("tools", {"a.tools": ["saw"], "a.count": "3"})):
        client.post(f"/respond/page/{page}", {**shown(client, page), "go": "next", **answers})
    later = ("", "tasks", "page/tools", "page/words?note=1", "check", "questions", "privacy", "decline", "pass-on")
    pages |= {name: client.get(f"/respond/{name}") for name in later}
    pages["share"] = client.post("/respond/share/one", {"do": "share"})
    pages["not sent on"] = client.post("/respond/pass-on", {"email": "nobody"})
    client.post("/respond/submit")
    pages["receipt"] = client.get("/respond/receipt")
    pages["not saved"] = client.post("/respond/decline")
    pages["code"] = client.get("/code")
    assert {page.status_code for page in pages.values()} <= {200, 409, 422}
    for name, page in pages.items():
        html = page.content.decode()
        assert '<html lang="se">' in html, name
        assert foreign_on(html, foreign) == [], name
    assert "Giitu! Du vástádusat leat sáddejuvvon" in said_on(pages["receipt"].content.decode())


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["facts", "origin", "days", "money"])
def test_every_type_of_question_is_asked_without_bokmal_around_it(page, foreign):
    html = at_home(every_type()).get(f"/respond/page/{page}").content.decode()
    assert "Vurke ja joatkke" in said_on(html)
    assert foreign_on(html, foreign) == []


@pytest.mark.django_db
def test_the_register_is_quoted_in_the_language_of_the_questions():
    said = at_home(every_type()).get("/respond/page/facts").content.decode()
    assert re.search(r'<strong><span lang="nb">\d+ ansatte</span></strong>', said)


@pytest.mark.django_db
def test_a_part_that_goes_to_a_colleague_is_named_in_the_language_of_the_questions():
    said = at_home(kinds(constructed=True)).get("/respond/share/one").content.decode()
    assert '«<span lang="nb">En</span>»' in said


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_error_pages_speak_northern_sami(name, foreign):
    with translation.override("se"):
        html = render_to_string(name)
    assert '<html lang="se">' in html
    assert foreign_on(html, foreign) == []


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["invitation", "reminder", "passed_on"])
def test_letters_speak_northern_sami(kind, foreign):
    wave = kinds(constructed=True).wave
    wave.languages = ["nb", "se"]
    letter = Letter(1, "unit@example.org", "token", "ACEF-HKMN-RTUX", "se", "Doaimmahat")
    mail = written(letter, wave, kind)
    assert "Maŋimuš vástidanbeaivi: 31. juovlamánnu 2030" in mail.body
    assert foreign_on(f"<p>{mail.subject}</p><pre>{mail.body}</pre>", foreign) == []
