"""Starting the demonstration: what must hold before, what is loaded once, what a visitor is told."""

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from analytics.actions import focus_library
from barometer.demo import cases, cast, fieldwork, programme, shown_reports, truth
from barometer.demo.answers import Answers
from barometer.demo.cast import Cast
from barometer.demo.programme import Round
from jobs.execution import run_due
from publication.models import Release
from surveys.actions import invitations
from surveys.models import SYSTEM, Disposition, Frame, Programme, Wave, WaveState

Say = Callable[[str], None]
OPEN_ROUND = programme.ROUNDS[-1]
SHARE_SO_FAR = 0.5  # of those who will answer the open wave


def loaded_mark() -> Path:
    return settings.DATA_DIR / "demo" / "loaded"


@contextmanager
def quick_commits() -> Iterator[None]:
    """While the constructed data are loaded nobody waits for an acknowledgement; SQLite need not wait for the disk."""
    from django.db import connection

    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute("PRAGMA synchronous=FULL")


@contextmanager
def mail_goes_nowhere() -> Iterator[None]:
    """The links of waves that are closed anyway need not lie around as thousands of files."""
    before = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    try:
        yield
    finally:
        settings.EMAIL_BACKEND = before


def load(say: Say) -> None:
    """The whole demonstration programme, unless it stands already; a load broken off goes on."""
    call_command("migrate", verbosity=0)
    if not loaded_mark().exists():
        say("Loading the demonstration programme; this happens once and takes about two minutes.")
        with quick_commits():
            load_programme(say)
        loaded_mark().touch()
    release = with_reports()
    if release is not None:
        shown_reports.ask(release, by=cast.cast(release.programme).administrator)


def load_programme(say: Say) -> None:
    gc.set_threshold(50_000, 20, 50)  # millions of short-lived objects and no cycles worth looking for
    found = programme.found()
    people = cast.cast(found)
    catalogue = focus_library.bring(programme=found, by=people.administrator)
    say(f"  {catalogue.added} policy instruments, and the focus profile “{catalogue.coding.title}”")
    population = programme.population(programme.ROUNDS)
    truth.write(population, settings.DATA_DIR / "demo" / "truth.json")
    frames = programme.load_frames(found, by=people.administrator, work=work)
    say(f"  {sum(frame.units.count() for frame in frames.values())} constructed workplaces in {len(frames)} countries")
    for each in programme.ROUNDS[:-1]:
        with mail_goes_nowhere():
            wave = field(found, each, frames, population[each.code], people)
        say(f"  wave {each.code}: {submitted(wave)} answers of {wave.sampled_units.count()} invited")
        publish(wave, people, say)
    with mail_goes_nowhere():
        shown = cases.collect(found.waves.get(code=programme.ROUNDS[-2].code), people, work=work)
    say(f"  {shown} cards in the case collection")
    wave = field(found, OPEN_ROUND, frames, population[OPEN_ROUND.code], people, share=SHARE_SO_FAR)
    programme.announce(wave, by=people.publisher)
    say(f"  wave {wave.code}: open, {submitted(wave)} answers of {wave.sampled_units.count()} invited")


def field(
    found: Programme,
    each: Round,
    frames: Mapping[str, Frame],
    filled: Answers,
    people: Cast,
    *,
    share: float = 1.0,
) -> Wave:
    """Draw, invite, and take the answers of a wave; what was done before is not done again."""
    wave = programme.prepare(found, each, by=people.administrator)
    programme.draw(wave, each, frames, by=people.administrator, work=work)
    wave = programme.invite(wave, by=people.administrator, work=work)
    if wave.state == WaveState.OPEN:
        fieldwork.answer(wave, filled, share=share)
    return wave


def publish(wave: Wave, people: Cast, say: Say) -> None:
    run = programme.compute(wave, by=people.administrator, work=work)
    release = programme.publish(run, people, work=work)
    say(f"  wave {wave.code}: release {release.number} published")


def with_reports() -> Release | None:
    """The release whose reports organisations get: the newest of the last wave that was closed while loading."""
    everybodys = Release.objects.published().filter(programme_slug=programme.SLUG)
    standing = everybodys.filter(wave_code=programme.ROUNDS[-2].code, withdrawal__isnull=True)
    return standing.order_by("-number").first()


def work() -> None:
    """Nobody else runs jobs yet: this process does."""
    run_due()


def submitted(wave: Wave) -> int:
    return wave.sampled_units.filter(disposition=Disposition.COMPLETED).count()


def new_link() -> str:
    """A personal link of a workplace of the open wave that has not answered; empty when the wave is closed."""
    wave = Programme.objects.get(slug=programme.SLUG).waves.filter(code=OPEN_ROUND.code, state=WaveState.OPEN).first()
    if wave is None:
        return ""
    unit = next(fieldwork.waiting(wave), None)
    if unit is None:
        return ""
    return f"{settings.SITE_ADDRESS}/s/{invitations.mint(sampled_unit=unit, by=SYSTEM)}"


def welcome() -> str:
    """What stands on the screen when all is ready."""
    link = new_link() or "the wave is closed: open another one at the desk"
    release = with_reports()
    by = cast.cast(programme.found()).administrator
    reports = "\n".join(shown_reports.lines(release, by=by)) if release is not None else ""
    accounts = "\n".join(f"    {name:15} {password}" for name, password in cast.passwords().items())
    return f"""
The demonstration is ready. All data are constructed.

  Results          {settings.SITE_ADDRESS}/
  Survey desk      {settings.SITE_ADDRESS}/sign-in
{accounts}
  Respondent link  {link}
{reports}
  Mail             files under {settings.EMAIL_FOLDER}

Ctrl-C stops everything; the next start takes seconds and keeps what was entered.
"""
