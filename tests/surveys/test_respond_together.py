"""Several people and several devices at one questionnaire: parts, codes, passing on, autosave, corrections."""

import json
import re

import pytest
from django.core import mail
from django.test import Client

from jobs.execution import run_due
from surveys.actions import invitations
from surveys.models import (
    SYSTEM,
    AuditEvent,
    Contact,
    Invitation,
    Message,
    PageSave,
    PrintedForm,
    Response,
    SampledUnit,
    Wave,
    WaveState,
)
from surveys.queries.respondents import code_hash, invitation_of_code
from tests.surveys.respondents import hidden, kinds, opened, shown

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148"
SHARED = re.compile(r'id="link" type="text" readonly value="[^"]*(/s/[^"]+)"')


@pytest.fixture
def unit() -> SampledUnit:
    return kinds()


@pytest.fixture
def browser(unit):
    client = opened(unit)
    client.cookies["django_language"] = "en"
    return client


def text_of(answer) -> str:
    return answer.content.decode()


def post(client, page, **answers):
    more = {f"a.{name}": value for name, value in answers.items()}
    return client.post(f"/respond/page/{page}", {**shown(client, page), "go": "next", **more})


def english(path: str) -> Client:
    client = Client()
    client.get(path)
    client.cookies["django_language"] = "en"
    return client


# The list of parts


def test_the_parts_stand_with_their_states_and_the_way_on(browser):
    fresh = text_of(browser.get("/respond/tasks"))
    assert fresh.count("Not started") == 2, "the part that depends on an answer is not announced yet"
    post(browser, "colour", colour="red")
    page = text_of(browser.get("/respond/tasks"))
    assert [page.count(state) for state in ("Done", "In progress", "Not started")] == [1, 0, 2]
    assert "0 of 2 questions answered" in page
    assert 'class="button" href="/respond/page/tools"' in page
    post(browser, "words", name="A thing")
    assert "1 of 2 questions answered" in text_of(browser.get("/respond/tasks"))


def test_the_start_page_leads_back_to_where_one_was(browser):
    assert 'href="/respond/page/colour">Start' in text_of(browser.get("/respond/"))
    post(browser, "colour", colour="blue")
    assert 'href="/respond/page/words">Continue' in text_of(browser.get("/respond/"))


def test_a_changed_filter_says_what_it_opens_and_what_it_leaves(browser):
    post(browser, "colour", colour="blue")
    answer = post(browser, "colour", colour="red")
    page = text_of(browser.get(answer["Location"]))
    assert "With the new answer there is more to answer under:" in page
    assert "<li>Two</li>" in page
    post(browser, "tools", tools="saw", count="3")
    left = text_of(browser.get(post(browser, "colour", colour="blue")["Location"]))
    assert "2 earlier answers belong to questions that are not asked any more" in left


# A colleague's part


@pytest.fixture
def colleague(browser):
    """A browser at the link to the part `three`."""
    made = browser.post("/respond/share/three")
    return english(SHARED.search(text_of(made)).group(1))


def test_a_colleague_sees_one_part_and_no_way_to_hand_in(unit, browser, colleague):
    post(browser, "colour", colour="blue")
    start = text_of(colleague.get("/respond/"))
    assert f"A colleague asks you to answer the part “Three” for {unit.unit.name}" in start
    tasks = text_of(colleague.get("/respond/tasks"))
    assert "Three" in tasks
    assert "One" not in tasks.replace("One colleague", "")
    assert "/respond/check" not in tasks
    assert colleague.get("/respond/page/colour")["Location"] == "/respond/tasks"
    words = text_of(colleague.get("/respond/page/words"))
    assert (">Your part</a>" in words, ">All parts</a>" in words) == (True, False)
    assert post(colleague, "words", name="A thing")["Location"] == "/respond/tasks"
    for path in ("check", "receipt", "copy.txt", "decline", "pass-on", "share/three"):
        assert colleague.get(f"/respond/{path}")["Location"] == "/respond/tasks"
    refused = colleague.post("/respond/submit")
    assert refused.status_code == 403
    assert "A thing" not in text_of(refused)
    assert colleague.post("/respond/correct").status_code == 403
    assert Response.objects.get().submitted_at is None


