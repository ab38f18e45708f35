"""The main job from frames to a published release, in steps that `demo` and `smoke` share.

Every step looks at what stands and does what is missing, so that a load broken off goes on at the next start.
Background work is asked for as everywhere else, by a job row; `work` is who then does it: the demonstration in its
own process, the smoke test by waiting for the real worker.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from analytics.actions import runs
from analytics.models import Run, RunState
from barometer.demo.answers import Answers, answers
from barometer.demo.cast import Cast
from barometer.demo.frames import COUNTRIES, ORIGINS, frame_file
from barometer.demo.population import Nonresponse, standings, units
from jobs.models import Job, JobState
from publication.actions import announcements, releases
from publication.disclosure.lattice import DEFAULT
from publication.models import Announcement, Release, ReleaseState
from surveys.actions import frames, instruments, invitations, samples, waves
from surveys.instrument.document import load_library
from surveys.models import Frame, FrameState, MessageKind, Programme, User, Wave, WaveState

SLUG = "nordic-demo"
LANGUAGES = ("nb", "nn", "da", "sv", "fi", "is", "en")
NAMES = {
    "nb": "Nordisk innovasjonsbarometer (demonstrasjon)",
    "nn": "Nordisk innovasjonsbarometer (demonstrasjon)",
    "da": "Nordisk innovationsbarometer (demonstration)",
    "sv": "Nordisk innovationsbarometer (demonstration)",
    "fi": "Pohjoismainen innovaatiobarometri (esittely)",
    "is": "Norræn nýsköpunarvog (sýnidæmi)",
    "en": "Nordic innovation barometer (demonstration)",
}
OWNERS = {
    "nb": "Demonstrasjonen",
    "nn": "Demonstrasjonen",
    "da": "Demonstrationen",
    "sv": "Demonstrationen",
    "fi": "Esittely",
    "is": "Sýnidæmið",
    "en": "The demonstration",
}
Work = Callable[[], None]


class StepFailed(Exception):
    """A step of the main job did not end as it must."""


@dataclass(frozen=True)
class Round:
    """One wave of the demonstration: who is asked, about which two years, and how the samples are drawn."""

    code: str
    countries: tuple[str, ...]
    sizes: Mapping[str, int]
    reference: tuple[date, date]
    closes_on: date
    previous: str = ""


# About 300 answers come back in each country. All workplaces with 150 employees or more are asked.
SIZES = {"NO": 690, "DK": 700, "SE": 690, "FI": 690, "IS": 690}
TAKE_ALL_FROM = 150
MINIMUM_PER_STRATUM = 6
# Norway and Sweden ask the same workplaces again (the same seed on the same frame); the others draw anew.
PANELS = ("NO", "SE")

ROUNDS = (
    Round("2023", COUNTRIES, SIZES, (date(2021, 1, 1), date(2022, 12, 31)), date(2023, 6, 30)),
    Round("2025", COUNTRIES, SIZES, (date(2023, 1, 1), date(2024, 12, 31)), date(2025, 6, 30), previous="2023"),
    Round("2027", ("NO",), SIZES, (date(2025, 1, 1), date(2026, 12, 31)), date(2027, 12, 31), previous="2025"),
)


def seed_of(country: str, wave: str) -> int:
    return 1000 * COUNTRIES.index(country) + (0 if country in PANELS else int(wave))


def found() -> Programme:
    """The programme itself, marked as constructed."""
    return Programme.objects.get_or_create(
        slug=SLUG,
        defaults={
            "names": NAMES,
            "owners": OWNERS,
            "contact_email": "barometer@example.invalid",
            "constructed": True,
        },
    )[0]


def population(rounds: tuple[Round, ...], *, nonresponse: Nonresponse = "at_random") -> dict[str, Answers]:
    """Wave -> the answers of every constructed workplace."""
    everyone = units()
    codes = [each.code for each in rounds]
    return {each.wave: answers(everyone, each) for each in standings(everyone, codes, nonresponse=nonresponse)}


def load_frames(
    programme: Programme, *, by: User, work: Work, countries: Sequence[str] = COUNTRIES
) -> dict[str, Frame]:
    """Country -> its frame, loaded from a file as an administrator would."""
    loaded = {
        country: frames.request_import(
            programme=programme,
            country=country,
            name="Constructed workplaces",
            content=frame_file(country),
            origin=ORIGINS[country],
            constructed=True,
            by=by,
        )
        for country in countries
    }
    work()
    for frame in loaded.values():
        frame.refresh_from_db()
        expect(frame.state == FrameState.LOADED, f"the frame of {frame.country} is {frame.state}: {frame.errors[:3]}")
    return loaded


def prepare(programme: Programme, each: Round, *, by: User) -> Wave:
    """The wave with its frozen questionnaire."""
    wave: Wave | None = programme.waves.filter(code=each.code).first()
    if wave is not None:
        return wave
    version = instruments.store(programme=programme, document=load_library("workplace"), by=by)
    instruments.field(version=version, by=by)
    return waves.create(
        programme=programme,
        code=each.code,
        instrument=version,
        countries=each.countries,
        languages=LANGUAGES,
        reference_from=each.reference[0],
        reference_to=each.reference[1],
        closes_on=each.closes_on,
        previous=programme.waves.get(code=each.previous) if each.previous else None,
        constructed=True,
        by=by,
    )


def draw(wave: Wave, each: Round, loaded: Mapping[str, Frame], *, by: User, work: Work) -> None:
    """A stratified sample of each country."""
    for country in each.countries:
        if wave.plans.filter(frame__country=country, drawn_at__isnull=False).exists():
            continue
        plan = samples.plan(
            wave=wave,
            frame=loaded[country],
            size=each.sizes[country],
            take_all_from=TAKE_ALL_FROM,
            minimum_per_stratum=MINIMUM_PER_STRATUM,
            seed=seed_of(country, each.code),
            by=by,
        )
        samples.request_draw(plan=plan, by=by)
    work()
    undrawn = wave.plans.filter(drawn_at__isnull=True).select_related("frame", "job")
    reasons = [f"no sample of {plan.frame.country}: {plan.job.error if plan.job else 'no job'}" for plan in undrawn]
    expect(not reasons, "; ".join(reasons))


def invite(wave: Wave, *, by: User, work: Work) -> Wave:
    """Open the wave and send everybody a personal link."""
    if wave.state == WaveState.DRAFT:
        wave = waves.open_wave(wave=wave, by=by)
        invitations.request_send(wave=wave, kind=MessageKind.INVITATION, by=by)
    work()
    return wave


def compute(wave: Wave, *, by: User, work: Work) -> Run:
    """Close the wave and run the pipeline on its dataset."""
    if wave.state == WaveState.OPEN:
        wave = waves.close(wave=wave, by=by)
    run = wave.runs.filter(state=RunState.FINISHED).first() or runs.start(wave=wave, by=by)
    work()
    run.refresh_from_db()
    reason = run.error or (run.job.error if run.job else "")
    expect(run.state == RunState.FINISHED, f"the run of wave {wave} is {run.state}: {reason}")
    return run


def publish(run: Run, cast: Cast, *, work: Work) -> Release:
    """Request a release, have it approved by another person, publish it."""
    try:
        draft = releases.draft(run=run, plan=DEFAULT, by=cast.administrator)
        release = releases.request(release=draft, by=cast.administrator)
    except releases.ReleaseExists:
        release = run.releases.exclude(state__in=(ReleaseState.FAILED, ReleaseState.REJECTED)).get()
    work()
    release.refresh_from_db()
    if release.state == ReleaseState.CHECKED:
        release = releases.approve(release=release, note="Constructed data: checked by program.", by=cast.publisher)
    if release.state == ReleaseState.APPROVED:
        release = releases.publish(release=release, by=cast.publisher)
    release.refresh_from_db()
    expect(release.state == ReleaseState.PUBLISHED, f"release {release} is {release.state}: {release.error}")
    return release


def announce(wave: Wave, *, by: User) -> None:
    """A date of the calendar for the wave: the first of March after it closes, at eight. Nothing if one is past."""
    planned = datetime(wave.closes_on.year + 1, 3, 1, 8, 0, tzinfo=timezone.get_default_timezone())
    told = Announcement.objects.filter(programme=wave.programme, wave_code=wave.code).exists()
    if not told and planned > timezone.now():
        announcements.announce(wave=wave, planned_for=planned, by=by)


def unfinished_jobs() -> list[Job]:
    return list(Job.objects.filter(state__in=(JobState.QUEUED, JobState.RUNNING)))


def expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise StepFailed(otherwise)
