"""The self-test: the selection without free texts, answers in the form alone, figures as they stand in the release."""

import json
import re
from collections.abc import Iterable, Mapping
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from publication.actions import releases, self_test
from publication.models import Release, SelfTestGroup
from publication.views.self_test.beside import Cell, chosen, comparisons
from publication.views.self_test.carried import LONGEST, begun
from publication.views.self_test.own import Own, compared, definitions, own
from publication.views.self_test.pages import MINUTES
from publication.views.self_test.selection import selection
from surveys.instrument.schema import ItemType
from surveys.queries.respondents import SECONDS_AN_ITEM
from tests import make
from tests.publication.world import World

pytestmark = pytest.mark.django_db

PLACE = {"country": "NO", "sector": "technical", "size_class": "small"}
TYPES = ("product", "service", "process_organisation", "communication")
FACTORS = [key for key, item in selection().items.items() if item.battery == "factors"]
INNOVATIVE: dict[str, Any] = {
    **{f"types.{name}": "no" for name in TYPES},
    "types.service": "yes",
    "newest_types": ["service"],
    "novelty": "copied",
    "initiators": ["leaders", "employees"],
    "purpose": "fixed_kept",
    "partners": ["citizens"],
    "values": ["quality"],
    "spread": "dont_know",
    **dict.fromkeys(FACTORS, "promoted_some"),
    "factors.legislation": "hindered_high",
    "factors.private_companies": "not_relevant",
    "culture.time": "partly_agree",
}
NOT_INNOVATIVE: dict[str, Any] = {**{f"types.{name}": "no" for name in TYPES}, "unfinished": "yes"}


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept-language": "en"})


def address(name: str, *args: object) -> str:
    return reverse(f"publication:{name}", args=args)


def carried(answer: HttpResponse) -> str:
    return unescape(re.search(r'name="carried" value="([^"]*)"', answer.text)[1])


def page_of(answer: HttpResponse) -> str:
    return re.search(r'name="page" value="([^"]*)"', answer.text)[1]


def begin(client: Client, **place: str) -> HttpResponse:
    return client.post(address("self-test-begin"), {**PLACE, **place})


def go_on(client: Client, shown: HttpResponse, answers: Mapping[str, Any], go: str = "next") -> HttpResponse:
    given = {f"answer:{key}": value for key, value in answers.items() if f'name="answer:{key}"' in shown.text}
    fields = {"carried": carried(shown), "page": page_of(shown), "go": go}
    return client.post(address("self-test-questions"), {**fields, **given})


def answered(client: Client, answers: Mapping[str, Any], **place: str) -> HttpResponse:
    """All pages with these answers, to the one before the result."""
    shown = begin(client, **place)
    while page_of(shown):
        assert shown.status_code == 200
        shown = go_on(client, shown, answers)
    return shown


def result(client: Client, answers: Mapping[str, Any], **place: str) -> HttpResponse:
    ready = answered(client, answers, **place)
    return client.post(address("self-test-result"), {"carried": carried(ready)})


def test_the_selection_is_the_ten_minutes_that_the_indicators_need():
    asked = [ask.item for page in selection().pages for ask in page.asks]
    assert 25 <= len(asked) <= 45
    assert {selection().items[key].type for key in asked} <= {ItemType.SINGLE, ItemType.MULTI}
    assert len(asked) * SECONDS_AN_ITEM / 60 <= MINUTES, "reckoned as the survey's own announced time is"
    assert "newest_name" not in asked
    workplace = [one for one in definitions().indicators.values() if one.instrument == "workplace"]
    asked_everywhere = {one.key for one in workplace if not one.optional}
    assert {one.key for one in compared()} == asked_everywhere | {"culture"}


def test_pages_follow_the_answers_and_ask_nothing_twice(client: Client):
    seen = []
    shown = begin(client)
    while page_of(shown):
        seen.append(page_of(shown))
        assert "<textarea" not in shown.text
        shown = go_on(client, shown, NOT_INNOVATIVE)
    assert seen == ["types", "unfinished", "culture"]
    assert "You have answered 5 questions" in shown.text
    back = go_on(client, shown, {}, go="back")
    assert page_of(back) == "culture"
    assert page_of(go_on(client, go_on(client, back, {}, go="back"), {}, go="back")) == "types"


def test_the_shipped_wording_says_that_it_is_a_draft(client: Client):
    assert begin(client).text.count("No person has checked the wording in this language yet.") == 1


