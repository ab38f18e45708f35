"""What a DESIGN document may say, and the error for what it may not."""

import math

import pytest

from analytics.core.arrays import InputError
from analytics.core.design import LonelyPsu
from analytics.core.distances import Distance
from analytics.core.intervals import Method
from analytics.core.survey_file.plan import Degrees, Estimand
from analytics.core.survey_file.plan_document import plan_of
from tests.analytics.core.survey_file.made import document, plan

SHARE = {"estimand": "share", "items": "q"}


def test_a_document_says_as_little_as_a_weight_an_item_and_an_estimand():
    found = plan()
    assert (found.design.weight, found.design.lonely_psu, found.by) == ("w", LonelyPsu.FAIL, ())
    assert (found.interval.share, found.interval.confidence, found.interval.df) == (None, 0.95, Degrees.SMALLER)
    assert found.items["q"].codes == ("a", "b", "c")
    assert (found.items["x"].coded, found.items["x"].missing) == (False, {""})
    assert found.columns == ("w", "q", "x")


def test_everything_can_be_said():
    found = plan(
        file={"delimiter": ";", "decimal": ","},
        design={"weight": "w", "strata": ["a", "b"], "psu": "p", "fpc": "N", "second_stage_fpc": "M"},
        missing=["", 99],
        items={
            "q": {"codes": [1, 2], "missing": 8, "not_asked": -1},
            "set": {"columns": ["s1", "s2"], "codes": [0, 1]},
        },
        by=["r", ["r", "s"]],
        domains={"r": ["n", "s"]},
        calibration={"method": "logit", "bounds": ["0.5", 2], "margins": [{"column": "r", "totals": {"n": 4, "s": 5}}]},
        interval={"share": "wilson", "quantile": "beta", "confidence": "0.9", "df": "plain"},
        estimates=[
            {"estimand": "share", "items": ["set", "q"]},
            {"estimand": "score", "items": "q", "scores": {"1": 1, "2": None}},
        ],
    )
    assert found.items["q"].missing == {"", "99", "8"}
    assert (found.items["s1"].column, found.items["s2"].codes) == ("s1", ("0", "1"))
    assert found.requests[0].items == ("s1", "s2", "q")
    assert math.isnan(found.requests[1].scores["2"])
    assert found.calibration
    assert (found.calibration.method, found.calibration.bounds) == (Distance.LOGIT, (0.5, 2.0))
    assert (found.interval.share, found.interval.quantile, found.interval.confidence) == (
        Method.WILSON,
        Method.BETA,
        0.9,
    )
    assert found.columns == ("w", "a", "b", "p", "N", "M", "r", "s", "q", "s1", "s2")
    assert found.fixed == {"a", "b", "r"}


def test_all_items_of_a_kind_can_be_named_at_once():
    found = plan(estimates=[{"estimand": "share", "items": "all"}, {"estimand": "mean", "items": "all"}])
    assert [one.items for one in found.requests] == [("q",), ("x",)]
    assert found.requests[1].estimand is Estimand.MEAN


