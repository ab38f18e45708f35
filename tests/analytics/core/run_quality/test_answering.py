"""Ways of answering a battery, fast answers, and the headlines without who is flagged, by hand."""

from typing import Any

import numpy as np
import pytest

from analytics.core.columns import NO_ANSWER, NOT_ASKED
from analytics.core.parameters import Parameters
from analytics.core.response_quality import DONT_KNOW, NOT_RELEVANT
from analytics.core.run_quality.answering import answering, batteries
from analytics.core.weighed_wave import WeighedWave
from tests.analytics.core.run_quality.waves import SMALL, chosen, factors, weighed
from tests.analytics.waves import NO, drawn, frozen, workplace

CAREFUL = factors("hindered_high", "promoted_some", "promoted_high")
STRAIGHT = factors("promoted_high")
UNSURE = factors("dont_know", "not_relevant", "hindered_some")


def wave(seconds: list[float] | None = None) -> WeighedWave:
    of = frozen(drawn(SMALL, CAREFUL, CAREFUL, STRAIGHT, UNSURE, NO, NO, None, None), {SMALL: 80})
    if seconds is not None:
        of.frame["seconds"] = [*seconds, np.nan, np.nan]
    return weighed(of)


def told(of: WeighedWave) -> dict[str, Any]:
    (found,) = answering(of, chosen(), Parameters())
    return found


def battery(found: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in found["batteries"] if one["battery"] == name)


def test_batteries_of_one_long_scale_are_looked_at() -> None:
    of = wave()
    found = {one.name: one for one in batteries(workplace(), of.sample.respondents.columns, chosen())}
    assert {"factors", "culture"} <= set(found)
    assert "types" not in found
    assert found["factors"].steps == 4
    assert found["factors"].answers[3, :3].tolist() == [DONT_KNOW, NOT_RELEVANT, 1]
    assert set(found["factors"].answers[4]) == {NOT_ASKED}
    assert set(found["culture"].answers[4]) == {NO_ANSWER}


def test_straight_lines_and_styles_are_shares_of_who_was_asked() -> None:
    found = told(wave())
    own = battery(found, "factors")
    assert (own["asked"], own["judged"], own["straight"], own["items"]) == (4, 3, 1, 12)
    assert own["straight_share"]["value"] == pytest.approx(1 / 3)
    assert own["extreme"]["value"] == pytest.approx((2 / 3 + 2 / 3 + 1 + 0) / 4)
    assert own["acquiescence"]["value"] == pytest.approx((2 / 3 + 2 / 3 + 1 + 0) / 4)
    assert own["dont_know"]["value"] == pytest.approx((1 / 3) / 4)
    assert own["not_relevant"]["value"] == pytest.approx((1 / 3) / 4)
    assert own["extreme"]["standard_error"] > 0


def test_what_leaving_out_changes_is_the_difference_of_both_figures() -> None:
    found = told(wave())
    assert found["flagged"] == 1
    effect = next(
        one for one in found["effects"] if (one["indicator"], one["category"]) == ("factors", "focus_on_safe_operation")
    )
    assert effect["with_all"] == pytest.approx((-1 - 1 + 1 + 0) / 4)
    assert effect["without"] == pytest.approx((-1 - 1 + 0) / 3)
    assert effect["difference"] == pytest.approx(effect["without"] - effect["with_all"])
    assert effect["low"] < effect["difference"] < effect["high"]
    assert effect["flagged"] == 1


def test_fast_is_below_a_third_of_the_median_of_those_asked_the_same() -> None:
    found = told(wave([300, 310, 320, 90, 60, 70]))
    speeding = found["speeding"]
    assert (speeding["timed"], speeding["median_seconds"], speeding["fast"]) == (6, 195.0, 1)
    assert speeding["fast_share"]["value"] == pytest.approx(1 / 6)
    assert found["flagged"] == 2
    untimed = told(wave())["speeding"]
    assert (untimed["timed"], untimed["median_seconds"], untimed["fast"]) == (0, None, 0)
    assert untimed["fast_share"]["value"] is None


def test_nobody_flagged_has_no_effects_and_nobody_answering_no_document() -> None:
    of = weighed(frozen(drawn(SMALL, CAREFUL, CAREFUL, NO), {SMALL: 30}))
    assert told(of)["effects"] == []
    assert answering(weighed(frozen(drawn(SMALL, None, None), {SMALL: 30})), chosen(), Parameters()) == []
