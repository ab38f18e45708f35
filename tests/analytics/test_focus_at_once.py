"""Two people at the same moment: entries of the catalogue, ratings, a coding that closes, a version of it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from analytics import queries
from analytics.actions import focus
from analytics.actions import policy_instruments as catalogue
from analytics.core.focus import Basis, Focus
from analytics.models import FocusCoding, PolicyInstrument
from surveys.models import AuditEvent, Programme, User
from tests import make
from tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
FACTS = catalogue.EntryFacts("prize", "An agency", "A prize", 2018, None, "A report")


def outcome(action: Callable[[], object]) -> Callable[[], str]:
    """The action as one that says how it ended; an error that nobody has a sentence for passes through."""

    def told() -> str:
        try:
            action()
        except (focus.FocusError, catalogue.CatalogueError) as error:
            return type(error).__name__
        return "done"

    return told


def coded() -> tuple[Programme, User, FocusCoding]:
    programme = make.programme()
    coder = make.user("researcher", programme)
    return programme, coder, make.focus_coding(programme, coder=coder)


def rate(coding: FocusCoding, coder: User, judged: Focus) -> None:
    focus.rate(
        coding=coding,
        country="DK",
        perspective="organisation",
        judged=focus.Judged(judged, Basis.INFERRED, "So it seems."),
        by=coder,
    )


def test_the_same_entry_added_twice_at_once_stands_once() -> None:
    programme, coder, _coding = coded()
    add = outcome(lambda: catalogue.add(programme=programme, country="NO", facts=FACTS, by=coder))
    assert sorted(at_once(add, add)) == ["EntryStands", "done"]
    assert programme.policy_instruments.filter(name="A prize").count() == 1


def test_an_entry_changed_twice_at_once_has_one_next_version() -> None:
    programme, coder, _coding = coded()
    entry = catalogue.add(programme=programme, country="NO", facts=FACTS, by=coder)
    first, second = (
        outcome(lambda name=name: catalogue.revise(entry=entry, facts=replace(FACTS, name=name), by=coder))  # type: ignore[misc]
        for name in ("A prize of money", "A prize of honour")
    )
    assert sorted(at_once(first, second)) == ["EntryChanged", "done"]
    assert sorted(PolicyInstrument.objects.filter(key=entry.key).values_list("version", flat=True)) == [1, 2]


def test_a_cell_rated_twice_at_once_holds_one_rating() -> None:
    _programme, coder, coding = coded()
    found = at_once(*(outcome(lambda one=one: rate(coding, coder, one)) for one in (Focus.STRONG, Focus.SECONDARY)))  # type: ignore[misc]
    assert found == ["done", "done"]
    assert coding.ratings.filter(country="DK").count() == 1


def test_a_rating_while_the_coding_closes_is_in_it_or_refused() -> None:
    _programme, coder, coding = coded()
    found = at_once(
        outcome(lambda: rate(coding, coder, Focus.STRONG)), outcome(lambda: focus.close(coding=coding, by=coder))
    )
    coding.refresh_from_db()
    assert found in (["done", "done"], ["CodingClosed", "done"])
    assert coding.ratings.filter(country="DK").exists() is (found[0] == "done")
    assert coding.content_hash == focus.hash_of(queries.coding_of(coding))


def test_a_coding_closed_twice_at_once_is_closed_once() -> None:
    _programme, coder, coding = coded()
    close = outcome(lambda: focus.close(coding=coding, by=coder))
    assert sorted(at_once(close, close)) == ["CodingClosed", "done"]
    assert AuditEvent.objects.filter(action="focus.closed").count() == 1
