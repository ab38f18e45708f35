"""Who answers: from a link or a cookie to the sampled unit, its questionnaire and what the register knows of it."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from surveys.instrument.document import from_document
from surveys.instrument.schema import Instrument
from surveys.models import InstrumentVersion, Invitation, Response, SampledUnit, Wave, WaveState

EARLIER_INNOVATION = "earlier_innovation"  # the background variable
NAMED_INNOVATION = "newest_name"  # the item whose answer the next wave asks about again
FEWEST_MINUTES = 2  # said of whatever is shorter
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


def code_hash(code: str) -> str:
    """What is kept of a spoken code: the keyed hash of its letters and digits, whatever stands between them."""
    return token_hash("code " + "".join(sign for sign in code.upper() if sign.isascii() and sign.isalnum()))


def token_hash(token: str) -> str:
    """What is kept of a link token: HMAC-SHA256 with the installation's pepper, 64 hexadecimal digits."""
    return hmac.new(settings.TOKEN_PEPPER.encode(), token.encode(), hashlib.sha256).hexdigest()


WAVE_COLUMNS = (
    "programme", "instrument", "previous", "code", "languages", "reference_from", "reference_to", "closes_on", "state",
    "constructed", "pilot", "median_seconds",
)  # fmt: skip

RESPONSE_COLUMNS = ("answers", "written", "language", "submitted_at", "correcting", "revision")

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
        "section",
        *(
            f"{_UNIT}{name}"
            for name in (
                "wave",
                "stratum",
                "unit",
                "pseudonym",
                "employees",
                "level",
                "inclusion_probability",
                "language",
                "disposition",
            )
        ),
        *(f"{_UNIT}wave__{name}" for name in WAVE_COLUMNS),
        *(f"{_UNIT}wave__programme__{name}" for name in ("slug", "names", "owners", "contact_email")),
        f"{_UNIT}wave__instrument__content_hash",
        *(f"{_UNIT}stratum__{name}" for name in ("country", "sector", "size_class")),
        *(f"{_UNIT}unit__{name}" for name in ("name", "municipality_name", "sector")),
        *(
            f"{_UNIT}response__{name}"
            for name in ("answers", "written", "language", "submitted_at", "correcting", "revision")
        ),
    )
)


def _one(condition: Q) -> Invitation | None:
    # Neither first(), which sorts, nor get(), which limits: with a limit PostgreSQL plans this join five times as long.
    return next(iter(_INVITATIONS.filter(condition)), None)


def invitation_of(token: str) -> Invitation | None:
    """The invitation behind a link that works now, in one query; None for unknown, withdrawn and expired alike."""
    return _one(Q(token_hash=token_hash(token), sampled_unit__wave__state=WaveState.OPEN))


# After closing only a workplace that handed in is let in: its report stands there, and nothing else.
_LET_IN = Q(sampled_unit__wave__state=WaveState.OPEN) | Q(
    sampled_unit__wave__state=WaveState.CLOSED, sampled_unit__response__record__isnull=False, section=""
)


def invitation_let_in(token: str) -> Invitation | None:
    """The invitation behind a link that opens a page now, in one query; None for all others alike."""
    return _one(Q(token_hash=token_hash(token)) & _LET_IN)


def invitation_of_code(code: str) -> Invitation | None:
    """The invitation behind a spoken code that opens a page now; None for unknown, withdrawn and expired alike."""
    return _one(Q(code_hash=code_hash(code)) & _LET_IN)


def sampled_unit_of(token: str) -> SampledUnit | None:
    """The sampled unit behind a link that works now; None for unknown, withdrawn and expired alike."""
    invitation = invitation_of(token)
    return None if invitation is None else invitation.sampled_unit


def invitation_with(pk: int) -> Invitation | None:
    """The invitation of a cookie, in one query; also after closing, so that the page can say so."""
    return _one(Q(pk=pk, sampled_unit__wave__state__in=(WaveState.OPEN, WaveState.CLOSED)))


def background_of(sampled_unit: SampledUnit) -> Mapping[str, str | int]:
    """What rules may ask of the register (`bg.<name>`), whether the key to the named unit stands or not."""
    stratum = sampled_unit.stratum
    return {
        "country": stratum.country,
        "sector": stratum.sector,
        "size_class": stratum.size_class,
        "employees": sampled_unit.employees,
        "level": sampled_unit.level,
        **circumstances_of(sampled_unit),
    }


def circumstances_of(sampled_unit: SampledUnit) -> dict[str, str | int]:
    """What rules read that the register does not know: the wave's period, the day, the innovation named before.

    It is kept with what is handed in, because the day passes and earlier answers may be erased.
    """
    wave = sampled_unit.wave
    known: dict[str, str | int] = {
        "ref.from": wave.reference_from.isoformat(),
        "ref.to": wave.reference_to.isoformat(),
        "today": timezone.localdate().isoformat(),
        "pilot": "yes" if wave.pilot else "no",
    }
    if EARLIER_INNOVATION in instrument_of(wave.instrument).background:
        known[EARLIER_INNOVATION] = _earlier_innovation(sampled_unit)
    return known


def _earlier_innovation(sampled_unit: SampledUnit) -> str:
    """The innovation that the same unit named in the wave before; empty where there is none, or that was a pilot."""
    earlier = Response.objects.filter(
        sampled_unit__wave=sampled_unit.wave.previous_id,
        sampled_unit__wave__pilot=False,
        sampled_unit__pseudonym=sampled_unit.pseudonym,
        record__isnull=False,
    ).values_list("record", flat=True)
    record = earlier.first() if sampled_unit.wave.previous_id else None
    return str((record or {}).get(NAMED_INNOVATION, "")).strip()


def announced_minutes(wave: Wave) -> int:
    """How long to say it takes: the measured median, once there is one; before that from the number of items."""
    if wave.median_seconds is not None:
        return max(FEWEST_MINUTES, round(wave.median_seconds / 60))
    minutes = len(instrument_of(wave.instrument).items) * SECONDS_AN_ITEM / 60
    return max(5, 5 * round(minutes / 5))
