"""The lattice of breakdowns and the plan of a release."""

import pytest

from publication.disclosure.lattice import EVERY, Node, Plan, PlanRefused, from_document, table_key


def test_no_cube_has_more_than_three_breakdowns_and_all_are_by_country() -> None:
    assert all(node.breakdowns[0] == "country" and len(node.breakdowns) <= 3 for node in Node)


def test_a_plan_comes_back_from_its_document() -> None:
    plan = Plan({Node.COUNTRY: (EVERY,), Node.SECTOR_AND_SIZE: ("innovative",)})
    assert from_document(plan.to_document()) == plan
    assert plan.publishes("barriers", Node.COUNTRY)
    assert plan.publishes("innovative", Node.SECTOR_AND_SIZE)
    assert not plan.publishes("barriers", Node.SECTOR_AND_SIZE)
    assert not plan.publishes("innovative", Node.COUNTY)
    assert from_document({**plan.to_document(), "methods": {"NO": "suppression"}}) == plan


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({}, "expected the object cubes"),
        ({"cubes": {"by_colour": ["innovative"]}}, "cubes: expected one of country, sector.*got 'by_colour'"),
        ({"cubes": {"sector": "innovative"}}, "cubes.sector: expected a list"),
        ({"cubes": {}, "methods": {"NO": "rounding"}}, "methods.NO: expected suppression, got 'rounding'"),
    ],
)
def test_a_plan_that_nobody_can_follow_is_refused(document: dict[str, object], said: str) -> None:
    with pytest.raises(PlanRefused, match=said):
        from_document(document)


def test_keys_of_tables_are_the_indicator_and_the_node() -> None:
    assert [table_key("innovative", node) for node in (Node.COUNTRY, Node.SIZE)] == ["innovative", "innovative_by_size"]
