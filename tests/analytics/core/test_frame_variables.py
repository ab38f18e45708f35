"""What a model of answering may use of the frame: joined, left out, and always said."""

import numpy as np

from analytics.core.frame_variables import Described, JoinedCategory, LeftOut, WhyLeftOut, usable

# Six cells: three sizes by two levels.
SIZE = Described("size", np.array([0, 0, 1, 1, 2, 2]), ("small", "medium", "large"), ordered=True)
LEVEL = Described("level", np.array([0, 1, 0, 1, 0, 1]), ("local", "state"))
ALL = np.ones(6)


def test_categories_with_both_are_left_as_they_are():
    found = usable((SIZE, LEVEL), answered=ALL, missing=ALL)
    assert [one.name for one in found.variables] == ["size", "level"]
    assert found.variables[0].codes.tolist() == SIZE.codes.tolist()
    assert (found.joined, found.left_out) == ((), ())


def test_an_ordered_category_without_missing_answers_goes_to_the_nearest():
    found = usable((SIZE,), answered=ALL, missing=np.array([1.0, 1, 1, 1, 0, 0]))
    assert found.joined == (JoinedCategory("size", "large", "medium"),)
    assert found.variables[0].codes.tolist() == [0, 0, 1, 1, 1, 1]
    assert found.variables[0].labels == ("small", "medium")


def test_the_lower_of_two_nearest_is_taken():
    found = usable((SIZE,), answered=ALL, missing=np.array([1.0, 1, 0, 0, 1, 1]))
    assert found.joined == (JoinedCategory("size", "medium", "small"),)


def test_another_category_goes_to_the_heaviest_and_the_lightest_goes_first():
    county = Described("county", np.arange(4), ("a", "b", "c", "d"))
    found = usable(
        (county,), answered=np.array([5.0, 3, 0, 7]), missing=np.array([5.0, 0, 2, 8])
    )  # c weighs 2 and has no answer, b weighs 3 and misses none
    assert found.joined == (JoinedCategory("county", "c", "d"), JoinedCategory("county", "b", "d"))
    assert found.variables[0].codes.tolist() == [0, 1, 1, 1]


def test_a_variable_that_is_not_known_for_all_or_has_one_category_left_is_named():
    unknown = Described("county", np.array([0, 1, -1, 0, 1, 0]), ("a", "b"))
    level = Described("level", LEVEL.codes, LEVEL.labels)
    one_sided = np.where(LEVEL.codes == 0, 1.0, 0.0)  # everybody of the state answered
    found = usable((SIZE, unknown, level), answered=ALL, missing=one_sided)
    assert [one.name for one in found.variables] == ["size"]
    assert found.left_out == (
        LeftOut("county", WhyLeftOut.UNKNOWN),
        LeftOut("level", WhyLeftOut.ONE_CATEGORY),
    )
    assert found.joined == (JoinedCategory("level", "state", "local"),)


def test_where_all_or_none_answered_nothing_is_modelled():
    for answered, missing in ((ALL, np.zeros(6)), (np.zeros(6), ALL)):
        found = usable((SIZE, LEVEL), answered=answered, missing=missing)
        assert found.variables == ()
        assert {one.reason for one in found.left_out} == {WhyLeftOut.ALL_OR_NONE}


def test_cells_without_weight_count_nowhere():
    unknown = Described("county", np.array([0, 1, -1, 0, 1, 2]), ("a", "b", "c"))
    weight = np.array([1.0, 1, 0, 1, 1, 0])
    found = usable((unknown,), answered=weight, missing=weight)
    assert (found.joined, found.left_out) == ((), ())
    assert found.variables[0].labels == ("a", "b")
