"""Answers: saved page by page, handed in, corrected, or declined. What was acknowledged is never lost or doubled."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from surveys.actions.standing import (
    BEFORE_ANSWERING,
    AlreadySubmitted,
    AnswersRefused,
    KeyReused,
    NothingAnswered,
    NotSubmitted,
    NotYourPart,
    ResponseError,
    Standing,
    WaveClosed,
    dispose,
    locked,
    store,
)
from surveys.instrument.check import Problem, check, problems_of, submission
from surveys.instrument.routing import counts_as_partial, is_unanswered, path
from surveys.instrument.schema import Instrument, Level
from surveys.models import (
    RESPONDENT,
    AuditEvent,
    Device,
    Disposition,
    PageSave,
    Response,
    Revision,
    SampledUnit,
    User,
    Wave,
    WaveState,
)
from surveys.queries.respondents import background_of, circumstances_of, instrument_of, token_hash

__all__ = [
    "ALL_PAGES",
    "AlreadySubmitted",
    "AnswersRefused",
    "Circumstances",
    "KeyReused",
    "NotSubmitted",
    "NotYourPart",
    "NothingAnswered",
    "ResponseError",
    "Saved",
    "WaveClosed",
    "correct",
    "decline",
    "save",
    "submit",
    "take_partials",
]

ALL_PAGES = "all"  # for writers that are not a page: generators and imports
MAY_DECLINE = (Disposition.NOT_INVITED, Disposition.INVITED, Disposition.UNREACHABLE, Disposition.STARTED)


@dataclass(frozen=True)
class Circumstances:
    """How a page was answered: all that the event log keeps beside page, items and time."""

    device: Device = Device.UNKNOWN
    seconds: int | None = None  # from showing the page to saving it
    automatic: bool = False  # by the page itself while it was open


@dataclass(frozen=True)
class Saved:
    """The acknowledgement of a save: by the time it is returned to a browser the answers are on disk."""

    answers: Mapping[str, object]  # the whole document as it stands now
    problems: tuple[Problem, ...]  # soft ones, to be said once; of an automatic save also those not stored
    changed: tuple[str, ...]  # items that somebody else wrote after the page was shown
    repeated: bool  # the same save was acknowledged before
    opened: tuple[str, ...] = ()  # sections with questions that a changed answer brought up
    dropped: int = 0  # answers that a changed answer left off the path: kept, and not handed in


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
    first: Mapping[str, object] | None = None,
    circumstances: Circumstances | None = None,
    section: str = "",
    now: datetime | None = None,
) -> Saved:
    """Store the answers of one page; None, "" and [] mean unanswered.

    Args:
        page_id: the page the values come from, or "all".
        save_key: a UUID made with the page. The same key and values again give the same reply and store nothing.
        device: a short mark of the browser, for "changed elsewhere".
        shown: the answers that stood on the page when it was shown. With it, only what the person changed is
            written, and what somebody else wrote meanwhile is kept and reported; the last write of an item counts.
        first: the answers that stood there when the person came, before the page saved itself; without it, `shown`.
        circumstances: for the event log. An automatic save leaves out what cannot be stored yet instead of refusing
            the page: a person is in the middle of it.
        section: the only part that this link is good for; empty for all of it.

    Raises AnswersRefused (hard problems), KeyReused, AlreadySubmitted, NotYourPart, WaveClosed; nothing is stored then.
    """
    now = now or timezone.now()
    circumstances = circumstances or Circumstances()
    instrument = instrument_of(sampled_unit.wave.instrument)
    body_hash, save_key = _hash_of(page_id, values), _key_of(save_key, automatic=circumstances.automatic)
    standing = locked(sampled_unit, key=save_key)
    current = {} if standing.response is None else standing.response.answers
    background = background_of(sampled_unit)
    before = _before(current, values, shown if first is None else first)
    if standing.earlier_hash == body_hash:
        earlier = PageSave.objects.get(response=standing.response, key=save_key)
        said = _soft(check(instrument, current, background, items=values))
        return Saved(
            current, said, tuple(earlier.changed), True, *_way(instrument, before, current, values, background)
        )
    standing.require_open()
    if standing.earlier_hash is not None:
        raise KeyReused(f"save_key: expected a new key for other answers, got {save_key} a second time.")
    _require_page(instrument, page_id, values, section)
    written, changed = _to_write(current, values, shown)
    problems = check(instrument, _merged(current, written), background, items=values)
    written = _acceptable(written, problems, automatic=circumstances.automatic)
    answers = _merged(current, written)
    stamps = {key: [now.isoformat(), device] for key in written}
    back_in = _language_to_return_in(standing, language, section)
    response = store(standing, answers=answers, stamps=stamps, language=back_in, now=now)
    event = PageSave(response=response, key=save_key, page=page_id, body_hash=body_hash, saved_at=now)
    event.changed, event.items, event.language = changed, list(written), language
    event.device, event.seconds, event.automatic = astuple(circumstances)
    event.save(force_insert=True)
    said = problems if circumstances.automatic else _soft(problems)
    return Saved(answers, said, tuple(changed), False, *_way(instrument, before, answers, values, background))


@transaction.atomic
def submit(
    *, sampled_unit: SampledUnit, section: str = "", now: datetime | None = None, by: User | str = RESPONDENT
) -> Response:
    """Hand in: the answers on the path become the record, the time is stamped; the draft keeps the others.

    Handing in twice gives the one response. After a correction the record before becomes a revision, unless nothing
    changed. Raises AnswersRefused for hard problems, NothingAnswered, NotYourPart, WaveClosed.
    """
    now = now or timezone.now()
    if section:
        raise NotYourPart("Expected the link of the whole questionnaire, got a colleague's. Its owner hands in.")
    standing = locked(sampled_unit)
    response = standing.response
    if response is not None and response.submitted_at is not None and not response.correcting:
        return response
    standing.require_open()
    if response is None or not response.answers:
        raise NothingAnswered("No question is answered yet.")
    instrument = instrument_of(sampled_unit.wave.instrument)
    background = background_of(sampled_unit)
    record = submission(instrument, response.answers, background)
    hard = _hard(check(instrument, record, background))
    if hard:
        raise AnswersRefused(hard)
    _keep_record(sampled_unit, response, record, now)
    dispose(standing, (*BEFORE_ANSWERING, Disposition.STARTED), Disposition.COMPLETED)
    AuditEvent.objects.record(
        "response.submitted", response, by=by, programme=sampled_unit.wave.programme, revision=response.revision
    )
    return response


def _keep_record(sampled_unit: SampledUnit, response: Response, record: dict[str, object], now: datetime) -> None:
    """Put the record in place; the one before it stays as a revision."""
    if response.record != record or response.submitted_at is None:
        if response.record is not None and response.submitted_at is not None:
            Revision.objects.create(
                response=response,
                number=response.revision,
                record=response.record,
                language=response.language,
                submitted_at=response.submitted_at,
            )
        response.revision += 1
        response.record = record
        response.background = circumstances_of(sampled_unit)
        response.submitted_at = now
    response.correcting = False
    response.saved_at = now
    response.save(update_fields=["record", "background", "revision", "correcting", "saved_at", "submitted_at"])


@transaction.atomic
def correct(*, sampled_unit: SampledUnit, section: str = "", by: User | str = RESPONDENT) -> None:
    """Open what was handed in again. The record counts until it is handed in anew; doing so twice changes nothing.

    Raises NotSubmitted, NotYourPart, WaveClosed.
    """
    if section:
        raise NotYourPart("Expected the link of the whole questionnaire, got a colleague's. Its owner corrects.")
    standing = locked(sampled_unit)
    response = standing.response
    if response is None or response.submitted_at is None:
        raise NotSubmitted("The questionnaire was not handed in yet: it is open as it stands.")
    if standing.wave_state != WaveState.OPEN:
        raise WaveClosed(f"The wave {sampled_unit.wave} is {standing.wave_state}; it takes corrections while open.")
    if not response.correcting:
        response.correcting = True
        response.save(update_fields=["correcting"])
        AuditEvent.objects.record("response.reopened", response, by=by, programme=sampled_unit.wave.programme)


@transaction.atomic
def take_partials(*, wave: Wave) -> int:
    """At closing: answers that were never handed in count where the questionnaire's own rule says so.

    Off-path answers leave the record as at handing in; what was handed in and opened again keeps its record. Gives
    the number taken. The caller has locked the units of the wave and leaves the audit event.
    """
    instrument = instrument_of(wave.instrument)
    if instrument.partial is None:
        return 0
    started = Response.objects.filter(
        sampled_unit__wave=wave, sampled_unit__disposition=Disposition.STARTED, submitted_at__isnull=True
    ).select_related("sampled_unit__stratum", "sampled_unit__wave")
    taken: list[Response] = []
    for response in started.iterator(chunk_size=500):
        background = background_of(response.sampled_unit)
        if counts_as_partial(instrument, response.answers, background):
            response.record = submission(instrument, response.answers, background)
            response.background = circumstances_of(response.sampled_unit)
            taken.append(response)
    Response.objects.bulk_update(taken, ["record", "background"], batch_size=200)
    units = [response.sampled_unit_id for response in taken]
    for place in range(0, len(units), 500):
        SampledUnit.objects.filter(pk__in=units[place : place + 500]).update(disposition=Disposition.PARTIAL)
    return len(taken)


@transaction.atomic
def decline(*, sampled_unit: SampledUnit, by: User | str = RESPONDENT) -> None:
    """Record that the unit does not take part. It may still change its mind: a later save undoes it.

    Declining twice changes nothing. Raises AlreadySubmitted, WaveClosed.
    """
    standing = locked(sampled_unit)
    standing.require_open()
    if dispose(standing, MAY_DECLINE, Disposition.DECLINED):
        AuditEvent.objects.record("response.declined", sampled_unit, by=by, programme=sampled_unit.wave.programme)


def _acceptable(written: Mapping[str, object], problems: tuple[Problem, ...], *, automatic: bool) -> dict[str, object]:
    """What may be stored; of an automatic save without what is wrong, because somebody is in the middle of it."""
    refused = {problem.item for problem in _hard(problems)}
    if refused and not automatic:
        raise AnswersRefused(_hard(problems))
    return {key: value for key, value in written.items() if key not in refused}


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


def _merged(current: Mapping[str, object], written: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in {**current, **written}.items() if not is_unanswered(value)}


def _require_page(instrument: Instrument, page_id: str, values: Mapping[str, object], section: str) -> None:
    """A page takes the items it asks and no others, and a colleague's link the pages of its section."""
    if page_id == ALL_PAGES and not section:
        return
    page = next((page for page in instrument.pages if page.id == page_id), None)
    if page is None:
        raise ResponseError(f"page_id: expected a page of the questionnaire, got {page_id[:40]!r}.")
    if section and page.section != section:
        raise NotYourPart(f"page_id: expected a page of the section {section}, got {page_id}.")
    asked = {ask.item for ask in page.asks}
    strangers = tuple(Problem(key, "unknown_item") for key in values if key not in asked)
    if strangers:
        raise AnswersRefused(strangers)


