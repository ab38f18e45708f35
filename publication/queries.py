"""Reads of publication. The public ones touch the tables of releases and published cases and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import get_language

from analytics.core.definition_documents import from_document
from analytics.models import Dataset, Run, RunState
from publication.disclosure.facts import Fact
from publication.models import (
    Adoption,
    AdoptionState,
    AdoptionStep,
    Announcement,
    Case,
    CaseLink,
    CaseSubject,
    MicrodataFile,
    PublishedCase,
    Release,
    ReleaseTable,
    Report,
    ReportBuild,
    ReportKind,
    SelfTestGroup,
)
from publication.models.releases import OVER
from surveys.models import Programme, SampledUnit, User, Wave
from surveys.models.programme import in_readers_language
from surveys.permissions import Permission
from surveys.queries import Agreed, agreed
from surveys.queries.respondents import token_hash

WORKPLACE = "workplace"  # the questionnaire of the self-test


def published_releases() -> QuerySet[Release]:
    """What everybody may see, the newest first."""
    return Release.objects.published().order_by("-published_at")


def announcements() -> QuerySet[Announcement]:
    """The calendar: everything announced, the next one first."""
    return Announcement.objects.order_by("planned_for")


def published_tables(release: Release) -> Sequence[ReleaseTable]:
    return list(release.tables.all())


def newest_of_countries() -> dict[str, Release]:
    """The newest published release of the workplace questionnaire for each country that has one."""
    newest: dict[str, Release] = {}
    for release in published_releases():
        if release.manifest.get("instrument", {}).get("key") == WORKPLACE:
            for frame in release.manifest["dataset"]["frames"]:
                newest.setdefault(frame["country"], release)
    return newest


def group_of(code: str) -> SelfTestGroup | None:
    """The group of the self-test with this code, while its day lasts."""
    return SelfTestGroup.objects.running().filter(code=code).first()


def releases_of(wave: Wave) -> QuerySet[Release]:
    return Release.objects.filter(run__wave=wave).select_related("job", "requested_by", "run")


def runs_to_release(wave: Wave) -> QuerySet[Run]:
    """Finished runs without a release that is under way or published."""
    taken = Release.objects.filter(run__wave=wave).exclude(state__in=OVER).values("run_id")
    return Run.objects.filter(wave=wave, state=RunState.FINISHED).exclude(pk__in=taken)


@dataclass(frozen=True)
class Publishable:
    """An indicator or index that a release may hold; main ones are estimated at the finest nodes too."""

    key: str
    title: str
    is_main: bool


def publishable(run: Run) -> tuple[Publishable, ...]:
    """What a release of the run may hold, in the order of its definitions, with titles in the reader's language."""
    definitions = from_document(run.definitions.document)
    main = {measure.indicator for measure in definitions.measures if definitions.is_main(measure)}
    return tuple(
        Publishable(
            entry.key,
            in_readers_language({language: text.title for language, text in entry.texts.items()}) or entry.key,
            entry.key in main,
        )
        for entry in definitions.entries
        if entry.published
    )


def replaceable(wave: Wave) -> QuerySet[Release]:
    """Published releases of the wave that nothing replaces or is about to replace."""
    followed = Release.objects.filter(replaces__isnull=False).exclude(state__in=OVER).values("replaces_id")
    return Release.objects.published().filter(run__wave=wave).exclude(pk__in=followed)


def runs_of(wave: Wave) -> QuerySet[Run]:
    """The wave's finished runs."""
    return Run.objects.filter(wave=wave, state=RunState.FINISHED)


def dataset_of(wave: Wave) -> Dataset | None:
    return Dataset.objects.filter(wave=wave).first()


def microdata_files(actor: User, wave: Wave) -> QuerySet[MicrodataFile]:
    """The actor's own files of the wave: each researcher answers for what they asked for."""
    files = MicrodataFile.objects.visible_to(actor, Permission.DOWNLOAD_MICRODATA)
    return files.filter(dataset__wave=wave, requested_by=actor).select_related("job", "dataset__wave")


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


def report_of(unit: SampledUnit) -> Report | None:
    """The workplace's report of the newest release that has one, once it is published."""
    mine = Report.objects.filter(response__sampled_unit=unit, release__in=Release.objects.published())
    return mine.order_by("-release__number").select_related("release").defer("pdf").first()


def report_behind(token: str) -> Report | None:
    """The municipality's report behind a link that works; None for unknown and withdrawn alike."""
    held = Report.objects.filter(
        kind=ReportKind.MUNICIPALITY,
        release__in=Release.objects.published(),
        links__token_hash=token_hash(token),
        links__withdrawn_at__isnull=True,
    )
    return held.select_related("release").defer("pdf").first()


def report_build_of(release: Release) -> ReportBuild | None:
    return ReportBuild.objects.filter(release=release).select_related("job").first()


def reports_made(release: Release) -> dict[str, int]:
    """How many reports of each kind stand."""
    return {str(kind): release.reports.filter(kind=kind).count() for kind in ReportKind}


def reports_of_municipalities(release: Release) -> QuerySet[Report]:
    return release.reports.filter(kind=ReportKind.MUNICIPALITY).defer("pdf", "document")


def facts_told(release: Release) -> list[Fact]:
    """Every count that a report has told an organisation of its own workplaces, for the ledger of what is known."""
    documents = release.reports.filter(kind=ReportKind.MUNICIPALITY).values_list("document", flat=True)
    return [Fact(**fact) for document in documents for fact in document["facts"]]
