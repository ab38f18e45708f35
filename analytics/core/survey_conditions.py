"""Under which conditions a figure was made, and whether two figures made under different ones may be compared."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from analytics.core.arrays import InputError

ALL_SECTORS = frozenset({"all"})
UNKNOWN = "unknown"


class SurveyUnit(StrEnum):
    """What a share is a share of."""

    WORKPLACE = "workplace"
    ORGANISATION = "organisation"
    PERSON = "person"
    MIXED = "mixed"  # several in one figure


class Scale(StrEnum):
    """How a question stands to ours."""

    SAME = "same"
    OTHER_WORDING = "other_wording"
    OTHER_SCALE = "other_scale"
    UNKNOWN_SCALE = "unknown_scale"


class Reason(StrEnum):
    """What forbids a comparison."""

    UNIT = "other_unit"
    LEVELS = "other_levels"  # of government: the population holds other workplaces
    SECTORS = "other_sectors"
    NO_COUNTERPART = "no_counterpart"  # a sector that the other classification does not have
    PERIOD = "other_period"  # a reference period of another length
    OTHER_WORDING = "other_wording"
    OTHER_SCALE = "other_scale"
    UNKNOWN_SCALE = "unknown_scale"


class Note(StrEnum):
    """What stands beside a comparison that is allowed."""

    LEVELS_AS_ONE = "levels_as_one"
    SECTORS_NOT_ADJUSTED = "sectors_not_adjusted"
    YEARS = "other_years"
    MODE = "other_mode"
    MODE_UNKNOWN = "mode_unknown"
    WEIGHTING = "other_weighting"
    WEIGHTING_UNKNOWN = "weighting_unknown"
    NOT_WEIGHTED = "not_weighted"


class Tolerated(StrEnum):
    """Differences that a preset may tell instead of refusing."""

    SECTORS = "sectors"


@dataclass(frozen=True, kw_only=True)
class SurveyConditions:
    """How a figure of one indicator, wave and country was made.

    levels: of government; sectors: ALL_SECTORS for every sector of these levels. until, years: the last year of the
    reference period and its length. mode and weighting: a code, "unknown" where nothing is said.
    """

    unit: SurveyUnit
    levels: frozenset[str]
    sectors: frozenset[str]
    until: int
    years: int
    scale: Scale = Scale.SAME
    mode: str = UNKNOWN
    weighting: str = UNKNOWN

    def __post_init__(self) -> None:
        for name in ("levels", "sectors"):
            if not getattr(self, name):
                raise InputError(name, expected="one at least", got="none", hint="Say which workplaces were asked.")
        if self.years < 1:
            raise InputError("years", expected="1 or more", got=str(self.years), hint="Give the length in years.")


@dataclass(frozen=True)
class Terms:
    """What a preset takes as alike: levels as one, differences that are tolerated, and sectors in other codes."""

    as_one_level: frozenset[str] = frozenset()
    tolerates: frozenset[Tolerated] = frozenset()
    concordance: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Allowance:
    """Whether two figures may be compared; reasons where not, notes beside it either way. Both sorted as declared."""

    reasons: tuple[Reason, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def allowed(self) -> bool:
        return not self.reasons


STRICT = Terms()
SCALES = {
    Scale.OTHER_WORDING: Reason.OTHER_WORDING,
    Scale.OTHER_SCALE: Reason.OTHER_SCALE,
    Scale.UNKNOWN_SCALE: Reason.UNKNOWN_SCALE,
}


def compare(ours: SurveyConditions, theirs: SurveyConditions, *, terms: Terms = STRICT) -> Allowance:
    """Whether a figure of ours and one of theirs say the same thing of the same kind of population.

    Another unit, population (levels of government, sectors), wording or scale, or a reference period of another length
    is refused; other years, mode and weighting are told. The countries themselves are what is compared.
    """
    found = [*_population(ours, theirs, terms), *_question(ours, theirs), *_circumstances(ours, theirs)]
    return Allowance(
        tuple(one for one in Reason if one in found),
        tuple(one for one in Note if one in found),
    )


def _population(ours: SurveyConditions, theirs: SurveyConditions, terms: Terms) -> list[Reason | Note]:
    found: list[Reason | Note] = []
    if ours.unit is not theirs.unit or SurveyUnit.MIXED in (ours.unit, theirs.unit):
        found.append(Reason.UNIT)
    if ours.levels != theirs.levels:
        alike = _merged(ours.levels, terms) == _merged(theirs.levels, terms)
        found.append(Note.LEVELS_AS_ONE if alike else Reason.LEVELS)
    return found + _sectors(ours.sectors, theirs.sectors, terms)


def _merged(levels: frozenset[str], terms: Terms) -> frozenset[str]:
    """The levels, those taken as one under one name."""
    apart = levels - terms.as_one_level
    return apart if apart == levels else apart | {"+".join(sorted(terms.as_one_level))}


def _sectors(ours: frozenset[str], theirs: frozenset[str], terms: Terms) -> list[Reason | Note]:
    if terms.concordance and ours != ALL_SECTORS:
        if not ours <= terms.concordance.keys():
            return [Reason.NO_COUNTERPART]
        ours = frozenset().union(*(terms.concordance[one] for one in ours))
    if ours == theirs:
        return []
    return [Note.SECTORS_NOT_ADJUSTED if Tolerated.SECTORS in terms.tolerates else Reason.SECTORS]


def _question(ours: SurveyConditions, theirs: SurveyConditions) -> list[Reason | Note]:
    return [SCALES[scale] for scale in (ours.scale, theirs.scale) if scale in SCALES]


def _circumstances(ours: SurveyConditions, theirs: SurveyConditions) -> list[Reason | Note]:
    found: list[Reason | Note] = []
    if ours.years != theirs.years:
        found.append(Reason.PERIOD)
    elif ours.until != theirs.until:
        found.append(Note.YEARS)
    if ours.mode != theirs.mode:
        found.append(Note.MODE_UNKNOWN if UNKNOWN in (ours.mode, theirs.mode) else Note.MODE)
    if ours.weighting != theirs.weighting:
        found.append(_weighting({ours.weighting, theirs.weighting}))
    return found


def _weighting(two: set[str]) -> Note:
    if UNKNOWN in two:
        return Note.WEIGHTING_UNKNOWN
    return Note.NOT_WEIGHTED if "none" in two else Note.WEIGHTING
