"""The whole computation on frozen waves: weights, agreement with R, reproducibility, and waves with next to nothing."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.parameters import Parameters
from analytics.core.results import EstimateRow, result_hash
from analytics.core.sample import read
from analytics.core.weighed_wave import WeighedWave, weigh_wave
from analytics.core.weights import Weighting
from analytics.pipeline import compute
from tests.analytics.waves import NO, YES, Drawn, drawn, frozen, rows_of, shipped, workplace

SHORT = {"replicates": 0, "draws": 0}

Rows = dict[tuple[str, ...], EstimateRow]

SMALL, MEDIUM, LARGE = (f"NO.education.{size}" for size in ("small", "medium", "large"))
SOCIAL = "NO.social.small"


def innovative(rows: Rows, country: str = "NO", sector: str = "") -> EstimateRow:
    return rows["share", "innovative", "", country, sector, ""]


def three_strata() -> list[Drawn]:
    """6 of 8, 5 of 8 and 4 of 4 answered; population 120, 60 and 9."""
    return (
        drawn(SMALL, YES, YES, YES, NO, NO, YES, None, None)
        + drawn(SOCIAL, YES, NO, NO, NO, YES, None, None, None)
        + drawn("NO.social.large", YES, YES, NO, YES)
    )


POPULATIONS = {SMALL: 120, SOCIAL: 60, "NO.social.large": 9}


def test_a_countrys_share_is_that_of_r() -> None:
    # R 4.x, survey: y <- c(1,1,1,0,0,1, 1,0,0,0,1, 1,1,0,1); h <- rep(c("a","b","c"), c(6,5,4))
    # N <- c(a=120, b=60, c=9)[h]; d <- svydesign(ids=~1, strata=~h, fpc=~N, data=data.frame(h, N, y))
    # svymean(~y, d, deff=TRUE); degf(d); svymean(~y, subset(d, h != "a"))
    rows = rows_of(frozen(three_strata(), POPULATIONS), minimum_per_cell=2)
    whole, social = innovative(rows), innovative(rows, sector="social")
    assert whole.value == pytest.approx(0.58597883597883593, rel=1e-12)
    assert whole.standard_error == pytest.approx(0.15047422773111771, rel=1e-12)
    assert whole.design_effect == pytest.approx(1.4192547780949094, rel=1e-12)
    assert social.value == pytest.approx(0.44565217391304346, rel=1e-12)
    assert social.standard_error == pytest.approx(0.20537438725751286, rel=1e-12)


def test_main_shares_are_estimated_in_the_size_classes_of_a_sector_and_in_counties_too() -> None:
    wave = frozen(three_strata(), POPULATIONS)
    wave.frame["county"] = ["Vestland" if row % 2 else "Rogaland" for row in range(len(wave.frame))]
    rows = {row.key: row for row in compute(wave, None, shipped(), Parameters(minimum_per_cell=2))}
    parts = [rows["share", "innovative", "", "NO", "social", "", size, ""] for size in ("small", "large")]
    counties = [rows["share", "innovative", "", "NO", "", "", "", f"county:{one}"] for one in ("Rogaland", "Vestland")]
    assert sum(part.n for part in parts) == innovative(rows, sector="social").n == 9
    assert sum(part.positive or 0 for part in counties) == innovative(rows).positive
    assert parts[0].value == pytest.approx(2 / 5)
    fine = {row.estimand for row in rows.values() if (row.sector and row.size_class) or row.area.startswith("county")}
    assert fine <= {"share", "small_area"}


def test_weights_add_up_to_the_frame_and_to_the_strata_of_large_cells() -> None:
    wave = frozen(three_strata(), POPULATIONS)
    sample = read(wave.frame, wave.strata, wave.instrument)
    weighting = weigh_wave("2025", wave.instrument, sample, Parameters(minimum_per_cell=2)).weighting
    assert weighting.design is not None
    stratum = sample.stratum[sample.responded]
    sums = np.bincount(stratum, weights=weighting.design.weights)
    assert {one.key: float(total) for one, total in zip(sample.strata, sums, strict=True)} == pytest.approx(POPULATIONS)


def test_units_outside_the_population_take_their_share_of_the_frame_with_them() -> None:
    units = [*drawn(SMALL, YES, NO, None), Drawn(SMALL, disposition="ineligible")]
    wave = frozen(units, {SMALL: 40})
    sample = read(wave.frame, wave.strata, wave.instrument)
    weighting = weigh_wave("2025", wave.instrument, sample, Parameters()).weighting
    assert weighting.design is not None
    assert weighting.design.weights.tolist() == pytest.approx([15.0, 15.0])


def test_small_cells_are_joined_inside_their_sector_first() -> None:
    units = drawn(SMALL, YES, NO, YES) + drawn(MEDIUM, YES) + drawn(SOCIAL, *[NO] * 3)
    wave = frozen(units, {SMALL: 30, MEDIUM: 10, SOCIAL: 30})
    sample = read(wave.frame, wave.strata, wave.instrument)
    weighting = weigh_wave("2025", wave.instrument, sample, Parameters(minimum_per_cell=3)).weighting
    cell = {one.key: int(group) for one, group in zip(sample.strata, weighting.cells, strict=True)}
    assert cell[SMALL] == cell[MEDIUM] != cell[SOCIAL]


# --- calibration


def calibrated(units: list[Drawn], populations: dict[str, int], method: str) -> Weighting:
    wave = frozen(units, populations)
    sample = read(wave.frame, wave.strata, wave.instrument)
    return weigh_wave("2025", wave.instrument, sample, Parameters(minimum_per_cell=20, calibration=method)).weighting


@pytest.mark.parametrize("method", ["linear", "raking", "logit", "truncated"])
def test_calibrated_weights_reproduce_sectors_and_sizes_of_the_frame(method: str) -> None:
    units = three_strata() + drawn("NO.education.large", YES, YES, NO, None)
    populations = POPULATIONS | {"NO.education.large": 12}
    without = calibrated(units, populations, "none")
    weighting = calibrated(units, populations, method)
    assert weighting.design is not None
    assert without.design is not None
    sample = read(frozen(units, populations).frame, frozen(units, populations).strata, workplace())
    for column, totals in (
        (sample.sector, {"education": 132, "social": 69}),
        (sample.size_class, {"small": 180, "large": 21}),
    ):
        for label, total in totals.items():
            here = np.asarray(column == label, dtype=bool)
            assert weighting.design.weights[here].sum() == pytest.approx(total)
    assert not np.allclose(weighting.design.weights, without.design.weights)
    assert weighting.design.calibration is not None


def test_a_sector_in_which_nobody_answered_is_named_as_a_margin() -> None:
    units = drawn(SMALL, YES, NO, YES) + drawn(SOCIAL, None, None)
    with pytest.raises(InputError, match=r"sector.*NO social"):
        calibrated(units, {SMALL: 30, SOCIAL: 30}, "raking")


def test_a_calibrated_run_has_rows_with_the_variance_of_residuals() -> None:
    rows = rows_of(frozen(three_strata(), POPULATIONS), minimum_per_cell=20, calibration="raking")
    whole = innovative(rows)
    assert whole.value == pytest.approx(0.58597883597883593, rel=1e-6)
    assert whole.standard_error is not None
    assert whole.standard_error > 0


# --- classes of propensity


def levels() -> tuple[list[Drawn], dict[str, int]]:
    """Two sectors by two sizes: 9, 14, 18 and 24 of thirty answered; nobody was drawn of a fifth stratum."""
    keys = (SMALL, SOCIAL, "NO.education.large", "NO.social.large")
    units: list[Drawn] = []
    for key, answered in zip(keys, (9, 14, 18, 24), strict=True):
        units += drawn(key, *[(YES, NO)[number % 2] if number < answered else None for number in range(30)])
    return units, dict(zip(keys, (300, 240, 90, 60), strict=True)) | {MEDIUM: 45}


def by_propensity(units: list[Drawn], populations: dict[str, int], **parameters: Any) -> WeighedWave:
    wave = frozen(units, populations)
    given = Parameters(**{"nonresponse": "propensity", "minimum_per_cell": 5, "maximum_factor": 4.0} | parameters)
    return weigh_wave("2025", wave.instrument, read(wave.frame, wave.strata, wave.instrument), given)


def test_weights_in_classes_of_propensity_carry_the_frame_with_what_nobody_was_drawn_for() -> None:
    wave = by_propensity(*levels())
    assert wave.weighting.design is not None
    assert wave.weighting.design.weights.sum() == pytest.approx(735)
    (country,) = wave.classes
    assert country.found.variables == ("sector", "size_class")
    left = {one.variable: str(one.reason) for one in country.found.left_out}
    assert left == {"level": "one_category", "county": "unknown"}  # all are municipal; the wave knows no county
    assert [(wave.sample.strata[one.member].key, wave.sample.strata[one.into or 0].key) for one in country.carried] == [
        (MEDIUM, "NO.education.large")  # small is as near: the lower of two codes
    ]


def test_calibration_after_classes_of_propensity_reproduces_the_frame() -> None:
    units, populations = levels()
    del populations[MEDIUM]  # a size class in which nobody answered is refused as a margin
    wave = by_propensity(units, populations, calibration="raking")
    design = wave.weighting.design
    assert design is not None
    assert design.calibration is not None
    for sector, total in (("education", 300 + 90), ("social", 240 + 60)):
        here = np.asarray(wave.sample.sector == sector, dtype=bool)
        assert design.weights[here].sum() == pytest.approx(total)
    without = by_propensity(units, populations).weighting.design
    assert without is not None
    np.testing.assert_allclose(design.calibration.weights, without.weights)


def test_a_run_by_propensity_holds_its_checks_and_gives_the_weighted_share() -> None:
    units, populations = levels()
    whole = innovative(
        rows_of(frozen(units, populations), nonresponse="propensity", minimum_per_cell=5, maximum_factor=4.0, **SHORT)
    )
    wave = by_propensity(units, populations)
    assert wave.weighting.design is not None
    said_yes = np.array([unit.answers == YES for unit in units if unit.answers is not None])
    weights = wave.weighting.design.weights
    assert whole.value == pytest.approx(float(weights @ said_yes / weights.sum()), rel=1e-12)


# --- reproducibility


def test_the_same_inputs_give_the_same_bits_in_any_order_of_rows() -> None:
    wave = frozen(three_strata(), POPULATIONS)
    shuffled = replace(wave, frame=wave.frame.sample(frac=1.0, random_state=3))
    hashes = {result_hash(compute(one, None, shipped(), Parameters())) for one in (wave, wave, shuffled)}
    assert len(hashes) == 1


def test_another_answer_gives_another_result() -> None:
    units = three_strata()
    changed = [replace(units[0], answers=NO), *units[1:]]
    one, other = (compute(frozen(some, POPULATIONS), None, shipped(), Parameters()) for some in (units, changed))
    assert result_hash(one) != result_hash(other)


# --- waves with next to nothing


def test_an_empty_stratum_is_carried_by_its_neighbour() -> None:
    units = drawn(SMALL, YES, NO, YES, NO) + drawn(MEDIUM, None, None)
    wave = frozen(units, {SMALL: 40, MEDIUM: 20, LARGE: 5})  # of the large ones nobody was even drawn
    row = innovative(rows_of(wave))
    assert (row.value, row.n) == (pytest.approx(0.5), 4)
    assert not {"lonely_stratum", "missing_caution", "empty_domain"} & set(row.flags)


def test_a_sector_that_nobody_answered_has_a_flag_and_no_value() -> None:
    wave = frozen(drawn(SMALL, YES, NO) + drawn(SOCIAL, None, None), {SMALL: 20, SOCIAL: 20})
    row = innovative(rows_of(wave), sector="social")
    assert (row.value, row.standard_error, row.low, row.high, row.n) == (None, None, None, None, 0)
    assert "empty_domain" in row.flags


def test_a_stratum_with_one_answer_joins_its_neighbour_and_one_answer_alone_has_no_error() -> None:
    joined = innovative(rows_of(frozen(drawn(SMALL, YES, NO, NO) + drawn(MEDIUM, YES), {SMALL: 30, MEDIUM: 10})))
    assert joined.standard_error is not None
    alone = innovative(rows_of(frozen(drawn(SMALL, YES, None), {SMALL: 30})))
    assert (alone.value, alone.standard_error, alone.low, alone.high, alone.n) == (1.0, None, None, None, 1)
    assert {"one_answer", "lonely_stratum"} <= set(alone.flags)


def test_an_item_that_nobody_answered_has_a_flag_and_no_value() -> None:
    rows = rows_of(frozen(drawn(SMALL, YES, YES, NO, NO), {SMALL: 40}))
    row = rows["share", "spread", "", "NO", "", ""]
    assert (row.value, row.n, row.missing_share) == (None, 0, 1.0)
    assert {"no_answers", "missing_caution"} <= set(row.flags)


def test_an_item_that_nobody_was_asked_says_so() -> None:
    rows = rows_of(frozen(drawn(SMALL, NO, NO, NO), {SMALL: 40}))
    row = rows["driver", "factors", "legislation", "NO", "", ""]
    assert (row.value, row.n, row.missing_share) == (None, 0, None)
    assert "nobody_asked" in row.flags


def test_a_wave_that_nobody_answered_gives_flags_alone() -> None:
    rows = rows_of(frozen(drawn(SMALL, None, None), {SMALL: 40}))
    assert {row.value for row in rows.values()} == {None}
    assert {row.flags for row in rows.values()} == {("empty_domain",)}


def test_a_frame_of_one_workplace_is_known_when_it_answered() -> None:
    row = innovative(rows_of(frozen(drawn(SMALL, YES), {SMALL: 1})))
    assert (row.value, row.low, row.high, row.interval_method) == (1.0, 1.0, 1.0, "known")


def test_a_census_that_everybody_answered_is_known() -> None:
    row = innovative(rows_of(frozen(drawn(SMALL, YES, NO, NO, NO), {SMALL: 4})))
    assert (row.value, row.standard_error, row.low, row.high) == (0.25, 0.0, 0.25, 0.25)
    assert "known" in row.flags


# --- changes and comparisons


def panel(code: str, *answers: dict[str, str]) -> list[Drawn]:
    return [Drawn(SMALL, one, id=f"u{number}") for number, one in enumerate(answers)]


def test_a_change_is_now_minus_before_and_follows_the_panel() -> None:
    before = frozen(panel("2023", YES, YES, NO, NO, NO, NO), {SMALL: 60}, code="2023")
    now = frozen(panel("2025", YES, YES, YES, NO, NO, NO), {SMALL: 60})
    linked = rows_of(now, before)["change", "innovative", "", "NO", "", "2023"]
    others = [replace(unit, id=f"other{unit.id}") for unit in panel("2023", YES, YES, NO, NO, NO, NO)]
    apart = rows_of(now, frozen(others, {SMALL: 60}, code="2023"))["change", "innovative", "", "NO", "", "2023"]
    assert linked.value == apart.value == pytest.approx(1 / 6)
    assert linked.standard_error is not None
    assert apart.standard_error is not None
    assert linked.standard_error < apart.standard_error
    assert (linked.verdict, linked.n) == ("not_distinguishable", 6)
    # 1/6 apart, V = (1 - 6/60) (1/6) (s1 + s2 - 2 s12) with s1 = .3, s2 = 4/15, s12 = 1/5
    assert linked.standard_error**2 == pytest.approx(0.9 / 6 * (0.3 + 4 / 15 - 2 / 5), rel=1e-12)


def test_a_country_without_an_older_wave_has_no_trend_and_the_others_have_one() -> None:
    other = "DK.education.small"
    oldest = frozen(panel("2021", YES, NO, NO, NO, NO, NO), {SMALL: 60}, code="2021", reference_to=date(2020, 12, 31))
    before, now = (
        frozen(
            panel(code, YES, YES, *[YES if late else NO] * 2, NO, NO) + drawn(other, YES, NO, NO),
            {SMALL: 60, other: 60},
            code=code,
            reference_to=date(int(code) - 1, 12, 31),
        )
        for code, late in (("2023", False), ("2025", True))
    )
    rows = rows_of(now, before, oldest)
    rising, none = rows["trend", "innovative", "", "NO", "", "2021"], rows["trend", "innovative", "", "DK", "", "2023"]
    assert rising.value is not None
    assert 0.5 / 4 - 0.02 < rising.value < 0.5 / 4 + 0.02, "from one of six to four of six in four years"
    assert rising.against == "2021"
    assert (none.value, none.verdict, none.flags) == (None, "not_comparable", ("few_waves", "waves_left_out"))


def test_a_changed_item_is_not_comparable() -> None:
    instrument = workplace()
    item = instrument.items["spread"]
    fewer = replace(item, options=tuple(option for option in item.options if option.code != "dont_know"))
    changed = replace(instrument, items={**instrument.items, "spread": fewer}, version="other")
    answers = [YES | {"spread": "yes"}, YES | {"spread": "no"}, NO]
    before = frozen(drawn(SMALL, *answers), {SMALL: 30}, code="2023", instrument=changed)
    rows = rows_of(frozen(drawn(SMALL, *answers), {SMALL: 30}), before)
    spread = rows["change", "spread", "", "NO", "", "2023"]
    assert (spread.value, spread.verdict, spread.flags) == (None, "not_comparable", ("item_changed",))
    assert rows["change", "innovative", "", "NO", "", "2023"].verdict == "not_distinguishable"


def test_countries_far_apart_are_ranked_and_countries_alike_are_not() -> None:
    strata = {f"{country}.education.small": 400 for country in ("NO", "DK", "SE")}
    units = (
        drawn("NO.education.small", *[YES] * 38, *[NO] * 2)
        + drawn("DK.education.small", *[YES] * 37, *[NO] * 3)
        + drawn("SE.education.small", *[YES] * 4, *[NO] * 36)
    )
    rows = rows_of(frozen(units, strata))
    ranks = {
        country: (innovative(rows, country).rank_low, innovative(rows, country).rank_high)
        for country in ["NO", "DK", "SE"]
    }
    assert ranks == {"NO": (1, 2), "DK": (1, 2), "SE": (3, 3)}
    differences = {
        (row.country, row.against): row for row in rows.values() if row.key[:2] == ("difference", "innovative")
    }
    assert {pair: row.verdict for pair, row in differences.items()} == {
        ("DK", "NO"): "not_distinguishable",
        ("DK", "SE"): "higher",
        ("NO", "SE"): "higher",
    }
    assert differences["NO", "SE"].value == pytest.approx(38 / 40 - 4 / 40)
    assert all(
        row.p_adjusted is not None and row.p_value is not None and row.p_adjusted >= row.p_value
        for row in differences.values()
    )
