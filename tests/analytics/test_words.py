"""Every code that a row or a check of a run may carry has words."""

from enum import StrEnum

import pytest
from django.utils import translation

from analytics import checks
from analytics.core import (
    association_rows,
    change,
    change_rows,
    comparability,
    country_rows,
    estimates,
    index_rows,
    measuring,
    precision,
    replicate_rows,
    scale_rows,
    small_area_rows,
    trend_rows,
    uncertainty_rows,
    wave_conditions,
)
from analytics.core.composites.choices import Factor
from analytics.core.regression.associations import RowFlag
from analytics.core.replicates.apply import ReplicateFlag
from analytics.core.results import COMMON_PART
from analytics.core.scales.dif import DifFlag, DifVerdict
from analytics.core.scales.factor_model import FitFlag
from analytics.core.scales.invariance import InvarianceFlag, Level
from analytics.core.scales.reliability import ScaleFlag
from analytics.core.small_areas.figures import AreaFlag
from analytics.core.trend import TrendFlag
from analytics.core.verdicts import Verdict
from analytics.views import words
from surveys.instrument.schema import Relation

ENUMS: tuple[type[StrEnum], ...] = (
    estimates.Flag, change.ChangeFlag, precision.Reason, ReplicateFlag, ScaleFlag, FitFlag, InvarianceFlag, DifFlag,
    AreaFlag, RowFlag, TrendFlag,
)  # fmt: skip
FLAGS = {
    *(str(flag) for one in ENUMS for flag in one),
    *(str(one) for one in precision.Precision if one is not precision.Precision.OK),
    *(str(one) for one in Relation if one is not Relation.SAME),
    measuring.MISSING_CAUTION, measuring.NOBODY_ASKED, measuring.EMPTY_WAVE, comparability.ITEM_CHANGED,
    comparability.NOT_DECLARED, change_rows.NO_EARLIER_VALUE, country_rows.NOT_DECLARED, scale_rows.BELOW_THRESHOLD,
    scale_rows.NOT_INVARIANT, scale_rows.PARTLY_INVARIANT, small_area_rows.TOO_FEW_AREAS, small_area_rows.NO_MODEL,
    uncertainty_rows.COMPONENT_MISSING, association_rows.NO_MODEL, COMMON_PART, *wave_conditions.REFUSED.values(),
    trend_rows.NOT_IN_ORDER,
}  # fmt: skip
ESTIMANDS = {
    "share", "driver", "barrier", "no_opinion", "net_balance", index_rows.INDEX, change_rows.CHANGE,
    country_rows.DIFFERENCE, scale_rows.ALPHA, scale_rows.OMEGA, scale_rows.ITEM_REST, replicate_rows.INDEX_REPLICATED,
    replicate_rows.ALPHA_REPLICATED, replicate_rows.OMEGA_REPLICATED, small_area_rows.SMALL_AREA,
    uncertainty_rows.SAMPLING, uncertainty_rows.CHOICES, uncertainty_rows.BOTH, uncertainty_rows.ABOVE,
    uncertainty_rows.FIRST_ORDER, uncertainty_rows.TOTAL_ORDER, uncertainty_rows.RANK_SHIFT,
    association_rows.ASSOCIATION, COMMON_PART, trend_rows.TREND,
}  # fmt: skip


@pytest.mark.parametrize(
    ("codes", "known"),
    [
        (FLAGS, words.FLAGS),
        (ESTIMANDS, words.ESTIMANDS),
        ({str(one) for one in checks.Name}, words.CHECKS),
        ({str(one) for one in Verdict}, words.VERDICTS),
        ({str(one) for one in Verdict}, words.TRENDS),
        ({str(one) for one in Factor}, words.SOURCES),
        ({str(one) for one in Level}, words.LEVELS),
        ({str(DifVerdict.MODERATE), str(DifVerdict.LARGE)}, words.DIF_VERDICTS),
    ],
)
def test_every_code_has_words_and_no_words_are_left_over(codes: set[str], known: words.Words) -> None:
    assert set(known) == codes


def test_words_are_those_of_the_language_of_the_page() -> None:
    with translation.override("nb"):
        assert words.flag_name("reworded") == "spørsmålet er omformulert"
    with translation.override("en"):
        assert words.flag_name("reworded") == "the question has been reworded"
    assert words.flag_name("a_flag_of_later") == "a_flag_of_later"


def test_a_domain_is_a_sector_a_size_class_or_everything() -> None:
    with translation.override("en"):
        assert words.domain_name("", "") == "All sectors"
        assert words.domain_name("education", "") != "education"
        assert words.domain_name("", "large") == "50 employees or more"
