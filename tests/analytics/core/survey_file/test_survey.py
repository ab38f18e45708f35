"""Reading a file's columns as a design, answers and domains, and the error for each thing that does not fit."""

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.survey_file.file_columns import ordered
from tests.analytics.core.survey_file.made import sample, survey

FILE = {
    "w": [2, 2, 3, 3, 3],
    "s": ["b", "b", "a", "a", "a"],
    "p": [1, 2, 3, 3, 4],
    "N": [4, 4, 8, 8, 8],
    "M": [5, 5, 9, 9, 7],
    "r": ["n", "n", "n", "s", "s"],
    "q": ["a", "b", "", "c", "a"],
    "x": ["1.5", "2", "", "1e1", "-3"],
}
WHOLE = {"weight": "w", "strata": "s", "psu": "p", "fpc": "N", "second_stage_fpc": "M"}


def test_strata_are_numbered_by_their_labels_and_populations_read_from_any_row():
    found = survey(FILE, design=WHOLE).design
    assert found.strata.tolist() == [1, 1, 0, 0, 0]
    assert found.populations is not None
    assert (found.populations.tolist(), found.sizes.tolist()) == ([8, 4], [2, 2])
    assert found.second_stage_populations is not None
    assert found.second_stage_populations.tolist() == [5, 5, 9, 7]


def test_without_strata_there_is_one_and_without_psu_every_row_is_its_own():
    found = survey(FILE, design={"weight": "w"}).design
    assert (found.stratum_count, found.psu_count, found.populations) == (1, 5, None)


def test_psus_numbered_anew_in_each_stratum_are_told_apart_when_the_document_says_so():
    table = {**FILE, "p": [1, 2, 1, 1, 2]}
    found = survey(table, design={"weight": "w", "strata": "s", "psu": "p", "psu_within_strata": True}).design
    assert (found.psu_count, found.psu_strata.tolist()) == (4, [0, 0, 1, 1])
    with pytest.raises(InputError, match=r"'1' in b \(row 1\) and in a.*psu_within_strata"):
        survey(table, design={"weight": "w", "strata": "s", "psu": "p"})


def test_answers_are_codes_in_the_order_of_the_document_and_numbers():
    found = survey(FILE, items={"q": {"codes": ["c", "a", "b"]}, "x": {}}).answers
    assert found["q"].places.tolist() == [1, 2, -1, 0, 1]
    np.testing.assert_array_equal(found["x"].numbers, [1.5, 2, np.nan, 10, -3])


def test_codes_can_be_read_off_the_file():
    found = survey(FILE, items={"q": {"codes": "as_found"}}).answers
    assert found["q"].codes == ("a", "b", "c")
    with pytest.raises(InputError, match="no score for 'c'"):
        survey(
            FILE,
            items={"q": {"codes": "as_found"}},
            estimates=[{"estimand": "score", "items": "q", "scores": {"a": 1, "b": 2}}],
        )


def test_decimals_can_be_written_with_a_comma():
    table = {**FILE, "x": ["1,5", "2", "", "3", "4"]}
    found = survey(table, file={"delimiter": ";", "decimal": ","}).answers
    assert found["x"].numbers[0] == 1.5
    with pytest.raises(InputError, match=r"'1,5' in row 1"):
        survey(table)


def test_domains_are_the_whole_then_each_column_then_those_combinations_that_occur():
    found = survey(FILE, by=["r", ["r", "s"]], domains={"r": ["s", "n", "w"]}).groupings
    assert [one.labels for one in found] == [((),), (("s",), ("n",), ("w",)), (("s", "a"), ("n", "a"), ("n", "b"))]
    assert found[2].codes.tolist() == [2, 2, 1, 0, 0]


def test_labels_are_ordered_as_numbers_where_they_are_all_numbers():
    assert ordered(["10", "9", "1"]) == ["1", "9", "10"]
    assert ordered(["10", "9", "b"]) == ["10", "9", "b"]


