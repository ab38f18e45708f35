"""The headline measures of a wave with their values: what every check of robustness is made of."""

from collections.abc import Iterator
from dataclasses import dataclass

from analytics.core.arrays import Floats, Mask
from analytics.core.definitions import Definitions, Measure
from analytics.core.measuring import scores
from analytics.core.weighed_wave import WeighedWave

Document = dict[str, object]


@dataclass(frozen=True, eq=False)
class Leading:
    """A headline measure; values f8[n] of the respondents, NaN outside its base."""

    measure: Measure
    values: Floats

    @property
    def place(self) -> Document:
        """What the figure is of, as in the rows of estimates."""
        one = self.measure
        return {"indicator": one.indicator, "estimand": one.estimand, "category": one.category}


def leading(wave: WeighedWave, definitions: Definitions) -> Iterator[Leading]:
    """Every headline measure, in the order of the definitions."""
    for measure in definitions.measures:
        if definitions.leads(measure):
            yield Leading(measure, scores(measure, wave.sample.respondents)[1])


def of_country(wave: WeighedWave, country: str) -> Mask:
    """bool[n]: the respondents of the country."""
    found: Mask = wave.sample.country == country
    return found
