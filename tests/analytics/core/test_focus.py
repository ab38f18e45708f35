"""Focus profiles: judged and not counted, held against a second coder, with every error named."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.core.agreement import AgreementFlag, Level, alpha
from analytics.core.arrays import InputError
from analytics.core.focus import (
    Basis,
    CodedInstrument,
    Coding,
    Finding,
    FindingKind,
    Focus,
    InstrumentDisagreement,
    Rating,
    RatingDisagreement,
    Scheme,
    check,
    compare,
    findings,
    profile,
)
from analytics.core.focus_library import load_instruments, load_reading

SCHEME = Scheme("three", ("organisation", "system", "transformative"), ("", "", ""))
PLACES = {"prize": "NO", "lab": "NO", "reform": "DK", "goals": "NORDIC"}
FEW = 200


def rating(country: str = "NO", perspective: str = "system", focus: Focus = Focus.STRONG, **more: object) -> Rating:
    named = {"basis": Basis.STATED, "text": "Said so.", "instruments": frozenset[str]()} | more
    return Rating(country, perspective, focus, **named)  # type: ignore[arg-type]


def coded(instrument: str, *perspectives: str, version: int = 1) -> CodedInstrument:
    return CodedInstrument(instrument, version, frozenset(perspectives), Basis.INFERRED)


def coding(*ratings: Rating, instruments: tuple[CodedInstrument, ...] = ()) -> Coding:
    return Coding(SCHEME, ratings, instruments)


def test_a_profile_has_a_cell_for_each_country_and_perspective_and_none_where_nothing_is_rated():
    one, other = rating(), rating("DK", "organisation", Focus.PARTLY_NEGLECTED)
    assert profile(coding(one, other), countries=("DK", "NO")) == ((other, None, None), (None, one, None))


@given(st.lists(st.sampled_from(SCHEME.codes), max_size=40))
def test_no_number_of_instruments_changes_a_profile(perspectives):
    ratings = (rating(), rating("NO", "organisation", Focus.PARTLY_NEGLECTED))
    many = tuple(coded(f"entry-{place}", code) for place, code in enumerate(perspectives))
    assert profile(coding(*ratings, instruments=many), countries=("NO",)) == profile(
        coding(*ratings), countries=("NO",)
    )


def test_counting_the_shipped_instruments_would_call_four_of_five_countries_otherwise_than_the_study():
    reading = load_reading().coding
    place = {row.key: row.country for row in load_instruments()}
    counts = Counter((place[one.instrument], code) for one in reading.instruments for code in one.perspectives)
    codes = reading.scheme.codes
    mostly = {
        country: max(codes, key=lambda code, c=country: counts[c, code]) for country in ("NO", "DK", "SE", "FI", "IS")
    }
    strong = {(one.country, one.perspective) for one in reading.ratings if one.focus is Focus.STRONG}
    assert {country for country, code in mostly.items() if (country, code) in strong} == {"SE"}


@pytest.mark.parametrize(
    ("wrong", "parameter", "got"),
    [
        (coding(rating(perspective="market")), "perspective", "'market'"),
        (coding(rating(), rating(focus=Focus.SECONDARY)), "ratings", "('NO', 'system') twice"),
        (coding(rating(text=" ")), "evidence", "neither"),
        (coding(rating(instruments=frozenset({"reform"}))), "evidence", "reform of DK"),
        (coding(rating(instruments=frozenset({"unheard"}))), "evidence", "'unheard'"),
        (coding(instruments=(coded("prize"), coded("prize", "system"))), "instruments", "prize twice"),
        (coding(instruments=(coded("prize", "market"),)), "perspectives", "'market'"),
        (coding(instruments=(coded("unheard"),)), "instrument", "'unheard'"),
    ],
)
def test_what_cannot_be_is_named(wrong, parameter, got):
    with pytest.raises(InputError) as raised:
        check(wrong, places=PLACES)
    assert (raised.value.parameter, raised.value.got) == (parameter, got)


def test_instruments_alone_are_evidence_and_those_of_all_countries_too():
    check(coding(rating(text="", instruments=frozenset({"prize", "goals"}))), places=PLACES)


def test_findings_name_what_is_missing_and_what_does_not_fit():
    some = coding(
        rating("NO", "system", instruments=frozenset({"lab", "prize"})),
        instruments=(coded("prize", "organisation"), coded("reform"), coded("goals", "system")),
    )
    assert findings(some, countries=("NO",), places=PLACES) == (
        Finding(FindingKind.NOT_RATED, "NO", "organisation"),
        Finding(FindingKind.NOT_RATED, "NO", "transformative"),
        Finding(FindingKind.EVIDENCE_NOT_CODED, "NO", "system", "lab"),
        Finding(FindingKind.EVIDENCE_CODED_OTHERWISE, "NO", "system", "prize"),
        Finding(FindingKind.INSTRUMENT_NOT_CODED, "NO", instrument="lab"),
    )


def two() -> tuple[Coding, Coding]:
    first = coding(
        rating("NO", "system", Focus.STRONG), rating("DK", "system", Focus.SECONDARY),
        rating("DK", "organisation", Focus.SECONDARY),
        instruments=(coded("prize", "organisation"), coded("lab", "system"), coded("reform"), coded("goals", "system")),
    )  # fmt: skip
    second = coding(
        rating("NO", "system", Focus.PARTLY_NEGLECTED), rating("DK", "system", Focus.SECONDARY),
        instruments=(coded("prize", "organisation", "system"), coded("lab", "system", version=2), coded("reform")),
    )  # fmt: skip
    return first, second


def test_alpha_of_a_perspective_is_that_of_its_codes_by_hand():
    found = compare(two(), seed=1, replicates=FEW)
    # system: prize 0/1, lab 1/1, reform 0/0. Pairs: 2 of 6 differ; values 3 ones, 3 zeros: expected 18/30.
    system = found.perspectives[1]
    assert system.perspective == "system"
    assert system.instruments.alpha == pytest.approx(1 - (2 / 6) / (18 / 30), rel=1e-12)
    assert found.perspectives[0].instruments.alpha == pytest.approx(1.0)
    assert found.perspectives[2].instruments.flags == {AgreementFlag.NO_VARIATION}
    assert (system.instruments.units, system.instruments.values) == (3, 6)


def test_ratings_are_ordinal_over_the_cells_that_both_rated():
    found = compare(two(), seed=1, replicates=FEW)
    # DK system 1/1, NO system 2/0
    expected = alpha(np.array([[1.0, 1.0], [2.0, 0.0]]), level=Level.ORDINAL, seed=1, replicates=FEW)
    assert found.ratings == expected
    assert found.perspectives[1].ratings == expected
    assert found.perspectives[0].ratings.flags == {AgreementFlag.NO_PAIRS}


def test_every_disagreement_and_everything_without_a_pair_is_listed():
    found = compare(two(), seed=1, replicates=FEW)
    assert found.instrument_disagreements == (
        InstrumentDisagreement("prize", (frozenset({"organisation"}), frozenset({"organisation", "system"}))),
    )
    assert found.rating_disagreements == (RatingDisagreement("NO", "system", (Focus.STRONG, Focus.PARTLY_NEGLECTED)),)
    assert found.unpaired_instruments == ("goals",)
    assert found.unpaired_ratings == (("DK", "organisation"),)
    assert found.other_versions == ("lab",)


def test_a_coding_agrees_with_itself_in_everything():
    reading = load_reading().coding
    found = compare((reading, reading), seed=1, replicates=FEW)
    assert (found.sets.alpha, found.ratings.alpha) == (1.0, 1.0)
    assert {one.instruments.alpha for one in found.perspectives} == {1.0}
    assert found.instrument_disagreements == found.rating_disagreements == ()


@settings(max_examples=10)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_plays_no_part(random):
    first = load_reading().coding
    second = replace(
        first,
        instruments=tuple(
            replace(one, perspectives=frozenset({"system"})) if place % 3 == 0 else one
            for place, one in enumerate(first.instruments)
        ),
    )
    mixed = replace(
        second,
        instruments=tuple(random.sample(second.instruments, len(second.instruments))),
        ratings=tuple(random.sample(second.ratings, len(second.ratings))),
    )
    assert compare((first, mixed), seed=3, replicates=FEW) == compare((first, second), seed=3, replicates=FEW)


def test_one_coding_or_two_schemes_are_refused():
    first, second = two()
    with pytest.raises(InputError, match="at least two"):
        compare((first,), seed=1)
    other = replace(second, scheme=Scheme("ten", ("culture",), ("organisation",)), ratings=(), instruments=())
    with pytest.raises(InputError, match="one scheme"):
        compare((first, other), seed=1)


def test_two_empty_codings_have_no_alpha():
    found = compare((coding(), coding()), seed=1, replicates=FEW)
    assert found.sets.flags == found.ratings.flags == {AgreementFlag.NO_PAIRS}
