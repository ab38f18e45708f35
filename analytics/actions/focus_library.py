"""Bringing the shipped catalogue and the shipped first coding into a programme, as often as wanted."""

from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone

from analytics.actions.focus import hash_of, stored_scheme
from analytics.actions.policy_instruments import EntryFacts, facts_of, following, store
from analytics.core import focus_library
from analytics.core.focus_library import Reading, ShippedInstrument
from analytics.models import FocusCoding, FocusRating, InstrumentCoding, PolicyInstrument
from analytics.queries import coding_of
from surveys.models import AuditEvent, Programme, User


@dataclass(frozen=True)
class Brought:
    """How many entries are new, how many got a new version, which edited ones were left; the shipped coding."""

    added: int
    revised: int
    left: tuple[str, ...]
    coding: FocusCoding


@transaction.atomic
def bring(*, programme: Programme, by: User) -> Brought:
    """Load what the library ships; what stands already as shipped stays as it is.

    An entry that the library has changed gets a new version, unless somebody has edited it: that one is left, and
    named. A changed coding becomes a new version that names the one before. One audit event for all of it.
    """
    rows = focus_library.load_instruments()
    newest = {
        entry.key: entry
        for entry in PolicyInstrument.objects.select_for_update(of=("self",)).filter(
            programme=programme, follower__isnull=True
        )
    }
    added = [_new(programme, row, by=by) for row in rows if row.key not in newest]
    changed = [row for row in rows if row.key in newest and facts_of(newest[row.key]) != _facts(row)]
    revised = [_revised(newest[row.key], row, by=by) for row in changed if newest[row.key].shipped]
    left = tuple(row.key for row in changed if not newest[row.key].shipped)
    coding, stored = _reading(programme, focus_library.load_reading(), by=by)
    if added or revised or stored:
        AuditEvent.objects.record(
            "focus.library_brought", coding, by=by, programme=programme, added=len(added), revised=len(revised)
        )
    return Brought(len(added), len(revised), left, coding)


def _facts(row: ShippedInstrument) -> EntryFacts:
    return EntryFacts(row.kind, row.actor, row.name, row.year_from, row.year_to, row.source, row.note)


def _new(programme: Programme, row: ShippedInstrument, *, by: User) -> PolicyInstrument:
    facts = asdict(_facts(row))
    return store(
        PolicyInstrument(programme=programme, key=row.key, country=row.country, shipped=True, made_by=by, **facts)
    )


def _revised(before: PolicyInstrument, row: ShippedInstrument, *, by: User) -> PolicyInstrument:
    return store(following(before, _facts(row), by=by, shipped=True))


def _reading(programme: Programme, reading: Reading, *, by: User) -> tuple[FocusCoding, bool]:
    """The shipped coding that says what the library says, and whether it had to be stored."""
    standing = FocusCoding.objects.select_for_update(of=("self",)).filter(programme=programme, shipped=reading.key)
    newest: FocusCoding | None = standing.order_by("-version").first()
    if newest is not None and _says(newest, reading):
        return newest, False
    return _store(programme, reading, previous=newest, by=by), True


def _says(stored: FocusCoding, reading: Reading) -> bool:
    """Whether the stored coding judges as the library does, whichever versions of the entries it was made from."""
    held, shipped = coding_of(stored), reading.coding
    codes = {one.instrument: (one.perspectives, one.basis) for one in held.instruments}
    return (
        stored.scheme_id == stored_scheme(shipped.scheme.key).pk
        and set(held.ratings) == set(shipped.ratings)
        and codes == {one.instrument: (one.perspectives, one.basis) for one in shipped.instruments}
    )


def _store(programme: Programme, reading: Reading, *, previous: FocusCoding | None, by: User) -> FocusCoding:
    entries = {
        entry.key: entry for entry in PolicyInstrument.objects.filter(programme=programme, follower__isnull=True)
    }
    coding = FocusCoding.objects.create(
        programme=programme,
        scheme=stored_scheme(reading.coding.scheme.key),
        title=reading.title,
        version=previous.version + 1 if previous else 1,
        previous=previous,
        coder=by,
        coder_name=reading.coder,
        shipped=reading.key,
    )
    for one in reading.coding.ratings:
        row = FocusRating.objects.create(
            coding=coding, country=one.country, perspective=one.perspective, focus=one.focus, basis=one.basis,
            text=one.text,
        )  # fmt: skip
        row.instruments.set(entries[key] for key in one.instruments)
    InstrumentCoding.objects.bulk_create(
        InstrumentCoding(
            coding=coding, instrument=entries[one.instrument], perspectives=sorted(one.perspectives), basis=one.basis
        )
        for one in reading.coding.instruments
    )
    coding.closed_at, coding.content_hash = timezone.now(), hash_of(coding_of(coding))
    coding.save(update_fields=["closed_at", "content_hash"])
    return coding