@pytest.mark.parametrize(
    ("changed", "plan", "place", "said"),
    [
        ({}, {"design": {"weight": "v"}}, "design.weight", "got 'v'. The file has w, s, p"),
        ({}, {"design": {"weight": "w", "strata": ["s", "t"]}}, "design.strata[1]", "got 't'"),
        ({}, {"by": ["t"]}, "by (t)", "got 't'"),
        ({}, {"items": {"q": {"codes": ["a", "b"], "column": "y"}}}, "items.q", "got 'y'"),
        ({"w": [2, 2, "", 3, 3]}, {}, "design.weight", "'' in row 3"),
        ({"w": [2, 2, 0, 3, 3]}, {}, "design.weight", "0 in row 3"),
        ({"w": [2, -1, 0, 3, 3]}, {}, "design.weight", "-1 in row 2"),
        ({"s": ["b", "", "a", "a", "a"]}, {"design": WHOLE}, "design.strata[0]", "'' in row 2"),
        ({"N": [0.5, 0.5, 8, 8, 8]}, {"design": WHOLE}, "design.fpc", "0.5 in row 1 for b. Give the number of units"),
        ({"N": [1, 1, 8, 8, 8]}, {"design": WHOLE}, "design.fpc", "1 in row 1 for b. Give the number of units"),
        ({"N": [4, 4, 8, 9, 8]}, {"design": WHOLE}, "design.fpc", "9 in row 4, where 8 stands before"),
        ({"p": [1, 2, 3, 4, 5], "N": [4, 4, 2, 2, 2]}, {"design": WHOLE}, "design.fpc", "answering in a (3), got 2"),
        ({"M": [5, 5, 0.1, 0.1, 7]}, {"design": WHOLE}, "design.second_stage_fpc", "0.1 in row 3 for 3"),
        ({"M": [5, 5, 1, 1, 7]}, {"design": WHOLE}, "design.second_stage_fpc", "1 in row 3 for 3"),
        ({"p": [1, 3, 3, 3, 4]}, {"design": WHOLE}, "design.psu", "'3' in b (row 2) and in a"),
        ({"q": ["a", "b", "", "c", "d"]}, {}, "items.q", "'d' in row 5. Add it to codes, to missing or to not_asked"),
        ({"x": ["1", "2", "?", "3", "4"]}, {}, "items.x", "'?' in row 3"),
        ({"x": ["1", "2", "1e999", "3", "4"]}, {}, "items.x", "finite"),
        ({"q": [""] * 5}, {"items": {"q": {"codes": "as_found"}}}, "items.q", "Nobody answered"),
        ({"r": ["n", "n", "n", "w", "s"]}, {"by": ["r"], "domains": {"r": ["n", "s"]}}, "by (r)", "'w' in row 4"),
        (
            {"r": ["n", "n", "n", "w", "s"]},
            {"calibration": {"margins": [{"column": "r", "totals": {"n": 6, "s": 7}}]}},
            "calibration.margins[0]",
            "'w' in row 4",
        ),
        (
            {},
            {"calibration": {"margins": [{"column": "r", "totals": {"n": 6, "s": 7, "w": 1}}]}},
            "margins[r]",
            "none in 'w'",
        ),
        (
            {},
            {"calibration": {"margins": [{"column": "x", "total": 6}]}},
            "calibration.margins[0]",
            "'' in row 3",
        ),
    ],
)
def test_what_does_not_fit_is_named_with_place_and_row(changed, plan, place, said):
    with pytest.raises(InputError) as error:
        survey({**FILE, **changed}, **plan)
    assert error.value.parameter == place
    assert said in str(error.value)


def test_a_stratum_of_one_unit_that_answered_has_a_population_of_one():
    table = {**FILE, "s": ["b", "c", "a", "a", "a"], "N": [1, 4, 8, 8, 8]}
    found = survey(table, design={"weight": "w", "strata": "s", "fpc": "N"}).design
    assert found.certain.tolist() == [False, True, False]


def test_calibrated_weights_meet_the_margins_and_the_design_knows():
    table = sample()
    found = survey(
        table,
        items={"z": {}},
        estimates=[{"estimand": "mean", "items": "z"}],
        calibration={"method": "linear", "margins": [{"column": "size", "totals": {"1": 400, "2": 500}}]},
    )
    size = np.array(table["size"])
    reached = [found.design.weights[size == one].sum() for one in (1, 2)]
    np.testing.assert_allclose(reached, [400, 500], rtol=1e-10)
    assert found.design.calibration is not None
