"""Who answers: from a link or a cookie to the sampled unit, its questionnaire and what the register knows of it."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from django.conf import settings
from django.db.models import QuerySet

from surveys.instrument.document import from_document
from surveys.instrument.schema import Instrument
from surveys.models import InstrumentVersion, Invitation, SampledUnit, WaveState

SECONDS_AN_ITEM = 8  # an announced time errs on the long side; part of the whole is skipped by most


@dataclass(frozen=True)
class _Stored:
    """A version as the key of the cache: its content decides, the row is only where to read it."""

    content_hash: str
    version: InstrumentVersion = field(compare=False)


@lru_cache(maxsize=64)
def _instrument(stored: _Stored) -> Instrument:
    return from_document(stored.version.document)


def instrument_of(version: InstrumentVersion) -> Instrument:
    """The questionnaire of a version, read once per content and process."""
    return _instrument(_Stored(version.content_hash, version))


def token_hash(token: str) -> str:
    """What is kept of a link token: HMAC-SHA256 with the installation's pepper, 64 hexadecimal digits."""
    return hmac.new(settings.TOKEN_PEPPER.encode(), token.encode(), hashlib.sha256).hexdigest()


def _invitations() -> QuerySet[Invitation]:
    return (
        Invitation.objects.filter(withdrawn_at__isnull=True)
        .select_related(
            "sampled_unit__wave__programme",
            "sampled_unit__wave__instrument",
            "sampled_unit__stratum",
            "sampled_unit__unit",
            "sampled_unit__response",
        )
        .defer("sampled_unit__wave__instrument__document")
    )


def invitation_of(token: str) -> Invitation | None:
    """The invitation behind a link that works now, in one query; None for unknown, withdrawn and expired alike."""
    return _invitations().filter(token_hash=token_hash(token), sampled_unit__wave__state=WaveState.OPEN).first()


def sampled_unit_of(token: str) -> SampledUnit | None:
    """The sampled unit behind a link that works now; None for unknown, withdrawn and expired alike."""
    invitation = invitation_of(token)
    return None if invitation is None else invitation.sampled_unit


def invited_unit(invitation_id: int) -> SampledUnit | None:
    """The sampled unit of a cookie, in one query; also after closing, so that the page can say so."""
    invitation = (
        _invitations()
        .filter(pk=invitation_id, sampled_unit__wave__state__in=(WaveState.OPEN, WaveState.CLOSED))
        .first()
    )
    return None if invitation is None else invitation.sampled_unit


def background_of(sampled_unit: SampledUnit) -> Mapping[str, str | int]:
    """What rules may ask of the register (`bg.<name>`). The level goes with the key to the named unit."""
    stratum = sampled_unit.stratum
    known: dict[str, str | int] = {
        "country": stratum.country,
        "sector": stratum.sector,
        "size_class": stratum.size_class,
        "employees": sampled_unit.employees,
    }
    return known if sampled_unit.unit is None else {**known, "level": sampled_unit.unit.level}


def announced_minutes(instrument: Instrument) -> int:
    """How long to say it takes: whole fives, from the number of items."""
    minutes = len(instrument.items) * SECONDS_AN_ITEM / 60
    return max(5, 5 * round(minutes / 5))
