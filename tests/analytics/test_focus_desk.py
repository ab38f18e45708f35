"""The pages of focus profiles, from an empty programme to two coders held against each other."""

import pytest
from django.test import Client
from django.urls import reverse

from analytics import queries
from analytics.actions import focus, focus_library
from analytics.core.focus import Basis, Focus
from analytics.models import FocusCoding, PolicyInstrument
from surveys.models import Programme, User
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme() -> Programme:
    return make.programme()


@pytest.fixture
def coder(programme: Programme, client: Client) -> User:
    account = make.user("researcher", programme)
    client.force_login(account)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return account


def address(name: str, programme: Programme, *more: object) -> str:
    return reverse(f"analytics:{name}", args=[programme.slug, *more])


def page(client: Client, where: str, **asked: str) -> str:
    answer = client.get(where, asked, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_library_is_brought_in_and_its_profile_shown_with_evidence(
    client: Client, programme: Programme, coder: User
) -> None:
    assert "No coding of this scheme is closed yet." in page(client, address("focus", programme))
    client.post(address("policy-instruments-bring", programme))
    shown = page(client, address("focus", programme))
    assert "NIFU and Rambøll 2019" in shown
    for symbol, word, times in (("●", "Strong focus", 6), ("◐", "Secondary focus", 6), ("○", "Partly neglected", 3)):
        assert shown.count(f"</span> {word}<span") == times
        assert symbol in shown
    assert "Stated by the source. Tools, projects and support" in shown
    assert "Inferred by the coder. No instrument directed at a challenge" in shown
    themes = page(client, address("focus", programme), scheme="iceland_themes")
    assert "No coding of this scheme is closed yet." in themes
    assert client.get(address("focus", programme), {"scheme": "seven"}).status_code == 404


def test_the_catalogue_is_filtered(client: Client, programme: Programme, coder: User) -> None:
    focus_library.bring(programme=programme, by=coder)
    where = address("policy-instruments", programme)
    every = page(client, where)
    assert "102 entries" in every
    for asked, count in (
        ({"country": "IS"}, "8 entries"),
        ({"perspective": "transformative"}, "16 entries"),
        ({"kind": "prize"}, "4 entries"),
        ({"kind": "prize", "country": "DK", "perspective": "organisation"}, "1 entry"),
        ({"kind": "prize", "perspective": "system"}, "0 entries"),
        ({"year": "1999"}, "1 entry"),  # innovation as a school subject in Iceland
    ):
        assert f">{count}<" in page(client, where, **asked), asked


def test_an_entry_is_added_changed_and_taken_out(client: Client, programme: Programme, coder: User) -> None:
    facts = {"kind": "prize", "actor": "An agency", "name": "A prize", "source": "A report"}
    answer = client.post(address("policy-instrument-new", programme), {**facts, "country": "SE", "year_from": "2018"})
    first = PolicyInstrument.objects.get()
    assert answer["Location"] == address("policy-instrument", programme, first.pk)
    again = client.post(address("policy-instrument-new", programme), {**facts, "country": "SE"})
    assert "Change that one." in again.content.decode()
    change = address("policy-instrument-change", programme, first.pk)
    assert 'value="2018"' in page(client, change)
    wrong = client.post(change, {**facts, "year_from": "2020", "year_to": "2010"})
    assert "The last year is before the first one." in wrong.content.decode()
    client.post(change, {**facts, "retired": "on"})
    assert "This is a former version of the entry." in page(client, address("policy-instrument", programme, first.pk))
    assert "0 entries" in page(client, address("policy-instruments", programme))
    assert "Somebody has changed the entry" in client.post(change, facts).content.decode()


def test_a_coder_rates_codes_and_closes(client: Client, programme: Programme, coder: User) -> None:
    entry = make.policy_instrument(programme)
    client.post(address("focus-start", programme), {"title": "Mine", "scheme": "three_perspectives"})
    coding = FocusCoding.objects.get()
    assert "16 things to look at before closing" in page(client, address("focus-coding", programme, coding.pk))
    rate = address("focus-rate", programme, coding.pk, "NO", "system")
    without = client.post(rate, {"focus": "strong", "basis": "stated"})
    assert "Name what the rating rests on" in without.content.decode()
    client.post(rate, {"focus": "strong", "basis": "stated", "instruments": [entry.pk]})
    code = address("focus-code", programme, coding.pk, "NO")
    both = client.post(code, {f"i{entry.pk}": ["system", "-none"]})
    assert "not both" in both.content.decode()
    alone = client.post(code, {f"i{entry.pk}": ["-stated"]})
    assert "Tick what the source says" in alone.content.decode()
    assert queries.codes_of(coding) == {}
    client.post(code, {f"i{entry.pk}": ["organisation", "transformative"]})
    shown = page(client, address("focus-coding", programme, coding.pk))
    assert "Norway, System: “Entry no-lab” is named as evidence and coded without this perspective" in shown
    client.post(code, {f"i{entry.pk}": ["system", "organisation", "-stated"]})
    ticked = page(client, code)
    assert ticked.count(" checked") == 3
    assert page(client, rate).count(" checked") == 3  # focus, basis and one instrument
    client.post(address("focus-close", programme, coding.pk))
    coding.refresh_from_db()
    assert coding.closed_at is not None
    assert queries.codes_of(coding)["no-lab"].perspectives == {"organisation", "system"}
    assert client.get(rate).status_code == 404


def test_a_rating_is_taken_away_by_not_rated(client: Client, programme: Programme, coder: User) -> None:
    coding = make.focus_coding(programme, coder=coder)
    client.post(address("focus-rate", programme, coding.pk, "NO", "system"), {"focus": "", "basis": "stated"})
    assert not coding.ratings.exists()
    for where in (("XX", "system"), ("NO", "market")):
        assert client.get(address("focus-rate", programme, coding.pk, *where)).status_code == 404


def test_two_closed_codings_are_compared_with_alpha_and_disagreements(
    client: Client, programme: Programme, coder: User
) -> None:
    first = focus_library.bring(programme=programme, by=coder).coding
    second = focus.start(programme=programme, scheme="three_perspectives", title="Second", by=coder)
    entries = list(queries.catalogue_of(programme, country="NO"))[:20]
    codes = {entry: focus.Coded(frozenset({"system"}), Basis.INFERRED) for entry in entries}
    focus.code_instruments(coding=second, codes=codes, by=coder)
    judged = focus.Judged(Focus.STRONG, Basis.INFERRED, "So it seems.")
    for country in ("NO", "SE"):
        focus.rate(coding=second, country=country, perspective="system", judged=judged, by=coder)
    focus.close(coding=second, by=coder)
    shown = page(client, address("focus-comparison", programme), first=str(first.pk), second=str(second.pk))
    assert "seed 1" in shown
    assert "Norway: System" in shown
    assert "Sweden: System" not in shown
    assert "82 instruments, 13 ratings" in shown
    assert "made from the other" not in shown
    themes = focus.start(programme=programme, scheme="iceland_themes", title="Themes", by=coder)
    focus.rate(coding=themes, country="IS", perspective="culture", judged=judged, by=coder)
    focus.close(coding=themes, by=coder)
    refused = page(client, address("focus-comparison", programme), first=str(first.pk), second=str(themes.pk))
    assert "made with different schemes" in refused


def test_a_coding_made_from_another_is_not_passed_off_as_independent(
    client: Client, programme: Programme, coder: User
) -> None:
    first = make.focus_coding(programme, coder=coder, closed=True)
    client.post(address("focus-revise", programme, first.pk))
    second = focus.close(coding=FocusCoding.objects.get(previous=first), by=coder)
    shown = page(client, address("focus-comparison", programme), first=str(second.pk), second=str(first.pk))
    assert "One of the two was made from the other" in shown
    assert "Both are of the same coder" in shown


def test_an_open_coding_of_somebody_else_is_not_found(client: Client, programme: Programme, coder: User) -> None:
    theirs = make.focus_coding(programme)
    assert client.get(address("focus-coding", programme, theirs.pk)).status_code == 404
    assert client.post(address("focus-close", programme, theirs.pk)).status_code == 404
    assert f"Coding of {theirs.coder}" not in page(client, address("focus-codings", programme))


def test_a_publisher_reads_and_does_not_code(client: Client, programme: Programme) -> None:
    coding = make.focus_coding(programme, closed=True)
    client.force_login(make.user("publisher", programme))
    shown = page(client, address("focus-coding", programme, coding.pk))
    assert "Start a new version" not in shown
    assert "Start a coding" not in page(client, address("focus-codings", programme))
    assert client.post(address("focus-revise", programme, coding.pk)).status_code == 403
