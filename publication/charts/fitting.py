"""Text that fits: the server knows no fonts, so letters are counted as wide as the widest common face draws them.

Widths are in em, rounded up from DejaVu Sans; Roboto, Segoe UI, Arial and Liberation Sans are narrower in every class.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

SOFT_HYPHEN: Final = "\u00ad"
NO_BREAK: Final = "\u00a0"
LETTERS: Final = {
    0.33: "ijlIJ .,'|’·\u00a0",
    0.42: 'frt()[]-:;!/"“”',
    0.53: "sz–?",
    0.80: "wÓÒGODHNUQØÖÐ<>=",
    0.90: "M+−",
    1.00: "mÆWæ%—@",
}
OTHER: Final = 0.70


class Widths(dict[str, float]):
    """Letter -> em."""

    def __missing__(self, _letter: str) -> float:
        return OTHER


WIDTHS: Final = Widths({letter: width for width, letters in LETTERS.items() for letter in letters} | {SOFT_HYPHEN: 0.0})
BOLD: Final = 1.12
SHORTEST_PART: Final = 4  # letters of a word cut by force, so that no line ends with one letter and a hyphen


def width_of(words: str, size: float, *, bold: bool = False) -> float:
    """Pixels that the text takes at most in a font of `size` pixels; a soft hyphen takes none."""
    return sum(map(WIDTHS.__getitem__, words)) * size * (BOLD if bold else 1.0)


def wrapped(words: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """The text in lines of at most `room` pixels: broken at spaces, hyphens, slashes and soft hyphens, else by force.

    Nothing is left out: as many lines as it takes. Raises ValueError where `room` does not hold three letters.
    """
    if room < 3 * size:
        raise ValueError(f"room: expected at least three letters of {size:g} px, got {room:g} px. Give the text more.")
    return list(_lines(words, room, size, bold))


@lru_cache(maxsize=4096)
def _lines(words: str, room: float, size: float, bold: bool) -> tuple[str, ...]:
    """Kept: the figures of a release say the same labels in the same columns, each in several files."""
    found: list[str] = []
    line = ""
    for part in _parts(words, room, size, bold=bold):
        if line and width_of((line + part).rstrip() + _hyphen(part), size, bold=bold) > room:
            found.append(_ended(line))
            line = part.lstrip()
        else:
            line += part
    return (*found, line.replace(SOFT_HYPHEN, "").rstrip())


def spread(wanted: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Middles of boxes as near to where they are wanted as they can be without one covering another.

    Boxes that would meet stand as one block around the mean of what they want; the order of `wanted` is kept. Where all
    together are taller than from `low` to `high` they begin at `low` and run over: the caller makes the drawing taller.
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    blocks: list[tuple[list[int], float]] = []
    for index in order:
        members, top = [index], _within(wanted[index] - heights[index] / 2, heights[index], low, high)
        while blocks and blocks[-1][1] + _tall(blocks[-1][0], heights) > top:
            members = blocks.pop()[0] + members
            tall = _tall(members, heights)
            top = _within(_best_top(members, wanted, heights), tall, low, high)
        blocks.append((members, top))
    middles = [0.0] * len(wanted)
    for members, top in blocks:
        for position, index in enumerate(members):
            middles[index] = top + _tall(members[:position], heights) + heights[index] / 2
    return middles


def _tall(members: Iterable[int], heights: Sequence[float]) -> float:
    return sum(heights[index] for index in members)


def _best_top(members: Sequence[int], wanted: Sequence[float], heights: Sequence[float]) -> float:
    """The top at which the members of a block are, on average, where they want to be."""
    offsets, passed = [], 0.0
    for index in members:
        offsets.append(wanted[index] - heights[index] / 2 - passed)
        passed += heights[index]
    return sum(offsets) / len(offsets)


def _within(top: float, tall: float, low: float, high: float) -> float:
    return max(low, min(top, high - tall))


def _parts(words: str, room: float, size: float, *, bold: bool) -> list[str]:
    """Where the text may be broken: after a space, a hyphen, a slash, a soft hyphen; a longer part is cut."""
    parts: list[str] = []
    for part in re.findall(rf"[^ \-/{SOFT_HYPHEN}]*[ \-/{SOFT_HYPHEN}]?", words):
        rest = part
        while width_of(rest.rstrip(), size, bold=bold) > room:
            cut = _longest(rest, room, size, bold=bold)
            parts.append(rest[:cut] + SOFT_HYPHEN)
            rest = rest[cut:]
        if rest:
            parts.append(rest)
    return parts


def _longest(word: str, room: float, size: float, *, bold: bool) -> int:
    """How many letters of a word fit with a hyphen; a few fewer where a scrap would be left."""
    fitting = next(n for n in range(len(word), 0, -1) if n == 1 or width_of(f"{word[:n]}-", size, bold=bold) <= room)
    scrap = SHORTEST_PART - (len(word.rstrip()) - fitting)
    return max(1, fitting - scrap) if 0 < scrap < fitting else fitting


def _hyphen(part: str) -> str:
    return "-" if part.endswith(SOFT_HYPHEN) else ""


def _ended(line: str) -> str:
    return line.replace(SOFT_HYPHEN, "").rstrip() + _hyphen(line)
