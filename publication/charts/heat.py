"""A table whose cells have five steps of one hue, with the number in each: countries by perspectives."""

from collections.abc import Sequence
from dataclasses import dataclass

from publication.charts.fitting import wrapped
from publication.charts.numbers import safe
from publication.charts.steps import DARK, Steps, key_drawing, key_list
from publication.charts.svg import LEADING, TOP, Drawing, block, box, size_of, stacked
from publication.charts.words import Words

CELL_GAP = 2


@dataclass(frozen=True)
class HeatRow:
    """A value for each column; None: withheld."""

    label: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class HeatHeadings:
    """`corner` heads the column of names."""

    caption: str
    corner: str
    columns: tuple[str, ...]


def heat_table(rows: Sequence[HeatRow], headings: HeatHeadings, steps: Steps, words: Words) -> str:
    """The table in a scroll area of its own, and its key. Raises ValueError where a row does not match the columns."""
    _checked(rows, headings)
    mark = f' <span class="constructed">{safe(words.constructed)}</span>' if words.constructed else ""
    head = "".join(f'<th scope="col">{safe(name)}</th>' for name in (headings.corner, *headings.columns))
    body = "".join(
        f'<tr><th scope="row">{safe(row.label)}</th>{"".join(_cell(value, steps, words) for value in row.values)}</tr>'
        for row in rows
    )
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{safe(headings.caption)}">'
        f'<table class="steps-table"><caption><span>{safe(headings.caption)}{mark}</span></caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{key_list(steps, words)}"
    )


def _cell(value: float | None, steps: Steps, words: Words) -> str:
    if value is None:
        return f'<td class="step-0 withheld">{safe(words.withheld)}</td>'
    return f'<td class="step-{steps.of(value)}">{safe(steps.written(value, words))}</td>'


def heat_drawing(rows: Sequence[HeatRow], headings: HeatHeadings, steps: Steps, words: Words, width: int) -> Drawing:
    """The table drawn with its key, for a picture that stands alone. Raises ValueError as `heat_table`."""
    _checked(rows, headings)
    size = size_of(width)
    names = width * 0.3
    room = (width - names) / len(headings.columns)
    heads = [wrapped(name, room - 8, size, bold=True) for name in headings.columns]
    y = TOP + max(len(head) for head in heads) * size * LEADING + 8
    marks: list[str] = []
    for column, head in enumerate(heads):
        first = y - 8 - (len(head) - 1) * size * LEADING
        marks += block(names + room * (column + 0.5), first, head, "fig-heading", size=size, anchor="middle")
    for row in rows:
        label = wrapped(row.label, names - 10, size)
        cells = [wrapped(_text(value, steps, words), room - 6, size) for value in row.values]
        tall = max(34.0, max(map(len, [label, *cells])) * size * LEADING + 12)
        marks += block(0, y + tall / 2, label, "fig-label", size=size, middle=True)
        for column, (value, cell) in enumerate(zip(row.values, cells, strict=True)):
            step = 0 if value is None else steps.of(value)
            x = names + room * column
            marks.append(box(x + 1, y + 1, room - CELL_GAP, tall - CELL_GAP, f"fig-step fig-step-{step}"))
            ink = "fig-on-dark" if step >= DARK else "fig-on"
            marks += block(x + room / 2, y + tall / 2, cell, ink, size=size, anchor="middle", middle=True)
        y += tall
    return stacked(Drawing(tuple(marks), y + 8), key_drawing(steps, words, width))


def _text(value: float | None, steps: Steps, words: Words) -> str:
    return words.withheld if value is None else steps.written(value, words)


def _checked(rows: Sequence[HeatRow], headings: HeatHeadings) -> None:
    if not headings.columns:
        raise ValueError("columns: expected at least one, got none. Say in words that there is nothing to show.")
    for row in rows:
        if len(row.values) != len(headings.columns):
            raise ValueError(
                f"values of {row.label!r}: expected {len(headings.columns)}, one a column, got {len(row.values)}. "
                "Give None where a value is withheld."
            )