def test_an_answer_that_must_be_mended_holds_the_page(client: Client):
    first = begin(client)
    held = go_on(client, first, {"types.service": "yes"})
    assert held.status_code == 422
    assert held.text.count('<p class="error">Answer this question to go on.</p>') == 3
    assert "<title>Error: " in held.text
    assert 'id="types.service-yes" name="answer:types.service" value="yes" checked' in held.text
    shown = go_on(client, held, INNOVATIVE)
    shown = go_on(client, shown, INNOVATIVE)
    shown = go_on(client, shown, INNOVATIVE)
    too_many = go_on(client, shown, {"initiators": ["leaders", "employees", "finances", "technology"]})
    assert too_many.status_code == 422
    assert "Choose at most 3; you have chosen 4." in too_many.text
    both = go_on(client, shown, {"initiators": ["leaders", "dont_know"]})
    assert "cannot stand together with other choices" in both.text


def test_answers_travel_in_the_form_and_no_page_of_questions_asks_the_database(client: Client):
    shown = begin(client)
    with CaptureQueriesContext(connection) as queries:
        while page_of(shown):
            shown = go_on(client, shown, INNOVATIVE)
            assert "no-store" in shown["Cache-Control"]
            assert set(shown.cookies) <= {"csrf"}
    assert list(queries) == []
    assert json.loads(carried(shown))["answers"] == INNOVATIVE


def test_the_whole_test_writes_nothing_and_reads_release_tables_and_groups(client: Client, published: Release):
    client.force_login(make.user("administrator", published.programme))
    with CaptureQueriesContext(connection) as queries:
        client.get(address("self-test"))
        shown = result(client, INNOVATIVE)
    assert shown.status_code == 200
    assert {query["sql"].split()[0] for query in queries} == {"SELECT"}
    tables = {table for query in queries for table in re.findall(r'FROM "(\w+)"', query["sql"])}
    assert tables == {"publication_release", "publication_releasetable"}
    assert "no-store" in shown["Cache-Control"]
    assert "Set-Cookie" not in shown.headers
    assert not SelfTestGroup.objects.exists()


def test_forged_answers_and_forms_too_long_are_refused(client: Client):
    whole = json.loads(carried(begin(client)))
    forged: Iterable[Any] = (
        "",
        "[" * 5000,
        "x" * (LONGEST + 1),
        json.dumps(whole | {"answers": {"newest_name": "free text"}}),
        json.dumps(whole | {"answers": {"nothing": "yes"}}),
        json.dumps(whole | {"answers": {"spread": "<script>"}}),
        json.dumps(whole | {"answers": {"partners": "state"}}),
        json.dumps(whole | {"answers": ["yes"]}),
        json.dumps(whole | {"country": "XX"}),
        json.dumps(whole | {"form": "x" * 41}),
        json.dumps(whole | {"form": "\ud800"}),
        json.dumps(whole | {"form": ""}),
        json.dumps(whole | {"code": 5}),
        json.dumps(whole | {"extra": 1}),
    )
    for text in forged:
        for name in ("self-test-questions", "self-test-result"):
            assert client.post(address(name), {"carried": text}).status_code == 400, text[:60]
    unanswered = client.post(address("self-test-result"), {"carried": json.dumps(whole)})
    assert unanswered.status_code == 400


def test_a_refusal_puts_no_answer_into_the_log(client: Client, caplog: pytest.LogCaptureFixture):
    whole = json.loads(carried(begin(client)))
    told = {"types.service": "yes", "partners": ["a secret of ours"]}
    for text in (
        json.dumps(whole | {"answers": told}),
        json.dumps(whole | {"answers": {"a secret of ours": "yes"}}),
        json.dumps({"answers": {"spread": "a secret of ours"}}),
        '{"answers":{"spread":"a secret of ours"',
    ):
        for name in ("self-test-questions", "self-test-result"):
            assert client.post(address(name), {"carried": text}).status_code == 400
    chosen = {"carried": json.dumps(whole), "page": "types", "answer:types.service": "a secret of ours"}
    assert client.post(address("self-test-questions"), chosen).status_code == 400
    assert len(caplog.records) >= 9
    assert "a secret" not in caplog.text


def test_an_address_of_a_form_leads_to_the_start(client: Client):
    for name in ("self-test-begin", "self-test-questions", "self-test-result"):
        assert client.get(address(name))["Location"] == address("self-test")


