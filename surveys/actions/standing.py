"""How a sampled unit stands while something is written to its response: locked, read, stored; and why it cannot be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import CharField, OuterRef, Subquery, Value

from surveys.instrument.check import Problem
from surveys.models import Disposition, PageSave, Response, SampledUnit, WaveState

BEFORE_ANSWERING = (
    Disposition.NOT_INVITED,
    Disposition.INVITED,
    Disposition.UNREACHABLE,
    Disposition.DECLINED,
)
STORED = [field.attname for field in Response._meta.concrete_fields]  # id first

# What a save or submission looks at, built once: putting such a query together costs more than running it.
_STANDING = SampledUnit.objects.values_list("disposition", "wave__state", *(f"response__{name}" for name in STORED))
_SAVES = PageSave.objects.filter(response=OuterRef("response__pk")).values("body_hash")


class ResponseError(ValueError):
    """Answers that cannot be taken."""


class WaveClosed(ResponseError):
    """The wave takes no answers (any more)."""


class AlreadySubmitted(ResponseError):
    """The questionnaire was handed in; it is not changed before somebody opens it again."""


class NotSubmitted(ResponseError):
    """Only what was handed in can be opened again."""


class NotYourPart(ResponseError):
    """The link is a colleague's: good for one section, and not for handing in."""


class KeyReused(ResponseError):
    """The save key stands for other answers that were saved before."""


class NothingAnswered(ResponseError):
    """A questionnaire without a single answer is not handed in."""


class AnswersRefused(ResponseError):
    """Hard problems: nothing was stored."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(", ".join(f"{problem.item}: {problem.code}" for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class Standing:
    """What is known of a unit once its row is locked."""

    unit: SampledUnit
    disposition: str
    wave_state: str
    response: Response | None
    earlier_hash: str | None  # of the save that used the same key

    def require_open(self) -> None:
        if self.wave_state != WaveState.OPEN:
            raise WaveClosed(f"The wave {self.unit.wave} is {self.wave_state}; it takes answers while open.")
        if self.response is not None and self.response.submitted_at is not None and not self.response.correcting:
            raise AlreadySubmitted(f"The questionnaire was handed in at {self.response.submitted_at:%Y-%m-%d %H:%M}.")


def locked(sampled_unit: SampledUnit, *, key: str = "") -> Standing:
    """Lock the unit, then read what stands.

    Two statements on purpose: PostgreSQL waits at the first, and only a statement that begins after the wait sees
    what the one before us wrote. On SQLite the transaction itself is the lock (it begins IMMEDIATE).
    """
    if connection.features.has_select_for_update:
        SampledUnit.objects.select_for_update().only("pk").get(pk=sampled_unit.pk)
    earlier = Subquery(_SAVES.filter(key=key)[:1]) if key else Value(None, CharField())
    # Unpacked and not got: get() sets a limit, and with one PostgreSQL takes longer to plan than to answer.
    ((disposition, wave_state, *stored, earlier_hash),) = _STANDING.annotate(earlier=earlier).filter(pk=sampled_unit.pk)
    return Standing(
        unit=sampled_unit,
        disposition=disposition,
        wave_state=wave_state,
        response=None if stored[0] is None else Response.from_db(connection.alias, STORED, stored),
        earlier_hash=earlier_hash,
    )


def store(
    standing: Standing,
    *,
    answers: Mapping[str, object],
    stamps: Mapping[str, list[str]],
    language: str,
    now: datetime,
) -> Response:
    response = standing.response or Response(sampled_unit=standing.unit, instrument_id=standing.unit.wave.instrument_id)
    response.answers = dict(answers)
    response.written = {**response.written, **stamps}
    response.language = language
    response.saved_at = now
    response.save(update_fields=None if standing.response is None else ["answers", "written", "language", "saved_at"])
    dispose(standing, BEFORE_ANSWERING, Disposition.STARTED)
    return response


def dispose(standing: Standing, before: tuple[Disposition, ...], after: Disposition) -> bool:
    """Change the disposition where it is one of `before`: the row is locked, so what was read of it still holds."""
    if standing.disposition not in before:
        return False
    return bool(SampledUnit.objects.filter(pk=standing.unit.pk).update(disposition=after))
