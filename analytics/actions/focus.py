"""Codings of focus: started by a coder, judged cell by cell, closed for good; a change is a new version."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.core import definition_documents, focus_library
from analytics.core.arrays import InputError
from analytics.core.focus import Basis, Coding, Focus, Rating, check
from analytics.models import FocusCoding, FocusRating, FocusScheme, InstrumentCoding, PolicyInstrument
from analytics.queries import coding_of, places_of
from surveys.models import AuditEvent, Programme, User


class FocusError(ValueError):
    """A coding that cannot be changed as it was asked for."""


class CodingClosed(FocusError):
    """What is closed stays as it is."""


class NotTheCoder(FocusError):
    """A coding is its coder's."""


class NoEvidence(FocusError):
    """A rating names what it rests on."""


@dataclass(frozen=True)
class Judged:
    """A rating as it is given; `instruments` are versions of entries of the catalogue."""

    focus: Focus
    basis: Basis
    text: str
    instruments: Collection[PolicyInstrument] = ()


@dataclass(frozen=True)
class Coded:
    """The perspectives that an instrument serves, none of them when empty."""

    perspectives: frozenset[str]
    basis: Basis


@transaction.atomic
def start(*, programme: Programme, scheme: str, title: str, by: User) -> FocusCoding:
    """An empty coding of one's own under a shipped scheme. Raises FocusError."""
    coding = _new(programme=programme, scheme=stored_scheme(scheme), title=title, by=by)
    AuditEvent.objects.record("focus.started", coding, by=by, programme=programme, scheme=scheme)
    return coding


@transaction.atomic
def revise(*, coding: FocusCoding, by: User) -> FocusCoding:
    """A new version of one's own with all that the closed one says, to be changed. Raises FocusError."""
    before = FocusCoding.objects.select_for_update(of=("self",)).get(pk=coding.pk)
    if before.closed_at is None:
        raise FocusError(_("The coding is still open: change it as it is."))
    # Who changes another's judgement does not speak in that one's name.
    own = before.coder_name == by.get_username()
    title = before.title if own else f"{before.title[:80]} / {by.get_username()[:35]}"
    after = _new(programme=before.programme, scheme=before.scheme, title=title, by=by, previous=before)
    for row in before.ratings.prefetch_related("instruments"):
        copied = after.ratings.create(
            country=row.country, perspective=row.perspective, focus=row.focus, basis=row.basis, text=row.text
        )
        copied.instruments.set(row.instruments.all())
    InstrumentCoding.objects.bulk_create(
        InstrumentCoding(coding=after, instrument_id=row.instrument_id, perspectives=row.perspectives, basis=row.basis)
        for row in before.instrument_codings.all()
    )
    AuditEvent.objects.record("focus.revised", after, by=by, programme=after.programme, version=after.version)
    return after


@transaction.atomic
def code_instruments(*, coding: FocusCoding, codes: Mapping[PolicyInstrument, Coded | None], by: User) -> None:
    """Say which perspectives these instruments serve; None takes the code of the entry away.

    The code stands for the version given, in the place of one for another version of the entry. Raises FocusError.
    """
    own = _open(coding, by)
    known = set(focus_library.scheme_of(own.scheme.document).codes)
    given = {instrument: coded for instrument, coded in codes.items() if coded is not None}
    strange = sorted(frozenset[str]().union(*(coded.perspectives for coded in given.values())) - known)
    if strange:
        raise FocusError(f"perspectives: expected some of {', '.join(sorted(known))}, got {strange[0]!r}.")
    if any(instrument.programme_id != own.programme_id for instrument in codes):
        raise FocusError("codes: expected instruments of the coding's own programme, got one of another.")
    own.instrument_codings.filter(instrument__key__in=[instrument.key for instrument in codes]).delete()
    InstrumentCoding.objects.bulk_create(
        InstrumentCoding(coding=own, instrument=instrument, perspectives=sorted(coded.perspectives), basis=coded.basis)
        for instrument, coded in given.items()
    )
    AuditEvent.objects.record("focus.instruments_coded", own, by=by, programme=own.programme, instruments=len(codes))


