"""The front page of a release: its findings as sentences, the most telling first, and its main figure."""

from dataclasses import dataclass

from django.http import HttpRequest

from publication.figures.figure import Document
from publication.figures.findings import telling
from publication.figures.reading import is_of_countries, reader_of
from publication.queries import Shown
from publication.views.site.pages import Context, address, documents, figures, of_release


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


def _finding(shown: Shown, document: Document) -> Finding:
    reader = reader_of(document)
    return Finding(reader.text("title"), reader.text("finding"), page_of(shown, document))


def page_of(shown: Shown, document: Document) -> str:
    """The page that shows a table or a composed figure among its like."""
    kind, country = str(document["kind"]), str(document.get("country", ""))
    if kind in ("perspective", "indices", "parts"):
        return address("country", shown.release, country)
    pages = {
        "change": "waves",
        "course": "waves",
        "profile": "countries",
        "whole": "drivers",
        "municipalities": "municipalities",
    }
    if kind in pages:
        return address(pages[kind], shown.release) + (f"?country={country}" if country else "")
    return address("indicator", shown.release, str(document["indicator"]))
