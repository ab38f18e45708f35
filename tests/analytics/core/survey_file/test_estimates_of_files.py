"""Rows of estimates: the fast way gives what the core gives one by one, flags included; replicates; invariances."""

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.survey_file import one_by_one
from analytics.core.survey_file.at_once import possible
from analytics.core.survey_file.results import FIELDS, FileEstimate, cells
from analytics.core.survey_file.run import estimates
from tests.analytics.core.survey_file.made import rows, sample, survey

ITEMS = {"q": {"codes": ["a", "b", "c"], "not_asked": "skip"}, "x": {}, "z": {}, "stratum": {"codes": "as_found"}}
EVERYTHING = [
    {"estimand": "share", "items": ["q", "stratum"]},
    {"estimand": "total", "items": ["x", "q"]},
    {"estimand": "mean", "items": ["x", "z"]},
    {"estimand": "ratio", "items": "x", "over": "z"},
    {"estimand": "quantile", "items": "x", "p": ["0.25", "0.5"]},
    {"estimand": "net_balance", "items": "q", "plus": "a", "minus": "c"},
    {"estimand": "score", "items": "q", "scores": {"a": 3, "b": 1, "c": None}},
]
BY = ["domain", ["size", "stratum"], ["domain", "size"]]
ELEMENTS = {"weight": "w", "strata": "stratum", "fpc": "N"}
DESIGNS = {
    "elements": ELEMENTS,
    "no_correction": {"weight": "w", "strata": "stratum"},
    "clusters": {"weight": "w", "strata": "stratum", "psu": "psu", "fpc": "PSUs"},
    "two_stages": {"weight": "w", "strata": "stratum", "psu": "psu", "fpc": "PSUs", "second_stage_fpc": "M"},
}


def asked(**changes: object) -> dict[str, object]:
    return {
        "items": ITEMS,
        "estimates": EVERYTHING,
        "by": BY,
        "domains": {"domain": ["alone", "north", "south", "east", "west"]},
        **changes,
    }


def same(one: FileEstimate, other: FileEstimate) -> list[str]:
    wrong = []
    for name in FileEstimate._fields:
        ours, theirs = getattr(one, name), getattr(other, name)
        if isinstance(ours, float) and isinstance(theirs, float):
            if abs(ours - theirs) > 1e-9 * max(abs(ours), abs(theirs)) + 1e-13:
                wrong.append(f"{name}: {ours} and {theirs}")
        elif ours != theirs:
            wrong.append(f"{name}: {ours} and {theirs}")
    return wrong


@pytest.mark.parametrize(
    ("design", "df", "share"),
    [
        *((design, "smaller", "default") for design in DESIGNS),
        ("elements", "plain", "logit"),
        ("clusters", "smaller", "beta"),
        ("two_stages", "plain", "wilson"),
    ],
)
def test_all_domains_at_once_are_the_estimates_one_by_one(design, df, share):
    found = survey(sample(), **asked(design=DESIGNS[design], interval={"df": df, "share": share}))
    fast = list(estimates(found))
    slow = [row for one in found.plan.requests for key in one.items for row in one_by_one.rows_of(found, one, key)]
    assert sum(possible(found, one) for one in found.plan.requests) == 6
    assert len(fast) == len(slow) == 25 * 20  # domains and columns
    differences = [(row[:5], same(row, other)) for row, other in zip(fast, slow, strict=True) if same(row, other)]
    assert differences == []


@pytest.mark.parametrize(("method", "share"), [("linear", "default"), ("raking", "wilson")])
def test_calibrated_domains_at_once_are_the_estimates_one_by_one(method, share):
    margins = [{"column": "size", "totals": {"1": 400, "2": 500}}, {"column": "z", "total": 44500}]
    items = {**ITEMS, "size": {"codes": "as_found"}}
    wanted = [*EVERYTHING, {"estimand": "share", "items": "size"}]
    plan = asked(
        design=ELEMENTS, items=items, estimates=wanted, interval={"share": share},
        calibration={"method": method, "margins": margins},
    )  # fmt: skip
    found = survey(sample(), **plan)
    fast = list(estimates(found))
    slow = [row for one in found.plan.requests for key in one.items for row in one_by_one.rows_of(found, one, key)]
    assert sum(possible(found, one) for one in found.plan.requests) == 7
    differences = [(row[:5], same(row, other)) for row, other in zip(fast, slow, strict=True) if same(row, other)]
    assert differences == []
    assert fast[-50].flags == ("known",)
    assert not possible(survey(sample(), **{**plan, "design": DESIGNS["clusters"]}), found.plan.requests[0])


