"""The precision rule on rows: shares by their interval, balances and indices by their range, and what is known."""

from typing import Any

import pytest

from analytics.core.parameters import Parameters
from analytics.core.precision_rows import judged
from analytics.core.results import EstimateRow
from tests.analytics.waves import shipped


def row(**given: Any) -> EstimateRow:
    base: dict[str, Any] = {"estimand": "share", "indicator": "innovative", "country": "NO", "n": 400, "positive": 200}
    base |= {"value": 0.5, "standard_error": 0.02, "degrees_of_freedom": 380.0}
    return EstimateRow(**(base | given))


def flags(one: EstimateRow, **parameters: Any) -> set[str]:
    (found,) = judged([one], shipped(), Parameters(**parameters))
    return set(found.flags)


def test_a_precise_share_keeps_its_flags() -> None:
    assert flags(row(flags=("missing_caution",))) == {"missing_caution"}


def test_a_share_of_few_answers_is_withheld_and_says_why() -> None:
    assert {"precision_withhold", "few_answers"} <= flags(row(n=29, positive=14))
    small = row(n=29, positive=14, standard_error=0.06)
    assert "few_answers" in flags(small)
    assert "few_answers" not in flags(small, minimum_answers=20)


def test_few_degrees_of_freedom_are_a_caution() -> None:
    assert flags(row(degrees_of_freedom=7.0)) == {"precision_caution", "few_degrees_of_freedom"}


def test_a_row_that_nothing_was_left_to_chance_in_is_fine_however_small() -> None:
    known = row(n=4, positive=2, standard_error=0.0, degrees_of_freedom=None, flags=("known",))
    assert flags(known) == {"known"}


@pytest.mark.parametrize(
    ("estimand", "indicator", "error", "wide"),
    [("net_balance", "factors", 0.1, False), ("net_balance", "factors", 0.2, True),
     ("index", "factor_balance", 5.0, False), ("index", "factor_balance", 10.0, True)],
)  # fmt: skip
def test_balances_and_indices_are_held_to_their_range(estimand: str, indicator: str, error: float, wide: bool) -> None:
    one = row(estimand=estimand, indicator=indicator, positive=None, value=0.3, standard_error=error)
    assert ("wide_interval" in flags(one)) is wide


def test_rows_keep_their_order_and_those_without_a_value_are_left_alone() -> None:
    empty = row(value=None, standard_error=None, positive=None, n=0, flags=("empty_domain",))
    rows = [row(n=10, positive=5), empty, row(estimand="index", indicator="drivers", positive=None, value=50.0)]
    found = judged(rows, shipped(), Parameters())
    assert [one.place for one in found] == [one.place for one in rows]
    assert found[1] == empty
