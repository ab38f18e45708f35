"""How a questionnaire was answered, from the log of saves; what would show a single person is withheld."""

import uuid
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from jobs.execution import run_due
from jobs.models import Job
from surveys.models import AnsweringReport, Device, PageSave, Response, SampledUnit, Wave
from surveys.queries import Events, events_of_answers
from surveys.queries.events import FEWEST, median, withheld
from tests import make

START = timezone.now()


@pytest.fixture
def wave() -> Wave:
    programme = make.programme()
    return make.wave(programme, instrument=make.instrument(programme, document=make.tiny()))


def units(wave: Wave, size: int) -> list[SampledUnit]:
    return make.drawn(wave, make.frame(wave.programme, units=make.units(size)), size=size)


def response(unit: SampledUnit, *, handed_in: bool = False) -> Response:
    return Response.objects.create(
        sampled_unit=unit,
        instrument=unit.wave.instrument,
        language="nb",
        saved_at=START,
        submitted_at=START if handed_in else None,
        revision=1 if handed_in else 0,
    )


def saved(
    by: Response,
    page: str,
    minute: int,
    *,
    items: Sequence[str] = (),
    seconds: int | None = None,
    device: str = Device.PHONE,
    automatic: bool = False,
    language: str = "nb",
) -> None:
    PageSave.objects.create(
        response=by,
        key=str(uuid.uuid4()),
        page=page,
        body_hash="0" * 64,
        items=list(items),
        seconds=seconds,
        device=device,
        automatic=automatic,
        language=language,
        saved_at=START + timedelta(minutes=minute),
    )


@pytest.mark.django_db
def test_the_page_saved_last_is_where_people_broke_off(wave: Wave) -> None:
    drawn = units(wave, 20)
    for unit in drawn[:6]:
        by = response(unit)
        saved(by, "colour", 1)
        saved(by, "tools", 2)
    for unit in drawn[6:12]:
        by = response(unit)
        saved(by, "tools", 1)
        saved(by, "colour", 2)  # went back
    for unit in drawn[12:18]:
        saved(response(unit, handed_in=True), "words", 1)
    response(drawn[18])  # opened and saved nothing
    events = events_of_answers(wave)
    assert {row.page: row.broke_off for row in events.pages} == {"colour": 6, "tools": 6}


@pytest.mark.django_db
def test_the_median_time_is_that_of_pages_a_person_saved(wave: Wave) -> None:
    for unit, seconds in zip(units(wave, 6), (10, 20, 30, 40, 50, 1000), strict=True):
        by = response(unit, handed_in=True)
        saved(by, "colour", 1, seconds=seconds)
        saved(by, "colour", 2, seconds=1, automatic=True)
        saved(by, "tools", 3)
    for number, unit in enumerate(units_of_four(wave)):
        saved(unit, "words", number, seconds=7)
    events = events_of_answers(wave)
    assert {row.page: row.median_seconds for row in events.pages} == {"colour": 35.0}


def units_of_four(wave: Wave) -> list[Response]:
    """Four of those who answered: too few to show a median."""
    return list(Response.objects.filter(sampled_unit__wave=wave).order_by("pk")[:4])


@pytest.mark.django_db
def test_devices_and_languages_are_counted_by_people_and_saves(wave: Wave) -> None:
    drawn = units(wave, 14)
    for unit in drawn[:7]:
        by = response(unit)
        saved(by, "colour", 1)
        saved(by, "tools", 2)
    for unit in drawn[7:13]:
        saved(response(unit), "colour", 1, device=Device.COMPUTER, language="en")
    events = events_of_answers(wave)
    assert [(row.code, row.people, row.saves) for row in events.devices] == [("phone", 7, 14), ("computer", 6, 6)]
    assert [(row.code, row.people, row.saves) for row in events.languages] == [("nb", 7, 14), ("en", 6, 6)]
    saved(response(drawn[13]), "colour", 1, device=Device.TABLET)
    events = events_of_answers(wave)
    # One person on a tablet is not shown, and could be told from the total if both others were.
    assert [(row.code, row.people, row.saves) for row in events.devices] == [
        ("phone", 7, 14),
        ("computer", None, None),
        ("tablet", None, None),
    ]


