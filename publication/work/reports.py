"""The job that makes the reports of a release: what stands already is left, what is missing is made and stored."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

import typst
from django.utils import translation
from django.utils.translation import gettext as _

from analytics.core.definition_documents import from_document
from analytics.core.own_answers import OwnAnswers
from jobs.claim import JobRefused, Step
from publication.actions import reports
from publication.actions.reports import Made
from publication.disclosure.bounds import Contradiction
from publication.disclosure.organisations import Counted
from publication.disclosure.peers import Domain, PeerRule
from publication.disclosure.tables import Unprotectable
from publication.models import Release, ReportBuild, ReportKind, Withdrawal
from publication.report_queries import met_by
from publication.work import report_of_municipality, report_of_workplace
from publication.work.report_content import Content
from publication.work.report_layout import laid_out
from publication.work.report_of_municipality import candidate
from publication.work.report_of_workplace import Source
from publication.work.report_protection import allowed
from publication.work.report_tables import figures_of
from surveys.instrument.document import content_hash
from surveys.models import SYSTEM
from surveys.queries import instrument_of
from surveys.queries.handed_in import HandedIn, handed_in

AT_ONCE = 25  # reports stored by one commit: what a killed worker loses at most


@dataclass(frozen=True)
class Piece:
    """A report that is still to be made."""

    language: str
    content: Callable[[], Content]
    kind: ReportKind
    response_id: int | None = None
    municipality: str = ""
    name: str = ""


def build_reports(*, build_id: int, step: Step) -> None:
    """Make all reports of a published release. Broken off, it goes on at the first report that is missing."""
    build = ReportBuild.objects.select_related("release__run__wave__programme").get(pk=build_id)
    release = build.release
    if not Release.objects.published().filter(pk=release.pk).exists():
        raise JobRefused(_("The release is not published. Its reports are made afterwards."))
    if Withdrawal.objects.filter(release=release).exists():
        raise JobRefused(_("The release has been withdrawn. Make the reports of the one that replaces it."))
    step.progress(0.0, _("Reading tables and answers"))
    met = met_by(release)
    try:
        pieces = list(pieces_of(release))
    except (Unprotectable, Contradiction) as error:
        raise JobRefused(str(error)) from error
    stand = set(release.reports.values_list("response_id", "municipality"))
    missing = [piece for piece in pieces if (piece.response_id, piece.municipality) not in stand]
    with step.fenced():
        reports.expect(build=build, number=len(pieces))
    with ThreadPoolExecutor(os.cpu_count()) as printers:
        for start in range(0, len(missing), AT_ONCE):
            done = len(pieces) - len(missing) + start
            said = _("Report %(number)s of %(all)s") % {"number": done + 1, "all": len(pieces)}
            step.progress(done / len(pieces), said)
            made = _made(missing[start : start + AT_ONCE], printers)
            with step.fenced():
                reports.store(release=release, made=made, met=met)
    with step.fenced(last=True):
        reports.finish(build=build, by=SYSTEM)


def pieces_of(release: Release) -> Iterator[Piece]:
    """All reports of the release: each workplace that handed in, and each municipality of which enough did.

    Errors: Unprotectable, Contradiction, as `tables.protect`; JobRefused where nothing can be set beside anything.
    """
    wave = release.run.wave
    source = source_of(release)
    given = list(handed_in(wave))
    if not source.figures or not given:
        raise JobRefused(_("There are no tables or no answers of named workplaces to make reports of."))
    known = list(source.figures[0].document["title"])
    for one in given:
        language = next((code for code in (one.language, *wave.languages) if code in known), known[0])
        yield Piece(language, _of_workplace(source, one, language), ReportKind.WORKPLACE, response_id=one.response_id)
    yield from _municipalities(source, given, known)


def source_of(release: Release) -> Source:
    if release.run.definitions is None:
        raise JobRefused(_("The run has no definitions. Start a new run."))
    instrument = instrument_of(release.run.wave.instrument)
    return Source(
        release=release,
        figures=figures_of(release),
        definitions=from_document(release.run.definitions.document),
        instrument=instrument,
        own=OwnAnswers(instrument.conditions),
        rule=PeerRule(),
    )


def _of_workplace(source: Source, given: HandedIn, language: str) -> Callable[[], Content]:
    return lambda: report_of_workplace.content_of(source, given, language)


def _municipalities(source: Source, given: Sequence[HandedIn], known: Sequence[str]) -> Iterator[Piece]:
    large = report_of_municipality.organisations(given, source.rule, known)
    made = source.release.reports.filter(kind=ReportKind.MUNICIPALITY)
    stand = set(made.values_list("municipality", flat=True))
    published = sorted({domain for figures in source.figures for domain in figures.cells})

    @cache
    def everybody(domain: Domain) -> Mapping[str, Counted]:
        return report_of_municipality.counted(source, [one for one in given if domain.holds(_place(one))])

    candidates = [
        candidate(source, own, [everybody(domain) for domain in holding(published, own.workplaces)])
        for own in large
        if own.key not in stand
    ]
    given_to = {one.own.key: one for one in allowed(source, candidates)}
    for own in large:
        if own.key in stand or given_to[own.key].told:
            yield Piece(
                own.language,
                lambda own=own: report_of_municipality.content_of(source, given_to[own.key]),  # type: ignore[misc]
                ReportKind.MUNICIPALITY,
                municipality=own.key,
                name=own.name,
            )


def holding(groups: Iterable[Domain], workplaces: Iterable[HandedIn]) -> list[Domain]:
    """The groups that hold all of the workplaces: also a sector or a size, where all of them are of one."""
    places = {_place(one) for one in workplaces}
    return [group for group in groups if all(group.holds(place) for place in places)]


def _place(one: HandedIn) -> Domain:
    return Domain(one.country, one.sector, one.size_class, one.county)


def _made(pieces: Sequence[Piece], printers: Executor) -> list[Made]:
    """One is printed while the next is written: typst, most of the work, does its part outside Python's lock."""
    written = []
    for piece in pieces:
        with translation.override(piece.language):
            document = piece.content().to_document()
        written.append((piece, document, printers.submit(laid_out, document)))
    return [_as_stored(piece, document, _printed(pdf)) for piece, document, pdf in written]


def _printed(pdf: Future[bytes]) -> bytes:
    try:
        return pdf.result()
    except typst.TypstError as error:
        raise JobRefused(_("A report cannot be printed: %(reason)s") % {"reason": error.message}) from error


def _as_stored(piece: Piece, document: dict[str, Any], pdf: bytes) -> Made:
    return Made(
        kind=piece.kind,
        language=piece.language,
        document=document,
        content_hash=content_hash(document),
        pdf=pdf,
        checksum=hashlib.sha256(pdf).hexdigest(),
        response_id=piece.response_id,
        municipality=piece.municipality,
        name=piece.name,
    )
