"""Balanced repeated replication for two PSUs in each stratum, and Fay's milder form of it."""

import numpy as np

from analytics.core.arrays import Floats, InputError
from analytics.core.design import SurveyDesign
from analytics.core.replicates.hadamard import hadamard
from analytics.core.replicates.plan import Centre, Kind, Replicates


def brr(design: SurveyDesign, *, centre: Centre = Centre.REPLICATES) -> Replicates:
    """Balanced half-samples: in each replicate one PSU of a stratum counts twice and the other not at all.

    V = 1 / R sum of (theta_r - centre)^2, as if PSUs were drawn with replacement: no finite-population correction.
    InputError where a stratum has not exactly two PSUs. Source: McCarthy 1969; Wolter 2007, ch. 3.
    """
    return _balanced(design, Kind.BRR, rho=0.0, centre=centre)


def fay(design: SurveyDesign, *, rho: float, centre: Centre = Centre.REPLICATES) -> Replicates:
    """As brr with factors 2 - rho and rho, and V divided by (1 - rho)^2: no unit ever has weight 0.

    rho in (0, 1); InputError outside. Source: Judkins 1990.
    """
    if not 0 < rho < 1:
        raise InputError("rho", expected="a number between 0 and 1", got=str(rho), hint="0.3 to 0.5 is usual.")
    return _balanced(design, Kind.FAY, rho=rho, centre=centre)


def balanced_factors(design: SurveyDesign, replicates: Replicates, rows: range) -> Floats:
    """Factors f8[len(rows), P]: the first PSU of stratum h (the lower code) follows row h + 1 of the matrix."""
    signs = hadamard(design.stratum_count)[1 : design.stratum_count + 1, rows.start : rows.stop].T
    strata = design.psu_strata
    first = np.zeros(len(strata), dtype=np.bool_)
    first[np.unique(strata, return_index=True)[1]] = True
    side = np.where(first, 1.0, -1.0)
    found: Floats = 1.0 + signs[:, strata] * ((1.0 - replicates.rho) * side)
    return found


def _balanced(design: SurveyDesign, kind: Kind, *, rho: float, centre: Centre) -> Replicates:
    wrong = design.sizes != 2
    if bool(wrong.any()):
        stratum = int(np.argmax(wrong))
        raise InputError(
            "design",
            expected="two PSUs in every stratum",
            got=f"{design.sizes[stratum]} in stratum {stratum}",
            hint="Use jkn or the bootstrap, or pair the PSUs before they are looked at.",
        )
    count = len(hadamard(design.stratum_count))
    return Replicates(
        kind=kind,
        count=count,
        scale=1.0 / (count * (1.0 - rho) ** 2),
        rscales=np.ones(count),
        seed=None,
        centre=centre,
        degrees=design.stratum_count,
        units=design.psu_count,
        rho=rho,
    )
