"""The second view of a battery: every answer a part of 100 per cent."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from publication.charts.bar_drawings import part_drawing
from publication.charts.parts import SLACK, Part, PartHeadings, Whole, part_bars
from publication.figures.charting import Chart, factors_of
from publication.figures.composed.shape import Asked, Edition, Kind, chosen, composed, piece
from publication.figures.reading import Document, Reader, is_of_countries, is_part, reader_of

EVERY = 3  # hindered, promoted, outside


def _batteries(editions: Sequence[Edition]) -> list[str]:
    return [key for key, one in editions[-1].tables.items() if one["kind"] == "balance" and is_of_countries(one)]


def _whole(asked: Asked) -> Document:
    table = asked.own.tables[asked.rest]
    reader = reader_of(table)
    country = chosen(asked.country, reader.countries)
    here = Asked(asked.key, asked.rest, asked.editions, country)
    own = piece(asked.own, asked.rest, lambda row: row["country"] == country and not is_part(row))
    title = _("%(title)s: all answers") % {"title": reader.text("title")}
    return composed("whole", here, [own], title=title, choices=reader.countries, unit="percent")


def _draw(reader: Reader) -> Chart:
    """Where hindered, promoted and outside leave more than rounding, the rest said neither; else the battery had no
    such answer, and what rounding leaves is no part."""
    country = str(reader.document["country"])
    factors = [(one.label, (one.barrier, one.driver, one.outside)) for one in factors_of(reader, country)]
    known = [(label, [share for share in shares if share is not None]) for label, shares in factors]
    rest = any(len(shares) == EVERY and 100 - sum(shares) > SLACK for _label, shares in known)
    rows = [Whole(label, _shares(shares, rest=rest)) for label, shares in known]
    neither = [Part(_("Neither: the rest of 100"), "neutral")] if rest else []
    names = (Part(_("Hindered"), "minus"), *neither, Part(_("Promoted"), "plus"))
    headings = PartHeadings(
        caption=f"{reader.text('title')}, {reader.label('countries', country)}",
        row=_("Factor"),
        bar=_("All answers"),
        parts=(*names, Part(_("Don't know or not relevant"), "outside")),
    )
    words = reader.words
    return Chart(
        part_bars(rows, headings, words),
        lambda: part_drawing(rows, headings, words),
        _("The same numbers as bars of 100 per cent."),
        by_country=True,
    )


def _shares(shares: Sequence[float], *, rest: bool) -> tuple[float, ...] | None:
    """Hindered, with `rest` neither, promoted, outside; None where one of them is withheld."""
    if len(shares) < EVERY:
        return None
    hindered, promoted, outside = shares
    return (hindered, max(0.0, 100 - sum(shares)), promoted, outside) if rest else (hindered, promoted, outside)


WHOLE = Kind("whole", lambda: "", _batteries, _whole, _draw, reads=lambda rest: (rest,))
