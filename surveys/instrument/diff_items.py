"""What changed in the items that two questionnaires both have, and what is declared about it."""

from collections.abc import Iterator, Sequence

from surveys.instrument.diff_order import sequel
from surveys.instrument.diff_parts import Change, ItemChange, Sequel, Wording
from surveys.instrument.diff_texts import owner
from surveys.instrument.schema import Comparability, Instrument, Item, Option

# What an answer can be and so may mean. The rest says how it is kept, called or known: listed, not to be declared.
MEASURES = (
    "type", "battery", "max_choices", "minimum", "maximum", "decimals", "unit", "variable", "of", "specifies",
)  # fmt: skip
KEEPING = ("disclosure", "required", "max_length", "export", "source", "since", "evidence")
MARKS = ("missing", "exclusive", "common")  # of an option


def name_of(instrument: Instrument) -> str:
    return f"{instrument.key} {instrument.version}"


def is_about(entry: Comparability, former: Instrument) -> bool:
    """Whether the line names this questionnaire; with which optional blocks it was asked makes no difference."""
    return entry.former.partition("+")[0] == name_of(former).partition("+")[0]


def item_changes(former: Instrument, present: Instrument, wordings: Sequence[Wording]) -> Iterator[ItemChange]:
    """The items of both that are not the same, in the order of the bank.

    A respondent reads the texts of an item and those of its battery, so that a change of these is one of each row.
    """
    about: dict[tuple[str, str], list[Wording]] = {}
    for wording in wordings:
        if not wording.folded:
            about.setdefault(owner(wording.location)[:2], []).append(wording)
    for key, item in present.items.items():
        if key not in former.items:
            continue
        was = former.items[key]
        properties = tuple(property_changes(was, item))
        options = sequel([option.code for option in was.options], [option.code for option in item.options])
        read = (*about.get(("items", key), ()), *about.get(("batteries", item.battery or ""), ()))
        if properties or options or read:
            yield ItemChange(
                key=key,
                properties=properties,
                options=options,
                wordings=read,
                declarations=tuple(
                    entry for entry in present.comparability if entry.item == key and is_about(entry, former)
                ),
                measures=measures(properties, options, read),
            )


def measures(properties: Sequence[Change], options: Sequel, wordings: Sequence[Wording]) -> bool:
    """Whether the change can change what the answers mean."""
    return bool(options or wordings) or any(
        change.location in MEASURES or "." in change.location for change in properties
    )


def property_changes(former: Item, present: Item) -> Iterator[Change]:
    """Properties by name, those of an option that both have as `options.<code>.<mark>`."""
    for name in (*MEASURES, *KEEPING):
        was, reads = getattr(former, name), getattr(present, name)
        if was != reads:
            yield Change(name, shown(was), shown(reads))
    codes = {option.code: option for option in former.options}
    for option in present.options:
        if option.code in codes:
            yield from mark_changes(codes[option.code], option)


def mark_changes(former: Option, present: Option) -> Iterator[Change]:
    for name in MARKS:
        was, reads = getattr(former, name), getattr(present, name)
        if was != reads:
            yield Change(f"options.{present.code}.{name}", shown(was), shown(reads))


def shown(value: object) -> str:
    """A property as people write it; empty for none."""
    if value is None or value is False:
        return ""
    if value is True:
        return "true"
    specified = (getattr(value, "item", None), getattr(value, "code", None))
    return f"{specified[0]}: {specified[1]}" if all(specified) else str(value)
