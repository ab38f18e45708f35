"""Calibrated weights reproduce the totals and are those of R; what cannot be met is said by name."""

import csv
import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.core.arrays import InputError
from analytics.core.calibration import calibrate, poststratify
from analytics.core.design import SurveyDesign
from analytics.core.distances import Distance, checked_bounds, curve
from analytics.core.estimates import mean, total
from analytics.core.margins import Auxiliary, Margin
from analytics.core.raking import rake
from tests.analytics.core.golden import RELATIVE, Table, numbers

SCHOOLS = Table("calibration")
GOLDEN = numbers("calibration")["calibrations"]
REFERENCE = Path(os.environ.get("REFERENCE_DIR", "reference")) / "statistics" / "reference_api.json"
WEIGHTS = SCHOOLS.number("pw")
STYPE = Margin(
    "stype", np.searchsorted(["E", "H", "M"], SCHOOLS.text("stype")), np.array([4421.0, 755, 1018]), tuple("EHM")
)
WIDE = Margin("sch_wide", (SCHOOLS.text("sch_wide") == "Yes").astype(int), np.array([1072.0, 5122]), ("No", "Yes"))
API99 = Auxiliary("api99", SCHOOLS.number("api99"), 3914069)
CALLS = {
    "linear": lambda: calibrate(WEIGHTS, [STYPE], method=Distance.LINEAR),
    "raking": lambda: calibrate(WEIGHTS, [STYPE, API99]),
    "logit": lambda: calibrate(WEIGHTS, [STYPE, API99], method=Distance.LOGIT, bounds=(0.4, 1.6)),
    "truncated": lambda: calibrate(WEIGHTS, [STYPE, API99], method=Distance.TRUNCATED, bounds=(0.45, 1.597)),
    "poststratify": lambda: poststratify(WEIGHTS, STYPE),
    "rake": lambda: rake(WEIGHTS, [STYPE, WIDE]),
}
IN_REFERENCE = {
    "linear": "linear_stype",
    "raking": "raking_stype_api99",
    "logit": "logit_bounds_0.4_1.6",
    "poststratify": "poststratify",
    "rake": "rake_stype_schwide",
}


def design(found, *, fpc=True):
    psu = np.unique(SCHOOLS.number("dnum"), return_inverse=True)[1]
    strata = np.zeros(len(psu), dtype=int)
    held = np.array([757.0]) if fpc else None
    return SurveyDesign(found.weights, strata, held, psu=psu, calibration=found.calibration)


@pytest.mark.parametrize("name", CALLS)
def test_weights_and_variances_are_those_of_r(name):
    found, wanted = CALLS[name](), GOLDEN[name]
    np.testing.assert_allclose(found.weights, wanted["weights"], rtol=RELATIVE)
    one = mean(design(found), SCHOOLS.number("api00"))
    other = total(design(found), SCHOOLS.number("enroll"))
    np.testing.assert_allclose([one.value, one.standard_error], wanted["mean"], rtol=RELATIVE)
    np.testing.assert_allclose([other.value, other.standard_error], wanted["total"], rtol=RELATIVE)
    assert found.diagnostics.margin_error <= 1e-10


@pytest.mark.skipif(not REFERENCE.is_file(), reason=f"no {REFERENCE}: set REFERENCE_DIR")
@pytest.mark.parametrize(("name", "key"), IN_REFERENCE.items())
def test_weights_and_variances_are_those_of_the_reference_without_correction(name, key):
    found, wanted = CALLS[name](), json.loads(REFERENCE.read_text(encoding="utf-8"))["calibration"][key]
    with (REFERENCE.parent / "apiclus1.csv").open(encoding="utf-8", newline="") as file:
        assert [row["stype"] for row in csv.DictReader(file)] == SCHOOLS.text("stype").tolist()
    np.testing.assert_allclose(found.weights, wanted["weights"], rtol=RELATIVE)
    plain = design(found, fpc=False)
    one, other = mean(plain, SCHOOLS.number("api00")), total(plain, SCHOOLS.number("enroll"))
    np.testing.assert_allclose(one.standard_error, wanted["mean"]["se"]["api00"], rtol=RELATIVE)
    np.testing.assert_allclose(other.standard_error, wanted["total"]["se"]["enroll"], rtol=RELATIVE)
    for number, stype in enumerate("EHM"):
        part = mean(plain, SCHOOLS.number("api00"), SCHOOLS.where(f"stype={stype}"))
        np.testing.assert_allclose(part.value, wanted["by"]["est"][stype], rtol=RELATIVE)
        np.testing.assert_allclose(part.standard_error, wanted["by"]["se"][number], rtol=RELATIVE)


