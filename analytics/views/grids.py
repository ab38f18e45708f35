"""Tables of a page as plain texts: what every page of a run is made of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.formats import number_format
from django.utils.translation import gettext as _

NOTHING = "–"


@dataclass(frozen=True)
class Cell:
    """A text, and what stands small below it; `share` 0 to 100 draws a bar of that width."""

    text: str
    small: str = ""
    number: bool = True
    share: int | None = None


@dataclass(frozen=True)
class Grid:
    """A table: a sentence on what it says, the names of its columns, and rows of cells, the first of each its head."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    say: str = ""
    after: tuple[str, ...] = ()

    @property
    def heads(self) -> list[tuple[str, bool]]:
        """The name of each column, and whether numbers stand in it."""
        first = self.rows[0] if self.rows else tuple(text(name) for name in self.columns)
        return [(name, cell.number) for name, cell in zip(self.columns, first, strict=True)]


def text(content: object, small: str = "") -> Cell:
    return Cell(str(content) or NOTHING, small, number=False)


def number(value: float | None, decimals: int = 1) -> Cell:
    return Cell(written(value, decimals))


def count(value: float | None) -> Cell:
    return number(value, 0)


def percent(share: float | None, decimals: int = 1) -> Cell:
    return number(None if share is None else 100 * share, decimals)


def interval(
    value: float | None, low: float | None, high: float | None, *, factor: float = 1, decimals: int = 1
) -> Cell:
    """A value with its limits below; a dash where there is none."""
    if value is None:
        return Cell(NOTHING)
    return Cell(written(factor * value, decimals), limits(low, high, factor=factor, decimals=decimals))


def limits(low: float | None, high: float | None, *, factor: float = 1, decimals: int = 1) -> str:
    if low is None or high is None:
        return ""
    return f"{written(factor * low, decimals)} … {written(factor * high, decimals)}"


def written(value: float | None, decimals: int = 1) -> str:
    """The number in the language of the page, without the sign of what rounds to nothing."""
    if value is None:
        return NOTHING
    return str(number_format(round(value, decimals) + 0.0, decimals))


def probability(p: float | None) -> str:
    """A p with three decimals; what rounds to nothing is below a thousandth."""
    return f"< {written(0.001, 3)}" if p is not None and p < 0.0005 else written(p, 3)


def duration(seconds: float) -> str:
    """Seconds below two minutes, else whole minutes."""
    if seconds < 120:
        return _("%(seconds)s s") % {"seconds": max(round(seconds), 1)}
    return _("%(minutes)s min") % {"minutes": round(seconds / 60)}


def filled(grids: Sequence[Grid]) -> list[Grid]:
    """Those that have something to show, without a first column in which nothing stands."""
    return [_headed(grid) for grid in grids if grid.rows or grid.after]


def _headed(grid: Grid) -> Grid:
    if not grid.rows or any(row[0].text != NOTHING for row in grid.rows):
        return grid
    return replace(grid, columns=grid.columns[1:], rows=tuple(row[1:] for row in grid.rows))
