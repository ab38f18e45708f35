"""A world that is computed once: every test of a module sees it, and leaves it as it was."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from analytics.models import Run
from publication.actions import releases
from publication.disclosure.attack_report import AttackReport
from publication.models import Release
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


@pytest.fixture(scope="module")
def material(world: World) -> Material:
    return gather(Run.objects.get(pk=world.run.pk))


@pytest.fixture(scope="module")
def protection(material: Material) -> Protection:
    return protected(material)


@pytest.fixture(scope="module")
def written(material: Material, protection: Protection) -> list[Document]:
    return documents(material, protection.withheld)


@pytest.fixture(scope="module")
def tried(world: World, material: Material) -> tuple[Protection, AttackReport]:
    """The protection as the job of the first release makes it, with names of a ledger, and its attack."""
    first = source_of(Release(number=1, run=Run.objects.get(pk=world.run.pk)), material)
    made = protected(material, work.RULE, past_of([], first, (), work.RULE))
    return made, attacked(made, "release 1")


@pytest.fixture
def release(
    db: None,
    world: World,
    material: Material,
    tried: tuple[Protection, AttackReport],
    written: list[Document],
) -> Release:
    """A built release that waits for a second person."""
    requested = make.requested(world.run, world.administrator)
    requested.manifest = work.manifest(requested, material)
    met = to_keep([], [])
    requested.manifest[LEDGER] = content_hash(met)
    said = {**work.summary(material, *tried), LEDGER: met}
    return releases.store_checked(
        release=requested,
        documents=written,
        manifest=requested.manifest,
        protection=said,
        files=bundle(requested, material, written, work.reports(requested, material, said, {})),
        by=SYSTEM,
    )


@pytest.fixture
def published(release: Release, world: World) -> Release:
    releases.approve(release=release, by=world.publisher)
    return releases.publish(release=release, by=world.publisher)