def test_diagnostics_say_how_far_weights_moved():
    found = CALLS["truncated"]()
    told = found.diagnostics
    assert (told.g_low, told.g_high) == (0.45, 1.597)
    assert told.at_bounds == int(np.isclose(found.g, 0.45).sum() + np.isclose(found.g, 1.597).sum()) > 0
    assert told.kish_before == pytest.approx(1)
    assert told.kish_after == pytest.approx(1 + found.weights.var() / found.weights.mean() ** 2)
    np.testing.assert_array_equal(found.before, WEIGHTS)
    np.testing.assert_allclose(found.weights, found.before * found.g)
    np.testing.assert_array_equal(found.calibration.weights, WEIGHTS)  # residuals are taken with these


def test_the_total_of_a_margin_has_no_variance_left():
    found = CALLS["rake"]()
    for margin in (STYPE, WIDE):
        counted = total(design(found), (margin.codes == 1).astype(float))
        assert counted.value == pytest.approx(margin.totals[1], rel=1e-9)
        assert counted.standard_error < 1e-6


def test_a_margin_inside_another_is_met_and_said_to_be_redundant():
    coarse = Margin("secondary", (STYPE.codes > 0).astype(int), np.array([4421.0, 1773]))
    found = calibrate(WEIGHTS, [STYPE, coarse])
    assert found.diagnostics.redundant == ("secondary",)
    assert found.diagnostics.margin_error <= 1e-10
    np.testing.assert_allclose(found.weights, poststratify(WEIGHTS, STYPE).weights, rtol=RELATIVE)
    assert found.calibration.auxiliaries.shape == (183, 3)


def test_a_category_that_nobody_has_and_that_has_no_total_is_left_out():
    found = rake(WEIGHTS, [Margin("stype", STYPE.codes, np.array([4421.0, 755, 1018, 0])), WIDE])
    np.testing.assert_allclose(found.weights, CALLS["rake"]().weights, rtol=1e-12)
    assert calibrate(WEIGHTS, found.terms).diagnostics.margin_error <= 1e-10


@pytest.mark.parametrize("method", Distance)
def test_each_factor_is_the_slope_of_its_integral_and_starts_at_one(method):
    limits = checked_bounds(method, (0.3, 2.5) if method in ("logit", "truncated") else None, size=9)
    functions = curve(method, limits)
    u, h = np.array([-3.0, -0.9, -0.5, 0.0, 0.4, 1.2, 4.0]), 1e-6
    rise = (functions.integral(u + h) - functions.integral(u - h)) / (2 * h)
    np.testing.assert_allclose(functions.factor(u), rise, rtol=1e-6)
    steep = (functions.factor(u + h) - functions.factor(u - h)) / (2 * h)
    np.testing.assert_allclose(functions.slope(u), steep, rtol=1e-5, atol=1e-9)
    assert functions.factor(u)[3] == pytest.approx(1)
    assert functions.slope(u)[3] == pytest.approx(1)


@st.composite
def samples(draw):
    """Weights and two margins that some weights within [0.5, 2] of these meet, every category with a respondent."""
    n = draw(st.integers(8, 40))
    counts = draw(st.tuples(st.integers(2, 4), st.integers(2, 3)))
    found = []
    for count in counts:
        free = draw(st.lists(st.integers(0, count - 1), min_size=n - count, max_size=n - count))
        found.append(np.array([*range(count), *free]))
    weights = np.array(draw(st.lists(st.floats(1, 20), min_size=n, max_size=n)))
    moved = weights * np.array(draw(st.lists(st.floats(0.5, 2), min_size=n, max_size=n)))
    margins = [
        Margin(name, codes, np.bincount(codes, weights=moved, minlength=count))
        for name, codes, count in zip(("one", "two"), found, counts, strict=True)
    ]
    return weights, margins