def test_a_colleague_whose_part_is_not_asked_yet_is_told_so_and_not_thanked(browser):
    post(browser, "colour", colour="blue")
    colleague = english(SHARED.search(text_of(browser.post("/respond/share/two"))).group(1))
    waiting = text_of(colleague.get("/respond/tasks"))
    assert ("Nothing in this part is asked" in waiting, "Thank you" in waiting) == (True, False)
    assert 'href="/respond/tasks">Your part' in text_of(colleague.get("/respond/"))
    post(browser, "colour", colour="red")
    assert "0 of 2 questions answered" in text_of(colleague.get("/respond/tasks"))
    post(colleague, "tools", tools="saw", count="1")
    assert "Thank you" in text_of(colleague.get("/respond/tasks"))


def test_a_colleague_cannot_write_outside_the_part(browser, colleague):
    fields = {**shown(browser, "colour"), "a.colour": "red", "go": "next"}
    assert colleague.post("/respond/page/colour", fields)["Location"] == "/respond/tasks"
    assert not Response.objects.exists()


def test_the_owner_sees_the_state_and_the_answers_and_not_who_gave_them(browser, colleague):
    post(browser, "colour", colour="blue")
    post(colleague, "words", name="A thing")
    tasks = text_of(browser.get("/respond/tasks"))
    assert "With a colleague" in tasks
    assert "A thing" in text_of(browser.get("/respond/check"))
    assert {event.action for event in AuditEvent.objects.all()} >= {"invitation.shared"}
    assert browser.post("/respond/submit")["Location"] == "/respond/receipt"
    over = colleague.get("/respond/page/words")
    assert "Your colleague has handed in the whole" in text_of(over)


def test_the_links_of_a_part_are_taken_back(browser, colleague):
    assert "1 link to this part works" in text_of(browser.get("/respond/share/three"))
    browser.post("/respond/share/three", {"do": "take_back"})
    assert colleague.get("/respond/").status_code == 404
    assert browser.get("/respond/").status_code == 200
    assert AuditEvent.objects.get(action="invitation.taken_back").detail == {"section": "three", "links": 1}


def test_there_is_no_part_of_another_name(browser):
    assert browser.get("/respond/share/four").status_code == 404
    assert browser.post("/respond/share/four").status_code == 404
    assert Invitation.objects.count() == 1


# The spoken code


def test_the_code_is_a_twin_of_the_link(unit):
    keys = invitations.mint_keys(sampled_unit=unit, by=SYSTEM)
    assert re.fullmatch(r"([ACEFHKMNRTUXY34679]{4}-){2}[ACEFHKMNRTUXY34679]{4}", keys.code)
    client = Client(headers={"accept-language": "en"})
    assert client.get("/code").status_code == 200
    answer = client.post("/code", {"code": keys.code.lower().replace("-", " ")})
    assert (answer.status_code, answer["Location"]) == (303, "/respond/")
    assert client.get("/respond/").status_code == 200
    assert keys.code not in json.dumps(list(Invitation.objects.values("code_hash", "token_hash")))


def test_a_code_that_does_not_work_says_so_and_keeps_what_was_typed(unit):
    client = Client(headers={"accept-language": "en"})
    answer = client.post("/code", {"code": 'ACEF-"HKM'})
    assert answer.status_code == 422
    assert "This code does not work" in text_of(answer)
    assert 'value="ACEF-&quot;HKM"' in text_of(answer)
    keys = invitations.mint_keys(sampled_unit=unit, by=SYSTEM)
    Invitation.objects.update(code_hash=None)
    assert invitation_of_code(keys.code) is None
    assert invitation_of_code("") is None
    Invitation.objects.update(code_hash=code_hash(keys.code))
    Wave.objects.update(state=WaveState.CLOSED)
    assert client.post("/code", {"code": keys.code}).status_code == 422


