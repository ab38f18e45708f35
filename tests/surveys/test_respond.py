"""The respondent's pages through their real addresses."""

import re

import pytest
from django.test import Client, override_settings

from surveys.actions import invitations, responses
from surveys.models import (
    SYSTEM,
    AuditEvent,
    Disposition,
    Invitation,
    PageSave,
    Response,
    SampledUnit,
    Wave,
    WaveState,
)
from tests.surveys.respondents import counted, hidden, kinds, opened, shown, statements

pytestmark = pytest.mark.django_db
ENGLISH = {"headers": {"accept-language": "en"}}


@pytest.fixture
def unit() -> SampledUnit:
    return kinds()


@pytest.fixture
def browser(unit: SampledUnit) -> Client:
    """At the first page of the questionnaire, in English."""
    client = opened(unit)
    client.cookies["django_language"] = "en"
    return client


def text_of(answer) -> str:
    return answer.content.decode()


def post(client: Client, page: str, **answers: object):
    """Show the page, fill it in, send it."""
    more = {f"a.{name}": value for name, value in answers.items()}
    return client.post(f"/respond/page/{page}", {**shown(client, page), "go": "next", **more})


# The link


def test_opening_a_link_sets_a_cookie_and_changes_nothing(unit):
    token = invitations.mint(sampled_unit=unit, by=SYSTEM)
    before = AuditEvent.objects.count()
    client = Client()
    with counted() as queries:
        answer = client.get(f"/s/{token}")
    assert [sql.split()[0] for sql in statements(queries)] == ["SELECT"]
    assert (answer.status_code, answer["Location"], answer["Referrer-Policy"]) == (303, "/respond/", "no-referrer")
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex, nofollow")
    cookie = answer.cookies["respond"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["secure"]) == (True, "Lax", "/", "")
    assert token not in str(cookie)
    assert AuditEvent.objects.count() == before
    assert not Response.objects.exists()
    assert client.get(f"/s/{token}").status_code == 303


def test_links_that_do_not_work_are_told_apart_by_nobody(unit):
    withdrawn, expired = (invitations.mint(sampled_unit=unit, by=SYSTEM) for _number in range(2))
    invitations.withdraw(invitation=Invitation.objects.order_by("pk").first(), by=SYSTEM)
    seen = []
    for token in ("unknown-token", withdrawn, "x" * 300):
        with counted() as queries:
            answer = Client().get(f"/s/{token}")
        seen.append((answer.status_code, answer.content, len(statements(queries)), sorted(answer.headers)))
    Wave.objects.update(state=WaveState.CLOSED)
    with counted() as queries:
        answer = Client().get(f"/s/{expired}")
    seen.append((answer.status_code, answer.content, len(statements(queries)), sorted(answer.headers)))
    assert seen[0][0] == 404
    assert all(one == seen[0] for one in seen)


@pytest.mark.parametrize("method", ["get", "head", "post", "put"])
def test_no_answer_at_the_address_of_a_link_lets_the_browser_tell_it(unit, method):
    for token in (invitations.mint(sampled_unit=unit, by=SYSTEM), "unknown-token"):
        answer = getattr(Client(enforce_csrf_checks=True), method)(f"/s/{token}")
        assert (answer["Referrer-Policy"], answer["Cache-Control"]) == ("no-referrer", "no-store")
        assert answer.status_code in (303, 404, 405)


def test_a_draft_wave_has_no_working_links(unit):
    token = invitations.mint(sampled_unit=unit, by=SYSTEM)
    Wave.objects.update(state=WaveState.DRAFT)
    assert Client().get(f"/s/{token}").status_code == 404


@pytest.mark.parametrize("cookie", ["", "nonsense", "eyJpIjoxfQ:1abcde:forged"])
def test_a_cookie_of_somebody_else_opens_nothing(unit, cookie):
    client = Client()
    client.cookies["respond"] = cookie
    for address in ("", "privacy", "decline", "check", "receipt", "page/colour"):
        assert client.get(f"/respond/{address}").status_code == 404
    assert client.post("/respond/submit").status_code == 404


