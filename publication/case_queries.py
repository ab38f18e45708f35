"""Reads of the case collection. The public ones touch published cards and the steps of who copies them alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import get_language

from publication.disclosure.named_rows import Card
from publication.models import (
    Adoption,
    AdoptionState,
    AdoptionStep,
    Case,
    CaseLink,
    CaseSubject,
    PublishedCase,
)
from surveys.models import Programme, User, Wave
from surveys.permissions import Permission
from surveys.queries import Agreed, agreed
from surveys.queries.respondents import token_hash


@dataclass(frozen=True)
class Adopter:
    """An organisation in the adoption trail of a case: what it does now, and its steps from the first on."""

    adoption: int
    organisation: str
    state: str
    steps: tuple[tuple[str, datetime], ...]  # (state, since when)

    @property
    def now(self) -> str:
        return str(AdoptionState(self.state).label)

    @property
    def history(self) -> list[tuple[str, datetime]]:
        return [(str(AdoptionState(state).label), at) for state, at in self.steps]


OF_NOVELTY = {"first": "first", "adapted_or_copied": "adapted copied"}  # category of the figure -> answers


@dataclass(frozen=True)
class NamedInnovator:
    """An organisation that its published card names: that it took part and has innovated is public knowledge.

    So are the codes on its card, which in a microdata file single out its record as quasi-identifiers do.
    """

    number: int
    programme: str
    wave: str
    country: str
    sector: str
    standing: str  # in_use, stopped or failed
    types: tuple[str, ...]
    values: tuple[str, ...]
    novelty: str
    organisation: str


def published_cases(
    *,
    words: str = "",
    country: str = "",
    sector: str = "",
    type_: str = "",
    value: str = "",
    novelty: str = "",
    standings: Sequence[str] = (),
) -> QuerySet[PublishedCase]:
    """The cards that everybody may see, the newest first; an empty filter asks for nothing.

    A search finds cards that hold each of its words somewhere, in any of their languages, in capitals or not.
    """
    found = PublishedCase.objects.shown().order_by("-number")
    exact = {"country": country, "sector": sector, "novelty": novelty}
    found = found.filter(**{name: code for name, code in exact.items() if code})
    for mark in (f"|type:{type_}|" if type_ else "", f"|value:{value}|" if value else ""):
        found = found.filter(marks__contains=mark) if mark else found
    for word in words.casefold().split():
        found = found.filter(words__contains=word)
    return found.filter(standing__in=standings) if standings else found


def published_case(number: int) -> PublishedCase | None:
    """The current version of a case; of a withdrawn one the mark without content."""
    return PublishedCase.objects.filter(number=number, current=True).first()


def adoption_trail(number: int) -> list[Adopter]:
    """Who copies the case, in the order in which they came. Organisations and dates, no person."""
    steps: dict[int, list[AdoptionStep]] = {}
    for step in AdoptionStep.objects.filter(number=number):
        steps.setdefault(step.adoption_id, []).append(step)
    return [
        Adopter(adoption, of[-1].organisation, of[-1].state, tuple((step.state, step.at) for step in of))
        for adoption, of in steps.items()
    ]


def published_case_documents() -> list[dict[str, Any]]:
    """Every published card as its frozen document, with its hash, its day and its adoption trail: two queries."""
    trails: dict[int, list[dict[str, Any]]] = {}
    for step in AdoptionStep.objects.all():
        told = {"adopter": step.adoption_id, "organisation": step.organisation, "state": step.state, "at": step.at}
        trails.setdefault(step.number, []).append(told)
    return [
        {
            **case.document,
            "content_hash": case.content_hash,
            "published_at": case.published_at,
            "adoptions": trails.get(case.number, []),
        }
        for case in published_cases()
    ]


def named_innovators(programme: str = "") -> list[NamedInnovator]:
    """The organisations that published cards name, of one programme or of all: what an attacker knows beforehand.

    A withdrawn card is not here, though whoever read it still knows: keep what was handed to an attack.
    """
    documents = [case.document for case in published_cases()]
    return [
        NamedInnovator(
            number=document["number"],
            programme=document["programme"],
            wave=document["wave"],
            country=document["country"],
            sector=document["sector"],
            standing=document["standing"],
            types=tuple(document["types"]),
            values=tuple(document["values"]),
            novelty=document["novelty"],
            organisation=document["contact"]["organisation"],
        )
        for document in documents
        if not programme or document["programme"] == programme
    ]


def cards_about(wave: Wave) -> list[Card]:
    """What published cards tell of workplaces of the wave, for its microdata file.

    Of a withdrawn one what a release remembers: its readers do too. Its words are gone, and whether an innovation was
    adapted or copied with them.
    """
    programme = wave.programme
    told = {one.number: one for one in named_innovators(programme.slug)}
    remembered: dict[int, Mapping[str, Any]] = {
        one["number"]: one
        for cases in programme.releases.told().values_list("protection__ledger__cases", flat=True)
        for one in cases or ()
    }
    cases = Case.objects.filter(wave=wave, pk__in=[*told, *remembered]).order_by("pk")
    sizes = dict(wave.sampled_units.filter(unit__cases__in=cases).values_list("unit", "stratum__size_class"))
    return [
        _card(case, sizes.get(case.unit_id, ""), told.get(case.pk) or _remembered(remembered[case.pk]))
        for case in cases
    ]


def card_to_come(case: Case) -> Card:
    """What the draft would tell of its workplace."""
    sampled = case.wave.sampled_units.filter(unit=case.unit_id, unit__isnull=False).select_related("stratum").first()
    told = case.card
    return Card(
        number=case.pk,
        workplace=case.unit_id,
        country=told["country"],
        sector=told["sector"],
        size_class=sampled.stratum.size_class if sampled else "",
        stopped=case.subject == CaseSubject.FAILED,
        types=frozenset(told["types"]),
        values=frozenset(told["values"]),
        novelty=frozenset({told["novelty"]} - {""}),
    )


def _card(case: Case, size: str, said: NamedInnovator) -> Card:
    return Card(
        number=case.pk,
        workplace=case.unit_id,
        country=said.country,
        sector=said.sector,
        size_class=size,
        stopped=case.subject == CaseSubject.FAILED,
        types=frozenset(said.types),
        values=frozenset(said.values),
        novelty=frozenset(said.novelty.split()),
    )


def _remembered(kept: Mapping[str, Any]) -> NamedInnovator:
    """From the counts that a release's ledger keeps of a card."""
    of: dict[str, list[str]] = {"innovation_type": [], "value": [], "novelty": []}
    for _estimand, indicator, category in kept["counts"]:
        of.setdefault(indicator, []).append(category)
    novelty = " ".join(OF_NOVELTY[category] for category in of["novelty"])
    place = kept["wave"], kept["country"], kept["sector"], ""
    return NamedInnovator(
        kept["number"], "", *place, tuple(of["innovation_type"]), tuple(of["value"]), novelty, organisation=""
    )


