"""Typed builders: the smallest valid object of each kind, for tests.

programme = make.programme()
administrator = make.user("administrator", programme)
wave = make.wave(programme)                                   # open, with a fielded instrument
frame = make.frame(programme, units=make.units(30))           # a loaded frame of Norway
drawn = make.drawn(wave, frame, size=12)                      # sampled units with strata and probabilities
"""

import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from analytics.models import DefinitionSet, FocusCoding, PolicyInstrument, Run
from publication.actions import releases
from publication.disclosure.lattice import DEFAULT, Plan
from publication.models import Case, Release, ReleaseState
from publication.report_queries import marks_told
from surveys.instrument.schema import Instrument
from surveys.models import (
    Contact,
    Disposition,
    FollowUp,
    Frame,
    FrameState,
    InstrumentVersion,
    Message,
    MessageKind,
    MessageState,
    Programme,
    Response,
    Role,
    SampledUnit,
    SamplePlan,
    Unit,
    User,
    Wave,
    WaveState,
)

SECTORS = ("health_care", "education", "social", "culture", "technical")
EMPLOYEES = (5, 12, 25, 40, 60, 120)
_number = itertools.count(1)


def programme(slug: str = "barometer", *, constructed: bool = False) -> Programme:
    return Programme.objects.create(
        slug=slug,
        names={"nb": f"Barometeret {slug}", "en": f"Barometer {slug}"},
        owners={"nb": "Eieren", "en": "The owner"},
        contact_email="barometer@example.org",
        constructed=constructed,
    )


def user(role: str | None = None, programme: Programme | None = None, *, username: str | None = None) -> User:
    """An account without a usable password (sign in with client.force_login), with a role where one is named."""
    account = User(username=username or f"{role or 'stranger'}-{next(_number)}")
    account.set_unusable_password()
    account.save()
    if role is not None and programme is not None:
        Role.objects.create(user=account, programme=programme, role=role)
    return account


def questionnaire(name: str) -> Instrument:
    """One of the tiny questionnaires under tests/instruments, for instance `routing`."""
    from surveys.instrument.document import from_document, load_file

    return from_document(load_file(Path(__file__).parent / "instruments" / f"{name}.yaml"))


def document() -> dict[str, Any]:
    """The document of the shipped questionnaire for workplaces; each asker gets one of its own."""
    found: dict[str, Any] = json.loads(_workplace())
    return found


@cache
def _workplace() -> str:
    from surveys.instrument.document import load_library

    return json.dumps(load_library("workplace"))


def tiny() -> dict[str, Any]:
    """The document of a questionnaire of three pages, in two languages."""
    from surveys.instrument.document import load_file

    return load_file(Path(__file__).parent / "instruments" / "kinds.yaml")


def instrument(
    programme: Programme, *, document: dict[str, Any] | None = None, fielded: bool = True, version: str = "1"
) -> InstrumentVersion:
    """A stored questionnaire; without `document` the shipped one for workplaces."""
    from surveys.instrument.document import content_hash

    content = globals()["document"]() if document is None else document
    return InstrumentVersion.objects.create(
        programme=programme,
        key=str(content.get("key", "workplace")),
        version=version,
        document=content,
        content_hash=content_hash(content),
        fielded_at=timezone.now() if fielded else None,
        fielded_by=user(username=f"fielder-{next(_number)}") if fielded else None,
    )


def wave(
    programme: Programme,
    code: str = "2025",
    *,
    countries: Sequence[str] = ("NO",),
    state: WaveState = WaveState.OPEN,
    instrument: InstrumentVersion | None = None,
    previous: Wave | None = None,
    constructed: bool = False,
    languages: Sequence[str] = ("nb", "en"),
) -> Wave:
    """A wave, open unless said otherwise; the programme's newest instrument, or a new one."""
    latest = programme.instruments.order_by("-pk").first()
    return Wave.objects.create(
        programme=programme,
        code=code,
        instrument=instrument or latest or globals()["instrument"](programme),
        previous=previous,
        countries=list(countries),
        languages=list(languages),
        reference_from=date(2024, 1, 1),
        reference_to=date(2025, 12, 31),
        closes_on=date(2030, 12, 31),
        state=state,
        constructed=constructed,
        waivers={language: {"reason": "the shipped texts are drafts", "by": "a test"} for language in languages},
        opened_at=None if state == WaveState.DRAFT else timezone.now(),
        closed_at=timezone.now() if state == WaveState.CLOSED else None,
    )


