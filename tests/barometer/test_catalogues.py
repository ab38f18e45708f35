"""Every text a person reads on a page exists in every language of the interface.

Northern Sami is a language of the respondents' pages alone: there every text must exist, also Django's own.
"""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_python
from django.conf import settings
from django.utils import translation
from django.utils.translation.template import templatize

from surveys.models import Country, Level, Sector, SizeClass
from tests.catalogues import catalogue

KEYWORDS = ["_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "npgettext", "pgettext"]
SOURCES = ("barometer", "jobs", "surveys", "analytics", "publication")
TEMPLATES = (".html", ".txt")
FOR_RESPONDENTS = "se"
TRANSLATED = [code for code, _name in settings.LANGUAGES if code not in ("en", FOR_RESPONDENTS)]
SEEN_BY_RESPONDENTS = (
    "templates/base.html",
    "templates/[45]*.html",
    "templates/_parts/constructed.html",
    "templates/_parts/languages.html",
    "templates/surveys/mail/*",
    "templates/surveys/respond/*",
    "templates/publication/respond_report_waiting.html",
    "barometer/errors.py",
    "barometer/language.py",
    "surveys/actions/invitations.py",
    "surveys/actions/responses.py",
    "surveys/forms/*.py",
    "surveys/views/respond/*.py",
    "surveys/*/printed_content.py",
)
REGISTER = (Country, Level, Sector, SizeClass)


def read(path: Path) -> bytes:
    text = path.read_text(encoding="utf-8")
    return (templatize(text, origin=str(path)) if path.suffix in TEMPLATES else text).encode()


def texts_of(path: Path) -> Iterator[str]:
    """The texts that the file asks for; of a plural the singular."""
    for _line, keyword, message, _comments in extract_python(io.BytesIO(read(path)), KEYWORDS, [], {}):
        parts = message if isinstance(message, tuple) else (message,)
        yield parts[1] if keyword in ("pgettext", "npgettext") else parts[0]


def files() -> list[Path]:
    code = [path for app in SOURCES for path in sorted((settings.BASE_DIR / app).rglob("*.py"))]
    templates = [path for path in sorted((settings.BASE_DIR / "templates").rglob("*")) if path.suffix in TEMPLATES]
    return [path for path in code if "migrations" not in path.parts] + templates


def files_for_respondents() -> list[Path]:
    found = {pattern: sorted(settings.BASE_DIR.glob(pattern)) for pattern in SEEN_BY_RESPONDENTS}
    assert all(found.values())
    return [path for paths in found.values() for path in paths]


def labels_of_the_register() -> set[str]:
    with translation.override("en"):
        return {str(label) for choices in REGISTER for label in choices.labels}


def known_in(language: str) -> set[str]:
    return {entry.id if isinstance(entry.id, str) else entry.id[0] for entry in catalogue(language)}


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_text_of_the_interface_is_missing(language: str) -> None:
    asked = {text for path in files() for text in texts_of(path) if text}

    assert len(asked) > 300  # the search does find them
    assert asked - known_in(language) == set()


def test_no_text_for_respondents_is_missing_in_northern_sami() -> None:
    asked = {text for path in files_for_respondents() for text in texts_of(path) if text} | labels_of_the_register()

    assert len(asked) > 200  # the search does find them
    assert asked - known_in(FOR_RESPONDENTS) == set()


@pytest.mark.parametrize("language", [*TRANSLATED, FOR_RESPONDENTS])
def test_every_entry_is_translated_with_the_same_placeholders(language: str) -> None:
    faults = set()
    for entry in catalogue(language):
        if not entry.id:
            continue
        given = [entry.string] if isinstance(entry.string, str) else list(entry.string)
        if not all(given) or entry.fuzzy:
            faults.add(f"not translated: {entry.id}")
        faults |= {f"{error}: {entry.id}" for error in entry.check()}
    assert faults == set()
