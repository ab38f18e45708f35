"""The words that published files need beside those of their tables, from the interface's catalogues."""

from collections.abc import Callable, Iterable

from django.utils import translation
from django.utils.translation import gettext as _

from publication.formats.cube import CARE, CONFIDENTIAL, METRIC, TIME, UNAVAILABLE
from publication.formats.ddi_variables import AnswerWords
from publication.formats.words import CubeWords


def cube_words(languages: Iterable[str], *, source: str) -> dict[str, CubeWords]:
    """The words of a cube in each language; `source` is the name of the programme that publishes."""
    found = {}
    for language in languages:
        with translation.override(language):
            found[language] = _cube_words(source)
    return found


def answer_words(languages: Iterable[str]) -> AnswerWords:
    """What the codes of a microdata file mean that belong to no option of the questionnaire."""
    codes = list(languages)

    def each(text: Callable[[], str]) -> dict[str, str]:
        found = {}
        for language in codes:
            with translation.override(language):
                found[language] = text()
        return found

    return AnswerWords(
        chosen=each(lambda: _("chosen")),
        not_chosen=each(lambda: _("not chosen")),
        answered=each(lambda: _("Answered")),
        no_answer=each(lambda: _("No answer")),
    )


def _cube_words(source: str) -> CubeWords:
    return CubeWords(
        dimensions={
            "category": _("Category"),
            "country": _("Country"),
            "against": _("Compared with"),
            "sector": _("Sector"),
            "size_class": _("Size class"),
            "county": _("County"),
            METRIC: _("Figure"),
            TIME: _("Wave"),
        },
        measures={
            "share": _("Share"),
            "driver": _("Promoted"),
            "barrier": _("Hindered"),
            "net_balance": _("Net balance"),
            "no_opinion": _("Don't know or not relevant"),
            "index": _("Index"),
            "difference": _("Difference between countries"),
            "change": _("Change since the wave before"),
        },
        parts={
            "low": _("lower end of the interval"),
            "high": _("upper end of the interval"),
            "standard_error": _("Standard error"),
            "n": _("Answers"),
            "p_adjusted": _("p, adjusted"),
            "rank_low": _("best possible place"),
            "rank_high": _("last possible place"),
        },
        units={
            "percent": _("Per cent"),
            "points": _("points"),
            "index": _("points"),
            "answers": _("Answers"),
            "probability": _("probability"),
            "place": _("place in the order"),
        },
        totals={"category": _("All"), "against": _("No comparison")},
        statuses={
            CARE: _("use with care"),
            CONFIDENTIAL: _("withheld, since too few answered or it would give another figure away"),
            UNAVAILABLE: _("not published"),
        },
        constructed=_("Constructed data: these figures and answers are made up for demonstration."),
        source=source,
        about={"purpose": _("What it tells"), "measures_not": _("What it does not measure")},
    )
