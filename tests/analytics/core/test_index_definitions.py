"""An index definition says what it is made of, and a slip in one is named with its place."""

import copy
from functools import lru_cache
from typing import Any

import pytest

from analytics.core.definition_checks import for_questionnaire
from analytics.core.definition_documents import from_document, load_library
from analytics.core.definitions import Aggregation, DefinitionError, Graded, Unit
from tests.analytics.waves import shipped, workplace

library = lru_cache(load_library)
MISSING = object()
RULE = {"key": "own", "rule": 'spread == "yes"', "base": "answered(spread)", "direction": 1, "goalposts": [0, 1]}


def document() -> dict[str, Any]:
    return copy.deepcopy(library())


def index(content: dict[str, Any], key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(entry for entry in content["indices"] if entry["key"] == key)
    return found


def test_the_library_ships_these_indices_and_the_nordic_one_is_off() -> None:
    assert {key: (one.unit, one.enabled, one.published) for key, one in shipped().indices.items()} == {
        "factor_balance": (Unit.DOMAIN, True, True),
        "drivers": (Unit.DOMAIN, True, True),
        "barriers": (Unit.DOMAIN, True, True),
        "innovation_climate": (Unit.RESPONDENT, True, True),
        "innovation_activity": (Unit.RESPONDENT, True, True),
        "openness": (Unit.RESPONDENT, True, True),
        "learning": (Unit.DOMAIN, True, True),
        "employee_role": (Unit.DOMAIN, True, True),
        "nordic_composite": (Unit.DOMAIN, False, False),
    }


def test_every_index_says_what_it_is_for_where_it_comes_from_and_what_it_does_not_measure() -> None:
    for one in shipped().indices.values():
        assert one.version
        assert one.purpose
        assert one.sources
        assert one.measures_not
        for words in one.texts.values():
            assert words.purpose
            assert words.measures_not


@pytest.mark.parametrize(
    ("entry", "value"), [("aggregation", "geometric"), ("pillars", [{"key": "own", "components": [dict(RULE)]}])]
)
def test_an_index_of_figures_that_no_release_could_protect_has_no_table(entry: str, value: object) -> None:
    content = document()
    learning = index(content, "learning")
    learning[entry] = value
    with pytest.raises(DefinitionError, match=r"learning\.published: expected false, got true"):
        from_document(content)
    learning["published"] = False
    assert not from_document(content).indices["learning"].published


def test_an_index_that_does_not_say_so_has_no_table() -> None:
    """So that the definitions of a run keep the meaning that they had when it was made."""
    content = document()
    del index(content, "openness")["published"]
    assert not from_document(content).indices["openness"].published


def test_items_on_one_scale_are_a_component_each() -> None:
    climate = shipped().indices["innovation_climate"]
    assert [part.of.category for part in climate.components][:2] == ["culture.new_paths", "culture.learn_mistakes"]
    first = climate.components[0]
    assert isinstance(first.of, Graded)
    assert [number for _rule, number in first.of.grades] == [3, 2, 1, 0]
    assert (first.goalposts, climate.minimum_share) == ((0, 3), 0.8)


def test_the_pillars_of_the_nordic_index_share_no_item_and_rest_on_all_workplaces() -> None:
    chosen = for_questionnaire(shipped(), workplace(), ask_for=("nordic_composite",))
    nordic = chosen.definitions.indices["nordic_composite"]
    assert nordic.disjoint
    assert [pillar.key for pillar in nordic.pillars] == ["innovation", "cooperation", "learning", "value", "climate"]
    assert all(part.of.asked is None for part in nordic.components)
    assert nordic.scale == 100


@pytest.mark.parametrize(
    ("key", "entry", "value", "message"),
    [
        ("learning", "pilars", [], "definitions.indices.learning: unknown entry 'pilars'."),
        ("learning", "unit", "country", "learning.unit: expected one of respondent, domain, got 'country'."),
        ("learning", "aggregation", "median", "learning.aggregation: expected one of arithmetic, geometric, harmonic"),
        ("openness", "aggregation", "geometric", "openness.aggregation: expected arithmetic for the unit respondent"),
        ("learning", "normalisation", "min_max", "learning.normalisation: expected goalposts, got 'min_max'."),
        ("learning", "outliers", "winsorise", "learning.outliers: expected none, got 'winsorise'."),
        ("learning", "missing", "person_mean", "learning.missing: expected available, got 'person_mean'."),
        ("openness", "missing", "imputation", "openness.missing: expected person_mean, got 'imputation'."),
        ("learning", "minimum_share", 0, "learning.minimum_share: expected a number from 0.01 to 1, got 0."),
        ("learning", "scale", 0, "learning.scale: expected a number from 1 to 1e+09, got 0."),
        ("learning", "weights", "pca", "learning.weights: expected equal or stated, got 'pca'."),
        ("learning", "sources", [], "learning.sources: expected a list of texts, got []."),
        ("learning", "purpose", MISSING, "learning.purpose: expected str, got None."),
        ("learning", "measures_not", MISSING, "learning.measures_not: expected str, got None."),
        ("learning", "pillars", [], "learning.pillars: expected at least one, got none."),
        ("learning", "key", "openness", "definitions.indices: a key stands twice: 'openness'."),
        ("learning", "instrument", "management", "learning.instrument: 'evaluation' belongs to 'workplace'"),
        ("openness", "asked", "today_is_after(ref.to)", "openness.asked (whole): today_is_after(ref.to)"),
        ("factor_balance", "of", "faktors", "factor_balance.of: no indicator 'faktors' with the estimand"),
        ("factor_balance", "weights", "stated", "factor_balance.weights: expected equal, got 'stated'."),
        ("factor_balance", "goalposts", [1, -1], "factor_balance.goalposts: expected a low and a higher number"),
    ],
)
def test_a_slip_in_an_index_is_named_with_its_place(key: str, entry: str, value: object, message: str) -> None:
    content = document()
    one = index(content, key)
    if value is MISSING:
        del one[entry]
    else:
        one[entry] = value
    with pytest.raises(DefinitionError) as error:
        from_document(content)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("key", "entry", "value", "message"),
    [
        ("learning", "goalposts", MISSING, "components.0.goalposts: expected list, got None."),
        ("learning", "goalposts", [1, 0], "components.0.goalposts: expected a low and a higher number, got [1, 0]."),
        ("learning", "goalposts", [0, 1, 2], "components.0.goalposts: expected a low and a higher number"),
        ("learning", "goalposts", ["0", "1"], "components.0.goalposts: expected a low and a higher number"),
        ("learning", "direction", 0, "components.0.direction: expected 1 or -1, got 0."),
        ("learning", "direction", MISSING, "components.0.direction: expected int, got None."),
        ("learning", "weight", -1, "components.0.weight: expected a number from 0 to 1e+09, got -1."),
        ("learning", "indicator", "evalution", "components.0.indicator: no indicator 'evalution'."),
        (
            "learning",
            "estimand",
            "driver",
            "components.0.estimand: expected one of ['no_opinion', 'share'], got 'driver'",
        ),
        ("learning", "categories", ["none"], "components.0.categories: 'evaluation' has no category 'none'."),
        ("learning", "goalpost", [0, 1], "components.0: unknown entry 'goalpost'."),
        (
            "innovation_climate",
            "grades",
            {"fully_agree": 4},
            "components.0.grades: 4 lies outside the goalposts 0 to 3.",
        ),
        ("innovation_climate", "grades", {"fully_agree": "3"}, "components.0.grades: expected a number for each code"),
        ("innovation_climate", "items", [], "components.0.items: expected a list of texts, got []."),
        ("openness", "rule", "partners any in", "components.municipal_other.rule (whole): "),
        ("openness", "base", MISSING, "components.municipal_other.base: expected str, got None."),
    ],
)
def test_a_slip_in_a_component_is_named_with_its_place(key: str, entry: str, value: object, message: str) -> None:
    content = document()
    component = index(content, key)["pillars"][0]["components"][0]
    if value is MISSING:
        del component[entry]
    else:
        component[entry] = value
    with pytest.raises(DefinitionError) as error:
        from_document(content)
    assert f"definitions.indices.{key}.pillars." in str(error.value)
    assert message in str(error.value)


