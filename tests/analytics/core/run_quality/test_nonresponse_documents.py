"""R-indicator, sensitivity band and early against late answerers of a wave, by hand."""

import numpy as np
import pytest

from analytics.core.measuring import measure_all
from analytics.core.parameters import Parameters
from analytics.core.run_quality.nonresponse import effort, evenness, sensitivity
from analytics.core.weighed_wave import WeighedWave
from tests.analytics.core.run_quality.waves import SMALL, chosen, three_strata, weighed
from tests.analytics.waves import NO, YES, drawn, frozen


def bands(wave: WeighedWave) -> dict[tuple[object, ...], dict[str, object]]:
    parameters = Parameters(minimum_per_cell=2)
    rows = measure_all(wave.sample, wave.weighting.design, chosen(), parameters).rows
    found = sensitivity(wave, rows, chosen())
    return {(one["indicator"], one["category"], one["sector"]): one for one in found}


def test_the_r_indicator_is_one_less_two_standard_deviations_of_the_rates() -> None:
    # With one size class a sector the model is that of the two cells: rates 6/8 and 5/8, design weights 15 and 7.5.
    units = drawn(SMALL, YES, YES, YES, NO, NO, YES, None, None)
    units += drawn("NO.social.small", YES, NO, NO, NO, YES, None, None, None)
    (found,) = evenness(weighed(frozen(units, {SMALL: 120, "NO.social.small": 60})))
    mean = (120 * 0.75 + 60 * 0.625) / 180
    spread = np.sqrt((120 * (0.75 - mean) ** 2 + 60 * (0.625 - mean) ** 2) / 179)
    assert found["r"] == pytest.approx(1 - 2 * spread, rel=1e-6)
    assert found["maximal_bias"] == pytest.approx(spread / mean, rel=1e-6)
    assert [one["variable"] for one in found["partial"]] == ["sector", "size_class"]  # type: ignore[attr-defined]


def test_a_category_that_only_answers_has_no_model() -> None:
    of = frozen(drawn(SMALL, YES, NO) + drawn("NO.social.small", YES, NO, None), {SMALL: 20, "NO.social.small": 30})
    assert evenness(weighed(of)) == [{"country": "NO", "r": None}]


def test_a_headline_moves_by_what_non_respondents_weigh() -> None:
    wave = weighed(three_strata())
    found = bands(wave)
    whole = found["innovative", "", ""]
    rate = 135.5 / 190
    assert whole["rate"] == pytest.approx(rate)
    rows = measure_all(wave.sample, wave.weighting.design, chosen(), Parameters()).rows
    (row,) = [row for row in rows if row.key == ("share", "innovative", "", "NO", "", "")]
    assert row.value is not None
    assert row.low is not None
    for one, delta in zip(whole["rows"], (0.05, 0.1, 0.15), strict=True):  # type: ignore[call-overload]
        assert one["delta"] == delta
        assert one["value"] == pytest.approx(row.value - (1 - rate) * delta)
        assert one["low"] == pytest.approx(max(row.low - (1 - rate) * delta, 0))
    assert found["innovative", "", "social"]["rate"] == pytest.approx(0.625)


def test_balances_have_no_band_and_categories_none_by_sector() -> None:
    found = bands(weighed(three_strata()))
    assert not [key for key in found if key[0] == "factors"]
    assert ("innovation_type", "service", "") in found
    assert not [key for key in found if key[1] and key[2]]


def test_a_share_that_could_not_be_so_low_has_no_number() -> None:
    wave = weighed(three_strata([NO, NO, NO, NO, NO, NO, None, None]))
    share = bands(wave)["innovation_type", "product", ""]
    assert [one["value"] for one in share["rows"]] == [None, None, None]  # type: ignore[attr-defined]


def test_late_answerers_stand_beside_the_others() -> None:
    of = three_strata()
    answered = of.frame["responded"].to_numpy()
    late = np.zeros(len(of.frame))
    late[np.flatnonzero(answered)[::3]] = 2
    of.frame["reminders"] = np.where(answered, late, np.nan)
    wave = weighed(of)
    (found,) = effort(wave, chosen(), Parameters())
    assert (found["known"], found["early"], found["late"]) == (True, 10, 5)
    row = next(one for one in found["rows"] if one["indicator"] == "innovative")  # type: ignore[attr-defined]
    design = wave.weighting.design
    assert design is not None
    yes = wave.sample.respondents.holds(wave.sample.respondents.conditions["innovative"])
    after = wave.sample.reminders > 0
    expected = [np.average(yes[rows], weights=design.weights[rows]) for rows in (~after, after)]
    assert [row["early"], row["late"]] == pytest.approx(expected)
    assert row["low"] < row["difference"] < row["high"]
    assert row["difference"] == pytest.approx(expected[1] - expected[0])
    assert row["p_adjusted"] >= 0


def test_without_a_count_of_reminders_or_without_late_answerers_there_is_no_comparison() -> None:
    of = three_strata()
    (unknown,) = effort(weighed(of), chosen(), Parameters())
    assert (unknown["known"], unknown["rows"]) == (False, [])
    of.frame["reminders"] = np.where(of.frame["responded"], 0.0, np.nan)
    (nobody,) = effort(weighed(of), chosen(), Parameters())
    assert (nobody["known"], nobody["early"], nobody["late"], nobody["rows"]) == (True, 15, 0, [])
