"""The design refuses what would give wrong numbers in silence."""

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.design import SurveyDesign


def design(weights=(1.0, 2.0, 3.0), strata=(0, 0, 1), populations=(5.0, 4.0), lonely="fail") -> SurveyDesign:
    return SurveyDesign(weights, strata, populations, lonely)


def test_a_design_counts_respondents_by_stratum():
    found = design()
    assert (found.size, found.stratum_count, found.sizes.tolist()) == (3, 2, [2, 1])
    assert (found.fractions.tolist(), found.lonely.tolist(), found.certain.tolist()) == (
        [0.4, 0.25],
        [False, True],
        [False, False],
    )
    assert (found.degf(), found.degf(np.array([True, True, False]))) == (1, 1)


def test_without_populations_nothing_is_corrected():
    assert design(populations=None).fractions.tolist() == [0, 0]


def test_a_stratum_of_which_all_answered_is_certain_and_not_lonely():
    found = design(strata=(0, 0, 0), populations=(3.0,))
    assert (found.certain.tolist(), found.lonely.tolist()) == ([True], [False])


def test_a_design_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        design().weights[0] = 9


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weights": (), "strata": ()}, "weights: expected at least one respondent, got none"),
        ({"weights": (1.0, 0.0, 3.0)}, "weights: expected finite numbers above 0, got 0.0 in row 1"),
        ({"weights": (1.0, np.nan, 3.0)}, "weights: expected finite numbers above 0, got nan in row 1"),
        ({"weights": ((1.0, 2.0, 3.0),)}, "weights: expected one dimension, got shape (1, 3)"),
        ({"strata": (0, 0)}, "strata: expected 3 values, got 2"),
        ({"strata": (0, 0, -1)}, "strata: expected codes from 0, got -1"),
        ({"strata": (0, 0, 2)}, "strata: expected a respondent in every stratum 0..H-1, got none in stratum 1"),
        ({"strata": ("NO", "NO", "DK")}, "strata: expected whole numbers, got dtype <U2"),
        ({"strata": (0, 0, 0.5)}, "strata: expected whole numbers, got dtype float64"),
        ({"populations": (0.4, 0.25)}, "populations: expected the number of units N_h of each stratum, got 0.4 in"),
        ({"populations": (1.0, 4.0)}, "populations: expected the number of units N_h of each stratum, got 1.0 in"),
        ({"populations": (1.5, 4.0)}, "populations: expected at least the 2 respondents of stratum 0, got 1.5"),
        ({"populations": (np.nan, 4.0)}, "populations: expected at least the 2 respondents of stratum 0, got nan"),
        ({"populations": (5.0,)}, "populations: expected 2 values, got 1"),
        ({"lonely": "ignore"}, "lonely_psu: expected one of fail, certainty, adjust, average, got 'ignore'"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(changes, message):
    with pytest.raises(InputError) as error:
        design(**changes)
    assert str(error.value).startswith(message)