def test_withdrawing_stops_a_cookie_too(unit, browser):
    invitations.withdraw(invitation=Invitation.objects.get(), by=SYSTEM)
    assert browser.get("/respond/").status_code == 404


def test_a_second_link_in_the_same_browser_keeps_the_device(unit, browser):
    first = browser.cookies["respond"].value
    browser.get(f"/s/{invitations.mint(sampled_unit=unit, by=SYSTEM)}")
    post(browser, "colour", colour="blue")
    assert browser.cookies["respond"].value != first
    assert Response.objects.get().written["colour"][1]


# The start


def test_the_start_page_says_what_a_person_wants_to_know_first(browser):
    page = text_of(browser.get("/respond/"))
    for said in (
        "Who asks",
        "The owner",
        "minutes",
        "Who sees it",
        "Workplace U00000",
        "31",
        "I do not wish to take part",
    ):
        assert said in page
    assert 'href="/respond/page/colour"' in page
    assert "style=" not in page
    assert "<script" not in page


def test_constructed_data_say_so_on_every_page():
    client = opened(kinds(constructed=True))
    client.cookies["django_language"] = "en"
    post(client, "colour", colour="blue")
    for address in ("", "page/colour", "page/words", "check"):
        assert "Constructed data" in text_of(client.get(f"/respond/{address}"))


def test_declining_asks_first_and_can_be_undone(unit, browser):
    assert "Do you not wish" in text_of(browser.get("/respond/decline"))
    assert SampledUnit.objects.get(pk=unit.pk).disposition != Disposition.DECLINED
    assert browser.post("/respond/decline")["Location"] == "/respond/"
    assert SampledUnit.objects.get(pk=unit.pk).disposition == Disposition.DECLINED
    assert "If you change your mind" in text_of(browser.get("/respond/"))
    post(browser, "colour", colour="blue")
    assert SampledUnit.objects.get(pk=unit.pk).disposition == Disposition.STARTED


# Pages


def test_the_whole_way(unit, browser):
    assert post(browser, "colour", colour="red")["Location"] == "/respond/page/tools"
    assert post(browser, "tools", tools=["file", "saw"], count=" 1 2 ")["Location"] == "/respond/page/words"
    assert post(browser, "words", name="  A thing ", story="One\r\ntwo")["Location"] == "/respond/check"
    check = text_of(browser.get("/respond/check"))
    for said in ("Which tools?", "Saw\nFile", "A thing", 'href="/respond/page/tools?to=check#q-count"'):
        assert said in check
    assert browser.post("/respond/submit")["Location"] == "/respond/receipt"
    assert Response.objects.get().answers == {
        "colour": "red",
        "tools": ["saw", "file"],
        "count": 12,
        "name": "A thing",
        "story": "One\ntwo",
    }
    assert "Your answers are handed in" in text_of(browser.get("/respond/receipt"))
    assert browser.post("/respond/submit")["Location"] == "/respond/receipt"
    for address in ("", "page/colour", "check", "decline"):
        assert browser.get(f"/respond/{address}")["Location"] == "/respond/receipt"


def test_the_side_route_leaves_pages_out_and_counts_the_parts(browser):
    assert "Part 1 of 2: One" in text_of(browser.get("/respond/page/colour"))
    assert post(browser, "colour", colour="blue")["Location"] == "/respond/page/words"
    assert browser.get("/respond/page/tools")["Location"] == "/respond/page/words"
    post(browser, "colour", colour="red")
    assert "Part 2 of 3: Two" in text_of(browser.get("/respond/page/tools"))


def test_coming_back_continues_where_one_was(unit, browser):
    post(browser, "colour", colour="red")
    other = opened(unit)
    assert 'href="/respond/page/tools"' in text_of(other.get("/respond/"))
    assert ' value="red" checked>' in text_of(other.get("/respond/page/colour"))


