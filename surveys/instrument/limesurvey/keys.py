"""Keys of ours out of what LimeSurvey calls things."""

import re
from collections.abc import Collection

from surveys.instrument.rule_text import RESERVED
from surveys.instrument.rule_tree import KEY


class Keys:
    """Keys of ours out of LimeSurvey's codes, each given once; words of the rule language get a mark."""

    def __init__(self, reserved: Collection[str] = RESERVED) -> None:
        self.reserved = reserved
        self.taken: set[str] = set()

    def give(self, name: str, own: str = "") -> str:
        """A key out of a name; `own` is ours already and stays as it is while it is free."""
        if own not in self.taken and KEY.fullmatch(own):
            self.taken.add(own)
            return own
        plain = name if KEY.fullmatch(name) else slug(name)
        if plain in self.reserved or plain.startswith(("bg.", "ref.")):
            plain = f"{plain.replace('.', '_')}_"
        key, number = plain, 1
        while key in self.taken:
            number += 1
            key = f"{plain}_{number}"
        self.taken.add(key)
        return key


def slug(name: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return plain if plain[:1].isalpha() else f"q{plain}"


def slug_part(code: str) -> str:
    """A part of a key behind a point, which may begin with a digit."""
    return re.sub(r"[^a-z0-9]+", "_", code.lower()).strip("_") or "row"
