"""A figure of a run for the sectors that a comparison is about: of one, of all, or several put together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

from analytics.core.arrays import InputError
from analytics.core.published import LEVEL
from analytics.core.results import ALL_SECTORS, EstimateRow
from analytics.core.student import quantile

Part = tuple[str, str, str]  # indicator, category, estimand
INNOVATIVE: Part = ("innovative", "", "share")
KNOWN = "known"  # everybody answered: a standard error of 0 means what it says


@dataclass(frozen=True)
class OwnFigure:
    """A share of ours, 0 to 1, with its precision. sectors: those put together; empty where the run has the figure."""

    value: float
    standard_error: float | None
    df: float
    low: float | None
    high: float | None
    n: int
    flags: tuple[str, ...]
    sectors: tuple[str, ...] = ()


class OwnFigures:
    """The figures of one country of a run, found by what they are of.

    rows: those of the country's whole or sectors are used, others (sizes, areas, comparisons) passed over. sizes:
    sector -> workplaces in the frame.
    """

    def __init__(self, rows: Iterable[EstimateRow], *, country: str, sizes: Mapping[str, float]) -> None:
        self._sizes = sizes
        self._rows = {
            (row.indicator, row.category, row.estimand, row.sector): row
            for row in rows
            if row.country == country and not (row.size_class or row.area or row.against)
        }

    def figure(self, part: Part, *, base: str, sectors: Sequence[str] = ()) -> OwnFigure | None:
        """The share of the part; None where the run has none, or lacks it in one of the sectors.

        Several sectors: the sum of a_s p_s, with a_s in proportion to the frame's workplaces times the share of them
        in the base (all, innovators or without_innovation), taken as fixed; sectors are sampled apart, so variances
        add, with Satterthwaite's degrees of freedom and a logit interval. InputError for a base that nothing tells
        the size of, and a sector that the frame does not have. Source: Cochran 1977, 5A.9; Satterthwaite 1946.
        """
        if len(sectors) < 2:
            return self._single(part, sectors[0] if sectors else ALL_SECTORS)
        parts = [self._single(part, sector) for sector in sectors]
        sizes = [self._base(sector, base) for sector in sectors]
        if None in parts or None in sizes:
            return None
        return _together([one for one in parts if one], [size for size in sizes if size is not None], tuple(sectors))

    def _single(self, part: Part, sector: str) -> OwnFigure | None:
        row = self._rows.get((*part, sector))
        if row is None or row.value is None:
            return None
        error = None if row.standard_error == 0 and KNOWN not in row.flags else row.standard_error
        return OwnFigure(row.value, error, _df(row), row.low, row.high, row.n, tuple(row.flags))

    def _base(self, sector: str, base: str) -> float | None:
        """How many workplaces of the sector the share is a share of."""
        if sector not in self._sizes:
            raise InputError("sectors", expected=f"of {sorted(self._sizes)}", got=sector, hint="Correct the preset.")
        if base == "all":
            return self._sizes[sector]
        innovative = self._single(INNOVATIVE, sector)
        shares = {"innovators": lambda share: share, "without_innovation": lambda share: 1 - share}
        if base not in shares:
            raise InputError("base", expected=f"all, {', '.join(shares)}", got=base, hint="Compare all sectors.")
        return None if innovative is None else self._sizes[sector] * shares[base](innovative.value)


def _df(row: EstimateRow) -> float:
    if row.degrees_of_freedom is not None:
        return row.degrees_of_freedom
    return float("inf") if KNOWN in row.flags else 0.0


def _together(parts: Sequence[OwnFigure], sizes: Sequence[float], sectors: tuple[str, ...]) -> OwnFigure | None:
    total = sum(sizes)
    if total <= 0:
        return None
    shares = [size / total for size in sizes]
    value = sum(share * one.value for share, one in zip(shares, parts, strict=True))
    flags = tuple(sorted({flag for one in parts for flag in one.flags}))
    n = sum(one.n for one in parts)
    errors = [one.standard_error for one in parts]
    known = [error for error in errors if error is not None]
    if len(known) < len(errors):
        return OwnFigure(value, None, 0.0, None, None, n, flags, sectors)
    variances = [(share * error) ** 2 for share, error in zip(shares, known, strict=True)]
    error = sqrt(sum(variances))
    df = added_df(variances, [one.df for one in parts])
    low, high = _logit_interval(value, error, df)
    return OwnFigure(value, error, df, low, high, n, flags, sectors)


def added_df(variances: Sequence[float], degrees: Sequence[float]) -> float:
    """Satterthwaite's degrees of freedom of a sum of independent estimates; 0 when a part with spread has none."""
    used = [(variance, df) for variance, df in zip(variances, degrees, strict=True) if variance > 0]
    if any(df <= 0 for _variance, df in used):
        return 0.0
    below = sum(variance**2 / df for variance, df in used)
    return sum(variance for variance, _df in used) ** 2 / below if below > 0 else float("inf")


def _logit_interval(value: float, error: float, df: float) -> tuple[float | None, float | None]:
    if df <= 0 or not 0 < value < 1:
        return None, None
    at, reach = log(value / (1 - value)), quantile(LEVEL, df) * error / (value * (1 - value))
    return 1 / (1 + exp(reach - at)), 1 / (1 + exp(-reach - at))