def test_previous_saves_too(browser):
    post(browser, "colour", colour="red")
    fields = shown(browser, "tools")
    answer = browser.post("/respond/page/tools", {**fields, "a.tools": "saw", "go": "back"})
    assert answer["Location"] == "/respond/page/colour"
    assert Response.objects.get().answers == {"colour": "red", "tools": ["saw"]}


def test_changing_an_answer_leads_back_to_the_check_page_by_way_of_new_questions(browser):
    post(browser, "colour", colour="blue")
    post(browser, "words", name="A thing")
    fields = hidden(text_of(browser.get("/respond/page/colour?to=check")))
    assert fields["to"] == "check"
    changed = browser.post("/respond/page/colour", {**fields, "a.colour": "red"})
    assert changed["Location"] == "/respond/page/tools?opened=two&to=check"
    fields = hidden(text_of(browser.get(changed["Location"])))
    done = browser.post("/respond/page/tools", {**fields, "a.tools": "saw", "a.count": "1"})
    assert done["Location"].startswith("/respond/check")


def test_a_hard_problem_is_said_beside_the_field_and_what_was_typed_is_shown(browser):
    post(browser, "colour", colour="red")
    answer = post(browser, "tools", tools=["saw", "none"], count="many")
    page = text_of(answer)
    assert answer.status_code == 422
    assert "<title>Error: Tools" in page
    assert '<a href="#q-tools">Which tools? – “None” cannot stand together with other choices.</a>' in page
    assert 'id="e-count"><span class="hidden">Error: </span>Write a whole number' in page
    assert 'value="many" aria-describedby="h-count e-count" aria-invalid="true"' in page
    assert re.findall(r'value="(\w+)" checked', page) == ["saw", "none"]
    assert Response.objects.get().answers == {"colour": "red"}


def test_a_value_that_is_no_code_is_refused_and_escaped(browser):
    answer = post(browser, "colour", colour="<script>alert(1)</script>")
    assert answer.status_code == 422
    assert "“&lt;script&gt;alert(1)&lt;/script&gt;” is not one of the choices" in text_of(answer)
    assert "<script>" not in text_of(answer)
    assert not Response.objects.exists()


@pytest.mark.parametrize("name", ["a.story2", "a.name", "a."])
def test_an_answer_to_a_question_of_another_page_is_refused(browser, name):
    answer = browser.post("/respond/page/colour", {**shown(browser, "colour"), "a.colour": "red", name: "x"})
    assert answer.status_code == 422
    assert "not on this page" in text_of(answer)
    assert not Response.objects.exists()


def test_text_is_escaped_wherever_it_is_shown(browser):
    hostile = "<b>\"'&\x7f</b>".replace("\x7f", "") + "</textarea><img src=x onerror=alert(1)>"
    post(browser, "colour", colour="blue")
    post(browser, "words", name="\"><i>'", story=hostile)
    for address in ("page/words", "check"):
        page = text_of(browser.get(f"/respond/{address}"))
        assert "<img" not in page
        assert "<i>" not in page
        assert "&lt;img src=x" in page
    assert Response.objects.get().answers["story"] == hostile


def test_text_that_cannot_be_stored_is_refused(browser):
    answer = post(browser, "words", name="a\x00b")
    assert answer.status_code == 422
    assert "characters that cannot be stored" in text_of(answer)


def test_a_soft_problem_is_said_once_and_accepted_on_the_second_post(browser):
    post(browser, "colour", colour="red")
    answer = post(browser, "tools", tools="saw")
    assert answer["Location"] == "/respond/page/tools?note=1"
    again = text_of(browser.get(answer["Location"]))
    assert "<title>Note: Tools" in again
    assert "How many? – This is not filled in" in again
    assert Response.objects.get().answers == {"colour": "red", "tools": ["saw"]}
    fields = hidden(again)
    onward = browser.post("/respond/page/tools", {**fields, "a.tools": "saw"})
    assert onward["Location"] == "/respond/page/words"


