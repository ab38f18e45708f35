"""Answers of respondents as columns of codes, the form in which rules are evaluated for all of them at once.

Every column says for each respondent whether the item was asked and whether it was answered. Codes are small
integers into the item's own option list, so that no text is compared more than once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

NOT_ASKED = -2
NO_ANSWER = -1


@dataclass(frozen=True, eq=False)
class Single:
    """One code an answer: `codes` i2[n] into `options`, NO_ANSWER or NOT_ASKED."""

    codes: NDArray[np.int16]
    options: tuple[str, ...]

    @property
    def asked(self) -> Mask:
        return np.asarray(self.codes != NOT_ASKED)

    @property
    def answered(self) -> Mask:
        return self.codes >= 0

    def is_one_of(self, wanted: frozenset[str]) -> Mask:
        table = np.array([option in wanted for option in self.options] + [False, False])
        return np.asarray(table[self.codes], dtype=bool)  # -1 and -2 read the two False at the end


@dataclass(frozen=True, eq=False)
class Multi:
    """Several codes an answer: `status` i1[n] (0 answered, NO_ANSWER, NOT_ASKED), `chosen` option -> bool[n]."""

    status: NDArray[np.int8]
    chosen: Mapping[str, Mask]

    @property
    def asked(self) -> Mask:
        return np.asarray(self.status != NOT_ASKED)

    @property
    def answered(self) -> Mask:
        return self.status >= 0

    def has(self, option: str) -> Mask:
        """Nobody has chosen what is no option: the check of the definitions has named it before."""
        return self.chosen.get(option, np.zeros(self.status.size, dtype=bool)) & self.answered

    @property
    def counts(self) -> NDArray[np.int64]:
        total = np.zeros(self.status.size, dtype=np.int64)
        for option in self.chosen:
            total += self.has(option)
        return total


@dataclass(frozen=True, eq=False)
class Number:
    """Numbers f8[n] with NaN where none was given, and the status as in Multi."""

    values: NDArray[np.float64]
    status: NDArray[np.int8]

    @property
    def asked(self) -> Mask:
        return np.asarray(self.status != NOT_ASKED)

    @property
    def answered(self) -> Mask:
        return self.status >= 0


@dataclass(frozen=True, eq=False)
class Text:
    """Free text: only whether it was given takes part in a rule."""

    status: NDArray[np.int8]

    @property
    def asked(self) -> Mask:
        return np.asarray(self.status != NOT_ASKED)

    @property
    def answered(self) -> Mask:
        return self.status >= 0


Column = Single | Multi | Number | Text


def single(values: Sequence[object] | NDArray[np.object_], options: Sequence[str]) -> Single:
    """A column of codes from texts: None is not asked, "no_answer" asked and not answered.

    Raises ValueError for a code that is no option.
    """
    known = {option: position for position, option in enumerate(options)} | {"no_answer": NO_ANSWER, None: NOT_ASKED}
    try:
        codes = np.fromiter((known[value] for value in values), dtype=np.int16, count=len(values))  # type: ignore[index]
    except KeyError as error:
        raise ValueError(f"code: expected one of {', '.join(options)}, got {error.args[0]!r}.") from error
    return Single(codes, tuple(options))


def status(values: Sequence[object] | NDArray[np.object_]) -> NDArray[np.int8]:
    """Status codes from "answered", "no_answer" and None."""
    known = {"answered": 0, "no_answer": NO_ANSWER, None: NOT_ASKED}
    return np.fromiter((known[value] for value in values), dtype=np.int8, count=len(values))  # type: ignore[index]
