"""Anybody with the dataset can recompute a release; a changed number does not pass."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from analytics.dataset import path_of
from analytics.models import Dataset, Estimate
from publication.disclosure.bounds import Contradiction
from publication.models import Release, ReleaseFile, ReleaseTable
from publication.work import verification
from tests.publication.world import World

pytestmark = pytest.mark.django_db


def verified() -> str:
    out, errors = StringIO(), StringIO()
    try:
        call_command("verify_release", "barometer", "1", stdout=out, stderr=errors)
    except CommandError as error:
        return f"{errors.getvalue()}{error}"
    return out.getvalue()


def test_a_published_release_is_recomputed_to_the_last_decimal(published: Release) -> None:
    said = verified()
    assert "estimates agree to 1e-9 and 32 tables to the last decimal" in said
    assert "files were made again, bit for bit" in said
    assert published.content_hash in said


@pytest.mark.nightly
def test_slides_and_workbooks_are_made_again_where_the_release_has_them(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [ReleaseFile(path="slides.nb.pptx", checksum="0" * 64)]
    monkeypatch.setattr(verification, "presentations", lambda *_given: made)
    assert "slides.nb.pptx" not in verified()
    release.manifest["files"]["slides.nb.pptx"] = "0" * 64
    Release.objects.filter(pk=release.pk).update(manifest=release.manifest)
    assert "slides.nb.pptx: the file is not stored" in verified()


def test_each_thing_that_was_changed_is_found(release: Release, world: World) -> None:
    """An estimate, a number of a table, and a table that is gone, in one release: recomputing it takes a while."""
    estimate = Estimate.objects.filter(run=world.run, estimand="share", indicator="innovative", country="NO").first()
    assert estimate is not None
    assert estimate.value is not None
    Estimate.objects.filter(pk=estimate.pk).update(value=estimate.value + 1e-8)
    table = release.tables.get(key="spread")
    table.document["rows"][0]["value"] += 0.1
    table.save()
    ReleaseTable.objects.filter(release=release, key="factors").delete()
    said = verified()
    assert "share|innovative||NO|" in said
    assert "spread: the document is not what its hash says" in said
    assert "spread: published numbers differ from those made again" in said
    assert "factors: named in the manifest, and not there" in said
    assert "6 differences" in said


def test_a_change_smaller_than_the_tolerance_is_found_without_the_source(published: Release, world: World) -> None:
    estimate = Estimate.objects.filter(run=world.run, estimand="share", indicator="innovative", country="NO").first()
    assert estimate is not None
    assert estimate.value is not None
    Estimate.objects.filter(pk=estimate.pk).update(value=estimate.value + 1e-12)
    Dataset.objects.filter(pk=world.run.dataset_id).update(erased_at=timezone.now())
    assert "estimates: the stored ones are not those that the manifest names" in verified()


def test_changed_definitions_are_found(published: Release, world: World) -> None:
    definitions = world.run.definitions
    definitions.document["indicators"][0]["texts"]["en"]["title"] = "Something else"
    definitions.save()
    assert "definitions: the stored ones are not those that the manifest names" in verified()


def test_a_dataset_file_with_one_other_byte_is_refused(
    published: Release, world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert world.run.dataset is not None
    original = path_of(world.run.dataset.content_hash)
    content = bytearray(original.read_bytes())
    content[len(content) // 2] ^= 1
    changed = tmp_path / original.name
    changed.write_bytes(content)
    monkeypatch.setattr("analytics.dataset.path_of", lambda _content: changed)
    with translation.override("en"):
        assert "not those that were frozen" in verified() or "cannot be read" in verified()


def test_an_erased_source_is_said_and_the_hashes_still_hold(published: Release, world: World) -> None:
    Dataset.objects.filter(pk=world.run.dataset_id).update(erased_at=timezone.now())
    assert "source erased" in verified()


def test_what_pages_show_of_the_release_is_held_to_what_was_approved(release: Release) -> None:
    assert list(verification._row(release)) == []
    Release.objects.filter(pk=release.pk).update(revision={"cells": 1}, wave_code="1999", plan={"cubes": {}})
    release.refresh_from_db()
    found = [said.partition(":")[0] for said in verification._row(release)]
    assert found == ["plan", "wave", "revision"]


def test_every_release_is_verified_where_none_is_named(published: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that does not hold is named, and the command fails."""
    found: dict[str, tuple[str, ...]] = {"differences": ()}
    monkeypatch.setattr(
        "publication.management.commands.verify_release.verify",
        lambda _release: verification.Verification(25, 7, erased=False, **found),
    )
    out = StringIO()
    call_command("verify_release", stdout=out)
    assert "barometer 1: 7 estimates agree" in out.getvalue()
    found["differences"] = ("innovative: a number differs",)
    with pytest.raises(CommandError, match="barometer 1: 1 differences"):
        call_command("verify_release", stdout=out, stderr=StringIO())
    monkeypatch.setattr("publication.management.commands.verify_release.verify", _contradicts)
    with pytest.raises(CommandError, match="barometer 1: nothing fits"):
        call_command("verify_release", stdout=out)
    with pytest.raises(CommandError, match="expected that of a release of barometer, got none"):
        call_command("verify_release", "barometer")


def _contradicts(_release: Release) -> verification.Verification:
    raise Contradiction("nothing fits")


def test_an_unknown_release_is_an_error() -> None:
    with pytest.raises(CommandError, match="expected a release whose tables are built"):
        call_command("verify_release", "nobody", "7")
