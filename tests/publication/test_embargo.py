"""To the minute: who sees what before and after, whether or not a worker is there; and what replaces what."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from jobs.execution import run_due
from jobs.timetable import tick
from publication.actions import announcements, releases
from publication.disclosure.lattice import DEFAULT
from publication.models import Announcement, PublishedIsFrozen, Release, ReleaseState, Withdrawal
from publication.queries import published_releases, replaceable
from publication.views.release_forms import EmbargoForm
from surveys.models import AuditEvent
from tests.publication.world import World

pytestmark = pytest.mark.django_db

PAGES = ("/results/barometer/1/", "/results/barometer/1/innovative.csv", "/api/v1/releases/barometer/1")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def minute() -> datetime:
    return timezone.now().replace(second=0, microsecond=0) + timedelta(minutes=2)


@pytest.fixture
def embargoed(release: Release, world: World, minute: datetime) -> Release:
    releases.approve(release=release, by=world.publisher)
    return releases.embargo(release=release, until=minute, by=world.publisher)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The clock put forward."""

    def put(to: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: to)

    return put


def statuses() -> list[int]:
    return [Client().get(page).status_code for page in PAGES]


def test_nothing_is_seen_before_the_minute_and_everything_from_it_on(
    embargoed: Release, minute: datetime, later: Any
) -> None:
    later(minute - timedelta(microseconds=1))
    assert statuses() == [404, 404, 404]
    assert list(published_releases()) == []
    later(minute)
    assert statuses() == [200, 200, 200]
    assert embargoed.state == ReleaseState.EMBARGOED  # nobody was at work: it is the clock that shows it
    assert list(published_releases()) == [embargoed]


def test_an_embargoed_release_is_told_by_nothing_that_an_unknown_one_would_not_say(embargoed: Release) -> None:
    hidden, unknown = Client().get("/results/barometer/1/"), Client().get("/results/barometer/7/")
    # The page repeats the address that was asked for, and nothing else of it.
    assert hidden.content.replace(b"/barometer/1/", b"/barometer/7/") == unknown.content
    differing = {"X-Request-ID"}
    headers = [{key: value for key, value in answer.items() if key not in differing} for answer in (hidden, unknown)]
    assert headers[0] == headers[1]


def test_the_timetable_marks_it_and_nothing_of_it_changes(embargoed: Release, minute: datetime, later: Any) -> None:
    assert releases.publish_due() == 0
    later(minute + timedelta(seconds=30))
    tick(timezone.now())
    run_due()
    embargoed.refresh_from_db()
    assert (embargoed.state, embargoed.published_at) == (ReleaseState.PUBLISHED, minute)
    assert releases.publish_due() == 0
    last = AuditEvent.objects.about(embargoed).order_by("pk").values_list("action", "actor").last()
    assert last == ("release.published", "system")


def test_an_embargo_is_moved_and_stopped_until_its_minute_and_never_after(
    embargoed: Release, world: World, minute: datetime, later: Any
) -> None:
    moved = releases.embargo(release=embargoed, until=minute + timedelta(minutes=5), by=world.publisher)
    assert moved.published_at == minute + timedelta(minutes=5)
    stopped = releases.stop(release=moved, by=world.publisher)
    assert (stopped.state, stopped.published_at, stopped.published_by) == (ReleaseState.APPROVED, None, None)
    again = releases.embargo(release=stopped, until=minute, by=world.publisher)
    later(minute)
    for late in (
        lambda: releases.stop(release=again, by=world.publisher),
        lambda: releases.embargo(release=again, until=minute + timedelta(minutes=9), by=world.publisher),
    ):
        with pytest.raises((releases.NotInState, PublishedIsFrozen)):
            late()
    assert statuses() == [200, 200, 200]


@pytest.mark.parametrize("wrong", [timedelta(minutes=-3), timedelta(seconds=1)])
def test_a_minute_is_whole_and_to_come(release: Release, world: World, minute: datetime, wrong: timedelta) -> None:
    releases.approve(release=release, by=world.publisher)
    with pytest.raises(releases.NotAMinuteToCome):
        releases.embargo(release=release, until=minute + wrong, by=world.publisher)


