"""Direct shares of areas under the design, and sampling variances smoothed from a pooled design effect."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Codes, Floats, InputError, Mask, codes
from analytics.core.design import SurveyDesign
from analytics.core.estimates import Flag, share


@dataclass(frozen=True, eq=False)
class DirectShares:
    """values and standard_errors f8[M] (NaN without answers, or where undefined), answers i8[M] of each area.

    known bool[M]: everybody answered, there is no sampling error.
    """

    values: Floats
    standard_errors: Floats
    answers: Codes
    known: Mask


def direct_shares(
    design: SurveyDesign, y: npt.ArrayLike, *, areas: npt.ArrayLike, count: int, areas_are_psus: bool = False
) -> DirectShares:
    """Share of ones of y f8[n] (0, 1, NaN) in each area, areas i8[n] in 0..count-1, as domains of the whole design.

    areas_are_psus: the clusters of a two-stage sample are the areas. The error of an area is then that of its own
    workplaces, given the area was drawn; the design's variance would weigh it by the share of areas drawn.
    InputError on codes outside 0..count-1. Source: Särndal, Swensson & Wretman 1992, ch. 10; as `estimates.share`.
    """
    places = codes("areas", areas, size=design.size)
    outside = (places < 0) | (places >= count)
    if bool(outside.any()):
        row = int(np.argmax(outside))
        raise InputError(
            "areas", expected=f"codes 0..{count - 1}", got=f"{places[row]} in row {row}",
            hint="Every respondent lies in an area of the list.",
        )  # fmt: skip
    used = within_psus(design) if areas_are_psus else design
    found = [share(used, y, places == area) for area in range(count)]
    return DirectShares(
        np.array([one.value for one in found]),
        np.array([one.standard_error for one in found]),
        np.array([one.n for one in found], dtype=np.int64),
        np.array([Flag.KNOWN in one.flags for one in found], dtype=np.bool_),
    )


def within_psus(design: SurveyDesign) -> SurveyDesign:
    """The design given its clusters: each PSU of a clustered stratum is a stratum of its own, of M_hi units.

    Strata in which every PSU is one respondent stay as they are. Where M_hi is unknown there is no correction.
    """
    if design.psu is None:
        return design
    clustered = np.zeros(design.stratum_count, dtype=np.bool_)
    clustered[design.psu_strata[design.psu_sizes > 1]] = True
    inside = clustered[design.strata]
    _, strata = np.unique(np.where(inside, design.stratum_count + design.psu, design.strata), return_inverse=True)
    populations = np.full(int(strata.max()) + 1, np.inf)
    if design.second_stage_populations is not None:
        populations[strata[inside]] = design.second_stage_populations[design.psu[inside]]
    if design.populations is not None:
        populations[strata[~inside]] = design.populations[design.strata[~inside]]
    return SurveyDesign(
        design.weights, strata.astype(np.int64), populations, design.lonely_psu, calibration=design.calibration
    )


def pooled_design_effect(direct: DirectShares) -> float:
    """Variances of all areas over what simple samples of their sizes would have, each area counted by its answers.

    sum n v / sum n/(n - 1) p (1 - p), over areas of at least two answers with a standard error, known ones left out.
    InputError when no such area has any spread. Source: ours, a ratio of pooled sums; Kish 1965, ch. 8.
    """
    n, p = direct.answers.astype(np.float64), direct.values
    usable = (n > 1) & ~direct.known & np.isfinite(direct.standard_errors)
    below = float(np.sum((n * p * (1 - p))[usable] / (n[usable] - 1)))
    if not below > 0:
        raise InputError(
            "direct", expected="areas with a standard error in which answers differ", got="none",
            hint="State the design effect from a larger domain instead.",
        )  # fmt: skip
    return float(np.sum((n * direct.standard_errors**2)[usable])) / below


def smooth_variances(*, shares: npt.ArrayLike, design_effect: float, answers: npt.ArrayLike) -> Floats:
    """D = p (1 - p) deff / n f8[M], with pooled shares p (one, or f8[M]) in (0, 1); NaN where nobody answered.

    Areas in which all answers agree have a direct variance of 0, which would claim perfect knowledge.
    InputError on shares at or outside 0 and 1, effects not above 0 and counts below 0.
    Source: Rao & Molina 2015, 6.4.1.
    """
    p, n = np.asarray(shares, dtype=np.float64), np.asarray(answers, dtype=np.float64)
    if not bool(np.all((p > 0) & (p < 1))):
        raise InputError("shares", expected="numbers between 0 and 1", got=str(p), hint="Pool more areas.")
    _effect(design_effect, n)
    counted = np.where(n > 0, n, np.nan)
    found: Floats = p * (1 - p) * design_effect / counted
    return found


def arcsine_variances(*, design_effect: float, answers: npt.ArrayLike) -> Floats:
    """Variance deff / (4 n) f8[M] of arcsin sqrt(p), which does not depend on p; NaN where nobody answered.

    InputError as `smooth_variances`. Source: Efron & Morris 1975; Rao & Molina 2015, sec. 4.2.
    """
    n = np.asarray(answers, dtype=np.float64)
    _effect(design_effect, n)
    found: Floats = design_effect / (4 * np.where(n > 0, n, np.nan))
    return found


def _effect(design_effect: float, answers: Floats) -> None:
    if not (np.isfinite(design_effect) and design_effect > 0):
        raise InputError(
            "design_effect", expected="a finite number above 0", got=str(design_effect), hint="1 is a simple sample."
        )
    if not bool(np.all(answers >= 0)):
        raise InputError("answers", expected="counts from 0", got=str(answers), hint="Unweighted answers of an area.")
