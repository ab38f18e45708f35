"""Columns of a file as texts, and what they become: numbers, codes of answers, levels of a domain or stratum."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from analytics.core.arrays import Codes, Floats, InputError, Mask
from analytics.core.survey_file.plan import Item

NO_ANSWER, NOT_ASKED = -1, -2
NUMBERS = {
    ".": re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*"),
    ",": re.compile(r"\s*[+-]?(\d+(,\d*)?|,\d+)([eE][+-]?\d+)?\s*"),
}


@dataclass(frozen=True, eq=False)
class Column:
    """A column as it stands in the file: `texts` that differ, and for each row the place i8[n] of its text."""

    name: str
    texts: tuple[str, ...]
    places: Codes

    def row(self, place: int) -> int:
        """The first row with this text, counted from 1 without the heading."""
        return int(np.argmax(self.places == place)) + 1


@dataclass(frozen=True, eq=False)
class Levels:
    """Categories of every row: codes i8[n] into labels, which are tuples of texts, one for each column."""

    labels: tuple[tuple[str, ...], ...]
    codes: Codes

    def name(self, level: int) -> str:
        return " x ".join(self.labels[level]) if self.labels[level] else "the only stratum"


@dataclass(frozen=True, eq=False)
class Answers:
    """Answers to an item: `numbers` f8[n], NaN without one; of a coded item places i8[n] of `codes`, below 0 without.

    asked bool[n]: rows that the item was put to.
    """

    item: Item
    asked: Mask
    codes: tuple[str, ...] = ()
    places: Codes = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    numbers: Floats = field(default_factory=lambda: np.empty(0))

    @cached_property
    def answered(self) -> Mask:
        """bool[n]."""
        found: Mask = self.places >= 0 if self.codes else ~np.isnan(self.numbers)
        return found

    def holds(self, code: int) -> Floats:
        """f8[n], 1 for the code, 0 for another, NaN without an answer."""
        return np.where(self.answered, self.places == code, np.nan)


def numbers(column: Column, *, decimal: str, place: str, missing: frozenset[str] = frozenset()) -> Floats:
    """f8[n], NaN for texts that mean no number. InputError with the row of the first that is none."""
    pattern, found = NUMBERS[decimal], np.empty(len(column.texts))
    for index, text in enumerate(column.texts):
        if text in missing:
            found[index] = np.nan
        elif pattern.fullmatch(text):
            found[index] = float(text.replace(",", "."))
        else:
            raise InputError(
                place,
                expected=f"numbers with the decimal sign {decimal!r} in the column {column.name!r}",
                got=f"{text!r} in row {column.row(index)}",
                hint="Mend the file, say file.decimal, or name the text among missing.",
            )
        if np.isinf(found[index]):
            raise InputError(place, expected="finite numbers", got=f"{text!r}", hint="Mend the value.")
    return found[column.places]


def ordered(texts: Sequence[str]) -> list[str]:
    """By number where all are numbers, by text otherwise."""
    if all(NUMBERS["."].fullmatch(text) for text in texts):
        return sorted(texts, key=lambda text: (float(text), text))
    return sorted(texts)


def levels(column: Column, *, place: str, known: Sequence[str] = ()) -> tuple[list[str], Codes]:
    """Labels and the code i8[n] of each row. known: the only labels there may be, in order; else as found, ordered.

    InputError for an empty text, and for one that is not known.
    """
    labels = list(known) or ordered(column.texts)
    position = {text: code for code, text in enumerate(labels)}
    for index, text in enumerate(column.texts):
        if not text or text not in position:
            raise InputError(
                place,
                expected=f"one of {', '.join(known)} in every row" if known else "a value in every row",
                got=f"{text!r} in row {column.row(index)} of the column {column.name!r}",
                hint="Give rows without a value a code of their own, or mend them.",
            )
    return labels, np.array([position[text] for text in column.texts], dtype=np.int64)[column.places]


def joined(columns: Sequence[tuple[list[str], Codes]]) -> Levels:
    """The combinations that occur, in the order of their labels; one column keeps labels that do not."""
    if len(columns) == 1:
        return Levels(tuple((label,) for label in columns[0][0]), columns[0][1])
    labels: tuple[tuple[str, ...], ...] = tuple((label,) for label in columns[0][0])
    codes = columns[0][1]
    for more, others in columns[1:]:
        present, codes = np.unique(codes * len(more) + others, return_inverse=True)
        codes = codes.ravel().astype(np.int64)
        labels = tuple((*labels[one // len(more)], more[one % len(more)]) for one in present.tolist())
    return Levels(labels, codes)


def answers(column: Column, item: Item, *, decimal: str) -> Answers:
    """What a column says as answers to an item. InputError for a code the item does not know and for no number."""
    place = f"items.{item.key}"
    not_asked = np.array([text in item.not_asked for text in column.texts], dtype=np.bool_)[column.places]
    if not item.coded:
        values = numbers(column, decimal=decimal, place=place, missing=item.missing | item.not_asked)
        return Answers(item, ~not_asked, numbers=values)
    silent = item.missing | item.not_asked
    codes = item.codes or tuple(ordered([text for text in column.texts if text not in silent]))
    if not codes:
        raise InputError(place, expected="a code in the column", got="none", hint="Nobody answered: list the codes.")
    position: Mapping[str, int] = {text: code for code, text in enumerate(codes)}
    table = np.full(len(column.texts), NO_ANSWER)
    for index, text in enumerate(column.texts):
        if text in position:
            table[index] = position[text]
        elif text not in silent:
            raise InputError(
                place,
                expected=f"one of the codes {', '.join(codes)} in the column {column.name!r}",
                got=f"{text!r} in row {column.row(index)}",
                hint="Add it to codes, to missing or to not_asked.",
            )
    return Answers(item, ~not_asked, codes=codes, places=table[column.places].astype(np.int64))