def test_the_figures_are_those_of_the_release(client: Client, published: Release):
    page = result(client, INNOVATIVE).text
    tables = {table.key: table.document for table in published.tables.all()}
    with translation.override("en"):
        shown = list(comparisons(list(published.tables.all()), begun(**PLACE, code=""), INNOVATIVE))
    for one in shown:
        document = tables["innovative_by_sector" if one.key == "innovative" else one.key]
        sector = "technical" if one.key == "innovative" else ""
        measure = "net_balance" if one.key == "factors" else "share"
        rows = [
            row
            for row in document["rows"]
            if (row["country"], row["sector"], row["measure"]) == ("NO", sector, measure)
        ]
        assert len(one.lines) == len(rows) > 0
        for line, row in zip(one.lines, rows, strict=True):
            if row["status"] == "withheld":
                assert (line.published, line.interval, line.answers) == ("too few answers", "", "")
                continue
            value = f"{abs(row['value']):.1f}"
            assert line.published.lstrip("+−") == value
            assert line.answers == str(row["n"])
            assert f"{abs(row['low']):.1f}" in line.interval
            assert f"{abs(row['high']):.1f}" in line.interval
            assert f"<td>{line.published}</td><td>{line.interval}</td><td>{row['n']}</td>" in page
    for indicator in compared():
        assert f'id="{indicator.key}"' in page


def test_the_narrowest_published_group_stands_beside_and_the_page_says_so(client: Client, published: Release):
    page = result(client, INNOVATIVE).text
    innovative = page.split('id="innovative"')[1].split("</section>")[0]
    assert "The figures of Norway, Technical services, 1–19 employees are withheld: too few answers." in innovative
    assert "Beside your answer stands Norway, Technical services." in innovative
    spread = page.split('id="spread"')[1].split("</section>")[0]
    assert "Beside your answer stands Norway." in spread
    withheld = result(client, INNOVATIVE, sector="education").text.split('id="innovative"')[1].split("</section>")[0]
    assert "The figures of Norway, Education and upbringing, 1–19 employees are withheld: too few answers." in withheld
    assert "The figures of Norway, Education and upbringing are withheld: too few answers." in withheld
    assert "Beside your answer stands Norway, 1–19 employees." in withheld


def test_synthetic_figures_say_so_on_the_page_and_in_every_picture(client: Client, published: Release):
    page = result(client, INNOVATIVE).text
    assert "Constructed data: these figures" in page
    for section in page.split('<section class="finding" ')[1:-1]:
        assert section.count("Constructed data") >= 3


def test_figures_of_a_withdrawn_release_stand_beside_nothing(client: Client, published: Release, world: World):
    releases.withdraw(release=published, reason="The frame was wrong.", hides_numbers=False, by=world.publisher)
    page = result(client, INNOVATIVE).text
    assert "Nothing has been published yet that your answers could be set beside." in page


def test_a_country_without_figures_says_so(client: Client, published: Release):
    assert "Sweden (no figures yet)" in client.get(address("self-test")).text
    page = result(client, INNOVATIVE, country="SE").text
    assert "Nothing has been published yet that your answers could be set beside." in page
    assert "Your other answers" in page


SHOWN = {"": {"share": {"status": "shown", "value": 1.0}}}
WITHHELD = {"": {"share": {"status": "withheld"}}}
EXACT, SECTOR, SIZE, COUNTRY = (
    Cell("NO", "culture", "small"),
    Cell("NO", "culture"),
    Cell("NO", "", "small"),
    Cell("NO"),
)


@pytest.mark.parametrize(
    ("cells", "cell", "parts"),
    [
        ({EXACT: SHOWN, COUNTRY: SHOWN}, EXACT, []),
        ({SECTOR: SHOWN, SIZE: SHOWN, COUNTRY: SHOWN}, SECTOR, ["no published", "stands"]),
        ({SIZE: SHOWN, COUNTRY: SHOWN}, SIZE, ["no published", "stands"]),
        ({SECTOR: WITHHELD, COUNTRY: SHOWN}, COUNTRY, ["no published", "of Norway, Culture are withheld", "stands"]),
        ({EXACT: WITHHELD, SECTOR: SHOWN}, SECTOR, ["employees are withheld", "stands"]),
        ({SECTOR: WITHHELD, COUNTRY: WITHHELD}, COUNTRY, ["no published", "Culture are withheld", "stands"]),
    ],
)
def test_the_way_to_a_broader_group_is_said_step_by_step(cells: Any, cell: Cell, parts: list[str]):
    with translation.override("en"):
        found, notes = chosen(cells, EXACT)
    assert found == cell
    assert len(notes) == len(parts)
    assert all(part in note for part, note in zip(parts, notes, strict=True))


