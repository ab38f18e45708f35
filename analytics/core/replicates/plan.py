"""What a set of replicate weights is: its kind, its scale factors and where its randomness comes from."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analytics.core.arrays import Floats, InputError, floats
from analytics.core.design import LonelyPsu, SurveyDesign

BLOCK = 32  # replicates computed at a time: part of the result's last bits, never of the drawn weights


class Kind(StrEnum):
    JK1 = "jk1"
    JKN = "jkn"
    BRR = "brr"
    FAY = "fay"
    BOOTSTRAP = "bootstrap"


class Centre(StrEnum):
    """What the squared distances of the replicates are taken from."""

    REPLICATES = "replicates"  # the mean of the replicates that count (R's default)
    ESTIMATE = "estimate"  # the estimate with the full weights ("mse" in R): as a rule a little larger


@dataclass(frozen=True, eq=False)
class Replicates:
    """A recipe for replicate weights: they are made in blocks when needed and never stored as a whole.

    kind: how they are made. count: R, the number of replicates. scale and rscales f8[R]: the variance is
    scale * sum of rscales_r (theta_r - centre)^2. seed: of the bootstrap, None for the others. centre: see Centre.
    degrees: degrees of freedom of the replicate design. units: the PSUs of the design it was made for. rho: Fay's
    factor. fpc: whether the finite-population correction is in (in the bootstrap it is in the weights themselves).
    """

    kind: Kind
    count: int
    scale: float
    rscales: Floats
    seed: int | None
    centre: Centre
    degrees: int
    units: int
    rho: float = 0.0
    fpc: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "rscales", floats("rscales", self.rscales, size=self.count))

    def check(self, design: SurveyDesign) -> None:
        """InputError when these replicates were made for a design with another number of PSUs."""
        if design.psu_count != self.units:
            raise InputError(
                "replicates",
                expected=f"replicates of a design with {design.psu_count} PSUs",
                got=f"those of one with {self.units}",
                hint="Make the replicates from the design that they are applied to.",
            )


def blocks(count: int, size: int = BLOCK) -> tuple[range, ...]:
    """The replicates 0..count-1 in runs of `size` (the last may be shorter), in order; each can be computed apart.

    InputError when either number is below 1.
    """
    for name, value in (("count", count), ("size", size)):
        if value < 1:
            raise InputError(name, expected="at least 1", got=str(value), hint="Ask for one replicate or more.")
    return tuple(range(start, min(start + size, count)) for start in range(0, count, size))


def two_stages(design: SurveyDesign, *, fpc: bool) -> bool:
    """Whether elements inside PSUs have a variance of their own beside that of the PSUs."""
    return fpc and not bool(design.complete.all())


def lonely_scale(design: SurveyDesign, kind: Kind, *, fpc: bool) -> float:
    """What lonely strata and PSUs do to the scale under the design's rule. InputError where it cannot be followed.

    certainty: 1, they are alike in every replicate. average (one stage only): H / (H - lonely), as in the linearised
    variance. fail and adjust: an error, since no replicate can be made from one unit.
    """
    alone = design.lonely if fpc else design.sizes == 1
    inside = two_stages(design, fpc=fpc)
    lonely, below = int(alone.sum()), int(design.lonely_psus.sum()) if inside else 0
    if not lonely + below or design.lonely_psu is LonelyPsu.CERTAINTY:
        return 1.0
    if design.lonely_psu is LonelyPsu.AVERAGE and lonely < design.stratum_count and not inside:
        return design.stratum_count / (design.stratum_count - lonely)
    where = f"stratum {int(np.argmax(alone))}" if lonely else f"PSU {int(np.argmax(design.lonely_psus))}"
    raise InputError(
        "design",
        expected=f"two units in every stratum and PSU for {kind}",
        got=f"one in {where}, rule {design.lonely_psu}",
        hint="Join it to a neighbour (collapse_strata), or choose the rule certainty (or average, for one stage).",
    )
