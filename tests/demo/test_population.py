"""The constructed population meets its targets, links its waves, and its variants do what they say."""

from functools import cache

import numpy as np
import pytest

from barometer.demo import assumptions, truth
from barometer.demo.answers import Answers, answers, document
from barometer.demo.population import SIZE_CLASSES, Standing, Units, standings, units
from barometer.demo.questions import FACTORS, TYPES
from surveys.instrument.check import check, submission
from surveys.instrument.document import from_document, load_library
from surveys.instrument.schema import Level

WAVES = ("2023", "2025", "2027")


@cache
def population() -> Units:
    return units()


@cache
def waves() -> tuple[Standing, ...]:
    return standings(population(), WAVES)


@cache
def filled(place: int) -> Answers:
    return answers(population(), waves()[place])


def in_group(number: int) -> np.ndarray:
    return population().group == number


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("number", range(len(assumptions.GROUPS)))
def test_shares_of_all_workplaces_meet_their_targets_to_the_unit(place: int, number: int) -> None:
    inside = in_group(number)
    targets = {f"types.{kind}": filled(place).one[f"types.{kind}"] == "yes" for kind in TYPES}
    targets["types.any"] = waves()[place].innovative
    for parameter, column in targets.items():
        wanted = assumptions.by_group(parameter, WAVES[place])[number] * inside.sum()
        assert abs(column[inside].sum() - wanted) <= 0.5, parameter


@pytest.mark.parametrize("place", range(2))
def test_norway_meets_every_exact_published_figure(place: int) -> None:
    """KS 2018: 74, 63 and 10 of health and education; KS 2020: 86 and 22 of five sectors."""
    answered, norway = filled(place), population().country == "NO"
    published = norway & np.isin(population().sector, ("health_care", "education"))
    innovators = answered.standing.innovative
    promoted = np.isin(answered.one["factors.limited_finances"], truth.PROMOTED)
    figures = [
        truth.share(innovators, published),
        truth.share(answered.one["types.process_organisation"] == "yes", published),
        truth.share(answered.many["initiators"]["political_leadership"], innovators & published),
        truth.key_role(answered, "NO"),
        truth.share(promoted, innovators & norway),
        truth.share(innovators, norway),
    ]
    assert np.abs(np.array(figures) - [0.74, 0.63, 0.10, 0.86, 0.22, 0.74]).max() < 0.0005


def test_denmark_and_finland_meet_the_published_municipal_shares() -> None:
    found = [truth.innovative(filled(place))[country][""] for place in (0, 1) for country in ("DK", "FI")]
    assert np.abs(np.array(found) - [0.80, 0.95, 0.80, 0.96]).max() < 0.0005


def test_every_published_target_stands_beside_its_source() -> None:
    published = [row for row in assumptions.assumptions().values() if row.basis == "published"]
    assert len(published) == 12
    assert {row.basis for row in assumptions.assumptions().values()} == {"published", "assumed"}
    assert all("https://" in row.source for row in published)


@pytest.mark.parametrize("country", ["NO", "DK", "SE", "FI", "IS"])
def test_larger_workplaces_innovate_more_and_answer_more(country: str) -> None:
    inside = population().country == country
    for column in (waves()[0].innovative, waves()[0].answers):
        by_size = [column[inside & (population().size == size)].mean() for size in range(3)]
        assert by_size == sorted(by_size)


def test_two_waves_of_a_workplace_go_together() -> None:
    first, second = waves()[0].innovative, waves()[1].innovative
    norway = population().country == "NO"
    assert 0.2 < np.corrcoef(first[norway], second[norway])[0, 1] < 0.5


def test_workplaces_of_one_municipality_are_alike() -> None:
    """The variance of municipal means of the propensity exceeds what independent workplaces would have."""
    inside = population().country == "DK"
    propensity, body = waves()[0].propensity[inside], population().municipality[inside]
    sizes = np.bincount(body)[np.unique(body)]
    means = np.array([propensity[body == number].mean() for number in np.unique(body)])
    assert means.var() > 1.3 * propensity.var() * (1 / sizes).mean()


def test_answering_depends_on_size_alone_unless_the_variant_says_otherwise() -> None:
    def gap(standing: Standing) -> float:
        small = (population().size == 0) & (population().group < 4)  # Norway, Denmark, Sweden
        return float(standing.answers[small & standing.innovative].mean()) - float(
            standing.answers[small & ~standing.innovative].mean()
        )

    (variant,) = standings(population(), ("2023",), nonresponse="innovators_answer_more")
    assert abs(gap(waves()[0])) < 0.03
    assert gap(variant) > 0.12


def test_the_same_seed_gives_the_same_answers() -> None:
    again = answers(units(), standings(units(), WAVES)[1])
    assert [document(again, place) for place in range(0, 14_000, 997)] == [
        document(filled(1), place) for place in range(0, 14_000, 997)
    ]


def test_every_document_passes_the_check_of_the_questionnaire_and_is_handed_in_whole() -> None:
    instrument = from_document(load_library("workplace"))
    for place in range(0, 14_000, 11):
        row, given = population().rows[place], document(filled(0), place)
        background = {
            "country": row.code[:2],
            "sector": row.sector,
            "size_class": SIZE_CLASSES[population().size[place]],
            "employees": row.employees,
        }
        assert [problem for problem in check(instrument, given, background) if problem.level is Level.HARD] == []
        assert submission(instrument, given, background) == given


def test_nobody_answers_what_a_routing_keeps_away() -> None:
    for place in range(0, 14_000, 7):
        given = document(filled(0), place)
        if filled(0).standing.innovative[place]:
            assert "unfinished" not in given
            assert len(given["initiators"]) <= 3
        else:
            assert not [key for key in given if key.startswith(("factors.", "newest", "phases."))]


def test_the_index_is_the_mean_net_balance_between_its_goalposts() -> None:
    balances, index = truth.net_balances(filled(1)), truth.index(filled(1))
    assert set(balances["IS"]) == set(FACTORS)
    assert index["IS"] == pytest.approx(50 + 50 * np.mean(list(balances["IS"].values())), abs=1e-9)
    assert index["DK"] > index["NO"] > index["IS"]
