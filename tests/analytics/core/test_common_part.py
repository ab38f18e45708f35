"""Countries that asked different parts of the public sector: compared in what all have, or not at all."""

from dataclasses import replace

import pytest

from analytics.core.arrays import InputError
from analytics.core.common_part import reach
from analytics.core.comparison_conditions import Population
from analytics.core.hypothesis_tests import Verdict, pairwise
from analytics.core.results import COMMON_PART, EstimateRow
from tests.analytics.waves import NO, YES, Drawn, drawn, frozen, rows_of, shipped

NORWAY, NORWAY_SOCIAL, DENMARK = "NO.education.small", "NO.social.small", "DK.education.small"
COUNTY = [replace(one, level="county") for one in drawn(NORWAY, YES, YES, YES, YES)]
# Norway: of municipalities 6 of 10 innovate, of counties 4 of 4. Denmark has municipalities alone: 3 of 10.
UNITS = [*drawn(NORWAY, *[YES] * 6, *[NO] * 4), *COUNTY, *drawn(DENMARK, *[YES] * 3, *[NO] * 7)]
POPULATIONS = {NORWAY: 140, DENMARK: 100}
MUNICIPAL = Population(frozenset({"municipal"}), frozenset({"education"}))


def of(units: list[Drawn], populations: dict[str, int]) -> dict[tuple[str, ...], EstimateRow]:
    return rows_of(frozen(units, populations), minimum_per_cell=2)


def test_the_common_part_is_what_every_country_asked() -> None:
    wave = frozen(UNITS, POPULATIONS)
    reached = reach(wave.frame, wave.strata)
    assert reached.populations["NO"] == Population(frozenset({"municipal", "county"}), frozenset({"education"}))
    assert reached.common == reached.populations["DK"] == reached.compared("NO") == MUNICIPAL
    assert reached.narrows("NO")
    assert not reached.narrows("DK")


def test_a_country_of_which_nobody_was_drawn_takes_nothing_away() -> None:
    wave = frozen(drawn(NORWAY, YES, NO), {NORWAY: 20, "DK.social.small": 30})
    reached = reach(wave.frame, wave.strata)
    assert reached.common == MUNICIPAL
    assert not reached.narrows("NO")


def test_a_country_that_asked_others_too_is_compared_by_its_common_part() -> None:
    rows = of(UNITS, POPULATIONS)
    whole, part = (rows[estimand, "innovative", "", "NO", "", ""] for estimand in ("share", COMMON_PART))
    assert whole.value == pytest.approx(10 / 14)
    assert (part.value, part.n, part.positive) == (pytest.approx(6 / 10), 10, 6)
    assert (COMMON_PART, "innovative", "", "DK", "", "") not in rows
    pair = rows["difference", "innovative", "", "DK", "", "NO"]
    assert pair.value == pytest.approx(3 / 10 - 6 / 10)
    assert pair.flags == (COMMON_PART,)
    assert COMMON_PART in whole.flags  # its rank rests on the part
    assert COMMON_PART not in rows["share", "innovative", "", "DK", "", ""].flags


def test_the_common_part_is_a_domain_of_the_whole_sample() -> None:
    # R 4.x, survey: y <- c(rep(1, 6), rep(0, 4), rep(1, 4)); m <- rep(c(TRUE, FALSE), c(10, 4))
    # d <- svydesign(ids=~1, fpc=~N, data=data.frame(y, m, N=140)); SE(svymean(~y, subset(d, m)))
    # 0.1525173382325382; a sample of ten of a hundred would have sqrt(.24 / 9 * .9) = 0.1549193
    part = of(UNITS, POPULATIONS)[COMMON_PART, "innovative", "", "NO", "", ""]
    assert part.standard_error == pytest.approx(0.1525173382325382, rel=1e-12)


def test_an_index_is_compared_in_the_common_part_too() -> None:
    agreeing, disagreeing = (
        YES | {f"culture.{row}": code for row in shipped().indicators["culture"].categories}
        for code in ("fully_agree", "fully_disagree")
    )
    county = [replace(one, level="county") for one in drawn(NORWAY, *[disagreeing] * 3)]
    units = [*drawn(NORWAY, *[agreeing] * 3), *county, *drawn(DENMARK, *[agreeing] * 3)]
    rows = of(units, POPULATIONS)
    assert rows["index", "innovation_climate", "", "NO", "", ""].value == pytest.approx(50)
    assert rows[COMMON_PART, "innovation_climate", "", "NO", "", ""].value == pytest.approx(100)


def test_countries_with_nothing_in_common_are_refused_with_the_reason() -> None:
    rows = of([*drawn(NORWAY_SOCIAL, YES, YES, NO, NO), *drawn(DENMARK, YES, NO, NO)], {NORWAY_SOCIAL: 9, DENMARK: 9})
    pair = rows["difference", "innovative", "", "DK", "", "NO"]
    assert (pair.value, pair.verdict) == (None, str(Verdict.NOT_COMPARABLE))
    assert pair.flags == ("other_population",)
    assert rows["share", "innovative", "", "NO", "", ""].rank_low is None


def test_a_third_country_with_nothing_in_common_leaves_a_pair_that_is_alike() -> None:
    sweden = "SE.education.small"
    rows = of(
        [*drawn(NORWAY_SOCIAL, YES, NO), *drawn(DENMARK, YES, NO, NO), *drawn(sweden, YES, YES, NO)],
        {NORWAY_SOCIAL: 9, DENMARK: 9, sweden: 9},
    )
    assert rows["difference", "innovative", "", "DK", "", "SE"].value == pytest.approx(-1 / 3)
    assert rows["difference", "innovative", "", "DK", "", "NO"].flags == ("other_population",)
    assert rows["share", "innovative", "", "DK", "", ""].rank_high == 2


def test_countries_that_asked_the_same_have_no_figures_of_a_part() -> None:
    rows = of([*drawn(NORWAY, YES, NO, NO), *drawn(DENMARK, YES, NO)], POPULATIONS)
    assert not [row for row in rows.values() if row.estimand == COMMON_PART or COMMON_PART in row.flags]


def test_a_refused_pair_is_no_part_of_the_family() -> None:
    values, variances, degrees = [0.5, 0.6, 0.9], [0.01, 0.01, 0.01], [30.0] * 3
    names = ["a", "b", "c"]
    all_pairs = pairwise(values, variances, degrees, names=names, family="f")
    two = pairwise(values, variances, degrees, names=names, family="f", refused=[("a", "c")])
    assert two.pairs[1].verdict is Verdict.NOT_COMPARABLE
    raw = {pair.p: pair.p_adjusted for pair in two.pairs if pair.second != "c" or pair.first != "a"}
    smallest = min(raw)
    assert raw[smallest] == pytest.approx(2 * smallest)  # Holm over two pairs, not three
    assert all_pairs.pairs[2].p_adjusted > two.pairs[2].p_adjusted or all_pairs.pairs[2].p == smallest
    with pytest.raises(InputError, match="refused"):
        pairwise(values, variances, degrees, names=names, family="f", refused=[("c", "a")])