def test_own_answers_are_put_into_the_terms_of_the_definitions():
    found = {
        (indicator.key, category): own(indicator, category, INNOVATIVE, PLACE)
        for indicator in compared()
        for category in indicator.categories
    }
    assert found["innovative", ""] is Own.YES
    assert (found["innovation_type", "service"], found["innovation_type", "product"]) == (Own.YES, Own.NO)
    assert found["several_types", ""] is Own.NO
    assert (found["novelty", "first"], found["novelty", "adapted_or_copied"]) == (Own.NO, Own.YES)
    assert (found["partner", "any"], found["initiator", "finances"]) == (Own.YES, Own.NO)
    assert found["spread", ""] is Own.NO_OPINION
    assert found["employees_key_role", ""] is Own.YES
    assert found["factors", "new_technology"] is Own.DRIVER
    assert found["factors", "legislation"] is Own.BARRIER
    assert found["factors", "private_companies"] is Own.NO_OPINION
    spread = definitions().indicators["spread"]
    assert own(spread, "", NOT_INNOVATIVE, PLACE) is Own.NOT_ASKED
    assert own(spread, "", {key: INNOVATIVE[key] for key in INNOVATIVE if key != "spread"}, PLACE) is Own.NOT_ANSWERED


def test_the_language_changes_in_the_middle_and_the_answers_stay(client: Client):
    first = begin(client)
    fields = {"carried": carried(first), "page": "types", "go": "here", "answer:types.service": "yes"}
    norwegian = client.post(address("self-test-questions"), {**fields, "lang": "nb"})
    assert '<html lang="nb">' in norwegian.text
    assert 'name="answer:types.service" value="yes" checked' in norwegian.text
    assert '<option value="nb" lang="nb" selected>' in norwegian.text
    assert set(norwegian.cookies) <= {"csrf"}


def test_a_form_from_elsewhere_is_refused(client: Client):
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    for name in ("self-test-begin", "self-test-questions", "self-test-result", "self-test-group"):
        assert strict.post(address(name), PLACE).status_code == 403


def test_a_group_from_opening_to_five_people(client: Client, published: Release):
    opened = client.post(address("self-test-group"))
    assert opened.status_code == 303
    group = SelfTestGroup.objects.get()
    assert opened["Location"] == address("self-test-group-page", group.code)
    assert "5 more people must answer" in client.get(opened["Location"]).text
    for people in range(1, 6):
        shown = result(client, INNOVATIVE, code=f" {group.code[:4].lower()} {group.code[4:]} ")
        assert "have been added to the counts of the group" in shown.text
        page = client.get(opened["Location"])
        assert "no-store" in page["Cache-Control"]
        assert ("The answers of 5 people." in page.text) == (people == 5)
        assert ('<td class="number">5</td><td class="number">100</td>' in page.text) == (people == 5)
    again = client.post(address("self-test-result"), {"carried": carried(shown)})
    assert "had been added to the counts of the group before" in again.text
    group.refresh_from_db()
    assert group.people == 5
    assert group.counts["spread"] == {"answers": 5, "options": {"dont_know": 5}}


def test_a_code_is_looked_up_at_the_start_and_its_day_may_end_on_the_way(client: Client, published: Release):
    wrong = begin(client, code="AAAA AAAA")
    assert wrong.status_code == 422
    assert "There is no group with this code now" in wrong.text
    group = self_test.open_group()
    assert f'value="{group.code}"' in client.get(address("self-test"), {"code": group.code}).text
    ready = answered(client, INNOVATIVE, code=group.code)
    assert f"counts of group {group.code}" in ready.text
    SelfTestGroup.objects.update(expires_at=timezone.now())
    late = client.post(address("self-test-result"), {"carried": carried(ready)})
    assert "Your answers were not added to it" in late.text
    assert 'id="innovative"' in late.text
    assert client.get(address("self-test-group-page", group.code)).status_code == 404
    group.refresh_from_db()
    assert group.people == 0
