"""What no page of ours sends: forged fields and addresses, numbers beyond reason, questions about others' answers."""

import hashlib
import json
import time
import uuid

import pytest
from django.test import Client

from surveys.actions import invitations
from surveys.models import SYSTEM, AuditEvent, Invitation, Message, PageSave, Response, SampledUnit
from tests.surveys.respondents import every_type, hidden, kinds, opened, shown

pytestmark = pytest.mark.django_db
LONG = "9" * 5000  # more digits than Python makes a number of


@pytest.fixture
def unit() -> SampledUnit:
    return every_type()


@pytest.fixture
def browser(unit):
    client = opened(unit)
    client.cookies["django_language"] = "en"
    return client


def sent(client, page, **fields):
    return client.post(f"/respond/page/{page}", {**shown(client, page), "go": "next", **fields})


@pytest.mark.parametrize(
    ("page", "fields", "said"),
    [
        ("money", {"p.order:quality": "²"}, "Give each choice its own place"),
        ("money", {"p.order:quality": LONG}, "Give each choice its own place"),
        ("money", {"p.order:quality": "١"}, "Give each choice its own place"),
        ("money", {"p.split:own": LONG}, "Write a whole number from 0 to 100"),
        ("money", {"p.split:own": "-10", "p.split:state": "110"}, "Write a whole number from 0 to 100"),
        ("money", {"p.split:own": "51", "p.split:state": "50"}, "they make 101"),
        ("days", {"p.begun:day": LONG, "p.begun:month": "1", "p.begun:year": "2025"}, "Write a day that exists"),
        ("days", {"p.begun:day": "²", "p.begun:month": "1", "p.begun:year": "2025"}, "Write a day that exists"),
        ("days", {"a.since_year": "25"}, "four digits"),
        ("origin", {"a.share": "1e9"}, "digits only"),
        ("origin", {"a.share": LONG}, "digits only"),
        ("origin", {"a.source": ["colleague", "other"]}, "cannot be read"),
        ("origin", {"a.source.other_text": "x" * 201}, "may have 200 characters"),
        ("origin", {"p.nobody:asked": "1"}, "not on this page"),
    ],
)
def test_what_no_page_sends_is_refused_with_a_sentence(browser, page, fields, said):
    refused = sent(browser, page, **fields)
    assert refused.status_code == 422
    assert said in refused.content.decode()
    assert not Response.objects.exists()


def test_ten_thousand_fields_are_refused(browser):
    assert sent(browser, "origin", **{f"a.x{number}": "1" for number in range(10_000)}).status_code == 400
    assert not Response.objects.exists()


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data"])
def test_a_body_of_another_kind_is_refused(browser, kind):
    assert browser.post("/respond/page/origin", b'{"a.source": "other"}', content_type=kind).status_code == 400
    assert not Response.objects.exists()


@pytest.mark.parametrize("first", ['{"colour": {"a": ["b"]}}', '{"colour": NaN, "nobody": 1}', '{"colour": 1e999}'])
def test_what_a_page_says_it_came_from_may_be_anything(first):
    browser = opened(kinds())
    fields = {**shown(browser, "colour"), "first": first, "a.colour": "red", "elsewhere": "nobody,colour"}
    assert browser.post("/respond/page/colour", fields)["Location"] == "/respond/page/tools?changed=colour"
    assert browser.post("/respond/page/colour", {**shown(browser, "colour"), "first": "[]"}).status_code == 400


PAGES = (
    "", "questions", "questions.pdf", "pass-on", "tasks", "share/work", "privacy", "decline", "page/origin", "check",
    "submit", "correct", "receipt", "copy.txt",
)  # fmt: skip


