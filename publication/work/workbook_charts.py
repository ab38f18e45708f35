"""Charts of a workbook: the spreadsheet's own, drawn from the cells of the table, with intervals as bars of error."""

from collections.abc import Iterable, Sequence

from openpyxl.chart import BarChart, Reference, Series
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.data_source import AxDataSource, NumData, NumDataSource, NumVal, StrRef
from openpyxl.chart.error_bar import ErrorBars
from openpyxl.chart.series import Series as SeriesOf
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.chart.title import title_maker
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from publication.figures.reading import Reader
from publication.figures.rows import measure
from publication.work.workbook_tables import Cell, Grid, Number

CHARTED = ("share", "net_balance", "index")  # what a bar is drawn of, in tables by country
COLOURS = ("0B3F5E", "2B7F86", "A8672B", "5B2A86", "1C6B3C")
WIDTH, ROOM, LINE = 22, 4.5, 0.62  # centimetres: the whole, titles and axes, a bar
LONGEST = 40.0


def chart_beside(sheet: Worksheet, grid: Grid, reader: Reader, *, first: int, column: int) -> None:
    """A chart from `column` on, beside the table whose headings stand in row `first`; none for parts or changes."""
    drawn = [name for name in grid.measures if name in CHARTED]
    parts = set(reader.document["breakdowns"]) - {"country"}
    if len(drawn) != 1 or parts or len(grid.lines) < 2:
        return
    figures = next(place for place, cell in enumerate(grid.headings, start=1) if cell == measure(drawn[0]))
    chart = BarChart()
    chart.type, chart.grouping, chart.gapWidth = "bar", "clustered", 40
    chart.title = title_maker(" – ".join(part for part in (reader.text("title"), reader.words.constructed) if part))
    chart.title.overlay = False
    groups = _groups(grid)
    for colour, (name, lines) in zip(_colours(len(groups)), groups, strict=True):
        chart.series.append(_series(sheet, grid, figures, first, lines, name=name, colour=colour))
    _axes(chart, drawn[0])
    chart.legend = chart.legend if len(groups) > 1 else None
    chart.width, chart.height = WIDTH, min(LONGEST, ROOM + LINE * len(grid.lines))
    sheet.add_chart(chart, f"{get_column_letter(column)}{first}")


def _groups(grid: Grid) -> list[tuple[str, range]]:
    """A series a country where a country has several lines, else one series of all; lines are counted from 0."""
    countries = list(dict.fromkeys(country for country, _name in grid.places))
    if len(countries) == len(grid.lines):
        return [("", range(len(grid.lines)))]
    found = []
    for country in countries:
        own = [number for number, (name, _name) in enumerate(grid.places) if name == country]
        found.append((country, range(own[0], own[-1] + 1)))
    return found


def _series(sheet: Worksheet, grid: Grid, column: int, first: int, lines: range, *, name: str, colour: str) -> SeriesOf:
    """The bars of some lines; names stand in the last of the columns with names."""
    top, bottom = first + 1 + lines[0], first + 1 + lines[-1]
    values = Reference(sheet, min_col=column, min_row=top, max_row=bottom)
    series: SeriesOf = Series(values, title=name or None)
    names = Reference(sheet, min_col=grid.texts, min_row=top, max_row=bottom)
    series.cat = AxDataSource(strRef=StrRef(f=str(names)))
    series.graphicalProperties = GraphicalProperties(solidFill=colour)
    series.errBars = _intervals([grid.lines[number] for number in lines], column)
    return series


def _intervals(lines: Sequence[Sequence[Cell]], column: int) -> ErrorBars | None:
    """From the figure to the ends of its interval, which stand in the two columns after it."""
    below, above = [], []
    for line in lines:
        value, low, high = line[column - 1 : column + 2]
        if isinstance(value, Number) and isinstance(low, Number) and isinstance(high, Number):
            below.append(round(value.value - low.value, 1))
            above.append(round(high.value - value.value, 1))
        else:
            below.append(0.0)
            above.append(0.0)
    if not any((*below, *above)):
        return None
    bars = ErrorBars(errDir=None, errBarType="both", errValType="cust", plus=_given(above), minus=_given(below))
    bars.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill="17222B", w=12700))
    return bars


def _given(lengths: Iterable[float]) -> NumDataSource:
    points = [NumVal(idx=place, v=f"{length:.1f}") for place, length in enumerate(lengths)]
    return NumDataSource(numLit=NumData(formatCode="0.0", ptCount=len(points), pt=points))


def _axes(chart: BarChart, drawn: str) -> None:
    """The first line on top; both axes drawn, which the library leaves out unless told. Bars begin at zero."""
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = (-100.0 if drawn == "net_balance" else 0.0), 100.0
    chart.x_axis.scaling.orientation = "maxMin"
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.x_axis.tickLblPos = "low"
    chart.y_axis.title = measure(drawn)
    chart.y_axis.number_format, chart.y_axis.majorGridlines = "0", ChartLines(spPr=_grey())
    chart.y_axis.crosses = "max"
    small = CharacterProperties(sz=900)
    for axis in (chart.x_axis, chart.y_axis):
        axis.txPr = RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=small), endParaRPr=small)])


def _grey() -> GraphicalProperties:
    return GraphicalProperties(ln=LineProperties(solidFill="C3CCD3"))


def _colours(number: int) -> list[str]:
    return [COLOURS[place % len(COLOURS)] for place in range(number)]
