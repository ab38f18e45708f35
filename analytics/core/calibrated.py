"""What calibrated weights leave of a value: its residual on the auxiliaries, which is all that varies."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analytics.core.arrays import Floats, InputError, matrix, positive


@dataclass(frozen=True, eq=False)
class Calibration:
    """The auxiliaries f8[n, p] that weights were calibrated to and the weights f8[n] from before that.

    Columns may depend on each other (dummies of two margins): only the space they span counts.
    Variances after calibration use the residuals u - x'B with B = (sum d x x')^-1 sum d x u and d the weights
    **before** calibration. Source: Deville & Särndal 1992, sec. 3. InputError on shapes and non-finite numbers.
    """

    auxiliaries: Floats
    weights: Floats

    def __post_init__(self) -> None:
        weights = positive("calibration.weights", self.weights, hint="Give the weights before calibration.")
        object.__setattr__(self, "weights", weights)
        object.__setattr__(
            self, "auxiliaries", matrix("calibration.auxiliaries", self.auxiliaries, rows=len(self.weights))
        )
        if not bool(np.any(self.auxiliaries)):
            raise InputError(
                "calibration.auxiliaries", expected="a column that is not all 0", got="zeros", hint="Leave it out."
            )

    @cached_property
    def basis(self) -> Floats:
        """Orthonormal columns f8[n, rank] that span sqrt(d) x; columns are scaled first so that units do not matter."""
        largest = np.abs(self.auxiliaries).max(axis=0)
        scaled = self.auxiliaries / np.where(largest > 0, largest, 1.0) * np.sqrt(self.weights)[:, None]
        rotation, triangle = np.linalg.qr(scaled)
        left, roots, _ = np.linalg.svd(triangle)
        rank = int((roots > roots[0] * max(scaled.shape) * np.finfo(np.float64).eps).sum())
        found: Floats = rotation @ left[:, :rank]
        return found

    def residuals(self, values: Floats) -> Floats:
        """u - x'B f8[n, k] of values u f8[n, k]."""
        root = np.sqrt(self.weights)[:, None]
        fitted: Floats = self.basis @ (self.basis.T @ (values * root))
        return values - fitted / root