def test_a_scanner_that_opens_every_address_changes_nothing(unit):
    token = invitations.mint(sampled_unit=unit, by=SYSTEM)
    before = counts()
    for method in ("get", "head", "options"):
        client = Client()
        getattr(client, method)(f"/s/{token}")
        client.get(f"/s/{token}")
        for page in PAGES:
            assert getattr(client, method)(f"/respond/{page}").status_code < 500
    unit.refresh_from_db()
    assert (counts(), unit.disposition) == (before, "not_invited")


def counts() -> list[int]:
    return [model.objects.count() for model in (Response, PageSave, Invitation, Message, AuditEvent)]


def test_no_page_repeats_its_address(browser):
    sent(browser, "origin", **{"a.source": "colleague"})
    for page in ("", "tasks", "check", "questions", "page/origin"):
        told = browser.get(f"/respond/{page}?to=zqxj&changed=zqxj&opened=zqxj&dropped=zqxj&more=zqxj")
        assert "zqxj" not in told.content.decode(), page


def test_the_time_on_a_page_runs_on_through_a_refusal(browser):
    opened_at = str(int(time.time()) - 90)
    refused = sent(browser, "origin", **{"a.share": "much", "opened": opened_at})
    assert hidden(refused.content.decode())["opened"] == opened_at


def test_an_address_does_not_make_a_colleagues_page_tell_the_answers_of_others():
    unit = kinds()
    owner = opened(unit)
    sent(owner, "colour", **{"a.colour": "red"})
    keys = invitations.share(sampled_unit=unit, section="three")
    colleague = opened(unit)
    colleague.get(f"/s/{keys.token}")
    for page in ("page/words", "tasks", ""):
        told = colleague.get(f"/respond/{page}?changed=colour,name&opened=one,two").content.decode()
        assert "Hvilken farge" not in told, page
        assert "Hva heter det" in told, page
    assert "Hvilken farge" in owner.get("/respond/page/words?changed=colour").content.decode()


def test_a_colleague_reads_the_own_part_alone():
    unit = kinds()
    colleague = opened(unit)
    colleague.get(f"/s/{invitations.share(sampled_unit=unit, section='three').token}")
    assert "Hvilken farge" not in colleague.get("/respond/questions").content.decode()
    assert colleague.get("/respond/questions.pdf")["Location"] == "/respond/tasks"


def test_a_colleague_does_not_change_the_language_that_the_owner_comes_back_to():
    unit = kinds()
    colleague = opened(unit)
    colleague.get(f"/s/{invitations.share(sampled_unit=unit, section='three').token}")
    colleague.cookies["django_language"] = "en"
    sent(colleague, "words", **{"a.name": "A thing"})
    assert PageSave.objects.get().language == "en", "the event says how it was answered"
    assert 'lang="nb"' in opened(unit).get("/respond/").content.decode()


def test_the_event_log_tells_no_answer():
    """The mark of what a save held cannot be found by trying the answers."""
    browser = opened(kinds())
    sent(browser, "colour", **{"a.colour": "red"})
    guess = json.dumps(["colour", {"colour": "red"}], separators=(",", ":"))
    assert PageSave.objects.get().body_hash != hashlib.sha256(guess.encode()).hexdigest()


def test_a_button_after_a_save_whose_reply_was_lost_is_no_repetition():
    browser = opened(kinds())
    sent(browser, "colour", **{"a.colour": "red"})
    fields = {**shown(browser, "tools"), "a.tools": "saw", "a.count": "many", "go": "stay"}
    page = "/respond/page/tools"
    assert browser.post(page, {**fields, "automatic": "1"}).json()["saved"] is True
    further = browser.post(page, {**fields, "a.tools": "file", "automatic": "1"}).json()
    assert further["saved"] is True, "the page goes on saving with the key it has"
    refused = browser.post(page, {**fields, "a.tools": "file", "go": "next"})
    assert refused.status_code == 422, "what could not be stored is said, and not taken as sent before"
    assert 'value="many"' in refused.content.decode()
    assert PageSave.objects.filter(key=fields["save_key"]).count() == 0
    assert uuid.UUID(fields["save_key"])
