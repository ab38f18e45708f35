"""Who answers: from a link or a cookie to the sampled unit, its questionnaire and what the register knows of it."""

import hashlib
import hmac
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache

from django.conf import settings
from django.db.models import Q

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


# Built once, and of no more columns than the pages need: every page of a respondent begins with this query, and
# putting it together costs more than running it.
_UNIT = "sampled_unit__"
_INVITATIONS = (
    Invitation.objects.filter(withdrawn_at__isnull=True)
    .select_related(
        f"{_UNIT}wave__programme",
        f"{_UNIT}wave__instrument",
        f"{_UNIT}stratum",
        f"{_UNIT}unit",
        f"{_UNIT}response",
    )
    .only(
        "sampled_unit",
        *(
            f"{_UNIT}{name}"
            for name in ("wave", "stratum", "unit", "pseudonym", "employees", "level", "language", "disposition")
        ),
        *(f"{_UNIT}wave__{name}" for name in ("programme", "instrument", "code", "languages", "closes_on", "state")),
        f"{_UNIT}wave__constructed",
        *(f"{_UNIT}wave__programme__{name}" for name in ("slug", "names", "owners", "contact_email")),
        f"{_UNIT}wave__instrument__content_hash",
        *(f"{_UNIT}stratum__{name}" for name in ("country", "sector", "size_class")),
        *(f"{_UNIT}unit__{name}" for name in ("name", "municipality_name", "sector")),
        *(f"{_UNIT}response__{name}" for name in ("answers", "language", "submitted_at")),
    )
)


def _one(condition: Q) -> Invitation | None:
    found: Invitation | None = None
    with suppress(Invitation.DoesNotExist):
        found = _INVITATIONS.get(condition)  # not first(): sorting a single row costs a third of the query
    return found


def invitation_of(token: str) -> Invitation | None:
    """The invitation behind a link that works now, in one query; None for unknown, withdrawn and expired alike."""
    return _one(Q(token_hash=token_hash(token), sampled_unit__wave__state=WaveState.OPEN))


def sampled_unit_of(token: str) -> SampledUnit | None:
    """The sampled unit behind a link that works now; None for unknown, withdrawn and expired alike."""
    invitation = invitation_of(token)
    return None if invitation is None else invitation.sampled_unit


def invited_unit(invitation_id: int) -> SampledUnit | None:
    """The sampled unit of a cookie, in one query; also after closing, so that the page can say so."""
    invitation = _one(Q(pk=invitation_id, sampled_unit__wave__state__in=(WaveState.OPEN, WaveState.CLOSED)))
    return None if invitation is None else invitation.sampled_unit


def background_of(sampled_unit: SampledUnit) -> Mapping[str, str | int]:
    """What rules may ask of the register (`bg.<name>`), whether the key to the named unit stands or not."""
    stratum = sampled_unit.stratum
    return {
        "country": stratum.country,
        "sector": stratum.sector,
        "size_class": stratum.size_class,
        "employees": sampled_unit.employees,
        "level": sampled_unit.level,
    }


def announced_minutes(instrument: Instrument) -> int:
    """How long to say it takes: whole fives, from the number of items."""
    minutes = len(instrument.items) * SECONDS_AN_ITEM / 60
    return max(5, 5 * round(minutes / 5))
