"""A published table as a cube: what every table format is written from.

A cube has dimensions, each an ordered list of categories, and one cell for each combination, flat and row-major (the
last dimension runs fastest). The last two dimensions are always `ContentsCode`, which figure it is, and `Tid`, the
wave; the names are those that PxWeb's readers know. A cell has a value and a status.

| status | means | value | SDMX CONF_STATUS | SDMX OBS_STATUS |
|---|---|---|---|---|
| empty | shown | yes | F, free | A, normal |
| `u` | to be used with care: its precision is low | yes | F, free | U, low reliability |
| `c` | withheld: disclosure control forbids it | no | C, confidential | Q, missing: suppressed |
| `x` | not published: nobody made this combination | no | F, free | O, missing |

The letters `c` and `u` are Eurostat's flags. `x` is ours: the standard has no letter for a combination that a cube
needs and a publication never had, and a reader must not take it for confidential.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from math import isfinite, prod

METRIC = "ContentsCode"
TIME = "Tid"
TOTAL = "_T"  # SDMX's code for all of a dimension
NOT_APPLICABLE = "_Z"  # and for a dimension that does not apply: the country of no comparison

SHOWN, CARE, CONFIDENTIAL, UNAVAILABLE = "", "u", "c", "x"
STATUSES = (SHOWN, CARE, CONFIDENTIAL, UNAVAILABLE)
WITHOUT_VALUE = (CONFIDENTIAL, UNAVAILABLE)
SDMX = {SHOWN: ("F", "A"), CARE: ("F", "U"), CONFIDENTIAL: ("C", "Q"), UNAVAILABLE: ("F", "O")}

Texts = Mapping[str, str]


class Role(StrEnum):
    """What a dimension is to a reader that knows nothing of the table; the words of JSON-stat."""

    METRIC = "metric"
    TIME = "time"
    GEO = "geo"
    CLASSIFICATION = "classification"


@dataclass(frozen=True)
class Category:
    """One value of a dimension. `unit` and `decimals` are those of the figure, in the metric dimension alone."""

    code: str
    labels: Texts
    unit: Texts | None = None
    decimals: int | None = None


@dataclass(frozen=True)
class Dimension:
    """`elimination` is the code of the total, where the table has one: what stands for the dimension left out."""

    code: str
    labels: Texts
    role: Role
    categories: tuple[Category, ...]
    elimination: str | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(category.code for category in self.categories)


@dataclass(frozen=True)
class Cube:
    """`values` and `statuses` have one entry a cell. `updated` is when it was published and has a time zone.

    Raises:
        ValueError: the parts do not fit each other; the message names the first that does not.
    """

    id: str
    languages: tuple[str, ...]
    title: Texts
    notes: Mapping[str, tuple[str, ...]]
    source: Texts
    updated: datetime
    constructed: bool
    status_labels: Mapping[str, Texts]  # by status, what the mark means
    dimensions: tuple[Dimension, ...]
    values: tuple[float | None, ...]
    statuses: tuple[str, ...]

    def __post_init__(self) -> None:
        for problem in (_of_shape(self), _of_texts(self), _of_cells(self)):
            if problem:
                raise ValueError(f"cube {self.id!r}: {problem}")

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(len(dimension.categories) for dimension in self.dimensions)

    @property
    def metric(self) -> Dimension:
        return self.dimension(METRIC)

    @property
    def decimals(self) -> int:
        """The most decimals that a figure of the cube has."""
        return max(category.decimals or 0 for category in self.metric.categories)

    def dimension(self, code: str) -> Dimension:
        """
        Raises:
            SelectionError: the cube has no such dimension.
        """
        for dimension in self.dimensions:
            if dimension.code == code:
                return dimension
        known = ", ".join(dimension.code for dimension in self.dimensions)
        raise SelectionError(f"dimension: expected one of {known}, got {code!r}. Name a dimension of {self.id}.")


class SelectionError(ValueError):
    """A dimension or a code that the cube does not have."""


def _of_shape(cube: Cube) -> str:
    codes = [dimension.code for dimension in cube.dimensions]
    if len(set(codes)) != len(codes):
        return f"dimensions: expected different codes, got {codes}. Give each its own."
    if not {METRIC, TIME} <= set(codes):
        return f"dimensions: expected {METRIC} and {TIME} among them, got {codes}. Add what is missing."
    for dimension in cube.dimensions:
        own = dimension.codes
        if not own or len(set(own)) != len(own) or not all(own):
            return f"{dimension.code}: expected categories with different codes, got {list(own)}. Name each once."
        if dimension.elimination is not None and dimension.elimination not in own:
            return f"{dimension.code}: elimination {dimension.elimination!r} is none of its codes. Take one of {own}."
    cells = prod(cube.sizes)
    if len(cube.values) != cells or len(cube.statuses) != cells:
        return (
            f"cells: expected {cells} values and statuses, got {len(cube.values)} and {len(cube.statuses)}. "
            "Give one for each combination."
        )
    return ""


def _of_texts(cube: Cube) -> str:
    if not cube.languages:
        return "languages: expected at least one, got none. Name the languages of the texts."
    if cube.updated.tzinfo is None:
        return f"updated: expected a time with its zone, got {cube.updated}. Add the zone."
    named: list[tuple[str, Mapping[str, object]]] = [
        ("title", cube.title),
        ("source", cube.source),
        ("notes", cube.notes),
        *((f"status {status}", texts) for status, texts in cube.status_labels.items()),
    ]
    for dimension in cube.dimensions:
        named.append((dimension.code, dimension.labels))
        named += [(f"{dimension.code} {one.code}", one.labels) for one in dimension.categories]
        named += [(f"unit of {one.code}", one.unit) for one in dimension.categories if one.unit is not None]
    for name, texts in named:
        for language in cube.languages:
            if language not in texts:
                return f"{name}: no text in {language!r}, only in {', '.join(texts)}. Add it or leave the language out."
    if any(one.unit is None or one.decimals is None for one in cube.metric.categories):
        return f"{METRIC}: a figure lacks its unit or its decimals. Say both of each."
    return ""


def _of_cells(cube: Cube) -> str:
    for place, (value, status) in enumerate(zip(cube.values, cube.statuses, strict=True)):
        if status not in STATUSES:
            return f"cell {place}: status {status!r}, expected one of {STATUSES}. Use the cube's own letters."
        if (value is None) != (status in WITHOUT_VALUE):
            return f"cell {place}: value {value} with status {status!r}. A cell has a value unless it is c or x."
        if value is not None and not isfinite(value):
            return f"cell {place}: expected a finite number, got {value}. Mark a missing value with c or x."
    missing = {status for status in cube.statuses if status} - set(cube.status_labels)
    return f"status_labels: nothing said of {sorted(missing)}. Say what each mark means." if missing else ""


def strides(sizes: Sequence[int]) -> tuple[int, ...]:
    """How far apart two neighbours of each dimension stand in the flat row-major cells."""
    found: list[int] = []
    step = 1
    for size in reversed(sizes):
        found.append(step)
        step *= size
    return tuple(reversed(found))


def places(cube: Cube, chosen: Sequence[Sequence[int]]) -> list[int]:
    """The flat places of the cells in `chosen`, the indexes of the categories by dimension; row-major like it."""
    found = [0]
    for step, indexes in zip(strides(cube.sizes), chosen, strict=True):
        found = [place + index * step for place in found for index in indexes]
    return found


def select(cube: Cube, selection: Mapping[str, Sequence[str]]) -> Cube:
    """The cube with only the named codes, in the cube's own order; dimensions not named stay whole.

    Raises:
        SelectionError: a dimension or a code is not the cube's, is named twice, or none is left of a dimension.
    """
    for code in selection:
        cube.dimension(code)
    chosen = [_indexes(dimension, selection.get(dimension.code)) for dimension in cube.dimensions]
    kept = places(cube, chosen)
    dimensions = tuple(
        _narrowed(dimension, indexes) for dimension, indexes in zip(cube.dimensions, chosen, strict=True)
    )
    return replace(
        cube,
        dimensions=dimensions,
        values=tuple(cube.values[place] for place in kept),
        statuses=tuple(cube.statuses[place] for place in kept),
    )


def eliminate(cube: Cube, code: str) -> Cube:
    """The cube without the dimension: what is left are the cells of its total.

    Raises:
        SelectionError: the cube has no such dimension, or the dimension has no total.
    """
    dimension = cube.dimension(code)
    if dimension.elimination is None:
        raise SelectionError(
            f"{code}: expected codes, since the table has no total of it, got none. Choose among {dimension.codes}."
        )
    narrow = select(cube, {code: (dimension.elimination,)})
    return replace(narrow, dimensions=tuple(one for one in narrow.dimensions if one.code != code))


def _indexes(dimension: Dimension, wanted: Sequence[str] | None) -> list[int]:
    if wanted is None:
        return list(range(len(dimension.categories)))
    own = {code: index for index, code in enumerate(dimension.codes)}
    unknown = [code for code in wanted if code not in own]
    if unknown:
        raise SelectionError(
            f"{dimension.code}: expected codes among {', '.join(own)}, got {', '.join(unknown)}. Name codes it has."
        )
    if not wanted or len(set(wanted)) != len(wanted):
        raise SelectionError(
            f"{dimension.code}: expected each code once and at least one, got {list(wanted)}. Name each once."
        )
    return sorted(own[code] for code in wanted)


def _narrowed(dimension: Dimension, indexes: Sequence[int]) -> Dimension:
    categories = tuple(dimension.categories[index] for index in indexes)
    total = dimension.elimination
    return replace(
        dimension,
        categories=categories,
        elimination=total if total in {category.code for category in categories} else None,
    )
