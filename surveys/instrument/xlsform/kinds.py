"""Which type of a form asks which type of item."""

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
FILTER_COLUMN = "barometer_offered"
EVERYBODY = "all"
PART_LIMITS = ". >= 0 and . <= 100"  # of a part of a percentage split


def kind_of(item: Item) -> str:
    """The type of the row that asks the item; a percentage split is a group of them."""
    if item.value_type is ItemType.NUMBER:
        return "decimal" if item.decimals else "integer"
    return KINDS[item.value_type]