def test_the_other_device_is_reported_on_the_next_page(unit, browser):
    post(browser, "colour", colour="blue")
    stale = shown(browser, "words")
    post(opened(unit), "words", name="from the phone")
    answer = browser.post("/respond/page/words", {**stale, "a.name": "from the computer", "a.story": "x"})
    assert answer["Location"] == "/respond/check?changed=name"
    page = text_of(browser.get(answer["Location"]))
    assert "Changed elsewhere while the page was open" in page
    assert '<a href="/respond/page/words#q-name">What is it called?</a>: from the computer' in page


def test_the_same_page_twice_is_harmless_and_with_other_answers_it_is_asked_again(browser):
    fields = shown(browser, "colour")
    first = browser.post("/respond/page/colour", {**fields, "a.colour": "red"})
    assert browser.post("/respond/page/colour", {**fields, "a.colour": "red"})["Location"] == first["Location"]
    other = browser.post("/respond/page/colour", {**fields, "a.colour": "blue"})
    page = text_of(other)
    assert other.status_code == 409
    assert "sent once before with other answers" in page
    assert ' value="blue" checked>' in page
    assert PageSave.objects.count() == 1
    renewed = browser.post("/respond/page/colour", {**hidden(page), "a.colour": "blue"})
    assert renewed.status_code == 303
    assert Response.objects.get().answers == {"colour": "blue"}


def test_a_save_after_handing_in_is_409_and_shows_the_text(browser):
    post(browser, "colour", colour="blue")
    fields = shown(browser, "words")
    browser.post("/respond/submit")
    answer = browser.post("/respond/page/words", {**fields, "a.name": "<u>Too late"})
    assert answer.status_code == 409
    assert "already handed in" in text_of(answer)
    assert "&lt;u&gt;Too late" in text_of(answer)


def test_a_save_or_submit_after_closing_is_410_and_shows_the_text(browser):
    post(browser, "colour", colour="blue")
    fields = shown(browser, "words")
    Wave.objects.update(state=WaveState.CLOSED)
    saved = browser.post("/respond/page/words", {**fields, "a.name": "Too late"})
    handed = browser.post("/respond/submit")
    assert (saved.status_code, handed.status_code) == (410, 410)
    assert "The survey is closed" in text_of(saved)
    assert "Too late" in text_of(saved)
    assert "Blue" in text_of(handed)
    assert "Your answers were saved, but they were not handed in" in text_of(handed)
    assert browser.post("/respond/decline").status_code == 410
    assert browser.get("/respond/").status_code == 410
    assert Response.objects.get().answers == {"colour": "blue"}


def test_the_receipt_stays_after_closing(browser):
    post(browser, "colour", colour="blue")
    browser.post("/respond/submit")
    Wave.objects.update(state=WaveState.CLOSED)
    assert browser.get("/respond/")["Location"] == "/respond/receipt"
    assert browser.get("/respond/receipt").status_code == 200


def test_the_address_of_handing_in_shows_the_answers_when_it_is_only_visited(browser):
    """The page that says why nothing was handed in stands there, with its links to other languages."""
    refused = browser.post("/respond/submit")
    assert refused.status_code == 422
    assert 'name="next" value="/respond/"' in text_of(refused)
    answer = browser.get("/respond/submit")
    assert (answer.status_code, answer["Location"]) == (303, "/respond/check")
    assert not Response.objects.exists()


def test_handing_in_with_a_hard_problem_leads_to_the_question(browser):
    empty = browser.post("/respond/submit")
    assert empty.status_code == 422
    assert "nothing to hand in" in text_of(empty)
    post(browser, "words", name="A thing")
    answer = browser.post("/respond/submit")
    assert answer.status_code == 422
    assert '<a href="/respond/page/colour?to=check#q-colour">Which colour? – Answer this question' in text_of(answer)