def reached(margin, weights):
    return np.bincount(margin.codes, weights=weights, minlength=len(margin.totals))


@given(
    samples(), st.sampled_from([(Distance.RAKING, None), (Distance.LOGIT, (0.45, 2.2)), (Distance.TRUNCATED, (0.5, 2))])
)
@settings(max_examples=30)
def test_calibration_reproduces_every_margin_within_the_bounds(sample, how):
    weights, margins = sample
    found = calibrate(weights, margins, method=how[0], bounds=how[1])
    for margin in margins:
        np.testing.assert_allclose(reached(margin, found.weights), margin.totals, rtol=2e-10)
    if how[1]:
        assert found.g.min() >= how[1][0] - 1e-12
        assert found.g.max() <= how[1][1] + 1e-12


@given(samples())
@settings(max_examples=30)
def test_raking_in_rounds_is_calibration_by_raking(sample):
    weights, margins = sample
    np.testing.assert_allclose(rake(weights, margins).weights, calibrate(weights, margins).weights, rtol=1e-7)


@given(samples(), st.floats(0.01, 100))
@settings(max_examples=30)
def test_the_scale_of_weights_does_not_change_what_is_raked(sample, scale):
    weights, margins = sample
    one, other = calibrate(weights, margins), calibrate(weights * scale, margins)
    np.testing.assert_allclose(one.weights, other.weights, rtol=1e-8)


@given(samples(), st.randoms())
@settings(max_examples=30)
def test_the_order_of_rows_and_margins_does_not_matter(sample, random):
    weights, margins = sample
    order = np.array(random.sample(range(len(weights)), len(weights)))
    shuffled = [Margin(one.name, one.codes[order], one.totals) for one in reversed(margins)]
    for method in (rake, calibrate):
        one, other = method(weights, margins), method(weights[order], shuffled)
        np.testing.assert_allclose(one.weights[order], other.weights, rtol=1e-7)


def test_the_same_input_gives_the_same_bits():
    for call in CALLS.values():
        assert call().weights.tobytes() == call().weights.tobytes()


