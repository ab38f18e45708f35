"""Reports: asked for once a release is published, made by a job, never changed. A municipality's is handed over."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jobs import outbox
from publication.models import Release, Report, ReportBuild, ReportKind, ReportLink, Withdrawal
from publication.report_queries import Met, met_by
from surveys.models import SYSTEM, AuditEvent, Programme, User, Wave
from surveys.queries.respondents import token_hash

BUILD = "publication.build_reports"


class ReportError(ValueError):
    """A step that cannot be taken now."""


class NotPublished(ReportError):
    """Reports repeat published figures: before there are any, there is nothing to repeat."""


class Withdrawn(ReportError):
    """Figures that nobody should use any more are not sent out in reports."""


class NothingRuns(ReportError):
    """There is no making of reports to stop."""


class Overtaken(ReportError):
    """A release was approved, or other reports were made, since it was decided what these reports tell."""


@dataclass(frozen=True)
class Made:
    """A finished report, about to be stored. `response_id` of a workplace's, `municipality` and `name` of the other."""

    kind: ReportKind
    language: str
    document: Mapping[str, object]
    content_hash: str
    pdf: bytes
    checksum: str
    response_id: int | None = None
    municipality: str = ""
    name: str = ""


@transaction.atomic
def request(*, release: Release, by: User) -> ReportBuild:
    """Ask for all reports of a published release. While they are being made, asking again gives the same making.

    Raises NotPublished, Withdrawn.
    """
    locked = Release.objects.published().select_for_update(of=("self",)).filter(pk=release.pk).first()
    if locked is None:
        raise NotPublished(_("The release is not published. Its reports are made afterwards."))
    if Withdrawal.objects.filter(release=locked).exists():
        raise Withdrawn(_("The release has been withdrawn. Make the reports of the one that replaces it."))
    build, _made = ReportBuild.objects.get_or_create(
        release=locked, defaults={"requested_by": by, "requested_at": timezone.now()}
    )
    if build.job is not None and not build.job.has_ended:
        return build
    build.job = outbox.enqueue(BUILD, arguments={"build_id": build.pk}, by=by.pk)
    build.requested_by, build.requested_at, build.finished_at = by, timezone.now(), None
    build.save(update_fields=["job", "requested_by", "requested_at", "finished_at"])
    _record("reports.requested", locked, by=by)
    return build


@transaction.atomic
def stop(*, release: Release, by: User) -> None:
    """Stop the making; what is made stays, and the next one goes on from there. Raises NothingRuns."""
    build = ReportBuild.objects.select_for_update(of=("self",)).filter(release=release).select_related("job").first()
    if build is None or build.job is None or build.job.has_ended:
        raise NothingRuns(_("No reports are being made."))
    outbox.cancel(build.job)
    _record("reports.stopped", release, by=by)


@transaction.atomic
def expect(*, build: ReportBuild, number: int) -> None:
    """Say how many there will be, for the desk."""
    ReportBuild.objects.filter(pk=build.pk).update(expected=number)


@transaction.atomic
def store(*, release: Release, made: Sequence[Made], met: Met) -> int:
    """Keep finished reports; how many are new. One that stands already is left as it is, so that nothing is doubled.

    met: what it was decided beside. Whoever approves a release holds the same lock, so that one of the two sees the
    other. Raises Overtaken.
    """
    Programme.objects.select_for_update().get(pk=release.programme_id)
    if met != met_by(release):
        raise Overtaken(_("A release was approved while its reports were made. They are decided on anew."))
    stand = set(release.reports.values_list("response_id", "municipality"))
    new = [one for one in made if (one.response_id, one.municipality) not in stand]
    Report.objects.bulk_create(Report(release=release, **vars(one)) for one in new)
    return len(new)


@transaction.atomic
def finish(*, build: ReportBuild, by: User | str) -> None:
    """All are made."""
    ReportBuild.objects.filter(pk=build.pk).update(finished_at=timezone.now())
    counts = {str(kind): build.release.reports.filter(kind=kind).count() for kind in ReportKind}
    _record("reports.made", build.release, by=by, **counts)


@transaction.atomic
def make_link(*, report: Report, by: User) -> str:
    """A new link token to a municipality's report, in place of those before. It is shown this once and kept nowhere.

    Raises ReportError for a workplace's report: that is the workplace's alone.
    """
    if report.kind != ReportKind.MUNICIPALITY:
        raise ReportError(_("The report of a workplace is for that workplace alone."))
    report = Report.objects.select_for_update(of=("self",)).select_related("release").get(pk=report.pk)
    report.links.filter(withdrawn_at__isnull=True).update(withdrawn_at=timezone.now())
    token = secrets.token_urlsafe(32)
    ReportLink.objects.create(report=report, token_hash=token_hash(token), made_by=by)
    _record("report.link_made", report.release, by=by, report=report.pk)
    return token


@transaction.atomic
def destroy(*, wave: Wave) -> None:
    """Destroy the reports of single workplaces: the key that led to them is gone. Those of municipalities stay."""
    mine = Report.objects.filter(kind=ReportKind.WORKPLACE, response__sampled_unit__wave=wave)
    number = mine.count()
    if number:
        mine.delete()
        AuditEvent.objects.record(
            "reports.destroyed", wave, by=SYSTEM, programme=wave.programme, wave=wave.code, reports=number
        )


def _record(action: str, release: Release, *, by: User | str, **detail: object) -> None:
    about = {"wave": release.wave_code, "number": release.number}
    AuditEvent.objects.record(action, release, by=by, programme=release.programme, **about, **detail)