def test_the_language_is_switched_without_losing_what_was_typed(unit, browser):
    post(browser, "colour", colour="blue")
    fields = shown(browser, "words")
    answer = browser.post("/respond/page/words", {**fields, "a.name": "A thing", "go": "language", "language": "nb"})
    assert answer["Location"] == "/respond/page/words"
    page = text_of(browser.get(answer["Location"]))
    assert '<html lang="nb">' in page
    assert "Hva heter det?" in page
    assert 'value="A thing"' in page
    typed = {**hidden(page), "a.name": "x" * 41, "go": "language", "language": "en"}
    refused = browser.post("/respond/page/words", typed)
    assert refused.status_code == 422
    assert '<html lang="en">' in text_of(refused)
    assert "x" * 41 in text_of(refused)


def test_a_language_the_wave_does_not_offer_is_not_chosen(unit):
    Wave.objects.update(languages=["en"])
    client = opened(unit)
    client.cookies["django_language"] = "nb"
    assert '<html lang="en">' in text_of(client.get("/respond/"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("shown", "[nonsense"),
        ("shown", "[" * 100_000),
        ("shown", "1" * 5_000),
        ("shown", "[]"),
        ("save_key", "[nonsense"),
        ("save_key", ""),
    ],
)
def test_a_form_that_cannot_be_ours_is_refused(browser, field, value):
    fields = {**shown(browser, "colour"), "a.colour": "red", field: value}
    assert browser.post("/respond/page/colour", fields).status_code == 400
    assert not Response.objects.exists()


def test_a_form_without_the_csrf_value_is_refused(unit):
    client = opened(unit, enforce_csrf_checks=True)
    fields = shown(client, "colour")
    assert client.post("/respond/page/colour", {**fields, "a.colour": "red"}).status_code == 303
    del fields["csrfmiddlewaretoken"]
    assert client.post("/respond/page/colour", {**fields, "a.colour": "red"}).status_code == 403


def test_a_page_that_does_not_exist_is_not_found(browser):
    assert browser.get("/respond/page/nowhere").status_code == 404


def test_a_page_takes_four_queries_at_most_to_show_and_six_to_save(browser):
    """Once warm: the first request of a process also reads the questionnaire."""
    browser.get("/respond/page/colour")
    for address in ("", "page/colour", "check", "decline", "privacy"):
        with counted() as queries:
            browser.get(f"/respond/{address}")
        assert len(statements(queries)) == 1
    fields = shown(browser, "colour")
    with counted() as first:
        browser.post("/respond/page/colour", {**fields, "a.colour": "red"})
    assert len(statements(first)) <= 6
    fields = shown(browser, "colour")
    with counted() as later:
        browser.post("/respond/page/colour", {**fields, "a.colour": "blue"})
    assert len(statements(later)) <= 5
    with counted() as handed:
        browser.post("/respond/submit")
    assert len(statements(handed)) <= 6


def test_the_shell_of_a_page_is_rendered_once(browser, monkeypatch):
    post(browser, "colour", colour="red")
    browser.get("/respond/page/tools")

    def fail(*_arguments: object) -> str:
        raise AssertionError("rendered again")

    monkeypatch.setattr("surveys.views.respond.shell.render_to_string", fail)
    assert browser.get("/respond/page/tools").status_code == 200


def test_nothing_of_one_respondent_is_left_for_the_next(unit, browser):
    post(browser, "colour", colour="red")
    post(browser, "words", name="Secret words", story="More secrets")
    text_of(browser.get("/respond/page/words"))
    other = SampledUnit.objects.exclude(pk=unit.pk).first()
    stranger = opened(other)
    page = text_of(stranger.get("/respond/page/words"))
    assert "ecret" not in page
    assert " checked" not in text_of(stranger.get("/respond/page/colour"))


@override_settings(HTTPS=True)
def test_what_decides_the_cookie_under_https(unit):
    """The name is fixed when the process starts; the rest follows the setting."""
    answer = Client().get(f"/s/{invitations.mint(sampled_unit=unit, by=SYSTEM)}")
    assert next(iter(answer.cookies.values()))["secure"] is True


def test_an_action_called_elsewhere_sees_the_same_answers(unit, browser):
    post(browser, "colour", colour="blue")
    assert responses.submit(sampled_unit=unit).answers == {"colour": "blue"}
