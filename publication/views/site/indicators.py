"""One indicator with all its tables, one figure with its own address, and the indicators of drivers and barriers."""

from django.http import Http404, HttpRequest

from publication.disclosure.lattice import Node, table_key
from publication.figures.reading import is_of_countries
from publication.queries import Shown
from publication.views.site.front import page_of
from publication.views.site.pages import (
    Context,
    asked_country,
    composed,
    document_of,
    documents,
    editions,
    figures,
    of_release,
)

CHANGE = "change"


@of_release("publication/site/indicator.html")
def indicator(request: HttpRequest, shown: Shown, key: str) -> Context:
    """Every table of the indicator, the whole countries first."""
    found = documents(shown, *(table_key(key, node) for node in Node), CHANGE)
    changes = found.get(CHANGE)
    own = {name: one for name, one in found.items() if one["indicator"] == key and one["kind"] != CHANGE}
    if not own:
        raise Http404
    drawn = figures(shown, own, changes, asked_country(request))
    return {"figures": drawn, "title": drawn[0].title}


@of_release("publication/site/figure.html", others=True)
def figure_page(request: HttpRequest, shown: Shown, key: str) -> Context:
    """One figure under the address that stays."""
    country = asked_country(request)
    document = document_of(shown, key, country)
    if document is None:
        raise Http404
    drawn = figures(shown, {key: document}, documents(shown, CHANGE).get(CHANGE), country)
    return {"figures": drawn, "title": drawn[0].title, "beside": page_of(shown, document)}


@of_release("publication/site/drivers.html")
def drivers(request: HttpRequest, shown: Shown) -> Context:
    """What promoted and what hindered: the batteries, then the indices made of them, which ask the same question."""
    found = {key: one for key, one in documents(shown).items() if one["kind"] == CHANGE or is_of_countries(one)}
    asked = [one["question"] for one in found.values() if one["kind"] == "balance"]
    own = {key: one for key, one in found.items() if one["kind"] in ("balance", "index") and one["question"] in asked}
    country = asked_country(request)
    own |= composed(editions(shown, found), "whole", country=country)
    return {"figures": figures(shown, own, found.get(CHANGE), country)}