@pytest.mark.django_db
def test_an_answer_counts_as_changed_after_its_page_was_left(wave: Wave) -> None:
    for unit in units(wave, 5):
        by = response(unit)
        saved(by, "words", 1, items=["name"], automatic=True)  # still typing
        saved(by, "words", 2, items=["name", "story"], automatic=True)
        saved(by, "words", 3)
        saved(by, "words", 4, items=["story"])
        saved(by, "words", 5, items=["story"])  # changed twice, by one person
        saved(by, "colour", 6, items=["colour"])
    assert events_of_answers(wave).changed == (("story", 5),)


@pytest.mark.django_db
def test_what_fewer_than_five_people_changed_is_not_shown(wave: Wave) -> None:
    for unit in units(wave, 4):
        by = response(unit)
        saved(by, "colour", 1, items=["colour"])
        saved(by, "colour", 2, items=["colour"])
    assert events_of_answers(wave).changed == ()


@pytest.mark.django_db
def test_another_wave_counts_for_nothing(wave: Wave) -> None:
    other = make.wave(wave.programme, "2027")
    for unit in make.drawn(other, make.frame(wave.programme, units=make.units(6)), size=6):
        saved(response(unit), "colour", 1, seconds=5)
    events = events_of_answers(wave)
    assert (events.pages, events.devices, events.languages, events.changed) == ((), (), (), ())


@pytest.mark.django_db
def test_the_queries_do_not_grow_with_what_is_answered(wave: Wave) -> None:
    drawn = units(wave, 12)
    counts = []
    for unit in drawn:
        by = response(unit)
        saved(by, "colour", 1, items=["colour"], seconds=3)
        with CaptureQueriesContext(connection) as captured:
            events_of_answers(wave)
        counts.append(len(captured))
    assert set(counts) == {6}


@given(st.dictionaries(st.text(max_size=2), st.integers(0, 12), max_size=6))
def test_what_is_withheld_cannot_be_told_from_the_total(counts: dict[str, int]) -> None:
    shown = withheld(counts)
    hidden = [counts[name] for name, n in shown.items() if n is None]
    assert shown.keys() == counts.keys()
    assert all(n == counts[name] and not 0 < n < FEWEST for name, n in shown.items() if n is not None)
    if any(0 < n < FEWEST for n in counts.values()):
        everything = len(hidden) == sum(n > 0 for n in counts.values())
        assert everything or (len(hidden) >= 2 and sum(hidden) >= FEWEST)
    else:
        assert hidden == []


@pytest.mark.parametrize(
    ("counts", "middle"), [([(3, 1)], 3), ([(1, 1), (4, 1)], 2.5), ([(1, 3), (9, 1)], 1), ([(1, 2), (5, 2), (6, 1)], 5)]
)
def test_the_median_of_counted_values(counts: list[tuple[int, int]], middle: float) -> None:
    assert median(counts) == middle


@pytest.mark.django_db
def test_the_page_shows_pages_in_the_order_asked_and_withholds_small_counts(wave: Wave) -> None:
    drawn = units(wave, 20)
    for unit in drawn[:7]:
        saved(response(unit), "tools", 1, seconds=31)
    for unit in drawn[7:13]:
        saved(response(unit), "colour", 1, seconds=12)
    saved(response(drawn[13]), "words", 1, items=["name"])
    client = Client(headers={"accept-language": "en"})
    client.force_login(make.user("administrator", wave.programme))
    address = reverse("surveys:wave-answering", args=["barometer", "2025"])
    assert "Nothing is counted yet." in client.get(address).content.decode()
    for _press in range(2):
        assert client.post(f"{address}/count")["Location"] == address
    assert Job.objects.filter(task="surveys.count_events").count() == 1, "two presses ask for one count"
    run_due()
    shown = client.get(reverse("surveys:wave-answering", args=["barometer", "2025"])).content.decode()
    assert shown.index('<code class="small">colour') < shown.index('<code class="small">tools')
    assert '<td class="number">7</td><td class="number">31</td>' in shown
    assert shown.count("withheld</td>") == 2  # the one who stopped at words, and the next smallest
    assert "No answer was changed by 5 people or more." in shown
    assert "Count anew" in shown
    run_counts = AnsweringReport.objects.get().counted
    assert Events.from_document(run_counts) == events_of_answers(wave)
