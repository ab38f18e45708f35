"""Tests of one estimate, of two groups, and of a group against the rest, under the survey design."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Floats, InputError, codes, floats, mask
from analytics.core.design import SurveyDesign
from analytics.core.estimates import PointEstimate, difference, mean
from analytics.core.families import Effect, effect
from analytics.core.hypothesis_tests import p_value
from analytics.core.intervals import quantile


@dataclass(frozen=True)
class TTest:
    """An estimate against a value: t = (value - null) / se with df, p two-sided, interval of the value.

    NaN where there is no standard error or no degree of freedom, or where the standard error is 0.
    """

    value: float
    null: float
    standard_error: float
    df: float
    t: float
    p: float
    low: float
    high: float


def t_test(estimate: PointEstimate, *, null: float = 0.0, confidence: float = 0.95, plain_df: bool = False) -> TTest:
    """Is the estimate equal to null? df: PSUs minus strata in the rows used, minus 1, or Satterthwaite's if smaller.

    plain_df=True leaves Satterthwaite's out, as svyttest in R's survey; it promises too much where few strata carry
    the variance. Source: Korn & Graubard 1999, ch. 2 and 3.
    """
    df = float(estimate.df_plain - 1) if plain_df else min(float(estimate.df_plain - 1), estimate.df)
    error = estimate.standard_error
    if not (error > 0 and df > 0):
        nan = float("nan")
        return TTest(estimate.value, null, error, df, nan, nan, nan, nan)
    t = (estimate.value - null) / error
    half = float(quantile(df, confidence)) * error
    return TTest(
        estimate.value, null, error, df, t, float(p_value(t, df)), estimate.value - half, estimate.value + half
    )


def two_groups(
    design: SurveyDesign, y: npt.ArrayLike, group: npt.ArrayLike, *, domain: npt.ArrayLike | None = None
) -> PointEstimate:
    """Mean of y f8[n] (NaN: missing) where group bool[n] is true minus the mean where it is false, in a domain.

    With the covariance of both, which is not 0 where they share strata or PSUs. Test it by `t_test`: svyttest in R.
    """
    inside = mask("domain", domain, size=design.size)
    first = mask("group", group, size=design.size)
    return difference(design, mean(design, y, inside & first), mean(design, y, inside & ~first))


def against_the_rest(
    design: SurveyDesign,
    y: npt.ArrayLike,
    groups: npt.ArrayLike,
    *,
    labels: Sequence[str],
    domain: npt.ArrayLike | None = None,
) -> tuple[Effect, ...]:
    """Each group's mean of y minus the mean of all other groups together: what "above the mean" should rest on.

    A mean that holds the group itself is drawn towards it: its difference is the share of the rest times this one.
    groups i8[n]: codes 0..len(labels)-1, -1 for none. The effects carry the labels; hand them to `Family.compare`.
    InputError on codes without a label.
    """
    given = codes("groups", groups, size=design.size)
    if len(labels) < 2 or not -1 <= int(given.min()) <= int(given.max()) < len(labels):
        raise InputError(
            "groups",
            expected=f"codes from -1 to {len(labels) - 1}, two labels or more",
            got=f"{int(given.min())}..{int(given.max())} with {len(labels)} labels",
            hint="Give every group a label, in the order of the codes.",
        )
    inside = mask("domain", domain, size=design.size) & (given >= 0)
    return tuple(
        effect(label, two_groups(design, y, given == code, domain=inside)) for code, label in enumerate(labels)
    )


def rest_contrasts(sizes: npt.ArrayLike) -> Floats:
    """Contrasts f8[m, m] of each estimate against the mean of the others, weighted by their sizes f8[m] > 0.

    For estimates that come without microdata: C theta are the differences, C V C' their covariance, and
    `max_t_quantile(V, df, contrasts=C)` the critical value that holds for all. Equal sizes: the plain mean of others.
    InputError with fewer than two sizes or one that is not positive.
    """
    given = floats("sizes", sizes)
    if len(given) < 2 or not bool(np.all(np.isfinite(given) & (given > 0))):
        raise InputError("sizes", expected="two or more numbers above 0", got=repr(given.tolist()), hint="Pass totals.")
    rest = np.tile(given, (len(given), 1))
    np.fill_diagonal(rest, 0.0)
    found: Floats = np.eye(len(given)) - rest / rest.sum(axis=1, keepdims=True)
    return found
