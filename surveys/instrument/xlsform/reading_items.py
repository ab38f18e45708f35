"""A row of the survey as an item of ours: its type, and what our own columns say of it."""

from dataclasses import replace
from enum import StrEnum
from typing import TypeVar

from surveys.instrument.exchange import Notes
from surveys.instrument.schema import DisclosureClass, Item, ItemType, Option, Requirement, Specified
from surveys.instrument.xlsform.columns import HARMLESS, Row, is_yes, shortened
from surveys.instrument.xlsform.question_types import TYPES, kind_of
from surveys.instrument.xlsform.reading_expressions import decimal_of
from surveys.instrument.xlsform.reading_structure import Question

Kind = TypeVar("Kind", bound=StrEnum)
DECIMALS = 6  # of a decimal number for which nothing is said
LONGEST_EXPORT = 32


def item_from(question: Question, key: str, options: tuple[Option, ...], notes: Notes) -> Item:
    """The item that a row asks, without rules. What our columns say holds where it fits the type of the row."""
    row = question.row
    found = Item(
        key=key,
        type=TYPES[question.kind],
        disclosure=chosen(row, "disclosure", DisclosureClass, notes) or DisclosureClass.CONFIDENTIAL,
        options=options,
        battery=row.own("battery").strip() or None,
        decimals=decimals_of(question, notes),
        unit=row.own("unit").strip(),
        variable=row.own("variable").strip(),
        specifies=specified(row, notes),
        export=export_of(row, key),
        source=row.own("source"),
        since=row.own("since"),
        evidence=row.own("evidence"),
    )
    found = replace(typed(found, question, notes), required=requirement(row, question, notes))
    if question.kind == "range":
        minimum, maximum = range_limits(row, notes)
        found = replace(found, minimum=minimum, maximum=maximum)
    return found


def typed(item: Item, question: Question, notes: Notes) -> Item:
    """The item with the type that our column names, where a row of that type asks it."""
    row = question.row
    kind = chosen(row, "type", ItemType, notes)
    if kind is None:
        return item
    of = chosen(row, "of", ItemType, notes) if kind is ItemType.REGISTER else None
    own = replace(item, type=kind, of=of)
    if kind_of(own) == question.kind:
        return own
    notes.assume(f"{row.place}: the type was changed to {question.kind} since the export: it holds.")
    return item


def chosen(row: Row, column: str, kind: type[Kind], notes: Notes) -> Kind | None:
    text = row.own(column).strip()
    if not text:
        return None
    if text in list(kind):
        return kind(text)
    notes.lose(row.at(f"barometer_{column}"), repr(shortened(text)), f"Expected one of {', '.join(kind)}.")
    return None


def whole(row: Row, column: str, notes: Notes) -> int | None:
    text = row.own(column).strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    if text:
        notes.lose(row.at(f"barometer_{column}"), repr(shortened(text)), "Expected a whole number.")
    return None


def decimals_of(question: Question, notes: Notes) -> int:
    own = whole(question.row, "decimals", notes)
    if question.kind != "decimal":
        return 0
    return own or DECIMALS


def specified(row: Row, notes: Notes) -> Specified | None:
    """`item code` in our column."""
    text = row.own("specifies").split()
    if len(text) == 2:
        return Specified(text[0], text[1])
    if text:
        why = "Expected the key of an item and a code, with a space between."
        notes.lose(row.at("barometer_specifies"), repr(shortened(" ".join(text))), why)
    return None


def export_of(row: Row, key: str) -> str:
    """The name of the column in files: that of the form where it is another than the key and not too long."""
    own = row.own("export").strip()
    if own or row.own("key"):
        return own
    name = row["name"]
    fits = name.isascii() and name.replace("_", "").isalnum() and name[0].isalpha() and len(name) <= LONGEST_EXPORT
    return name if fits and name != key else ""


def requirement(row: Row, question: Question, notes: Notes) -> Requirement:
    if question.kind == "note":
        return Requirement.NO
    cell = row["required"].lower()
    if cell not in HARMLESS and not is_yes(cell):
        why = "Ours is required of all or of none: give the question a rule, or write yes or no."
        notes.lose(row.at("required"), f"the rule {shortened(cell)}", why)
        return Requirement.NO
    own = chosen(row, "required", Requirement, notes)
    if own is not None and (question.kind == "percent" or (own is Requirement.HARD) == is_yes(cell)):
        return own
    return Requirement.HARD if is_yes(cell) else Requirement.NO


def range_limits(row: Row, notes: Notes) -> tuple[int | None, int | None]:
    """The smallest and the largest number that `start=0 end=10 step=1` says; a step of more or less than 1 is lost.

    A form that names no limit means 1 and 10.
    """
    found = {"start": "1", "end": "10"}
    for part in row["parameters"].replace(",", " ").replace(";", " ").split():
        name, _, value = part.partition("=")
        found[name.strip().lower()] = value.strip()
    if found.pop("step", "1") not in ("1", "1.0"):
        notes.lose(row.at("parameters"), "the step", "Ours takes every whole number between the limits.")
    limits = {name: whole_limit(found.pop(name, ""), row, notes) for name in ("start", "end")}
    for name in found:
        notes.lose(row.at("parameters"), shortened(name or "="), "Of a range ours takes start and end.")
    return limits["start"], limits["end"]


def whole_limit(text: str, row: Row, notes: Notes) -> int | None:
    if not text:
        return None
    value = decimal_of(text)
    if value is not None and value == value.to_integral_value():
        return int(value)
    notes.lose(row.at("parameters"), f"the limit {shortened(text)}", "Expected a whole number.")
    return None
