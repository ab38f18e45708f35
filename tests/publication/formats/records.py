"""A data set as the catalogue formats get it."""

from datetime import UTC, date, datetime
from typing import Any

from publication.formats.record import CC_BY_4, Column, ContactPoint, DatasetRecord, FileRecord, Publisher

ISSUED = datetime(2026, 11, 27, 7, 0, tzinfo=UTC)
CONTENT = b"country,value\r\nNO,61.3\r\nDK,:\r\n"
DIGEST = "a" * 64


def both(english: str) -> dict[str, str]:
    return {"en": english, "nb": f"{english} på norsk"}


PUBLISHER = Publisher(
    "https://data.example.org/organisations/971032146", both("The association"), "971032146", "https://www.example.org"
)
CONTACT = ContactPoint(both("The desk"), "desk@example.org", "https://www.example.org/contact")


def files() -> tuple[FileRecord, ...]:
    columns = (Column("country", "string", both("Country")), Column("value", "number", both("Share"), (":", "..")))
    base = "https://example.org/releases/3/innovative"
    return (
        FileRecord("innovative", f"{base}.csv", "csv", both("CSV"), 30, DIGEST, "en", columns),
        FileRecord("innovative-jsonstat", f"{base}.json", "jsonstat", both("JSON-stat"), 2000, DIGEST, "nb"),
        FileRecord("innovative-px", f"{base}.px", "px", both("PX"), 3000, DIGEST),
    )


def record(**changes: Any) -> DatasetRecord:
    given: dict[str, Any] = {
        "address": "https://example.org/releases/3",
        "titles": both("Innovation barometer 2025"),
        "descriptions": both("What public workplaces do, by country and sector, with intervals and counts."),
        "keywords": {"en": ("innovation", "public sector"), "nb": ("innovasjon",)},
        "themes": ("GOVE",),
        "countries": {"NO": both("Norway"), "DK": both("Denmark")},
        "period": (date(2025, 9, 1), date(2025, 11, 30)),
        "issued": ISSUED,
        "modified": ISSUED,
        "version": "1",
        "publisher": PUBLISHER,
        "contact": CONTACT,
        "licence": CC_BY_4,
        "languages": ("en", "nb"),
        "frequency": "BIENNIAL",
        "files": files(),
        "doi": "10.1234/barometer.2025",
        "constructed": both("Constructed data"),
    }
    return DatasetRecord(**{**given, **changes})
