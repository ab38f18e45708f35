"""One indicator with all its tables, one figure with its own address, and the indicators of drivers and barriers."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from publication.charts.parts import SLACK, Part, PartHeadings, Whole, part_bars
from publication.disclosure.lattice import Node, table_key
from publication.figures.charting import factors_of
from publication.figures.figure import Document, chosen_country
from publication.figures.reading import reader_of
from publication.queries import Shown
from publication.views.site.front import is_of_countries, page_of
from publication.views.site.pages import Context, asked_country, documents, figures, of_release

CHANGE = "change"
EVERY = 3  # hindered, promoted, outside


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
    """What promoted and what hindered: the batteries, then the indices made of them, which ask the same question."""
    found = {key: one for key, one in documents(shown).items() if one["kind"] == CHANGE or is_of_countries(one)}
    asked = [one["question"] for one in found.values() if one["kind"] == "balance"]
    own = {key: one for key, one in found.items() if one["kind"] in ("balance", "index") and one["question"] in asked}
    country = asked_country(request)
    return {
        "figures": figures(shown, own, found.get(CHANGE), country),
        "whole": [whole_bars(one, country) for one in own.values() if one["kind"] == "balance"],
    }


def whole_bars(document: Document, country: str) -> SafeString:
    """The second view of a battery: every answer a part of 100 per cent.

    Where hindered, promoted and outside leave more than rounding, the rest said neither; else the battery had no such
    answer, and what rounding leaves is no part.
    """
    reader = reader_of(document)
    chosen = chosen_country(reader, country)
    factors = [(one.label, (one.barrier, one.driver, one.outside)) for one in factors_of(reader, chosen)]
    known = [(label, [share for share in shares if share is not None]) for label, shares in factors]
    rest = any(len(shares) == EVERY and 100 - sum(shares) > SLACK for _label, shares in known)
    rows = [Whole(label, _parts(shares, rest=rest)) for label, shares in known]
    neither = [Part(_("Neither: the rest of 100"), "neutral")] if rest else []
    names = (Part(_("Hindered"), "minus"), *neither, Part(_("Promoted"), "plus"))
    headings = PartHeadings(
        caption=f"{reader.text('title')}, {reader.label('countries', chosen)}",
        row=_("Factor"),
        bar=_("All answers"),
        parts=(*names, Part(_("Don't know or not relevant"), "outside")),
    )
    return mark_safe(part_bars(rows, headings, reader.words))  # noqa: S308 - made by the charts, which escape every text


def _parts(shares: Sequence[float], *, rest: bool) -> tuple[float, ...] | None:
    """Hindered, with `rest` neither, promoted, outside; None where one of them is withheld."""
    if len(shares) < EVERY:
        return None
    hindered, promoted, outside = shares
    return (hindered, max(0.0, 100 - sum(shares)), promoted, outside) if rest else (hindered, promoted, outside)
