"""The primary rules that look at more than a threshold."""

import pytest

from publication.disclosure.primary import Reason, Rule, all_or_none, dominance


@pytest.mark.parametrize(("n", "positive", "told"), [(40, 0, True), (40, 40, True), (40, 1, False), (0, 0, False)])
def test_a_group_of_one_mind_is_told_by_its_share(n: int, positive: int, *, told: bool) -> None:
    assert all_or_none(n, positive) is (Reason.ALL_OR_NONE if told else None)


def test_more_answers_than_were_given_are_an_error() -> None:
    with pytest.raises(ValueError, match="positive: expected a count from 0 to n = 4, got 5"):
        all_or_none(4, 5)


@pytest.mark.parametrize(
    ("contributions", "reason"),
    [
        ([], None),
        ([0, 0], Reason.ALL_OR_NONE),
        ([100], Reason.DOMINANCE),
        ([50, 50], Reason.DOMINANCE),  # each knows the other exactly
        ([85, 8, 7], Reason.DOMINANCE),  # 85 per cent
        ([84, 8, 8], Reason.DOMINANCE),  # the rest of 8 is below 8.4
        ([80, 10, 10], None),
        ([50, 45, 5], None),  # 5 is 10 per cent of 50, not less
        ([50, 45, 4.9], Reason.DOMINANCE),
    ],
)
def test_a_sum_is_told_by_its_largest(contributions: list[float], reason: Reason | None) -> None:
    assert dominance(contributions) is reason


def test_the_rule_states_n_k_and_p() -> None:
    assert dominance([80, 10, 10], Rule(dominant=(2, 0.9))) is Reason.DOMINANCE
    assert dominance([80, 10, 10], Rule(percent=15)) is Reason.DOMINANCE
    with pytest.raises(ValueError, match="contributions: expected none below 0, got -3"):
        dominance([5, -3])
