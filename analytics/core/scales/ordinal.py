"""Proportional-odds regression of an ordered answer on a few variables, from counts by cell."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from analytics.core.arrays import Floats, InputError

STEPS = 100
HALVINGS = 30
TOLERANCE = 1e-17  # of what a step would still add to the log-likelihood, relative to it
STEEP = 15.0  # log odds: a coefficient beyond this (per standard deviation) says that groups do not overlap
TINY = 1e-300


@dataclass(frozen=True, eq=False)
class OrdinalFit:
    """logit P(y <= step j) = thresholds[j] - x'coefficients: thresholds f8[m - 1], coefficients f8[p].

    converged: false when no maximum was found; the numbers are then NaN. separated: a coefficient has no bound, the
    log-likelihood has one.
    """

    thresholds: Floats
    coefficients: Floats
    log_likelihood: float
    converged: bool
    separated: bool


def fit_ordinal(features: Floats, counts: Floats) -> OrdinalFit:
    """Maximum likelihood by Fisher scoring with halved steps.

    features f8[c, p] of c cells, counts f8[c, m] of their answers by step (they may be sums of weights), a count above
    0 in every cell and in every step. InputError on shapes, empty steps and features of less than full rank.
    Source: McCullagh 1980.
    """
    _check(features, counts)
    cumulated = np.cumsum(counts.sum(axis=0))[:-1] / counts.sum()
    start = special.logit(cumulated)
    middle = counts.sum(axis=1) @ features / counts.sum()
    spread = np.sqrt(counts.sum(axis=1) @ (features - middle) ** 2 / counts.sum())
    scaled = (features - middle) / spread
    found = _scoring(scaled, counts, np.concatenate([start, np.zeros(features.shape[1])]))
    steps = counts.shape[1] - 1
    if found is None:
        blank = np.full(steps, np.nan), np.full(features.shape[1], np.nan)
        return OrdinalFit(*blank, float("nan"), converged=False, separated=False)
    parameters, value = found
    coefficients = parameters[steps:] / spread
    separated = bool(np.any(np.abs(parameters[steps:]) > STEEP))
    return OrdinalFit(
        parameters[:steps] + float(middle @ coefficients), coefficients, value, converged=True, separated=separated
    )


def null_log_likelihood(counts: Floats) -> float:
    """The log-likelihood of the shares of the steps alone, from counts f8[c, m]."""
    totals = counts.sum(axis=0)
    return float(np.sum(special.xlogy(totals, totals / totals.sum())))


def _check(features: Floats, counts: Floats) -> None:
    if features.ndim != 2 or counts.ndim != 2 or len(features) != len(counts) or counts.shape[1] < 2:
        raise InputError(
            "counts",
            expected="cells by at least two steps, as many cells as features",
            got=f"counts {counts.shape}, features {features.shape}",
            hint="Leave an item out that all answer alike.",
        )
    if bool(np.any(counts.sum(axis=0) <= 0)) or bool(np.any(counts.sum(axis=1) <= 0)) or bool(np.any(counts < 0)):
        raise InputError(
            "counts", expected="answers in every cell and step", got="none", hint="Leave empty cells and steps out."
        )
    if not is_full_rank(features):
        raise InputError(
            "features", expected="columns that do not follow from each other", got="others", hint="Drop one of them."
        )


def is_full_rank(features: Floats) -> bool:
    """Whether no column is constant or follows from the others, up to rounding."""
    centred = features - features.mean(axis=0)
    length = np.sqrt((centred**2).sum(axis=0))
    if not bool(np.all(length > 1e-12 * (1 + np.abs(features).max(axis=0)))):
        return False
    return bool(np.linalg.matrix_rank(centred / length, tol=1e-8) == features.shape[1])


def _scoring(features: Floats, counts: Floats, parameters: Floats) -> tuple[Floats, float] | None:
    value = _log_likelihood(features, counts, parameters)
    for _ in range(STEPS):
        gradient, information = _derivatives(features, counts, parameters)
        step = np.asarray(np.linalg.lstsq(information, gradient, rcond=None)[0], dtype=np.float64)
        if float(gradient @ step) < TOLERANCE * (1 + abs(value)):
            return parameters, value
        for halving in range(HALVINGS):
            tried = parameters + step / 2**halving
            reached = _log_likelihood(features, counts, tried)
            if reached >= value - 1e-15 * abs(value):
                break
        else:
            return (parameters, value) if float(gradient @ step) < 1e-9 * (1 + abs(value)) else None
        parameters, value = tried, reached
    return None


def _probabilities(features: Floats, parameters: Floats, steps: int) -> tuple[Floats, Floats]:
    """P f8[c, m] of each step and u f8[c, m + 1], the logits of the bounds; differences without cancellation."""
    logits = parameters[: steps - 1] - (features @ parameters[steps - 1 :])[:, None]
    edge = np.full((len(features), 1), np.inf)
    bounds = np.concatenate([-edge, logits, edge], axis=1)
    low, high = bounds[:, :-1], bounds[:, 1:]
    turned = low > 0
    found = np.where(turned, special.expit(-low) - special.expit(-high), special.expit(high) - special.expit(low))
    return found, bounds


def _log_likelihood(features: Floats, counts: Floats, parameters: Floats) -> float:
    found, _ = _probabilities(features, parameters, counts.shape[1])
    if bool(np.any(found[counts > 0] <= TINY)):
        return float("-inf")  # thresholds out of order, or a step that all but cannot be
    return float(np.sum(special.xlogy(counts, np.maximum(found, TINY))))


def _derivatives(features: Floats, counts: Floats, parameters: Floats) -> tuple[Floats, Floats]:
    """Gradient f8[q] and expected information f8[q, q] of the log-likelihood."""
    steps = counts.shape[1]
    found, bounds = _probabilities(features, parameters, steps)
    density = special.expit(bounds) * special.expit(-bounds)
    slopes = np.zeros((*counts.shape, len(parameters)))
    for place in range(steps - 1):
        slopes[:, place, place] = density[:, place + 1]
        slopes[:, place + 1, place] = -density[:, place + 1]
    slopes[:, :, steps - 1 :] = -(density[:, 1:] - density[:, :-1])[:, :, None] * features[:, None, :]
    safe = np.maximum(found, TINY)
    flat = slopes.reshape(-1, len(parameters))
    gradient: Floats = flat.T @ (counts / safe).ravel()
    heaviness = np.where(found > TINY, counts.sum(axis=1)[:, None] / safe, 0.0).ravel()
    information: Floats = (flat * heaviness[:, None]).T @ flat
    return gradient, information
