"""Answers: saved page by page, handed in once, or declined. What was acknowledged is never lost and never doubled."""

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import CharField, OuterRef, Subquery, Value
from django.utils import timezone

from surveys.instrument.check import Problem, check, submission
from surveys.instrument.routing import is_unanswered
from surveys.instrument.schema import Instrument, Level
from surveys.models import (
    RESPONDENT,
    AuditEvent,
    Disposition,
    PageSave,
    Response,
    SampledUnit,
    User,
    WaveState,
)
from surveys.queries.respondents import background_of, instrument_of

ALL_PAGES = "all"  # for writers that are not a page: generators and imports
BEFORE_ANSWERING = (
    Disposition.NOT_INVITED,
    Disposition.INVITED,
    Disposition.UNREACHABLE,
    Disposition.DECLINED,
)
STORED = [field.attname for field in Response._meta.concrete_fields]  # id first
MAY_DECLINE = (Disposition.NOT_INVITED, Disposition.INVITED, Disposition.UNREACHABLE, Disposition.STARTED)

# What a save or submission looks at, built once: putting such a query together costs more than running it.
_STANDING = SampledUnit.objects.values_list("disposition", "wave__state", *(f"response__{name}" for name in STORED))
_SAVES = PageSave.objects.filter(response=OuterRef("response__pk")).values("body_hash")


class ResponseError(ValueError):
    """Answers that cannot be taken."""


class WaveClosed(ResponseError):
    """The wave takes no answers (any more)."""


class AlreadySubmitted(ResponseError):
    """The questionnaire was handed in; it is not changed after that."""


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
class Saved:
    """The acknowledgement of a save: by the time it is returned to a browser the answers are on disk."""

    answers: Mapping[str, object]  # the whole document as it stands now
    problems: tuple[Problem, ...]  # soft ones, to be said once
    changed: tuple[str, ...]  # items that somebody else wrote after the page was shown
    repeated: bool  # the same save was acknowledged before


@dataclass(frozen=True)
class _Standing:
    """What is known of a unit once its row is locked."""

    unit: SampledUnit
    disposition: str
    wave_state: str
    response: Response | None
    earlier_hash: str | None  # of the save that used the same key

    def require_open(self) -> None:
        if self.wave_state != WaveState.OPEN:
            raise WaveClosed(f"The wave {self.unit.wave} is {self.wave_state}; it takes answers while open.")
        if self.response is not None and self.response.submitted_at is not None:
            raise AlreadySubmitted(f"The questionnaire was handed in at {self.response.submitted_at:%Y-%m-%d %H:%M}.")


@transaction.atomic
def save(
    *,
    sampled_unit: SampledUnit,
    page_id: str,
    values: Mapping[str, object],
    save_key: str,
    device: str,
    language: str,
    shown: Mapping[str, object] | None = None,
    now: datetime | None = None,
) -> Saved:
    """Store the answers of one page; None, "" and [] mean unanswered.

    Args:
        page_id: the page the values come from, or "all".
        save_key: a UUID made with the page. The same key and values again give the same reply and store nothing.
        device: a short mark of the browser, for "changed elsewhere".
        shown: the answers that stood on the page when it was shown. With it, only what the person changed is
            written, and what somebody else wrote meanwhile is kept and reported; the last write of an item counts.

    Raises AnswersRefused (hard problems), KeyReused, AlreadySubmitted, WaveClosed; nothing is stored then.
    """
    now = now or timezone.now()
    instrument = instrument_of(sampled_unit.wave.instrument)
    body_hash = _hash_of(page_id, values)
    save_key = _valid_key(save_key)
    standing = _locked(sampled_unit, key=save_key)
    current = {} if standing.response is None else standing.response.answers
    background = background_of(sampled_unit)
    if standing.earlier_hash == body_hash:
        problems = check(instrument, current, background, items=values)
        earlier = PageSave.objects.get(response=standing.response, key=save_key)
        return Saved(current, _soft(problems), tuple(earlier.changed), repeated=True)
    standing.require_open()
    if standing.earlier_hash is not None:
        raise KeyReused(f"save_key: expected a new key for other answers, got {save_key} a second time.")
    written, changed = _to_write(current, values, shown)
    answers = {key: value for key, value in {**current, **written}.items() if not is_unanswered(value)}
    problems = _checked(instrument, page_id, answers, values, background)
    response = _store(
        standing,
        answers=answers,
        stamps={key: [now.isoformat(), device] for key in written},
        language=language,
        now=now,
    )
    PageSave.objects.create(
        response=response, key=save_key, page=page_id, body_hash=body_hash, changed=changed, saved_at=now
    )
    return Saved(answers, _soft(problems), tuple(changed), repeated=False)


