"""Logistic regression with 20 predictors: coefficients and standard errors under the design.

Run: python -m benchmarks.regression [--rows N ...] [--full] [--alone].
"""

from collections.abc import Callable

import numpy as np

from analytics.core.regression.model import glm
from analytics.core.regression.model_matrix import Covariate, Factor, ModelMatrix, model_matrix
from benchmarks.constructed import KINDS, NUMBERS, REGIONS, SIZES, Survey, survey
from benchmarks.side_by_side.report import Found, Job, Share, main

STEPS = 25


def matrix(given: Survey) -> ModelMatrix:
    """Intercept, 9 regions, 6 kinds, 2 sizes, 3 numbers."""
    factors = (("region", given.region, REGIONS), ("kind", given.kind, KINDS), ("size", given.size, SIZES))
    return model_matrix(
        [Factor(name, codes, tuple(str(one) for one in range(count))) for name, codes, count in factors]
        + [Covariate(f"number{place}", given.numbers[:, place]) for place in range(NUMBERS)]
    )


def ours(given: Survey) -> Callable[[], Found]:
    def work() -> Found:
        model = glm(given.design, matrix(given), y=given.outcome)
        return {"coefficient": model.coefficients, "error": model.standard_errors}

    return work


def plain(given: Survey) -> Callable[[], Found]:
    """Newton's steps from 0 on the whole matrix until they stay below 1e-12, and the sandwich, in numpy."""

    def work() -> Found:
        x, y, w = matrix(given).columns, given.outcome, given.design.weights
        beta = np.zeros(x.shape[1])
        for _ in range(STEPS):
            mu = 1 / (1 + np.exp(-(x @ beta)))
            information = np.linalg.inv((x * (w * mu * (1 - mu))[:, None]).T @ x)
            step = information @ (x.T @ (w * (y - mu)))
            beta = beta + step
            if np.abs(step).max() < 1e-12:
                break
        z = (x @ information) * (w * (y - mu))[:, None]
        strata, n = given.design.strata, given.design.sizes
        means = np.stack([np.bincount(strata, weights=column) for column in z.T]).T / n[:, None]
        away = (z - means[strata]) * np.sqrt((1 - given.design.fractions) * n / (n - 1))[strata, None]
        return {"coefficient": beta, "error": np.sqrt(np.diag(away.T @ away))}

    return work


def share(_peer: str, given: Survey) -> Share | None:
    return Share() if given.rows <= 100_000 else None


JOB = Job(
    made=survey,
    name="regression",
    title="logistic regression with 20 predictors",
    ours=ours,
    share=share,
    same=lambda found, _share: found,
    tolerance={"plain": 1e-9, "R": 1e-6, "svy": 1e-6},  # the peers stop earlier
    plain=plain,
)

if __name__ == "__main__":
    raise SystemExit(main(JOB))
