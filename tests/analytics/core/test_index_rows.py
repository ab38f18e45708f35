"""Each shipped index on a handful of workplaces, by hand; the three means against each other and against a slope."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.definition_checks import for_questionnaire
from analytics.core.definition_documents import from_document, load_library
from analytics.core.definitions import Aggregation, Component, Definitions, Index, Measure
from analytics.core.design import SurveyDesign
from analytics.core.estimates import Flag, PointEstimate, linear, mean
from analytics.core.index_rows import index_rows, indices
from analytics.core.index_scores import composite_score, person_scores
from analytics.core.measuring import headlines
from analytics.core.parameters import Parameters
from analytics.core.results import EstimateRow, Place
from analytics.core.sample import read
from analytics.core.weighed_wave import WeighedWave, weigh_wave
from tests.analytics.waves import NO, YES, drawn, frozen, rows_of, shipped, workplace

STATEMENTS = shipped().indicators["culture"].categories
library = lru_cache(load_library)


def culture(*codes: str) -> dict[str, str]:
    """The first statements answered, one code each."""
    return {f"culture.{row}": code for row, code in zip(STATEMENTS, codes, strict=False)}


WORKPLACES: list[dict[str, Any]] = [
    YES
    | {
        "types.product": "yes",
        "initiators": ["employees"],
        "partners": ["citizens", "state", "own_organisation"],
        "evaluation": "internal",
        "spread": "yes",
        "values": ["quality"],
        "factors.employees_participation": "promoted_some",
    }
    | culture(*["fully_agree"] * 8),
    YES
    | {
        "initiators": ["leaders"],
        "partners": ["none"],
        "evaluation": "dont_know",
        "spread": "yes",
        "values": ["none"],
        "factors.employees_participation": "dont_know",
    }
    | culture(*["partly_agree"] * 6, "fully_disagree"),  # seven of eight answered: enough
    NO | culture(*["fully_agree"] * 6, "dont_know", "not_relevant"),  # six of eight: too few for a score
    NO | culture(*["partly_disagree"] * 8),
]


@pytest.fixture(scope="module")
def rows() -> dict[str, EstimateRow]:
    wave = frozen(drawn("NO.education.small", *WORKPLACES), {"NO.education.small": 40})
    found = rows_of(wave, maximum_factor=100.0)
    return {row.indicator: row for row in found.values() if row.estimand == "index" and not row.sector}


@pytest.mark.parametrize(
    ("key", "value", "n", "missing"),
    [
        # 100, (6 x 2/3 + 0) / 7 of 100, none, 1/3 of 100
        ("innovation_climate", (100 + 100 * 4 / 7 + 100 / 3) / 3, 3, 1 / 4),
        ("innovation_activity", (50 + 25 + 0 + 0) / 4, 4, 0.0),
        ("openness", (2 / 8 * 100 + 0) / 2, 2, 0.0),
        ("learning", (50 + 100) / 2, 2, None),
        ("employee_role", 50, 2, None),
    ],
)
def test_an_index_is_what_one_counts_by_hand(
    rows: dict[str, EstimateRow], key: str, value: float, n: int, missing: float | None
) -> None:
    row = rows[key]
    assert row.value == pytest.approx(value, rel=1e-12)
    assert (row.n, row.missing_share) == (n, missing)
    assert row.value is not None
    assert row.low is not None
    assert row.high is not None
    assert 0 <= row.low <= row.value <= row.high <= 100


def test_drivers_and_barriers_are_the_mean_shares_of_the_twelve_factors(rows: dict[str, EstimateRow]) -> None:
    # eleven factors have no answer, and the definition wants all of them
    for key in ("drivers", "barriers"):
        assert rows[key].value is None
        assert "missing_part" in rows[key].flags
    twelve = shipped().indicators["factors"].categories
    all_of = {f"factors.{one}": "promoted_high" for one in twelve}
    half = all_of | {f"factors.{one}": "hindered_some" for one in twelve[:6]}
    wave = frozen(drawn("NO.education.small", YES | all_of, YES | half), {"NO.education.small": 40})
    found = rows_of(wave, maximum_factor=100.0)
    by_key = {row.indicator: row for row in found.values() if row.estimand == "index" and not row.sector}
    assert by_key["drivers"].value == pytest.approx(100 * (6 * 1 + 6 * 0.5) / 12)
    assert by_key["barriers"].value == pytest.approx(100 * 6 * 0.5 / 12)
    assert by_key["factor_balance"].value == pytest.approx(50 + 50 * (6 * 1 + 6 * 0) / 12)


def test_a_share_of_one_indicator_as_an_index_has_a_hundred_times_its_error(rows: dict[str, EstimateRow]) -> None:
    wave = frozen(drawn("NO.education.small", *WORKPLACES), {"NO.education.small": 40})
    share = rows_of(wave, maximum_factor=100.0)["share", "employees_key_role", "", "NO", "", ""]
    assert share.standard_error is not None
    assert rows["employee_role"].standard_error == pytest.approx(100 * share.standard_error, rel=1e-12)


def weighed(*, number: int = 60, seed: int = 4) -> WeighedWave:
    """Workplaces of two strata with everything answered at random."""
    random = np.random.default_rng(seed)
    units = [copy.deepcopy(WORKPLACES[random.integers(4)]) for _ in range(number)]
    wave = frozen(
        drawn("NO.education.small", *units[: number // 2]) + drawn("NO.social.small", *units[number // 2 :]),
        {"NO.education.small": 300, "NO.social.small": 200},
    )
    sample = read(wave.frame, wave.strata, wave.instrument)
    return weigh_wave("2025", wave.instrument, sample, Parameters(minimum_per_cell=5, maximum_factor=100.0))


def definitions(change: Callable[[dict[str, Any]], None] = lambda _index: None, key: str = "learning") -> Definitions:
    content: dict[str, Any] = copy.deepcopy(library())
    change(next(entry for entry in content["indices"] if entry["key"] == key))
    return for_questionnaire(from_document(content), workplace(), ask_for=("nordic_composite",)).definitions


def country(found: Mapping[Place, PointEstimate], key: str) -> PointEstimate:
    return found[Place("index", key, "", "NO")]


def test_the_nordic_index_counts_workplaces_that_did_not_innovate_as_nothing() -> None:
    wave = frozen(drawn("NO.education.small", *WORKPLACES), {"NO.education.small": 4})
    sample = read(wave.frame, wave.strata, wave.instrument)
    all_of_them = weigh_wave("2025", wave.instrument, sample, Parameters(maximum_factor=100.0))
    nordic = country(indices(all_of_them, {}, definitions(), seed=1), "nordic_composite")
    pillars = (2 / 4, 1 / 4, (1 / 4 + 2 / 4) / 2, 1 / 4)
    # the climate pillar is a mean of estimates: each statement among those who gave an opinion of it
    points = np.array([[3] * 8, [2, 2, 2, 2, 2, 2, 0, np.nan], [3, 3, 3, 3, 3, 3, np.nan, np.nan], [1] * 8])
    climate = float(np.nanmean(points, axis=0).mean()) / 3
    assert nordic.value == pytest.approx(100 * (sum(pillars) + climate) / 5, rel=1e-12)


def test_estimates_that_are_there_are_not_made_again_and_give_the_same_bits() -> None:
    wave, made = weighed(), definitions()
    given = headlines(wave.sample, wave.weighting.design, made)
    one, other = indices(wave, given, made, seed=1), indices(wave, {}, made, seed=1)
    assert set(one) == set(other)
    for place, estimate in one.items():
        np.testing.assert_equal(estimate.value, other[place].value)
        np.testing.assert_equal(estimate.standard_error, other[place].standard_error)


def test_an_index_of_respondents_is_the_mean_of_their_scores() -> None:
    wave = weighed()
    assert wave.weighting.design is not None
    climate = shipped().indices["innovation_climate"]
    asked, scores = person_scores(climate, wave.sample.respondents)
    expected = mean(wave.weighting.design, scores)
    found = country(indices(wave, {}, definitions(), seed=1), "innovation_climate")
    assert asked.all()
    assert (found.value, found.standard_error, found.n) == (expected.value, expected.standard_error, expected.n)


def test_without_anybody_every_index_has_a_row_that_says_so() -> None:
    wave = frozen(drawn("NO.education.small", None, None), {"NO.education.small": 40})
    sample = read(wave.frame, wave.strata, wave.instrument)
    empty = weigh_wave("2025", wave.instrument, sample, Parameters())
    found = indices(empty, {}, definitions(), seed=1)
    rows = list(index_rows(empty, found, definitions(), Parameters()))
    assert found == {}
    assert {row.flags for row in rows} == {("empty_domain",)}
    assert len(rows) == 3 * len(definitions().indices)  # the country, its sector and its size class


def test_many_without_a_score_give_a_flag() -> None:
    few = [NO | culture("fully_agree")] * 3 + [NO | culture(*["fully_agree"] * 8)]
    wave = frozen(drawn("NO.education.small", *few), {"NO.education.small": 40})
    found = rows_of(wave, maximum_factor=100.0)
    row = found["index", "innovation_climate", "", "NO", "", ""]
    assert (row.n, row.missing_share) == (1, 3 / 4)
    assert "missing_caution" in row.flags


# --- means, directions, weights, missing parts: on estimates made up for the purpose


DESIGN = SurveyDesign(
    weights=np.array([2.0, 3.0, 2.0, 4.0, 1.0, 2.0, 2.0, 3.0]),
    strata=np.repeat([0, 1], 4),
    populations=np.array([40, 60]),
)
ANSWERS = {
    "evaluation": np.array([1.0, 0, 0, 1, 0, 1, 0, 1]),
    "spread": np.array([1.0, 1, 0, 1, 1, np.nan, 0, 1]),
}


def estimate(component: Component) -> PointEstimate:
    one = component.of
    assert isinstance(one, Measure)
    return mean(DESIGN, ANSWERS[one.indicator])


def learning(**entries: Any) -> Index:
    """Kept at the desk: only an arithmetic mean may be published."""
    return definitions(lambda index: index.update({"published": False} | entries)).indices["learning"]


@pytest.mark.parametrize("how", list(Aggregation))
def test_the_error_of_each_mean_follows_its_slope(how: Aggregation) -> None:
    index = learning(aggregation=how.value)
    found = composite_score(index, DESIGN, estimate)
    one, other = (mean(DESIGN, ANSWERS[key]) for key in ("evaluation", "spread"))
    low = 0.0 if how is Aggregation.ARITHMETIC else 1.0

    def whole(values: tuple[float, float]) -> float:
        x, y = (low + (100 - low) * value for value in values)
        means = {
            Aggregation.ARITHMETIC: (x + y) / 2,
            Aggregation.GEOMETRIC: float(np.sqrt(x * y)),
            Aggregation.HARMONIC: 2 / (1 / x + 1 / y),
        }
        return means[how]

    step = 1e-6
    slopes = [
        (whole((one.value + step, other.value)) - whole((one.value - step, other.value))) / (2 * step),
        (whole((one.value, other.value + step)) - whole((one.value, other.value - step))) / (2 * step),
    ]
    assert found.value == pytest.approx(whole((one.value, other.value)), rel=1e-12)
    assert found.standard_error == pytest.approx(linear(DESIGN, (one, other), slopes).standard_error, rel=1e-7)
    assert found.n == 7


def test_the_three_means_lie_in_their_order() -> None:
    arithmetic, geometric, harmonic = (
        composite_score(learning(aggregation=how), DESIGN, estimate).value
        for how in ("arithmetic", "geometric", "harmonic")
    )
    assert harmonic < geometric < arithmetic + 1


def test_a_component_that_points_the_other_way_is_turned_round() -> None:
    index = learning()
    turned = replace(
        index,
        pillars=tuple(
            replace(pillar, components=tuple(replace(one, direction=-1) for one in pillar.components))
            for pillar in index.pillars
        ),
    )
    up, down = composite_score(index, DESIGN, estimate), composite_score(turned, DESIGN, estimate)
    assert up.value + down.value == pytest.approx(100)
    assert up.standard_error == pytest.approx(down.standard_error, rel=1e-12)


def test_weights_that_are_stated_move_the_index_towards_the_heavier_pillar() -> None:
    def heavy(index: dict[str, Any]) -> None:
        index["weights"] = "stated"
        for pillar, weight in zip(index["pillars"], (3, 1), strict=True):
            pillar["weight"] = weight

    found = composite_score(definitions(heavy).indices["learning"], DESIGN, estimate)
    one, other = (mean(DESIGN, ANSWERS[key]).value for key in ("evaluation", "spread"))
    assert found.value == pytest.approx(100 * (3 * one + other) / 4)


def one_missing(component: Component) -> PointEstimate:
    one = component.of
    assert isinstance(one, Measure)
    values = ANSWERS[one.indicator] if one.indicator == "spread" else np.full(8, np.nan)
    return mean(DESIGN, values)


def test_a_part_without_a_value_is_left_out_only_as_far_as_the_definition_allows() -> None:
    none = composite_score(learning(), DESIGN, one_missing)
    assert np.isnan(none.value)
    assert Flag.MISSING_PART in none.flags
    half = composite_score(learning(minimum_share=0.5), DESIGN, one_missing)
    assert half.value == pytest.approx(100 * mean(DESIGN, ANSWERS["spread"]).value)
    assert half.n == 7


def test_an_estimate_outside_its_goalposts_is_an_error() -> None:
    with pytest.raises(InputError, match="goalposts"):
        composite_score(learning(), DESIGN, lambda _one: mean(DESIGN, np.full(8, 1.5)))


def test_with_a_lower_minimum_share_six_statements_make_a_score() -> None:
    climate, respondents = shipped().indices["innovation_climate"], weighed().sample.respondents
    _asked, strict = person_scores(climate, respondents)
    _asked, lenient = person_scores(replace(climate, minimum_share=0.75), respondents)
    assert 0 < int(np.isnan(strict).sum()) < len(strict)
    assert set(np.round(lenient[np.isnan(strict)], 6)) == {100.0}
