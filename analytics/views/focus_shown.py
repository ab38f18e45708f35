"""Profiles, findings and comparisons of codings as their pages show them: words, symbols and evidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import isnan
from typing import Any

from django.utils.translation import gettext as _

from analytics.core.agreement import Agreement, AgreementFlag, Reliability
from analytics.core.focus import (
    Coding,
    Comparison,
    Finding,
    FindingKind,
    Focus,
    InstrumentDisagreement,
    Rating,
    RatingDisagreement,
    compare,
    profile,
)
from analytics.models import FocusCoding, PolicyInstrument
from analytics.models.focus import BASES, FOCUSES, PLACES
from analytics.queries import coding_of
from surveys.models import Country
from surveys.models.programme import in_readers_language

SYMBOLS = {Focus.STRONG: "●", Focus.SECONDARY: "◐", Focus.PARTLY_NEGLECTED: "○"}
SEED = 1  # of the bootstrap; stands beside the interval


@dataclass(frozen=True)
class Cell:
    country: str
    country_name: str
    focus: str
    symbol: str
    word: str
    basis: str
    text: str
    instruments: tuple[PolicyInstrument, ...]


@dataclass(frozen=True)
class Line:
    """One perspective; `group` has words where the scheme has groups."""

    code: str
    name: str
    description: str
    group: str
    cells: tuple[Cell, ...]


def title_of(document: Mapping[str, Any]) -> str:
    return in_readers_language(document["titles"])


def names_of(document: Mapping[str, Any]) -> dict[str, str]:
    """Code of a perspective -> its name, in the order of the scheme."""
    return {entry["code"]: in_readers_language(entry["names"]) for entry in document["perspectives"]}


def place_name(place: str) -> str:
    return str(dict(PLACES).get(place, place))


def focus_name(focus: str | None) -> str:
    return str(dict(FOCUSES)[Focus(focus)]) if focus else _("Not rated")


def table(stored: FocusCoding) -> list[Line]:
    """The profile: a line for each perspective, a cell for each country, with the evidence behind it."""
    named = {
        (row.country, row.perspective): tuple(row.instruments.all())
        for row in stored.ratings.prefetch_related("instruments")
    }
    groups = stored.scheme.document.get("groups", {})
    rows = profile(coding_of(stored), countries=Country.values)
    return [
        Line(
            code=entry["code"],
            name=in_readers_language(entry["names"]),
            description=in_readers_language(entry.get("descriptions", {})),
            group=in_readers_language(groups.get(entry.get("group", ""), {})),
            cells=tuple(
                _cell(country, row[place], named.get((country.value, entry["code"]), ()))
                for country, row in zip(Country, rows, strict=True)
            ),
        )
        for place, entry in enumerate(stored.scheme.document["perspectives"])
    ]


def _cell(country: Country, rating: Rating | None, named: tuple[PolicyInstrument, ...]) -> Cell:
    where = country.value, str(country.label)
    if rating is None:
        return Cell(*where, focus="", symbol="–", word=focus_name(None), basis="", text="", instruments=())
    basis, word = str(dict(BASES)[rating.basis]), focus_name(rating.focus)
    return Cell(*where, rating.focus, SYMBOLS[rating.focus], word, basis, rating.text, named)


def finding_said(finding: Finding, names: Mapping[str, str], entries: Mapping[str, str]) -> str:
    where = f"{place_name(finding.country)}, {names.get(finding.perspective, '')}".rstrip(", ")
    entry = entries.get(finding.instrument, finding.instrument)
    return {
        FindingKind.NOT_RATED: _("%(where)s: not rated"),
        FindingKind.INSTRUMENT_NOT_CODED: _("%(where)s: “%(entry)s” is not coded"),
        FindingKind.EVIDENCE_NOT_CODED: _("%(where)s: “%(entry)s” is named as evidence and not coded"),
        FindingKind.EVIDENCE_CODED_OTHERWISE: _(
            "%(where)s: “%(entry)s” is named as evidence and coded without this perspective"
        ),
    }[finding.kind] % {"where": where, "entry": entry}


@dataclass(frozen=True)
class Alpha:
    """A coefficient as a line of a table; None where it is undefined, and the remark says why."""

    what: str
    value: float | None
    low: float | None
    high: float | None
    units: int
    remark: str


def alpha_lines(found: Comparison, names: Mapping[str, str]) -> list[tuple[Alpha, Alpha]]:
    """For each perspective, then all together: agreement on instruments, agreement on ratings."""
    return [
        *(
            (_alpha(names[one.perspective], one.instruments), _alpha(names[one.perspective], one.ratings))
            for one in found.perspectives
        ),
        (_alpha(_("All perspectives together"), found.sets), _alpha(_("All perspectives together"), found.ratings)),
    ]


def _alpha(what: str, found: Agreement) -> Alpha:
    remarks = [_reliability(found.reliability), *(_flag(flag) for flag in sorted(found.flags))]
    return Alpha(
        what=what,
        value=_defined(found.alpha),
        low=_defined(found.low),
        high=_defined(found.high),
        units=found.units,
        remark="; ".join(remark for remark in remarks if remark),
    )


def _defined(value: float) -> float | None:
    return None if isnan(value) else value


def _reliability(reliability: Reliability) -> str:
    return {
        Reliability.RELIABLE: _("reliable"),
        Reliability.TENTATIVE: _("for tentative conclusions only"),
        Reliability.UNRELIABLE: _("not reliable"),
        Reliability.UNDEFINED: "",
    }[reliability]


def _flag(flag: AgreementFlag) -> str:
    return {
        AgreementFlag.NO_PAIRS: _("nothing that both judged"),
        AgreementFlag.NO_VARIATION: _("all judgements alike"),
        AgreementFlag.ONE_UNIT: _("one unit: no interval"),
        AgreementFlag.UNDEFINED_REPLICATES: _("interval without samples that are all alike"),
    }[flag]


def instrument_said(
    one: InstrumentDisagreement, names: Mapping[str, str], entries: Mapping[str, str]
) -> tuple[str, list[str]]:
    """The entry, and the perspectives that each coder gave it."""
    return entries.get(one.instrument, one.instrument), [_perspectives(codes, names) for codes in one.perspectives]


def rating_said(one: RatingDisagreement, names: Mapping[str, str]) -> tuple[str, list[str]]:
    """Country and perspective, and each coder's rating."""
    return f"{place_name(one.country)}: {names[one.perspective]}", [focus_name(focus) for focus in one.focuses]


def _perspectives(codes: frozenset[str] | None, names: Mapping[str, str]) -> str:
    if codes is None:
        return _("Not coded")
    return ", ".join(name for code, name in names.items() if code in codes) or _("None of them")


@lru_cache(maxsize=32)
def compared(first: Coding, second: Coding) -> Comparison:
    """Kept, since closed codings never change: of the ten themes it takes half a second."""
    return compare((first, second), seed=SEED)
