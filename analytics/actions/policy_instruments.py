"""The catalogue of policy instruments: entries are added, changed and taken out; every version stays."""

from dataclasses import asdict, dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from analytics.models import PolicyInstrument
from surveys.models import AuditEvent, Programme, User


class CatalogueError(ValueError):
    """An entry that cannot be added or changed as it was asked for."""


class EntryStands(CatalogueError):
    """The catalogue has an entry of that name already."""


class EntryChanged(CatalogueError):
    """Somebody else has changed the entry since."""


@dataclass(frozen=True)
class EntryFacts:
    """What an entry says; the country stays for all its versions."""

    kind: str
    actor: str
    name: str
    year_from: int | None
    year_to: int | None
    source: str
    note: str = ""


@transaction.atomic
def add(*, programme: Programme, country: str, facts: EntryFacts, by: User) -> PolicyInstrument:
    """A new entry; its key is made from country and name. Raises EntryStands or CatalogueError."""
    Programme.objects.select_for_update().get(pk=programme.pk)  # two who add the same entry at once: the second sees it
    key = slugify(f"{country}-{facts.name}")[:120]
    if PolicyInstrument.objects.filter(programme=programme, key=key).exists():
        raise EntryStands(_("The catalogue has an entry of this country and name already. Change that one."))
    entry = PolicyInstrument(programme=programme, key=key, country=country, made_by=by, **asdict(facts))
    return _recorded(store(entry), "policy_instrument.added", by=by)


@transaction.atomic
def revise(*, entry: PolicyInstrument, facts: EntryFacts, by: User, retired: bool = False) -> PolicyInstrument:
    """A new version of the entry; `retired` takes it out of the catalogue. Raises EntryChanged or CatalogueError.

    Codings keep the version that they were made from.
    """
    before = PolicyInstrument.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if PolicyInstrument.objects.filter(previous=before).exists():
        raise EntryChanged(_("Somebody has changed the entry since you opened it. Look at the newest version."))
    return _recorded(store(following(before, facts, by=by, retired=retired)), "policy_instrument.revised", by=by)


def following(
    before: PolicyInstrument, facts: EntryFacts, *, by: User, retired: bool = False, shipped: bool = False
) -> PolicyInstrument:
    """The version after this one, not stored yet."""
    return PolicyInstrument(
        programme_id=before.programme_id,
        key=before.key,
        version=before.version + 1,
        previous=before,
        country=before.country,
        retired=retired,
        shipped=shipped,
        made_by=by,
        **asdict(facts),
    )


def facts_of(entry: PolicyInstrument) -> EntryFacts:
    return EntryFacts(
        entry.kind, entry.actor, entry.name, entry.year_from, entry.year_to, entry.source, entry.note
    )  # fmt: skip


def store(entry: PolicyInstrument) -> PolicyInstrument:
    """Store a version; whoever calls records it. Raises CatalogueError for a field that cannot be."""
    if entry.year_from is not None and entry.year_to is not None and entry.year_to < entry.year_from:
        raise CatalogueError(_("The last year is before the first one."))
    try:
        entry.full_clean(exclude=["previous"])
    except ValidationError as error:
        name, faults = next(iter(error.message_dict.items()))
        raise CatalogueError(f"{name}: {faults[0]}") from error
    entry.save()
    return entry


def _recorded(entry: PolicyInstrument, what: str, *, by: User) -> PolicyInstrument:
    AuditEvent.objects.record(
        what, entry, by=by, programme=entry.programme, key=entry.key, version=entry.version, retired=entry.retired
    )
    return entry
