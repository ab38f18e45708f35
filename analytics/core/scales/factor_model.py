"""One factor behind k items in one or more groups, fitted to weighted means and covariances by maximum likelihood.

Group g: covariance phi_g lambda_g lambda_g' + diag(theta_g), means tau_g + lambda_g kappa_g. A `Layout` says which
of these numbers are fixed, free, or shared by groups. Source: Jöreskog 1971; Bollen 1989, ch. 8.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analytics.core.arrays import Codes, Floats, InputError
from analytics.core.scales.battery import Moments

STEPS = 400  # scoring steps before a fit is given up
HALVINGS = 40  # of one step
TOLERANCE = 1e-9  # of the gradient of the discrepancy, in units of the items' standard deviations
SINGULAR = 1e-10  # smallest root of a correlation matrix that can be fitted


class FitFlag(StrEnum):
    """What a reader of a fit must know."""

    TOO_FEW_ITEMS = "too_few_items"  # fewer than three: one factor is not identified
    SINGULAR_GROUP = "singular_group"  # a group has too few rows, or items that say the same: no fit
    NOT_CONVERGED = "not_converged"  # no best fit was found: no numbers are given
    HEYWOOD = "heywood"  # a variance of an item's own part, or of the factor, is not above 0
    SATURATED = "saturated"  # as many parameters as moments: the fit says nothing


@dataclass(frozen=True, eq=False)
class Layout:
    """Places i8[G, 3k + 2] of lambda, tau, theta, phi and kappa of each group among the free parameters; -1: fixed.

    A fixed phi is 1 and a fixed kappa 0. `count` parameters are free.
    """

    items: int
    places: Codes
    count: int


@dataclass(frozen=True, eq=False)
class FactorFit:
    """A fit. Rows are groups: loadings, intercepts, uniquenesses f8[G, k], factor variances and means f8[G].

    discrepancy is F, gradient f8[p] and information f8[p, p] those of F / 2 at the free parameters. All NaN unless
    the fit converged; `flags` says why.
    """

    loadings: Floats
    intercepts: Floats
    uniquenesses: Floats
    factor_variances: Floats
    factor_means: Floats
    discrepancy: float
    parameters: Floats
    information: Floats
    layout: Layout
    flags: frozenset[FitFlag]

    @property
    def found(self) -> bool:
        return bool(np.isfinite(self.discrepancy))


def layout(
    groups: int, items: int, *, equal_loadings: bool = False, equal_intercepts: bool = False, free: Sequence[int] = ()
) -> Layout:
    """The usual layouts: all free (configural), equal loadings (metric), equal loadings and intercepts (scalar).

    With equal loadings the factor variances, with equal intercepts the factor means, of the groups after the first
    become free. free: places of items whose intercepts stay free in every group (partial scalar).
    """
    if equal_intercepts and not equal_loadings:
        raise InputError(
            "equal_intercepts",
            expected="equal loadings too",
            got="free loadings",
            hint="Intercepts are comparable only on one scale.",
        )
    fresh = iter(range(groups * (3 * items + 2)))
    places = np.full((groups, 3 * items + 2), -1, dtype=np.int64)
    for group in range(groups):
        for item in range(items):
            shared = group > 0 and equal_loadings
            places[group, item] = places[0, item] if shared else next(fresh)
            shared = group > 0 and equal_intercepts and item not in free
            places[group, items + item] = places[0, items + item] if shared else next(fresh)
            places[group, 2 * items + item] = next(fresh)
        if group > 0 and equal_loadings:
            places[group, 3 * items] = next(fresh)
        if group > 0 and equal_intercepts:
            places[group, 3 * items + 1] = next(fresh)
    return Layout(items, places, next(fresh))


def fit(groups: Sequence[Moments], model: Layout) -> FactorFit:
    """The best fit by Fisher scoring with halved steps; the same input gives the same bits.

    F = sum n_g / N [log|Sigma| + tr(S Sigma^-1) - log|S| - k + (m - mu)' Sigma^-1 (m - mu)], n_g the `size` of the
    moments. Items are scaled by their pooled standard deviation inside, so that units do not matter. Factors point
    the way most items do in the first group. InputError when groups and layout differ. Source: Jöreskog 1971.
    """
    if len(groups) != len(model.places):
        raise InputError(
            "groups", expected=f"{len(model.places)}", got=f"{len(groups)}", hint="Make the layout for these groups."
        )
    if model.items < 3:
        return _failed(model, FitFlag.TOO_FEW_ITEMS)
    if any(is_singular(one) for one in groups):
        return _failed(model, FitFlag.SINGULAR_GROUP)
    scale = np.sqrt(sum(one.size * np.diag(one.covariance) for one in groups) / sum(one.size for one in groups))
    scaled = [Moments(m.means / scale, m.covariance / np.outer(scale, scale), m.n, m.size) for m in groups]
    parameters = _scoring(scaled, model)
    if parameters is None:
        return _failed(model, FitFlag.NOT_CONVERGED)
    return _result(groups, model, _unscaled(parameters, model, scale))


def is_singular(group: Moments) -> bool:
    """Whether a covariance matrix has no inverse: an item without spread, or too few rows for the items."""
    spread = np.sqrt(np.diag(group.covariance))
    if not bool(np.all(spread > 0)):
        return True
    return bool(np.linalg.eigvalsh(group.covariance / np.outer(spread, spread))[0] < SINGULAR)


def local(parameters: Floats, model: Layout) -> Floats:
    """The numbers f8[G, 3k + 2] of each group: lambda, tau, theta, phi, kappa."""
    k = model.items
    values = np.where(model.places >= 0, parameters[np.maximum(model.places, 0)], 0.0)
    values[:, 3 * k] = np.where(model.places[:, 3 * k] >= 0, values[:, 3 * k], 1.0)
    return values


def implied(values: Floats, items: int) -> tuple[Floats, Floats]:
    """Means f8[k] and covariances f8[k, k] that the numbers f8[3k + 2] of one group imply."""
    loadings, own = values[:items], values[2 * items : 3 * items]
    covariance = values[3 * items] * np.outer(loadings, loadings) + np.diag(own)
    means = values[items : 2 * items] + loadings * values[3 * items + 1]
    return means, covariance


def discrepancy(groups: Sequence[Moments], model: Layout, parameters: Floats) -> float:
    """F of these parameters; infinite where they imply no covariance matrix."""
    total = sum(one.size for one in groups)
    found = 0.0
    for one, values in zip(groups, local(parameters, model), strict=True):
        means, covariance = implied(values, model.items)
        roots = np.linalg.eigvalsh(covariance)
        if not roots[0] > 0:
            return float("inf")
        inverse = np.linalg.inv(covariance)
        gap = one.means - means
        value = np.log(roots).sum() - np.linalg.slogdet(one.covariance)[1] - model.items
        value += float(np.sum(inverse * one.covariance)) + float(gap @ inverse @ gap)
        found += one.size / total * value
    return float(found)


def derivatives(groups: Sequence[Moments], model: Layout, parameters: Floats) -> tuple[Floats, Floats]:
    """Gradient f8[p] and expected information f8[p, p] of F / 2. The parameters must imply covariance matrices."""
    total = sum(one.size for one in groups)
    gradient, information = np.zeros(model.count), np.zeros((model.count, model.count))
    for one, values, places in zip(groups, local(parameters, model), model.places, strict=True):
        slope, curve = _group_derivatives(one, values, model.items)
        free = np.flatnonzero(places >= 0)
        share = one.size / total
        np.add.at(gradient, places[free], share * slope[free])
        np.add.at(information, np.ix_(places[free], places[free]), share * curve[np.ix_(free, free)])
    return gradient, information


def jacobian(values: Floats, items: int) -> tuple[Floats, Floats]:
    """Derivatives of the implied means f8[q, k] and covariances f8[q, k, k] by the q = 3k + 2 numbers of a group."""
    k, q = items, 3 * items + 2
    loadings, phi, kappa = values[:k], values[3 * k], values[3 * k + 1]
    of_means, of_covariances = np.zeros((q, k)), np.zeros((q, k, k))
    each = np.arange(k)
    of_covariances[each, each, :] += phi * loadings
    of_covariances[each, :, each] += phi * loadings
    of_covariances[2 * k + each, each, each] = 1.0
    of_covariances[3 * k] = np.outer(loadings, loadings)
    of_means[each, each] = kappa
    of_means[k + each, each] = 1.0
    of_means[3 * k + 1] = loadings
    return of_means, of_covariances


def _group_derivatives(one: Moments, values: Floats, items: int) -> tuple[Floats, Floats]:
    means, covariance = implied(values, items)
    inverse = np.linalg.inv(covariance)
    gap = one.means - means
    residual = covariance - one.covariance - np.outer(gap, gap)
    of_means, of_covariances = jacobian(values, items)
    turned = inverse @ of_covariances @ inverse
    slope = 0.5 * np.einsum("qij,ij->q", turned, residual) - of_means @ (inverse @ gap)
    flat = of_covariances.reshape(len(values), -1)
    curve = 0.5 * turned.reshape(len(values), -1) @ flat.T + of_means @ inverse @ of_means.T
    return slope, curve


def _scoring(groups: Sequence[Moments], model: Layout) -> Floats | None:
    parameters = _start(groups, model)
    value = discrepancy(groups, model, parameters)
    for _ in range(STEPS):
        gradient, information = derivatives(groups, model, parameters)
        if float(np.abs(gradient).max()) < TOLERANCE:
            return parameters
        step = np.asarray(np.linalg.lstsq(information, gradient, rcond=None)[0], dtype=np.float64)
        moved = _halved(groups, model, parameters, step, value)
        if moved is None:
            return None
        parameters, value = moved
    return None


def _halved(
    groups: Sequence[Moments], model: Layout, parameters: Floats, step: Floats, value: float
) -> tuple[Floats, float] | None:
    """The first of step, step / 2, ... that does not raise F by more than rounding."""
    for halving in range(HALVINGS):
        tried = parameters - step / 2**halving
        reached = discrepancy(groups, model, tried)
        if reached <= value + 1e-13 * (1 + abs(value)):
            return tried, reached
    return None


def _start(groups: Sequence[Moments], model: Layout) -> Floats:
    """Half of each variance shared, with the signs of the first principal component of all groups together."""
    total = sum(one.size for one in groups)
    pooled = sum(one.size / total * one.covariance for one in groups)
    vector = np.linalg.eigh(pooled)[1][:, -1]
    signs = np.where(vector * (1.0 if vector.sum() >= 0 else -1.0) >= 0, 1.0, -1.0)
    parameters = np.zeros(model.count)
    for one, places in zip(reversed(groups), reversed(model.places), strict=True):
        spread = np.diag(one.covariance)
        values = np.concatenate([signs * np.sqrt(spread / 2), one.means, spread / 2, [1.0, 0.0]])
        free = places >= 0
        parameters[places[free]] = values[free]
    return parameters


def _unscaled(parameters: Floats, model: Layout, scale: Floats) -> Floats:
    factors = np.concatenate([scale, scale, scale**2, [1.0, 1.0]])
    found = np.array(parameters)
    for places in model.places:
        free = places >= 0
        found[places[free]] = parameters[places[free]] * factors[free]
    return found


def _result(groups: Sequence[Moments], model: Layout, parameters: Floats) -> FactorFit:
    k, values = model.items, local(parameters, model)
    flags: set[FitFlag] = set()
    if bool(np.any(values[:, 2 * k : 3 * k + 1] <= 0)):
        flags.add(FitFlag.HEYWOOD)
    if model.count == len(groups) * (k + k * (k + 1) // 2):
        flags.add(FitFlag.SATURATED)
    return FactorFit(
        loadings=values[:, :k], intercepts=values[:, k : 2 * k], uniquenesses=values[:, 2 * k : 3 * k],
        factor_variances=values[:, 3 * k], factor_means=values[:, 3 * k + 1],
        discrepancy=max(discrepancy(groups, model, parameters), 0.0), parameters=parameters,
        information=derivatives(groups, model, parameters)[1], layout=model, flags=frozenset(flags),
    )  # fmt: skip


def _failed(model: Layout, flag: FitFlag) -> FactorFit:
    k, groups = model.items, len(model.places)
    blank, line = np.full((groups, k), np.nan), np.full(groups, np.nan)
    return FactorFit(
        loadings=blank, intercepts=blank, uniquenesses=blank, factor_variances=line, factor_means=line,
        discrepancy=float("nan"), parameters=np.full(model.count, np.nan),
        information=np.full((model.count, model.count), np.nan), layout=model, flags=frozenset({flag}),
    )  # fmt: skip
