"""Answers that are given again: as long as what everybody sees stays the same, and never past a minute."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from publication.actions import releases
from publication.models import Release
from publication.queries import PublicState, public_state
from publication.views import kept
from publication.views.kept import Answer, Board
from tests.publication.world import World

PAGE = "/results/barometer/1/"
ANSWER = Answer(b"page", (), '"tag"')
NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


class Clock:
    """Both clocks, put forward by hand, and what everybody sees."""

    def __init__(self) -> None:
        self.now = 0.0
        self.state = PublicState(((1,),), None)
        self.asked = 0

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> datetime:
        return NOON + timedelta(seconds=self.now)

    def ask(self) -> PublicState:
        self.asked += 1
        return self.state


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(kept, "monotonic", found.monotonic)
    monkeypatch.setattr(timezone, "now", found.wall)
    return found


def board(clock: Clock, room: int = 2 * len(ANSWER.content)) -> Board:
    made = Board(room=room, seconds=0.5, state=clock.ask)
    made.keep("a", ANSWER, made.get("a")[1])
    return made


def test_an_answer_is_given_again_and_the_state_asked_for_twice_a_second(clock: Clock) -> None:
    it = board(clock)
    for now in (0.0, 0.1, 0.49):
        clock.now = now
        assert it.get("a")[0] == ANSWER
    assert clock.asked == 1
    clock.now = 0.5
    assert it.get("a")[0] == ANSWER
    assert clock.asked == 2


def test_a_change_drops_every_answer_within_half_a_second(clock: Clock) -> None:
    it = board(clock)
    clock.state = PublicState(((1,), (2,)), None)
    clock.now = 0.49
    assert it.get("a")[0] == ANSWER
    clock.now = 0.5
    assert it.get("a")[0] is None


def test_at_the_minute_of_an_embargo_the_state_is_asked_for_at_once(clock: Clock) -> None:
    clock.state = PublicState(((1,),), NOON + timedelta(seconds=0.2))
    it = board(clock)
    clock.now = 0.19
    assert it.get("a")[0] == ANSWER
    clock.state, clock.now = PublicState(((1,), (2,)), None), 0.2
    assert it.get("a")[0] is None


def test_an_answer_written_before_a_change_is_not_kept_after_it(clock: Clock) -> None:
    it = board(clock)
    _nothing, before = it.get("b")
    clock.state, clock.now = PublicState(((1,), (2,)), None), 1.0
    it.get("a")
    it.keep("b", ANSWER, before)
    assert it.get("b")[0] is None


def test_a_board_keeps_what_was_asked_for_last(clock: Clock) -> None:
    it = board(clock)
    for key in ("b", "c"):
        it.keep(key, ANSWER, it.get(key)[1])
    assert [it.get(key)[0] is None for key in "abc"] == [True, False, False]
    it.keep("c", ANSWER, it.get("c")[1])  # again: it takes no more room than before
    assert it.get("b")[0] == ANSWER
    large = Answer(b"x" * 100, (), "")
    it.keep("large", large, it.get("large")[1])  # larger than the board
    assert it.get("large")[0] is None
    assert it.get("c")[0] == ANSWER


@pytest.fixture
def holding(settings: Any) -> Client:
    """A client whose server believes for a minute that nothing changes."""
    settings.PUBLIC_PAGES_HOLD_SECONDS = 60.0
    return Client(headers={"accept-language": "en", "accept-encoding": "gzip"})


@pytest.mark.django_db
def test_a_kept_answer_needs_no_query_and_says_the_same(published: Release, holding: Client) -> None:
    first = holding.get(PAGE)
    with CaptureQueriesContext(connection) as queries:
        again = holding.get(PAGE)
        unchanged = holding.get(PAGE, headers={"if-none-match": first["ETag"]})
        other = holding.get(PAGE, headers={"accept-language": "fi"})
    assert again.content == first.content
    assert {name: again[name] for name in first.headers if name != "X-Request-ID"} == {
        name: first[name] for name in first.headers if name != "X-Request-ID"
    }
    assert again["X-Request-ID"] != first["X-Request-ID"]
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert other.content != first.content
    assert len(queries) <= 4  # all of them for Finnish
    for _time in range(2):
        assert holding.get("/results/barometer/2/").status_code == 404
    assert holding.get(PAGE, headers={"host": "elsewhere.example"}).status_code == 400


@pytest.mark.django_db
def test_what_everybody_sees_is_told_by_one_query(release: Release, world: World, monkeypatch: Any) -> None:
    assert public_state() == PublicState((), None)
    releases.approve(release=release, by=world.publisher)
    minute = timezone.now().replace(second=0, microsecond=0) + timedelta(minutes=2)
    releases.embargo(release=release, until=minute, by=world.publisher)
    assert public_state() == PublicState((), minute)
    monkeypatch.setattr(timezone, "now", lambda: minute)
    with CaptureQueriesContext(connection) as queries:
        seen = public_state()
    assert len(queries) == 1
    assert seen == PublicState(((release.pk, minute, None, None, None),), None)
    releases.withdraw(release=release, reason="wrong", hides_numbers=True, by=world.publisher)
    assert public_state().stamp != seen.stamp
