"""What slides and workbook share: a release told in one language, and its tables cut to what one picture can show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from publication.catalogue_records import site_of
from publication.figures.findings import sentences
from publication.figures.reading import Document, Reader, Row
from publication.models import Release

# Of the quality declaration, what whoever presents the figures is asked about.
SHORT_QUALITY = ("S.13.2", "S.13.3.3", "S.15", "S.18", "S.7", "S.17")


@dataclass(frozen=True)
class Edition:
    """A release in the language that is active. `quality`: the headings and texts of its declaration, by code."""

    release: Release
    language: str
    documents: tuple[Document, ...]
    quality: Mapping[str, tuple[str, str]]

    @property
    def programme(self) -> str:
        return str(self.release.programme_names.get(self.language, self.release.programme_slug))

    @property
    def wave(self) -> str:
        return str(self.release.run.wave.code)

    @property
    def name(self) -> str:
        return f"{self.programme}, {self.wave}"

    @property
    def made(self) -> str:
        """Which release this is, and the day its tables were made."""
        return _("Release %(number)s. The tables were made on %(day)s.") % {
            "number": self.release.number,
            "day": date_format(timezone.localtime(self.release.requested_at), "DATE_FORMAT"),
        }

    @property
    def constructed(self) -> str:
        """The mark for constructed data; empty for real data."""
        return _("Constructed data") if any(one["constructed"] for one in self.documents) else ""

    def reader(self, document: Document) -> Reader:
        return Reader(document, self.language)

    def address(self, key: str = "") -> str:
        """The permanent address of the release, or of the figure of one of its tables."""
        place = [self.release.programme_slug, self.release.number]
        path = reverse("publication:figure", args=[*place, key]) if key else reverse("publication:release", args=place)
        return f"{site_of(self.release)}{path}"

    def source(self, key: str = "") -> str:
        """Who made the figure, where it stands for good, and the mark for constructed data."""
        said = _("Source: %(programme)s, %(wave)s, release %(number)s") % {
            "programme": self.programme,
            "wave": self.wave,
            "number": self.release.number,
        }
        return ". ".join(part for part in (said, self.address(key), self.constructed) if part)


def edition(
    release: Release, documents: Sequence[Document], quality: Mapping[str, Sequence[Mapping[str, str]]], language: str
) -> Edition:
    """The release in a language of its declaration. Raises KeyError where that lacks the language."""
    entries = {entry["code"]: (entry["heading"], entry["text"]) for entry in quality[language]}
    return Edition(release, language, tuple(documents), entries)


def only(document: Document, countries: Sequence[str]) -> Document:
    """The table with the rows of these countries alone; a difference stays where both its countries do."""
    rows = [
        row
        for row in document["rows"]
        if row["country"] in countries and (row["measure"] != "difference" or row["against"] in countries)
    ]
    return {**document, "rows": rows}


def told(edition: Edition, document: Document) -> list[str]:
    """The finding of the table, a sentence each, as made from the rows that it has."""
    return sentences(str(document["kind"]), document["rows"], document["labels"][edition.language])


def compared(document: Document) -> list[Row]:
    """Its differences between countries as wholes."""
    return [row for row in document["rows"] if row["measure"] == "difference" and row["category"] == ""]
