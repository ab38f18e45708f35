"""The three kinds of outcome a regression can have, each with its canonical link."""

from enum import StrEnum

import numpy as np
from scipy import special

from analytics.core.arrays import Floats, InputError


class Outcome(StrEnum):
    """gaussian: identity link; binomial: logit, y in [0, 1]; poisson: log, y >= 0.

    Under a canonical link the variance of y given x is the slope of the mean, so one function serves both.
    Source: McCullagh & Nelder 1989, ch. 2.
    """

    GAUSSIAN = "gaussian"
    BINOMIAL = "binomial"
    POISSON = "poisson"


def mean(outcome: Outcome, eta: Floats) -> Floats:
    """The mean of y at the linear predictor eta."""
    if outcome is Outcome.GAUSSIAN:
        return eta
    if outcome is Outcome.BINOMIAL:
        found: Floats = special.expit(eta)
        return found
    return np.exp(eta)


def slope(outcome: Outcome, mu: Floats) -> Floats:
    """d mean / d eta, from the mean."""
    if outcome is Outcome.GAUSSIAN:
        return np.ones_like(mu)
    return mu * (1 - mu) if outcome is Outcome.BINOMIAL else mu


def bend(outcome: Outcome, mu: Floats) -> Floats:
    """The second derivative of the mean by eta, from the mean."""
    if outcome is Outcome.GAUSSIAN:
        return np.zeros_like(mu)
    return mu * (1 - mu) * (1 - 2 * mu) if outcome is Outcome.BINOMIAL else mu


def start(outcome: Outcome, y: Floats, weights: Floats) -> float:
    """The linear predictor of the weighted mean of y: where the fit begins. Not finite when y is all 0 or all 1."""
    level = float(weights @ y) / float(weights.sum())
    with np.errstate(divide="ignore"):
        if outcome is Outcome.BINOMIAL:
            return float(special.logit(level))
        return level if outcome is Outcome.GAUSSIAN else float(np.log(level))


def log_likelihood(outcome: Outcome, eta: Floats, *, mu: Floats, y: Floats, weights: Floats) -> float:
    """Weighted log-likelihood up to what does not depend on eta."""
    if outcome is Outcome.GAUSSIAN:
        return -float(weights @ (y - mu) ** 2) / 2
    if outcome is Outcome.POISSON:
        return float(weights @ (y * eta - mu))
    # y log mu + (1 - y) log(1 - mu), in a form of which neither tail overflows
    return float(weights @ (y * eta - np.logaddexp(0.0, eta)))


def check(outcome: Outcome, y: Floats) -> None:
    """InputError when an outcome f8[m] cannot come from this kind."""
    low, high = {Outcome.BINOMIAL: (0.0, 1.0), Outcome.POISSON: (0.0, np.inf)}.get(outcome, (-np.inf, np.inf))
    wrong = ~np.isfinite(y) | (y < low) | (y > high)
    if bool(wrong.any()):
        raise InputError(
            "y",
            expected=f"finite numbers from {low:g} to {high:g} for {outcome}, NaN where missing",
            got=f"{y[int(np.argmax(wrong))]:g}",
            hint="Code yes 1 and no 0.",
        )
    alike = outcome is not Outcome.GAUSSIAN and len(y) > 0 and bool(np.all(y == y[0]))
    if alike and (y[0] == 0 or (outcome is Outcome.BINOMIAL and y[0] == 1)):
        raise InputError("y", expected="both outcomes", got=f"only {y[0]:g}", hint="There is nothing to explain.")