def _before(
    current: Mapping[str, object], values: Mapping[str, object], first: Mapping[str, object] | None
) -> Mapping[str, object]:
    """All answers as they stood when the person came to the page."""
    if first is None:
        return current
    stood = {key: value for key, value in first.items() if key in values}
    return {**{key: value for key, value in current.items() if key not in values}, **stood}


def _way(
    instrument: Instrument,
    before: Mapping[str, object],
    after: Mapping[str, object],
    values: Mapping[str, object],
    background: Mapping[str, object],
) -> tuple[tuple[str, ...], int]:
    """What the page changed of the path: sections with questions that came up, and answers now off it.

    Answering for the first time is the ordinary way on and says nothing. What came from a browser as standing there
    before may be anything, so what could not have stood is left out.
    """
    stood = {key: value for key, value in before.items() if key not in values or _may_stand(instrument, key, value)}
    if not any(key in stood and not _same(stood[key], after.get(key)) for key in values):
        return (), 0
    earlier = {key for step in path(instrument, stood, background) for key in step.items}
    pages = path(instrument, after, background)
    now = {key for step in pages for key in step.items}
    opened = [step.page.section for step in pages if any(key not in earlier and key not in after for key in step.items)]
    return tuple(dict.fromkeys(opened)), sum(key in after and key not in now for key in earlier)


