"""The constructed sample of clusters of tests/golden/replicates.csv, and designs made from it."""

import numpy as np

from analytics.core.design import LonelyPsu, SurveyDesign
from tests.analytics.core.golden import Table

CLUSTERS = Table("replicates")
X, Y, PART = CLUSTERS.number("x"), CLUSTERS.number("y"), CLUSTERS.number("part") == 1
HELD = np.array([9.0, 14, 6, 20, 11])
WEIGHTS = CLUSTERS.number("w")
STRATA = CLUSTERS.number("stratum").astype(int)
PSU = CLUSTERS.number("psu").astype(int)


def clusters(*, populations=HELD, second_stage=None, strata=STRATA, psu=PSU, lonely=LonelyPsu.FAIL) -> SurveyDesign:
    return SurveyDesign(WEIGHTS, strata, populations, lonely, psu=psu, second_stage_populations=second_stage)


def elements(sizes=(5, 8, 3, 4), held=(20, 9, 3, 4000)) -> SurveyDesign:
    """An element sample; the third stratum is taken whole."""
    strata = np.repeat(np.arange(len(sizes)), sizes)
    return SurveyDesign((np.array(held) / sizes)[strata], strata, np.array(held, dtype=float))
