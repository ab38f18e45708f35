"""Every text a person reads on a page exists in every language of the interface."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

KEYWORDS = ["_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "npgettext", "pgettext"]
SOURCES = ("barometer", "jobs", "surveys", "analytics", "publication")
TRANSLATED = [code for code, _name in settings.LANGUAGES if code != "en"]


def read(path: Path) -> bytes:
    text = path.read_text(encoding="utf-8")
    return (templatize(text, origin=str(path)) if path.suffix == ".html" else text).encode()


def texts_of(path: Path) -> Iterator[str]:
    """The texts that the file asks for; of a plural the singular."""
    for _line, keyword, message, _comments in extract_python(io.BytesIO(read(path)), KEYWORDS, [], {}):
        parts = message if isinstance(message, tuple) else (message,)
        yield parts[1] if keyword in ("pgettext", "npgettext") else parts[0]


def files() -> list[Path]:
    code = [path for app in SOURCES for path in sorted((settings.BASE_DIR / app).rglob("*.py"))]
    return [path for path in code if "migrations" not in path.parts] + sorted(
        (settings.BASE_DIR / "templates").rglob("*.html")
    )


def catalogue(language: str) -> Catalog:
    with open(settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.po", "rb") as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_text_of_the_interface_is_missing(language: str) -> None:
    known = {entry.id if isinstance(entry.id, str) else entry.id[0] for entry in catalogue(language)}
    asked = {text for path in files() for text in texts_of(path) if text}

    assert len(asked) > 300  # the search does find them
    assert asked - known == set()


@pytest.mark.parametrize("language", TRANSLATED)
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
