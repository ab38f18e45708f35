"""How consistently the items of a scale measure one thing: alpha, omega, and what each item adds."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Floats, InputError, Mask, floats, mask
from analytics.core.design import SurveyDesign
from analytics.core.estimates import PointEstimate, mean
from analytics.core.intervals import Interval, Method, quantile, t_interval
from analytics.core.scales.battery import Battery, Moments, check_rows, moments
from analytics.core.scales.factor_model import FactorFit, FitFlag, fit, implied, jacobian, layout

MINIMUM_ALPHA = 0.7  # for the comparison of groups: Nunnally & Bernstein 1994
MINIMUM_ITEM_REST = 0.3  # Nunnally & Bernstein 1994
MANY_MISSING = 0.2  # of the rows that answered an item, left out because they did not answer all
NAN = float("nan")


class Verdict(StrEnum):
    """Whether a coefficient reaches the threshold that is stated for it."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    UNDEFINED = "undefined"


class ScaleFlag(StrEnum):
    """What a reader of a reliability must know; the flags of the factor fit stand beside them."""

    NO_COMPLETE_ROWS = "no_complete_rows"  # fewer than two rows with an answer to every item: nothing is given
    MANY_MISSING = "many_missing"  # more than a fifth of those who answered an item left another one out
    NO_SPREAD = "no_spread"  # the sum of the items is the same for everybody: no alpha
    CONSTANT_ITEM = "constant_item"  # an item that all answered alike: no correlation with the rest
    REVERSED_ITEM = "reversed_item"  # an item that runs against the rest: check its codes; alpha is no reliability


@dataclass(frozen=True)
class ItemReport:
    """One item: its weighted correlation with the sum of the others, and alpha without it. NaN: undefined."""

    name: str
    item_rest: float
    item_rest_verdict: Verdict
    alpha_without: float


@dataclass(frozen=True, eq=False)
class Reliability:
    """alpha and omega with standard errors by the design and intervals; n complete rows, missing share of the rest.

    `missing` is the unweighted share of the rows with at least one answer that are not complete.
    """

    alpha: PointEstimate
    alpha_interval: Interval
    alpha_verdict: Verdict
    omega: PointEstimate
    omega_interval: Interval
    items: tuple[ItemReport, ...]
    loadings: Floats
    n: int
    missing: float
    flags: frozenset[ScaleFlag | FitFlag]


def reliability(
    design: SurveyDesign,
    battery: Battery,
    *,
    domain: npt.ArrayLike | None = None,
    minimum_alpha: float = MINIMUM_ALPHA,
    minimum_item_rest: float = MINIMUM_ITEM_REST,
    confidence: float = 0.95,
) -> Reliability:
    """alpha, omega and the items' part in them among the domain's rows with an answer to every item.

    alpha = k / (k - 1) (1 - tr S / 1'S1), omega = (sum lambda)^2 / ((sum lambda)^2 + sum theta) of a one-factor fit,
    S the weighted covariance. Standard errors from influence values through the design. InputError on shapes and
    fewer than two items. Source: Cronbach 1951; McDonald 1999, ch. 6; Binder 1983.
    """
    check_rows(battery, design.size)
    _at_least_two(battery)
    inside = mask("domain", domain, size=design.size)
    rows = inside & battery.complete
    some = inside & ~np.isnan(battery.values).all(axis=1)
    missing = 1.0 - float(rows.sum()) / float(some.sum()) if some.any() else NAN
    flags: set[ScaleFlag | FitFlag] = {ScaleFlag.MANY_MISSING} if missing > MANY_MISSING else set()
    if rows.sum() < 2:
        return _nothing(design, battery, rows, missing, flags | {ScaleFlag.NO_COMPLETE_ROWS})
    found = moments(battery.values[rows], design.weights[rows])
    items = _items(battery, found.covariance, minimum_item_rest)
    model = fit([found], layout(1, battery.count))
    flags |= _flags_of(found.covariance, items) | model.flags - {FitFlag.SATURATED}
    alpha = _linearised(design, battery, rows, alpha_of(found.covariance), _alpha_form(found.covariance))
    omega = _linearised(design, battery, rows, omega_of(model), _omega_form(found, model))
    return Reliability(
        alpha=alpha, alpha_interval=interval_below_one(alpha, confidence=confidence),
        alpha_verdict=verdict(alpha.value, minimum_alpha), omega=omega,
        omega_interval=interval_below_one(omega, confidence=confidence), items=items, loadings=model.loadings[0],
        n=found.n, missing=missing, flags=frozenset(flags),
    )  # fmt: skip


