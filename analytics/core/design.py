"""The design of a stratified survey as its respondents carry it."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np

from analytics.core.arrays import Codes, Floats, InputError, Mask, codes, floats

CERTAIN = 1e-12  # a stratum with a smaller share left out is counted as wholly observed
ROUNDING = 1e-9  # a population may be a product of shares: this much below the count of respondents is rounding


class LonelyPsu(StrEnum):
    """What a stratum with one respondent (of more units) adds to a variance.

    fail: no standard error is given for an estimate that touches the stratum; it is flagged.
    certainty: nothing. adjust: the distance from the mean of all respondents instead of from its own.
    average: what the other strata add on average.
    """

    FAIL = "fail"
    CERTAINTY = "certainty"
    ADJUST = "adjust"
    AVERAGE = "average"


@dataclass(frozen=True, eq=False)
class SurveyDesign:
    """Final weights, strata and their populations, for the respondents.

    weights f8[n], positive. strata i8[n], codes 0..H-1, each with at least one respondent.
    populations f8[H], the number of units N_h of each stratum, or None for no finite-population correction.
    The n_h of every formula is the number of respondents, so that a census with non-response has a variance.
    Source: Cochran 1977, ch. 5; Särndal, Swensson & Wretman 1992, ch. 3 and 15.
    """

    weights: Floats
    strata: Codes
    populations: Floats | None = None
    lonely_psu: LonelyPsu = LonelyPsu.FAIL

    def __post_init__(self) -> None:
        weights = floats("weights", self.weights)
        if not len(weights):
            raise InputError(
                "weights", expected="at least one respondent", got="none", hint="Flag the wave as unanswered instead."
            )
        if not bool(np.all(np.isfinite(weights) & (weights > 0))):
            row = int(np.argmin(np.isfinite(weights) & (weights > 0)))
            raise InputError(
                "weights",
                expected="finite numbers above 0",
                got=f"{weights[row]} in row {row}",
                hint="A design holds respondents only: leave units without an answer out of it.",
            )
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "strata", _dense(codes("strata", self.strata, size=len(weights))))
        if self.lonely_psu not in list(LonelyPsu):
            raise InputError(
                "lonely_psu",
                expected=f"one of {', '.join(LonelyPsu)}",
                got=repr(str(self.lonely_psu)),
                hint="Choose one.",
            )
        object.__setattr__(self, "lonely_psu", LonelyPsu(self.lonely_psu))
        if self.populations is not None:
            object.__setattr__(self, "populations", self._checked_populations(self.populations))

    def _checked_populations(self, given: Floats) -> Floats:
        populations = floats("populations", given, size=self.stratum_count)
        whole = (populations == 1) & (self.sizes == 1)  # a country with one workplace, which answered
        fraction = (populations > 0) & (populations <= 1) & ~whole
        if bool(np.any(fraction)):
            stratum = int(np.argmax(fraction))
            raise InputError(
                "populations",
                expected="the number of units N_h of each stratum",
                got=f"{populations[stratum]} in stratum {stratum}",
                hint="A share or correction factor is not accepted; "
                "join a stratum of one unit to its neighbour with collapse_strata.",
            )
        short = ~(populations * (1 + ROUNDING) >= self.sizes)  # also true for NaN
        if bool(np.any(short)):
            stratum = int(np.argmax(short))
            raise InputError(
                "populations",
                expected=f"at least the {self.sizes[stratum]} respondents of stratum {stratum}",
                got=f"{populations[stratum]}",
                hint="Check that frame and answers use the same strata.",
            )
        return populations

    @cached_property
    def size(self) -> int:
        """n, the number of respondents."""
        return len(self.weights)

    @cached_property
    def stratum_count(self) -> int:
        """H."""
        return int(self.strata.max()) + 1

    @cached_property
    def sizes(self) -> Codes:
        """n_h i8[H], respondents of each stratum."""
        return np.bincount(self.strata, minlength=self.stratum_count).astype(np.int64)

    @cached_property
    def fractions(self) -> Floats:
        """f_h = n_h / N_h, f8[H]; 0 where no population is known."""
        if self.populations is None:
            return np.zeros(self.stratum_count)
        return self.sizes / self.populations

    @cached_property
    def certain(self) -> Mask:
        """Strata of which every unit answered, bool[H]: they add nothing to a variance."""
        found: Mask = 1.0 - self.fractions < CERTAIN
        return found

    @cached_property
    def lonely(self) -> Mask:
        """Strata with one respondent of more units, bool[H]."""
        found: Mask = (self.sizes == 1) & ~self.certain
        return found

    def strata_with(self, rows: Mask) -> Mask:
        """Strata with at least one of these rows, bool[H]. rows: bool[n]."""
        present = np.zeros(self.stratum_count, dtype=np.bool_)
        present[self.strata[rows]] = True
        return present

    def degf(self, rows: Mask | None = None) -> int:
        """Degrees of freedom: respondents minus strata, among the rows of a domain (all when None).

        Source: Korn & Graubard 1999, ch. 2; the rule of `degf(subset(...))` in R's survey.
        """
        if rows is None:
            return self.size - self.stratum_count
        return int(rows.sum()) - int(self.strata_with(rows).sum())


def _dense(strata: Codes) -> Codes:
    if int(strata.min()) < 0:
        raise InputError(
            "strata",
            expected="codes from 0",
            got=str(int(strata.min())),
            hint="A respondent without a stratum cannot be weighed: trace it in the frame.",
        )
    empty = np.flatnonzero(np.bincount(strata) == 0)
    if len(empty):
        raise InputError(
            "strata",
            expected="a respondent in every stratum 0..H-1",
            got=f"none in stratum {int(empty[0])}",
            hint="Join empty strata to a neighbour with collapse_strata first.",
        )
    return strata
