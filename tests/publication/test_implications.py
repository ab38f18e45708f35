"""Which answers imply one another, decided from the rules alone and held against every answer."""

from itertools import product

import pytest

from analytics.core.definition_documents import from_document, load_library
from analytics.core.definitions import Definitions
from publication.work.implications import Conditions, implies, once_for_each
from publication.work.material import with_tables
from publication.work.relations import implied_pairs, implied_unions
from surveys.instrument.document import from_document as instrument
from surveys.instrument.rule_nodes import Node
from surveys.instrument.rules import evaluate, parse
from tests import make

CONDITIONS = {"partner": parse('partners any in ["state", "citizens"]'), "first": parse('novelty == "first"')}


@pytest.mark.parametrize(
    ("rule", "other", "expected"),
    [
        ('"state" in partners', 'partners any in ["state", "citizens"]', True),
        ('partners any in ["state", "citizens"]', '"state" in partners', False),
        ('"state" in partners', "partner", True),
        ("not partner", 'not "state" in partners', True),
        ('not "state" in partners', "not partner", False),
        ('novelty == "first"', 'not novelty in ["adapted", "copied"]', True),
        ('novelty in ["first", "copied"]', 'not novelty in ["adapted", "copied"]', False),
        ('"state" in partners', 'not "citizens" in partners', False),
        ('novelty == "first"', "answered(novelty)", True),
        ('not novelty == "first"', "answered(novelty)", False),
        ('answered(novelty) and novelty == "first"', 'first or "state" in partners', True),
        ("first", "partner", False),
        ("not (first or partner)", "not first", True),
    ],
)
def test_implications_are_those_of_every_answer(rule: str, other: str, expected: bool) -> None:
    assert implies(parse(rule), parse(other), CONDITIONS) is expected
    partners = [None, [], ["state"], ["citizens"], ["state", "citizens"], ["other"]]
    everyone = product(partners, [None, "first", "adapted", "copied"])
    kept = [{key: one for key, one in zip(("partners", "novelty"), pair, strict=True) if one} for pair in everyone]
    holds = all(
        evaluate(parse(other), answers, {}, CONDITIONS)
        for answers in kept
        if evaluate(parse(rule), answers, {}, CONDITIONS)
    )
    assert holds is expected


def test_the_shipped_definitions_imply_what_a_reader_knows() -> None:
    definitions = with_tables(from_document(load_library()))
    conditions = instrument(make.document()).conditions
    pairs = implied_pairs(definitions, conditions)
    outside, anybody = ("share", "partner", "outside"), ("share", "partner", "any")
    assert (outside, anybody, False) in pairs
    assert (anybody, outside, False) not in pairs
    assert (("share", "several_values", ""), ("share", "value", "none"), True) in pairs
    (union,) = implied_unions(definitions, conditions)
    assert union[0] == ("share", "innovative", "")
    assert {category for _estimand, _indicator, category in union[1]} == {
        "product",
        "service",
        "process_organisation",
        "communication",
    }


def test_what_follows_is_derived_once_for_the_same_definitions_and_anew_for_others() -> None:
    asked: list[Definitions] = []

    @once_for_each
    def derived(definitions: Definitions, _conditions: Conditions) -> int:
        asked.append(definitions)
        return len(asked)

    first, equal, conditions = Definitions("1", {}, {}), Definitions("1", {}, {}), dict[str, Node]()
    assert [derived(first, conditions), derived(first, conditions)] == [1, 1]
    assert derived(equal, conditions) == 2, "equal is not enough: it is never compared"
    assert derived(first, {}) == 3
    for _other in range(20):
        derived(Definitions("2", {}, {}), conditions)
    assert derived(first, conditions) == 24, "what was asked for long ago is not held for good"
