"""A frozen table read in one language: its texts, its labels, its rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.formats import get_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from publication.charts.words import Words

Document = Mapping[str, Any]
Row = Mapping[str, Any]

COUNTY = "county"  # the kind of area that stands in the name of a cell


@dataclass(frozen=True)
class Reader:
    """A document read in one language."""

    document: Document
    language: str

    def text(self, name: str) -> str:
        return str(self.document[name][self.language])

    def said(self, name: str) -> str:
        """A text that not every table has, or nothing."""
        return self.text(name) if name in self.document else ""

    def label(self, kind: str, code: str) -> str:
        return str(self.document["labels"][self.language][kind].get(code, code))

    def part(self, row: Row) -> str:
        """The part of its country that a row is of; all of them where it is of none."""
        kinds = (("counties", "county"), ("sectors", "sector"), ("sizes", "size_class"))
        names = [self.label(kind, row[name]) for kind, name in kinds if row.get(name)]
        return ", ".join(names) or _("The whole country")

    def rows(self, *measures: str) -> list[Row]:
        return [row for row in self.document["rows"] if row["measure"] in measures]

    @property
    def countries(self) -> list[str]:
        """Codes in the order of the table; of a composed figure that holds one of several, all that it could hold."""
        return list(self.document.get("choices") or dict.fromkeys(row["country"] for row in self.document["rows"]))

    @property
    def words(self) -> Words:
        return Words(
            decimal_mark=mark(),
            withheld=_("too few answers"),
            constructed=_("Constructed data") if self.document["constructed"] else "",
            label=_("%(title)s. The numbers stand in the table below.") % {"title": self.text("title")},
        )


def reader_of(document: Document) -> Reader:
    return Reader(document, language_of(document))


def cell_of(document: Document, row: Row) -> str:
    """The id by which disclosure control knows the cell of a row, of a document of any schema."""
    indicator, category = str(document["indicator"]), str(row["category"])
    if row["measure"] == "change":
        indicator, _dot, category = category.partition(".")
    place = row["country"], row["sector"], row["against"]
    size, county = row.get("size_class", ""), row.get("county", "")  # schema 1 has neither
    fine = (size, f"{COUNTY}:{county}" if county else "") if size or county else ()
    return "|".join((row["measure"], indicator, category, *place, *fine))


def is_part(row: Row) -> bool:
    """Whether the row is of a part of its country."""
    return bool(row["sector"] or row.get("size_class") or row.get("county"))


def is_of_countries(document: Document) -> bool:
    """Whether the table has no breakdown but that by country."""
    return set(document.get("breakdowns", ("country",))) <= {"country"}


def is_headline(document: Document) -> bool:
    """A share without categories: one number a country."""
    return document["kind"] == "share" and not any(row["category"] for row in document["rows"])


def countries_of(some: Iterable[Document]) -> dict[str, str]:
    """Code and name of every country of the tables, in their order."""
    return {code: one.label("countries", code) for one in map(reader_of, some) for code in one.countries}


def mark() -> str:
    return str(get_format("DECIMAL_SEPARATOR"))


def language_of(document: Document) -> str:
    """The reader's language where the document has it, else the first of the site's that it has."""
    texts: Mapping[str, str] = document["title"]
    wanted = (get_language() or settings.LANGUAGE_CODE, *(code for code, _name in settings.LANGUAGES))
    return next(code for code in (*wanted, *texts) if code in texts)
