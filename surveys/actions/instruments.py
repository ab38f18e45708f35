"""Instruments: stored as one document, frozen when they are fielded."""

from collections import Counter
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jobs.outbox import enqueue
from surveys.instrument.document import InstrumentError, content_hash, from_document
from surveys.instrument.lint import Finding, lint
from surveys.instrument.schema import Instrument
from surveys.instrument.texts import Standing, entries, standing
from surveys.models import AuditEvent, InstrumentVersion, Programme, User
from surveys.queries import fielded_before, versions_of


class InstrumentFrozen(ValueError):
    """The version is fielded: a change is a new version."""


class VersionStands(ValueError):
    """A version of this name stands with other content, and nobody asked for it to be replaced."""


class InstrumentFaulty(ValueError):
    """The linter found faults; they are named in `findings`."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("; ".join(f"{finding.location}: {finding.message}" for finding in findings))
        self.findings = findings


@transaction.atomic
def store(*, programme: Programme, document: dict[str, Any], replace: bool = True, by: User) -> InstrumentVersion:
    """Keep the document as a version of the programme's instrument.

    The same document again is the version that stands; with `replace` another document takes the place of one that
    is not fielded. Texts that it marks as checked count as checked by whoever stores it, and the trail says so.

    Raises InstrumentError for a document that is not an instrument, InstrumentFrozen for a fielded version,
    VersionStands for one that is not to be replaced.
    """
    instrument = from_document(document)
    _require_short_name(instrument)
    digest = content_hash(document)
    version, created = InstrumentVersion.objects.select_for_update().get_or_create(
        programme=programme,
        key=instrument.key,
        version=instrument.version,
        defaults={"document": document, "content_hash": digest},
    )
    stored: InstrumentVersion = version
    former, before = {}, None
    if not created:
        if stored.content_hash == digest:
            return stored
        if stored.fielded_at is not None:
            raise frozen(stored)
        if not replace:
            raise VersionStands(
                _("There is a questionnaire %(version)s with other content, which can still change.")
                % {"version": stored}
            )
        former = {"instead_of": stored.content_hash}
        before = stored.document
        stored.document, stored.content_hash = document, digest
        stored.save(update_fields=["document", "content_hash"])
    AuditEvent.objects.record("instrument.stored", stored, by=by, programme=programme, sha256=digest, **former)
    for language, number in newly_checked(document, before).items():
        AuditEvent.objects.record(
            "instrument.texts_checked",
            stored,
            by=by,
            programme=programme,
            language=language,
            texts=number,
            sha256=digest,
            marked_in_what_was_stored=True,
        )
    return stored


def newly_checked(document: dict[str, Any], before: dict[str, Any] | None) -> dict[str, int]:
    """How many texts are marked as checked and were not in the document that stood before, by language."""
    former = set() if before is None else checked_texts(from_document(before))
    found = checked_texts(from_document(document)) - former
    return dict(sorted(Counter(language for language, _location, _text in found).items()))


def checked_texts(instrument: Instrument) -> set[tuple[str, str, str]]:
    """Language, location and wording of each text that is marked as checked as it stands."""
    return {
        (language, location, text)
        for language in instrument.texts
        for stands in [standing(instrument, language)]
        for location, text in entries(instrument.texts[language]).items()
        if stands[location] is Standing.CHECKED
    }


def unfielded(version: InstrumentVersion) -> InstrumentVersion:
    """The version as it stands now, locked until the caller's transaction ends. Raises InstrumentFrozen."""
    locked: InstrumentVersion = (
        InstrumentVersion.objects.select_for_update(of=("self",)).select_related("programme").get(pk=version.pk)
    )
    if locked.fielded_at is not None:
        raise frozen(locked)
    return locked


def frozen(version: InstrumentVersion) -> InstrumentFrozen:
    return InstrumentFrozen(
        _("The questionnaire %(version)s is frozen. Give the changed one a new version.") % {"version": version}
    )


def _require_short_name(instrument: Instrument) -> None:
    """What the columns hold; PostgreSQL would refuse more, and SQLite would not."""
    for name, value, longest in (("key", instrument.key, 60), ("version", instrument.version, 200)):
        if not 0 < len(value) <= longest:
            raise InstrumentError(
                location=name, expected=f"1 to {longest} characters", got=str(len(value)), hint="Choose another name."
            )


@transaction.atomic
def field(*, version: InstrumentVersion, by: User) -> InstrumentVersion:
    """Freeze the version and ask for its printed forms. Fielding it twice changes nothing.

    Raises InstrumentFaulty where the linter finds faults, among them changes from the questionnaire of this name that
    was fielded last of which nobody says what they do to comparisons.
    """
    locked: InstrumentVersion = (
        InstrumentVersion.objects.select_for_update(of=("self",)).select_related("programme").get(pk=version.pk)
    )
    if locked.fielded_at is not None:
        return locked
    findings = tuple(lint(from_document(locked.document), former=fielded_before(locked, versions_of(locked.programme))))
    if findings:
        raise InstrumentFaulty(findings)
    locked.fielded_at, locked.fielded_by = timezone.now(), by
    locked.save(update_fields=["fielded_at", "fielded_by"])
    enqueue("surveys.print_forms", arguments={"version_id": locked.pk}, by=by.pk)
    AuditEvent.objects.record(
        "instrument.fielded", locked, by=by, programme=locked.programme, sha256=locked.content_hash
    )
    return locked
