"""Indices of published aggregates: of all their parts, or refused with the parts that are missing."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.composites.aggregate import Aggregation as Mean
from analytics.core.composites.normalise import Normalisation, Normaliser
from analytics.core.composites.precision import composite_of
from analytics.core.composites.structure import Node, Structure
from analytics.core.definition_documents import from_document, load_library
from analytics.core.definitions import Aggregation, Index
from analytics.core.published import Precision, PublishedFigure
from analytics.core.published_documents import load_published
from analytics.core.published_index import PublishedIndex, Refusal, index_from_published
from analytics.core.published_library import PublishedLibrary

DEFINITIONS = from_document(load_library())
TWO_PILLARS = Structure(
    (
        Node("evaluated", "evaluation"),
        Node("spread", "spreading"),
        Node("evaluation", "learning"),
        Node("spreading", "learning"),
        Node("learning", None),
    )
)


def figure(indicator: str, category: str, value: float, n: int | None = 1000) -> PublishedFigure:
    return PublishedFigure(
        wave="dk-2013-2014",
        population="public_all",
        indicator=indicator,
        category=category,
        base="innovators",
        value=value,
        printed=f"{100 * value:.0f}",
        precision=Precision.EXACT,
        source="https://example.org",
        n=n,
    )


def library_with(*figures: PublishedFigure) -> PublishedLibrary:
    """The shipped one, with the evaluated share mapped and these figures alone."""
    shipped = load_published()
    spread = shipped.mapping["spreading", "actively_spread", "innovators"]
    assert not isinstance(spread, str)
    evaluated = replace(spread, indicator="evaluation", category="evaluated")
    mapping = {**shipped.mapping, ("evaluation", "evaluated", "innovators"): evaluated}
    return replace(shipped, figures=figures, mapping=mapping)


def made(index: Index, library: PublishedLibrary, population: str = "public_all") -> PublishedIndex:
    return index_from_published(index, library, wave="dk-2013-2014", population=population)


BOTH = (figure("evaluation", "evaluated", 0.40), figure("spreading", "actively_spread", 0.60))


def test_an_index_of_published_shares_by_hand() -> None:
    learning = DEFINITIONS.indices["learning"]
    found = made(learning, library_with(*BOTH))
    assert found.value == pytest.approx(50.0, rel=1e-12)
    errors = [sqrt(p * (1 - p) / 1000 + 0.005**2 / 3) for p in (0.4, 0.6)]
    assert found.standard_error == pytest.approx(50 * sum(errors), rel=1e-9)
    assert found.low == pytest.approx(49.5)
    assert found.high == pytest.approx(50.5)


def test_shipped_waves_refuse_for_the_parts_that_are_missing() -> None:
    library = load_published()
    found = made(DEFINITIONS.indices["learning"], library)
    assert (found.value, found.refusal) == (None, Refusal.MISSING_PARTS)
    assert found.missing == (("evaluation", "evaluated", "share"),)
    drivers = index_from_published(
        DEFINITIONS.indices["drivers"], library, wave="dk-2021-2023", population="public_all"
    )
    assert len(drivers.missing) == 10


def test_a_part_on_another_scale_is_a_missing_part() -> None:
    """KS 2020 prints 86 for employees in a key role, and its scale of 1 to 6 is not understood."""
    found = index_from_published(
        DEFINITIONS.indices["employee_role"], load_published(), wave="no-ks-2020", population="municipal"
    )
    assert (found.refusal, found.missing) == (Refusal.MISSING_PARTS, (("employees_key_role", "", "share"),))


@pytest.mark.parametrize("key", ["innovation_climate", "openness", "nordic_composite"])
def test_an_index_that_needs_answers_is_refused(key: str) -> None:
    found = made(DEFINITIONS.indices[key], load_published())
    assert (found.value, found.refusal, found.missing) == (None, Refusal.NEEDS_ANSWERS, ())


def test_a_part_without_n_leaves_the_index_without_error() -> None:
    found = made(
        DEFINITIONS.indices["learning"], library_with(BOTH[0], figure("spreading", "actively_spread", 0.6, None))
    )
    assert found.value == pytest.approx(50.0)
    assert found.standard_error is None


def test_less_is_more_where_the_definition_says_so() -> None:
    learning = DEFINITIONS.indices["learning"]
    pillar = learning.pillars[0]
    turned = replace(pillar, components=(replace(pillar.components[0], direction=-1),))
    found = made(replace(learning, pillars=(turned, learning.pillars[1])), library_with(*BOTH))
    assert found.value == pytest.approx(100 * (0.6 + 0.6) / 2, rel=1e-12)
    assert found.low == pytest.approx(59.5)
    assert found.high == pytest.approx(60.5)


@pytest.mark.parametrize("how", [Aggregation.ARITHMETIC, Aggregation.GEOMETRIC, Aggregation.HARMONIC])
def test_slopes_are_those_of_the_composite(how: Aggregation) -> None:
    """The composite's own standard error with full correlation is the bound that is given here."""
    index = replace(DEFINITIONS.indices["learning"], aggregation=how)
    found = made(index, library_with(*BOTH))
    bottom = 0.0 if how is Aggregation.ARITHMETIC else 1.0
    errors = np.array([sqrt(p * (1 - p) / 1000 + 0.005**2 / 3) for p in (0.4, 0.6)])
    whole = composite_of(
        [[0.4, 0.6]],
        np.outer(errors, errors)[None],
        structure=TWO_PILLARS,
        normaliser=Normaliser(Normalisation.GOALPOSTS, low=bottom, high=100.0, goalposts=((0.0, 1.0), (0.0, 1.0))),
        how=(Mean.ARITHMETIC, Mean(how.value)),
    )
    assert found.value == pytest.approx(float(whole.values[0]), rel=1e-12)
    assert found.standard_error == pytest.approx(float(whole.standard_errors[0]), rel=1e-9)


def test_unknown_populations_and_shares_outside_the_goalposts_are_said() -> None:
    with pytest.raises(InputError, match="population: expected one of a wave, got dk-2013-2014, nobody"):
        made(DEFINITIONS.indices["learning"], load_published(), population="nobody")
    learning = DEFINITIONS.indices["learning"]
    narrow = replace(learning.pillars[0].components[0], goalposts=(0.5, 1.0))
    pillars = (replace(learning.pillars[0], components=(narrow,)), learning.pillars[1])
    with pytest.raises(InputError, match=r"evaluated: expected from 0.5 to 1, got 0.4"):
        made(replace(learning, pillars=pillars), library_with(*BOTH))
