"""The design of a survey as its respondents carry it: weights, strata, clusters, populations, calibration."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np

from analytics.core.arrays import Codes, Floats, InputError, Mask, codes, floats, positive
from analytics.core.calibrated import Calibration

__all__ = ["Calibration", "LonelyPsu", "SurveyDesign"]

CERTAIN = 1e-12  # a stratum with a smaller share left out is counted as wholly observed
ROUNDING = 1e-9  # a population may be a product of shares: this much below the count of respondents is rounding


class LonelyPsu(StrEnum):
    """What a stratum with one PSU (of more) adds to a variance; the same for a PSU with one respondent of more units.

    fail: no standard error is given for an estimate that touches it; it is flagged.
    certainty: nothing. adjust: the distance from the mean of the whole sample instead of from its own.
    average: what the others add on average.
    """

    FAIL = "fail"
    CERTAINTY = "certainty"
    ADJUST = "adjust"
    AVERAGE = "average"


@dataclass(frozen=True, eq=False)
class SurveyDesign:
    """Final weights of the respondents, and how they were drawn.

    weights f8[n], positive. strata i8[n], codes 0..H-1, each with at least one respondent.
    populations f8[H], the number of first-stage units (PSUs) N_h of each stratum, or None: no finite-population
    correction. psu i8[n], codes 0..P-1, each inside one stratum; None: every respondent is its own PSU. An element
    stratum beside clustered ones has a PSU of its own for every respondent.
    second_stage_populations f8[P], the units M_hi of each PSU, or None: no second-stage term; it needs populations.
    calibration: what the weights were calibrated to; variances are then those of residuals.
    The n_h and m_hi of every formula count respondents (PSUs with one, respondents of the PSU), so that a census with
    non-response has a variance. InputError for codes with gaps, a PSU in two strata, a share for a population, a
    population below its respondents.
    Source: Cochran 1977, ch. 5 and 11; Särndal, Swensson & Wretman 1992, ch. 3, 4 and 15.
    """

    weights: Floats
    strata: Codes
    populations: Floats | None = None
    lonely_psu: LonelyPsu = LonelyPsu.FAIL
    psu: Codes | None = None
    second_stage_populations: Floats | None = None
    calibration: Calibration | None = None

    def __post_init__(self) -> None:
        weights = floats("weights", self.weights)
        if not len(weights):
            raise InputError(
                "weights", expected="at least one respondent", got="none", hint="Flag the wave as unanswered instead."
            )
        weights = positive(
            "weights", weights, hint="A design holds respondents only: leave units without an answer out of it."
        )
        self._set("weights", weights)
        strata = codes("strata", self.strata, size=len(weights))
        _dense(strata, "strata", "stratum", "Join empty strata to a neighbour with collapse_strata first.")
        self._set("strata", strata)
        if self.lonely_psu not in list(LonelyPsu):
            raise InputError(
                "lonely_psu",
                expected=f"one of {', '.join(LonelyPsu)}",
                got=repr(str(self.lonely_psu)),
                hint="Choose one.",
            )
        self._set("lonely_psu", LonelyPsu(self.lonely_psu))
        if self.psu is not None:
            self._set("psu", _nested(codes("psu", self.psu, size=len(weights)), strata))
        if self.populations is not None:
            self._set("populations", self._checked_populations(self.populations))
        if self.second_stage_populations is not None:
            self._set("second_stage_populations", self._checked_second_stage(self.second_stage_populations))
        if self.calibration is not None and len(self.calibration.weights) != len(weights):
            raise InputError(
                "calibration",
                expected=f"{len(weights)} rows",
                got=str(len(self.calibration.weights)),
                hint="Calibrate the respondents of this design, all of them.",
            )

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def _checked_populations(self, given: Floats) -> Floats:
        populations = floats("populations", given, size=self.stratum_count)
        whole = (populations == 1) & (self.sizes == 1)  # a country with one workplace, which answered
        fraction = (populations > 0) & (populations <= 1) & ~whole
        units = "respondents" if self.psu is None else "PSUs with respondents"
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
                expected=f"at least the {self.sizes[stratum]} {units} of stratum {stratum}",
                got=f"{populations[stratum]}",
                hint="Check that frame and answers use the same strata.",
            )
        return populations

    def _checked_second_stage(self, given: Floats) -> Floats:
        if self.psu is None or self.populations is None:
            missing = "psu" if self.psu is None else "populations"
            raise InputError(
                "second_stage_populations",
                expected="psu and populations beside it",
                got=f"no {missing}",
                hint="The second-stage term is weighted by n_h / N_h: without N_h leave it out (ultimate clusters).",
            )
        units = floats("second_stage_populations", given, size=self.psu_count)
        short = ~(units * (1 + ROUNDING) >= self.psu_sizes)  # also true for NaN and for a share
        if bool(np.any(short)):
            cluster = int(np.argmax(short))
            raise InputError(
                "second_stage_populations",
                expected=f"at least the {self.psu_sizes[cluster]} respondents of PSU {cluster}",
                got=f"{units[cluster]}",
                hint="Give the number of units M of each PSU, never a share.",
            )
        return units

    @cached_property
    def size(self) -> int:
        """n, the number of respondents."""
        return len(self.weights)

    @cached_property
    def squared_weights(self) -> Floats:
        """f8[n], w^2."""
        return self.weights * self.weights

    @cached_property
    def stratum_count(self) -> int:
        """H."""
        return int(self.strata.max()) + 1

    @cached_property
    def psus(self) -> Codes:
        """i8[n], the PSU of each respondent: itself in an element sample."""
        return np.arange(self.size, dtype=np.int64) if self.psu is None else self.psu

    @cached_property
    def psu_count(self) -> int:
        """P."""
        return self.size if self.psu is None else int(self.psu.max()) + 1

    @cached_property
    def psu_strata(self) -> Codes:
        """i8[P], the stratum of each PSU."""
        if self.psu is None:
            return self.strata
        found = np.zeros(self.psu_count, dtype=np.int64)
        found[self.psu] = self.strata
        return found

    @cached_property
    def psu_sizes(self) -> Codes:
        """m_hi i8[P], respondents of each PSU."""
        return np.bincount(self.psus, minlength=self.psu_count).astype(np.int64)

    @cached_property
    def sizes(self) -> Codes:
        """n_h i8[H], PSUs of each stratum (respondents in an element sample)."""
        return np.bincount(self.psu_strata, minlength=self.stratum_count).astype(np.int64)

    @cached_property
    def fractions(self) -> Floats:
        """f_h = n_h / N_h, f8[H]; 0 where no population is known."""
        if self.populations is None:
            return np.zeros(self.stratum_count)
        return self.sizes / self.populations

    @cached_property
    def psu_fractions(self) -> Floats:
        """f_hi = m_hi / M_hi, f8[P]; 1 (nothing left to draw) without a second stage."""
        if self.second_stage_populations is None:
            return np.ones(self.psu_count)
        return self.psu_sizes / self.second_stage_populations

    @cached_property
    def taken_all(self) -> Mask:
        """Strata of which every PSU is in the sample, bool[H]: they add nothing at the first stage."""
        found: Mask = 1.0 - self.fractions < CERTAIN
        return found

    @cached_property
    def complete(self) -> Mask:
        """PSUs of which every unit answered, bool[P]: they add nothing at the second stage."""
        found: Mask = 1.0 - self.psu_fractions < CERTAIN
        return found

    @cached_property
    def certain(self) -> Mask:
        """Strata of which every unit answered, bool[H]: they add nothing to a variance at any stage."""
        found = self.taken_all.copy()
        found[self.psu_strata[~self.complete]] = False
        return found

    @cached_property
    def lonely(self) -> Mask:
        """Strata with one PSU of more, bool[H]."""
        found: Mask = (self.sizes == 1) & ~self.taken_all
        return found

    @cached_property
    def lonely_psus(self) -> Mask:
        """PSUs with one respondent of more units, bool[P]; none without a second stage."""
        found: Mask = (self.psu_sizes == 1) & ~self.complete
        return found

    @cached_property
    def lonely_rows(self) -> Mask:
        """Respondents in a lonely stratum or PSU, bool[n]."""
        found: Mask = self.lonely[self.strata]
        return found | self.lonely_psus[self.psus] if self.second_stage_populations is not None else found

    def strata_with(self, rows: Mask) -> Mask:
        """Strata with at least one of these rows, bool[H]. rows: bool[n]."""
        present = np.zeros(self.stratum_count, dtype=np.bool_)
        present[self.strata[rows]] = True
        return present

    def psus_with(self, rows: Mask) -> Mask:
        """PSUs with at least one of these rows, bool[P]. rows: bool[n]."""
        present = np.zeros(self.psu_count, dtype=np.bool_)
        present[self.psus[rows]] = True
        return present

    def degf(self, rows: Mask | None = None) -> int:
        """Degrees of freedom: PSUs minus strata, among those with a row of a domain (all when None).

        Source: Korn & Graubard 1999, ch. 2; the rule of `degf(subset(...))` in R's survey.
        """
        if rows is None:
            return self.psu_count - self.stratum_count
        present = int(rows.sum()) if self.psu is None else int(self.psus_with(rows).sum())
        return present - int(self.strata_with(rows).sum())


def _dense(given: Codes, parameter: str, unit: str, hint: str) -> None:
    if int(given.min()) < 0:
        raise InputError(
            parameter,
            expected="codes from 0",
            got=str(int(given.min())),
            hint=f"A respondent without a {unit} cannot be weighed: trace it in the frame.",
        )
    empty = np.flatnonzero(np.bincount(given) == 0)
    if len(empty):
        raise InputError(
            parameter,
            expected=f"a respondent in every {unit} 0..{'H' if unit == 'stratum' else 'P'}-1",
            got=f"none in {unit} {int(empty[0])}",
            hint=hint,
        )


def _nested(psu: Codes, strata: Codes) -> Codes:
    _dense(psu, "psu", "PSU", "Number the PSUs that have a respondent, without gaps.")
    owner = np.zeros(int(psu.max()) + 1, dtype=np.int64)
    owner[psu] = strata
    astray = np.flatnonzero(owner[psu] != strata)
    if len(astray):
        row = int(astray[0])
        raise InputError(
            "psu",
            expected="each PSU inside one stratum",
            got=f"PSU {psu[row]} in strata {strata[row]} and {owner[psu[row]]}",
            hint="Give the part of a PSU in another stratum a code of its own, or join the strata.",
        )
    return psu
