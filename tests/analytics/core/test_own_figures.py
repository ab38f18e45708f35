"""Figures of a run for the sectors that a comparison is about."""

from collections.abc import Sequence
from math import sqrt

import pytest

from analytics.core.arrays import InputError
from analytics.core.own_figures import INNOVATIVE, OwnFigures, added_df
from analytics.core.results import EstimateRow
from tests.analytics.core.published_cases import SIZES, row

QUALITY = ("value", "quality", "share")
TWO = ("health_care", "education")
ROWS = [
    row("innovative", 0.75),
    row("innovative", 0.70, 0.03, sector="health_care", degrees_of_freedom=80.0, n=120),
    row("innovative", 0.80, 0.04, sector="education", degrees_of_freedom=60.0, n=90),
    row("value", 0.60, 0.05, category="quality", sector="health_care"),
    row("value", 0.50, 0.06, category="quality", sector="education"),
    row("innovative", 0.10, country="DK"),
    row("innovative", 0.20, size_class="small"),
    row("innovative", 0.30, area="county:Oslo"),
    row("innovative", 0.40, against="DK", estimand="share"),
]


def own(rows: Sequence[EstimateRow] = ()) -> OwnFigures:
    return OwnFigures(rows or ROWS, country="NO", sizes=SIZES)


def test_the_whole_and_a_sector_are_taken_as_they_stand() -> None:
    whole, sector = own().figure(INNOVATIVE, base="all"), own().figure(INNOVATIVE, base="all", sectors=("education",))
    assert whole is not None
    assert sector is not None
    assert (whole.value, whole.standard_error, whole.df, whole.n, whole.sectors) == (0.75, 0.02, 200.0, 400, ())
    assert (sector.value, sector.standard_error, sector.n) == (0.80, 0.04, 90)


def test_two_sectors_weigh_as_their_workplaces_do() -> None:
    found = own().figure(INNOVATIVE, base="all", sectors=TWO)
    assert found is not None
    assert found.standard_error is not None
    # 3,000 and 2,000 workplaces: .6 x .70 + .4 x .80; sqrt((.6 x .03)^2 + (.4 x .04)^2)
    assert found.value == pytest.approx(0.74, rel=1e-12)
    assert found.standard_error == pytest.approx(sqrt(0.018**2 + 0.016**2), rel=1e-12)
    assert found.df == pytest.approx((0.018**2 + 0.016**2) ** 2 / (0.018**4 / 80 + 0.016**4 / 60), rel=1e-12)
    assert (found.n, found.sectors) == (210, TWO)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.74 - 0.04 < 0.74 + 0.04 < found.high


def test_the_base_of_innovators_weighs_by_who_innovates() -> None:
    found = own().figure(QUALITY, base="innovators", sectors=TWO)
    assert found is not None
    assert found.value == pytest.approx((2100 * 0.60 + 1600 * 0.50) / 3700, rel=1e-12)
    others = own().figure(QUALITY, base="without_innovation", sectors=TWO)
    assert others is not None
    assert others.value == pytest.approx((900 * 0.60 + 400 * 0.50) / 1300, rel=1e-12)


def test_what_the_run_lacks_is_none() -> None:
    assert own().figure(("spread", "", "share"), base="all") is None
    assert own().figure(INNOVATIVE, base="all", sectors=("education", "social")) is None
    assert own([row("innovative", None)]).figure(INNOVATIVE, base="all") is None
    assert own(ROWS[3:5]).figure(QUALITY, base="innovators", sectors=TWO) is None  # who innovates is not known


def test_no_spread_is_no_error_unless_everybody_answered() -> None:
    alike = own([row("innovative", 1.0, 0.0, flags=("zero_spread",))]).figure(INNOVATIVE, base="all")
    census = own([row("innovative", 1.0, 0.0, flags=("known",), degrees_of_freedom=None)]).figure(
        INNOVATIVE, base="all"
    )
    assert alike is not None
    assert census is not None
    assert alike.standard_error is None
    assert (census.standard_error, census.df) == (0.0, float("inf"))


def test_a_sector_without_error_leaves_the_two_without() -> None:
    rows = [ROWS[1], row("innovative", 0.8, None, sector="education", degrees_of_freedom=None)]
    found = own(rows).figure(INNOVATIVE, base="all", sectors=TWO)
    assert found is not None
    assert found.value == pytest.approx(0.74)
    assert (found.standard_error, found.low, found.high) == (None, None, None)


def test_degrees_of_freedom_of_a_sum() -> None:
    assert added_df([0.0, 1.0], [0.0, 7.0]) == 7.0
    assert added_df([1.0, 1.0], [0.0, 7.0]) == 0.0
    assert added_df([0.0, 0.0], [3.0, 4.0]) == float("inf")


def test_unknown_sectors_and_bases_are_said() -> None:
    with pytest.raises(InputError, match=r"sectors: expected of .*got forestry"):
        own([*ROWS, row("innovative", 0.5, sector="forestry")]).figure(
            INNOVATIVE, base="all", sectors=("education", "forestry")
        )
    with pytest.raises(InputError, match="base: expected all, innovators, without_innovation, got responses"):
        own().figure(INNOVATIVE, base="responses", sectors=TWO)
