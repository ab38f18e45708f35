"""A card as the template shows it, from its frozen document or from a draft: the same words either way."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from publication.actions.case_cards import ENDED, PARTS, document_of
from publication.case_queries import card_title
from publication.models import Case

SUMMARY = 180  # signs of what was done, in the list


@dataclass(frozen=True)
class Part:
    heading: str
    text: str


@dataclass(frozen=True)
class Card:
    """What stands on a card. `spoken` is the language of its texts, where it is not that of the page."""

    number: int
    title: str
    spoken: str
    ended: bool  # stopped or failed
    facts: tuple[Part, ...]
    parts: tuple[Part, ...]
    tags: tuple[str, ...]
    summary: str
    organisation: str
    contact_name: str
    contact_mail: str
    reachable: bool
    constructed: bool
    others: tuple[tuple[str, str], ...]  # the other languages of the card: code, own name


def card_of(document: Mapping[str, Any], language: str = "") -> Card:
    """The card in the language asked for, else the reader's, else the one it was written in."""
    texts: Mapping[str, Mapping[str, str]] = document["texts"]
    wanted = (language, get_language() or "", document["language"])
    spoken = next(code for code in wanted if texts.get(code, {}).get("title") or code == document["language"])
    words = texts.get(spoken, {})
    labels = document["labels"].get(get_language() or "", document["labels"]["en"])
    ended = document["standing"] in ENDED
    contact = document["contact"]
    names = dict(settings.LANGUAGES)
    return Card(
        number=document["number"],
        title=words.get("title", "") or card_title(document),
        spoken="" if spoken == get_language() else spoken,
        ended=ended,
        facts=_facts(labels),
        parts=_parts(words, ended=ended),
        tags=(labels["country"], labels["sector"], labels["standing"]),
        summary=_shortened(words.get("learnt" if ended else "done", "")),
        organisation=contact["organisation"],
        contact_name=contact["name"],
        contact_mail=contact["mail"],
        reachable=contact["reachable"],
        constructed=document["constructed"],
        others=tuple((code, names[code]) for code, parts in texts.items() if parts.get("title") and code != spoken),
    )


def card_of_draft(case: Case, language: str = "") -> Card:
    """The card exactly as it would be published now."""
    return card_of(document_of(case, version=0), language)


def _parts(words: Mapping[str, str], *, ended: bool) -> tuple[Part, ...]:
    """The texts in their order; of what was stopped or failed, what was learnt comes first."""
    order = [part for part in PARTS if part != "title"]
    order.sort(key=lambda part: not (ended and part == "learnt"))
    return tuple(Part(str(PARTS[part]), words[part]) for part in order if words.get(part))


def _facts(labels: Mapping[str, Any]) -> tuple[Part, ...]:
    facts = (
        (_("Country"), labels["country"]),
        (_("Sector"), labels["sector"]),
        (_("Type of innovation"), "; ".join(labels["types"].values())),
        (_("Kind of value"), "; ".join(labels["values"].values())),
        (_("How new it was"), labels["novelty"]),
        (_("Where it stands"), labels["standing"]),
    )
    return tuple(Part(heading, text) for heading, text in facts if text)


def _shortened(text: str) -> str:
    if len(text) <= SUMMARY:
        return text
    return text[:SUMMARY].rsplit(" ", 1)[0] + "…"
