"""Published figures: standard errors by hand, intervals that cover words, and what is not known."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.core.arrays import InputError
from analytics.core.published import Precision, PublishedFigure, PublishedPopulation, Reading, ReadingFlag, read
from tests.analytics.core.published_cases import KS

POPULATION = PublishedPopulation(key="all", conditions=KS, until=2023, years=2, answers=1611, size=14297)
FIGURE = PublishedFigure(
    wave="dk",
    population="all",
    indicator="innovative_share",
    category="any_type",
    base="all",
    value=0.83,
    printed="83",
    precision=Precision.EXACT,
    source="https://example.org",
    n=1611,
)


def reading(population: PublishedPopulation = POPULATION, **change: object) -> Reading:
    return read(replace(FIGURE, **change), population)  # type: ignore[arg-type]


# Half-lengths of 95 % intervals in points, worked out by hand from p, n and N: sqrt(p(1-p)/n (1 - n/N)) t.
BY_HAND = [
    ("DK 2023", 0.83, 1611, 14297, 1.7),
    ("DK 2020", 0.81, 2271, 15000, 1.5),
    ("KS 2018", 0.74, 1786, None, 2.0),
    ("IS 2018", 0.78, 272, 751, 3.9),
    ("mayors 2020", 0.83, 139, 439, 5.2),
    ("NL 2021", 0.86, 366, 1400, 3.1),
]


@pytest.mark.parametrize(("name", "p", "n", "size", "margin"), BY_HAND)
def test_margins_by_hand(name: str, p: float, n: int, size: int | None, margin: float) -> None:
    found = reading(replace(POPULATION, answers=n, size=size), value=p, printed=f"{100 * p:.0f}", n=n)
    assert found.margin is not None
    assert round(100 * found.margin, 1) == margin, name
    assert found.sampling_error == pytest.approx(sqrt(p * (1 - p) / n * (1 - (n / size if size else 0))), rel=1e-12)


def test_rounding_adds_the_variance_of_a_uniform_error() -> None:
    found = reading()
    # sqrt(.83 x .17 / 1611 x (1 - 1611/14297)) = .0088157; with .005^2 / 3: .0092763
    assert found.sampling_error == pytest.approx(0.008815676, abs=1e-9)
    assert found.standard_error == pytest.approx(sqrt(0.008815676**2 + 0.005**2 / 3), abs=1e-9)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.83 - 0.017 < 0.83 + 0.0165 < found.high
    assert reading(printed="83.0").standard_error == pytest.approx(sqrt(0.008815676**2 + 0.0005**2 / 3), abs=1e-9)


def test_the_rounded_figure_is_covered_as_often_as_said() -> None:
    """2,000 samples of 600 of 2,000 from a share of 0.42, printed in whole per cent."""
    random = np.random.default_rng(7)
    population = replace(POPULATION, answers=600, size=2000)
    shares = np.round(random.hypergeometric(840, 1160, 600, size=2000) / 600, 2)
    covered = 0
    for share in shares:
        found = reading(population, value=float(share), printed=f"{100 * share:.0f}", n=600)
        covered += bool(found.low is not None and found.high is not None and found.low <= 0.42 <= found.high)
    assert 0.94 <= covered / 2000 <= 0.965


@pytest.mark.parametrize(
    ("precision", "value", "span"),
    [
        (Precision.EXACT, 0.83, (0.825, 0.835)),
        (Precision.DERIVED, 0.83, (0.825, 0.835)),
        (Precision.APPROX, 0.80, (0.775, 0.825)),
        (Precision.ROUNDED_WORDS, 0.75, (0.70, 0.80)),
        (Precision.LOWER_BOUND, 0.50, (0.50, 1.0)),
        (Precision.UPPER_BOUND, 0.30, (0.0, 0.30)),
    ],
)
def test_what_was_printed_may_stand_for(precision: Precision, value: float, span: tuple[float, float]) -> None:
    found = reading(precision=precision, value=value)
    assert found.span == pytest.approx(span)
    assert (ReadingFlag.WORDS in found.flags) == (precision.value in ("rounded_words", "lower_bound", "upper_bound"))


def test_words_have_an_interval_and_no_standard_error() -> None:
    found = reading(precision=Precision.ROUNDED_WORDS, value=0.75)
    assert found.standard_error is None
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.70 - 0.019
    assert found.high > 0.80 + 0.016
    bound = reading(precision=Precision.LOWER_BOUND, value=0.50)
    assert bound.high == 1.0
    assert reading(precision=Precision.LOWER_BOUND, value=0.60, low=0.60, high=0.65).span == (0.60, 0.65)


def test_without_n_there_is_neither_error_nor_interval() -> None:
    found = reading(n=None)
    assert (found.sampling_error, found.standard_error, found.margin, found.low, found.high) == (None,) * 5
    assert found.flags == (ReadingFlag.N_UNKNOWN,)
    assert found.sampling_error_at(0.5) is None


def test_flags_say_what_was_assumed() -> None:
    assert reading().flags == (ReadingFlag.ASSUMED_RANDOM,)
    no_size = replace(POPULATION, size=None, inferred=True)
    assert reading(no_size, second_hand=True).flags == (
        ReadingFlag.ASSUMED_RANDOM,
        ReadingFlag.SIZE_UNKNOWN,
        ReadingFlag.SECOND_HAND,
        ReadingFlag.INFERRED,
    )
    assert ReadingFlag.SIZE_ABOUT in reading(replace(POPULATION, about=True)).flags
    nobody = reading(value=0.0, printed="0")
    assert ReadingFlag.NO_SPREAD in nobody.flags
    assert nobody.standard_error is None


def test_the_design_effect_multiplies_the_variance_of_the_sample() -> None:
    plain, doubled = reading(), read(FIGURE, POPULATION, design_effect=2.0)
    assert plain.sampling_error is not None
    assert doubled.sampling_error == pytest.approx(sqrt(2) * plain.sampling_error, rel=1e-12)
    assert reading(replace(POPULATION, design_effect=2.0)) == doubled


def test_a_census_has_the_rounding_error_alone() -> None:
    found = reading(replace(POPULATION, answers=1611, size=1611))
    assert found.sampling_error == 0.0
    assert found.standard_error == pytest.approx(0.005 / sqrt(3), rel=1e-12)


@given(st.integers(1, 99), st.integers(2, 5000), st.integers(1, 20), st.sampled_from(list(Precision)), st.booleans())
def test_an_interval_holds_the_value_and_all_that_words_stand_for(
    percent: int, n: int, times: int, precision: Precision, known: bool
) -> None:
    population = replace(POPULATION, answers=n, size=n * times if known else None)
    found = reading(population, value=percent / 100, printed=str(percent), precision=precision, n=n)
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= found.value <= found.high <= 1
    if ReadingFlag.WORDS in found.flags:
        assert found.low <= found.span[0] <= found.span[1] <= found.high


@pytest.mark.parametrize(
    ("population", "change", "message"),
    [
        (replace(POPULATION, key="other"), {}, "population: expected all, got other"),
        (POPULATION, {"share": False}, "figure: expected a share, got innovative_share, a mean"),
        (replace(POPULATION, design_effect=0.0), {}, "design_effect: expected above 0, got 0.0"),
    ],
)
def test_what_cannot_be_read_is_said(population: PublishedPopulation, change: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        reading(population, **change)
