"""The follow-up of non-respondents in a run: its numbers are those of the sums over all pairs."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from scipy import stats

from analytics.core.parameters import Parameters
from analytics.core.run_quality.followed import followed
from analytics.dataset import Frozen
from tests.analytics.core.run_quality.waves import LARGE, SMALL, SOCIAL, chosen, weighed
from tests.analytics.core.two_phase import double_sum
from tests.analytics.waves import NO, YES, Drawn, frozen

HELD = {SMALL: 120, SOCIAL: 60, LARGE: 10}
# stratum, innovative (None: no answer), how it stood when the follow-up was drawn
UNITS = (
    *((SMALL, yes, "answered") for yes in (1, 1, 1, 0, 1)),
    *((SMALL, yes, "drawn") for yes in (0, 1, 0, None)),
    (SMALL, 1, "not_drawn"), (SMALL, None, "not_drawn"), (SMALL, None, "declined"),
    *((SOCIAL, yes, "answered") for yes in (0, 1, 1)),
    *((SOCIAL, yes, "drawn") for yes in (0, 0, 1)),
    (SOCIAL, None, "not_drawn"), (SOCIAL, None, "not_drawn"),
    *((LARGE, yes, "answered") for yes in (1, 0, 1)),
    (LARGE, 0, "drawn"), (LARGE, None, "not_drawn"),
)  # fmt: skip


def surveyed(units: Sequence[tuple[str, int | None, str]] = UNITS, *, outside: Sequence[int] = ()) -> Frozen:
    """A wave of the units; those at the places `outside` were found not to belong to the population."""
    given = {None: None, 1: YES, 0: NO}
    of = frozen(
        [
            Drawn(stratum, None if place in outside else given[yes], "ineligible" if place in outside else "invited")
            for place, (stratum, yes, _stands) in enumerate(units)
        ],
        HELD,
    )
    of.frame["follow_up"] = [stands for _stratum, _yes, stands in units]
    return of


def country_of(of: Frozen, **parameters: Any) -> dict[str, Any]:
    (found,) = followed(weighed(of), chosen(), Parameters(**parameters))
    return found


def innovative(found: dict[str, Any]) -> dict[str, Any]:
    return next(row for row in found["rows"] if row["indicator"] == "innovative")


def by_pairs(*, outside: Sequence[int] = ()) -> tuple[float, float]:
    """Value and standard error; the large stratum, with one measured, shares a cell with the small of its sector."""
    order = [LARGE, SMALL, SOCIAL]
    stands = np.array([one[2] for one in UNITS])
    belongs = np.array([place not in outside for place in range(len(UNITS))])
    measured = np.array([one[1] is not None for one in UNITS]) | ~belongs
    value, variance = double_sum(
        np.array([np.nan if one[1] is None else one[1] for one in UNITS], dtype=float),
        strata=np.array([order.index(one[0]) for one in UNITS]),
        answered=stands == "answered",
        followed=(stands == "drawn") & measured,
        populations=np.array([HELD[key] for key in order], dtype=float),
        cells=np.array([int(one[0] == SOCIAL) for one in UNITS]),
        domain=belongs,
    )
    return value, float(np.sqrt(variance))


def test_the_headline_is_that_of_the_sums_over_all_pairs() -> None:
    found = country_of(surveyed())
    row = innovative(found)
    value, error = by_pairs()
    assert (row["value"], row["standard_error"]) == (pytest.approx(value), pytest.approx(error))
    # 11 answered and 7 of the follow-up, less three strata of who answered and two cells of who did not
    reach = stats.t.ppf(0.975, 18 - 5) * error / (value * (1 - value))
    middle = np.log(value / (1 - value))
    assert [row["low"], row["high"]] == pytest.approx(
        [1 / (1 + np.exp(reach - middle)), 1 / (1 + np.exp(-reach - middle))]
    )
    assert row["flags"] == []


def test_those_who_had_answered_stand_beside_those_followed_up() -> None:
    row = innovative(country_of(surveyed()))
    # weights 10 (120 of 12), 7.5 (60 of 8), 2 (10 of 5); in the cell of small and large 4 measured stand for 9
    had = (4 * 10 + 2 * 7.5 + 2 * 2) / (5 * 10 + 3 * 7.5 + 3 * 2)
    later = (1 * 10 * 9 / 4 + 1 * 7.5 * 5 / 3) / ((3 * 10 + 2) * 9 / 4 + 3 * 7.5 * 5 / 3)
    assert row["respondents"] == pytest.approx(had)
    assert row["followed"] == pytest.approx(later)
    assert row["difference"] == pytest.approx(later - had)


def test_it_says_how_the_follow_up_went() -> None:
    found = country_of(surveyed())
    counted = {name: found[name] for name in ("country", "pool", "drawn", "answered", "by_themselves", "joined")}
    assert counted == {"country": "NO", "pool": 14, "drawn": 8, "answered": 7, "by_themselves": 1, "joined": 1}


def test_an_answer_of_who_was_not_drawn_is_in_the_run_and_not_in_the_two_phase_estimate() -> None:
    other = [(stratum, 0 if stands == "not_drawn" and yes else yes, stands) for stratum, yes, stands in UNITS]
    one, changed = innovative(country_of(surveyed())), innovative(country_of(surveyed(other)))
    assert one["value"] == changed["value"]
    assert one["ordinary"] > changed["ordinary"]


def test_the_ordinary_value_is_the_weighted_share_of_all_who_answered() -> None:
    wave = weighed(surveyed())
    design = wave.weighting.design
    assert design is not None
    yes = np.array([one[1] for one in UNITS if one[1] is not None])
    (found,) = followed(wave, chosen(), Parameters())
    assert innovative(found)["ordinary"] == pytest.approx(np.average(yes, weights=design.weights))


def test_a_unit_found_outside_the_population_takes_others_like_it_along() -> None:
    value, error = by_pairs(outside=[8])  # the silent one of the small stratum's follow-up was a closed workplace
    row = innovative(country_of(surveyed(outside=[8])))
    assert (row["value"], row["standard_error"]) == (pytest.approx(value), pytest.approx(error))


def test_few_and_no_answers_to_a_follow_up_are_said() -> None:
    assert country_of(surveyed(), minimum_per_cell=8)["remark"] == "few_followed"
    assert country_of(surveyed(), minimum_per_cell=7)["remark"] == ""
    silent = [(stratum, None if stands == "drawn" else yes, stands) for stratum, yes, stands in UNITS]
    nobody = country_of(surveyed(silent))
    assert (nobody["remark"], nobody["rows"], nobody["answered"]) == ("nobody_followed", [], 0)


def test_one_answer_gives_a_value_without_a_standard_error() -> None:
    lonely = [
        (stratum, yes if stands != "drawn" or place == 5 else None, stands)
        for place, (stratum, yes, stands) in enumerate(UNITS)
    ]
    row = innovative(country_of(surveyed(lonely)))
    assert row["flags"] == ["one_followed"]
    assert row["value"] is not None
    assert (row["standard_error"], row["low"], row["high"]) == (None, None, None)


def test_every_headline_that_early_and_late_answers_are_compared_by_has_a_row() -> None:
    rows = country_of(surveyed())["rows"]
    definitions = chosen()
    measures = [measure for measure in definitions.measures if definitions.leads(measure)]
    assert [(row["indicator"], row["category"]) for row in rows] == [(one.indicator, one.category) for one in measures]
    balances = [row for row in rows if row["estimand"] == "net_balance"]
    assert balances
    assert all(-1 <= row["low"] <= row["value"] <= row["high"] <= 1 for row in balances if row["low"] is not None)


def test_a_wave_without_a_follow_up_has_nothing_to_say() -> None:
    of = surveyed()
    of.frame["follow_up"] = None
    assert followed(weighed(of), chosen(), Parameters()) == []
    assert followed(weighed(frozen([Drawn(SMALL, YES), Drawn(SMALL, NO)], {SMALL: 9})), chosen(), Parameters()) == []
