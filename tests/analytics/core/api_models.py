"""The designs of tests/golden/api_models.csv, as make_api_models.R builds them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.core.design import SurveyDesign
from tests.analytics.core.golden import Table

DESIGNS = ("strat", "strat_nofpc", "clus2", "clus2_wr")
TABLE = Table("api_models")
TYPES = ("E", "H", "M")


@dataclass(frozen=True)
class Sample:
    """A design and its columns."""

    design: SurveyDesign
    rows: NDArray[np.bool_]

    def number(self, name: str) -> NDArray[np.float64]:
        return TABLE.number(name)[self.rows]

    def yes(self, name: str) -> NDArray[np.bool_]:
        return TABLE.text(name)[self.rows] == "Yes"

    @property
    def types(self) -> NDArray[np.int64]:
        return np.searchsorted(TYPES, TABLE.text("stype")[self.rows])


def sample(name: str) -> Sample:
    rows = TABLE.text("sample") == name.split("_", maxsplit=1)[0]
    weights = TABLE.number("pw")[rows]
    if name.startswith("strat"):
        strata = np.searchsorted(TYPES, TABLE.text("stype")[rows])
        counts = TABLE.number("fpc1")[rows]
        populations = np.array([counts[strata == h][0] for h in range(3)])
        return Sample(SurveyDesign(weights, strata, None if name.endswith("nofpc") else populations), rows)
    _, first, psu = np.unique(TABLE.number("dnum")[rows], return_index=True, return_inverse=True)
    strata = np.zeros(len(weights), dtype=np.int64)
    if name.endswith("wr"):
        return Sample(SurveyDesign(weights, strata, psu=psu), rows)
    units = TABLE.number("fpc2")[rows][first]
    populations = TABLE.number("fpc1")[rows][:1]
    return Sample(SurveyDesign(weights, strata, populations, psu=psu, second_stage_populations=units), rows)