@dataclass(frozen=True)
class UnitOf:
    """What the builder needs to know of a unit; the rest follows from the code."""

    code: str
    sector: str = "health_care"
    employees: int = 12
    municipality_code: str = "0301"
    language: str = "nb"
    email: bool = True


def units(count: int, *, sectors: Sequence[str] = SECTORS, employees: Sequence[int] = EMPLOYEES) -> list[UnitOf]:
    """So many units, spread evenly over sectors, sizes and four municipalities."""
    return [
        UnitOf(
            code=f"U{number:05d}",
            sector=sectors[number % len(sectors)],
            employees=employees[(number // len(sectors)) % len(employees)],
            municipality_code=f"030{number % 4 + 1}",
        )
        for number in range(count)
    ]


def frame(
    programme: Programme,
    *,
    country: str = "NO",
    name: str = "register",
    units: Iterable[UnitOf] = (),
    constructed: bool = False,
) -> Frame:
    """A loaded frame with its units and their addresses."""
    new = Frame.objects.create(
        programme=programme,
        country=country,
        name=name,
        origin="made for a test",
        constructed=constructed,
        state=FrameState.LOADED,
        upload_hash="0" * 64,
        content_hash="0" * 64,
        loaded_at=timezone.now(),
    )
    given = list(units)
    stored = Unit.objects.bulk_create(
        Unit(
            frame=new,
            code=unit.code,
            name=f"Workplace {unit.code}",
            municipality_code=unit.municipality_code,
            municipality_name=f"Municipality {unit.municipality_code}",
            county="County",
            level="municipal",
            sector=unit.sector,
            employees=unit.employees,
            language=unit.language,
        )
        for unit in given
    )
    Contact.objects.bulk_create(
        Contact(unit=row, email=f"{row.code.lower()}@example.org")
        for row, unit in zip(stored, given, strict=True)
        if unit.email
    )
    return new


def plan(wave: Wave, frame: Frame, *, size: int, seed: int = 1, minimum: int = 2) -> SamplePlan:
    return SamplePlan.objects.create(wave=wave, frame=frame, size=size, minimum_per_stratum=minimum, seed=seed)


def drawn(wave: Wave, frame: Frame, *, size: int, seed: int = 1, minimum: int = 0) -> list[SampledUnit]:
    """Draw as the job does, whatever the state of the wave; the units in the order of their codes."""
    from surveys.actions import samples
    from surveys.work.samples import select

    new = plan(wave, frame, size=size, seed=seed, minimum=minimum)
    Wave.objects.filter(pk=wave.pk, state=WaveState.CLOSED).update(state=WaveState.OPEN)
    samples.store_draw(plan=new, selection=select(new), by=user(username=f"drawer-{next(_number)}"))
    Wave.objects.filter(pk=wave.pk).update(state=wave.state)
    return list(SampledUnit.objects.filter(wave=wave, unit__frame=frame).order_by("unit__code"))


# A run without its long parts, for tests that are about something else.
QUICK: dict[str, object] = {"replicates": 0, "draws": 0}


def run(wave: Wave) -> Run:
    """A run that was asked for, with the shipped definitions; nothing works on it."""
    from analytics.core import definition_documents
    from analytics.core.parameters import Parameters

    document = definition_documents.load_library()
    content = definition_documents.content_hash(document)
    stored, _made = DefinitionSet.objects.get_or_create(content_hash=content, defaults={"document": document})
    return Run.objects.create(
        wave=wave,
        instrument=wave.instrument,
        definitions=stored,
        parameters=Parameters().to_document(),
        requested_by=user(username=f"runner-{next(_number)}"),
    )


def policy_instrument(programme: Programme, key: str = "no-lab", *, country: str = "NO") -> PolicyInstrument:
    """An entry of the catalogue; the one of that key when it stands already."""
    entry: PolicyInstrument | None = PolicyInstrument.objects.filter(programme=programme, key=key).first()
    return entry or PolicyInstrument.objects.create(
        programme=programme,
        key=key,
        country=country,
        kind="testing",
        actor="An agency",
        name=f"Entry {key}",
        source="A report",
        made_by=user(username=f"cataloguer-{next(_number)}"),
    )


def focus_coding(programme: Programme, *, coder: User | None = None, closed: bool = False) -> FocusCoding:
    """A coding of one rating and one instrument under the three perspectives."""
    from analytics.actions import focus
    from analytics.core.focus import Basis, Focus

    by = coder or user(username=f"coder-{next(_number)}")
    entry = policy_instrument(programme)
    new = focus.start(programme=programme, scheme="three_perspectives", title=f"Coding of {by}", by=by)
    judged = focus.Judged(Focus.STRONG, Basis.STATED, "Said so.", [entry])
    focus.rate(coding=new, country="NO", perspective="system", judged=judged, by=by)
    codes = {entry: focus.Coded(frozenset({"system"}), Basis.INFERRED)}
    focus.code_instruments(coding=new, codes=codes, by=by)
    return focus.close(coding=new, by=by) if closed else new


def submitted(answers: Iterable[tuple[SampledUnit, Mapping[str, Any]]]) -> None:
    """Stored questionnaires, handed in, as `responses.submit` leaves them; the answers are taken as they are."""
    given = list(answers)
    now = timezone.now()
    for unit, _answers in given:
        unit.disposition = Disposition.COMPLETED
    SampledUnit.objects.bulk_update([unit for unit, _answers in given], ["disposition"], batch_size=500)
    Response.objects.bulk_create(
        Response(
            sampled_unit=unit,
            instrument=unit.wave.instrument,
            answers=dict(document),
            record=dict(document),
            revision=1,
            language=unit.language,
            saved_at=now,
            submitted_at=now,
        )
        for unit, document in given
    )


def message(unit: SampledUnit, kind: MessageKind, *, number: int = 1, sent_at: datetime | None = None) -> Message:
    """A message to the unit that was sent."""
    return Message.objects.create(
        sampled_unit=unit, kind=kind, number=number, state=MessageState.SENT, sent_at=sent_at or timezone.now()
    )


def follow_up(wave: Wave, *, country: str = "NO") -> FollowUp:
    """The row of a follow-up of non-respondents; no unit says that it was drawn."""
    return FollowUp.objects.create(
        wave=wave, country=country, size=2, minimum_per_stratum=0, seed=1, pool=4, drawn_at=timezone.now()
    )


def requested(run: Run, by: User, plan: Plan = DEFAULT) -> Release:
    """A release whose tables a job is about to build."""
    return releases.request(release=releases.draft(run=run, plan=plan, by=by), by=by)


def release(run: Run) -> Release:
    """A release whose tables are built and empty; it waits for a second person."""
    wave = run.wave
    return Release.objects.create(
        programme=wave.programme,
        run=run,
        number=wave.programme.releases.count() + 1,
        programme_slug=wave.programme.slug,
        programme_names=wave.programme.names,
        wave_code=wave.code,
        constructed=wave.constructed,
        state=ReleaseState.CHECKED,
        requested_by=user(username=f"requester-{next(_number)}"),
    )


INNOVATION: dict[str, Any] = {
    "contact_consent": "yes",
    "newest_name": "A meeting place for neighbours",
    "newest_types": ["service", "communication"],
    "novelty": "adapted",
    "values": ["quality", "too_early"],
    "stopped": "yes",
    "failed_name": "A robot that nobody used",
    "failed_learning": "Ask first.",
}


def case(wave: Wave, *, answers: Mapping[str, Any] = INNOVATION, subject: str = "newest") -> Case:
    """A card just begun, of the first unit of the wave that has not answered; it answers now, and agrees."""
    from publication.actions import cases

    unit = SampledUnit.objects.filter(wave=wave, response__isnull=True).order_by("unit__code").first()
    assert unit is not None
    assert unit.unit is not None
    submitted([(unit, answers)])
    return cases.start(wave=wave, unit=unit.unit, subject=subject, by=user(username=f"editor-{next(_number)}"))


def attacked_with_all(release: Release) -> dict[str, Any]:
    """The protection of a release that a test builds: attacked with all that its programme told, nothing withheld."""
    told = Release.objects.told().filter(programme=release.programme).values_list("number", flat=True)
    return {"ledger": {"releases": sorted(told), "reports": [*marks_told(release.programme)], "cases": []}}
