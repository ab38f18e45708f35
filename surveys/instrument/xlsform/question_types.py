"""Types of the rows of a form, in all the ways people write them, and which type of item each asks."""

import re
from collections.abc import Mapping

from surveys.instrument.schema import Item, ItemType

TYPES: Mapping[str, ItemType] = {
    "integer": ItemType.NUMBER, "decimal": ItemType.NUMBER, "range": ItemType.NUMBER, "text": ItemType.TEXT,
    "date": ItemType.DATE, "note": ItemType.INFO, "select_one": ItemType.SINGLE, "select_multiple": ItemType.MULTI,
    "rank": ItemType.RANK, "percent": ItemType.PERCENT,
}  # fmt: skip
KINDS: Mapping[ItemType, str] = {
    ItemType.TEXT: "text", ItemType.DATE: "date", ItemType.INFO: "note", ItemType.SINGLE: "select_one",
    ItemType.MULTI: "select_multiple", ItemType.RANK: "rank", ItemType.PERCENT: "percent", ItemType.YEAR: "integer",
    ItemType.REGISTER: "text",
}  # fmt: skip
SELECT = re.compile(
    r"(?:add )?(?P<kind>select[_ ]one|select1|select[_ ]multiple|select all that apply|rank)"
    r"(?: prompt using)?(?: from)?\s+(?P<list>\S+)(?P<other>\s+(?:or[_ ](?:specify[_ ])?other))?",
    re.IGNORECASE,
)
PLAIN = {
    "integer": "integer", "int": "integer", "add integer prompt": "integer", "decimal": "decimal",
    "add decimal prompt": "decimal", "range": "range", "text": "text", "string": "text", "add text prompt": "text",
    "date": "date", "add date prompt": "date", "note": "note", "add note prompt": "note", "calculate": "calculate",
    "add calculate prompt": "calculate", "hidden": "hidden",
}  # fmt: skip
SELECTS = {"select1": "select_one", "select_all_that_apply": "select_multiple"}
SEVERAL = (ItemType.MULTI, ItemType.RANK)  # answered by more than one choice


def kind_of(item: Item) -> str:
    """The type of the row that asks the item; a percentage split is a group of them."""
    if item.value_type is ItemType.NUMBER:
        return "decimal" if item.decimals else "integer"
    return KINDS[item.value_type]
