"""Drivers and barriers as a table with bars: hindered to the left, promoted to the right, the rest in columns.

A table wraps, prints and is read cell by cell; the roles are written out because the phone's layout turns rows into
blocks. Colour is never alone: the sides have headings and every bar its number.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from publication.charts.numbers import number, safe, share_class
from publication.charts.words import Words


@dataclass(frozen=True)
class Factor:
    """Shares in percent, balance in points with its interval. `driver` None: withheld, with all that belongs to it."""

    label: str
    driver: float | None = None
    barrier: float | None = None
    balance: float | None = None
    low: float | None = None
    high: float | None = None
    outside: float | None = None
    neutral: float | None = None


@dataclass(frozen=True)
class Headings:
    """`neutral`: heads a column for those who say neither; empty where the table has no such number."""

    caption: str
    factor: str
    barrier: str
    driver: str
    balance: str
    outside: str
    neutral: str = ""

    @property
    def numbers(self) -> tuple[str, ...]:
        """The headings of the columns beside the bars."""
        return (self.balance, *([self.neutral] if self.neutral else []), self.outside)


def diverging_bars(factors: Sequence[Factor], headings: Headings, words: Words) -> str:
    """The table; the caption carries the mark for constructed data."""
    made = f' <span class="constructed">{safe(words.constructed)}</span>' if words.constructed else ""
    names = ((headings.factor, "side-label"), (headings.barrier, "minus"), (headings.driver, "plus"))
    head = "".join(
        f'<th scope="col" role="columnheader" class="{name}">{safe(title)}</th>'
        for title, name in (*names, *((title, "side-number") for title in headings.numbers))
    )
    body = "".join(_row(factor, headings, words) for factor in factors)
    return (
        f'<table class="bars" role="table"><caption>{safe(headings.caption)}{made}</caption>'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead><tbody role="rowgroup">{body}</tbody></table>'
    )


def _row(factor: Factor, headings: Headings, words: Words) -> str:
    name = f'<th scope="row" role="rowheader">{safe(factor.label)}</th>'
    if factor.driver is None or factor.barrier is None:
        columns = 2 + len(headings.numbers)
        hidden = f'<td role="cell" colspan="{columns}" class="withheld">{safe(words.withheld)}</td>'
        return f'<tr role="row">{name}{hidden}</tr>'
    cells = [
        _bar(factor.barrier, "minus", headings.barrier, words),
        _bar(factor.driver, "plus", headings.driver, words),
        _number(_balance(factor, words), headings.balance),
    ]
    if headings.neutral:
        cells.append(_number(_percent(factor.neutral, words), headings.neutral))
    cells.append(_number(_percent(factor.outside, words), headings.outside))
    return f'<tr role="row">{name}{"".join(cells)}</tr>'


def _bar(share: float, side: str, heading: str, words: Words) -> str:
    return (
        f'<td role="cell" class="{side}"><span class="hidden">{safe(heading)}: </span>'
        f'<span class="track"><span class="bar {share_class(share)}"></span></span>'
        f'<span class="bar-number">{_percent(share, words)}</span></td>'
    )


def _number(value: str, heading: str) -> str:
    return f'<td role="cell" class="side-number"><span class="block-heading">{safe(heading)}: </span>{value}</td>'


def _percent(share: float | None, words: Words) -> str:
    return "" if share is None else f"{number(share, 1, words.decimal_mark)} %"


def balance_text(factor: Factor, words: Words) -> str:
    """The net balance with its interval, in signed numbers, or the mark that it is withheld."""
    if factor.balance is None:
        return words.withheld
    value = number(factor.balance, 1, words.decimal_mark, signed=True)
    if factor.low is None or factor.high is None:
        return value
    ends = [number(end, 1, words.decimal_mark, signed=True) for end in (factor.low, factor.high)]
    return f"{value} ({ends[0]} – {ends[1]})"


def _balance(factor: Factor, words: Words) -> str:
    value, between, interval = balance_text(factor, words).partition(" (")
    return f"<strong>{safe(value)}</strong>{between}{safe(interval)}" if between else safe(value)