def _may_stand(instrument: Instrument, key: str, value: object) -> bool:
    return key in instrument.items and not _hard(tuple(problems_of(instrument.items[key], value)))


def _hard(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    return tuple(problem for problem in problems if problem.level is Level.HARD)


def _soft(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    return tuple(problem for problem in problems if problem.level is Level.SOFT)


def _hash_of(page_id: str, values: Mapping[str, object]) -> str:
    """Keyed: a plain hash of one answer of five would tell the answer, also one that was taken back."""
    body = json.dumps([page_id, values], sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return token_hash(f"page {body}")


def _language_to_return_in(standing: Standing, language: str, section: str) -> str:
    """That of the page, but the language that the owner comes back to is not a colleague's to choose."""
    if not section:
        return language
    return standing.unit.language if standing.response is None else standing.response.language


def _key_of(save_key: str, *, automatic: bool) -> str:
    """The page's own key. A save by the page itself gets a new one.

    So a page whose reply was lost goes on saving, and the button afterwards is no repetition of a save that left out
    what could not be stored yet.
    """
    try:
        given = uuid.UUID(save_key)
    except ValueError as error:
        raise ResponseError(
            f"save_key: expected a UUID made for this page, got {save_key[:40]!r}. Show the page again."
        ) from error
    return str(uuid.uuid4() if automatic else given)
