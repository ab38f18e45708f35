"""Names of a form as keys of ours, and back: small letters there, no points here, and none twice."""

import re
import unicodedata

from surveys.instrument.rule_text import RESERVED

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


class Taken:
    """Names given so far; a name that is taken gets a number behind it."""

    def __init__(self, *, capitals_differ: bool = False) -> None:
        self.folded = str if capitals_differ else str.lower
        self.names: set[str] = set()
        self.numbers: dict[str, int] = {}

    def give(self, wanted: str) -> str:
        name, number = wanted, self.numbers.get(wanted, 1)
        while self.folded(name) in self.names:
            number += 1
            name = f"{wanted}_{number}"
        self.names.add(self.folded(name))
        self.numbers[wanted] = number
        return name


def key_from(name: str) -> str:
    """The name in small letters, digits and _, beginning with a letter, and no word of the rule language."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    key = re.sub(r"[^a-z0-9_]", "_", plain)
    if not re.match(r"[a-z]", key):
        key = f"q_{key.lstrip('_')}"
    return f"{key}_" if key in RESERVED else key


def code_from(name: str) -> str:
    """The code of a choice in the signs that ours may have: `-99` becomes `minus_99`."""
    if CODE.fullmatch(name):
        return name
    signed = f"minus_{name[1:]}" if re.fullmatch(r"-\d.*", name, re.DOTALL) else name
    plain = unicodedata.normalize("NFKD", signed).encode("ascii", "ignore").decode("ascii")
    code = re.sub(r"[^A-Za-z0-9_-]", "_", plain)
    return code if CODE.fullmatch(code) else f"c_{code}"


def name_from(key: str) -> str:
    """A key as the name of a row."""
    name = re.sub(r"[^A-Za-z0-9_-]", "_", key)
    return name if NAME.fullmatch(name) else f"_{name}"
