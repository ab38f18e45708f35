"""Every chart with awkward data on one page: long words, withheld values, 0 and 100, one row, forty rows.

`page(stretch=1.4)` writes every text longer by that factor, as a language with longer words would.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from publication.charts.axes import PERCENT, Axis, axis_of
from publication.charts.bars import Factor, Headings, diverging_bars
from publication.charts.choices import Choice, ChoiceHeadings, choice_bars
from publication.charts.dots import Dot, Group, axis_around, descending, dot_plot
from publication.charts.heat import HeatHeadings, HeatRow, heat_table
from publication.charts.layouts import DENMARK, FINLAND, ICELAND, NORDIC, NORWAY_2020, NORWAY_2024, SWEDEN
from publication.charts.lines import Line, Point, Wave, line_chart
from publication.charts.numbers import safe
from publication.charts.parts import Kind, Part, PartHeadings, Whole, part_bars
from publication.charts.points import Place, point_map
from publication.charts.positions import positions
from publication.charts.ranks import Places, in_view, rank_plot
from publication.charts.steps import PERCENT_STEPS, steps_of
from publication.charts.strip import StripNames, StripRow, strip_plot
from publication.charts.tiles import Tile, tile_map
from publication.charts.words import Words

CSS: Final = Path(__file__).resolve().parent.parent.parent / "static" / "css"
LONG: Final = "Kompetanseutviklingsmuligheter og tverrfaglige samarbeidsavtaler i kommunehelsetjenesten"
LONGEST: Final = "Samhällsplaneringsförvaltningsorganisationsutveckling"
COUNTRIES: Final = ("Norge", "Danmark", "Sverige", "Suomi – Finland", "Ísland")


@dataclass(frozen=True)
class Texts:
    """Texts of the page, each stretched by a factor with letters that are as wide as letters are on average."""

    stretch: float = 1.0

    def __call__(self, words: str) -> str:
        more = round(len(words) * (self.stretch - 1))
        return words + (" ørnsteina" * (more // 10 + 1))[:more].rstrip() if more > 0 else words

    @property
    def words(self) -> Words:
        return Words(
            decimal_mark=",",
            withheld=self("for få svar"),
            constructed=self("Konstruerte data"),
            label="Tallene står under",
        )


def page(*, stretch: float = 1.0) -> str:
    """The gallery as one HTML page with the site's own style sheets and no script."""
    style = "".join((CSS / name).read_text(encoding="utf-8") for name in ("base.css", "figures.css"))
    parts = "".join(
        f'<section class="finding"><h2>{safe(name)}</h2>{html}</section>'
        for name, html in charts(Texts(stretch)).items()
    )
    return (
        '<!doctype html><html lang="nb"><head><meta charset="utf-8"><title>Figurer</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head>'
        f'<body><main class="page"><h1>Figurer</h1>{parts}</main></body></html>'
    )


def charts(text: Texts) -> dict[str, str]:
    """Every chart by the name of its case."""
    return {
        **_bars(text),
        **_dots(text),
        **_ranks(text),
        **_lines(text),
        **_heat(text),
        **_strips(text),
        **_tiles(text),
        **_points(text),
    }


def _bars(text: Texts) -> dict[str, str]:
    headings = Headings(
        text("Hva fremmet og hva hemmet, Norge"), text("Faktor"), text("Hemmet"), text("Fremmet"),
        text("Nettobalanse i poeng (intervall)"), text("Vet ikke eller ikke relevant"), text("Verken eller"),
    )  # fmt: skip
    factors = [
        Factor(text("Ansatte"), 71.2, 7.4, 63.8, 58.0, 69.6, 4.4, 17.0),
        Factor(text(LONG), 0.0, 100.0, -100.0, -100.0, -98.2, 0.0, 0.0),
        Factor(LONGEST, 100.0, 0.0, 100.0, 98.0, 100.0, 0.0, 0.0),
        Factor(text("Penger")),
    ]
    kinds: tuple[tuple[str, Kind], ...] = (
        ("Hemmet mye", "minus-strong"), ("Hemmet noe", "minus"), ("Verken eller", "neutral"),
        ("Fremmet noe", "plus"), ("Fremmet mye", "plus-strong"), ("Vet ikke", "outside"),
    )  # fmt: skip
    parts = PartHeadings(
        text("Alle svar, Norge"), text("Faktor"), text("Svar"), tuple(Part(text(name), kind) for name, kind in kinds)
    )
    wholes = [
        Whole(text("Ansatte"), (2.4, 5.0, 17.0, 41.2, 30.0, 4.4)),
        Whole(text(LONG), (100.0, 0.0, 0.0, 0.0, 0.0, 0.0)),
        Whole(LONGEST, (0.4, 0.4, 0.4, 0.4, 0.4, 98.0)),
        Whole(text("Penger")),
    ]
    choices = [
        Choice(text("Interne midler"), 61.3, 56.2, 66.4),
        Choice(text(LONG), 0.0, 0.0, 1.1),
        Choice(LONGEST, 100.0),
    ]
    heads = ChoiceHeadings(text("Hvordan ble det betalt?"), text("Svar"), text("Andel (intervall)"))
    return {
        "Bars": diverging_bars(factors, headings, text.words),
        "Bars without neutral, one row": diverging_bars(factors[:1], replace(headings, neutral=""), text.words),
        "Parts": part_bars(wholes, parts, text.words),
        "Choices": choice_bars([*choices, Choice(text("Fond"))], heads, text.words),
    }