def reliability_of_weights(
    battery: Battery, *, domain: npt.ArrayLike | None = None
) -> Callable[[npt.ArrayLike], Floats]:
    """A function from weights f8[n] to alpha and omega f8[2]: what replicate weights need.

    A weight of 0 leaves a row out; NaN where a coefficient is undefined. InputError on weights below 0, not finite
    or of another length. Where the items have little in common each fit takes long: see `alpha_of_weights`.
    """
    model = layout(1, battery.count)
    return _of_weights(
        battery, domain, lambda found: np.array([alpha_of(found.covariance), omega_of(fit([found], model))]), count=2
    )


def alpha_of_weights(battery: Battery, *, domain: npt.ArrayLike | None = None) -> Callable[[npt.ArrayLike], Floats]:
    """A function from weights f8[n] to alpha f8[1], without any fit; else as `reliability_of_weights`."""
    return _of_weights(battery, domain, lambda found: np.array([alpha_of(found.covariance)]), count=1)


def _of_weights(
    battery: Battery, domain: npt.ArrayLike | None, coefficients_of: Callable[[Moments], Floats], *, count: int
) -> Callable[[npt.ArrayLike], Floats]:
    _at_least_two(battery)
    rows = mask("domain", domain, size=battery.size) & battery.complete
    values = battery.values[rows]

    def coefficients(weights: npt.ArrayLike) -> Floats:
        given = floats("weights", weights, size=battery.size)
        if not bool(np.all(np.isfinite(given) & (given >= 0))):
            raise InputError("weights", expected="finite numbers from 0", got="others", hint="Check the replicates.")
        used = given[rows] > 0
        if used.sum() < 2:
            return np.full(count, NAN)
        return coefficients_of(moments(values[used], given[rows][used]))

    return coefficients


def alpha_of(covariance: Floats) -> float:
    """Cronbach's alpha of a covariance matrix f8[k, k]; NaN when the sum has no spread. Source: Cronbach 1951."""
    k, total = len(covariance), float(covariance.sum())
    own = float(np.trace(covariance))
    return k / (k - 1) * (1 - own / total) if total > 1e-12 * own else NAN


def omega_of(model: FactorFit) -> float:
    """McDonald's omega of a one-factor fit of one group; NaN when there is none. Source: McDonald 1999, ch. 6."""
    shared = float(model.loadings.sum()) ** 2
    return shared / (shared + float(model.uniquenesses.sum()))


def verdict(value: float, threshold: float) -> Verdict:
    """Whether the value reaches the threshold; undefined for NaN."""
    if np.isnan(value):
        return Verdict.UNDEFINED
    return Verdict.REACHED if value >= threshold else Verdict.NOT_REACHED


def interval_below_one(estimate: PointEstimate, *, confidence: float = 0.95) -> Interval:
    """Interval of a coefficient that cannot pass 1: 1 - (1 - value) exp(-+ t se / (1 - value)).

    On the scale log(1 - value); undefined where the standard error is. Source: Bonett 2002, for the scale.
    """
    plain = t_interval(estimate, confidence=confidence)
    if plain.method is not Method.T or not estimate.value < 1:
        return plain
    gap = 1.0 - estimate.value
    reach = np.exp(float(quantile(estimate.df, confidence)) * estimate.standard_error / gap)
    return Interval(1 - gap * float(reach), 1 - gap / float(reach), Method.T, confidence)


def _alpha_form(covariance: Floats) -> Floats:
    """M with d alpha = tr(M dS)."""
    k, total, own = len(covariance), float(covariance.sum()), float(np.trace(covariance))
    if not total > 1e-12 * own:
        return np.full((k, k), NAN)
    form: Floats = k / (k - 1) * (own / total**2 - np.eye(k) / total)
    return form


