"""Tests of independence against R's svychisq, from microdata, from shares and from sufficient statistics."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.core.arrays import InputError
from analytics.core.design import LonelyPsu, SurveyDesign
from analytics.core.rao_scott import TableFlag, chisq, chisq_of_shares, chisq_of_summary
from analytics.core.sufficient_statistics import summarise
from tests.analytics.core.api_models import DESIGNS, TYPES, sample
from tests.analytics.core.golden import RELATIVE, numbers

R = numbers("api_models")
REFERENCE = Path(os.environ.get("REFERENCE_DIR", "")) / "statistics" / "reference_api.json"


def same(found, expected):
    assert found.statistic == pytest.approx(expected["statistic"], rel=RELATIVE)
    assert [found.ndf, found.ddf] == pytest.approx(expected["parameter"], rel=RELATIVE)
    assert found.p == pytest.approx(expected["p"], rel=1e-6 if expected["p"] < 1e-8 else 1e-8)


@pytest.mark.parametrize("name", DESIGNS)
def test_every_statistic_is_that_of_r(name):
    data, expected = sample(name), R[name]["chisq"]
    found = chisq(data.design, data.yes("sch_wide") * 1, data.types, wald=True)
    same(found.rao_scott, expected["F"])
    same(found.wald, expected["Wald"])
    same(found.adjusted_wald, expected["adjWald"])
    assert found.pearson == pytest.approx(expected["Chisq"]["statistic"], rel=RELATIVE)
    assert found.p_first_order == pytest.approx(expected["Chisq"]["p"], rel=1e-8)


@pytest.mark.parametrize("name", DESIGNS)
def test_a_domain_stays_inside_the_full_design(name):
    data = sample(name)
    small = data.types != TYPES.index("H")
    first, second = data.yes("sch_wide") * 1, data.yes("comp_imp") * 1
    same(chisq(data.design, first, second, domain=small).rao_scott, R[name]["chisq_domain"])
    hidden = chisq(data.design, np.where(small, first, -1), second)
    assert hidden.rao_scott == chisq(data.design, first, second, domain=small).rao_scott


@pytest.mark.parametrize("name", DESIGNS)
def test_the_reference_of_survey_4_5(name):
    if not REFERENCE.is_file():
        pytest.skip("REFERENCE_DIR is absent: the same test stands in tests/golden/api_models.json")
    expected, data = json.loads(REFERENCE.read_text(encoding="utf-8"))["designs"][name], sample(name)
    found = chisq(data.design, data.yes("comp_imp") * 1, data.yes("awards") * 1).rao_scott
    given_f = expected["chisq_comp_awards_F"]
    assert found.statistic == pytest.approx(given_f["statistic"]["F"], rel=RELATIVE)
    assert [found.ndf, found.ddf] == pytest.approx(list(given_f["parameter"].values()), rel=RELATIVE)
    assert found.p == pytest.approx(given_f["p"], rel=1e-6)
    table = chisq(data.design, data.yes("sch_wide") * 1, data.types)
    totals = table.shares * data.design.weights.sum()
    np.testing.assert_allclose(totals, expected["table_schwide_stype"]["values"], rtol=RELATIVE)


def test_the_second_stage_counts():
    both, first_only = sample("clus2").design, sample("clus2_wr").design
    fpc = SurveyDesign(first_only.weights, first_only.strata, both.populations, psu=both.psu)
    data = sample("clus2")
    whole = chisq(both, data.yes("sch_wide") * 1, data.types).rao_scott.statistic
    assert whole < chisq(fpc, data.yes("sch_wide") * 1, data.types).rao_scott.statistic


@pytest.mark.parametrize("name", DESIGNS)
def test_sufficient_statistics_give_the_same_test(name):
    data = sample(name)
    answers, cells = data.yes("sch_wide").astype(np.int8), data.types
    found = chisq_of_summary(summarise(data.design, [answers], [2], cells, cell_count=3), 0)
    micro = chisq(data.design, cells, answers.astype(int))
    assert found.rao_scott.statistic == pytest.approx(micro.rao_scott.statistic, rel=1e-9)
    assert found.rao_scott.ddf == pytest.approx(micro.rao_scott.ddf, rel=1e-9)
    assert (found.n, found.df) == (micro.n, micro.df)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_order_of_rows_and_codes_and_the_scale_of_weights_do_not_matter(seed):
    rng = np.random.default_rng(seed)
    n = 120
    first, second, strata = rng.integers(0, 3, n), rng.integers(0, 3, n), np.arange(n) % 4
    weights, order, names = rng.uniform(1, 6, n), rng.permutation(n), rng.permutation(3)
    plain = chisq(SurveyDesign(weights, strata), first, second)
    turned = chisq(SurveyDesign(3 * weights[order], strata[order]), second[order], names[first][order])
    assert turned.rao_scott.statistic == pytest.approx(plain.rao_scott.statistic, rel=1e-8)
    assert turned.rao_scott.ndf == pytest.approx(plain.rao_scott.ndf, rel=1e-8)
    assert turned.cramers_v == pytest.approx(plain.cramers_v, rel=1e-8)


N = 80
DESIGN = SurveyDesign(np.linspace(1, 3, N), np.arange(N) % 4)
FIRST, SECOND = np.arange(N) % 2, np.arange(N) // 3 % 3


def test_empty_rows_and_columns_are_dropped_and_named():
    plain = chisq(DESIGN, FIRST, SECOND)
    gaps = chisq(DESIGN, FIRST * 5, SECOND + 2)
    assert (gaps.rows, gaps.columns) == ((0, 5), (2, 3, 4))
    assert gaps.rao_scott == plain.rao_scott
    wide = np.zeros((2, 4))
    wide[:, [0, 2, 3]] = plain.shares
    spread = np.zeros((8, 8))
    found = chisq_of_shares(wide, spread, n=80, df=76)
    assert found.columns == (0, 2, 3)
    assert found.pearson == pytest.approx(plain.pearson)


def test_a_perfect_association_has_cramers_v_of_one():
    found = chisq(DESIGN, FIRST, FIRST)
    assert found.cramers_v == pytest.approx(1)
    assert TableFlag.EMPTY_CELL in found.flags


def test_what_cannot_be_tested_says_why():
    one = chisq(DESIGN, np.zeros(N, dtype=int), SECOND)
    assert TableFlag.ONE_CATEGORY in one.flags
    assert np.isnan([one.pearson, one.rao_scott.p]).all()
    census = SurveyDesign(np.ones(N), np.zeros(N, dtype=int), np.array([float(N)]))
    known = chisq(census, FIRST, SECOND)
    assert TableFlag.NO_VARIANCE in known.flags
    assert np.isnan(known.rao_scott.p)
    assert known.pearson > 0
    lonely = SurveyDesign(np.ones(N), np.r_[1, np.zeros(N - 1)].astype(int), lonely_psu=LonelyPsu.FAIL)
    assert TableFlag.NO_STANDARD_ERROR in chisq(lonely, FIRST, SECOND).flags
    few = chisq(SurveyDesign(np.ones(4), np.arange(4)), [0, 0, 1, 1], [0, 1, 0, 1])
    assert TableFlag.NO_DEGREES in few.flags
    psu = SurveyDesign(np.ones(N), np.zeros(N, dtype=int), psu=np.arange(N) // 40)
    assert np.isnan(chisq(psu, FIRST, SECOND, wald=True).wald.p)  # one degree, two cells to test


@pytest.mark.parametrize(
    ("shares", "spread", "message"),
    [
        ([[0.5, 0.6]], np.zeros((2, 2)), "shares: expected a table of numbers from 0 that sum to 1, got shape"),
        ([0.5, 0.5], np.zeros((2, 2)), "shares: expected a table"),
        ([[0.5, 0.5]], np.zeros((3, 3)), r"spread: expected shape \(2, 2\), got \(3, 3\)"),
    ],
)
def test_input_that_is_no_table_is_refused(shares, spread, message):
    with pytest.raises(InputError, match=message):
        chisq_of_shares(shares, spread, n=10, df=5)


def test_a_table_without_answers_is_refused():
    with pytest.raises(InputError, match="rows: expected someone who answered both, got nobody"):
        chisq(DESIGN, np.full(N, -1), SECOND)
    empty = summarise(DESIGN, [np.full(N, -1, dtype=np.int8)], [2], SECOND, cell_count=3)
    with pytest.raises(InputError, match="item: expected someone who answered, got nobody"):
        chisq_of_summary(empty, 0)


def test_under_independence_five_in_a_hundred_cluster_samples_are_rejected_where_pearsons_rejects_fifteen():
    rng = np.random.default_rng(1987)
    psu = np.repeat(np.arange(40), 15)
    rejected = np.zeros(2)
    for _ in range(600):
        lean = rng.normal(scale=1.2, size=(40, 2))[psu]  # answers of one cluster lean alike, the two items apart
        first, second = ((lean + rng.logistic(size=lean.shape)) > 0).T.astype(int)
        found = chisq(SurveyDesign(np.ones(600), np.zeros(600, dtype=int), psu=psu), first, second)
        rejected += [found.rao_scott.p < 0.05, found.pearson > 3.841458820694124]  # qchisq(.95, 1)
    assert 0.03 <= rejected[0] / 600 <= 0.075
    assert rejected[1] / 600 > 0.12
