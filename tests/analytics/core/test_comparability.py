"""What was declared about an item decides whether a change has a value, and what stands beside it."""

from dataclasses import replace

import pytest

from analytics.core.arrays import InputError
from analytics.core.comparability import Comparability, comparability_of_change, declared_relations
from analytics.core.definition_checks import same_items
from surveys.instrument.schema import Comparability as Declaration
from surveys.instrument.schema import Instrument, Relation
from tests.analytics.waves import NO, YES, drawn, frozen, rows_of, shipped, workplace

FORMER = replace(workplace(), version="2023.1", comparability=())
SPREAD = shipped().indicators["spread"]


def declare(*declarations: tuple[str, Relation, str]) -> Instrument:
    entries = [
        Declaration(item, "workplace 2023.1", relation, "why", "ab", "2025-11-03", country)
        for item, relation, country in declarations
    ]
    return replace(workplace(), comparability=tuple(entries))


@pytest.mark.parametrize(
    ("relations", "allowed", "flags"),
    [
        ([], True, ()),
        (["same", Relation.SAME], True, ()),
        (["same", "reworded"], True, ("reworded",)),
        (["reworded", "recoded", "reworded"], True, ("recoded", "reworded")),
        (["reworded", "broken", "same"], False, ("broken",)),
    ],
)
def test_one_broken_item_takes_the_value_and_the_others_are_footnotes(relations, allowed, flags):
    assert comparability_of_change(relations) == Comparability(allowed, flags)


def test_an_unknown_relation_is_refused():
    with pytest.raises(InputError, match="relations: expected one of same, reworded, recoded, broken, got 'similar'"):
        comparability_of_change(["same", "similar"])


def test_a_declaration_for_the_country_goes_before_the_one_for_all():
    now = declare(
        ("spread", Relation.BROKEN, "DK"), ("spread", Relation.REWORDED, "*"), ("nothing", Relation.SAME, "*")
    )
    found = {country: declared_relations(SPREAD, now=now, before=FORMER, country=country) for country in ("NO", "DK")}
    assert found == {"NO": {"spread": Relation.REWORDED}, "DK": {"spread": Relation.BROKEN}}


def test_a_declaration_about_another_questionnaire_says_nothing():
    now = declare(("spread", Relation.BROKEN, "*"))
    assert declared_relations(SPREAD, now=now, before=replace(FORMER, version="2021.1"), country="NO") == {}


def test_two_relations_of_one_item_are_refused():
    now = declare(("spread", Relation.SAME, "*"), ("spread", Relation.BROKEN, "*"))
    with pytest.raises(InputError, match=r"comparability.spread: expected one relation .* got same and broken"):
        declared_relations(SPREAD, now=now, before=FORMER, country="NO")


def test_a_declared_item_may_differ_but_must_be_in_both():
    fewer = replace(FORMER.items["spread"], options=FORMER.items["spread"].options[:-1])
    former = replace(FORMER, items={**FORMER.items, "spread": fewer})
    assert not same_items(SPREAD, workplace(), former)
    assert same_items(SPREAD, workplace(), former, declared={"spread"})
    without = replace(FORMER, items={key: item for key, item in FORMER.items.items() if key != "spread"})
    assert not same_items(SPREAD, workplace(), without, declared={"spread"})


def changed(now: Instrument, former: Instrument, key: str = "innovative"):
    units = {"NO.education.small": 40, "DK.education.small": 40}
    earlier = frozen(
        [*drawn("NO.education.small", YES, NO, NO), *drawn("DK.education.small", YES, NO, YES)],
        units,
        instrument=former,
    )
    later = frozen(
        [*drawn("NO.education.small", YES, YES, NO), *drawn("DK.education.small", YES, NO, NO)],
        units,
        code="2027",
        instrument=now,
    )
    rows = rows_of(later, earlier, minimum_per_cell=2)
    return {country: rows["change", key, "", country, "", "2025"] for country in ("NO", "DK")}


def test_a_broken_item_leaves_the_change_of_its_country_without_a_value():
    found = changed(declare(("types.service", Relation.BROKEN, "DK")), FORMER)
    assert (found["DK"].value, found["DK"].verdict, found["DK"].flags) == (None, "not_comparable", ("broken",))
    assert found["NO"].value == pytest.approx(1 / 3)
    assert "broken" not in found["NO"].flags


@pytest.mark.parametrize("relation", [Relation.REWORDED, Relation.RECODED])
def test_a_declared_rewording_or_recoding_is_a_footnote_beside_the_value(relation):
    found = changed(declare(("types.service", relation, "*")), FORMER)
    assert found["NO"].value == pytest.approx(1 / 3)
    assert relation.value in found["NO"].flags


def test_codes_that_changed_are_compared_when_the_recoding_is_declared_and_only_then():
    service = FORMER.items["types.service"]
    former = replace(
        FORMER, items={**FORMER.items, "types.service": replace(service, options=(*service.options[::-1],))}
    )
    silent, said = (
        changed(workplace(), former)["NO"],
        changed(declare(("types.service", Relation.RECODED, "*")), former),
    )
    assert (silent.value, silent.flags) == (None, ("item_changed",))
    assert said["NO"].value == pytest.approx(1 / 3)
