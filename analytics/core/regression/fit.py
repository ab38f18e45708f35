"""The pseudo-likelihood fit by Newton's method, with rank deficiency and separation named by column."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import linalg, optimize

from analytics.core.arrays import Floats, InputError
from analytics.core.regression.link import Outcome, log_likelihood, mean, slope, start
from analytics.core.regression.model_matrix import INTERCEPT

CLOSE = 1e-12  # the last step, as a part of the largest coefficient, columns scaled to 1
SURE = 1e-10  # a step below this leaves the information matrix as it is to nine digits
SHORT = 1e-2  # below this Newton's step on a concave likelihood needs no check
NEAR = 1e-7  # a step below this that no longer shrinks is rounding
STEPS = 40
MANY, STRIDE = 20_000, 16  # with more rows, begin at the fit of every 16th
BLOCK = 8192  # rows of a working array, so that it stays in the cache
DEPENDENT = 1e-10  # 1 - R^2 of a column on the columns before it, below which it says nothing new
SEPARATED = 1e-7


@dataclass(frozen=True, eq=False)
class Fit:
    """coefficients f8[p], linear predictor and mean f8[m], the inverse information f8[p, p], steps taken."""

    coefficients: Floats
    eta: Floats
    mu: Floats
    inverse: Floats
    steps: int


def fit(x: Floats, y: Floats, *, weights: Floats, outcome: Outcome, names: Sequence[str]) -> Fit:
    """Solves sum w x (y - mu) = 0 for x f8[m, p], y and weights f8[m], all finite, m >= 1.

    Newton with halving of a step that lowers the likelihood; columns are scaled inside. InputError names the columns
    that depend on earlier ones, and those by which a binomial or poisson outcome is separated (no finite estimate).
    Source: McCullagh & Nelder 1989, sec. 2.5; Binder 1983 for the weighted score.
    """
    problem = _Problem(x, y, weights, outcome, _size(x))
    with np.errstate(over="ignore", invalid="ignore"):  # a step too far is halved
        found = _newton(problem, _begin(problem), names)
    if found is None:
        not_separated(x / problem.size, y, outcome=outcome, names=names)
        raise InputError(
            "y", expected=f"a fit within {STEPS} steps", got="none", hint="Check predictors of very different size."
        )
    return found


def gram(x: Floats, weights: Floats) -> Floats:
    """sum w x x' f8[p, p], weights >= 0."""
    total = np.zeros((x.shape[1], x.shape[1]))
    roots = np.sqrt(weights)
    for first in range(0, len(x), BLOCK):
        part = x[first : first + BLOCK] * roots[first : first + BLOCK, None]
        total += part.T @ part
    return total


def _size(x: Floats) -> Floats:
    found: Floats = np.sqrt(np.einsum("ij,ij->j", x, x) / len(x))
    return found


@dataclass(frozen=True, eq=False)
class _Problem:
    """What is fitted, and the root mean square of each column, by which it is scaled."""

    x: Floats
    y: Floats
    weights: Floats
    outcome: Outcome
    size: Floats

    def likelihood(self, eta: Floats, mu: Floats) -> float:
        return log_likelihood(self.outcome, eta, mu=mu, y=self.y, weights=self.weights)

    def relative(self, step: Floats, beta: Floats) -> float:
        return float(np.abs(step).max()) / max(float(np.abs(beta * self.size).max()), 1.0)


def _newton(problem: _Problem, beta: Floats, names: Sequence[str] | None = None) -> Fit | None:
    x, size, outcome = problem.x, problem.size, problem.outcome
    eta = x @ beta
    mu = mean(outcome, eta)
    last = np.inf
    for count in range(1, STEPS + 1):
        cross = gram(x, problem.weights * slope(outcome, mu))
        if names is not None and count == 1 and bool(np.isfinite(cross).all()):
            independent(cross, names)
        try:
            factor = linalg.cho_factor(cross / np.outer(size, size))
        except (linalg.LinAlgError, ValueError):  # no information left, or not finite
            return None
        step = linalg.cho_solve(factor, (problem.weights * (problem.y - mu)) @ x / size)
        beta, eta, mu = _advance(problem, beta, step, eta=eta, mu=mu)
        length = problem.relative(step, beta)
        if _settled(length, last):
            inverse = linalg.cho_solve(factor, np.eye(len(size))) / np.outer(size, size)
            return Fit(beta, eta, mu, (inverse + inverse.T) / 2, count)
        last = length
    return None