def card_title(card: Mapping[str, Any]) -> str:
    """The title in the reader's language, else in the one the card was written in; empty for a withdrawn card."""
    titles = {language: parts["title"] for language, parts in card.get("texts", {}).items() if parts.get("title")}
    return str(titles.get(get_language() or "", "") or titles.get(card.get("language", ""), ""))


def cases_of(actor: User, programme: Programme) -> QuerySet[Case]:
    """The cases of the programme at the desk, the newest first."""
    cases = Case.objects.visible_to(actor, Permission.VIEW_CASES).filter(programme=programme)
    return cases.select_related("programme", "wave", "unit", "edited_by", "published_by")


def proposals_of(programme: Programme) -> list[tuple[Agreed, tuple[str, ...]]]:
    """Who agreed, with the subjects on which there is no card yet; no address is read."""
    taken = set(Case.objects.filter(programme=programme).values_list("wave_id", "unit_id", "subject"))
    found = []
    for one in agreed(programme):
        subjects = (CaseSubject.NEWEST.value, *((CaseSubject.FAILED.value,) if one.failed else ()))
        left = tuple(subject for subject in subjects if (one.wave.pk, one.unit.pk, subject) not in taken)
        if left:
            found.append((one, left))
    return found


def adoptions_of(case: Case) -> QuerySet[Adoption]:
    """The confirmed wishes to copy the case, with the number of their steps, for the desk."""
    return Adoption.objects.confirmed().filter(number=case.pk).annotate(step_count=Count("steps"))


def case_of_link(token: str) -> Case | None:
    """The case of a respondent's link; None for one that is not known."""
    links = CaseLink.objects.select_related("case__programme", "case__wave", "case__unit")
    link = links.filter(token_hash=case_link_hash(token), case__isnull=False).first()
    return None if link is None else link.case


def adoption_of_link(token: str) -> Adoption | None:
    """The wish of an adopter's link; None for one that is not known, or was taken back."""
    links = CaseLink.objects.select_related("adoption")
    link = links.filter(token_hash=case_link_hash(token), adoption__isnull=False).first()
    return None if link is None else link.adoption


def case_link_hash(token: str) -> str:
    """What is kept of a link of the collection: never the hash of a survey's link."""
    return token_hash(f"case {token}")
