"""Steps of a release that a publisher takes on a bad day: take back, hide later, start again after a dead job."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from jobs.models import Job, JobState
from publication.actions import releases
from publication.disclosure.lattice import DEFAULT
from publication.models import PublishedIsFrozen, Release, ReleaseFile, ReleaseState, ReleaseTable, Withdrawal
from publication.queries import public_state, replaceable, runs_to_release, shown_release
from tests import make
from tests.publication.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def another_run(world: World) -> Any:
    """A finished run of the same wave."""
    run = type(world.run).objects.get(pk=world.run.pk)
    run.pk, run._state.adding = None, True
    run.save()
    return run


def test_neither_who_chose_what_a_release_holds_nor_who_pressed_the_button_approves_it(world: World) -> None:
    both = make.user("administrator", world.programme)
    drafted = releases.draft(run=world.run, plan=DEFAULT, by=both)
    asked = releases.request(release=drafted, by=world.administrator)
    Release.objects.filter(pk=asked.pk).update(state=ReleaseState.CHECKED)
    asked.refresh_from_db()
    for one in (both, world.administrator):
        with pytest.raises(releases.NeedsAnotherPerson):
            releases.approve(release=asked, by=one)


def test_an_approval_is_taken_back_before_anything_is_published(release: Release, world: World) -> None:
    releases.approve(release=release, by=world.publisher)
    with pytest.raises(releases.NeedsAnotherPerson):
        releases.reject(release=release, approved=True, by=world.administrator)
    desk = f"/desk/barometer/releases/{release.number}/"
    assert "Take the approval back" in client_of(world).get(desk).text
    with pytest.raises(releases.NotInState):  # who still sees it waiting for a decision
        releases.reject(release=release, by=world.publisher)
    client_of(world).post(f"{desk}reject", {"note": "the frame was wrong", "approved": "yes"})
    release.refresh_from_db()
    assert (release.state, release.decision_note) == (ReleaseState.REJECTED, "the frame was wrong")
    assert list(runs_to_release(world.wave)) == [world.run]


def test_what_is_published_or_waits_for_its_minute_is_not_rejected(published: Release, world: World) -> None:
    for approved in (True, False):
        with pytest.raises(releases.NotInState):
            releases.reject(release=published, approved=approved, by=world.publisher)


@pytest.mark.parametrize("what", ["tables", "files"])
def test_a_release_that_lacks_a_part_is_not_published(release: Release, world: World, what: str) -> None:
    releases.approve(release=release, by=world.publisher)
    first = getattr(release, what).all()[0]
    first.delete()
    with pytest.raises(releases.TablesChanged, match=str(first)):
        releases.publish(release=release, by=world.publisher)


def test_a_part_that_was_rewritten_with_its_hash_is_not_published(release: Release, world: World) -> None:
    releases.approve(release=release, by=world.publisher)
    file = release.files.get(path="quality.json")
    file.content, file.checksum = b"{}", releases.checksum(b"{}")
    file.save()
    with pytest.raises(releases.TablesChanged, match=r"quality\.json"):
        releases.publish(release=release, by=world.publisher)


def test_a_manifest_that_is_not_the_approved_one_is_not_published(release: Release, world: World) -> None:
    releases.approve(release=release, by=world.publisher)
    Release.objects.filter(pk=release.pk).update(manifest={**release.manifest, "seed": -1})
    release.refresh_from_db()
    with pytest.raises(releases.TablesChanged, match="manifest"):
        releases.publish(release=release, by=world.publisher)


def test_nothing_is_added_to_a_frozen_release_and_none_is_deleted_before_its_minute(
    release: Release, world: World
) -> None:
    releases.approve(release=release, by=world.publisher)
    minute = timezone.now().replace(second=0, microsecond=0) + timedelta(minutes=5)
    releases.embargo(release=release, until=minute, by=world.publisher)
    table = ReleaseTable(release=release, key="new", position=99, document={}, content_hash="")
    file = ReleaseFile(release=release, path="new", media_type="", content=b"", size=0, checksum="")
    attempts = [
        lambda: ReleaseTable.objects.bulk_create([table]),
        lambda: ReleaseFile.objects.bulk_create([file]),
        lambda: release.files.bulk_create([file]),
        release.delete,
        lambda: Release.objects.filter(pk=release.pk).delete(),
    ]
    for attempt in attempts:
        with pytest.raises(PublishedIsFrozen):
            attempt()


def test_a_release_whose_job_died_blocks_neither_its_run_nor_what_it_was_to_replace(
    published: Release, world: World
) -> None:
    later = another_run(world)
    why = {"replaces": published, "relation": "correction", "reason": "a weight was wrong"}
    dead = releases.request(
        release=releases.draft(run=later, plan=DEFAULT, **why, by=world.administrator), by=world.administrator
    )
    assert (list(replaceable(world.wave)), list(runs_to_release(world.wave))) == ([], [])
    Job.objects.filter(pk=dead.job_id).update(state=JobState.FAILED, error="the disk was full")
    assert (list(replaceable(world.wave)), list(runs_to_release(world.wave))) == ([published], [later])
    new = releases.draft(run=another_run(world), plan=DEFAULT, **why, by=world.administrator)
    dead.refresh_from_db()
    assert (dead.state, dead.error, new.replaces) == (ReleaseState.FAILED, "the disk was full", published)


def test_figures_of_a_wave_do_not_take_the_place_of_others_unsaid(published: Release, world: World) -> None:
    later = another_run(world)
    with pytest.raises(releases.CannotReplace, match="Release 1 tells of this wave already"):
        releases.draft(run=later, plan=DEFAULT, by=world.administrator)
    said = {"replaces": published, "relation": "revision", "reason": "late answers"}
    assert releases.draft(run=later, plan=DEFAULT, **said, by=world.administrator).replaces == published


def test_of_two_drafts_the_second_does_not_take_the_place_of_the_first_unsaid(release: Release, world: World) -> None:
    """Both were drafted before either was approved: what comes first is decided when it is approved."""
    second = releases.draft(run=another_run(world), plan=DEFAULT, by=world.administrator)
    releases.approve(release=release, by=world.publisher)
    Release.objects.filter(pk=second.pk).update(state=ReleaseState.CHECKED, protection=make.attacked_with_all(second))
    second.refresh_from_db()
    with pytest.raises(releases.CannotReplace, match="Release 1 of this wave is approved"):
        releases.approve(release=second, by=world.publisher)
    releases.publish(release=release, by=world.publisher)
    with pytest.raises(releases.CannotReplace, match="Release 1 tells of this wave already"):
        releases.approve(release=second, by=world.publisher)


def test_numbers_are_hidden_later_and_never_shown_again(published: Release, world: World) -> None:
    page, csv = "/results/barometer/1/", "/results/barometer/1/innovative.csv"
    first = releases.withdraw(release=published, reason="wrong frame", hides_numbers=False, by=world.publisher)
    told = shown_release("barometer", 1)
    assert told is not None
    before, seen = told.state, public_state().stamp
    assert (Client().get(csv).status_code, "wrong frame" in Client().get(page).text) == (200, True)
    assert "Withdraw the release" in client_of(world).get("/desk/barometer/releases/1/").text
    with pytest.raises(releases.NotInState):
        releases.withdraw(release=published, reason="again", hides_numbers=False, by=world.publisher)
    releases.withdraw(release=published, reason="a cell named somebody", hides_numbers=True, by=world.publisher)
    again = shown_release("barometer", 1)
    assert again is not None
    assert again.state != before  # what a process has kept of its pages is not given again
    assert public_state().stamp != seen
    assert Client().get(csv).status_code == 410
    assert "a cell named somebody" in Client().get(page).text
    for hides in (True, False):
        with pytest.raises(releases.NotInState):
            releases.withdraw(release=published, reason="no", hides_numbers=hides, by=world.publisher)
    first.refresh_from_db()
    for attempt in (first.save, first.delete, Withdrawal.objects.all().delete, lambda: back(first)):
        with pytest.raises(PublishedIsFrozen):
            attempt()


def back(withdrawal: Withdrawal) -> None:
    Withdrawal.objects.filter(pk=withdrawal.pk).update(hides_numbers=False)


def test_a_clock_put_back_takes_no_published_release_out_of_what_everybody_sees(
    published: Release, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: published.published_at - timedelta(hours=1))
    state = public_state()
    assert ([one[0] for one in state.stamp], state.until) == ([published.pk], None)
    releases.withdraw(release=published, reason="wrong frame", hides_numbers=True, by=world.publisher)
    assert public_state().stamp != state.stamp  # and a withdrawal reaches the pages that a process has kept


@pytest.mark.parametrize("run", ["²", "１²", "99999999999999999999999"])
def test_a_run_that_is_no_number_is_not_found(run: str, world: World) -> None:
    client = Client()
    client.force_login(world.administrator)
    assert client.get(f"/desk/barometer/waves/{world.wave.code}/releases/new", {"run": run}).status_code == 404


def client_of(world: World) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.publisher)
    return client
