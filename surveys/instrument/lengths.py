"""How long a text may be: what still reads at a glance on a phone, and what translators are told."""

from surveys.instrument.schema import Instrument, ItemType

LONGEST = {
    "title": 80,
    "introduction": 600,
    "definition": 600,
    "sections": 60,
    "pages": 60,
    "edits": 300,
    "question": 300,
    "help": 600,
    "unit": 30,
    "options": 120,
}
LONGEST_INFORMATION = 1200  # the question of an information: a text that is only read


def longest(instrument: Instrument, location: str) -> int:
    """The most characters that the text at the location may have, placeholders as they are written.

    Raises:
        KeyError: there is no such kind of text.
    """
    kind, _, rest = location.partition(".")
    if kind not in ("items", "batteries"):
        return LONGEST[kind]
    if ".options." in rest:
        return LONGEST["options"]
    key, _, part = rest.rpartition(".")
    item = instrument.items.get(key)
    if part == "question" and kind == "items" and item is not None and item.type is ItemType.INFO:
        return LONGEST_INFORMATION
    return LONGEST[part]
