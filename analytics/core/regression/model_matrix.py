"""A model matrix from code columns and numbers, each column with a name and every factor with a base level."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.core.arrays import Codes, Floats, InputError, codes, floats

INTERCEPT = "(intercept)"


@dataclass(frozen=True, eq=False)
class Factor:
    """A categorical predictor: codes i8[n], 0..len(labels)-1 or -1 for missing; base is the label compared with.

    base is the first label when empty. InputError on codes without a label, labels that repeat, an unknown base.
    """

    name: str
    codes: Codes
    labels: tuple[str, ...]
    base: str = ""

    def __post_init__(self) -> None:
        given = codes(self.name, self.codes)
        object.__setattr__(self, "codes", given)
        object.__setattr__(self, "labels", tuple(self.labels))
        if len(self.labels) < 2 or len(set(self.labels)) != len(self.labels):
            raise InputError(
                self.name, expected="two or more labels, each once", got=repr(self.labels), hint="Name every code once."
            )
        if len(given) and not -1 <= int(given.min()) <= int(given.max()) < len(self.labels):
            raise InputError(
                self.name,
                expected=f"codes from -1 to {len(self.labels) - 1}",
                got=f"{int(given.min())}..{int(given.max())}",
                hint="Give an unknown code a label of its own, or -1 for missing.",
            )
        base = self.base or self.labels[0]
        if base not in self.labels:
            raise InputError(
                f"base of {self.name}", expected=f"one of {', '.join(self.labels)}", got=repr(base), hint="Choose one."
            )
        object.__setattr__(self, "base", base)

    @property
    def levels(self) -> tuple[str, ...]:
        """The labels that have a column: all but the base."""
        return tuple(label for label in self.labels if label != self.base)


@dataclass(frozen=True, eq=False)
class Covariate:
    """A numeric predictor f8[n]; NaN is missing. InputError on infinite values."""

    name: str
    values: Floats

    def __post_init__(self) -> None:
        given = floats(self.name, self.values)
        if bool(np.isinf(given).any()):
            row = int(np.argmax(np.isinf(given)))
            raise InputError(self.name, expected="finite numbers or NaN", got=f"inf in row {row}", hint="Mend it.")
        object.__setattr__(self, "values", given)


Term = Factor | Covariate


@dataclass(frozen=True, eq=False)
class ModelMatrix:
    """columns f8[n, p], NaN where a predictor is missing; the names of the columns; the terms in their order."""

    columns: Floats
    names: tuple[str, ...]
    terms: tuple[Term, ...]

    def block(self, name: str) -> tuple[int, ...]:
        """The columns of a term. InputError when the model has no term of that name."""
        start = len(self.names) - sum(_width(term) for term in self.terms)
        for term in self.terms:
            if term.name == name:
                return tuple(range(start, start + _width(term)))
            start += _width(term)
        raise InputError(
            "name", expected=f"one of {', '.join(term.name for term in self.terms)}", got=repr(name), hint="Choose one."
        )


def model_matrix(terms: Sequence[Term], *, intercept: bool = True) -> ModelMatrix:
    """Indicator columns "name=label" for all levels but the base, numbers as they are, "(intercept)" first.

    InputError without terms, when a name comes twice, or when the lengths differ.
    """
    names = [term.name for term in terms]
    if not terms or len(set(names)) != len(names) or INTERCEPT in names:
        raise InputError("terms", expected="predictors with names of their own", got=repr(names), hint="Name each one.")
    size = _length(terms[0])
    for term in terms:
        if _length(term) != size:
            raise InputError(
                term.name, expected=f"{size} rows", got=str(_length(term)), hint="Every predictor covers the design."
            )
    columns = np.empty((size, intercept + sum(_width(term) for term in terms)))
    labels: list[str] = []
    if intercept:
        columns[:, 0] = 1.0
        labels.append(INTERCEPT)
    for term in terms:
        for label, column in _columns(term):
            columns[:, len(labels)] = column
            labels.append(label)
    columns.setflags(write=False)
    return ModelMatrix(columns, tuple(labels), tuple(terms))


def _columns(term: Term) -> list[tuple[str, Floats]]:
    if isinstance(term, Covariate):
        return [(term.name, term.values)]
    missing = term.codes < 0
    result = []
    for code, label in enumerate(term.labels):
        if label != term.base:
            column = (term.codes == code).astype(np.float64)
            column[missing] = np.nan
            result.append((f"{term.name}={label}", column))
    return result


def _width(term: Term) -> int:
    return 1 if isinstance(term, Covariate) else len(term.labels) - 1


def _length(term: Term) -> int:
    return len(term.values) if isinstance(term, Covariate) else len(term.codes)
