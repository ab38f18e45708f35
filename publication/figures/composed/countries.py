"""Countries side by side as a profile; one country by the three perspectives, and by its parts."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from publication.charts.axes import axis_of
from publication.charts.dots import PERCENT, Dot, Group, dot_drawing, dot_plot
from publication.charts.heat import HeatHeadings, HeatRow, heat_drawing, heat_table
from publication.charts.steps import PERCENT_STEPS
from publication.charts.svg import WIDE
from publication.figures.charting import Chart, dot
from publication.figures.composed.shape import Asked, Edition, Kind, Piece, about, chosen, composed, piece
from publication.figures.perspectives import Perspective, by_indicator, grouped
from publication.figures.reading import Document, Reader, countries_of, is_headline, is_of_countries, is_part, reader_of

COUNTRIES = "countries"


def _headlines(edition: Edition) -> list[str]:
    return [key for key, one in edition.tables.items() if is_of_countries(one) and is_headline(one)]


def _profiles(editions: Sequence[Edition]) -> list[str]:
    return [COUNTRIES] if _headlines(editions[-1]) else []


def _profile(asked: Asked) -> Document:
    """Headline shares of all countries, with the tests between them: no sum and no order of countries."""
    pieces = [piece(asked.own, key) for key in _headlines(asked.own)]
    title = _("Profile of the countries, share in per cent")
    return composed("profile", asked, pieces, title=title)


def _draw_profile(reader: Reader) -> Chart:
    codes, rows = reader.countries, reader.rows("share")
    values = {(row["table"], row["country"]): row.get("value") for row in rows}
    lines = [
        HeatRow(reader.label("tables", table), tuple(values.get((table, code)) for code in codes))
        for table in dict.fromkeys(row["table"] for row in rows)
    ]
    headings = HeatHeadings(
        caption=reader.text("title"),
        corner=_("Indicator"),
        columns=tuple(reader.label("countries", code) for code in codes),
    )
    words = reader.words
    return Chart(
        heat_table(lines, headings, PERCENT_STEPS, words),
        lambda: heat_drawing(lines, headings, PERCENT_STEPS, words, WIDE),
        _(
            "A profile says more than a place in a list. The shades are for finding your way; whether two countries "
            "differ is said by the test on the page of each indicator."
        ),
    )


def _tables_of(edition: Edition, kind: str) -> dict[str, list[str]]:
    """Perspective -> keys of its tables of shares, or of indices, for whole countries."""
    tables = by_indicator(edition.tables)
    found = {
        one.code: [tables[key] for key in keys if edition.tables[tables[key]]["kind"] == kind]
        for one, keys in grouped(tables)
    }
    return {code: keys for code, keys in found.items() if keys}


def _perspectives(editions: Sequence[Edition]) -> list[str]:
    return list(_tables_of(editions[-1], "share"))


def _perspective(asked: Asked) -> Document:
    """The shares of one country that speak of one perspective."""
    told = _told(asked)
    here, pieces, codes = _of_one_country(asked, _tables_of(asked.own, "share")[asked.rest])
    return composed("perspective", here, pieces, title=told.name, choices=codes, about=told.about)


def _told(asked: Asked) -> Perspective:
    return next(one for one, _keys in grouped(by_indicator(asked.own.tables)) if one.code == asked.rest)


def _of_one_country(asked: Asked, keys: Sequence[str]) -> tuple[Asked, list[Piece], list[str]]:
    """What is asked with the country chosen, its pieces of these tables, and the countries to choose from."""
    codes = list(countries_of(asked.own.tables[key] for key in keys))
    country = chosen(asked.country, codes)
    pieces = [piece(asked.own, key, about(country)) for key in keys]
    pieces = [one for one in pieces if any(row["country"] == country for row in one.rows)]
    return replace(asked, country=country), pieces, codes


def _perspectives_of_indices(editions: Sequence[Edition]) -> list[str]:
    return list(_tables_of(editions[-1], "index"))


def _indices(asked: Asked) -> Document:
    """The indices of one country that speak of one perspective, with what each does not measure."""
    here, pieces, codes = _of_one_country(asked, _tables_of(asked.own, "index")[asked.rest])
    language = pieces[0].reader.language
    limits = " ".join(
        f"{one.reader.text('title')}: {text}" for one in pieces if (text := one.reader.said("measures_not"))
    )
    title = _("%(perspective)s: indices from 0 to 100") % {"perspective": _told(asked).name}
    return composed("indices", here, pieces, title=title, choices=codes, measures_not={language: limits})


def _draw_indices(reader: Reader) -> Chart:
    own = [row for row in reader.rows("index") if row["country"] == reader.document["country"]]
    groups = [Group("", tuple(dot(row, reader.label("tables", row["table"])) for row in own))]
    axis, words = axis_of([0.0, 100.0], limits=(0.0, 100.0)), reader.words
    return Chart(
        dot_plot(groups, axis, words),
        lambda: dot_drawing(groups, axis, words, WIDE),
        grouping_is_ours(),
        by_country=True,
    )


def grouping_is_ours() -> str:
    return _(
        "The figures are grouped by the three perspectives on public innovation. The grouping is ours: the "
        "questionnaire was not made after it."
    )


def _draw_perspective(reader: Reader) -> Chart:
    """First what has one number, under its own name; then the answers of each question under it."""
    groups: dict[str, list[Dot]] = {"": []}
    for row in reader.rows("share"):
        if row["country"] == reader.document["country"]:
            answer, table = reader.label("answers", row["category"]), reader.label("tables", row["table"])
            groups.setdefault(table if answer else "", []).append(dot(row, answer or table))
    drawn = [Group(heading, tuple(dots)) for heading, dots in groups.items() if dots]
    words = reader.words
    return Chart(
        dot_plot(drawn, PERCENT, words),
        lambda: dot_drawing(drawn, PERCENT, words, WIDE),
        " ".join(part for part in (str(reader.document["about"]), grouping_is_ours()) if part),
        by_country=True,
    )


def _broken_down(editions: Sequence[Edition]) -> list[str]:
    """Tables of shares by one breakdown within countries."""
    return [
        key
        for key, one in editions[-1].tables.items()
        if one["kind"] == "share" and len(set(one.get("breakdowns", ()))) == 2 and any(map(is_part, one["rows"]))
    ]


def _parts(asked: Asked) -> Document:
    """The parts of one country with their intervals."""
    table = asked.own.tables[asked.rest]
    codes = list(dict.fromkeys(row["country"] for row in table["rows"] if is_part(row)))
    country = chosen(asked.country, codes)
    here = replace(asked, country=country)
    own = piece(asked.own, asked.rest, lambda row: row["country"] == country)
    return composed("parts", here, [own], title=reader_of(table).text("title"), choices=codes)


def _draw_parts(reader: Reader) -> Chart:
    group = Group("", tuple(dot(row, reader.part(row)) for row in reader.rows("share")))
    words = reader.words
    return Chart(dot_plot([group], PERCENT, words), lambda: dot_drawing([group], PERCENT, words, WIDE), by_country=True)


PROFILE = Kind("profile", lambda: "", _profiles, _profile, _draw_profile)
PERSPECTIVE = Kind(
    "perspective", lambda: _("One country by perspectives"), _perspectives, _perspective, _draw_perspective
)
INDICES = Kind(
    "indices", lambda: _("Indices of one country by perspectives"), _perspectives_of_indices, _indices, _draw_indices
)
PARTS = Kind("parts", lambda: _("Parts of the country"), _broken_down, _parts, _draw_parts, reads=lambda rest: (rest,))
