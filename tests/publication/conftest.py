"""A world that is computed once: every test of a module sees it, and leaves it as it was."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from analytics.models import Run
from publication.actions import releases
from publication.disclosure.attack_report import AttackReport
from publication.models import Release, ReleaseFile
from publication.work import releases as work
from publication.work.bundle import bundle
from publication.work.cells import Protection, attacked, protected
from publication.work.documents import Document, documents
from publication.work.earlier import LEDGER, source_of, to_keep
from publication.work.ledgers import past_of
from publication.work.material import Material, gather
from surveys.instrument.document import content_hash
from surveys.models import SYSTEM
from tests import make
from tests.publication.world import World, built


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Each test runs in a savepoint inside the transaction that holds the world."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield built()
        transaction.set_rollback(True)


_once: dict[str, Any] = {}  # what follows from the world alone, made once a process
REQUESTED = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)  # the day of the request stands in files: it is always the same


def once(name: str, make_it: Callable[[], Any]) -> Any:
    if name not in _once:
        _once[name] = make_it()
    return _once[name]


@pytest.fixture(scope="module")
def material(world: World) -> Material:
    return once("material", lambda: gather(Run.objects.get(pk=world.run.pk)))


@pytest.fixture(scope="module")
def protection(material: Material) -> Protection:
    return once("protection", lambda: protected(material))


@pytest.fixture(scope="module")
def written(material: Material, protection: Protection) -> list[Document]:
    """A copy for the module: some tests change what they read."""
    return deepcopy(once("written", lambda: documents(material, protection.withheld)))


@pytest.fixture(scope="module")
def tried(world: World, material: Material) -> tuple[Protection, AttackReport]:
    """The protection as the job of the first release makes it, with names of a ledger, and its attack."""

    def attack() -> tuple[Protection, AttackReport]:
        first = source_of(Release(number=1, run=Run.objects.get(pk=world.run.pk)), material)
        made = protected(material, work.RULE, past_of([], first, (), work.RULE))
        return made, attacked(made, "release 1")

    return once("tried", attack)


def copied(file: ReleaseFile) -> ReleaseFile:
    names = ("path", "media_type", "content", "size", "checksum")
    return ReleaseFile(**{name: getattr(file, name) for name in names})


def stored(
    world: World, material: Material, tried: tuple[Protection, AttackReport], written: list[Document]
) -> Release:
    """A built release that waits for a second person."""
    requested = make.requested(world.run, world.administrator)
    Release.objects.filter(pk=requested.pk).update(requested_at=REQUESTED)
    requested.refresh_from_db()
    requested.manifest = work.manifest(requested, material)
    met = to_keep([], [])
    requested.manifest[LEDGER] = content_hash(met)
    said = {**work.summary(material, *tried), LEDGER: met}
    beside = work.reports(requested, material, said, {})
    files = once(f"files {requested.number}", lambda: bundle(requested, material, written, beside))
    return releases.store_checked(
        release=requested,
        documents=written,
        manifest=requested.manifest,
        protection=said,
        files=[copied(file) for file in files],
        by=SYSTEM,
    )


def seen(release: Release, world: World) -> Release:
    """The same, approved and published by another person."""
    releases.approve(release=release, by=world.publisher)
    return releases.publish(release=release, by=world.publisher)


@pytest.fixture
def without_slides(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job builds the release without what is made for presenting it, which takes most of its time."""
    monkeypatch.setattr(work, "presentations", lambda *_given: [])


@pytest.fixture
def release(
    db: None,
    world: World,
    material: Material,
    tried: tuple[Protection, AttackReport],
    written: list[Document],
) -> Release:
    return stored(world, material, tried, written)


@pytest.fixture
def published(release: Release, world: World) -> Release:
    return seen(release, world)