def _advance(
    problem: _Problem, beta: Floats, step: Floats, *, eta: Floats, mu: Floats
) -> tuple[Floats, Floats, Floats]:
    """The new coefficients, linear predictor and mean; a step that lowers the likelihood is halved, a short one not."""
    short = problem.relative(step, beta) < SHORT
    likelihood = 0.0 if short else problem.likelihood(eta, mu)
    for _ in range(30):
        trial = beta + step / problem.size
        eta = problem.x @ trial
        mu = mean(problem.outcome, eta)
        if short or problem.likelihood(eta, mu) >= likelihood - 1e-9 * abs(likelihood):
            break
        step = step / 2
    return trial, eta, mu


def _settled(length: float, last: float) -> bool:
    """The next step, by the quadratic convergence seen so far, is below CLOSE; or steps have sunk to rounding."""
    return length <= CLOSE or (length <= SURE and length**3 / last**2 <= CLOSE) or last / 2 < length <= NEAR


def _begin(problem: _Problem) -> Floats:
    x, y, weights = problem.x, problem.y, problem.weights
    if len(y) > MANY:
        part = slice(None, None, STRIDE)
        thinned = _Problem(x[part].copy(), y[part], weights[part], problem.outcome, _size(x[part]))
        if bool(np.all(thinned.size > 0)):
            first = _newton(thinned, _level(thinned))
            if first is not None:
                return first.coefficients
    return _level(problem)


def _level(problem: _Problem) -> Floats:
    """The model of the mean alone, where a column is constant; 0 otherwise."""
    beta = np.zeros(len(problem.size))
    level = start(problem.outcome, problem.y, problem.weights)
    constant = np.flatnonzero(np.all(problem.x == problem.x[0], axis=0) & (problem.x[0] != 0))
    if len(constant) and np.isfinite(level):
        beta[constant[0]] = level / problem.x[0, constant[0]]
    return beta


def independent(cross: Floats, names: Sequence[str]) -> None:
    """InputError naming each column that is 0 or follows from earlier ones; cross f8[p, p] = sum v x x', v > 0."""
    length = np.sqrt(np.diag(cross))
    zero = [name for name, one in zip(names, length, strict=True) if not one > 0]
    if zero:
        raise InputError(
            "x",
            expected="columns that vary",
            got=f"only 0 in {', '.join(zero)}",
            hint="Leave a level out that no answer has, or join it to another.",
        )
    relation = cross / np.outer(length, length)
    try:
        if float(np.diag(np.linalg.cholesky(relation)).min()) ** 2 > DEPENDENT:
            return
    except np.linalg.LinAlgError:
        pass
    found = _dependencies(relation, names)
    if found:
        raise InputError(
            "x",
            expected="columns that do not depend on each other",
            got="; ".join(found),
            hint="Leave one of them out: their effects cannot be told apart.",
        )


def _dependencies(relation: Floats, names: Sequence[str]) -> list[str]:
    kept: list[int] = []
    found = []
    for column in range(len(names)):
        before = relation[np.ix_(kept, kept)]
        parts = np.linalg.solve(before, relation[kept, column]) if kept else np.zeros(0)
        if 1 - float(relation[kept, column] @ parts) > DEPENDENT:
            kept.append(column)
            continue
        others = [names[one] for one, part in zip(kept, parts, strict=True) if abs(part) > 1e-6]
        found.append(f"{names[column]} follows from {', '.join(others)}")
    return found


def not_separated(x: Floats, y: Floats, *, outcome: Outcome, names: Sequence[str]) -> None:
    """InputError naming the columns by which the outcome is told without error, so that no finite estimate exists.

    A direction b with x'b >= 0 where y is at its upper end, <= 0 at its lower end and 0 between, not 0 everywhere,
    is looked for by linear programming. x f8[m, p] scaled to 1.
    Source: Albert & Anderson 1984; Konis 2007; Correia, Guimaraes & Zylkin 2020 for counts.
    """
    if outcome is Outcome.GAUSSIAN:
        return
    upper = 1.0 if outcome is Outcome.BINOMIAL else np.inf
    side = np.where(y == upper, 1.0, np.where(y == 0, -1.0, 0.0))
    rows = np.unique(np.column_stack([x, side]), axis=0)
    points, side = rows[:, :-1], rows[:, -1]
    ends, between = points[side != 0] * side[side != 0, None], points[side == 0]
    found = optimize.linprog(
        -ends.sum(axis=0),
        A_ub=-ends,
        b_ub=np.zeros(len(ends)),
        A_eq=between if len(between) else None,
        b_eq=np.zeros(len(between)) if len(between) else None,
        bounds=(-1, 1),
    )
    if not found.success or found.fun is None or found.x is None or -found.fun <= SEPARATED:
        return
    named = [name for name, part in zip(names, found.x, strict=True) if abs(part) > SEPARATED]
    raise InputError(
        "y",
        expected="both outcomes at every combination of predictors that the model tells apart",
        got=f"separation by {', '.join([name for name in named if name != INTERCEPT] or named)}",
        hint="Join levels, or leave the predictor out and report its share.",
    )
