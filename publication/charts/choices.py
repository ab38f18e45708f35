"""Plain bars from 0 to 100 per cent, the longest first: what was chosen among several answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from publication.charts.numbers import number, safe, share_class
from publication.charts.words import Words


@dataclass(frozen=True)
class Choice:
    """A share in percent with its interval. `share` None: withheld."""

    label: str
    share: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class ChoiceHeadings:
    caption: str
    choice: str
    share: str


def by_share(rows: Sequence[Choice]) -> tuple[Choice, ...]:
    """The largest share first, equals by name, what is withheld at the end."""
    return tuple(sorted(rows, key=lambda row: (row.share is None, -(row.share or 0.0), row.label)))


def choice_bars(rows: Sequence[Choice], headings: ChoiceHeadings, words: Words) -> str:
    """The table, sorted by share; a bar begins at zero and its track ends at 100, so that lengths can be compared."""
    mark = f' <span class="constructed">{safe(words.constructed)}</span>' if words.constructed else ""
    body = "".join(_row(row, headings, words) for row in by_share(rows))
    return (
        f'<table class="bars choices-bars" role="table"><caption>{safe(headings.caption)}{mark}</caption>'
        f'<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader" class="side-label">'
        f'{safe(headings.choice)}</th><th scope="col" role="columnheader">{safe(headings.share)}</th></tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table>'
    )


def _row(row: Choice, headings: ChoiceHeadings, words: Words) -> str:
    name = f'<th scope="row" role="rowheader">{safe(row.label)}</th>'
    if row.share is None:
        return f'<tr role="row">{name}<td role="cell" class="withheld">{safe(words.withheld)}</td></tr>'
    return (
        f'<tr role="row">{name}<td role="cell"><span class="track"><span class="bar one {share_class(row.share)}">'
        f'</span></span><span class="bar-number">{share_text(row, words)}</span></td></tr>'
    )


def share_text(row: Choice, words: Words) -> str:
    """The share with its interval in text."""
    if row.share is None:
        return words.withheld
    value = f"{number(row.share, 1, words.decimal_mark)} %"
    if row.low is None or row.high is None:
        return value
    return f"{value} ({'–'.join(number(end, 1, words.decimal_mark) for end in (row.low, row.high))})"
