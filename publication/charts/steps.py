"""Five steps of one hue for tables, tiles and points: which step a value falls in, and the key that says so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor
from typing import Final

from publication.charts.fitting import width_of, wrapped
from publication.charts.numbers import number, safe
from publication.charts.svg import LEADING, Drawing, block, box, size_of
from publication.charts.words import Words

COUNT: Final = 5
WIDTHS: Final = (0.5, 1.0, 2.0, 4.0, 5.0, 10.0, 20.0, 40.0, 50.0, 100.0)
DARK: Final = 4  # from this step on letters are white
SWATCH: Final = 22


@dataclass(frozen=True)
class Steps:
    """Six edges, from the lowest to the highest value; a value on an edge belongs to the step above it."""

    edges: tuple[float, float, float, float, float, float]
    suffix: str = ""
    signed: bool = False
    decimals: int = 1

    def of(self, value: float) -> int:
        """1 to 5. Raises ValueError for a value outside the edges."""
        if not self.edges[0] <= value <= self.edges[-1]:
            raise ValueError(
                f"value: expected {self.edges[0]:g} to {self.edges[-1]:g}, got {value:g}. Make steps of all values."
            )
        return next(step for step in range(COUNT, 0, -1) if value >= self.edges[step - 1])

    def written(self, value: float, words: Words) -> str:
        return number(value, self.decimals, words.decimal_mark, signed=self.signed) + self.suffix


PERCENT_STEPS = Steps((0, 20, 40, 60, 80, 100), suffix=" %")


def steps_of(
    values: Iterable[float | None], *, suffix: str = "", signed: bool = False, limits: tuple[float, float] | None = None
) -> Steps:
    """Five equal steps with round edges, as narrow as they can be and still hold every value.

    `limits`: what values can be; edges keep to them. Raises ValueError for no value or too wide a range.
    """
    known = [value for value in values if value is not None]
    if not known:
        raise ValueError("values: expected at least one that is shown, got none. Say in words that nothing is shown.")
    for width in WIDTHS:
        first = floor(min(known) / width)
        if limits and (first + COUNT) * width > limits[1]:
            first = floor(limits[1] / width) - COUNT
        fits = first * width <= min(known) and max(known) <= (first + COUNT) * width
        if fits and (limits is None or first * width >= limits[0]):
            edges = [width * (first + position) for position in range(COUNT + 1)]
            return Steps((edges[0], edges[1], edges[2], edges[3], edges[4], edges[5]), suffix, signed)
    raise ValueError(
        f"values: expected a range of at most {COUNT * WIDTHS[-1]:g} inside {limits or 'no limits'}, "
        f"got {min(known):g} to {max(known):g}. Give the edges yourself."
    )


def step_names(steps: Steps, words: Words) -> tuple[str, ...]:
    """From and to of each step, in the reader's numbers."""
    decimals = 0 if all(edge == int(edge) for edge in steps.edges) else 1
    ends = [number(edge, decimals, words.decimal_mark, signed=steps.signed) for edge in steps.edges]
    between = " – " if steps.signed else "–"
    return tuple(f"{ends[step]}{between}{ends[step + 1]}{steps.suffix}" for step in range(COUNT))


def key_list(steps: Steps, words: Words) -> str:
    """The key as a list: a patch and its range for each step, and the white patch for what is withheld."""
    names = [*enumerate(step_names(steps, words), start=1), (0, words.withheld)]
    patches = "".join(f'<li><span class="swatch step-{step}"></span>{safe(name)}</li>' for step, name in names)
    return f'<ul class="steps-key">{patches}</ul>'


def key_drawing(steps: Steps, words: Words, width: int) -> Drawing:
    """The key drawn, for a picture that stands alone."""
    names = [*enumerate(step_names(steps, words), start=1), (0, words.withheld)]
    return patches([(name, f"fig-step fig-step-{step}") for step, name in names], width)


def patches(names: Sequence[tuple[str, str]], width: int) -> Drawing:
    """Patches with their names, as (name, class), side by side in lines that wrap; a long name wraps beside its own."""
    size = size_of(width)
    marks: list[str] = []
    x, y, tall = 0.0, 4.0, 0.0
    for name, look in names:
        room = SWATCH + 8 + width_of(name, size)
        if x and x + room > width:
            x, y, tall = 0.0, y + tall, 0.0
        lines = wrapped(name, width - SWATCH - 8, size)
        marks.append(box(x + 0.5, y + 0.5, SWATCH - 1, SWATCH - 1, look))
        marks += block(x + SWATCH + 8, y + size + 2, lines, "fig-label", size=size)
        x, tall = x + room + 18, max(tall, SWATCH + 6, len(lines) * size * LEADING + 6)
    return Drawing(tuple(marks), y + tall)
