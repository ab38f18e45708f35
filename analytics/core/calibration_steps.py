"""Newton's method for calibration: the factors that reproduce the totals."""

from dataclasses import dataclass

import numpy as np
from scipy import linalg

from analytics.core.arrays import Floats, InputError
from analytics.core.distances import Curve
from analytics.core.margins import Columns

ALIKE = 1e-6  # relative difference of two errors that names the first
CLOSE = 1e-10  # the largest relative error of a total that is accepted
STEPS = 200
SINGULAR = 1e-7  # the square root of what rounding leaves of a matrix without full rank


def solve(found: Columns, weights: Floats, functions: Curve) -> tuple[Floats, int]:
    """Factors f8[k] and steps. Minimises sum d G(x'l) - X'l, which is convex with the error of the totals as slope."""
    widest = np.abs(found.values).max(axis=0)
    x, totals = found.values / widest, found.totals / widest
    size = np.where(totals != 0, np.abs(totals), weights @ np.abs(x))
    at = np.zeros(len(totals))
    state = _State(x, weights, totals, size, functions)
    value, missing = state.look(at)
    polished = 0
    for step in range(STEPS + 1):
        if float(np.abs(missing / size).max()) <= CLOSE:
            polished += 1
        if polished == 2:  # one step beyond the tolerance, which Newton squares
            return functions.factor(x @ at), step
        if step < STEPS:
            at, value, missing = state.search(at, value, missing)
    if polished:
        return functions.factor(x @ at), STEPS
    raise _out_of_reach(found, missing * widest, size)


@dataclass(frozen=True, eq=False)
class _State:
    x: Floats
    weights: Floats
    totals: Floats
    size: Floats
    functions: Curve

    def look(self, at: Floats) -> tuple[float, Floats]:
        """The function to minimise, and what the totals still miss f8[p]."""
        u = self.x @ at
        with np.errstate(invalid="ignore"):
            value = float(self.weights @ self.functions.integral(u) - self.totals @ at)
            missing: Floats = self.totals - (self.weights * self.functions.factor(u)) @ self.x
        return value, missing

    def search(self, at: Floats, value: float, missing: Floats) -> tuple[Floats, float, Floats]:
        """A Newton step, halved until the function or the error falls; the same place when neither does."""
        direction = self._direction(at, missing)
        error, descent = float(np.abs(missing / self.size).max()), float(missing @ direction)
        length = 1.0
        for _ in range(40):
            new = at + length * direction
            new_value, new_missing = self.look(new)
            if np.isfinite(new_value) and np.all(np.isfinite(new_missing)):
                lower = new_value <= value - 1e-4 * length * descent
                if lower or float(np.abs(new_missing / self.size).max()) < error:
                    return new, new_value, new_missing
            length /= 2
        return at, value, missing

    def _direction(self, at: Floats, missing: Floats) -> Floats:
        slope = self.functions.slope(self.x @ at)
        for least in (0.0, 1e-6, 1e-2):  # at the bounds F' is 0: a floor keeps the step a way down
            matrix = self.x.T @ (self.x * (self.weights * np.maximum(slope, least))[:, None])
            scale = np.sqrt(np.diag(matrix))
            if not bool(np.all(scale > 0)):
                continue
            try:
                factor = linalg.cho_factor(matrix / np.outer(scale, scale), check_finite=False)
            except linalg.LinAlgError:
                continue
            if float(np.diag(factor[0]).min()) > SINGULAR:
                step: Floats = linalg.cho_solve(factor, missing / scale, check_finite=False) / scale
                return step
        return missing


def _out_of_reach(found: Columns, missing: Floats, size: Floats) -> InputError:
    error = np.abs(missing / size)
    column = int(np.argmax(error >= (1 - ALIKE) * error.max()))  # rounding does not choose between two alike
    return InputError(
        found.name(column),
        expected=f"weights that reach {found.totals[column]:.12g} for {found.label(column)}",
        got=f"{found.totals[column] - missing[column]:.9g}",
        hint="The totals cannot be met together: widen the bounds, join categories or check the sources.",
    )
