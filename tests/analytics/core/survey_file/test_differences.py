"""Differences between domains: R's numbers, what is declared and refused, and what the data leave undefined."""

import math

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.p_adjustment import bh, by, holm
from analytics.core.survey_file.differences import DomainDifference, differences
from tests.analytics.core.golden import Table
from tests.analytics.core.survey_file.made import plan, rows, sample, survey

MEAN = {"estimand": "mean", "items": "x", "by": "domain"}
SAMPLE: dict[str, object] = {
    "design": {"weight": "w", "strata": "stratum", "fpc": "N"},
    "items": {"q": {"codes": ["a", "b", "c"], "not_asked": "skip"}, "x": {}, "z": {}},
    "by": ["domain"],
}
ADJUSTED = {"holm": holm, "bh": bh, "by": by}

# R 4, survey: d <- svydesign(~1, strata=~stype, weights=~pw, fpc=~fpc, data=apistrat.csv); for two groups of rows
# s <- subset(update(d, g=...), !is.na(g)); v <- svycontrast(svyby(y, ~g, s, svymean, covmat=TRUE), c(1, -1));
# coef(v), SE(v), degf(s), 2 * pt(-abs(coef(v) / SE(v)), degf(s)); then p.adjust over the family.
PAIRS = {  # ~api00 by stype, p.adjust(p, "holm")
    ("E", "H"): (48.6099999999999, 19.4021553995334, 148, 0.0133142829985859, 0.0399428489957578),
    ("E", "M"): (37.8299999999999, 20.4020229128539, 148, 0.0656967772989956, 0.1313935545979912),
    ("H", "M"): (-10.7800000000000, 22.0461915393842, 98, 0.6259531151165596, 0.6259531151165596),
}
REST = {  # ~api00 and ~enroll by comp_imp and sch_wide against all others, p.adjust(p, "BH") over the eight
    ("api00", "No", "No"): (-81.83675957929950, 22.5638348729122, 197, 3.65316877254633e-04, 1.46126750901853e-03),
    ("api00", "No", "Yes"): (9.67645762198617, 25.0212935178875, 197, 6.99374319425653e-01, 6.99374319425653e-01),
    ("api00", "Yes", "Yes"): (44.68749395502505, 19.3989199333206, 197, 2.22881615498876e-02, 3.56610584798202e-02),
    ("api00", "Yes", "No"): (-64.18700951318249, 47.9664943393458, 197, 1.82385662133195e-01, 2.08440756723652e-01),
    ("enroll", "No", "No"): (494.65524330792823, 105.4010043077444, 197, 5.02950117195483e-06, 4.02360093756386e-05),
    ("enroll", "No", "Yes"): (-87.17716229988719, 54.1459371745399, 197, 1.08990154066509e-01, 1.45320205422012e-01),
    ("enroll", "Yes", "Yes"): (-207.08439324467463, 59.5616342480229, 197, 6.24249709382282e-04, 1.66466589168609e-03),
    ("enroll", "Yes", "No"): (-229.18592353442466, 84.7843947328355, 197, 7.46846763534249e-03, 1.49369352706850e-02),
}


def schools(**changes: object) -> list[DomainDifference]:
    table = Table("apistrat")
    names = ("stype", "sch_wide", "comp_imp", "api00", "enroll", "pw", "fpc")
    return list(
        differences(
            survey(
                {name: [row[name] for row in table.rows] for name in names},
                design={"weight": "pw", "strata": "stype", "fpc": "fpc"},
                items={"api00": {}, "enroll": {}, "sch_wide": {"codes": ["No", "Yes"]}},
                estimates=[{"estimand": "mean", "items": "api00"}],
                by=["stype", ["comp_imp", "sch_wide"]],
                interval={"df": "plain"},
                **changes,
            )
        )
    )


def made(*wanted: dict[str, object], **changes: object) -> list[DomainDifference]:
    """Of the constructed file, by domain."""
    return list(differences(survey(sample(), **{**SAMPLE, **changes}, differences=[*wanted])))