def test_what_is_embargoed_is_frozen_already(embargoed: Release) -> None:
    table = embargoed.tables.all()[0]
    for attempt in (table.save, table.delete, lambda: embargoed.tables.update(position=1)):
        with pytest.raises(PublishedIsFrozen):
            attempt()


def test_an_embargo_without_a_decision_is_refused(release: Release, world: World, minute: datetime) -> None:
    with pytest.raises(releases.NotInState):
        releases.embargo(release=release, until=minute, by=world.publisher)


def test_a_correction_names_what_it_replaces_and_why(published: Release, world: World) -> None:
    draft = {"run": world.run, "plan": DEFAULT, "by": world.administrator}
    with pytest.raises(releases.ReleaseExists):
        releases.draft(**draft)
    with pytest.raises(releases.CannotReplace, match="Say whether"):
        releases.draft(**draft, replaces=published, relation="correction")
    with pytest.raises(releases.CannotReplace, match="Name the release"):
        releases.draft(**draft, reason="a weight was wrong")
    assert list(replaceable(world.wave)) == [published]
    why = {"replaces": published, "relation": "correction", "reason": "a weight was wrong"}
    correction = releases.draft(**draft, **why)
    assert (correction.number, correction.state) == (2, ReleaseState.DRAFT)
    assert list(replaceable(world.wave)) == []
    with pytest.raises(releases.CannotReplace, match="Release 2"):
        releases.draft(**draft, **why)
    releases.discard(release=correction, by=world.administrator)
    assert releases.draft(**draft, **why).number == 3


def test_only_what_is_published_can_be_replaced(release: Release, world: World) -> None:
    with pytest.raises(releases.CannotReplace, match="Only a published release"):
        releases.draft(
            run=world.run, plan=DEFAULT, replaces=release, relation="revision", reason="late", by=world.administrator
        )


def test_a_withdrawn_release_stays_as_it_was_and_is_withdrawn_once(published: Release, world: World) -> None:
    before = published.content_hash
    with pytest.raises(releases.ReleaseError, match="Say why"):
        releases.withdraw(release=published, reason=" ", hides_numbers=False, by=world.publisher)
    releases.withdraw(release=published, reason="the frame was wrong", hides_numbers=False, by=world.publisher)
    with pytest.raises(releases.NotInState):
        releases.withdraw(release=published, reason="again", hides_numbers=False, by=world.publisher)
    published.refresh_from_db()
    assert published.content_hash == before
    assert Withdrawal.objects.get().reason == "the frame was wrong"


def test_what_is_not_published_cannot_be_withdrawn(release: Release, world: World) -> None:
    with pytest.raises(releases.NotInState):
        releases.withdraw(release=release, reason="no", hides_numbers=False, by=world.publisher)


def test_a_date_is_announced_moved_with_its_reason_and_cancelled_in_the_open(world: World, minute: datetime) -> None:
    entry = announcements.announce(wave=world.wave, planned_for=minute, note="First figures", by=world.publisher)
    with pytest.raises(announcements.AnnouncementError, match="Say why"):
        announcements.move(announcement=entry, planned_for=minute, reason="", by=world.publisher)
    new = minute + timedelta(days=7)
    moved = announcements.move(announcement=entry, planned_for=new, reason="late answers", by=world.publisher)
    assert moved.planned_for == new
    assert (moved.moves[0]["from"], moved.moves[0]["reason"]) == (minute.isoformat(), "late answers")
    assert announcements.cancel(announcement=moved, by=world.publisher).cancelled_at is not None
    with pytest.raises(announcements.AnnouncementError, match="past or cancelled"):
        announcements.move(announcement=moved, planned_for=new, reason="after all", by=world.publisher)


@pytest.mark.parametrize("wrong", [timedelta(minutes=-3), timedelta(seconds=1)])
def test_the_calendar_holds_whole_minutes_to_come(world: World, minute: datetime, wrong: timedelta) -> None:
    with pytest.raises(announcements.AnnouncementError, match="whole minute"):
        announcements.announce(wave=world.wave, planned_for=minute + wrong, by=world.publisher)


def told(world: World, minute: datetime) -> Announcement:
    return announcements.announce(wave=world.wave, planned_for=minute, note="First figures", by=world.publisher)