@transaction.atomic
def submit(*, sampled_unit: SampledUnit, now: datetime | None = None, by: User | str = RESPONDENT) -> Response:
    """Hand in: answers off the path are dropped, hard problems refuse, the time is stamped.

    Handing in twice gives the one response. Raises AnswersRefused, NothingAnswered, WaveClosed.
    """
    now = now or timezone.now()
    standing = _locked(sampled_unit)
    response = standing.response
    if response is not None and response.submitted_at is not None:
        return response
    standing.require_open()
    if response is None or not response.answers:
        raise NothingAnswered("No question is answered yet.")
    instrument = instrument_of(sampled_unit.wave.instrument)
    background = background_of(sampled_unit)
    answers = submission(instrument, response.answers, background)
    hard = _hard(check(instrument, answers, background))
    if hard:
        raise AnswersRefused(hard)
    response.answers = answers
    response.written = {key: stamp for key, stamp in response.written.items() if key in answers}
    response.saved_at = response.submitted_at = now
    response.save(update_fields=["answers", "written", "saved_at", "submitted_at"])
    _dispose(standing, (*BEFORE_ANSWERING, Disposition.STARTED), Disposition.COMPLETED)
    AuditEvent.objects.record("response.submitted", response, by=by, programme=sampled_unit.wave.programme)
    return response


@transaction.atomic
def decline(*, sampled_unit: SampledUnit, by: User | str = RESPONDENT) -> None:
    """Record that the unit does not take part. It may still change its mind: a later save undoes it.

    Declining twice changes nothing. Raises AlreadySubmitted, WaveClosed.
    """
    standing = _locked(sampled_unit)
    standing.require_open()
    if _dispose(standing, MAY_DECLINE, Disposition.DECLINED):
        AuditEvent.objects.record("response.declined", sampled_unit, by=by, programme=sampled_unit.wave.programme)


def _locked(sampled_unit: SampledUnit, *, key: str = "") -> _Standing:
    """Lock the unit, then read what stands.

    Two statements on purpose: PostgreSQL waits at the first, and only a statement that begins after the wait sees
    what the one before us wrote. On SQLite the transaction itself is the lock (it begins IMMEDIATE).
    """
    if connection.features.has_select_for_update:
        SampledUnit.objects.select_for_update().only("pk").get(pk=sampled_unit.pk)
    earlier = Subquery(_SAVES.filter(key=key)[:1]) if key else Value(None, CharField())
    disposition, wave_state, *stored, earlier_hash = _STANDING.annotate(earlier=earlier).get(pk=sampled_unit.pk)
    return _Standing(
        unit=sampled_unit,
        disposition=disposition,
        wave_state=wave_state,
        response=None if stored[0] is None else Response.from_db(connection.alias, STORED, stored),
        earlier_hash=earlier_hash,
    )


def _to_write(
    current: Mapping[str, object], values: Mapping[str, object], shown: Mapping[str, object] | None
) -> tuple[dict[str, object], list[str]]:
    """What this save writes, and the items that somebody else wrote since the page was shown."""
    written: dict[str, object] = {}
    changed: list[str] = []
    for key, value in values.items():
        now = current.get(key)
        before = now if shown is None else shown.get(key)
        if shown is not None and not _same(now, before) and not _same(now, value):
            changed.append(key)
        if not _same(value, now) and (shown is None or not _same(value, before)):
            written[key] = value
    return written, changed


def _same(one: object, other: object) -> bool:
    return one == other or (is_unanswered(one) and is_unanswered(other))


def _checked(
    instrument: Instrument,
    page_id: str,
    answers: Mapping[str, object],
    values: Mapping[str, object],
    background: Mapping[str, object],
) -> tuple[Problem, ...]:
    """The one check of answers, plus: a page takes the items it asks and no others."""
    if page_id != ALL_PAGES:
        page = next((page for page in instrument.pages if page.id == page_id), None)
        if page is None:
            raise ResponseError(f"page_id: expected a page of the questionnaire, got {page_id[:40]!r}.")
        asked = {ask.item for ask in page.asks}
        strangers = tuple(Problem(key, "unknown_item") for key in values if key not in asked)
        if strangers:
            raise AnswersRefused(strangers)
    problems = check(instrument, answers, background, items=values)
    hard = _hard(problems)
    if hard:
        raise AnswersRefused(hard)
    return problems


def _store(
    standing: _Standing,
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
    _dispose(standing, BEFORE_ANSWERING, Disposition.STARTED)
    return response


def _dispose(standing: _Standing, before: tuple[Disposition, ...], after: Disposition) -> bool:
    """Change the disposition where it is one of `before`: the row is locked, so what was read of it still holds."""
    if standing.disposition not in before:
        return False
    return bool(SampledUnit.objects.filter(pk=standing.unit.pk).update(disposition=after))


def _hard(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    return tuple(problem for problem in problems if problem.level is Level.HARD)


def _soft(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    return tuple(problem for problem in problems if problem.level is Level.SOFT)


def _hash_of(page_id: str, values: Mapping[str, object]) -> str:
    body = json.dumps([page_id, values], sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()


def _valid_key(save_key: str) -> str:
    try:
        return str(uuid.UUID(save_key))
    except ValueError as error:
        raise ResponseError(
            f"save_key: expected a UUID made for this page, got {save_key[:40]!r}. Show the page again."
        ) from error