def same(row: DomainDifference, wanted: tuple[float, ...]) -> bool:
    found = (row.difference, row.standard_error, row.df, row.p, row.p_adjusted)
    return [float("nan") if one is None else one for one in found] == pytest.approx(wanted, rel=1e-9)


def test_every_pair_has_the_numbers_of_r_and_holm_over_the_three() -> None:
    found = schools(differences=[{"estimand": "mean", "items": "api00", "by": "stype", "against": "each_other"}])
    assert {(row.adjustment, row.comparisons, row.category) for row in found} == {("holm", 3, "")}
    assert [(row.domain, row.against) for row in found] == [(f"stype={one}", f"stype={two}") for one, two in PAIRS]
    assert all(same(row, wanted) for row, wanted in zip(found, PAIRS.values(), strict=True))
    assert [row.verdict for row in found] == ["higher", "not_distinguishable", "not_distinguishable"]
    assert [(row.n, row.n_against) for row in found] == [(100, 50), (100, 50), (50, 50)]


def test_each_against_the_rest_has_the_numbers_of_r_and_bh_over_two_items() -> None:
    wanted = {"estimand": "mean", "items": ["api00", "enroll"], "by": ["comp_imp", "sch_wide"], "against": "rest"}
    found = schools(differences=[{**wanted, "adjustment": "bh"}])
    assert len(found) == len(REST)
    for row in found:
        comp, wide = (part.partition("=")[2] for part in row.domain.split("; "))
        assert same(row, REST[row.item, comp, wide]), row
        assert (row.against, row.comparisons, row.n + row.n_against) == ("rest", 8, 200)


def test_the_interval_is_of_the_difference_alone_and_the_verdict_follows_the_family() -> None:
    wanted = {"estimand": "mean", "items": ["api00", "enroll"], "by": ["comp_imp", "sch_wide"], "against": "rest"}
    found = schools(differences=[{**wanted, "adjustment": "by"}])
    row = next(row for row in found if (row.item, row.domain) == ("api00", "comp_imp=Yes; sch_wide=Yes"))
    assert row.low is not None
    assert row.p_adjusted is not None
    assert row.low > 0  # alone it would be found
    assert row.p_adjusted > 0.05
    assert row.verdict == "not_distinguishable"


@pytest.mark.parametrize("rule", ["holm", "bh", "by"])
def test_the_declared_rule_adjusts_over_the_whole_entry_and_no_further(rule: str) -> None:
    family = {"estimand": "share", "items": "q", "by": "domain", "against": "each_other", "adjustment": rule}
    found = made(family, {**MEAN, "against": "rest"})
    first = [row for row in found if row.family == 1]
    assert {row.comparisons for row in first} == {len(first)} == {3 * 6}
    raw = [math.nan if row.p is None else row.p for row in first]
    adjusted = [math.nan if row.p_adjusted is None else row.p_adjusted for row in first]
    np.testing.assert_allclose(adjusted, ADJUSTED[rule](raw), rtol=1e-12)
    assert {row.adjustment for row in found if row.family == 2} == {"holm"}


def test_without_a_rule_many_comparisons_are_a_screen() -> None:
    family = {"estimand": "mean", "items": "x", "by": ["domain", "size"], "against": "each_other"}
    found = made(family, by=[["domain", "size"]])
    assert len(found) > 20
    assert {row.adjustment for row in found} == {"bh"}