def _diagonal():
    """Both margins say 0 or 1; nobody is (1, 0), and the totals need that cell."""
    one = Margin("one", np.array([0, 0, 1, 1]), np.array([1.0, 3]))
    return [one, Margin("two", np.array([0, 1, 1, 1]), np.array([3.0, 1]))]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: rake(WEIGHTS, [STYPE, Margin("wide", WIDE.codes, np.array([1072.0, 5000]))]),
            "margins[wide]: expected the sum 6194 of margins[stype], got 6072. Margins of one population",
        ),
        (
            lambda: rake(WEIGHTS, [Margin("stype", STYPE.codes, np.array([4421.0, 755, 1018, 40]), tuple("EHMX"))]),
            "margins[stype]: expected a respondent in every category that has a total, got none in 'X', total 40. "
            "Join the category",
        ),
        (
            lambda: poststratify(WEIGHTS, Margin("stype", STYPE.codes, np.array([4421.0, 0, 1018]), tuple("EHM"))),
            "margins[stype]: expected a total above 0 where there are respondents, got 0 for 'H' with 14 respondents",
        ),
        (
            lambda: calibrate(WEIGHTS, [STYPE], method=Distance.TRUNCATED, bounds=(0.9, 1.1)),
            "margins[stype]: expected 426.472 to 521.244 for category 'H' within the bounds, got 755. Widen",
        ),
        (
            lambda: calibrate(
                WEIGHTS,
                [STYPE, Margin("same", STYPE.codes, np.array([4400.0, 776, 1018]))],
                method=Distance.RAKING,
            ),
            "margins[same]: expected 755 for category 1, which the terms before it imply, got 776",
        ),
        (lambda: rake(np.ones(4), _diagonal()), "margins[one]: expected totals that can be met together"),
        (
            lambda: calibrate(np.ones(4), _diagonal()),
            "margins[one]: expected weights that reach 1 for category 0, got 3",
        ),
        (
            lambda: calibrate(np.ones(4), _diagonal(), method=Distance.LOGIT, bounds=(0.01, 50)),
            "margins[one]: expected weights that reach",
        ),
        (
            lambda: calibrate(np.ones(4), _diagonal(), method=Distance.LINEAR),
            "margins[two]: expected totals that positive weights reach with the method linear",
        ),
        (
            lambda: calibrate(WEIGHTS, [STYPE, Auxiliary("zero", np.zeros(183), 5.0)]),
            "margins[zero]: expected values that are not all 0, got only 0",
        ),
        (
            lambda: calibrate(WEIGHTS, [STYPE], bounds=(0.5, 2)),
            "bounds: expected none for the method raking, got bounds",
        ),
        (
            lambda: calibrate(WEIGHTS, [STYPE], method=Distance.LOGIT),
            "bounds: expected a lower and an upper factor, got none",
        ),
        (
            lambda: calibrate(WEIGHTS, [STYPE], method=Distance.LOGIT, bounds=(1.0, 2.0)),
            "bounds: expected 0 <= lower < 1 < upper, got 1 and 2",
        ),
        (
            lambda: calibrate(WEIGHTS, [STYPE], method="greg"),
            "method: expected one of linear, raking, logit, truncated",
        ),
        (lambda: calibrate(WEIGHTS, []), "margins: expected at least one, got none"),
        (lambda: calibrate(WEIGHTS, [STYPE, STYPE]), "margins[stype]: expected each name once, got it twice"),
        (lambda: calibrate(WEIGHTS[1:], [STYPE]), "margins[stype]: expected 182 rows, got 183"),
        (lambda: calibrate(-WEIGHTS, [STYPE]), "weights: expected"),
        (lambda: Margin("m", np.array([0, 3]), np.array([1.0, 2])), "margins[m]: expected codes 0..1, got 3 in row 1"),
        (lambda: Margin("m", np.array([0]), np.array([-1.0])), "margins[m]: expected totals of 0 or more, got -1"),
        (lambda: Margin("m", np.array([0]), np.array([1.0]), ("a", "b")), "margins[m]: expected 1 labels, got 2"),
        (lambda: Auxiliary("x", np.array([1.0, np.nan]), 3), "margins[x]: expected finite numbers, got nan in row 1"),
        (lambda: Auxiliary("x", np.array([1.0]), np.inf), "margins[x]: expected finite numbers, got total inf"),
    ],
)
def test_what_cannot_be_met_is_refused_by_name(call, message):
    with pytest.raises(InputError) as error:
        call()
    assert str(error.value).startswith(message)


def test_a_table_too_large_to_hold_whole_is_raked_the_same(monkeypatch):
    whole = rake(WEIGHTS, [STYPE, WIDE])
    monkeypatch.setattr("analytics.core.raking.DENSE", 1)
    np.testing.assert_allclose(rake(WEIGHTS, [STYPE, WIDE]).weights, whole.weights, rtol=1e-13)
    monkeypatch.setattr("analytics.core.margins.LIMIT", 2)  # cells are numbered anew on the way
    np.testing.assert_allclose(rake(WEIGHTS, [STYPE, WIDE]).weights, whole.weights, rtol=1e-13)


def test_raking_that_only_ends_in_weights_of_nothing_is_refused():
    margins = [
        Margin("one", np.array([0, 0, 1, 1]), np.array([2.0, 2.0])),
        Margin("two", np.array([0, 1, 0, 1]), np.array([4 - 1e-9, 1e-9])),
    ]
    with pytest.raises(
        InputError, match=r"margins\[two\]: expected totals that positive weights reach, got a factor of"
    ):
        rake(np.ones(4), margins)