@pytest.mark.parametrize(
    ("changes", "place", "said"),
    [
        ({"desing": {}}, "desing", "one of the entries"),
        ({"design": {}}, "design.weight", "got nothing"),
        ({"design": {"weight": "w", "fpcc": "N"}}, "design.fpcc", "weight, strata, psu"),
        ({"design": {"weight": "w", "lonely_psu": "drop"}}, "design.lonely_psu", "fail, certainty, adjust, average"),
        ({"design": {"weight": "w", "second_stage_fpc": "M"}}, "design.second_stage_fpc", "no psu"),
        ({"design": {"weight": "w", "psu": "p", "second_stage_fpc": "M"}}, "design.second_stage_fpc", "no fpc"),
        ({"design": {"weight": "w", "psu_within_strata": True}}, "design.psu_within_strata", "beside it"),
        ({"design": {"weight": True}}, "design.weight", "in quotes"),
        ({"design": "w"}, "design", "a mapping"),
        ({"items": {}}, "items", "at least one"),
        ({"items": {"q": {"codes": ["a", "a"]}}}, "items.q.codes", "'a' twice"),
        ({"items": {"q": {"codes": []}}}, "items.q.codes", "an empty list"),
        ({"items": {"q": {"codes": ["a"], "missing": "a"}}}, "items.q.missing", "among codes"),
        ({"items": {"q": {"codes": ["a"], "not_asked": "a"}}}, "items.q.not_asked", "among codes"),
        ({"items": {"q": {"column": "y", "columns": ["y"]}}}, "items.q.columns", "got both"),
        ({"items": {"q": {}, "set": {"columns": ["q"]}}}, "items.set", "'q' twice"),
        ({"by": "r"}, "by", "a list of columns"),
        ({"by": ["r", "r"]}, "by", "r twice"),
        ({"by": ["r"], "domains": {"s": ["a"]}}, "domains.s", "a column of by"),
        ({"interval": {"share": "wald"}}, "interval.share", "75 of 100"),
        ({"interval": {"share": "t"}}, "interval.share", "leaves [0, 1]"),
        ({"interval": {"quantile": "wilson"}}, "interval.quantile", "t, logit, beta"),
        ({"interval": {"confidence": 95}}, "interval.confidence", "95 percent is 0.95"),
        ({"file": {"delimiter": ";;"}}, "file.delimiter", "one character"),
        ({"file": {"decimal": ","}}, "file.decimal", "not the delimiter"),
        ({"calibration": {"margins": []}}, "calibration.margins", "a list"),
        ({"calibration": {"margins": [{"column": "r"}]}}, "calibration.margins[0]", "neither"),
        (
            {"calibration": {"margins": [{"column": "r", "total": 1}], "bounds": [0.5, 2]}},
            "calibration.bounds",
            "for raking",
        ),
        (
            {"calibration": {"margins": [{"column": "r", "total": 1}], "method": "logit"}},
            "calibration.bounds",
            "for logit",
        ),
        (
            {"calibration": {"margins": [{"column": "r", "totals": {"a": "many"}}]}},
            "calibration.margins[0].totals.a",
            "a number",
        ),
        ({"replicates": {"kind": "brr"}}, "replicates.kind", "jkn, bootstrap"),
        ({"replicates": {"kind": "bootstrap", "count": 9}}, "replicates.seed", "got nothing"),
        ({"replicates": {"kind": "bootstrap", "count": 1, "seed": 1}}, "replicates.count", "from 2"),
        ({"replicates": {"kind": "jkn", "seed": 1}}, "replicates.seed", "one of the entries"),
        ({"replicates": {"kind": "jkn"}, "interval": {"df": "satterthwaite"}}, "interval.df", "smaller or plain"),
        (
            {"replicates": {"kind": "jkn"}, "estimates": [{"estimand": "quantile", "items": "x", "p": "0.5"}]},
            "replicates.kind",
            "bootstrap for quantiles",
        ),
        ({"estimates": []}, "estimates", "a list"),
        ({"estimates": [{"estimand": "share", "items": "nix"}]}, "estimates[0].items", "'nix'"),
        ({"estimates": [{"estimand": "share", "items": "x"}]}, "estimates[0].items", "x, which is a number"),
        ({"estimates": [{"estimand": "mean", "items": "q"}]}, "estimates[0].items", "q, which is coded"),
        ({"estimates": [{"estimand": "median", "items": "x"}]}, "estimates[0].estimand", "share, total"),
        ({"estimates": [SHARE, {**SHARE, "over": "x"}]}, "estimates[1].over", "one of the entries"),
        ({"estimates": [{"estimand": "ratio", "items": "x", "over": "q"}]}, "estimates[0].over", "coded"),
        ({"estimates": [{"estimand": "ratio", "items": "x", "over": "nix"}]}, "estimates[0].over", "'nix'"),
        ({"estimates": [{"estimand": "quantile", "items": "x", "p": [50]}]}, "estimates[0].p", "between 0 and 1"),
        (
            {"estimates": [{"estimand": "net_balance", "items": "q", "plus": "a", "minus": ["a"]}]},
            "estimates[0].minus",
            "'a'",
        ),
        (
            {"estimates": [{"estimand": "net_balance", "items": "q", "plus": "d", "minus": "b"}]},
            "estimates[0].plus",
            "codes of q: a, b, c, got 'd'",
        ),
        (
            {"estimates": [{"estimand": "score", "items": "q", "scores": {"a": 1, "b": 2}}]},
            "estimates[0].scores",
            "none for 'c'",
        ),
        (
            {"estimates": [{"estimand": "score", "items": "q", "scores": {"a": None}}]},
            "estimates[0].scores",
            "a number for a code",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_place(changes, place, said):
    with pytest.raises(InputError) as error:
        plan_of(document(**changes))
    assert error.value.parameter == place
    assert said in str(error.value)


@pytest.mark.parametrize("nothing", [None, [], "text"])
def test_a_document_is_a_mapping(nothing):
    with pytest.raises(InputError, match="document: expected a mapping"):
        plan_of(nothing)
