"""From a finished run to published tables: who may do what, once, and never again."""

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from jobs.execution import run_due
from jobs.models import Job, JobState
from publication.actions import releases
from publication.models import PublishedIsFrozen, Release, ReleaseState, ReleaseTable
from publication.work import releases as work
from publication.work.cells import Protection, protected
from publication.work.documents import Document
from publication.work.material import Material
from surveys.models import AuditEvent
from tests import make
from tests.publication.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Reasons are written in the language of the request or job."""
    with translation.override("en"):
        yield


def test_a_job_builds_protects_attacks_and_stores_the_tables(world: World, written: list[Document]) -> None:
    release = make.requested(world.run, world.administrator)
    assert (release.state, release.number, release.constructed) == (ReleaseState.REQUESTED, 1, True)
    assert not release.tables.exists()
    run_due()
    release.refresh_from_db()
    assert release.state == ReleaseState.CHECKED, release.error
    assert [table.document for table in release.tables.all()] == written
    assert release.manifest["tables"] == {table.key: table.content_hash for table in release.tables.all()}
    assert release.manifest["result_hash"] == world.run.result_hash
    assert release.job is not None
    assert release.job.state == JobState.DONE
    actions = AuditEvent.objects.about(release).order_by("pk").values_list("action", "actor")
    assert list(actions) == [
        ("release.drafted", "anna"),
        ("release.requested", "anna"),
        ("release.checked", "system"),
    ]


def test_a_run_is_released_once_at_a_time(release: Release, world: World) -> None:
    with pytest.raises(releases.ReleaseExists, match="release 1"):
        make.requested(world.run, world.administrator)
    releases.reject(release=release, note="wrong wave", by=world.publisher)
    assert make.requested(world.run, world.administrator).number == 2


def test_a_release_whose_job_died_gives_way_to_a_new_one(world: World) -> None:
    dead = make.requested(world.run, world.administrator)
    Job.objects.filter(pk=dead.job_id).update(state=JobState.FAILED, error="the disk was full")
    assert make.requested(world.run, world.administrator).number == 2
    dead.refresh_from_db()
    assert (dead.state, dead.error) == (ReleaseState.FAILED, "the disk was full")


def test_only_a_finished_run_is_released(world: World) -> None:
    type(world.run).objects.filter(pk=world.run.pk).update(state="failed")
    world.run.refresh_from_db()
    try:
        with pytest.raises(releases.RunNotFinished):
            make.requested(world.run, world.administrator)
    finally:
        world.run.state = "finished"


def test_whoever_requested_cannot_decide(release: Release, world: World) -> None:
    with pytest.raises(releases.NeedsAnotherPerson):
        releases.approve(release=release, by=world.administrator)
    with pytest.raises(releases.NeedsAnotherPerson):
        releases.reject(release=release, by=world.administrator)
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.filter(pk=release.pk).update(decided_by=world.administrator, decided_at=release.requested_at)


def test_of_two_who_press_at_once_one_succeeds(release: Release, world: World) -> None:
    other = make.user("publisher", world.programme)
    same = Release.objects.get(pk=release.pk)
    releases.approve(release=release, note="seen", by=world.publisher)
    with pytest.raises(releases.NotInState):
        releases.reject(release=same, by=other)
    again = Release.objects.get(pk=release.pk)
    releases.publish(release=release, by=world.publisher)
    with pytest.raises(releases.NotInState):
        releases.publish(release=again, by=other)
    release.refresh_from_db()
    assert (release.decided_by, release.decision_note, release.published_by) == (
        world.publisher,
        "seen",
        world.publisher,
    )


def test_nothing_is_published_without_a_decision(release: Release, world: World) -> None:
    with pytest.raises(releases.NotInState):
        releases.publish(release=release, by=world.publisher)


def test_a_table_that_is_not_what_was_approved_is_not_published(release: Release, world: World) -> None:
    releases.approve(release=release, by=world.publisher)
    table = release.tables.all()[0]
    table.document["rows"][0]["n"] = 1
    table.save()
    with pytest.raises(releases.TablesChanged, match=table.key):
        releases.publish(release=release, by=world.publisher)


def test_a_published_release_never_changes(published: Release, world: World) -> None:
    table = published.tables.all()[0]
    attempts = [
        published.save,
        published.delete,
        table.save,
        table.delete,
        lambda: Release.objects.update(state=ReleaseState.REJECTED),
        lambda: Release.objects.all().delete(),
        lambda: ReleaseTable.objects.update(position=1),
        lambda: ReleaseTable.objects.all().delete(),
        lambda: ReleaseTable(release=published, key="new", position=99, document={}, content_hash="").save(),
    ]
    for attempt in attempts:
        with pytest.raises(PublishedIsFrozen):
            attempt()
    for step in (releases.approve, releases.reject, releases.publish):
        with pytest.raises(releases.NotInState):
            step(release=published, by=world.publisher)


def test_a_table_that_shows_what_is_withheld_is_refused(written: list[Document], protection: Protection) -> None:
    hidden = next(
        row
        for document in written
        for row in document["rows"]  # type: ignore[attr-defined]
        if row["status"] == "withheld"
    )
    work.attack_documents(written, protection)
    hidden["n"] = 3
    with pytest.raises(work.Exposed, match="A withheld value stands in a table"):
        work.attack_documents(written, protection)
    del hidden["n"]


def test_a_release_that_the_attack_breaks_is_refused(
    world: World, material: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thresholds without second cells: what the totals then give away fails the release, with the reason."""

    def careless(_material: Material, rule: object, past: object) -> Protection:
        safe = protected(material)
        total = next(cell for cell in safe.cells if cell.id == "share|innovative||NO||")
        part = next(cell for cell in safe.cells if cell.id.startswith("share|innovative||NO|") and cell is not total)
        return Protection(safe.cells, safe.relations, {part.id: "small_count"})  # type: ignore[dict-item]

    monkeypatch.setattr(work, "protected", careless)
    release = make.requested(world.run, world.administrator)
    run_due()
    release.refresh_from_db()
    assert release.state == ReleaseState.FAILED
    assert "withheld" in release.error
    assert not release.tables.exists()
    assert release.job is not None
    release.job.refresh_from_db()
    assert (release.job.state, release.job.attempts) == (JobState.FAILED, 1)
