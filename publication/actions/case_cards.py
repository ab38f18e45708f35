"""What a card says: its parts, what must be there, the words of its codes, and the frozen document.

A card is {"country", "sector", "types", "values", "novelty", "standing", "language", "texts": {language: {part:
text}}, "contact": {"organisation", "name", "mail", "reachable"}}. Types, values and novelty are codes of the item
bank, so that cards and figures speak of the same things; their labels are those of the shipped questionnaire.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from publication.models import Case, Standing
from surveys.instrument.document import content_hash, from_document, load_library
from surveys.instrument.schema import Instrument
from surveys.models import Country, Sector

SCHEMA = "barometer.case/1"
QUESTIONNAIRE = "workplace"
# Code of the card -> item of the bank whose options it takes.
ITEMS = {"types": "newest_types", "values": "values", "novelty": "novelty"}
SAYS_NOTHING = frozenset({"dont_know"})
PARTS = {
    "title": gettext_lazy("Title"),
    "done": gettext_lazy("What was done"),
    "for_whom": gettext_lazy("For whom"),
    "value": gettext_lazy("The value seen"),
    "cost": gettext_lazy("What it took"),
    "learnt": gettext_lazy("What was learnt"),
}
LONGEST = {"title": 120}
LONGEST_PART = 2000
ALWAYS = ("title", "done")  # of the language the card is written in
ENDED = (Standing.STOPPED, Standing.FAILED)


class CardIncomplete(ValueError):
    """The card lacks something, or holds something it cannot."""


@cache
def _questionnaire() -> Instrument:
    return from_document(load_library(QUESTIONNAIRE))


def codes(part: str) -> tuple[str, ...]:
    """The codes that `types`, `values` or `novelty` may hold."""
    return tuple(
        option.code for option in _questionnaire().items[ITEMS[part]].options if option.code not in SAYS_NOTHING
    )


def labels(part: str, language: str) -> dict[str, str]:
    """Code -> label of `types`, `values` or `novelty`, in the language or else in the questionnaire's first."""
    questionnaire = _questionnaire()
    texts = questionnaire.texts.get(language) or questionnaire.texts[questionnaire.base_language]
    return {code: texts.label(questionnaire.items[ITEMS[part]], code) for code in codes(part)}


def card_hash(case: Case) -> str:
    """Of what will stand, word for word: what a respondent approved is known by it."""
    return content_hash(case.card)


def check(card: Mapping[str, Any]) -> None:
    """Whether the card can be shown to the respondent.

    Raises:
        CardIncomplete: names the part, what was expected and what to do.
    """
    language = card["language"]
    texts = card["texts"].get(language, {})
    needed = (*ALWAYS, "learnt") if card["standing"] in ENDED else ALWAYS
    missing = [str(PARTS[part]) for part in needed if not texts.get(part, "").strip()]
    if missing:
        raise CardIncomplete(_("The card lacks: %(parts)s. Write them first.") % {"parts": ", ".join(missing)})
    for part, given in (("types", card["types"]), ("values", card["values"]), ("novelty", [card["novelty"]])):
        unknown = [code for code in given if code and code not in codes(part)]
        if unknown:
            message = "%(part)s: expected of %(expected)s, got %(got)s."
            raise CardIncomplete(
                message % {"part": part, "expected": ", ".join(codes(part)), "got": ", ".join(unknown)}
            )
    for spoken, parts in card["texts"].items():
        if parts and not parts.get("title", "").strip():
            raise CardIncomplete(_("The card has no title in %(language)s.") % {"language": spoken})
    if not card["contact"]["organisation"].strip():
        raise CardIncomplete(_("The card names no organisation."))


def document_of(case: Case, *, version: int) -> dict[str, Any]:
    """The frozen document of a version: the card as approved, with the words of its codes in every language."""
    return {
        "schema": SCHEMA,
        "number": case.pk,
        "version": version,
        "constructed": case.constructed,
        "programme": case.programme.slug,
        "programme_names": case.programme.names,
        "wave": case.wave.code,
        **case.card,
        "labels": {language: _labels_of(case.card, language) for language, _name in settings.LANGUAGES},
    }


def _labels_of(card: Mapping[str, Any], language: str) -> dict[str, Any]:
    with translation.override(language):
        words: dict[str, Any] = {
            "country": str(Country(card["country"]).label),
            "sector": str(Sector(card["sector"]).label),
            "standing": str(Standing(card["standing"]).label),
        }
    for part in ("types", "values"):
        known = labels(part, language)
        words[part] = {code: known[code] for code in card[part]}
    words["novelty"] = labels("novelty", language).get(card["novelty"], "")
    return words


def searched_words(card: Mapping[str, Any]) -> str:
    """Everything a search looks through, in small letters: all texts, and the organisation."""
    texts = [text for parts in card["texts"].values() for text in parts.values()]
    return "\n".join([*texts, card["contact"]["organisation"]]).casefold()


def marks(card: Mapping[str, Any]) -> str:
    """|type:service||value:quality|: one mark a code, so that no code is found inside another."""
    found = [f"type:{code}" for code in card["types"]] + [f"value:{code}" for code in card["values"]]
    return "".join(f"|{mark}|" for mark in found)
