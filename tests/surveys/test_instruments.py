"""Instruments: stored once a content, frozen when fielded."""

import copy
from typing import Any

import pytest

from surveys.actions import instruments
from surveys.instrument.document import InstrumentError
from surveys.models import AuditEvent, InstrumentVersion, Programme, User
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme() -> Programme:
    return make.programme()


@pytest.fixture
def by(programme: Programme) -> User:
    return make.user("administrator", programme)


def changed(document: dict[str, Any]) -> dict[str, Any]:
    """The same version with another title."""
    other = copy.deepcopy(document)
    other["texts"]["en"]["title"] += " (changed)"
    return other


def test_the_same_document_stored_twice_is_one_version(programme: Programme, by: User) -> None:
    first = instruments.store(programme=programme, document=make.document(), by=by)
    second = instruments.store(programme=programme, document=make.document(), by=by)
    assert first == second
    assert (first.key, first.fielded_at, InstrumentVersion.objects.count()) == ("workplace", None, 1)
    assert AuditEvent.objects.about(first).count() == 1


def test_a_version_that_is_not_fielded_takes_a_changed_document(programme: Programme, by: User) -> None:
    first = instruments.store(programme=programme, document=make.document(), by=by)
    second = instruments.store(programme=programme, document=changed(make.document()), by=by)
    assert first.pk == second.pk
    assert first.content_hash != second.content_hash


def test_a_fielded_version_never_changes(programme: Programme, by: User) -> None:
    version = instruments.store(programme=programme, document=make.document(), by=by)
    fielded = instruments.field(version=version, by=by)
    assert (fielded.fielded_by, fielded.fielded_at is not None) == (by, True)
    with pytest.raises(instruments.InstrumentFrozen):
        instruments.store(programme=programme, document=changed(make.document()), by=by)
    fielded_again = instruments.field(version=version, by=make.user("administrator", programme))
    assert (fielded_again.fielded_at, fielded_again.fielded_by) == (fielded.fielded_at, by)


def test_what_is_not_an_instrument_is_not_stored(programme: Programme, by: User) -> None:
    with pytest.raises(InstrumentError):
        instruments.store(programme=programme, document={"key": "tiny"}, by=by)
    assert InstrumentVersion.objects.count() == 0


def test_a_faulty_instrument_is_not_fielded_and_the_faults_are_named(programme: Programme, by: User) -> None:
    document = make.document()
    document["pages"] = [page for page in document["pages"] if page["id"] != document["pages"][-1]["id"]]
    version = instruments.store(programme=programme, document=document, by=by)
    with pytest.raises(instruments.InstrumentFaulty) as faulty:
        instruments.field(version=version, by=by)
    assert "item_never_asked" in {finding.rule for finding in faulty.value.findings}
    version.refresh_from_db()
    assert version.fielded_at is None


def test_a_changed_item_is_fielded_when_somebody_says_what_became_of_it(programme: Programme, by: User) -> None:
    instruments.field(version=instruments.store(programme=programme, document=make.tiny(), by=by), by=by)
    following = make.tiny() | {"version": "2"}
    following["items"][0]["options"] = following["items"][0]["options"][1:]
    for texts in following["texts"].values():
        del texts["items"]["colour"]["options"]["red"]
    following["pages"] = [page for page in following["pages"] if page["id"] != "tools"]
    following["items"] = [item for item in following["items"] if item["key"] not in ("tools", "count")]
    for texts in following["texts"].values():
        texts["items"] = {key: text for key, text in texts["items"].items() if key not in ("tools", "count")}
        del texts["pages"]["tools"], texts["sections"]["two"]
    version = instruments.store(programme=programme, document=following, by=by)
    with pytest.raises(instruments.InstrumentFaulty) as faulty:
        instruments.field(version=version, by=by)
    assert {finding.rule for finding in faulty.value.findings} == {"code_list_changed"}
    line = {"item": "colour", "with": "kinds 1", "country": "*", "relation": "recoded", "by": "A. Berg"}
    following["comparability"] = [line | {"why": "nobody chose red", "on": "2026-11-25"}]
    version = instruments.store(programme=programme, document=following, by=by)
    assert instruments.field(version=version, by=by).fielded_at is not None
