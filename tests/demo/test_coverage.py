"""Drawn, answered and weighed many times: the intervals cover the constructed truth as often as they say.

The demonstration's design in Norway: stratified by sector and size class, all of the largest taken, response at random
within strata, weights in cells. Under the variant in which innovators answer more often no weight helps, and the test
shows the bias instead of hiding it.
"""

from dataclasses import dataclass

import numpy as np
import pytest

from analytics.core.estimates import share
from analytics.core.intervals import interval_of_share
from analytics.core.weights import weigh
from barometer.demo import assumptions
from barometer.demo.population import SIZE_CLASSES, Nonresponse, Units, standings, units
from barometer.demo.programme import MINIMUM_PER_STRATUM, SIZES, TAKE_ALL_FROM
from surveys import sampling
from surveys.models import Sector

SEEDS = 600


@dataclass(frozen=True)
class Simulated:
    """Over the seeds: how often the interval held the truth, and by how much the estimate missed it on average."""

    coverage: float
    bias: float
    width: float
    respondents: float


def norway() -> Units:
    return units(("NO",))


def chances(population: Units, innovative: np.ndarray, nonresponse: Nonresponse) -> np.ndarray:
    """The chance that each workplace answers."""
    base = np.array([assumptions.value(f"response.{name}") for name in SIZE_CLASSES])[population.size]
    if nonresponse == "at_random":
        return base
    shift = assumptions.value("response.innovators_logit") * (innovative - 0.5)
    return 1 / (1 + np.exp(-(np.log(base / (1 - base)) + shift)))


def simulate(nonresponse: Nonresponse, *, minimum_respondents: int = 20, maximum_factor: float = 3.0) -> Simulated:
    population = norway()
    innovative = standings(population, ("2023",))[0].innovative
    strata = sampling.stratify(
        country="NO",
        sectors=population.sector.tolist(),
        employees=population.employees.tolist(),
        take_all_from=TAKE_ALL_FROM,
    )
    sizes = sampling.allocate(
        strata.populations, size=SIZES["NO"], take_all=strata.take_all, minimum=MINIMUM_PER_STRATUM
    )
    sectors, classes = sorted(Sector.values), list(SIZE_CLASSES)
    keys = np.array(
        [(0, sectors.index(k.sector), classes.index(k.size_class), int(k.split_off)) for k in strata.keys],
        dtype=np.int64,
    )
    codes = [row.code for row in population.rows]
    chance = chances(population, innovative, nonresponse)
    truth = float(innovative.mean())
    found = []
    for seed in range(SEEDS):
        drawn = sampling.draw(codes=codes, of_unit=strata.of_unit, sizes=sizes, seed=seed)
        responded = np.random.default_rng([seed, 77]).random(len(drawn)) < chance[drawn]
        weighting = weigh(
            strata=strata.of_unit[drawn],
            responded=responded,
            populations=strata.populations.astype(np.float64),
            keys=keys,
            minimum_respondents=minimum_respondents,
            maximum_factor=maximum_factor,
        )
        assert weighting.design is not None
        estimate = share(weighting.design, innovative[drawn][weighting.respondents])
        interval = interval_of_share(estimate)
        found.append((interval.low <= truth <= interval.high, estimate.value - truth, interval.high - interval.low,
                      len(weighting.respondents)))  # fmt: skip
    covered, missed, width, respondents = np.mean(np.array(found, dtype=np.float64), axis=0)
    return Simulated(float(covered), float(missed), float(width), float(respondents))


@pytest.mark.slow
def test_intervals_cover_the_truth_when_answering_is_at_random_within_strata() -> None:
    result = simulate("at_random")
    print(
        f"\nat random: covers {result.coverage:.1%}, bias {100 * result.bias:+.2f} points, n {result.respondents:.0f}"
    )
    assert abs(result.coverage - 0.95) <= 0.02
    assert abs(result.bias) < 0.005


@pytest.mark.slow
def test_what_bias_there_is_at_random_comes_from_joined_cells() -> None:
    """Cells of few answers are joined over sizes, and larger workplaces both answer and innovate more."""
    result = simulate("at_random", minimum_respondents=2, maximum_factor=100.0)
    print(f"\nat random, hardly a cell joined: covers {result.coverage:.1%}, bias {100 * result.bias:+.2f} points")
    assert abs(result.coverage - 0.95) <= 0.02
    assert abs(result.bias) < 0.002


@pytest.mark.slow
def test_the_bias_shows_when_innovators_answer_more_often() -> None:
    result = simulate("innovators_answer_more")
    print(f"\nnot at random: covers {result.coverage:.1%}, bias {100 * result.bias:+.2f} points")
    assert result.bias > 0.04
    assert result.coverage < 0.75
