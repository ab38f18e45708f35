"""How well a one-factor model fits: chi-square, CFI, RMSEA, SRMR, and which equal intercepts the data contradict."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from analytics.core.arrays import Floats
from analytics.core.scales.battery import Moments
from analytics.core.scales.factor_model import (
    FactorFit,
    FitFlag,
    Layout,
    derivatives,
    implied,
    is_singular,
    layout,
    local,
)

NAN = float("nan")


@dataclass(frozen=True)
class FitMeasures:
    """chi2 with df and p, CFI in [0, 1], RMSEA, SRMR, and the baseline model of unrelated items. NaN: no fit.

    size is the N of all groups that chi2 counts. With weights chi2 is a pseudo-likelihood's: p is a guide only.
    """

    chi2: float
    df: int
    p: float
    cfi: float
    rmsea: float
    srmr: float
    baseline_chi2: float
    baseline_df: int
    size: float
    flags: frozenset[FitFlag]


@dataclass(frozen=True, eq=False)
class Release:
    """What freeing one item's intercepts promises: the score statistic with its df, and the expected intercepts.

    expected_shift f8[G]: intercept less the shared one, in pooled standard deviations of the item, group by group.
    """

    place: int
    statistic: float
    df: int
    expected_shift: Floats


def measures(groups: Sequence[Moments], model: FactorFit) -> FitMeasures:
    """The measures of a fit to these groups.

    CFI = 1 - max(chi2 - df, 0) / max(chi2 - df, chi2_b - df_b, 0), RMSEA = sqrt(G max(chi2 - df, 0) / (df N)), SRMR
    over covariances and means in units of the items' standard deviations, groups weighted by their size.
    Source: Bentler 1990; Steiger 1998; Bentler 1995.
    """
    k, count = model.layout.items, len(groups)
    df = count * (k + k * (k + 1) // 2) - model.layout.count
    baseline_df = count * k * (k - 1) // 2
    size = sum(one.size for one in groups)
    if not model.found:
        return FitMeasures(NAN, df, NAN, NAN, NAN, NAN, NAN, baseline_df, size, model.flags)
    chi2 = size * model.discrepancy
    baseline = sum(one.size * _unrelated(one) for one in groups)
    excess, worst = max(chi2 - df, 0.0), max(chi2 - df, baseline - baseline_df, 0.0)
    return FitMeasures(
        chi2=chi2, df=df, p=float(special.chdtrc(df, chi2)) if df else NAN, cfi=1 - excess / worst if worst else 1.0,
        rmsea=float(np.sqrt(count * excess / (df * size))) if df else 0.0, srmr=_srmr(groups, model),
        baseline_chi2=baseline, baseline_df=baseline_df, size=size, flags=model.flags,
    )  # fmt: skip


def releases(groups: Sequence[Moments], model: FactorFit, *, free: Sequence[int] = ()) -> tuple[Release, ...]:
    """The score test of freeing the intercepts of each item not yet free, from a scalar (or partial scalar) fit.

    T = N g' (I - J)^-1 g for the gradient g of the fuller model at the present fit, with its expected information;
    the shift expected is the Newton step. Largest statistic first. Source: Rao 1948; Sörbom 1989.
    """
    k, count = model.layout.items, len(groups)
    size = sum(one.size for one in groups)
    spread = np.sqrt(sum(one.size * np.diag(one.covariance) for one in groups) / size)
    found = []
    for place in range(k):
        if place in free:
            continue
        wider = layout(count, k, equal_loadings=True, equal_intercepts=True, free=(*free, place))
        at = _carried(model, wider)
        gradient, information = derivatives(groups, wider, at)
        step = np.linalg.solve(information, gradient)
        moved = local(at - step, wider)[:, k + place] - model.intercepts[:, place]
        statistic = size * float(gradient @ step)
        found.append(Release(place, statistic, count - 1, moved / spread[place]))
    return tuple(sorted(found, key=lambda one: -one.statistic))


def _carried(model: FactorFit, wider: Layout) -> Floats:
    """The parameters of a wider layout that imply what the fit implies."""
    values = local(model.parameters, model.layout)
    parameters = np.zeros(wider.count)
    for places, numbers in zip(wider.places, values, strict=True):
        free = places >= 0
        parameters[places[free]] = numbers[free]
    return parameters


def _unrelated(one: Moments) -> float:
    if is_singular(one):
        return NAN
    return float(np.log(np.diag(one.covariance)).sum() - np.linalg.slogdet(one.covariance)[1])


def _srmr(groups: Sequence[Moments], model: FactorFit) -> float:
    k = model.layout.items
    total, found = sum(one.size for one in groups), 0.0
    lower = np.tril_indices(k)
    for one, values in zip(groups, local(model.parameters, model.layout), strict=True):
        means, covariance = implied(values, k)
        spread = np.sqrt(np.diag(one.covariance))
        residual = ((one.covariance - covariance) / np.outer(spread, spread))[lower]
        squares = float(residual @ residual) + float(np.sum(((one.means - means) / spread) ** 2))
        found += one.size / total * float(np.sqrt(squares / (len(lower[0]) + k)))
    return found
