"""A cube as rows and columns: which dimensions stand at the left, which on top, and how a cell is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product
from math import prod

from publication.formats.cube import CONFIDENTIAL, METRIC, TIME, Category, Cube, Dimension, SelectionError, strides

MARKS = {CONFIDENTIAL: ":", "x": ".."}  # as the Nordic offices print them


@dataclass(frozen=True)
class Layout:
    """`cube` has its dimensions in the order stub, heading; a row is a combination of the stub's categories."""

    cube: Cube
    stub: tuple[Dimension, ...]
    heading: tuple[Dimension, ...]

    @property
    def columns(self) -> int:
        return prod(len(dimension.categories) for dimension in self.heading)

    def stub_rows(self) -> Iterator[tuple[Category, ...]]:
        """The categories at the left of each row, in the order of the rows."""
        return product(*(dimension.categories for dimension in self.stub))

    def heading_columns(self) -> list[tuple[Category, ...]]:
        """The categories above each column, in the order of the columns."""
        return list(product(*(dimension.categories for dimension in self.heading)))

    def rows(self) -> Iterator[tuple[tuple[Category, ...], range]]:
        """Each row's categories, and the flat places of its cells in `cube`."""
        for number, categories in enumerate(self.stub_rows()):
            yield categories, range(number * self.columns, (number + 1) * self.columns)

    def decimals(self) -> list[int]:
        """The decimals of the figure in each flat cell of `cube`."""
        step = dict(zip((one.code for one in self.cube.dimensions), strides(self.cube.sizes), strict=True))[METRIC]
        own = [category.decimals or 0 for category in self.cube.metric.categories]
        return [own[place // step % len(own)] for place in range(len(self.cube.values))]


def laid_out(cube: Cube, *, stub: Sequence[str] | None = None, heading: Sequence[str] | None = None) -> Layout:
    """The cube with the dimensions named in `heading` on top and the others at the left.

    Where neither is named the figure and the wave stand on top. Where one is named the other dimensions take the
    other place in the cube's order.

    Raises:
        SelectionError: a dimension is not the cube's, is named twice, or both are named and one is in neither.
    """
    own = [dimension.code for dimension in cube.dimensions]
    if stub is None and heading is None:
        heading = [code for code in own if code in (METRIC, TIME)]
    left = list(stub) if stub is not None else [code for code in own if code not in (heading or ())]
    top = list(heading) if heading is not None else [code for code in own if code not in left]
    if sorted([*left, *top]) != sorted(own):
        raise SelectionError(
            f"stub, heading: expected each of {', '.join(own)} once, got {left} and {top}. Name each dimension once."
        )
    arranged = _arranged(cube, [*left, *top])
    return Layout(arranged, arranged.dimensions[: len(left)], arranged.dimensions[len(left) :])


def _arranged(cube: Cube, order: Sequence[str]) -> Cube:
    steps = dict(zip((one.code for one in cube.dimensions), strides(cube.sizes), strict=True))
    dimensions = tuple(cube.dimension(code) for code in order)
    places = [0]
    for dimension in dimensions:
        step = steps[dimension.code]
        places = [place + index * step for place in places for index in range(len(dimension.categories))]
    return replace(
        cube,
        dimensions=dimensions,
        values=tuple(cube.values[place] for place in places),
        statuses=tuple(cube.statuses[place] for place in places),
    )


def digits(value: float, decimals: int) -> str:
    """The number with at least its decimals and a point; more where it has more, since nothing is rounded here."""
    short = f"{value:.{decimals}f}"
    return short if float(short) == value else format(Decimal(repr(value)), "f")