# Passing on


def test_the_link_goes_to_the_right_person_whose_address_takes_the_place(unit, browser):
    assert "I am not the right person" in text_of(browser.get("/respond/"))
    answer = browser.post("/respond/pass-on", {"email": " right@example.org "})
    assert "right@example.org gets a message" in text_of(answer)
    assert Contact.objects.get(unit=unit.unit).email == "right@example.org"
    run_due()
    (letter,) = mail.outbox
    assert letter.to == ["right@example.org"]
    assert "/s/" in letter.body
    assert re.search(r"([ACEFHKMNRTUXY34679]{4}-){2}", letter.body)
    event = AuditEvent.objects.get(action="invitation.passed_on")
    assert "right@example.org" not in json.dumps(event.detail)
    assert browser.get("/respond/").status_code == 200, "the first link still works"


@pytest.mark.parametrize("email", ["", "right", "right@", "a@b.org, c@d.org"])
def test_an_address_that_is_none_is_refused(unit, browser, email):
    before = Contact.objects.get(unit=unit.unit).email
    answer = browser.post("/respond/pass-on", {"email": email})
    assert answer.status_code == 422
    assert "Write an e-mail address" in text_of(answer)
    assert Contact.objects.get(unit=unit.unit).email == before
    assert not Message.objects.exists()


def test_it_is_passed_on_three_times_and_then_somebody_must_look(browser):
    for number in range(3):
        assert browser.post("/respond/pass-on", {"email": f"p{number}@example.org"}).status_code == 200
    assert browser.post("/respond/pass-on", {"email": "p4@example.org"}).status_code == 422
    assert Message.objects.count() == 3


def test_the_same_address_pressed_again_is_one_message(browser):
    for _press in range(4):
        assert browser.post("/respond/pass-on", {"email": "right@example.org"}).status_code == 200
    assert Message.objects.count() == 1
    assert AuditEvent.objects.filter(action="invitation.passed_on").count() == 1
    run_due()
    assert len(mail.outbox) == 1


def test_nothing_is_passed_on_after_closing(browser):
    Wave.objects.update(state=WaveState.CLOSED)
    assert browser.post("/respond/pass-on", {"email": "right@example.org"}).status_code == 410
    assert not Message.objects.exists()


# Saving while the page is open


def autosave(client, fields, **changes):
    return client.post(
        "/respond/page/tools" if "a.count" in fields or "a.tools" in fields else "/respond/page/words",
        {**fields, "go": "stay", "automatic": "1", **changes},
        headers={"accept": "application/json", "user-agent": PHONE},
    )


def test_a_page_saves_itself_and_goes_on_with_the_reply(browser):
    fields = shown(browser, "words")
    reply = autosave(browser, fields, **{"a.name": "A th"}).json()
    assert reply["saved"] is True
    assert re.fullmatch(r"Saved at \d\d:\d\d\.", reply["said"])
    assert json.loads(reply["shown"]) == {"name": "A th"}
    again = {**fields, "save_key": reply["save_key"], "shown": reply["shown"], "a.name": "A thing", "go": "next"}
    answer = browser.post("/respond/page/words", again)
    assert answer["Location"] == "/respond/check"
    first, second = PageSave.objects.order_by("pk")
    assert (first.automatic, first.device, first.changed) == (True, "phone", [])
    assert (second.automatic, second.changed, second.seconds is not None) == (False, [], True)


def test_what_is_not_finished_is_left_out_and_said(browser):
    post(browser, "colour", colour="red")
    fields = {**shown(browser, "tools"), "a.count": "tw", "a.tools": "saw"}
    reply = autosave(browser, fields).json()
    assert (reply["saved"], "except what is not finished" in reply["said"]) == (True, True)
    assert Response.objects.get().answers == {"colour": "red", "tools": ["saw"]}


