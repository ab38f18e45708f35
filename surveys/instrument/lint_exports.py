"""Findings about the names of columns in files of statistics packages: SPSS, Stata, R."""

import re
from collections.abc import Iterator

from surveys.instrument.findings import Finding
from surveys.instrument.schema import Instrument, ItemType

LONGEST_NAME = 32  # bytes, of Stata; SPSS has 64
FORM = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
# Words that SPSS or Stata keep for themselves; Stata also str and a number, for a text of that length.
RESERVED = frozenset(
    {
        "all", "and", "by", "byte", "double", "eq", "float", "ge", "gt", "if", "in", "int", "le", "long", "lt", "ne",
        "not", "or", "pi", "skip", "strl", "to", "using", "with",
    }
)  # fmt: skip
TEXT_OF_A_LENGTH = re.compile(r"str\d+")


def export_names(instrument: Instrument) -> Iterator[Finding]:
    """An item that is answered has a column; its name must fit every package and be its own whatever the case."""
    taken: dict[str, str] = {}
    for item in instrument.items.values():
        if item.type is ItemType.INFO:
            continue
        location, name = f"items.{item.key}.export", item.export_name
        if len(name.encode()) > LONGEST_NAME:
            message = f"The name {name} is {len(name.encode())} bytes long; Stata takes {LONGEST_NAME}."
            yield Finding("export_name_too_long", location, message, "Give a short name: `export: short_name`.")
        if not FORM.fullmatch(name):
            message = f"The name {name} is refused by SPSS or Stata."
            suggestion = "Begin with a letter a-z, then letters, digits and _."
            yield Finding("export_name_form", location, message, suggestion)
        elif name.casefold() in RESERVED or TEXT_OF_A_LENGTH.fullmatch(name.casefold()):
            message = f"The name {name} is a word of SPSS or Stata."
            yield Finding("export_name_form", location, message, "Give another: `export: another_name`.")
        other = taken.setdefault(name.casefold(), item.key)
        if other != item.key:
            message = f"The name {name} is also that of {other}, as SPSS takes no notice of case."
            yield Finding("export_name_taken", location, message, "Give one of them another: `export: another_name`.")