def _omega_form(found: Moments, model: FactorFit) -> Floats:
    """M with d omega = tr(M dS): the fit solves g(theta, S) = 0, so d theta = -H^-1 (dg / dS) dS.

    H is the exact matrix of second derivatives, which the expected information is not when the model does not fit.
    """
    k = len(found.means)
    if not model.found:
        return np.full((k, k), NAN)
    values = np.concatenate([model.loadings[0], model.intercepts[0], model.uniquenesses[0], [1.0, 0.0]])
    free = np.r_[0:k, 2 * k : 3 * k]
    covariance, slopes = implied(values, k)[1], jacobian(values, k)[1][free]
    inverse = np.linalg.inv(covariance)
    turned = inverse @ slopes @ inverse
    excess = inverse @ (covariance - found.covariance) @ inverse
    curve = 0.5 * np.einsum("aij,bij->ab", turned, slopes)
    curve -= np.einsum("aij,bji->ab", inverse @ slopes @ excess, slopes)
    curve[:k, :k] += excess
    shared, own = float(values[:k].sum()), float(values[2 * k : 3 * k].sum())
    whole = (shared**2 + own) ** 2
    gradient = np.repeat([2 * shared * own / whole, -(shared**2) / whole], k)
    form: Floats = 0.5 * np.einsum("a,aij->ij", np.linalg.solve(curve, gradient), turned)
    return form


def _linearised(design: SurveyDesign, battery: Battery, rows: Mask, value: float, form: Floats) -> PointEstimate:
    """The coefficient as the mean of value + u, u its linearised variable: tr(M ((x - mean)(x - mean)' - S)).

    The weighted mean of u is 0, so value, influence w u / sum w, degrees and flags are those of a mean.
    """
    used = battery.values[rows]
    found = moments(used, design.weights[rows])
    deviations = used - found.means
    linear = np.full(design.size, NAN)
    linear[rows] = np.einsum("ni,ij,nj->n", deviations, form, deviations, optimize=True)
    linear[rows] += value - float(np.sum(form * found.covariance))
    return mean(design, linear, rows)


def _items(battery: Battery, covariance: Floats, threshold: float) -> tuple[ItemReport, ...]:
    spread, with_total, total = np.diag(covariance), covariance.sum(axis=1), float(covariance.sum())
    reports = []
    for place, name in enumerate(battery.names):
        rest = total - 2 * with_total[place] + spread[place]
        bottom = spread[place] * rest
        correlation = float((with_total[place] - spread[place]) / np.sqrt(bottom)) if bottom > 0 else NAN
        kept = np.delete(np.delete(covariance, place, axis=0), place, axis=1)
        without = alpha_of(kept) if len(kept) > 1 else NAN
        reports.append(ItemReport(name, correlation, verdict(correlation, threshold), without))
    return tuple(reports)


def _flags_of(covariance: Floats, items: tuple[ItemReport, ...]) -> set[ScaleFlag | FitFlag]:
    flags: set[ScaleFlag | FitFlag] = set()
    if np.isnan(alpha_of(covariance)):
        flags.add(ScaleFlag.NO_SPREAD)
    if not bool(np.all(np.diag(covariance) > 0)):
        flags.add(ScaleFlag.CONSTANT_ITEM)
    if any(item.item_rest < 0 for item in items):
        flags.add(ScaleFlag.REVERSED_ITEM)
    return flags


def _nothing(
    design: SurveyDesign, battery: Battery, rows: Mask, missing: float, flags: set[ScaleFlag | FitFlag]
) -> Reliability:
    blank = mean(design, np.full(design.size, NAN), rows)
    none = t_interval(blank)
    items = tuple(ItemReport(name, NAN, Verdict.UNDEFINED, NAN) for name in battery.names)
    return Reliability(
        alpha=blank, alpha_interval=none, alpha_verdict=Verdict.UNDEFINED, omega=blank, omega_interval=none,
        items=items, loadings=np.full(battery.count, NAN), n=int(rows.sum()), missing=missing, flags=frozenset(flags),
    )  # fmt: skip


def _at_least_two(battery: Battery) -> None:
    if battery.count < 2:
        raise InputError("battery", expected="at least two items", got=str(battery.count), hint="One item is no scale.")
