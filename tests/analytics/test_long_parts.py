"""The long parts of a run on frozen waves: replicates, small areas, scales and the uncertainty of indices."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import numpy as np
import pytest

from analytics.core.definition_checks import for_questionnaire
from analytics.core.definitions import Definitions
from analytics.core.measuring import compared_shares
from analytics.core.parameters import Parameters
from analytics.core.results import EstimateRow, Place
from analytics.core.scale_rows import NOT_INVARIANT, PARTLY_INVARIANT, held_to_invariance
from analytics.core.small_area_rows import NO_MODEL, TOO_FEW_AREAS, Areas, area_row, areas_of, small_area_rows
from analytics.core.small_areas.figures import AreaFigure, AreaFlag
from analytics.core.uncertainty_rows import ABOVE, BOTH, CHOICES, COMPONENT_MISSING, SAMPLING, uncertainty_rows
from analytics.dataset import Frozen
from analytics.pipeline.recipe import (
    Computed,
    estimate_country,
    examine_scales,
    replicate_country,
    side_by_side,
    vary_indices,
    weigh,
)
from tests.analytics.waves import Drawn, drawn, frozen, shipped, workplace

SECTORS = ("education", "health_care", "social", "culture")
FACTORS = (
    "focus_on_safe_operation", "handling_of_mistakes", "cooperation_across_workplace", "new_technology",
    "limited_finances", "employees_participation", "users_citizens_participation", "political_decisions",
    "legislation", "private_companies", "voluntary_organisations", "knowledge_institutions",
)  # fmt: skip
STEPS = ("hindered_high", "hindered_some", "promoted_some", "promoted_high")


def quiet(_share: float, _name: str) -> None:
    pass


def person(draw: np.random.Generator, *, lean: float) -> dict[str, Any]:
    """An innovative workplace (three in four) whose factors lean towards promoting."""
    given: dict[str, Any] = {f"types.{kind}": "no" for kind in ("product", "process_organisation", "communication")}
    given["types.service"] = "yes" if draw.random() < 0.75 else "no"
    if given["types.service"] == "yes":
        level = lean + draw.normal()
        for factor in FACTORS:
            place = int(np.clip(np.floor((level + draw.normal()) + 2), 0, 3))
            given[f"factors.{factor}"] = STEPS[place]
    return given


def wave(countries: dict[str, float], *, size: int = 40, seed: int = 1) -> Frozen:
    """`size` drawn in each sector of each country, three in four answered; the population is three times as large."""
    draw = np.random.default_rng(seed)
    units: list[Drawn] = []
    populations = {}
    for country, lean in countries.items():
        for sector in SECTORS:
            key = f"{country}.{sector}.small"
            populations[key] = 3 * size
            units += drawn(key, *[person(draw, lean=lean) if draw.random() < 0.75 else None for _ in range(size)])
    return frozen(units, populations)


@pytest.fixture(scope="module")
def two() -> Frozen:
    return wave({"NO": 0.0, "DK": 0.6})


def estimated(of: Frozen, parameters: Parameters) -> dict[str, Computed]:
    return {
        country: estimate_country(
            country, frozen=of, previous=None, definitions=shipped(), parameters=parameters, seed=1, tell=quiet
        )
        for country in of.countries
    }


# --- replicates


def test_the_bootstrap_agrees_with_the_linearised_index(two: Frozen) -> None:
    parameters = Parameters(replicates=400)
    rows = {
        row.indicator: row
        for row in replicate_country(
            "NO", frozen=two, definitions=chosen(), parameters=parameters, seed=3, tell=quiet
        ).rows
    }
    linear = {
        row.indicator: row
        for row in estimated(two, parameters)["NO"].rows
        if row.estimand == "index" and not row.sector
    }
    for key in ("factor_balance", "drivers", "innovation_activity"):
        assert rows[key].value == pytest.approx(linear[key].value, rel=1e-9)
        assert rows[key].standard_error == pytest.approx(linear[key].standard_error, rel=0.15)
        low, high = rows[key].low, rows[key].high
        assert low is not None
        assert high is not None
        assert low < linear[key].value < high
    again = replicate_country("NO", frozen=two, definitions=chosen(), parameters=parameters, seed=3, tell=quiet)
    assert {row.indicator: row for row in again.rows} == rows
    other = replicate_country("NO", frozen=two, definitions=chosen(), parameters=parameters, seed=4, tell=quiet)
    assert other.rows != again.rows


def test_a_calibrated_wave_is_calibrated_again_in_every_replicate(two: Frozen) -> None:
    parameters = Parameters(replicates=200, calibration="raking")
    rows = replicate_country("NO", frozen=two, definitions=chosen(), parameters=parameters, seed=3, tell=quiet).rows
    (row,) = [one for one in rows if one.indicator == "innovation_activity"]
    linear = estimated(two, parameters)["NO"].rows
    (index,) = [one for one in linear if one.key == ("index", "innovation_activity", "", "NO", "", "")]
    assert row.value == pytest.approx(index.value, rel=1e-9)
    assert row.standard_error == pytest.approx(index.standard_error, rel=0.2)


def test_classes_of_propensity_are_made_again_in_every_replicate(two: Frozen) -> None:
    parameters = Parameters(replicates=100, nonresponse="propensity")
    rows = replicate_country("NO", frozen=two, definitions=chosen(), parameters=parameters, seed=3, tell=quiet).rows
    (row,) = [one for one in rows if one.indicator == "innovation_activity"]
    (index,) = [
        one
        for one in estimated(two.of_country("NO"), parameters)["NO"].rows
        if one.key == ("index", "innovation_activity", "", "NO", "", "")
    ]
    assert row.value == pytest.approx(index.value, rel=1e-9)
    assert row.standard_error == pytest.approx(index.standard_error, rel=0.2)


def chosen() -> Definitions:
    return for_questionnaire(shipped(), workplace()).definitions


# --- small areas


def test_every_area_of_the_frame_gets_a_figure_and_they_add_to_the_country(two: Frozen) -> None:
    now = weigh(two.of_country("NO"), Parameters())
    draw = np.random.default_rng(5)
    now = replace(
        now,
        sample=replace(
            now.sample, county=draw.choice([f"c{n}" for n in range(11)], now.sample.respondents.size).astype(object)
        ),
    )
    areas = Areas("county", tuple(f"c{n}" for n in range(12)), np.full(12, 40.0), draw.normal(2, 0.3, 12))
    rows = list(small_area_rows(now, [areas], shipped(), Parameters(), country="NO"))
    own = [row for row in rows if row.indicator == "innovative"]
    assert [row.area for row in own] == [f"county:c{n}" for n in range(12)]
    assert all("model_based" in row.flags for row in own)
    assert {"no_sample", "synthetic"} <= set(own[11].flags)
    direct = estimated(two, Parameters())["NO"].rows
    national = next(row.value for row in direct if row.key == ("share", "innovative", "", "NO", "", ""))
    assert np.mean([row.value for row in own]) == pytest.approx(national, rel=1e-9)


def test_no_model_based_figure_of_a_municipality_is_public(two: Frozen) -> None:
    now = weigh(two.of_country("NO"), Parameters())
    size = now.sample.respondents.size
    now = replace(now, sample=replace(now.sample, cluster=np.array([f"m{n % 9}" for n in range(size)], dtype=object)))
    areas = Areas("municipality", tuple(f"m{n}" for n in range(9)), np.full(9, 50.0), np.zeros(9))
    rows = list(small_area_rows(now, [areas], shipped(), Parameters(), country="NO"))
    assert rows
    assert all("not_public" in row.flags for row in rows)


def test_a_share_outside_its_bounds_is_no_figure(two: Frozen) -> None:
    """Benchmarking by a ratio can carry a high prediction above 1; the row then says so and has no value."""
    now = weigh(two.of_country("NO"), Parameters())
    size = now.sample.respondents.size
    county = np.array([f"c{min(n % 12, 10)}" for n in range(size)], dtype=object)
    now = replace(now, sample=replace(now.sample, county=county))
    areas = Areas("county", tuple(f"c{n}" for n in range(11)), np.array([1.0] * 10 + [5000.0]), np.zeros(11))
    figure = AreaFigure(
        code="c0", n=4, direct=0.9, direct_error=0.1, smoothed_variance=0.01, eblup=0.95, benchmarked=1.2, mse=0.01,
        low=0.8, high=1.0, half_width=0.2, shrinkage=0.3,
        flags=frozenset({AreaFlag.MODEL_BASED, AreaFlag.OUT_OF_BOUNDS}),
    )  # fmt: skip
    row = area_row(figure, areas, compared_shares(shipped())[0], "NO")
    assert (row.value, row.low, row.high, row.standard_error) == (None, None, None, None)
    assert row.flags == ("model_based", "out_of_bounds")
    assert row.n == 4
    for one in small_area_rows(now, [areas], shipped(), Parameters(), country="NO"):
        assert one.value is None or 0 <= one.value <= 1


def test_too_few_areas_or_an_unnamed_county_give_a_row_that_says_so(two: Frozen) -> None:
    now = weigh(two.of_country("NO"), Parameters())
    one = Areas("municipality", ("m1",), np.array([480.0]), np.zeros(1))
    unnamed = Areas("county", ("c1",), np.array([480.0]), np.zeros(1))
    rows = list(small_area_rows(now, [unnamed, one], shipped(), Parameters(), country="NO"))
    assert {(row.category, row.flags) for row in rows} == {("county", (NO_MODEL,)), ("municipality", (TOO_FEW_AREAS,))}
    assert all(row.value is None for row in rows)


def test_areas_are_read_from_the_manifest_of_their_country() -> None:
    entry = {"country": "NO", "area": "county:Agder", "units": 3, "log_employees": 1.5, "sectors": {}}
    manifest = {"areas": [entry, entry | {"area": "municipality:ab"}, entry | {"country": "DK"}]}
    counties, municipalities = areas_of(manifest, "NO")
    assert (counties.kind, counties.codes, counties.units.tolist(), counties.named) == (
        "county",
        ("Agder",),
        [3.0],
        False,
    )
    assert (municipalities.codes, municipalities.named) == (("ab",), True)
    assert areas_of({}, "NO") == ()


# --- the uncertainty of indices


def test_an_index_is_varied_over_sample_and_choices(two: Frozen) -> None:
    parameters = Parameters()
    parts = estimated(two, parameters)
    found = vary_indices(parts.values(), definitions=chosen(), parameters=parameters, seed=1, tell=quiet).rows
    own = [row for row in found if row.indicator == "factor_balance"]
    index = {
        row.country: row
        for part in parts.values()
        for row in part.rows
        if row.key[:3] == ("index", "factor_balance", "") and not row.sector
    }
    width = {}
    for estimand in (SAMPLING, CHOICES, BOTH):
        for row in own:
            if row.estimand == estimand:
                assert row.low is not None
                assert row.high is not None
                assert row.value is not None
                assert row.low <= row.value <= row.high
                width[estimand, row.country] = row.high - row.low
    for country, row in index.items():
        half = 1.6449 * row.standard_error  # type: ignore[operator]
        assert width[SAMPLING, country] == pytest.approx(2 * half, rel=0.12)
        assert width[BOTH, country] > width[SAMPLING, country]
    above = {(row.country, row.against): row.value for row in own if row.estimand == ABOVE}
    assert above["DK", "NO"] + above["NO", "DK"] == pytest.approx(1)  # type: ignore[operator]
    assert above["DK", "NO"] > 0.95  # type: ignore[operator]
    factors = {row.category for row in own if row.estimand == "sobol_total"}
    assert factors == {"aggregation", "dropped", "weights", "sampling"}


def test_every_row_of_the_parts_is_there_when_countries_are_set_side_by_side(two: Frozen) -> None:
    """Also several of one country and index, each against another country."""
    above = [
        Place(ABOVE, "factor_balance", "", one).row(against=other, value=0.5)
        for one, other in permutations(("DK", "IS", "NO"), 2)
    ]
    parts = [*estimated(two, Parameters()).values(), Computed(tuple(above))]
    rows = side_by_side(parts, chosen(), Parameters()).rows
    assert {row.key for part in parts for row in part.rows} <= {row.key for row in rows}
    assert [row for row in rows if row.estimand == ABOVE] == above


def test_a_country_without_a_component_is_left_out_by_a_row(two: Frozen) -> None:
    parts = estimated(two, Parameters())
    found = {country: dict(part.components["factor_balance"][country]) for country, part in parts.items()}
    found["IS"] = dict(found["NO"]) | {"values": [None, *list(found["NO"]["values"])[1:]]}  # type: ignore[call-overload]
    index = chosen().indices["factor_balance"]
    rows = list(uncertainty_rows(index, found, seed=1, parameters=Parameters()))
    assert [row for row in rows if row.country == "IS"] == [
        EstimateRow(estimand=BOTH, indicator="factor_balance", country="IS", n=rows[0].n, flags=(COMPONENT_MISSING,))
    ]
    alone = list(uncertainty_rows(index, {"IS": found["IS"], "NO": found["NO"]}, seed=1, parameters=Parameters()))
    assert [row.country for row in alone] == ["IS"]


# --- scales


CULTURE = (
    "new_paths", "learn_mistakes", "new_ideas_valued", "citizen_view", "reuse_ok", "cooperation", "time",
    "leaders_support",
)  # fmt: skip
AGREE = ("fully_disagree", "partly_disagree", "partly_agree", "fully_agree")


def with_culture(countries: dict[str, dict[str, float]], *, size: int = 130, seed: int = 2) -> Frozen:
    """Everybody answers the eight statements, one factor behind them; an item may be harder in a country."""
    draw = np.random.default_rng(seed)
    units: list[Drawn] = []
    populations = {}
    for country, harder in countries.items():
        key = f"{country}.education.small"
        populations[key] = 3 * size
        for _ in range(size):
            climate = draw.normal()
            given = person(draw, lean=0.0)
            for item in CULTURE:
                level = climate + 0.8 * draw.normal() - harder.get(item, 0.0)
                given[f"culture.{item}"] = AGREE[int(np.clip(np.floor(level + 2), 0, 3))]
            units.append(Drawn(key, given))
    return frozen(units, populations)


def test_an_item_that_a_country_reads_otherwise_is_named() -> None:
    of = with_culture({"NO": {}, "DK": {"reuse_ok": 0.9}}, size=200)
    found = examine_scales(frozen=of, definitions=chosen(), parameters=Parameters(), tell=quiet).diagnostics["scales"]
    assert isinstance(found, list)
    (report,) = [one for one in found if one["index"] == "innovation_climate"]
    assert len(report["items"]) == len(CULTURE)
    invariance, (between,) = report["invariance"], report["dif"]
    assert [one["item"].removeprefix("culture.") for one in invariance["released"]] == ["reuse_ok"]
    assert (invariance["level"], invariance["means_comparable"]) == ("partial_scalar", True)
    assert between["between"] == "countries"
    assert [one.removeprefix("culture.") for one in between["flagged"]] == ["reuse_ok"]


def test_a_scale_says_how_reliable_it_is_in_each_country() -> None:
    of = with_culture({"NO": {}, "DK": {}})
    rows = estimated(of, Parameters())["NO"].rows
    (alpha,) = [row for row in rows if row.key == ("alpha", "innovation_climate", "", "NO", "", "")]
    (omega,) = [row for row in rows if row.key == ("omega", "innovation_climate", "", "NO", "", "")]
    for row in (alpha, omega):
        assert row.low is not None
        assert row.high is not None
        assert 0.8 < row.low < row.value < row.high < 1  # type: ignore[operator]
    rest = [row for row in rows if row.estimand == "item_rest" and row.indicator == "innovation_climate"]
    assert len(rest) == len(CULTURE)
    assert all(row.value > 0.5 and not row.flags for row in rest)  # type: ignore[operator]


def test_omega_is_drawn_anew_only_where_the_items_make_a_scale() -> None:
    parameters = Parameters(replicates=30)
    of = with_culture({"NO": {}})
    scale = replicate_country("NO", frozen=of, definitions=chosen(), parameters=parameters, seed=1, tell=quiet).rows
    found = {row.estimand: row for row in scale if row.indicator == "innovation_climate"}
    assert {"alpha_replicated", "omega_replicated"} <= set(found)
    linear = {
        row.estimand: row for row in estimated(of, parameters)["NO"].rows if row.indicator == "innovation_climate"
    }
    for one in ("alpha", "omega"):
        assert found[f"{one}_replicated"].value == pytest.approx(linear[one].value, rel=1e-9)
    draw = np.random.default_rng(7)
    loose = [
        Drawn("NO.education.small", {f"culture.{item}": AGREE[draw.integers(0, 4)] for item in CULTURE})
        for _ in range(120)
    ]
    rows = replicate_country(
        "NO",
        frozen=frozen(loose, {"NO.education.small": 400}),
        definitions=chosen(),
        parameters=parameters,
        seed=1,
        tell=quiet,
    ).rows
    assert {row.estimand for row in rows if "alpha" in row.estimand or "omega" in row.estimand} == {"alpha_replicated"}


def test_groups_too_small_for_a_model_are_left_out() -> None:
    of = with_culture({"NO": {}, "DK": {}}, size=30)
    (report,) = examine_scales(frozen=of, definitions=chosen(), parameters=Parameters(), tell=quiet).diagnostics[
        "scales"
    ]  # type: ignore[misc]
    assert (report["invariance"], report["dif"]) == (None, [])  # type: ignore[index]


def test_countries_that_read_no_item_alike_are_not_compared() -> None:
    row = EstimateRow(
        estimand="difference",
        indicator="climate",
        country="DK",
        against="NO",
        value=3.0,
        p_value=0.01,
        verdict="higher",
    )
    report = {"index": "climate", "invariance": {"means_comparable": False, "released": []}}
    (held,) = held_to_invariance([row], [report])
    assert (held.verdict, held.p_value, held.flags) == ("not_comparable", None, (NOT_INVARIANT,))
    partly = {"index": "climate", "invariance": {"means_comparable": True, "released": [{"item": "a"}]}}
    assert held_to_invariance([row], [partly])[0].flags == (PARTLY_INVARIANT,)
    assert held_to_invariance([row], [{"index": "climate", "invariance": None}]) == (row,)
    assert held_to_invariance([row], []) == (row,)
