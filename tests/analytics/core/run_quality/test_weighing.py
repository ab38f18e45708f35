"""Weights before and after non-response, and the response cells, by hand."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analytics.core.design import SurveyDesign
from analytics.core.parameters import Parameters
from analytics.core.run_quality.weighing import cells, classes, rate, weights
from tests.analytics.core.run_quality.waves import LARGE, SMALL, SOCIAL, three_strata, weighed
from tests.analytics.waves import NO, YES, drawn, frozen


def test_design_weights_final_weights_and_their_ratio_are_those_of_the_strata() -> None:
    (found,) = weights(weighed(three_strata()), Parameters())
    before, after, g = found["before"], found["after"], found["g"]
    assert before == {
        "lowest": 2.0, "tenth": 2.0, "median": 7.5, "ninetieth": 15.0, "highest": 15.0, "n": 15,
        "sum": 6 * 15 + 5 * 7.5 + 4 * 2, "kish": pytest.approx(15 * (6 * 225 + 5 * 56.25 + 4 * 4) / 135.5**2),
    }  # fmt: skip
    assert (after["lowest"], after["highest"]) == (2.5, 20.0)  # type: ignore[index]
    assert after["sum"] == pytest.approx(190)  # type: ignore[index]
    assert (g["lowest"], g["highest"]) == pytest.approx((1.25, 1.6))  # type: ignore[index]
    assert found["beyond_cell"] == 0


def test_bins_hold_every_weight_of_both_steps() -> None:
    (found,) = weights(weighed(three_strata()), Parameters())
    edges = found["edges"]
    assert isinstance(edges, list)
    assert (len(edges), edges[0], edges[-1]) == (9, 2.0, 20.0)
    assert found["counts_before"] == [4, 0, 5, 0, 0, 6, 0, 0]
    assert found["counts_after"] == [4, 0, 0, 0, 5, 0, 0, 6]


def test_a_weight_moved_after_the_cells_is_counted() -> None:
    wave = weighed(three_strata())
    design = wave.weighting.design
    assert design is not None
    moved = design.weights * np.where(np.arange(15) < 2, 0.9, 1.0)
    changed = replace(wave.weighting, design=SurveyDesign(moved, design.strata, design.populations))
    (found,) = weights(replace(wave, weighting=changed), Parameters())
    assert found["beyond_cell"] == 2


def test_the_factors_of_a_calibration_stand_apart_with_those_at_a_bound() -> None:
    assert weights(weighed(three_strata()), Parameters())[0]["calibration"] is None
    # The margins leave one solution: 1355/1520 is its least factor, of the large ones.
    for method, least, at in (("raking", 0.8, None), ("truncated", 0.8, 0), ("truncated", 1355 / 1520, 4)):
        chosen: dict[str, Any] = {"minimum_per_cell": 20, "calibration": method, "lowest_factor": least}
        parameters, wave = Parameters(**chosen), weighed(three_strata(), **chosen)
        (found,) = weights(wave, parameters)
        calibration = found["calibration"]
        assert isinstance(calibration, dict)
        design, weighting = wave.weighting.design, wave.weighting
        assert design is not None
        g = design.weights / (weighting.base[weighting.respondents] * weighting.factors[0])  # one cell
        assert calibration["factor"]["lowest"] == pytest.approx(g.min())
        assert calibration["factor"]["highest"] == pytest.approx(g.max())
        assert calibration["at_bounds"] == at


def test_equal_weights_stand_in_one_bin_and_a_wave_without_answers_has_none() -> None:
    alike = weighed(frozen(drawn(SMALL, {}, {}, {}), {SMALL: 30}))
    (found,) = weights(alike, Parameters())
    assert (found["counts_before"], found["counts_after"]) == ([3], [3])
    assert weights(weighed(frozen(drawn(SMALL, None, None), {SMALL: 30})), Parameters()) == []


def test_every_cell_says_who_answered() -> None:
    found = {tuple(one["strata"]): one for one in cells(weighed(three_strata()))}  # type: ignore[arg-type]
    assert set(found) == {(SMALL,), (SOCIAL,), (LARGE,)}
    assert found[SOCIAL,] == {
        "country": "NO", "strata": [SOCIAL], "drawn": 8, "respondents": 5, "rate": 0.625,
        "weighted_rate": pytest.approx(0.625), "factor": pytest.approx(1.6),
    }  # fmt: skip
    (joined,) = cells(weighed(three_strata(), minimum_per_cell=20))
    assert joined["rate"] == pytest.approx(15 / 21)
    assert joined["weighted_rate"] == pytest.approx(135.5 / 190)


def test_classes_of_propensity_stand_in_for_cells_and_say_what_they_rest_on() -> None:
    # Two sizes, 6 of 10 and 2 of 10 of 50 answered; of a third nobody was drawn.
    units = drawn(SMALL, *[YES] * 6, *[None] * 4) + drawn(SOCIAL, *[NO] * 2, *[None] * 8)
    wave = weighed(frozen(units, {SMALL: 50, SOCIAL: 40, LARGE: 9}), nonresponse="propensity", maximum_factor=9.0)
    assert cells(wave) == []
    (found,) = classes(wave)
    assert (found["country"], found["variables"]) == ("NO", ["sector"])
    assert found["left_out"] == [
        {"variable": "size_class", "reason": "one_category"},
        {"variable": "level", "reason": "one_category"},
        {"variable": "county", "reason": "unknown"},
    ]
    assert (found["categories"], found["joined"]) == ([], [])
    assert found["carried"] == [{"stratum": LARGE, "into": SMALL}]
    assert found["classes"] == [
        {
            "lowest": pytest.approx(0.2), "highest": pytest.approx(0.2), "drawn": 10, "respondents": 2,
            "rate": 0.2, "weighted_rate": pytest.approx(0.2), "factor": pytest.approx(5),
        },
        {
            "lowest": pytest.approx(0.6), "highest": pytest.approx(0.6), "drawn": 10, "respondents": 6,
            "rate": 0.6, "weighted_rate": pytest.approx(0.6), "factor": pytest.approx(59 / 30),
        },
    ]  # fmt: skip
    assert weights(wave, Parameters())[0]["beyond_cell"] == 0
    assert classes(weighed(three_strata())) == []


def test_nobody_drawn_has_no_rate() -> None:
    nobody = np.zeros(2, dtype=np.bool_)
    assert rate(np.ones(2), nobody, nobody) is None
