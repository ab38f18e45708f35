"""Which answers imply one another, decided from the rules alone and held against every answer."""

from itertools import product

import pytest

from publication.work.implications import implies
from surveys.instrument.rules import evaluate, parse

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