def test_what_is_undefined_has_no_value_and_a_flag():
    found = {
        (row.estimand, row.item, row.category, row.domain): row for row in rows(sample(), **asked(design=ELEMENTS))
    }
    west = found["mean", "x", "", ("west",)]
    assert (west.n, west.estimate, west.low, west.interval, west.flags) == (
        0, None, None, "none", ("empty_domain", "nobody_asked"),
    )  # fmt: skip
    alone = found["mean", "x", "", ("alone",)]
    assert (alone.n, alone.standard_error, alone.df, alone.interval) == (1, None, None, "none")
    assert alone.flags == ("no_degrees_of_freedom", "one_answer")
    east = found["share", "q", "a", ("east",)]
    assert (east.estimate, east.standard_error, east.interval, east.flags) == (1.0, 0.0, "beta", ("zero_spread",))
    assert east.low is not None
    assert 0 < east.low < 1
    census = found["mean", "z", "", ("1", "5")]
    assert (census.standard_error, census.interval, census.flags) == (0.0, "known", ("known",))
    assert census.low == census.estimate == census.high


def test_what_strata_fix_is_known_and_not_lucky():
    whole = [row for row in rows(sample(), **asked(design=ELEMENTS)) if row.item == "stratum" and not row.by]
    assert {(row.standard_error, row.interval, row.flags) for row in whole} == {(0.0, "known", ("known",))}
    assert sum(row.estimate or 0 for row in whole) == pytest.approx(1)


def test_the_share_missing_is_of_those_asked():
    table = sample()
    row = rows(table, **asked(design=ELEMENTS))[0]
    put_to = [one for one in table["q"] if one != "skip"]
    assert row.missing_share == put_to.count("") / len(put_to)
    assert row.n == len(put_to) - put_to.count("")


def test_more_than_a_fifth_missing_is_flagged():
    table = sample()
    table["z"] = ["" if number % 4 == 0 else one for number, one in enumerate(table["z"])]
    whole = rows(table, **asked(design=ELEMENTS, estimates=[{"estimand": "mean", "items": "z"}]))[0]
    assert (whole.missing_share, whole.flags) == (0.25, ("missing_caution",))


def test_lonely_strata_go_by_the_rule_of_the_document():
    table = {name: [one for number, one in enumerate(texts) if number >= 39] for name, texts in sample().items()}
    assert table["stratum"].count(0) == 1
    whole = {}
    for rule in ("fail", "certainty", "adjust", "average"):
        design = {**ELEMENTS, "lonely_psu": rule}
        row = rows(table, design=design, items=ITEMS, estimates=[{"estimand": "mean", "items": "z"}])[0]
        assert row.flags == ("lonely_stratum",)
        whole[rule] = row.standard_error
    assert whole["fail"] is None
    assert whole["adjust"] != whole["certainty"] != whole["average"]


def test_satterthwaites_degrees_are_never_those_of_the_plain_rule():
    table, one = sample(), [{"estimand": "mean", "items": "x"}, {"estimand": "quantile", "items": "x", "p": "0.5"}]
    found = {
        rule: rows(table, **asked(design=ELEMENTS, estimates=one, interval={"df": rule}))
        for rule in ("smaller", "plain", "satterthwaite")
    }
    for number, row in enumerate(found["smaller"]):
        plain, other = found["plain"][number].df, found["satterthwaite"][number].df
        if row.df is not None and plain is not None and other is not None:
            assert row.df == pytest.approx(min(plain, other))
    assert found["plain"][0].df == int(found["plain"][0].df or 0)
    assert found["satterthwaite"][0].df != found["plain"][0].df