def test_stated_weights_stand_with_each_pillar_and_are_not_all_0() -> None:
    content = document()
    learning = index(content, "learning")
    learning["weights"] = "stated"
    with pytest.raises(DefinitionError, match=r"pillars.evaluation.weight: expected a number from 0 to .*, got None"):
        from_document(content)
    for pillar, weight in zip(learning["pillars"], (0, 0), strict=True):
        pillar["weight"] = weight
    with pytest.raises(DefinitionError, match=r"learning.pillars: expected a weight above 0, got only 0"):
        from_document(content)
    learning["pillars"][0]["weight"] = 3
    assert [pillar.weight for pillar in from_document(content).indices["learning"].pillars] == [3, 0]
    learning["weights"] = "equal"
    with pytest.raises(DefinitionError, match=r"pillars.evaluation: unknown entry 'weight'"):
        from_document(content)


def test_an_item_that_counts_in_two_pillars_is_named_where_they_must_be_disjoint() -> None:
    content = document()
    pillars = index(content, "nordic_composite")["pillars"]
    pillars[1]["components"][0]["rule"] = '"quality" in values'
    with pytest.raises(DefinitionError, match=r"the item 'values' counts in 'cooperation' and in 'value'"):
        from_document(content)


def test_an_item_that_counts_through_a_condition_is_found_when_the_questionnaire_is_known() -> None:
    content = document()
    pillars = index(content, "nordic_composite")["pillars"]
    pillars[1]["components"][0]["rule"] = 'types.product == "yes"'
    read = from_document(content)
    with pytest.raises(DefinitionError, match=r"'types.product' counts in 'innovation' and in 'cooperation'"):
        for_questionnaire(read, workplace(), ask_for=("nordic_composite",))


def test_an_index_may_be_set_side_by_side_no_further_than_its_indicators() -> None:
    content = document()
    spread = next(entry for entry in content["indicators"] if entry["key"] == "spread")
    spread["comparable"] = {"countries": True, "waves": False}
    with pytest.raises(DefinitionError, match=r"learning.comparable.waves: expected false, as of 'spread'"):
        from_document(content)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ('"citizen" in partners', "openness.municipal_other.share: unknown code 'citizen' of the item partners"),
        ('partner == "x"', "unknown item 'partner' in workplace"),
    ],
)
def test_a_rule_of_an_index_is_held_against_the_questionnaire(rule: str, message: str) -> None:
    content = document()
    index(content, "openness")["pillars"][0]["components"][0]["rule"] = rule
    with pytest.raises(DefinitionError) as error:
        for_questionnaire(from_document(content), workplace())
    assert message in str(error.value)


def test_another_mean_is_read() -> None:
    content = document()
    index(content, "learning").update(aggregation="harmonic", published=False)
    assert from_document(content).indices["learning"].aggregation is Aggregation.HARMONIC