def test_what_another_device_wrote_stays_unseen_until_it_is_said(unit, browser):
    fields = shown(browser, "words")
    computer = english(f"/s/{invitations.mint(sampled_unit=unit, by=SYSTEM)}")
    post(computer, "words", name="By computer")
    reply = autosave(browser, {**fields, "a.story": "By phone"}).json()
    assert "Somebody else has changed answers" in reply["said"]
    assert json.loads(reply["shown"]) == {"story": "By phone"}
    more = {**fields, "save_key": reply["save_key"], "shown": reply["shown"], "a.story": "By phone", "go": "next"}
    onward = browser.post("/respond/page/words", more)["Location"]
    page = text_of(browser.get(onward))
    assert "By computer" in page
    assert re.search(r"By computer.*\(\d\d:\d\d\)", page), "with the time"
    assert Response.objects.get().answers == {"name": "By computer", "story": "By phone"}


def test_what_was_written_over_is_said_at_the_button_as_promised(unit, browser):
    fields = shown(browser, "words")
    computer = english(f"/s/{invitations.mint(sampled_unit=unit, by=SYSTEM)}")
    post(computer, "words", name="By computer")
    reply = autosave(browser, {**fields, "a.name": "By phone"}).json()
    assert "the next page says which" in reply["said"]
    more = {**fields, **{name: reply[name] for name in ("save_key", "shown", "elsewhere")}, "a.name": "By phone"}
    assert browser.post("/respond/page/words", more)["Location"] == "/respond/check?changed=name"
    assert Response.objects.get().answers == {"name": "By phone"}


def test_a_changed_filter_says_so_also_after_the_page_has_saved_itself(browser):
    post(browser, "colour", colour="red")
    post(browser, "tools", tools="saw")
    fields = shown(browser, "colour")
    changed = {**fields, "first": fields["shown"], "a.colour": "blue"}
    reply = browser.post("/respond/page/colour", {**changed, "go": "stay", "automatic": "1"}).json()
    pressed = {**changed, "save_key": reply["save_key"], "shown": reply["shown"], "go": "next"}
    onward = browser.post("/respond/page/colour", pressed)["Location"]
    assert onward == "/respond/page/words?dropped=1"
    assert browser.post("/respond/page/colour", pressed)["Location"] == onward, "pressed twice it says the same"
    back = {**shown(browser, "colour"), "a.colour": "red", "to": "check"}
    onward = browser.post("/respond/page/colour", back)["Location"]
    assert onward == "/respond/page/tools?opened=two&to=check", "a page left half filled is looked at again"


def test_a_page_left_half_filled_is_where_one_goes_on(browser):
    post(browser, "colour", colour="red")
    fields = {**shown(browser, "tools"), "a.tools": "saw"}
    autosave(browser, fields)
    tasks = text_of(browser.get("/respond/tasks"))
    assert "1 of 2 questions answered" in tasks
    assert "In progress" in tasks
    for path in ("/respond/", "/respond/tasks"):
        assert '<a class="button" href="/respond/page/tools">Continue' in text_of(browser.get(path))
    post(browser, "tools", tools="saw", count="3")
    assert '<a class="button" href="/respond/page/words">Continue' in text_of(browser.get("/respond/"))
    assert "In progress" not in text_of(browser.get("/respond/tasks"))


def test_after_closing_a_page_that_saves_itself_is_told_so(browser):
    fields = shown(browser, "words")
    Wave.objects.update(state=WaveState.CLOSED)
    reply = autosave(browser, fields, **{"a.name": "A thing"}).json()
    assert (reply["saved"], "The survey is closed" in reply["said"]) == (False, True)
    assert not Response.objects.exists()


# Correcting