def test_the_order_of_rows_does_not_matter():
    table = sample()
    order = np.random.default_rng(3).permutation(len(table["w"]))
    turned = {name: [texts[one] for one in order] for name, texts in table.items()}
    for design in DESIGNS.values():
        for one, other in zip(rows(table, **asked(design=design)), rows(turned, **asked(design=design)), strict=True):
            assert same(one, other) == []


def test_a_jackknife_of_a_mean_and_total_is_the_linearised_variance():
    wanted = asked(design=ELEMENTS, estimates=[{"estimand": "total", "items": "z"}])
    plain, again = rows(sample(), **wanted), rows(sample(), **{**wanted, "replicates": {"kind": "jkn"}})
    for one, other in zip(plain, again, strict=True):
        if one.standard_error is not None and one.interval == "t" and one.n > 1:
            assert other.standard_error == pytest.approx(one.standard_error, rel=1e-9)
            assert other.estimate == pytest.approx(one.estimate, rel=1e-12)
            assert (other.n, other.domain) == (one.n, one.domain)


def test_a_bootstrap_is_near_the_linearised_error_and_repeats_itself():
    wanted = asked(design=ELEMENTS, by=["size"], domains={}, replicates={"kind": "bootstrap", "count": 300, "seed": 4})
    first, plain = (
        rows(sample(), **wanted),
        rows(sample(), **{**wanted, "replicates": {"kind": "jkn"}, "estimates": EVERYTHING[:4]}),
    )
    assert first == rows(sample(), **wanted)
    for one, other in zip(first, plain, strict=False):
        assert (one.estimate, one.item, one.domain) == (other.estimate, other.item, other.domain)
        if one.standard_error and other.standard_error and one.n > 50:
            assert 0.75 < one.standard_error / other.standard_error < 1.3
    medians = [row for row in first if row.estimand == "quantile" and row.category == "0.5"]
    alone = rows(sample(), **asked(design=ELEMENTS, by=["size"], domains={}, estimates=[EVERYTHING[4]]))
    assert [row.estimate for row in medians] == [row.estimate for row in alone if row.category == "0.5"]
    assert all(row.standard_error for row in medians)


def test_a_calibration_is_repeated_in_every_replicate():
    margins = [{"column": "size", "totals": {"1": 400, "2": 500}}]
    wanted = asked(
        design=ELEMENTS, by=["size"], domains={}, calibration={"margins": margins},
        items={"size": {"codes": "as_found"}, "z": {}},
        estimates=[{"estimand": "total", "items": "size"}, {"estimand": "mean", "items": "z"}],
        replicates={"kind": "bootstrap", "count": 200, "seed": 1},
    )  # fmt: skip
    found = rows(sample(), **wanted)
    assert [(row.category, row.interval) for row in found[:2]] == [("1", "known"), ("2", "known")]
    assert [row.estimate for row in found[:2]] == pytest.approx([400, 500])
    plain = rows(sample(), **{name: value for name, value in wanted.items() if name != "replicates"})
    mean, linear = found[-3].standard_error, plain[-3].standard_error
    assert mean is not None
    assert linear is not None
    assert 0.8 < mean / linear < 1.25


def test_replicates_of_a_lonely_stratum_are_refused():
    table = {name: texts[39:] for name, texts in sample().items()}
    with pytest.raises(InputError, match="two units in every stratum"):
        rows(table, design=ELEMENTS, items=ITEMS, replicates={"kind": "jkn"})


def test_cells_read_back_as_the_same_bits():
    row = rows(sample(), **asked(design=ELEMENTS))[5]
    written = dict(zip(FIELDS, cells(row), strict=True))
    assert float(written["estimate"]) == row.estimate
    assert written["domain"] == "domain=alone"
    assert "by" not in FIELDS
    assert FIELDS[:4] == ("estimand", "item", "category", "domain")
