"""Focus profiles: what experts say of countries and policy instruments under a scheme, and how far coders agree.

A profile is what a coder judged, with the evidence named. It is never made by counting instruments: a country that is
described at greater length has more of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

import numpy as np

from analytics.core.agreement import Agreement, Level, alpha, alpha_of_sets, alphas_of_codes
from analytics.core.arrays import Floats, InputError, Mask

EVERYWHERE = "NORDIC"  # the place of an instrument that all countries have
REPLICATES = 1000


class Focus(StrEnum):
    """How much a country's policy looks at a perspective, from the least to the most."""

    PARTLY_NEGLECTED = "partly_neglected"
    SECONDARY = "secondary"
    STRONG = "strong"


class Basis(StrEnum):
    """Whether the source says it, or the coder concluded it."""

    STATED = "stated"
    INFERRED = "inferred"


@dataclass(frozen=True)
class Scheme:
    """Codes of the perspectives in their order; `groups` has the group of each, empty where there are none."""

    key: str
    codes: tuple[str, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Rating:
    """A coder's judgement of a country under one perspective, with what it rests on: words, instruments or both."""

    country: str
    perspective: str
    focus: Focus
    basis: Basis
    text: str
    instruments: frozenset[str]


@dataclass(frozen=True)
class CodedInstrument:
    """The perspectives that an instrument serves; the empty set says none. `version` is that of its entry."""

    instrument: str
    version: int
    perspectives: frozenset[str]
    basis: Basis


@dataclass(frozen=True)
class Coding:
    """All that one coder judged under a scheme."""

    scheme: Scheme
    ratings: tuple[Rating, ...]
    instruments: tuple[CodedInstrument, ...]


class FindingKind(StrEnum):
    """What a coder should look at before closing."""

    NOT_RATED = "not_rated"
    INSTRUMENT_NOT_CODED = "instrument_not_coded"
    EVIDENCE_NOT_CODED = "evidence_not_coded"  # named for a rating, and without a code
    EVIDENCE_CODED_OTHERWISE = "evidence_coded_otherwise"  # named for a perspective that its own code leaves out


@dataclass(frozen=True)
class Finding:
    """One thing to look at, and where; what does not apply is empty."""

    kind: FindingKind
    country: str = ""
    perspective: str = ""
    instrument: str = ""


@dataclass(frozen=True)
class OfPerspective:
    """Agreement about one perspective: whether instruments serve it (nominal), how countries rate on it (ordinal)."""

    perspective: str
    instruments: Agreement
    ratings: Agreement


@dataclass(frozen=True)
class InstrumentDisagreement:
    """An instrument to which coders gave other perspectives; None: not coded by that coder."""

    instrument: str
    perspectives: tuple[frozenset[str] | None, ...]


@dataclass(frozen=True)
class RatingDisagreement:
    """A country and perspective that coders rated otherwise; None: not rated by that coder."""

    country: str
    perspective: str
    focuses: tuple[Focus | None, ...]


@dataclass(frozen=True)
class Comparison:
    """Several codings of one scheme beside each other, in the order given.

    sets: whole sets of perspectives, MASI distance. ratings: all cells, ordinal. unpaired: instruments and cells with
    one coder only, which no coefficient holds. other_versions: instruments coded from different versions of the entry.
    """

    perspectives: tuple[OfPerspective, ...]
    sets: Agreement
    ratings: Agreement
    instrument_disagreements: tuple[InstrumentDisagreement, ...]
    rating_disagreements: tuple[RatingDisagreement, ...]
    unpaired_instruments: tuple[str, ...]
    unpaired_ratings: tuple[tuple[str, str], ...]
    other_versions: tuple[str, ...]


def check(coding: Coding, *, places: Mapping[str, str]) -> None:
    """Raise InputError for the first thing of the coding that cannot be; `places`: instrument -> country or EVERYWHERE.

    Unknown perspectives and instruments, a cell rated or an instrument coded twice, a rating without evidence, and
    evidence from another country.
    """
    known = set(coding.scheme.codes)
    _once("ratings", [(rating.country, rating.perspective) for rating in coding.ratings])
    _once("instruments", [coded.instrument for coded in coding.instruments])
    for rating in coding.ratings:
        _known("perspective", {rating.perspective}, known)
        _known("evidence", rating.instruments, places)
        _evidence(rating, places)
    for coded in coding.instruments:
        _known("instrument", {coded.instrument}, places)
        _known("perspectives", coded.perspectives, known)


def findings(coding: Coding, *, countries: Sequence[str], places: Mapping[str, str]) -> tuple[Finding, ...]:
    """What is not rated or coded yet, and where ratings and codes of one coder do not fit; `places` as in `check`."""
    rated = {(rating.country, rating.perspective) for rating in coding.ratings}
    codes = {coded.instrument: coded.perspectives for coded in coding.instruments}
    unrated = (
        Finding(FindingKind.NOT_RATED, country, perspective)
        for country in countries
        for perspective in coding.scheme.codes
        if (country, perspective) not in rated
    )
    uncoded = (
        Finding(FindingKind.INSTRUMENT_NOT_CODED, place, instrument=instrument)
        for instrument, place in places.items()
        if instrument not in codes
    )
    return tuple(chain(unrated, chain.from_iterable(_misfits(one, codes) for one in coding.ratings), uncoded))


def profile(coding: Coding, *, countries: Sequence[str]) -> tuple[tuple[Rating | None, ...], ...]:
    """Rows of the countries, cells in the order of the scheme's codes; None: not rated. Reads ratings alone."""
    cells = {(rating.country, rating.perspective): rating for rating in coding.ratings}
    return tuple(tuple(cells.get((country, code)) for code in coding.scheme.codes) for country in countries)


def compare(codings: Sequence[Coding], *, seed: int, replicates: int = REPLICATES) -> Comparison:
    """Krippendorff's alpha of each perspective with its interval, and every disagreement.

    Instruments are units for the codes, cells of country and perspective for the ratings, both in the order of their
    names, so that the order of rows plays no part. InputError for fewer than two codings or codings of two schemes.
    Source: Krippendorff 2004, ch. 11; sets of codes Passonneau 2006.
    """
    _comparable(codings)
    codes = codings[0].scheme.codes
    instruments, sets, coded = _sets(codings, codes)
    cells, ranks = _ranks(codings)
    each = alphas_of_codes(sets, coded=coded, seed=seed, replicates=replicates)
    columns = np.array([codes.index(code) for _country, code in cells], dtype=np.int64)
    return Comparison(
        perspectives=tuple(
            OfPerspective(code, each[place], _ordinal(ranks[columns == place], seed=seed, replicates=replicates))
            for place, code in enumerate(codes)
        ),
        sets=alpha_of_sets(sets, coded=coded, seed=seed, replicates=replicates),
        ratings=_ordinal(ranks, seed=seed, replicates=replicates),
        instrument_disagreements=tuple(_differing_sets(codings, instruments)),
        rating_disagreements=tuple(_differing_ratings(codings, cells)),
        unpaired_instruments=tuple(one for one, by in zip(instruments, coded, strict=True) if by.sum() == 1),
        unpaired_ratings=tuple(cell for cell, row in zip(cells, ranks, strict=True) if np.sum(~np.isnan(row)) == 1),
        other_versions=tuple(_other_versions(codings, instruments)),
    )


def _misfits(rating: Rating, codes: Mapping[str, frozenset[str]]) -> Iterable[Finding]:
    for instrument in sorted(rating.instruments):
        if instrument not in codes:
            yield Finding(FindingKind.EVIDENCE_NOT_CODED, rating.country, rating.perspective, instrument)
        elif rating.perspective not in codes[instrument]:
            yield Finding(FindingKind.EVIDENCE_CODED_OTHERWISE, rating.country, rating.perspective, instrument)


def _evidence(rating: Rating, places: Mapping[str, str]) -> None:
    where = f"{rating.country} {rating.perspective}"
    if not rating.instruments and not rating.text.strip():
        raise InputError(
            "evidence", expected=f"words or instruments for {where}", got="neither",
            hint="Name what the rating rests on.",
        )  # fmt: skip
    foreign = sorted(one for one in rating.instruments if places[one] not in (rating.country, EVERYWHERE))
    if foreign:
        raise InputError(
            "evidence", expected=f"instruments of {rating.country}", got=f"{foreign[0]} of {places[foreign[0]]}",
            hint="Name instruments of the country itself, or of all countries.",
        )  # fmt: skip


def _known(parameter: str, given: Iterable[str], known: Iterable[str]) -> None:
    strange = sorted(set(given) - set(known))
    if strange:
        raise InputError(
            parameter, expected="one of the scheme's or the catalogue's", got=repr(strange[0]), hint="Correct the key."
        )


def _once(parameter: str, given: Sequence[object]) -> None:
    twice = [one for place, one in enumerate(given) if one in given[:place]]
    if twice:
        raise InputError(parameter, expected="each once", got=f"{twice[0]} twice", hint="Keep one of them.")


def _comparable(codings: Sequence[Coding]) -> None:
    if len(codings) < 2:
        raise InputError("codings", expected="at least two", got=str(len(codings)), hint="One alone has no agreement.")
    schemes = {coding.scheme for coding in codings}
    if len(schemes) > 1:
        raise InputError(
            "codings", expected="one scheme", got=", ".join(sorted(one.key for one in schemes)),
            hint="Compare codings that were made with the same perspectives.",
        )  # fmt: skip


def _sets(codings: Sequence[Coding], codes: Sequence[str]) -> tuple[tuple[str, ...], Mask, Mask]:
    """The instruments that anybody coded; bool[instruments, coders, codes]; bool[instruments, coders]."""
    instruments = tuple(sorted({coded.instrument for coding in codings for coded in coding.instruments}))
    rows = {instrument: row for row, instrument in enumerate(instruments)}
    sets = np.zeros((len(instruments), len(codings), len(codes)), dtype=np.bool_)
    known = np.zeros((len(instruments), len(codings)), dtype=np.bool_)
    for coder, coding in enumerate(codings):
        for coded in coding.instruments:
            known[rows[coded.instrument], coder] = True
            sets[rows[coded.instrument], coder] = [code in coded.perspectives for code in codes]
    return instruments, sets, known


def _ranks(codings: Sequence[Coding]) -> tuple[tuple[tuple[str, str], ...], Floats]:
    """The cells that anybody rated; f8[cells, coders] with 0, 1, 2 from neglected to strong, NaN where not rated."""
    cells = tuple(sorted({(one.country, one.perspective) for coding in codings for one in coding.ratings}))
    rows = {cell: row for row, cell in enumerate(cells)}
    ranks = np.full((len(cells), len(codings)), np.nan)
    for coder, coding in enumerate(codings):
        for rating in coding.ratings:
            ranks[rows[rating.country, rating.perspective], coder] = list(Focus).index(rating.focus)
    return cells, ranks


def _ordinal(ranks: Floats, *, seed: int, replicates: int) -> Agreement:
    return alpha(ranks, level=Level.ORDINAL, seed=seed, replicates=replicates)


def _differing_sets(codings: Sequence[Coding], instruments: Sequence[str]) -> Iterable[InstrumentDisagreement]:
    by_coder = [{coded.instrument: coded.perspectives for coded in coding.instruments} for coding in codings]
    for instrument in instruments:
        given = tuple(codes.get(instrument) for codes in by_coder)
        if len({one for one in given if one is not None}) > 1:
            yield InstrumentDisagreement(instrument, given)


def _differing_ratings(codings: Sequence[Coding], cells: Sequence[tuple[str, str]]) -> Iterable[RatingDisagreement]:
    by_coder = [{(one.country, one.perspective): one.focus for one in coding.ratings} for coding in codings]
    for cell in cells:
        given = tuple(ratings.get(cell) for ratings in by_coder)
        if len({one for one in given if one is not None}) > 1:
            yield RatingDisagreement(*cell, given)


def _other_versions(codings: Sequence[Coding], instruments: Sequence[str]) -> Iterable[str]:
    by_coder = [{coded.instrument: coded.version for coded in coding.instruments} for coding in codings]
    for instrument in instruments:
        if len({versions[instrument] for versions in by_coder if instrument in versions}) > 1:
            yield instrument