def _dots(text: Texts) -> dict[str, str]:
    dots = (
        Dot(text("Norge"), 73.94, 68.1, 79.2),
        Dot(text(LONG), 0.0, 0.0, 1.2),
        Dot(LONGEST, 100.0, 99.1, 100.0),
        Dot(text("Ísland")),
    )
    many = tuple(Dot(text(f"Kommune {n:02d}"), n * 2.5, max(0, n * 2.5 - 8), min(100, n * 2.5 + 8)) for n in range(40))
    change = [
        Group(
            text("Endring siden forrige måling"),
            (Dot(text("Norge"), -12.3, -20.1, -4.4), Dot("Sverige", 25.4, 11.0, 39.8)),
        )
    ]
    return {
        "Dots": dot_plot([Group(text(LONG), descending(dots)), Group("", dots[-1:])], PERCENT, text.words),
        "Dots, one row": dot_plot([Group("", dots[:1])], axis_around([Group("", dots[:1])]), text.words),
        "Dots, forty rows": dot_plot([Group("", descending(many))], PERCENT, text.words),
        "Dots of changes": dot_plot(change, axis_around(change, signed=True), text.words),
    }


def _ranks(text: Texts) -> dict[str, str]:
    places = [Places(text(name), max(1, n - 1), n + 2, at=n) for n, name in enumerate(COUNTRIES, start=1)]
    forty = [Places(text(f"Kommune {n:02d}"), max(1, n - 9), min(40, n + 7), n) for n in range(1, 41)]
    return {
        "Possible places": rank_plot([*places, Places(text(LONG), 6, 6), Places(text("Kalaallit Nunaat"))], text.words),
        "Possible places, six of forty": rank_plot(in_view(forty, forty[20].label), text.words, last=40),
        "Possible places, forty rows": rank_plot(forty, text.words),
    }


def _lines(text: Texts) -> dict[str, str]:
    two = (Wave("2020", 2020), Wave("2022", 2022))
    slope = [
        Line(text("Norge"), (Point(70.1, 66, 74), Point(73.9, 70, 78))),
        Line(text("Danmark"), (Point(70.4, 66, 75), Point(73.5, 69, 77))),
        Line(text("Sverige"), (Point(69.9, 65, 74), Point(74.2, 70, 79))),
        Line(text("Suomi – Finland"), (Point(71.0, 64, 76), Point(73.7, 66, 80))),
        Line(text("Ísland"), (Point(), Point(73.8, 60, 86))),
    ]
    years = (2015, 2018, 2020, 2021, 2023, 2025)
    many = tuple(Wave(str(year), year) for year in years)
    widened = text("flere sektorer er spurt, og vektingen er ny")
    long = [
        Line(
            text("Kommunesektoren"),
            tuple(
                Point(value, value - 5, value + 5, widened if n == 2 else "")
                for n, value in enumerate((61.0, 66.5, 82.0, 79.4, 77.0, 78.8))
            ),
        ),
        Line(
            text("Statlig sektor og helseforetak"),
            (
                None,
                Point(80, 76, 84),
                Point(84, 81, 88),
                Point(),
                Point(85, 81, 88, text("ny ordlyd")),
                Point(88, 85, 91),
            ),
        ),
        Line(text("Ingen vises"), (Point(), Point(), Point(), Point(), Point(), Point())),
    ]
    three = tuple(
        Wave(text(name), at)
        for name, at in (("Høsten 2018", 2018.75), ("Våren 2020", 2020.25), ("Høsten 2025", 2025.75))
    )
    signed = [Line(text("Nettobalanse"), (Point(-12, -20, -4), Point(3, -5, 11, text("ny skala")), Point(14, 6, 22)))]
    ends = axis_of([60, 86], limits=(0, 100), suffix=" %")
    return {
        "Two waves, five countries": line_chart(slope, two, ends, text.words),
        "Three waves with signs": line_chart(signed, three, axis_of([-20, 22], signed=True), text.words),
        "Six waves with breaks": line_chart(long, many, axis_of([56, 93], limits=(0, 100), suffix=" %"), text.words),
        "Zero and hundred": line_chart([Line("Alt", (Point(0, 0, 0), Point(100, 100, 100)))], two, PERCENT, text.words),
    }