@pytest.mark.parametrize(
    "request_",
    [
        {"estimand": "share", "items": "q"},
        {"estimand": "mean", "items": "x"},
        {"estimand": "ratio", "items": "x", "over": "z"},
        {"estimand": "net_balance", "items": "q", "plus": "a", "minus": "b"},
        {"estimand": "score", "items": "q", "scores": {"a": 1, "b": 2, "c": None}},
    ],
    ids=lambda request: request["estimand"],
)
def test_the_difference_is_that_of_the_two_estimates(request_: dict[str, object]) -> None:
    every = rows(sample(), **SAMPLE, estimates=[request_])
    estimates = {(row.category, f"domain={row.domain[0]}"): row.estimate for row in every if row.by}
    found = made({**request_, "by": "domain", "against": "each_other"})
    assert found
    for row in found:
        one, other = estimates[row.category, row.domain], estimates[row.category, row.against]
        assert (row.difference is None) == (one is None or other is None)
        if row.difference is not None and one is not None and other is not None:
            assert row.difference == pytest.approx(one - other, abs=1e-12)


def test_a_domain_of_one_row_or_none_has_no_test_and_says_why() -> None:
    found = made({**MEAN, "against": "rest"}, domains={"domain": ["north", "south", "east", "alone", "nobody"]})
    by_domain = {row.domain: row for row in found}
    nobody, alone = by_domain["domain=nobody"], by_domain["domain=alone"]
    assert (nobody.n, nobody.difference, nobody.p, nobody.flags) == (0, None, None, ("empty_domain", "missing_part"))
    assert (alone.n, alone.p, alone.low, alone.verdict) == (1, None, None, "not_comparable")
    assert "one_answer" in alone.flags
    assert by_domain["domain=north"].p is not None


def test_what_calibration_fixes_is_known_and_not_tested() -> None:
    table = sample()
    table["side"] = ["left" if number % 2 else "right" for number in range(len(table["w"]))]
    found = list(
        differences(
            survey(
                table,
                items={"side": {"codes": ["left", "right"]}},
                estimates=[{"estimand": "share", "items": "side"}],
                by=["side"],
                calibration={"margins": [{"column": "side", "totals": {"left": 300, "right": 400}}]},
                differences=[{"estimand": "share", "items": "side", "by": "side", "against": "each_other"}],
            )
        )
    )
    assert {(row.standard_error, row.p, row.verdict) for row in found} == {(0.0, None, "not_comparable")}


@pytest.mark.parametrize(
    ("changes", "place", "said"),
    [
        ({"differences": []}, "differences", "a list"),
        ({"differences": [{**MEAN, "against": "all"}]}, "differences[0].against", "rest, each_other"),
        ({"differences": [MEAN]}, "differences[0].against", "got nothing"),
        ({"differences": [{**MEAN, "by": "size", "against": "rest"}]}, "differences[0].by", "got size"),
        ({"differences": [{**MEAN, "against": "rest", "adjustment": "none"}]}, "differences[0].adjustment", "holm, bh"),
        ({"differences": [{**MEAN, "against": "rest", "over": "x"}]}, "differences[0].over", "one of the entries"),
        ({"differences": [{**MEAN, "against": "rest", "items": "q"}]}, "differences[0].items", "coded"),
        (
            {"differences": [{**MEAN, "against": "rest", "estimand": "total"}]},
            "differences[0].estimand",
            "means instead of totals",
        ),
        (
            {"differences": [{**MEAN, "against": "rest"}], "replicates": {"kind": "jkn"}},
            "differences",
            "no replicates",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused_with_its_place(changes: dict[str, object], place: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        plan(by=["domain"], **changes)
    assert error.value.parameter == place
    assert said in str(error.value)


def test_one_domain_cannot_be_compared() -> None:
    table = sample() | {"domain": ["north"] * 240}
    with pytest.raises(InputError, match=r"differences\[0\].by: expected two domains or more"):
        list(differences(survey(table, **SAMPLE, differences=[{**MEAN, "against": "rest"}])))


def test_scores_of_codes_that_were_read_off_the_file_are_checked() -> None:
    family = {"estimand": "score", "items": "q", "scores": {"a": 1}, "by": "domain", "against": "rest"}
    with pytest.raises(InputError, match=r"differences\[0\]: expected the codes of q in the file"):
        made(family, items={"q": {"codes": "as_found"}}, estimates=[{"estimand": "share", "items": "q"}])
