"""The golden answers to six items in three groups (tests/golden/make_scales.R), and answers made on the spot."""

import numpy as np

from analytics.core.design import SurveyDesign
from analytics.core.scales.battery import Battery
from tests.analytics.core.golden import Table

NAMES = tuple(f"item{place}" for place in range(1, 7))
TABLE = Table("scales")
BATTERY = Battery(NAMES, np.column_stack([TABLE.number(name) for name in NAMES]))
GROUP = TABLE.number("group").astype(int)
WEIGHTS = TABLE.number("weight")
STRATA = TABLE.number("stratum").astype(int)
POPULATIONS = np.array([TABLE.number("N")[stratum == STRATA][0] for stratum in range(6)])
DESIGN = SurveyDesign(WEIGHTS, STRATA, POPULATIONS)
PLAIN = SurveyDesign(np.ones(len(STRATA)), STRATA)


def answers(n: int, *, loadings=(0.9, 0.8, 1.1, 0.7, 1.0, 0.6), seed: int = 4, shift=0.0):
    """Answers of four steps f8[n, k] to items with these loadings; shift f8[n, k] is added before cutting."""
    random = np.random.default_rng(seed)
    lean = random.normal(size=n)[:, None] * np.array(loadings) + random.normal(size=(n, len(loadings))) + shift
    return np.digitize(lean, [-1.1, 0.0, 1.1]).astype(float)
