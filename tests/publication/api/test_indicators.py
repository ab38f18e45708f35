"""Indicators over waves: each number with its release, each wave with whether it can be set beside the one before."""

from datetime import timedelta

import pytest
from django.utils import timezone

from publication.actions import announcements, releases
from publication.models import Announcement, Release
from tests import make
from tests.publication.api.stand import ask, innovative, published, two_waves

pytestmark = pytest.mark.django_db

SERIES = "/api/v1/series/innovative"


@pytest.fixture
def both() -> tuple[Release, Release]:
    return two_waves()


def after(release: Release, code: str) -> Release:
    """A release of a third wave in which the question is another one and the numbers have no decimals."""
    programme = release.programme
    wave = make.wave(programme, code)
    changed = innovative(code, value=60.0, decimals=0)
    changed["question"] = {"nb": "Noe annet?", "en": "Something else?"}
    return published(wave, [changed])


def test_indicators_are_named_once_with_every_place_of_publication(both: tuple[Release, Release]) -> None:
    two_waves("another")
    found = ask("/api/v1/indicators")
    assert [one["indicator"] for one in found["indicators"]] == ["innovative"]
    places = found["indicators"][0]["published"]
    assert [(one["programme"], one["wave"], one["release"]) for one in places] == [
        ("another", "2023", 1), ("another", "2025", 2), ("barometer", "2023", 1), ("barometer", "2025", 2),
    ]  # fmt: skip
    assert places[-1]["tables"] == ["innovative", "innovative_by_sector"]
    assert places[-1]["countries"] == ["NO", "DK"]


def test_each_number_of_a_series_names_the_release_that_it_comes_from(both: tuple[Release, Release]) -> None:
    points = ask(SERIES, country="NO", measure="share", table="innovative")["points"]
    assert [(one["wave"], one["release"], one["value"]) for one in points] == [("2023", 1, 55.0), ("2025", 2, 61.3)]
    withheld = [one for one in ask(SERIES, table="innovative_by_sector")["points"] if one["status"] == "withheld"]
    assert len(withheld) == 1
    assert not {"value", "n", "low", "high", "standard_error"} & withheld[0].keys()


def test_a_corrected_number_takes_the_place_of_the_wrong_one(both: tuple[Release, Release]) -> None:
    published(
        both[1].run.wave, [innovative("2025", value=60.9)], replaces=both[1], relation="correction", reason="A weight"
    )
    points = ask(SERIES, country="NO", measure="share", table="innovative")["points"]
    assert [(one["release"], one["value"]) for one in points] == [(1, 55.0), (3, 60.9)]


def test_a_withdrawn_release_is_in_no_series_nor_does_what_it_replaced_come_back(both: tuple[Release, Release]) -> None:
    third = published(
        both[1].run.wave, [innovative("2025", value=60.9)], replaces=both[1], relation="revision", reason="Late answers"
    )
    publisher = make.user("publisher", third.programme, username="withdraws")
    releases.withdraw(release=third, reason="Wrong", hides_numbers=False, by=publisher)
    assert {one["release"] for one in ask(SERIES)["points"]} == {1}


def test_a_wave_says_what_is_not_as_in_the_one_before(both: tuple[Release, Release]) -> None:
    after(both[1], "2027")
    waves = ask(SERIES)["waves"]
    assert [(one["wave"], one["comparable"], one["differs"]) for one in waves] == [
        ("2023", True, []),
        ("2025", True, []),
        ("2027", False, ["decimals", "question"]),
    ]


def test_an_unknown_indicator_and_an_unknown_filter_are_errors(both: tuple[Release, Release]) -> None:
    assert "No release has 'nothing'" in ask("/api/v1/series/nothing", 404)["detail"]
    assert "expected one of programme, country" in ask(SERIES, 400, land="NO")["detail"]


def test_a_code_that_no_number_has_is_an_error_and_codes_that_none_has_together_give_nothing(
    both: tuple[Release, Release],
) -> None:
    assert "country: expected one of DK, NO, got 'XX'." in ask(SERIES, 400, country="XX")["detail"]
    assert "sector: expected one of , health, school, got 'all'." in ask(SERIES, 400, sector="all")["detail"]
    points = ask(SERIES, sector="health", country="DK")["points"]
    assert [(one["wave"], one["value"]) for one in points] == [("2025", 41.5)]
    assert ask(SERIES, sector="school", country="DK")["points"] == []


def test_the_calendar_tells_moves_and_what_came_of_a_date_only_when_everybody_sees_it(
    both: tuple[Release, Release],
) -> None:
    release = both[1]
    publisher = make.user("publisher", release.programme, username="announces")
    planned = timezone.now().replace(second=0, microsecond=0) + timedelta(days=90)
    entry = announcements.announce(wave=release.run.wave, planned_for=planned, note="Eight o'clock", by=publisher)
    announcements.move(announcement=entry, planned_for=planned + timedelta(days=1), reason="A power cut", by=publisher)
    told = ask("/api/v1/calendar")["announcements"]
    assert [(one["wave"], one["note"], one["release"]) for one in told] == [("2025", "Eight o'clock", None)]
    assert told[0]["moves"][0]["reason"] == "A power cut"
    Announcement.objects.filter(pk=entry.pk).update(release=release)
    assert ask("/api/v1/calendar")["announcements"][0]["release"].endswith("/api/v1/releases/barometer/2")
    waiting = Release.objects.filter(pk=release.pk)
    super(type(waiting), waiting).update(state="embargoed", published_at=timezone.now() + timedelta(hours=1))
    assert ask("/api/v1/calendar")["announcements"][0]["release"] is None