def _heat(text: Texts) -> dict[str, str]:
    perspectives = (
        "Åpen og lærende",
        "Kompetanseutviklingsmuligheter",
        "Målrettet",
        "Tillit",
        "Teknologi",
        "Sammenhengende tjenester",
    )
    rows = [
        HeatRow(text(name), tuple(None if (n + m) % 7 == 3 else float((n * 23 + m * 17) % 101) for m in range(6)))
        for n, name in enumerate((*COUNTRIES, LONG))
    ]
    rows += [HeatRow(LONGEST, (0.0, 19.9, 20.0, 60.0, 80.0, 100.0))]
    headings = HeatHeadings(
        text("Land etter perspektiv, indeks 0 til 100"), text("Land"), tuple(map(text, perspectives))
    )
    one = HeatHeadings(text("Ett land"), text("Land"), (text("Tillit"),))
    return {
        "Heat table": heat_table(rows, headings, steps_of((0, 100), limits=(0, 100)), text.words),
        "Heat table, one cell": heat_table([HeatRow("Norge", (None,))], one, PERCENT_STEPS, text.words),
    }


BALANCE = Axis(-100, 100, (-100, 0, 100), signed=True)


def _strips(text: Texts) -> dict[str, str]:
    names = StripNames(text("Din kommune"), text("Lignende kommuner"), text("Alle kommuner"))
    others = tuple(float((n * 37) % 97) for n in range(40))
    rows = [
        StripRow(text("Har innført noe nytt"), 61.3, 55.0, 52.1, others),
        StripRow(text(LONG), 100.0, 100.0, 99.8, (0.0, 100.0)),
        StripRow(text("Ansatte"), None, 0.0, 12.0),
        StripRow(LONGEST, 0.0, None, None),
    ]
    keyed = StripNames(text("Ditt svar"), text("Lignende"), text("Landet"), ("Hemmet", "Ingen av delene", "Fremmet"))
    balances = [
        StripRow(text(LONG), 100.0, 61.3, 55.0, low=48.0, high=74.6),
        StripRow(text("Ansatte"), -100.0, None, 12.0),
        StripRow(LONGEST, None, -8.1, None, low=-20.0, high=3.8),
    ]
    return {
        "Strips": strip_plot(rows, names, PERCENT, text.words),
        "Strips with a key": strip_plot(balances, keyed, BALANCE, text.words),
        "Strip, one row": strip_plot(rows[:1], names, PERCENT, text.words),
    }


def _tiles(text: Texts) -> dict[str, str]:
    found = {
        f"Tiles: {layout.key}": tile_map(
            layout,
            [
                Tile(area.code, None if n % 6 == 4 else min(100.0, n * 9.1), text(area.name))
                for n, area in enumerate(layout.areas[1:])
            ],
            PERCENT_STEPS,
            text.words,
        )
        for layout in (NORWAY_2024, NORWAY_2020, SWEDEN, DENMARK, FINLAND, ICELAND)
    }
    nordic = [Tile("NO", 73.9), Tile("DK", 0.0), Tile("SE", 100.0), Tile("FI", 41.2, text("Finland"))]
    return {**found, "Tiles: Nordic": tile_map(NORDIC, nordic, PERCENT_STEPS, text.words)}


def _points(text: Texts) -> dict[str, str]:
    places = [
        Place(text(f"Kommune {code}"), lon, lat, None if n % 9 == 0 else (n * 7) % 101, own=code in ("0301", "5607"))
        for n, (code, (lon, lat)) in enumerate(positions("NO").items())
    ]
    square = [(9.0, 59.0), (12.0, 59.0), (12.0, 62.0), (9.0, 62.0)]
    few = [
        Place(text("Øst"), 11.5, 60.0, 0.0, own=True),
        Place(text("Vest"), 9.5, 61.0, 100.0),
        Place(text("Nord"), 10.5, 61.5),
    ]
    return {
        "Points": point_map(places, PERCENT_STEPS, text.words),
        "Points, three with an outline": point_map(few, PERCENT_STEPS, text.words, outlines=[square]),
        "Points, one": point_map(few[:1], PERCENT_STEPS, text.words),
    }
