"""The front page of a release: its findings as sentences, the most telling first, and its main figure."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from publication.figures.figure import Document
from publication.figures.reading import reader_of
from publication.queries import Shown
from publication.views.site.pages import Context, address, documents, figures, of_release

CLEAR = ("higher", "lower")
KINDS = ("share", "index", "balance", "change")


@dataclass(frozen=True)
class Finding:
    """A sentence of the release with the page that shows what it rests on."""

    title: str
    text: str
    address: str


@of_release("publication/site/front.html", numbers=False)
def release(request: HttpRequest, shown: Shown) -> Context:
    if shown.hides_numbers:
        return {}
    found = {key: one for key, one in documents(shown).items() if is_of_countries(one)}
    main = dict(list(found.items())[:1])
    return {
        "findings": [_finding(shown, one) for one in sorted(found.values(), key=telling)],
        "figures": figures(shown, main, found.get("change"), ""),
    }


def is_of_countries(document: Document) -> bool:
    return set(document.get("breakdowns", ("country",))) <= {"country"}


def telling(document: Document) -> tuple[int, float]:
    """Where a finding stands: first the largest difference or change that a test allows; then shares, indices, others.

    Equals keep the order of the tables. Single answers of a change do not count: they are many, and stand in its table.
    """
    clear = [
        abs(row["value"]) for row in document["rows"] if row.get("verdict") in CLEAR and "." not in row["category"]
    ]
    if clear:
        return 0, -max(clear)
    return 1 + KINDS.index(str(document["kind"])), 0.0


def _finding(shown: Shown, document: Document) -> Finding:
    reader = reader_of(document)
    return Finding(reader.text("title"), reader.text("finding"), page_of(shown, document))


def page_of(shown: Shown, document: Mapping[str, object]) -> str:
    """The page that shows a table among its like."""
    if document["kind"] == "change":
        return address("waves", shown.release)
    return address("indicator", shown.release, str(document["indicator"]))
