"""Whole answers as bars of 100 per cent, every answer a part: the second view of a battery.

Each part has its number in a column, as a thin part has no room for it; the parts follow one another as the columns do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor
from typing import Final, Literal

from publication.charts.numbers import number, safe
from publication.charts.words import Words

Kind = Literal["minus-strong", "minus", "neutral", "plus", "plus-strong", "outside"]
SLACK: Final = 0.5  # points by which rounded shares may miss 100


@dataclass(frozen=True)
class Part:
    """One answer; `kind` says how it looks: against, neither, for, or outside the scale."""

    name: str
    kind: Kind


@dataclass(frozen=True)
class Whole:
    """Shares in percent, one for each part; None: withheld."""

    label: str
    shares: tuple[float, ...] | None = None


@dataclass(frozen=True)
class PartHeadings:
    caption: str
    row: str
    bar: str
    parts: tuple[Part, ...]


def part_bars(rows: Sequence[Whole], headings: PartHeadings, words: Words) -> str:
    """The table. Raises ValueError where shares do not match the parts or do not make 100."""
    mark = f' <span class="constructed">{safe(words.constructed)}</span>' if words.constructed else ""
    head = "".join(
        f'<th scope="col" role="columnheader" class="side-number">{_patch(part)}{safe(part.name)}</th>'
        for part in headings.parts
    )
    body = "".join(_row(row, headings, words) for row in rows)
    return (
        f'<table class="bars parts" role="table"><caption>{safe(headings.caption)}{mark}</caption>'
        f'<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader" class="side-label">'
        f'{safe(headings.row)}</th><th scope="col" role="columnheader" class="whole">{safe(headings.bar)}</th>'
        f'{head}</tr></thead><tbody role="rowgroup">{body}</tbody></table>'
    )


def whole_numbers(shares: Sequence[float]) -> tuple[int, ...]:
    """Shares rounded so that they make exactly 100: down, then one more for those that lost most."""
    total = sum(shares)
    scaled = [share * 100 / total for share in shares]
    found = [floor(share) for share in scaled]
    lost = sorted(range(len(scaled)), key=lambda index: (found[index] - scaled[index], index))
    for index in lost[: 100 - sum(found)]:
        found[index] += 1
    return tuple(found)


def checked(row: Whole, parts: Sequence[Part]) -> tuple[float, ...]:
    """The shares of a row that is shown. Raises ValueError where they do not match the parts or do not make 100."""
    shares = row.shares or ()
    if len(shares) != len(parts):
        raise ValueError(f"shares of {row.label!r}: expected {len(parts)}, one a part, got {len(shares)}. Give each.")
    if min(shares) < 0 or abs(sum(shares) - 100) > SLACK:
        raise ValueError(
            f"shares of {row.label!r}: expected none below 0 and 100 together, got {sum(shares):.1f}. "
            "Add the part that is missing, as those who did not know."
        )
    return shares


def _row(row: Whole, headings: PartHeadings, words: Words) -> str:
    name = f'<th scope="row" role="rowheader">{safe(row.label)}</th>'
    if row.shares is None:
        columns = 1 + len(headings.parts)
        hidden = f'<td role="cell" colspan="{columns}" class="withheld">{safe(words.withheld)}</td>'
        return f'<tr role="row">{name}{hidden}</tr>'
    shares = checked(row, headings.parts)
    drawn = "".join(
        f'<span class="part part-{part.kind} w{width}"></span>'
        for part, width in zip(headings.parts, whole_numbers(shares), strict=True)
        if width
    )
    numbers = "".join(
        f'<td role="cell" class="side-number"><span class="block-heading">{_patch(part)}{safe(part.name)}: </span>'
        f"{number(share, 1, words.decimal_mark)} %</td>"
        for part, share in zip(headings.parts, shares, strict=True)
    )
    return f'<tr role="row">{name}<td role="cell" class="whole"><span class="track">{drawn}</span></td>{numbers}</tr>'


def _patch(part: Part) -> str:
    return f'<span class="patch part-{part.kind}"></span>'
