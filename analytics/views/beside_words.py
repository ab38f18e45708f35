"""The words for what a comparison with published figures says: reasons, notes, precision, populations."""

from django.utils.translation import gettext as _

from analytics.core.beside import BesideFlag
from analytics.core.comparison_conditions import UNKNOWN
from analytics.core.published import Precision, ReadingFlag
from analytics.core.published_library import NotMapped
from analytics.core.published_terms import Liberty, Scale
from surveys.models import Level, Sector


def preset_name(key: str) -> str:
    return {
        "as_published": _("As published"),
        "ks_2018_2020": _("KS: health and education only, weighted alike"),
        "norway_denmark": _("Norway and Denmark: municipal workplaces only"),
        "ks_difi": _("Municipal and state workplaces"),
    }.get(key, key)


def refused(condition: str, theirs: str) -> str:
    """Why a comparison is refused; theirs: the published side's value of the condition."""
    scales = {
        Scale.OTHER_WORDING.value: _("the question has other words"),
        Scale.OTHER_SCALE.value: _("the question has another scale"),
        Scale.UNKNOWN.value: _("how the scale of the question becomes this share is not known"),
    }
    if condition == "scale":
        return scales.get(theirs, theirs)
    return {
        "unit": _("another unit was asked"),
        "population": _("another population: other levels of government or sectors"),
        "reference_period": _("a reference period of another length"),
    }.get(condition, condition)


def noted(condition: str, theirs: str) -> str:
    """A difference that does not forbid a comparison."""
    if theirs == UNKNOWN:
        return {
            "mode": _("How the published answers were given is not known."),
            "weighting": _("How the published figures were weighted is not known."),
        }.get(condition, condition)
    if (condition, theirs) == ("weighting", "none"):
        return _("The published figures were not weighted.")
    return {
        "mode": _("The answers were given in another way."),
        "weighting": _("The published figures were weighted in another way."),
    }.get(condition, condition)


def liberty(code: Liberty) -> str:
    return {
        Liberty.LEVELS_AS_ONE: _("Municipalities and county municipalities are taken as one level."),
        Liberty.SECTORS_NOT_ADJUSTED: _("The mix of sectors differs and is not adjusted for."),
    }[code]


def not_mapped(code: NotMapped) -> str:
    return {
        NotMapped.NO_QUESTION: _("our questionnaires do not ask this"),
        NotMapped.NO_INDICATOR: _("we ask this, but it is not among the standard indicators"),
        NotMapped.OTHER_BASE: _("others were asked, or about something else"),
        NotMapped.NOT_WEIGHTED: _("a share of the raw answers"),
        NotMapped.NOT_A_SHARE: _("the mean of a scale, not a share"),
    }[code]


def precision(code: Precision) -> str:
    return {
        Precision.EXACT: _("rounded to the last digit"),
        Precision.DERIVED: _("worked out from printed counts"),
        Precision.APPROX: _("about"),
        Precision.ROUNDED_WORDS: _("in round words"),
        Precision.LOWER_BOUND: _("as a lower bound"),
        Precision.UPPER_BOUND: _("as an upper bound"),
    }[code]


def reading_flag(code: ReadingFlag) -> str:
    return {
        ReadingFlag.ASSUMED_RANDOM: _("interval as if drawn at random"),
        ReadingFlag.N_UNKNOWN: _("number of answers not published"),
        ReadingFlag.SIZE_UNKNOWN: _("size of the population not published"),
        ReadingFlag.SIZE_ABOUT: _("size of the population rounded"),
        ReadingFlag.WORDS: "",  # the precision says it
        ReadingFlag.APPROXIMATE: "",
        ReadingFlag.SECOND_HAND: _("second-hand"),
        ReadingFlag.INFERRED: _("what was asked of whom is partly inferred"),
        ReadingFlag.NO_SPREAD: _("all answers alike"),
    }[code]


def flag(code: BesideFlag) -> str:
    return {
        BesideFlag.NO_FIGURE_OF_OURS: _("the run has no such figure"),
        BesideFlag.NO_ERROR_OF_OURS: _("our figure has no standard error"),
        BesideFlag.NO_ERROR_OF_THEIRS: _("the published figure has no standard error"),
        BesideFlag.NEAREST: _("compared with the nearest value that the words may stand for"),
        BesideFlag.HANGS_ON_EFFECT: _("the verdict does not hold if the published sample is half as good as assumed"),
        BesideFlag.TOGETHER: _("put together from the sectors"),
    }[code]


def estimand(code: str) -> str:
    """What is said of a category; empty for a plain share."""
    return {"driver": _("promoted"), "barrier": _("hindered"), "no_opinion": _("don't know")}.get(code, "")


def unit(code: str) -> str:
    return {
        "workplace": _("workplace"),
        "organisation": _("organisation"),
        "person": _("person"),
        UNKNOWN: _("several kinds of unit"),
    }.get(code, code)


def level(code: str) -> str:
    others = {"regional": _("Region"), "state": _("State")}
    return others[code] if code in others else str(Level(code).label)


def sector(code: str) -> str:
    """A sector of a published wave: one of ours, or of the state."""
    others = {"all": _("All sectors"), "ministries_and_directorates": _("Ministries and directorates")}
    return others[code] if code in others else str(Sector(code).label)


def country(code: str) -> str:
    """Countries and groups of them that have published figures and run no wave here."""
    return {"NL": _("The Netherlands"), "NORDIC": _("The Nordic countries"), "EU27": _("The European Union")}.get(
        code, ""
    )
