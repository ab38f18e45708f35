"""The life of one questionnaire in the plainest words: what two clients do, what each is told, and what stands then.

The model says of every step how it ends, refusals too: a product that refused everything would leave everything as it
was, and be wrong. Of the product it borrows the path and the checks of answers, which have tests of their own.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from surveys.actions import responses, waves
from surveys.instrument.check import check
from surveys.instrument.document import from_document, to_document
from surveys.instrument.routing import answers_on_path, counts_as_partial
from surveys.instrument.schema import Instrument, Level
from surveys.models import Disposition, Response, Revision, SampledUnit, User, WaveState
from surveys.queries.respondents import background_of
from tests import make

Answers = Mapping[str, object]
Told = tuple[object, ...]  # how a step ended, and what its client sees now
PARTIAL = 'answered(colour) and (colour != "red" or answered(tools))'
UNANSWERED = (None, "", [])


@dataclass(frozen=True)
class Step:
    """A save of a page, the same save once more, a look at what stands, handing in, correcting, or closing the wave."""

    does: str
    page: str = ""
    values: Answers = field(default_factory=dict)


@dataclass(frozen=True)
class Sent:
    """A save as it left a client, which may send it again."""

    key: str
    page: str
    values: Answers
    shown: Answers


@dataclass(frozen=True)
class Done:
    """A step that a client took, and what it was told."""

    step: Step
    sent: Sent | None
    told: Told


def document() -> dict[str, object]:
    """The questionnaire of tests/instruments/kinds.yaml with a rule for answers that are never handed in."""
    whole = make.tiny() | {"partial": PARTIAL}
    return whole | {"partial": to_document(from_document(whole))["partial"]}


def begun() -> tuple[SampledUnit, User]:
    """The one unit with nothing answered; made at the first call in a test."""
    unit = SampledUnit.objects.select_related("wave__instrument", "wave__programme", "stratum").first()
    if unit is None:
        programme = make.programme()
        wave = make.wave(programme, instrument=make.instrument(programme, document=document()))
        make.drawn(wave, make.frame(programme, units=make.units(1)), size=1)
        return begun()
    Response.objects.all().delete()
    SampledUnit.objects.update(disposition=Disposition.INVITED)
    type(unit.wave).objects.update(state=WaveState.OPEN, closed_at=None)
    unit.wave.refresh_from_db()
    return unit, User.objects.first() or make.user()


class Client:
    """One of the two, at the product itself."""

    def __init__(self, name: str, unit: SampledUnit, by: User) -> None:
        self.name, self.unit, self.by = name, unit, by
        self.seen: Answers = {}
        self.last: Sent | None = None

    def sends(self, step: Step) -> Sent | None:
        """What goes out at a save: a page shows what stood when its client looked last."""
        if step.does == "save":
            shown = {key: self.seen[key] for key in step.values if key in self.seen}
            self.last = Sent(str(uuid.uuid4()), step.page, step.values, shown)
        return self.last if step.does in ("save", "again") else None

    def does(self, step: Step) -> Done:
        sent = self.sends(step)
        try:
            told = self._told(step, sent)
        except (responses.ResponseError, waves.WaveError) as error:
            return Done(step, sent, (type(error).__name__,))
        if len(told) > 1:
            assert isinstance(told[1], dict)
            self.seen = told[1]
        return Done(step, sent, told)

    def _told(self, step: Step, sent: Sent | None) -> Told:
        match step.does:
            case "submit":
                responses.submit(sampled_unit=self.unit)
            case "correct":
                responses.correct(sampled_unit=self.unit)
            case "close":
                waves.close(wave=self.unit.wave, by=self.by)
            case "look":
                return "looked", next((one.answers for one in Response.objects.all()), {})
            case _ if sent is not None:
                saved = responses.save(
                    sampled_unit=self.unit,
                    page_id=sent.page,
                    values=sent.values,
                    save_key=sent.key,
                    device=self.name,
                    language="nb",
                    shown=sent.shown,
                )
                return "repeated" if saved.repeated else "saved", dict(saved.answers)
        return ("done",)


@dataclass(frozen=True)
class Life:
    """What should stand. Each step gives what its client is told and the life after it."""

    instrument: Instrument
    background: Answers
    draft: Answers = field(default_factory=dict)
    keys: frozenset[str] = frozenset()
    record: Answers | None = None
    revisions: tuple[Answers, ...] = ()
    handed_in: bool = False
    correcting: bool = False
    closed: bool = False

    def after(self, step: Step, sent: Sent | None) -> tuple[Told, "Life"]:
        if sent is not None:
            return self._saved(sent)
        if step.does in ("save", "again"):
            return ("done",), self
        if step.does == "look":
            return ("looked", dict(self.draft)), self
        return {"submit": self._submitted, "correct": self._corrected, "close": self._closed}[step.does]()

    def _saved(self, sent: Sent) -> tuple[Told, "Life"]:
        if sent.key in self.keys:
            return ("repeated", dict(self.draft)), self
        if self.closed:
            return ("WaveClosed",), self
        if self.handed_in and not self.correcting:
            return ("AlreadySubmitted",), self
        typed = {key: value for key, value in sent.values.items() if value != sent.shown.get(key)}
        draft = {key: value for key, value in {**self.draft, **typed}.items() if value not in UNANSWERED}
        if self._faulty(draft, sent.values):
            return ("AnswersRefused",), self
        return ("saved", draft), replace(self, draft=draft, keys=self.keys | {sent.key})

    def _faulty(self, answers: Answers, items: Answers | None = None) -> bool:
        found = check(self.instrument, answers, self.background, items=items)
        return any(problem.level is Level.HARD for problem in found)

    def _submitted(self) -> tuple[Told, "Life"]:
        if self.handed_in and not self.correcting:
            return ("done",), self
        if self.closed:
            return ("WaveClosed",), self
        if not self.draft:
            return ("NothingAnswered",), self
        record = answers_on_path(self.instrument, self.draft, self.background)
        if self._faulty(record):
            return ("AnswersRefused",), self
        former = () if self.record in (None, record) else (self.record or {},)
        return ("done",), replace(
            self, record=record, revisions=(*self.revisions, *former), handed_in=True, correcting=False
        )

    def _corrected(self) -> tuple[Told, "Life"]:
        if not self.handed_in:
            return ("NotSubmitted",), self
        if self.closed:
            return ("WaveClosed",), self
        return ("done",), replace(self, correcting=True)

    def _closed(self) -> tuple[Told, "Life"]:
        if self.closed:
            return ("WaveNotOpen",), self
        counts = not self.handed_in and counts_as_partial(self.instrument, self.draft, self.background)
        record = answers_on_path(self.instrument, self.draft, self.background) if counts else self.record
        return ("done",), replace(self, record=record, closed=True)

    def stands(self) -> bool:
        """Whether the database holds just this, and nothing off the path in what counts."""
        response = Response.objects.first()
        found = (response.answers, response.record, response.correcting) if response else ({}, None, False)
        record = self.record or {}
        return (
            found == (self.draft, self.record, self.correcting)
            and [one.record for one in Revision.objects.order_by("number")] == list(self.revisions)
            and record == answers_on_path(self.instrument, record, self.background)
        )


def life_of(unit: SampledUnit) -> Life:
    return Life(from_document(unit.wave.instrument.document), background_of(unit))


def orders_that_explain(life: Life, one: Sequence[Done], other: Sequence[Done]) -> Iterator[Life]:
    """Where the life ends in every order of the two clients' steps in which each would be told what it was told."""
    if not one and not other:
        yield life
    for mine, others in ((one, other), (other, one)):
        if mine:
            told, after = life.after(mine[0].step, mine[0].sent)
            if told == mine[0].told:
                yield from orders_that_explain(after, mine[1:], others)
