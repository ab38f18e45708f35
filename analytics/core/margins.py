"""What weights are to reproduce: margins of categories and totals of numbers, checked and laid out as columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analytics.core.arrays import Codes, Floats, InputError, codes, floats

AGREE = 1e-9  # totals that differ by less than this, relatively, are the same total
DEPENDENT = 1e-10  # a column with a smaller part of its own is a combination of the columns before it
LIMIT = 1 << 22  # cells that are counted before they are looked up


@dataclass(frozen=True, eq=False)
class Margin:
    """A variable of categories with known population totals.

    codes i8[n], the category 0..C-1 of each respondent; totals f8[C] in the unit of the weights' sum; labels name
    the categories in messages. InputError names the margin: a code without a total, a negative or infinite total, a
    category that has a total and no respondent.
    """

    name: str
    codes: Codes
    totals: Floats
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        place = _place(self.name)
        totals, found = floats(place, self.totals), codes(place, self.codes)
        if not bool(np.all(np.isfinite(totals) & (totals >= 0))) or not len(totals):
            wrong = [f"{one:g}" for one in totals if not (np.isfinite(one) and one >= 0)][:3]
            raise InputError(
                place, expected="totals of 0 or more", got=", ".join(wrong) or "none", hint="Give population counts."
            )
        if self.labels and len(self.labels) != len(totals):
            raise InputError(
                place, expected=f"{len(totals)} labels", got=str(len(self.labels)), hint="One label for each total."
            )
        if len(found) and not (int(found.min()) >= 0 and int(found.max()) < len(totals)):
            row = int(np.argmax((found < 0) | (found >= len(totals))))
            raise InputError(
                place,
                expected=f"codes 0..{len(totals) - 1}",
                got=f"{found[row]} in row {row}",
                hint="Give units without a category one of their own, with its total.",
            )
        object.__setattr__(self, "totals", totals)
        object.__setattr__(self, "codes", found)

    @cached_property
    def counts(self) -> Codes:
        """Respondents of each category, i8[C]."""
        return np.bincount(self.codes, minlength=len(self.totals)).astype(np.int64)

    @cached_property
    def total(self) -> float:
        """What the categories add up to."""
        return float(self.totals.sum())

    def label(self, category: int) -> str:
        """The category as a reader knows it."""
        return repr(self.labels[category]) if self.labels else str(category)


@dataclass(frozen=True, eq=False)
class Auxiliary:
    """A number with a known population total: values f8[n], finite; total finite. InputError names the variable."""

    name: str
    values: Floats
    total: float

    def __post_init__(self) -> None:
        place = _place(self.name)
        values = floats(place, self.values)
        if not bool(np.all(np.isfinite(values))) or not np.isfinite(self.total):
            row = int(np.argmin(np.isfinite(values)))
            got = f"total {self.total}" if np.isfinite(values).all() else f"{values[row]} in row {row}"
            raise InputError(place, expected="finite numbers", got=got, hint="Calibrate on variables known for all.")
        object.__setattr__(self, "values", values)


Term = Margin | Auxiliary


@dataclass(frozen=True, eq=False)
class Columns:
    """values f8[k, p] with totals f8[p]; terms: for each column its term and, for a margin, its category (else -1)."""

    values: Floats
    totals: Floats
    terms: tuple[tuple[Term, int], ...]

    def name(self, column: int) -> str:
        """The term as a parameter of a message."""
        return _place(self.terms[column][0].name)

    def label(self, column: int) -> str:
        """ "category 'small'" or "its total"."""
        term, category = self.terms[column]
        return f"category {term.label(category)}" if isinstance(term, Margin) else "its total"


@dataclass(frozen=True, eq=False)
class Cells:
    """Rows with the same category in every margin: rows i8[n], the cell of each; first i8[K], a row of each cell."""

    rows: Codes
    first: Codes


def check_terms(terms: Sequence[Term], *, size: int) -> None:
    """InputError, naming the term, unless all have `size` rows, own names, respondents and agreeing totals."""
    if not terms:
        raise InputError("margins", expected="at least one", got="none", hint="Name what the weights shall reproduce.")
    names = [term.name for term in terms]
    for term in terms:
        rows = len(term.codes if isinstance(term, Margin) else term.values)
        if rows != size:
            raise InputError(
                _place(term.name), expected=f"{size} rows", got=str(rows), hint="One value for each weight, in order."
            )
        if names.count(term.name) > 1:
            raise InputError(
                _place(term.name), expected="each name once", got="it twice", hint="Give every term its own name."
            )
        if isinstance(term, Margin):
            _check_respondents(term)
    _check_agreement([term for term in terms if isinstance(term, Margin)])


def _check_respondents(margin: Margin) -> None:
    empty = (margin.counts == 0) & (margin.totals > 0)
    if bool(empty.any()):
        category = int(np.argmax(empty))
        raise InputError(
            _place(margin.name),
            expected="a respondent in every category that has a total",
            got=f"none in {margin.label(category)}, total {margin.totals[category]:g}",
            hint="Join the category to a neighbour.",
        )


def _check_agreement(margins: Sequence[Margin]) -> None:
    for margin in margins[1:]:
        first = margins[0]
        if abs(margin.total - first.total) > AGREE * max(first.total, margin.total):
            raise InputError(
                _place(margin.name),
                expected=f"the sum {first.total:.12g} of {_place(first.name)}",
                got=f"{margin.total:.12g}",
                hint="Margins of one population have one sum: take both from the same source and date.",
            )


def slots(variables: Sequence[Codes], counts: Sequence[int]) -> Codes:
    """The place i8[n] of each row in a table of this shape, last variable fastest. The product must fit into i8."""
    found = np.zeros(len(variables[0]), dtype=np.int64)
    for codes_of, count in zip(variables, counts, strict=True):
        found *= count
        found += codes_of
    return found


def cells(variables: Sequence[Codes], counts: Sequence[int]) -> Cells:
    """The cells that have a respondent, in the order of their categories.

    variables: at least one i8[n], all of one length; counts: the number of categories of each.
    """
    slot, width = variables[0], counts[0]
    for found, count in zip(variables[1:], counts[1:], strict=True):
        slot, width = slots((slot, found), (width, count)), width * count
        if width > LIMIT:
            slot = np.unique(slot, return_inverse=True)[1].astype(np.int64)
            width = int(slot.max()) + 1
    occupied = np.flatnonzero(np.bincount(slot, minlength=width))
    place = np.zeros(width, dtype=np.int64)
    place[occupied] = np.arange(len(occupied))
    rows: Codes = place[slot]
    first = np.empty(len(occupied), dtype=np.int64)
    first[rows[::-1]] = np.arange(len(rows) - 1, -1, -1)  # the last to be written is the first row of the cell
    return Cells(rows, first)


def cells_of(margins: Sequence[Margin]) -> Cells:
    """The cells of several margins."""
    return cells([margin.codes for margin in margins], [len(margin.totals) for margin in margins])


def combination(gram: Floats, kept: Sequence[int], column: int) -> Floats | None:
    """What the kept columns must be multiplied by to give this one; None when it has a part of its own.

    gram f8[p, p]: cross-products of columns, scaled to 1 (0 for a column of zeros) on the diagonal.
    """
    found = np.asarray(np.linalg.solve(gram[np.ix_(kept, kept)], gram[kept, column]), dtype=np.float64)
    own = gram[column, column] - gram[kept, column] @ found
    return None if own > DEPENDENT else found


def columns(terms: Sequence[Term], *, rows: Codes | None = None) -> Columns:
    """One column for each category and number; the first category of every margin but the first is left out.

    It follows from the others, as all margins have one sum. rows: only these (a row of each cell).
    Categories without respondents and total are left out too.
    """
    values: list[Floats] = []
    totals: list[float] = []
    places: list[tuple[Term, int]] = []
    whole = False
    for term in terms:
        if isinstance(term, Auxiliary):
            values.append(term.values if rows is None else term.values[rows])
            totals.append(float(term.total))
            places.append((term, -1))
            continue
        kept = np.flatnonzero(term.counts)[int(whole) :]
        whole = True
        found = term.codes if rows is None else term.codes[rows]
        values.extend((found == category).astype(np.float64) for category in kept)
        totals.extend(term.totals[kept].tolist())
        places.extend((term, int(category)) for category in kept)
    size = len(rows) if rows is not None else 0
    laid = np.column_stack(values) if values else np.empty((size, 0))
    return Columns(laid, np.array(totals), tuple(places))


def independent(found: Columns, weights: Floats) -> tuple[Columns, tuple[str, ...]]:
    """The columns that are no combination of those before, and the names of the terms that lost one.

    weights f8[k]. InputError, naming the term, when the total of a dropped column is not what the others imply.
    """
    gram = found.values.T @ (found.values * weights[:, None])
    scale = np.sqrt(np.diag(gram))
    _check_constant(found, scale)
    scale = np.where(scale > 0, scale, 1.0)
    gram, totals = gram / np.outer(scale, scale), found.totals / scale
    kept: list[int] = []
    dropped: list[str] = []
    for column in range(len(totals)):
        factors = combination(gram, kept, column)
        if factors is None:
            kept.append(column)
            continue
        implied = float(factors @ totals[kept])
        size = max(abs(totals[column]), float(np.abs(factors) @ np.abs(totals[kept])))
        if abs(implied - totals[column]) > AGREE * size:
            raise InputError(
                found.name(column),
                expected=f"{implied * scale[column]:.12g} for {found.label(column)}, which the terms before it imply",
                got=f"{found.totals[column]:.12g}",
                hint="The respondents leave no freedom here: take both from one source, or leave one out.",
            )
        dropped.append(found.terms[column][0].name)
    terms = tuple(found.terms[column] for column in kept)
    return Columns(found.values[:, kept], found.totals[kept], terms), tuple(dict.fromkeys(dropped))


def _check_constant(found: Columns, scale: Floats) -> None:
    wrong = (scale == 0) & (found.totals != 0)
    if bool(wrong.any()):
        column = int(np.argmax(wrong))
        raise InputError(
            found.name(column), expected="values that are not all 0", got="only 0",
            hint=f"No weights reach a total of {found.totals[column]:g} with them.",
        )  # fmt: skip


def _place(name: str) -> str:
    return f"margins[{name}]"
