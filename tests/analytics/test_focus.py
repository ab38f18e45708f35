"""Codings are their coder's, freeze when they are closed, and change by new versions; so do entries and the library."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from analytics import queries
from analytics.actions import focus, focus_library
from analytics.actions import policy_instruments as catalogue
from analytics.core import focus_library as shipped
from analytics.core.focus import Basis, Focus
from analytics.models import FocusCoding, FocusScheme, PolicyInstrument
from surveys.models import AuditEvent, Programme, User
from tests import make

pytestmark = pytest.mark.django_db
JUDGED = focus.Judged(Focus.SECONDARY, Basis.INFERRED, "So it seems.")
FACTS = catalogue.EntryFacts("prize", "An agency", "A prize", 2018, None, "A report")


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def programme() -> Programme:
    return make.programme()


@pytest.fixture
def coder(programme: Programme) -> User:
    return make.user("researcher", programme)


def rate(coding: FocusCoding, coder: User, judged: focus.Judged | None = JUDGED, **where: str) -> None:
    place = {"country": "DK", "perspective": "organisation"} | where
    focus.rate(coding=coding, judged=judged, by=coder, **place)


def test_a_closed_coding_never_changes(programme: Programme, coder: User) -> None:
    coding = make.focus_coding(programme, coder=coder, closed=True)
    entry = programme.policy_instruments.get()
    for change in (
        lambda: rate(coding, coder),
        lambda: focus.code_instruments(coding=coding, codes={entry: None}, by=coder),
        lambda: focus.close(coding=coding, by=coder),
        lambda: focus.discard(coding=coding, by=coder),
    ):
        with pytest.raises(focus.CodingClosed):
            change()
    assert coding.content_hash == focus.hash_of(queries.coding_of(coding))
    assert coding.ratings.count() == coding.instrument_codings.count() == 1


def test_only_its_coder_changes_a_coding(programme: Programme, coder: User) -> None:
    coding = make.focus_coding(programme, coder=coder)
    with pytest.raises(focus.NotTheCoder):
        rate(coding, make.user("administrator", programme))


def test_a_change_of_a_closed_coding_is_a_new_version_that_names_it(programme: Programme, coder: User) -> None:
    first = make.focus_coding(programme, coder=coder, closed=True)
    with pytest.raises(focus.FocusError, match="still open"):
        focus.revise(coding=make.focus_coding(programme, coder=coder), by=coder)
    second = focus.revise(coding=first, by=coder)
    assert (second.version, second.previous, second.closed_at) == (2, first, None)
    assert focus.hash_of(queries.coding_of(second)) == first.content_hash
    rate(second, coder)
    closed = focus.close(coding=second, by=coder)
    assert closed.content_hash != first.content_hash
    assert [coding.ratings.count() for coding in (first, closed)] == [1, 2]
    assert queries.line_of_codings(closed) == [second.pk, first.pk]


def test_a_version_of_somebody_elses_coding_does_not_speak_in_their_name(programme: Programme, coder: User) -> None:
    reading = focus_library.bring(programme=programme, by=coder).coding
    after = focus.revise(coding=reading, by=coder)
    assert after.title == f"The study's own reading / {coder}"
    assert (after.coder_name, after.shipped) == (coder.get_username(), "")


def test_a_rating_replaces_the_one_before_and_can_be_taken_away(programme: Programme, coder: User) -> None:
    coding = make.focus_coding(programme, coder=coder)
    rate(coding, coder)
    rate(coding, coder, replace(JUDGED, focus=Focus.STRONG))
    assert coding.ratings.get(country="DK").focus == "strong"
    rate(coding, coder, None)
    assert not coding.ratings.filter(country="DK").exists()


def test_a_rating_without_evidence_leaves_what_was_there(programme: Programme, coder: User) -> None:
    coding = make.focus_coding(programme, coder=coder)
    rate(coding, coder)
    with pytest.raises(focus.NoEvidence):
        rate(coding, coder, replace(JUDGED, text="  "))
    assert coding.ratings.get(country="DK").text == "So it seems."


def test_what_is_not_of_the_scheme_or_the_catalogue_is_refused(programme: Programme, coder: User) -> None:
    coding, entry = make.focus_coding(programme, coder=coder), programme.policy_instruments.get()
    foreign = make.policy_instrument(make.programme("other"))
    for judged, where in (
        (JUDGED, {"perspective": "market"}),
        (JUDGED, {"country": "XX"}),
        (replace(JUDGED, instruments=[entry]), {}),  # an instrument of Norway for Denmark
        (replace(JUDGED, instruments=[foreign]), {"country": "NO"}),
    ):
        with pytest.raises(focus.FocusError):
            rate(coding, coder, judged, **where)
    for instrument, code in ((entry, "market"), (foreign, "system")):
        codes = {instrument: focus.Coded(frozenset({code}), Basis.STATED)}
        with pytest.raises(focus.FocusError):
            focus.code_instruments(coding=coding, codes=codes, by=coder)
    with pytest.raises(focus.FocusError, match="three_perspectives"):
        focus.start(programme=programme, scheme="four", title="Mine", by=coder)
    with pytest.raises(focus.FocusError):
        focus.start(programme=programme, scheme="three_perspectives", title=" ", by=coder)
    assert coding.ratings.get().country == "NO"


def test_an_empty_coding_is_not_closed_and_can_be_deleted(programme: Programme, coder: User) -> None:
    coding = focus.start(programme=programme, scheme="iceland_themes", title="Mine", by=coder)
    with pytest.raises(focus.FocusError, match="Nothing"):
        focus.close(coding=coding, by=coder)
    focus.discard(coding=coding, by=coder)
    assert not FocusCoding.objects.exists()
    assert AuditEvent.objects.filter(action="focus.discarded").count() == 1


def test_the_database_holds_no_closed_coding_without_its_hash(programme: Programme, coder: User) -> None:
    coding = make.focus_coding(programme, coder=coder, closed=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        FocusCoding.objects.filter(pk=coding.pk).update(content_hash="")


def test_a_code_for_the_new_version_of_an_entry_stands_in_the_place_of_the_old_one(
    programme: Programme, coder: User
) -> None:
    coding, entry = make.focus_coding(programme, coder=coder), programme.policy_instruments.get()
    after = catalogue.revise(entry=entry, facts=FACTS, by=coder)
    assert queries.codes_of(coding)["no-lab"].version == 1
    focus.code_instruments(coding=coding, codes={after: focus.Coded(frozenset(), Basis.STATED)}, by=coder)
    assert [(one.version, one.perspectives) for one in queries.codes_of(coding).values()] == [(2, frozenset())]
    focus.code_instruments(coding=coding, codes={after: None}, by=coder)
    assert queries.codes_of(coding) == {}


def test_an_entry_changes_by_versions_and_leaves_the_catalogue_with_its_last(programme: Programme, coder: User) -> None:
    first = catalogue.add(programme=programme, country="SE", facts=FACTS, by=coder)
    assert (first.key, first.version) == ("se-a-prize", 1)
    with pytest.raises(catalogue.EntryStands):
        catalogue.add(programme=programme, country="SE", facts=FACTS, by=coder)
    second = catalogue.revise(entry=first, facts=replace(FACTS, year_to=2020), by=coder)
    with pytest.raises(catalogue.EntryChanged):
        catalogue.revise(entry=first, facts=FACTS, by=coder)
    assert list(queries.catalogue_of(programme)) == [second]
    assert (second.previous, second.country, second.years) == (first, "SE", "2018–2020")
    catalogue.revise(entry=second, facts=FACTS, retired=True, by=coder)
    assert not queries.catalogue_of(programme).exists()
    assert PolicyInstrument.objects.count() == 3


@pytest.mark.parametrize("wrong", [{"year_to": 2010}, {"kind": "rumour"}, {"name": ""}, {"name": "x" * 201}])
def test_an_entry_that_cannot_be_is_refused(programme: Programme, coder: User, wrong: dict[str, Any]) -> None:
    with pytest.raises(catalogue.CatalogueError):
        catalogue.add(programme=programme, country="SE", facts=replace(FACTS, **wrong), by=coder)


def test_entries_of_a_year_are_those_known_to_have_run_in_it(programme: Programme, coder: User) -> None:
    for name, first, last in (("From", 2018, None), ("Until", 2010, 2017), ("Unknown", None, None)):
        facts = replace(FACTS, name=name, year_from=first, year_to=last)
        catalogue.add(programme=programme, country="SE", facts=facts, by=coder)
    found = {
        year: [one.name for one in queries.running_in(queries.catalogue_of(programme), year)] for year in (2017, 2018)
    }
    assert found == {2017: ["Until"], 2018: ["From"]}


def test_the_library_is_brought_in_once_and_is_what_it_was(programme: Programme, coder: User) -> None:
    first = focus_library.bring(programme=programme, by=coder)
    again = focus_library.bring(programme=programme, by=coder)
    assert (first.added, first.revised, first.left) == (102, 0, ())
    assert (again.added, again.revised, again.coding) == (0, 0, first.coding)
    assert FocusCoding.objects.count() == FocusScheme.objects.count() == 1
    assert AuditEvent.objects.filter(action="focus.library_brought").count() == 1
    reading = shipped.load_reading().coding
    stored = queries.coding_of(first.coding)
    assert set(stored.ratings) == set(reading.ratings)
    assert set(stored.instruments) == set(reading.instruments)
    assert first.coding.closed_at is not None


def test_a_changed_library_gives_new_versions_and_leaves_what_people_edited(
    programme: Programme, coder: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = focus_library.bring(programme=programme, by=coder)
    edited = PolicyInstrument.objects.get(programme=programme, key="dk-coi")
    catalogue.revise(entry=edited, facts=replace(catalogue.facts_of(edited), note="Ours"), by=coder)
    rows = tuple(
        replace(row, note="Changed") if row.key in ("dk-coi", "dk-prize") else row for row in shipped.load_instruments()
    )
    reading = shipped.load_reading()
    ratings = (replace(reading.coding.ratings[0], text="Read again."), *reading.coding.ratings[1:])
    changed = replace(reading, coding=replace(reading.coding, ratings=ratings))
    monkeypatch.setattr(shipped, "load_instruments", lambda: rows)
    monkeypatch.setattr(shipped, "load_reading", lambda: changed)
    after = focus_library.bring(programme=programme, by=coder)
    assert (after.added, after.revised, after.left) == (0, 1, ("dk-coi",))
    prize = PolicyInstrument.objects.get(key="dk-prize", version=2)
    assert (prize.note, prize.previous) == ("Changed", PolicyInstrument.objects.get(key="dk-prize", version=1))
    assert (after.coding.version, after.coding.previous) == (2, first.coding)
    assert queries.newest_coding(programme, "three_perspectives") == after.coding


def test_an_open_coding_is_seen_by_its_coder_only(programme: Programme, coder: User) -> None:
    other = make.user("researcher", programme)
    mine, closed = make.focus_coding(programme, coder=coder), make.focus_coding(programme, coder=other, closed=True)
    assert set(queries.codings_open_to(coder, programme)) == {mine, closed}
    assert set(queries.codings_open_to(other, programme)) == {closed}
