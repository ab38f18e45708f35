"""One indicator with all its tables, one figure with its own address, and the indicators of drivers and barriers."""

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from publication.charts.parts import Part, PartHeadings, Whole, part_bars
from publication.disclosure.lattice import Node, table_key
from publication.figures.charting import factors_of
from publication.figures.figure import Document, chosen_country
from publication.figures.reading import reader_of
from publication.queries import Shown
from publication.views.site.front import is_of_countries, page_of
from publication.views.site.pages import Context, asked_country, documents, figures, of_release

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


@of_release("publication/site/figure.html")
def figure_page(request: HttpRequest, shown: Shown, key: str) -> Context:
    """One figure under the address that stays."""
    found = documents(shown, key, CHANGE)
    if key not in found:
        raise Http404
    drawn = figures(shown, {key: found[key]}, found.get(CHANGE), asked_country(request))
    return {"figures": drawn, "title": drawn[0].title, "beside": page_of(shown, found[key])}


@of_release("publication/site/drivers.html")
def drivers(request: HttpRequest, shown: Shown) -> Context:
    """What promoted and what hindered: the batteries, then the indices made of them."""
    found = documents(shown)
    own = {key: one for key, one in found.items() if one["kind"] in ("balance", "index") and is_of_countries(one)}
    country = asked_country(request)
    return {
        "figures": figures(shown, own, found.get(CHANGE), country),
        "whole": [whole_bars(one, country) for one in own.values() if one["kind"] == "balance"],
    }


def whole_bars(document: Document, country: str) -> str:
    """The second view of a battery: every answer a part of 100 per cent, those who said neither worked out."""
    reader = reader_of(document)
    chosen = chosen_country(reader, country)
    rows = []
    for factor in factors_of(reader, chosen):
        known = [part for part in (factor.barrier, factor.driver, factor.outside) if part is not None]
        neither = 100 - sum(known)
        if len(known) < 3 or neither < 0:
            rows.append(Whole(factor.label))
        else:
            rows.append(Whole(factor.label, (known[0], neither, known[1], known[2])))
    headings = PartHeadings(
        caption=f"{reader.text('title')}, {reader.label('countries', chosen)}",
        row=_("Factor"),
        bar=_("All answers"),
        parts=(
            Part(_("Hindered"), "minus"),
            Part(_("Neither"), "neutral"),
            Part(_("Promoted"), "plus"),
            Part(_("Don't know or not relevant"), "outside"),
        ),
    )
    return part_bars(rows, headings, reader.words)