def test_a_release_comes_at_the_minute_that_everybody_was_told(
    release: Release, world: World, minute: datetime, later: Any
) -> None:
    entry = told(world, minute)
    releases.approve(release=release, by=world.publisher)
    with pytest.raises(releases.NotAsAnnounced, match="The calendar says"):
        releases.publish(release=release, by=world.publisher)
    with pytest.raises(releases.NotAsAnnounced):
        releases.embargo(release=release, until=minute + timedelta(minutes=1), by=world.publisher)
    releases.embargo(release=release, until=minute, by=world.publisher)
    entry.refresh_from_db()
    assert entry.release == release
    assert Client().get("/api/v1/calendar").json()["announcements"][0]["release"] is None
    for change in (
        lambda: announcements.move(
            announcement=entry, planned_for=minute + timedelta(minutes=1), reason="late", by=world.publisher
        ),
        lambda: announcements.cancel(announcement=entry, by=world.publisher),
    ):
        with translation.override("en"), pytest.raises(announcements.AnnouncementError, match="Stop the release first"):
            change()
    later(minute)
    assert Client().get("/api/v1/calendar").json()["announcements"][0]["release"].endswith("/releases/barometer/1")


def test_a_stopped_release_leaves_the_date_open(embargoed: Release, world: World, minute: datetime) -> None:
    entry = told(world, minute)
    assert entry.release == embargoed  # told after the embargo, to the same minute
    releases.stop(release=embargoed, by=world.publisher)
    entry.refresh_from_db()
    assert entry.release is None
    new = minute + timedelta(minutes=3)
    announcements.move(announcement=entry, planned_for=new, reason="a late check", by=world.publisher)
    releases.embargo(release=embargoed, until=new, by=world.publisher)


def test_a_date_that_is_moved_to_the_minute_of_an_embargo_meets_it(
    embargoed: Release, world: World, minute: datetime
) -> None:
    entry = told(world, minute + timedelta(days=1))
    assert entry.release is None
    moved = announcements.move(announcement=entry, planned_for=minute, reason="earlier", by=world.publisher)
    assert moved.release == embargoed


def test_a_date_that_passed_with_nothing_stays_in_the_calendar_until_something_came(
    release: Release, world: World, minute: datetime, later: Any
) -> None:
    entry = told(world, minute)
    english = Client(headers={"accept-language": "en"})
    assert "Announced, and not published yet" not in english.get("/calendar/").text
    later(minute + timedelta(minutes=10))
    assert "Announced, and not published yet" in english.get("/calendar/").text
    releases.approve(release=release, by=world.publisher)
    releases.publish(release=release, by=world.publisher)
    assert "Announced, and not published yet" not in english.get("/calendar/").text
    entry.refresh_from_db()
    assert entry.release == release


def test_an_error_is_corrected_on_any_day(published: Release, world: World, minute: datetime) -> None:
    told(world, minute)
    correction = releases.draft(
        run=world.run, plan=DEFAULT, replaces=published, relation="correction", reason="w", by=world.administrator
    )
    announcements.meet(release=correction, at=timezone.now())
    correction.relation = "revision"
    with pytest.raises(announcements.AnnouncementError):
        announcements.meet(release=correction, at=timezone.now())


def test_the_desk_says_which_clock_a_minute_is_of(release: Release, world: World, minute: datetime) -> None:
    releases.approve(release=release, by=world.publisher)
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.publisher)
    assert "Times are those of Europe/Oslo." in client.get(f"/desk/barometer/releases/{release.number}/").text
    entry = told(world, datetime(2027, 1, 15, 7, 0, tzinfo=UTC))
    announcements.move(
        announcement=Announcement.objects.get(pk=entry.pk), planned_for=minute, reason="late", by=world.publisher
    )
    page = client.get(f"/desk/barometer/waves/{world.wave.code}/calendar/").text
    assert "Moved from Jan. 15, 2027, 8 a.m.: late" in page or "15 January 2027" in page


@pytest.mark.parametrize("minute", ["2027-03-28T02:30", "2026-10-25T02:30"])
def test_a_minute_that_the_clock_skips_or_has_twice_is_no_minute(minute: str) -> None:
    assert not EmbargoForm({"until": minute}).is_valid()
