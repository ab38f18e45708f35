"""What somebody who writes their own requests may post: never an error, always an answer or a problem."""

import pytest
from django.http import QueryDict

from surveys.forms.posted import PART, read_answer
from surveys.instrument.check import check
from surveys.instrument.schema import ItemType
from tests import make

EVERY = make.questionnaire("every_type")
ENDLESS = "9" * 5000


def posted(kind: ItemType, fields: dict[str, str]) -> tuple[str, object, list[str]]:
    item = next(item for item in EVERY.items.values() if item.type is kind)
    data = QueryDict(mutable=True)
    for name, value in fields.items():
        data[f"{PART}{item.key}:{name}"] = value
    answer = read_answer(item, data, {})
    return item.key, answer, [problem.code for problem in check(EVERY, {item.key: answer}, {}, items=[item.key])]


@pytest.mark.parametrize("year", [ENDLESS, "²", "-1"])
def test_a_date_of_no_numbers_is_a_problem(year: str) -> None:
    _, answer, codes = posted(ItemType.DATE, {"day": "1", "month": "2", "year": year})
    assert answer == {"day": "1", "month": "2", "year": year}
    assert codes == ["no_date"]


@pytest.mark.parametrize("place", [ENDLESS, "²", "-1"])
def test_a_place_that_is_no_number_is_a_problem(place: str) -> None:
    item = next(item for item in EVERY.items.values() if item.type is ItemType.RANK)
    _, answer, codes = posted(ItemType.RANK, {item.options[0].code: place, item.options[1].code: "2"})
    assert isinstance(answer, dict)
    assert codes == ["same_place"]
