"""The design refuses what would give wrong numbers in silence."""

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.design import Calibration, SurveyDesign


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


def clustered(**changes) -> SurveyDesign:
    """Two strata: PSUs 0 (2 respondents) and 1 in the first, 2 in the second."""
    given = {"weights": [1.0, 2, 3, 4], "strata": [0, 0, 0, 1], "populations": [5.0, 1.0], "psu": [0, 0, 1, 2]}
    return SurveyDesign(**{**given, "second_stage_populations": [4.0, 1.0, 3.0], **changes})


def test_a_clustered_design_counts_psus_by_stratum_and_respondents_by_psu():
    found = clustered()
    assert (found.sizes.tolist(), found.psu_sizes.tolist(), found.psu_strata.tolist()) == ([2, 1], [2, 1, 1], [0, 0, 1])
    assert (found.fractions.tolist(), found.psu_fractions.tolist()) == ([0.4, 1.0], [0.5, 1.0, 1 / 3])
    assert (found.degf(), found.degf(np.array([True, False, True, False])), found.degf(np.zeros(4, bool))) == (1, 1, 0)


def test_a_stratum_of_which_all_psus_are_taken_is_certain_only_when_all_their_units_answered():
    found = clustered()
    assert (found.taken_all.tolist(), found.certain.tolist(), found.lonely.tolist()) == (
        [False, True],
        [False, False],
        [False, False],
    )
    assert (found.lonely_psus.tolist(), found.lonely_rows.tolist()) == (
        [False, False, True],
        [False, False, False, True],
    )
    assert clustered(second_stage_populations=[4.0, 1.0, 1.0]).certain.tolist() == [False, True]


def test_in_an_element_sample_every_respondent_is_a_psu():
    found = design()
    assert (found.psus.tolist(), found.psu_count, found.psu_sizes.tolist()) == ([0, 1, 2], 3, [1, 1, 1])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"psu": [0, 0, 1, 1]}, "psu: expected each PSU inside one stratum, got PSU 1 in strata 0 and 1"),
        ({"psu": [0, 0, 1, 3]}, "psu: expected a respondent in every PSU 0..P-1, got none in PSU 2"),
        ({"psu": [0, 0, -1, 1]}, "psu: expected codes from 0, got -1"),
        ({"psu": [0, 0, 1]}, "psu: expected 4 values, got 3"),
        ({"populations": [1.5, 1.0]}, "populations: expected at least the 2 PSUs with respondents of stratum 0, got"),
        ({"populations": [0.4, 1.0]}, "populations: expected the number of units N_h of each stratum, got 0.4 in"),
        (
            {"second_stage_populations": [1.0, 1.0, 3.0]},
            "second_stage_populations: expected at least the 2 respondents of PSU 0, got 1.0",
        ),
        (
            {"second_stage_populations": [4.0, 1.0, 1 / 3]},
            "second_stage_populations: expected at least the 1 respondents of PSU 2, got 0.33",
        ),
        ({"second_stage_populations": [4.0, 1.0]}, "second_stage_populations: expected 3 values, got 2"),
        ({"psu": None}, "second_stage_populations: expected psu and populations beside it, got no psu"),
        ({"populations": None}, "second_stage_populations: expected psu and populations beside it, got no populations"),
        (
            {"calibration": Calibration(np.ones((3, 1)), [1.0, 1.0, 1.0])},
            "calibration: expected 4 rows, got 3",
        ),
    ],
)
def test_what_cannot_be_a_clustered_design_is_refused_by_name(changes, message):
    with pytest.raises(InputError) as error:
        clustered(**changes)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("auxiliaries", "weights", "message"),
    [
        ([[1.0], [1.0]], [1.0], "calibration.auxiliaries: expected a matrix of 1 rows and at least one column"),
        ([1.0, 1.0], [1.0, 1.0], "calibration.auxiliaries: expected a matrix of 2 rows and at least one column"),
        ([[1.0], [np.nan]], [1.0, 1.0], "calibration.auxiliaries: expected finite numbers, got nan in row 1, column 0"),
        ([["a"], ["b"]], [1.0, 1.0], "calibration.auxiliaries: expected numbers"),
        ([[0.0], [0.0]], [1.0, 1.0], "calibration.auxiliaries: expected a column that is not all 0, got zeros"),
        ([[1.0], [1.0]], [1.0, 0.0], "calibration.weights: expected finite numbers above 0, got 0.0 in row 1"),
    ],
)
def test_what_cannot_be_a_calibration_is_refused_by_name(auxiliaries, weights, message):
    with pytest.raises(InputError) as error:
        Calibration(auxiliaries, weights)
    assert str(error.value).startswith(message)


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