def test_what_was_handed_in_is_corrected_until_closing(browser):
    post(browser, "colour", colour="blue")
    browser.post("/respond/submit")
    receipt = text_of(browser.get("/respond/receipt"))
    assert "Correct the answers" in receipt
    assert "Save a copy of your answers" in receipt
    assert browser.get("/respond/page/colour")["Location"] == "/respond/receipt"
    assert browser.post("/respond/correct")["Location"] == "/respond/check"
    assert "What you handed in counts until you hand in anew" in text_of(browser.get("/respond/check"))
    post(browser, "colour", colour="dont_know")
    assert Response.objects.get().record == {"colour": "blue"}
    assert browser.post("/respond/submit")["Location"] == "/respond/receipt"
    assert Response.objects.get().record == {"colour": "dont_know"}
    Wave.objects.update(state=WaveState.CLOSED)
    assert "Correct the answers" not in text_of(browser.get("/respond/receipt"))
    assert browser.post("/respond/correct").status_code == 410


def test_the_receipt_and_the_copy_hold_what_was_handed_in_and_not_the_correction(browser):
    post(browser, "colour", colour="blue")
    browser.post("/respond/submit")
    browser.post("/respond/correct")
    post(browser, "colour", colour="red")
    for path in ("/respond/receipt", "/respond/copy.txt"):
        told = text_of(browser.get(path))
        assert ("Blue" in told, "Red" in told) == (True, False), path
    Wave.objects.update(state=WaveState.CLOSED)
    late = browser.post("/respond/submit")
    assert late.status_code == 410
    assert "What you handed in before it counts" in text_of(late)
    assert browser.get("/respond/")["Location"] == "/respond/receipt"
    receipt = text_of(browser.get("/respond/receipt"))
    assert ("Blue" in receipt, "Red" in receipt, "Go on correcting" in receipt) == (True, False, False)


def test_nobody_corrects_by_visiting_the_address(browser):
    assert browser.get("/respond/correct").status_code == 405


# Reading beforehand


def test_all_questions_are_read_beforehand_also_those_of_some(browser):
    page = text_of(browser.get("/respond/questions"))
    assert [word in page for word in ("Which tools?", "Drill", "Asked of some only.", "Tell us.")] == [True] * 4
    assert "questions.pdf" not in page
    assert browser.get("/respond/questions.pdf").status_code == 404
    assert not Response.objects.exists()


def test_the_printed_form_is_offered_in_the_language_of_the_page(unit, browser):
    for language in ("nb", "en"):
        PrintedForm.objects.create(
            instrument=unit.wave.instrument, language=language, pdf=f"%PDF {language}".encode(), content_hash="0" * 64
        )
    assert "questions.pdf" in text_of(browser.get("/respond/questions"))
    form = browser.get("/respond/questions.pdf")
    assert (form["Content-Type"], form.content) == ("application/pdf", b"%PDF en")


def test_the_median_is_said_once_it_is_measured(browser):
    assert "Half of those who have answered" not in text_of(browser.get("/respond/"))
    Wave.objects.update(median_seconds=540)
    page = text_of(browser.get("/respond/"))
    assert "Half of those who have answered took 9 minutes or less." in page
    assert "About 9 minutes" in page


# A language of the pages alone


def test_a_page_in_northern_sami_keeps_the_questions_in_the_units_language_and_marks_them(unit):
    Wave.objects.update(languages=["nb", "se"])
    client = opened(unit)
    client.cookies["django_language"] = "se"
    page = text_of(client.get("/respond/page/colour"))
    assert '<html lang="se">' in page
    assert '<legend lang="nb">Hvilken farge?</legend>' in page
    assert '<h1 lang="nb">Farge</h1>' in page
    fields = hidden(page)
    client.post("/respond/page/colour", {**fields, "a.colour": "red", "go": "next"})
    assert Response.objects.get().language == "se"


@pytest.mark.parametrize(
    "name", ["", "tasks", "questions", "privacy", "decline", "pass-on", "share/one", "check", "page/colour"]
)
def test_every_page_of_a_constructed_wave_says_so(name):
    client = opened(kinds(constructed=True))
    client.cookies["django_language"] = "en"
    assert "Constructed data: this is a demonstration" in text_of(client.get(f"/respond/{name}"))
