"""The interface's catalogues, for tests."""

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.conf import settings


def catalogue(language: str) -> Catalog:
    with open(settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.po", "rb") as file:
        return read_po(file, locale=language)