@transaction.atomic
def rate(*, coding: FocusCoding, country: str, perspective: str, judged: Judged | None, by: User) -> None:
    """Rate a country under a perspective, with evidence; None takes the rating away. Raises FocusError, NoEvidence."""
    own = _open(coding, by)
    own.ratings.filter(country=country, perspective=perspective).delete()
    if judged is not None:
        _check_rating(own, country, perspective, judged)
        row = FocusRating(
            coding=own,
            country=country,
            perspective=perspective,
            focus=judged.focus,
            basis=judged.basis,
            text=judged.text.strip(),
        )
        _clean(row)
        row.save()
        row.instruments.set(judged.instruments)
    AuditEvent.objects.record(
        "focus.rated", own, by=by, programme=own.programme, country=country, perspective=perspective,
        focus=str(judged.focus) if judged else "",
    )  # fmt: skip


@transaction.atomic
def close(*, coding: FocusCoding, by: User) -> FocusCoding:
    """Freeze what was judged. Raises FocusError when nothing was, or what was does not hold together."""
    own = _open(coding, by)
    judged = coding_of(own)
    if not judged.ratings and not judged.instruments:
        raise FocusError(_("Nothing is rated or coded yet."))
    try:
        check(judged, places=places_of(own))
    except InputError as error:
        raise FocusError(str(error)) from error
    own.closed_at, own.content_hash = timezone.now(), hash_of(judged)
    own.save(update_fields=["closed_at", "content_hash"])
    AuditEvent.objects.record("focus.closed", own, by=by, programme=own.programme, content_hash=own.content_hash)
    return own


@transaction.atomic
def discard(*, coding: FocusCoding, by: User) -> None:
    """Delete a coding that was never closed; the version before it can then be revised again. Raises FocusError."""
    own = _open(coding, by)
    AuditEvent.objects.record("focus.discarded", own, by=by, programme=own.programme, title=own.title)
    own.delete()


def stored_scheme(key: str) -> FocusScheme:
    """The shipped scheme, stored once for each content. Raises FocusError for an unknown one."""
    schemes = focus_library.load_schemes()
    if key not in schemes:
        raise FocusError(f"scheme: expected one of {', '.join(schemes)}, got {key[:60]!r}.")
    content = definition_documents.content_hash(schemes[key])
    found, _made = FocusScheme.objects.get_or_create(
        content_hash=content, defaults={"key": key, "document": schemes[key]}
    )
    return found


def hash_of(coding: Coding) -> str:
    """Of all that was judged, whatever the order of its rows."""
    content = {
        "scheme": [coding.scheme.key, coding.scheme.codes, coding.scheme.groups],
        "ratings": sorted(
            [one.country, one.perspective, one.focus, one.basis, one.text, sorted(one.instruments)]
            for one in coding.ratings
        ),
        "instruments": sorted(
            [one.instrument, one.version, sorted(one.perspectives), one.basis] for one in coding.instruments
        ),
    }
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _new(
    *, programme: Programme, scheme: FocusScheme, title: str, by: User, previous: FocusCoding | None = None
) -> FocusCoding:
    if not title.strip():
        raise FocusError(_("Give the coding a name."))
    return FocusCoding.objects.create(
        programme=programme,
        scheme=scheme,
        title=title.strip(),
        version=previous.version + 1 if previous else 1,
        previous=previous,
        coder=by,
        coder_name=by.get_username(),
    )


def _open(coding: FocusCoding, by: User) -> FocusCoding:
    """The coding, locked, when it is open and `by`'s own."""
    locked = FocusCoding.objects.select_for_update(of=("self",)).select_related("programme", "scheme")
    found: FocusCoding = locked.get(pk=coding.pk)
    if found.closed_at is not None:
        raise CodingClosed(_("The coding is closed. Start a new version to change it."))
    if found.coder_id != by.pk:
        raise NotTheCoder(_("Only its coder changes a coding."))
    return found


def _clean(row: FocusRating) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        name, faults = next(iter(error.message_dict.items()))
        raise FocusError(f"{name}: {faults[0]}") from error


def _check_rating(own: FocusCoding, country: str, perspective: str, judged: Judged) -> None:
    if not judged.text.strip() and not judged.instruments:
        raise NoEvidence(_("Name what the rating rests on: in words, by instruments, or both."))
    given = frozenset(one.key for one in judged.instruments)
    rating = Rating(country, perspective, judged.focus, judged.basis, judged.text, given)
    scheme = focus_library.scheme_of(own.scheme.document)
    places = {one.key: one.country for one in judged.instruments if one.programme_id == own.programme_id}
    try:
        check(Coding(scheme, (rating,), ()), places=places)
    except InputError as error:
        raise FocusError(str(error)) from error
