"""An index of statements whose gaps are filled: who is filled, how estimates are pooled, what is left as it is."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import pytest

from analytics.core import definition_documents
from analytics.core.change_rows import changes
from analytics.core.country_rows import between_countries
from analytics.core.definitions import DefinitionError, Definitions, Index
from analytics.core.estimates import Flag, PointEstimate, mean
from analytics.core.index_imputation import completed, fills, imputed_flags, seed_of
from analytics.core.index_rows import indices
from analytics.core.index_scores import person_scores
from analytics.core.parameters import Parameters
from analytics.core.replicate_rows import replicate_rows
from analytics.core.results import EstimateRow, Place
from analytics.core.sample import read
from analytics.core.wave_parts import WaveFigures
from analytics.core.weighed_wave import WeighedWave, weigh_wave
from analytics.dataset import Frozen
from analytics.pipeline.recipe import estimate_country
from tests.analytics.waves import NO, Drawn, frozen, shipped

STATEMENTS = shipped().indicators["culture"].categories
STEPS = ("fully_disagree", "partly_disagree", "partly_agree", "fully_agree")
PARAMETERS = Parameters(replicates=0, draws=0, minimum_per_cell=5)
KEY = "innovation_climate"
COUNTRY = Place("index", KEY, "", "NO")


@lru_cache
def definitions(missing: str = "imputed") -> Definitions:
    """The climate with the rule for its gaps, and one share."""
    document = definition_documents.load_library()
    (climate,) = [index for index in document["indices"] if index["key"] == KEY]
    climate["missing"] = missing
    found = definition_documents.from_document(document)
    return replace(found, indicators={"innovative": found.indicators["innovative"]}, indices={KEY: found.indices[KEY]})


def climate() -> Index:
    return definitions().indices[KEY]


def answers(draw: np.random.Generator, level: float) -> list[str]:
    own = level + 0.7 * draw.normal()
    return [STEPS[int(np.clip(np.floor(own + 0.6 * draw.normal() + 2), 0, 3))] for _ in STATEMENTS]


def given(steps: list[str | None]) -> dict[str, Any]:
    return dict(NO) | {
        f"culture.{name}": step for name, step in zip(STATEMENTS, steps, strict=True) if step is not None
    }


def units(country: str = "NO", *, gaps: float = 0.7, size: int = 60, seed: int = 3) -> list[Drawn]:
    """Two sectors; in the second the climate is colder, and `gaps` of its workplaces leave three statements out."""
    draw = np.random.default_rng(seed)
    found: list[Drawn] = []
    for sector, level in (("education", 0.4), ("social", -0.8)):
        for number in range(size):
            steps: list[str | None] = [*answers(draw, level)]
            if sector == "social" and number < gaps * size:
                for place in draw.permutation(len(STATEMENTS))[:3]:
                    steps[place] = None
            found.append(Drawn(f"{country}.{sector}.small", given(steps), id=f"{country}{sector}{number:03d}"))
    return found


def wave_of(drawn: list[Drawn], code: str = "2025") -> Frozen:
    strata = sorted({one.stratum for one in drawn})
    return frozen(drawn, dict.fromkeys(strata, 400), code=code)


def weighed(of: Frozen) -> WeighedWave:
    return weigh_wave(of.wave, of.instrument, read(of.frame, of.strata, of.instrument), PARAMETERS)


@pytest.fixture(scope="module")
def wave() -> WeighedWave:
    return weighed(wave_of(units()))


@pytest.fixture(scope="module")
def pooled(wave: WeighedWave) -> Mapping[Place, PointEstimate]:
    return indices(wave, {}, definitions(), seed=7)


def as_answered(wave: WeighedWave) -> Mapping[Place, PointEstimate]:
    return indices(wave, {}, definitions("person_mean"), seed=7)


def test_the_mean_is_that_of_twenty_completed_data_sets_by_rubins_rules(
    wave: WeighedWave, pooled: Mapping[Place, PointEstimate]
) -> None:
    design = wave.weighting.design
    assert design is not None
    copies = completed(climate(), wave, seed=7).scores["NO"]
    assert copies.shape == (20, 120)
    each = [mean(design, copy) for copy in copies]
    values, within = np.array([one.value for one in each]), float(np.mean([one.variance for one in each]))
    between = float(values.var(ddof=1))
    total = within + (1 + 1 / 20) * between
    # Barnard & Rubin 1999 with the design's degrees of freedom
    lost, nu = (1 + 1 / 20) * between / total, min(one.df for one in each)
    old, observed = 19 / lost**2, (nu + 1) / (nu + 3) * nu * (1 - lost)
    found = pooled[COUNTRY]
    assert between > 0
    assert found.value == pytest.approx(values.mean(), rel=1e-12)
    assert found.standard_error == pytest.approx(np.sqrt(total), rel=1e-12)
    assert found.df == pytest.approx(1 / (1 / old + 1 / observed), rel=1e-9)
    assert Flag.IMPUTED in found.flags


def test_filling_takes_the_bias_that_the_sector_explains(
    wave: WeighedWave, pooled: Mapping[Place, PointEstimate]
) -> None:
    whole = as_answered(weighed(wave_of(units(gaps=0.0))))[COUNTRY].value
    left = as_answered(wave)[COUNTRY].value  # who left three of eight out has no score
    assert left - whole > 5
    assert abs(pooled[COUNTRY].value - whole) < 1.5


def test_n_counts_what_people_said_and_every_domain_is_pooled(
    wave: WeighedWave, pooled: Mapping[Place, PointEstimate]
) -> None:
    own = as_answered(wave)
    assert {place: (one.n, one.n_effective) for place, one in pooled.items()} == {
        place: (one.n, one.n_effective) for place, one in own.items()
    }
    assert own[COUNTRY].n == 120 - 42
    social = pooled[replace(COUNTRY, sector="social")]
    assert Flag.IMPUTED in social.flags
    assert social.value < own[COUNTRY].value


def test_only_what_was_left_without_an_answer_is_filled() -> None:
    drawn = units()
    steps: list[str | None] = ["fully_agree"] * 8
    unsaid = given([*steps[:6], "dont_know", "not_relevant"])
    gap_beside = given([*steps[:5], None, "not_relevant", None])
    off = given([None, *["dont_know"] * 7])
    nothing = dict(NO)
    added = [unsaid, gap_beside, off, nothing, given([*steps[:7], None])]
    first = len(drawn)
    drawn += [Drawn("NO.education.small", one, id=f"Z{number}") for number, one in enumerate(added)]
    wave = weighed(wave_of(drawn))
    order = {str(name): row for row, name in enumerate(wave.sample.ids)}
    copies = completed(climate(), wave, seed=1).scores["NO"]
    known = [np.isfinite(copies[:, order[f"Z{number}"]]) for number in range(len(added))]
    assert len(order) == first + len(added)
    assert not known[0].any()  # six steps and two answers without one: as before, too few
    assert known[1].all()  # seven of eight, two of them filled; not relevant stays what it is
    assert not known[2].any()  # one filled, seven that have no step
    assert known[3].all()  # asked everything, answered nothing
    assert known[4].all()
    assert np.ptp(copies[:, order["Z3"]]) > 0
    _asked, own = person_scores(climate(), wave.sample.respondents)
    complete = [row for name, row in order.items() if "education" in name]
    np.testing.assert_array_equal(copies[:, complete], np.tile(own[complete], (20, 1)))


def test_up_to_five_percent_of_gaps_change_nothing() -> None:
    few = weighed(wave_of(units(gaps=0.08)))  # 5 of 120
    assert not fills(climate(), few)
    one, other = indices(few, {}, definitions(), seed=7), as_answered(few)
    assert {place: (found.value, found.standard_error, found.flags) for place, found in one.items()} == {
        place: (found.value, found.standard_error, found.flags) for place, found in other.items()
    }
    assert fills(climate(), weighed(wave_of(units(gaps=0.12))))  # 8 of 120


def test_the_seed_is_of_the_run_the_country_and_the_index(
    wave: WeighedWave, pooled: Mapping[Place, PointEstimate]
) -> None:
    again = indices(wave, {}, definitions(), seed=7)
    assert again[COUNTRY].value == pooled[COUNTRY].value
    assert indices(wave, {}, definitions(), seed=8)[COUNTRY].value != pooled[COUNTRY].value
    both = weighed(wave_of([*units("DK", seed=5), *units()]))
    copies, alone = completed(climate(), both, seed=7).scores, completed(climate(), wave, seed=7).scores
    np.testing.assert_array_equal(copies["NO"][:, both.sample.country == "NO"], alone["NO"])
    assert set(copies) == {"NO", "DK"}
    assert len({seed_of(7, "NO", KEY), seed_of(7, "DK", KEY), seed_of(7, "NO", "other"), seed_of(8, "NO", KEY)}) == 4


def test_the_order_of_rows_changes_no_bit(pooled: Mapping[Place, PointEstimate]) -> None:
    of = wave_of(units())
    shuffled = weighed(replace(of, frame=of.frame.sample(frac=1.0, random_state=2)))
    assert indices(shuffled, {}, definitions(), seed=7)[COUNTRY].value == pooled[COUNTRY].value


@pytest.mark.parametrize("flat", [False, True])
def test_too_few_whole_answers_or_answers_all_alike_are_not_filled_and_say_so(*, flat: bool) -> None:
    draw = np.random.default_rng(1)
    steps = [["fully_agree"] * 8 if flat else answers(draw, 0.0) for _ in range(20 if flat else 6)]
    holes: list[list[str | None]] = [[*one[:5], None, None, one[7]] for one in steps[:4]]
    drawn = [Drawn("NO.education.small", given([*one])) for one in [*steps, *holes]]
    wave = weighed(wave_of(drawn))
    found, own = indices(wave, {}, definitions(), seed=1)[COUNTRY], as_answered(wave)[COUNTRY]
    assert (found.value, found.standard_error) == (own.value, own.standard_error)
    assert Flag.NOT_IMPUTED in found.flags


def test_a_run_says_imputed_and_still_prints_what_is_missing() -> None:
    rows: dict[str, EstimateRow] = {}
    for missing in ("imputed", "person_mean"):
        found = estimate_country(
            "NO", frozen=wave_of(units()), previous=None, definitions=definitions(missing), parameters=PARAMETERS,
            seed=7, tell=lambda _share, _name: None,
        )  # fmt: skip
        (rows[missing],) = [row for row in found.rows if row.key == ("index", KEY, "", "NO", "", "")]
    assert "imputed" in rows["imputed"].flags
    assert "imputed" not in rows["person_mean"].flags
    assert rows["imputed"].missing_share == rows["person_mean"].missing_share == pytest.approx(42 / 120)
    assert rows["imputed"].n == rows["person_mean"].n == 78
    assert rows["imputed"].value != rows["person_mean"].value


def test_changes_and_differences_of_an_imputed_index_say_so(
    wave: WeighedWave, pooled: Mapping[Place, PointEstimate]
) -> None:
    earlier = weighed(wave_of(units(gaps=0.0, seed=9), code="2023"))
    before = indices(earlier, {}, definitions(), seed=7)
    present, past = WaveFigures(wave, date(2025, 12, 31), pooled), WaveFigures(earlier, date(2023, 12, 31), before)
    rows = changes(present, past, definitions=definitions(), parameters=PARAMETERS)
    (row,) = [one for one in rows if one.key[:4] == ("change", KEY, "", "NO") and not (one.sector or one.size_class)]
    assert row.value == pytest.approx(pooled[COUNTRY].value - before[COUNTRY].value)
    assert "imputed" in row.flags
    assert imputed_flags(before[COUNTRY]) == ()
    compared = replace(climate(), compare_countries=True)
    both = {COUNTRY: pooled[COUNTRY], replace(COUNTRY, country="DK"): before[COUNTRY]}
    found = between_countries(
        [place.row(n=78, value=one.value) for place, one in both.items()], both,
        replace(definitions(), indices={KEY: compared}), PARAMETERS,
    )  # fmt: skip
    assert [one.flags for one in found if one.against] == [("imputed",)]


def test_an_imputed_index_has_no_replicates_and_its_reliability_has(wave: WeighedWave) -> None:
    parameters = replace(PARAMETERS, replicates=10)
    rows = list(replicate_rows(wave, definitions(), parameters, country="NO", seed=1))
    assert {row.estimand for row in rows} == {"alpha_replicated", "omega_replicated"}


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("openness", "openness.missing: expected person_mean, got 'imputed'. Only answers to several statements"),
        ("learning", "learning.missing: expected available, got 'imputed'."),
    ],
)
def test_what_cannot_be_filled_is_refused(key: str, message: str) -> None:
    document = definition_documents.load_library()
    for index in document["indices"]:
        if index["key"] == key:
            index["missing"] = "imputed"
    with pytest.raises(DefinitionError, match=message.replace(".", r"\.")):
        definition_documents.from_document(document)


def test_no_shipped_index_is_imputed() -> None:
    assert [index.key for index in shipped().indices.values() if index.imputed] == []
