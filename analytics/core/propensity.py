"""Response propensities from frame variables: a logistic model, its classes, and weights adjusted by class."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import linalg, special

from analytics.core.arrays import Codes, Floats, InputError, Mask, codes, floats, mask, positive, sums
from analytics.core.margins import cells, combination
from analytics.core.weights import Merge, merge_cells, nonresponse_adjust

STEPS = 50
SETTLED = 1e-13  # relative size of a step that changes nothing any more
FARTHEST = 15.0  # a linear predictor beyond this is on its way to infinity


@dataclass(frozen=True, eq=False)
class FrameVariable:
    """A variable of categories that the frame knows for every drawn unit: codes i8[m] from 0; labels for messages."""

    name: str
    codes: Codes
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        found = codes(self.place, self.codes)
        if not len(found) or int(found.min()) < 0:
            raise InputError(
                self.place, expected="codes from 0 for all drawn units", got=str(found.min()) if len(found) else "none",
                hint="Give units without a category one of their own.",
            )  # fmt: skip
        object.__setattr__(self, "codes", found)

    @property
    def place(self) -> str:
        return f"variables[{self.name}]"

    @property
    def count(self) -> int:
        return int(self.codes.max()) + 1

    def label(self, category: int) -> str:
        return repr(self.labels[category]) if category < len(self.labels) else str(category)


@dataclass(frozen=True, eq=False)
class Propensities:
    """values f8[m], the fitted chance of each drawn unit to answer.

    coefficients f8[p] with their covariance f8[p, p]: the constant, then the columns (variable, category). The first
    category of each variable, and categories that follow from variables before, have no column.
    cells i8[m] says which units share all categories; gradients f8[K, p]: slope of a cell's value by the coefficients.
    """

    values: Floats
    coefficients: Floats
    covariance: Floats
    columns: tuple[tuple[str, int], ...]
    cells: Codes
    gradients: Floats


@dataclass(frozen=True, eq=False)
class PropensityAdjustment:
    """weights f8[m] after non-response (0 for who did not answer), by class.

    classes i8[m]: class of each drawn unit after joining, from the least to the most likely to answer, -1 where no
    class has a respondent. factors f8[C] of the classes; merges as in `merge_cells`, named by the classes before.
    """

    weights: Floats
    classes: Codes
    factors: Floats
    merges: tuple[Merge, ...]


@dataclass(frozen=True, eq=False)
class _Table:
    """Cells of the variables: x f8[K, p], held and answered f8[K] weights, squares f8[K, 2] of who did and did not."""

    rows: Codes
    x: Floats
    held: Floats
    answered: Floats
    squares: Floats
    columns: tuple[tuple[str, int], ...]


def propensities(responded: Mask, variables: Sequence[FrameVariable], *, weights: Floats | None = None) -> Propensities:
    """Main-effects logistic model of answering, by Newton's method; weights f8[m] or None for every unit alike.

    Covariance: inverse information when unweighted, the sandwich with squared weights otherwise.
    InputError, naming the variable, when a category only answers or never does, or the fit runs off to infinity:
    no finite model describes that. Source: Little 1986; Särndal, Swensson & Wretman 1992, sec. 15.6.
    """
    answered = mask("responded", responded, size=len(responded))
    held = np.ones(len(answered)) if weights is None else positive("weights", weights, hint="Use design weights.")
    table = _table(answered, variables, held)
    beta = _fit(table, variables)
    rho = special.expit(table.x @ beta)
    information = table.x.T @ (table.x * (table.held * rho * (1 - rho))[:, None])
    inverse: Floats = np.asarray(np.linalg.inv(information), dtype=np.float64)
    covariance = inverse
    if weights is not None:
        meat = table.squares[:, 0] * (1 - rho) ** 2 + table.squares[:, 1] * rho**2
        covariance = inverse @ (table.x.T @ (table.x * meat[:, None])) @ inverse
    gradients = table.x * (rho * (1 - rho))[:, None]
    return Propensities(rho[table.rows], beta, covariance, table.columns, table.rows, gradients)


def propensity_classes(values: Floats, *, weights: Floats | None = None, count: int = 5) -> Codes:
    """Class 0..C-1 of each unit, i8[m]: quantile groups of the propensities f8[m], weighted or counted.

    Equal propensities share a class, that of the middle of their weight; empty classes are left out, so C <= count.
    Source: Rosenbaum & Rubin 1984; Little 1986.
    """
    found = floats("values", values)
    held = np.ones(len(found)) if weights is None else positive("weights", weights, hint="Use design weights.")
    if count < 1 or not len(found) or not bool(np.isfinite(found).all()):
        raise InputError(
            "values", expected="finite propensities, at least one class", got=f"{len(found)} values, {count} classes",
            hint="Five classes take away most of the bias that propensities can.",
        )  # fmt: skip
    levels, place = np.unique(found, return_inverse=True)
    by_level = sums(place.astype(np.int64), held, len(levels))
    middle = (np.cumsum(by_level) - by_level / 2) / by_level.sum()
    raw = np.minimum((middle * count).astype(np.int64), count - 1)
    dense: Codes = np.unique(raw, return_inverse=True)[1].astype(np.int64)[place]
    return dense


def propensity_adjust(
    *,
    weights: Floats,
    responded: Mask,
    classes: Codes,
    minimum_respondents: int = 20,
    maximum_factor: float = 3.0,
) -> PropensityAdjustment:
    """Weights of respondents raised to carry their propensity class.

    weights f8[m] and classes i8[m] of the drawn units. A class with fewer respondents than the rule asks, or too large
    a factor, is joined to the nearest class (the lower of two), the one with the fewest respondents first.
    """
    held = positive("weights", weights, hint="Use design weights.")
    answered = mask("responded", responded, size=len(held))
    places = codes("classes", classes, size=len(held))
    number = int(places.max()) + 1
    grouping = merge_cells(
        keys=np.arange(number)[:, None],
        respondents=np.bincount(places[answered], minlength=number).astype(np.int64),
        sampled=sums(places, held, number),
        answered=sums(places[answered], held[answered], number),
        minimum_respondents=minimum_respondents, maximum_factor=maximum_factor, within=0,
    )  # fmt: skip
    joined = grouping.groups[places]
    if int(joined.min()) < 0:
        raise InputError(
            "responded", expected="at least one answer", got="none", hint="A wave that nobody answered has no weights."
        )
    adjusted = nonresponse_adjust(weights=held, responded=answered, cells=joined)
    return PropensityAdjustment(adjusted.weights, joined, adjusted.factors, grouping.merges)


def _table(answered: Mask, variables: Sequence[FrameVariable], held: Floats) -> _Table:
    if not variables:
        raise InputError("variables", expected="at least one", got="none", hint="Name what the frame knows.")
    for variable in variables:
        _check_variable(variable, answered, size=len(held))
    found = cells([one.codes for one in variables], [one.count for one in variables])
    number = len(found.first)
    x: list[Floats] = [np.ones(number)]
    columns: list[tuple[str, int]] = [("", -1)]
    for variable in variables:
        for category in np.unique(variable.codes)[1:]:
            x.append((variable.codes[found.first] == category).astype(np.float64))
            columns.append((variable.name, int(category)))
    laid, total = np.column_stack(x), sums(found.rows, held, number)
    gram = laid.T @ (laid * total[:, None])
    gram = gram / np.sqrt(np.outer(np.diag(gram), np.diag(gram)))
    kept: list[int] = []
    for column in range(len(columns)):
        if combination(gram, kept, column) is None:
            kept.append(column)
    squares = np.column_stack([sums(found.rows, np.where(who, held**2, 0.0), number) for who in (answered, ~answered)])
    return _Table(
        rows=found.rows, x=laid[:, kept], held=total, answered=sums(found.rows, np.where(answered, held, 0.0), number),
        squares=squares, columns=tuple(columns[one] for one in kept),
    )  # fmt: skip


def _check_variable(variable: FrameVariable, answered: Mask, *, size: int) -> None:
    if len(variable.codes) != size or len(answered) != size:
        raise InputError(
            variable.place, expected=f"{size} values", got=str(len(variable.codes)), hint="One for each drawn unit."
        )
    drawn = np.bincount(variable.codes)
    ones = np.bincount(variable.codes[answered], minlength=len(drawn))
    wrong = (drawn > 0) & ((ones == 0) | (ones == drawn))
    if bool(wrong.any()):
        category = int(np.argmax(wrong))
        raise InputError(
            variable.place,
            expected="answers and missing answers in every category",
            got=f"{ones[category]} answers of {drawn[category]} in {variable.label(category)}",
            hint="Join the category to a neighbour: its propensity has no finite coefficient.",
        )


def _fit(table: _Table, variables: Sequence[FrameVariable]) -> Floats:
    """Coefficients f8[p] of the weighted likelihood, which is concave: Newton's step, halved until it rises."""
    beta = np.zeros(table.x.shape[1])

    def likelihood(at: Floats) -> float:
        eta = table.x @ at
        return float((table.answered * eta - table.held * np.logaddexp(0.0, eta)).sum())

    value = likelihood(beta)
    for _ in range(STEPS):
        rho = special.expit(table.x @ beta)
        score = table.x.T @ (table.answered - table.held * rho)
        information = table.x.T @ (table.x * (table.held * rho * (1 - rho))[:, None])
        try:
            step: Floats = linalg.solve(information, score, assume_a="pos")
        except linalg.LinAlgError:
            break
        while likelihood(beta + step) < value - 1e-12 * abs(value):
            step = step / 2
        beta = beta + step
        value = likelihood(beta)
        if float(np.abs(table.x @ beta).max()) > FARTHEST:
            break
        if float(np.abs(step).max()) <= SETTLED * max(1.0, float(np.abs(beta).max())):
            return beta
    name, category = table.columns[1 + int(np.argmax(np.abs(beta[1:])))] if len(beta) > 1 else ("", 0)
    variable = next(one for one in variables if one.name == name)
    raise InputError(
        variable.place,
        expected="answers and missing answers in every combination that the model tells apart",
        got=f"a coefficient that grows without end for {variable.label(category)}",
        hint="Join categories or leave the variable out.",
    )
