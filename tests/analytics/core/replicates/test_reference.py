"""Jackknife and balanced half-samples against the numbers of R's survey."""

import csv
import json
import os
from pathlib import Path

import numpy as np
import pytest

from analytics.core.design import SurveyDesign
from analytics.core.replicates import Centre, apply, apply_means, brr, fay, jk1, jkn
from tests.analytics.core.golden import RELATIVE, STRATA, Table, numbers
from tests.analytics.core.replicates.designs import PART, WEIGHTS, X, Y, clusters

GOLDEN = numbers("replicates")
API = numbers("replicates_api")


def made(kind: str, centre: Centre):
    free = clusters(populations=None)
    if kind == "jkn_fpc":
        design = clusters()
        return design, jkn(design, centre=centre)
    if kind == "jk1":
        free = clusters(populations=None, strata=np.zeros(len(WEIGHTS), dtype=int))
        return free, jk1(free, centre=centre)
    if kind == "fay":
        return free, fay(free, rho=0.3, centre=centre)
    return free, {"jkn": jkn, "brr": brr}[kind](free, centre=centre)


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda case: f"{case['kind']} mse={case['mse']}")
def test_means_totals_ratios_and_domains_are_those_of_r(case):
    design, replicates = made(case["kind"], Centre.ESTIMATE if case["mse"] else Centre.REPLICATES)
    both = apply_means(design, np.column_stack([Y, X]), replicates)
    assert both.value == pytest.approx(case["mean"]["est"], rel=RELATIVE)
    assert both.covariance == pytest.approx(np.array(case["mean"]["vcov"]), rel=RELATIVE)
    assert (replicates.count, replicates.degrees) == (case["count"], case["degf"])
    found = apply(design, lambda w: [w @ Y, w @ Y / (w @ X), w @ (Y * PART) / (w @ PART)], replicates)
    for place, name in enumerate(("total", "ratio", "domain")):
        assert (found.value[place], found.standard_errors[place]) == pytest.approx(
            (case[name]["est"], case[name]["se"]), rel=RELATIVE
        )
    inside = apply_means(design, Y[:, None], replicates, domain=PART)
    assert inside.standard_errors[0] == pytest.approx(case["domain"]["se"], rel=RELATIVE)


def test_weights_that_are_poststratified_in_every_replicate_give_the_precision_of_r():
    design, case = clusters(populations=None), GOLDEN["poststratified"]

    def poststratified(w):
        return np.where(PART, w * 450 / w[PART].sum(), w * 200 / w[~PART].sum())

    found = apply(design, lambda w: [w @ Y / w.sum(), w @ X / w.sum()], jkn(design), reweigh=poststratified)
    assert found.value == pytest.approx(case["est"], rel=RELATIVE)
    assert found.covariance == pytest.approx(np.array(case["vcov"]), rel=RELATIVE)


@pytest.mark.parametrize("kind", ["strat_JKn", "strat_JKn_fpc"])
def test_a_stratified_element_sample_is_that_of_r(kind):
    case, table = API[kind], Table("apistrat")
    strata = np.array([STRATA[name] for name in table.text("stype")])
    held = np.array([table.number("fpc")[strata == h][0] for h in range(3)])
    design = SurveyDesign(table.number("pw"), strata, held)
    replicates = jkn(design, fpc=kind.endswith("fpc"))
    assert (replicates.count, replicates.scale, replicates.degrees) == (case["n_rep"], 1, case["degf"])
    assert replicates.rscales == pytest.approx(np.array(case["rscales"])[strata], rel=RELATIVE)
    api00, api99, enroll = (table.number(name) for name in ("api00", "api99", "enroll"))
    means = apply_means(design, np.column_stack([api00, api99]), replicates)
    assert means.value == pytest.approx(case["mean"]["est"], rel=RELATIVE)
    assert means.covariance == pytest.approx(np.array(case["mean"]["vcov"]), rel=RELATIVE)
    by_type = [apply_means(design, api00[:, None], replicates, domain=strata == h) for h in range(3)]
    assert [one.standard_errors[0] for one in by_type] == pytest.approx(case["by_se"], rel=RELATIVE)
    assert [one.df for one in by_type] == [99, 49, 49]
    found = apply(design, lambda w: [w @ enroll, (w @ table.number("api_stu")) / (w @ enroll)], replicates)
    assert (found.value[0], found.standard_errors[0]) == pytest.approx(case["total"], rel=RELATIVE)
    assert (found.value[1], found.standard_errors[1]) == pytest.approx(case["ratio"], rel=RELATIVE)
    below = apply_means(design, (api00 <= case["median"][0])[:, None], replicates)
    assert below.value[0] >= 0.5


def logit(w, x, y):
    beta = np.zeros(x.shape[1])
    for _ in range(25):
        p = 1 / (1 + np.exp(-x @ beta))
        beta = beta + np.linalg.solve((x * (w * p * (1 - p))[:, None]).T @ x, x.T @ (w * (y - p)))
    return beta


@pytest.mark.parametrize("kind", ["strat_JKn", "strat_JKn_fpc"])
def test_a_logistic_regression_in_every_replicate_is_that_of_r(kind):
    folder = Path(os.environ["REFERENCE_DIR"]) / "statistics"
    if not folder.is_dir():
        pytest.skip("the folder of reference numbers (REFERENCE_DIR) is not here")
    with (folder / "apistrat.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    case = json.loads((folder / "reference_api.json").read_text())["replicates"][kind]["logit"]
    strata = np.array([STRATA[row["stype"]] for row in rows])
    held = np.array([4421.0, 755, 1018])
    design = SurveyDesign(np.array([float(row["pw"]) for row in rows]), strata, held)
    x = np.array([[1, float(row["ell"]), float(row["meals"])] for row in rows])
    y = np.array([float(row["sch.wide"] == "Yes") for row in rows])
    found = apply(design, lambda w: logit(w, x, y), jkn(design, fpc=kind.endswith("fpc")))
    assert found.value == pytest.approx(list(case["coef"].values()), rel=1e-7)
    assert found.covariance == pytest.approx(np.array(case["vcov"]["values"]), rel=1e-7)


def test_balanced_half_samples_of_the_ambulance_data_are_those_of_r():
    case = API["scd_BRR"]
    design = SurveyDesign(np.ones(6), [0, 0, 1, 1, 2, 2], None)
    alive, arrests = np.array(case["alive"], dtype=float), np.array(case["arrests"], dtype=float)
    found = apply(design, lambda w: [w @ alive / (w @ arrests), w @ alive, w @ arrests], brr(design))
    assert found.value == pytest.approx([case["ratio"][0], *case["total"]], rel=RELATIVE)
    assert found.standard_errors[0] == pytest.approx(case["ratio"][1], rel=RELATIVE)
    assert found.covariance[1:, 1:] == pytest.approx(np.array(case["total_vcov"]), rel=RELATIVE)
