"""Columns, names and blocks of a model matrix, and the predictors it refuses."""

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.regression.model_matrix import Covariate, Factor, model_matrix


def test_levels_but_the_base_become_columns_with_names():
    level = Factor("level", [0, 1, 2, -1], ("state", "region", "municipality"), base="region")
    matrix = model_matrix([level, Covariate("size", [5.0, 6.0, np.nan, 8.0])])
    assert matrix.names == ("(intercept)", "level=state", "level=municipality", "size")
    np.testing.assert_array_equal(
        matrix.columns, [[1, 1, 0, 5], [1, 0, 0, 6], [1, 0, 1, np.nan], [1, np.nan, np.nan, 8]]
    )
    assert (matrix.block("level"), matrix.block("size")) == ((1, 2), (3,))
    assert model_matrix([level], intercept=False).block("level") == (0, 1)
    with pytest.raises(InputError, match="name: expected one of level, size, got 'age'"):
        matrix.block("age")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Factor("level", [0, 3], ("a", "b")), r"level: expected codes from -1 to 1, got 0\.\.3"),
        (lambda: Factor("level", [0, 0], ("a", "a")), "level: expected two or more labels, each once"),
        (lambda: Factor("level", [0, 1], ("a", "b"), base="c"), "base of level: expected one of a, b, got 'c'"),
        (lambda: Covariate("size", [1.0, np.inf]), "size: expected finite numbers or NaN, got inf in row 1"),
        (lambda: model_matrix([]), "terms: expected predictors with names of their own"),
        (lambda: model_matrix([Covariate("a", [1.0]), Covariate("a", [2.0])]), "terms: expected predictors with names"),
        (lambda: model_matrix([Covariate("a", [1.0]), Covariate("b", [2.0, 3.0])]), "b: expected 1 rows, got 2"),
    ],
)
def test_predictors_that_cannot_be_used_are_refused(make, message):
    with pytest.raises(InputError, match=message):
        make()
