"""A cube as an HTML table: named headers, no script, no style, every text escaped.

The table is a fragment to stand in a page. Column headers say with `scope` what they stand over, row headers what
they stand beside. A header that repeats is written once and spans: HTML gives it to every row or column that it spans,
whereas the scope of a group would reach to the end of the table. Marks are explained below the table, so that they
need neither colour nor a pointer.
"""

from collections.abc import Sequence
from html import escape
from math import prod

from publication.formats.cube import CARE, Cube, Dimension
from publication.formats.layout import MARKS, Layout, digits, laid_out

CARE_MARK = "*"


def html_table(
    cube: Cube,
    language: str,
    *,
    stub: Sequence[str] | None = None,
    heading: Sequence[str] | None = None,
    decimal_mark: str = ".",
) -> str:
    """The table with its title as caption, and its notes and source below.

    Raises:
        SelectionError: the dimensions of `stub` and `heading` are not those of the cube.
        KeyError: the cube does not have the language.
    """
    layout = laid_out(cube, stub=stub, heading=heading)
    lines = [
        f'<table class="table" lang="{escape(language)}">',
        f"<caption>{escape(cube.title[language])}</caption>",
        "<thead>",
        *_head(layout, language),
        "</thead>",
        "<tbody>",
        *_body(layout, language, decimal_mark),
        "</tbody>",
        "</table>",
        f'<ul lang="{escape(language)}">',
        *(f"<li>{escape(note)}</li>" for note in notes(cube, language)),
        "</ul>",
    ]
    return "\n".join(lines) + "\n"


def notes(cube: Cube, language: str) -> list[str]:
    """What stands below a table for people: the notes, the marks that it uses, the source."""
    marks = {**MARKS, CARE: CARE_MARK}
    explained = [
        f"{marks[status]} {cube.status_labels[status][language]}" for status in marks if status in cube.statuses
    ]
    return [*cube.notes[language], *explained, cube.source[language]]


def _span(name: str, number: int) -> str:
    return f' {name}="{number}"' if number > 1 else ""


def _head(layout: Layout, language: str) -> list[str]:
    """A row a dimension of the heading; the names of the stub's dimensions span all of them."""
    corner = [
        f'<th scope="col"{_span("rowspan", max(1, len(layout.heading)))}>{escape(one.labels[language])}</th>'
        for one in layout.stub
    ]
    rows = []
    for level, dimension in enumerate(layout.heading):
        above = prod(len(one.categories) for one in layout.heading[:level])
        below = prod(len(one.categories) for one in layout.heading[level + 1 :])
        cells = [
            f'<th scope="col"{_span("colspan", below)}>{escape(category.labels[language])}</th>'
            for _repeated in range(above)
            for category in dimension.categories
        ]
        rows.append(f"<tr>{''.join([*(corner if level == 0 else []), *cells])}</tr>")
    return rows or [f"<tr>{''.join(corner)}<td></td></tr>"]


def _body(layout: Layout, language: str, decimal_mark: str) -> list[str]:
    decimals = layout.decimals()
    spans = _spans(layout.stub)
    lines = []
    for number, (stub, cells) in enumerate(layout.rows()):
        headers = [
            f'<th scope="row"{_span("rowspan", span)}>{escape(category.labels[language])}</th>'
            for category, span in zip(stub, spans, strict=True)
            if number % span == 0
        ]
        shown = [f"<td>{_cell(layout.cube, place, decimals[place], decimal_mark)}</td>" for place in cells]
        lines.append(f"<tr>{''.join([*headers, *shown])}</tr>")
    return lines


def _spans(stub: Sequence[Dimension]) -> list[int]:
    return [prod(len(one.categories) for one in stub[level + 1 :]) for level in range(len(stub))]


def _cell(cube: Cube, place: int, decimals: int, decimal_mark: str) -> str:
    value, status = cube.values[place], cube.statuses[place]
    if value is None:
        return MARKS[status]
    return digits(value, decimals).replace(".", decimal_mark).replace("-", "−") + (CARE_MARK if status == CARE else "")
