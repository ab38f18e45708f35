"""Every type of item on its page: shown, read, refused with what was typed, and said back."""

import pytest

from surveys.models import Response, SampledUnit
from tests.surveys.respondents import every_type, hidden, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> SampledUnit:
    return every_type()


@pytest.fixture
def browser(unit):
    client = opened(unit)
    client.cookies["django_language"] = "en"
    return client


def page_of(browser, page):
    answer = browser.get(f"/respond/page/{page}")
    assert answer.status_code == 200
    return answer.content.decode()


def post(browser, page, **fields):
    """Post a page with these fields over its hidden ones."""
    return browser.post(f"/respond/page/{page}", {**hidden(page_of(browser, page)), "go": "next", **fields})


def stored() -> dict[str, object]:
    return Response.objects.get().answers


def test_information_is_shown_with_the_name_and_the_period_and_asks_nothing(unit, browser):
    page = page_of(browser, "facts")
    assert f"This part is about {unit.unit.name} in 2024 and 2025." in page
    assert 'name="a.about"' not in page
    post(browser, "facts", **{"a.staff": "frame"})
    assert set(stored()) == {"staff"}


def test_a_value_of_the_register_is_confirmed(unit, browser):
    assert f"The register says: <strong>{unit.employees} employees</strong>" in page_of(browser, "facts")
    post(browser, "facts", **{"a.staff": "frame"})
    assert stored() == {"staff": {"value": unit.employees, "source": "frame", "corrected": False}}
    assert 'value="frame" checked' in page_of(browser, "facts")
    assert f"{unit.employees} employees (from the register)" in browser.get("/respond/check").content.decode()


def test_a_value_of_the_register_is_corrected_and_its_source_kept(unit, browser):
    post(browser, "facts", **{"a.staff": "respondent", "v.staff": "1 234"})
    assert stored() == {"staff": {"value": 1234, "source": "respondent", "corrected": True}}
    page = page_of(browser, "facts")
    assert 'value="respondent" checked' in page
    assert 'name="v.staff" type="text" inputmode="numeric" value="1234"' in page
    refused = post(browser, "facts", **{"a.staff": "respondent", "v.staff": "many"})
    assert refused.status_code == 422
    assert 'value="many" aria-invalid="true"' in refused.content.decode()
    too_many = post(browser, "facts", **{"v.staff": "6000"})
    assert "The number must be 5000 or less." in too_many.content.decode()
    assert stored()["staff"]["value"] == 1234


def test_a_text_stands_beside_its_option_and_counts_while_that_is_chosen(browser):
    assert "If “Somebody else”: please specify" in page_of(browser, "origin")
    post(browser, "origin", **{"a.source": "other", "a.source.other_text": "A vicar", "a.share": "12,5"})
    assert stored() == {"source": "other", "source.other_text": "A vicar", "share": 12.5}
    check = browser.get("/respond/check").content.decode()
    assert "A vicar" in check
    assert "12.5 per cent" in check
    post(browser, "origin", **{"a.source": "colleague", "a.source.other_text": "A vicar", "a.share": "12,5"})
    assert "A vicar" not in browser.get("/respond/check").content.decode()
    assert browser.post("/respond/submit").status_code == 303
    response = Response.objects.get()
    assert response.record == {"source": "colleague", "share": 12.5}
    assert response.answers["source.other_text"] == "A vicar", "the draft keeps it"


def test_a_text_without_its_option_is_said_once_and_kept(browser):
    given = {"a.source": "colleague", "a.source.other_text": "A vicar", "a.share": "12"}
    noted = post(browser, "origin", **given)["Location"]
    assert noted == "/respond/page/origin?note=1"
    page = browser.get(noted).content.decode()
    assert "This is written, but “Somebody else” is not chosen. Without that it is not handed in." in page
    fields = {**hidden(page), **given, "go": "next"}
    assert browser.post("/respond/page/origin", fields)["Location"] == "/respond/page/days"
    assert stored()["source.other_text"] == "A vicar"


def test_an_option_of_another_country_is_neither_offered_nor_taken(browser):
    assert "The parish" not in page_of(browser, "origin")
    refused = post(browser, "origin", **{"a.source": "parish"})
    assert refused.status_code == 422
    assert not Response.objects.exists()


@pytest.mark.parametrize(("typed", "said"), [("12.55", "1 decimal at most"), ("-1", "0 or more"), ("much", "3.5")])
def test_a_number_that_is_none_is_refused_with_its_text(browser, typed, said):
    refused = post(browser, "origin", **{"a.share": typed})
    assert refused.status_code == 422
    assert said in refused.content.decode()
    assert f'value="{typed}"' in refused.content.decode()


def test_a_date_is_three_numbers(browser):
    post(browser, "days", **{"p.begun:day": "7", "p.begun:month": "3", "p.begun:year": "2025", "a.since_year": "2019"})
    assert stored() == {"begun": "2025-03-07", "since_year": 2019}
    page = page_of(browser, "days")
    assert [f'value="{part}"' in page for part in ("7", "3", "2025")] == [True, True, True]
    assert "7 March 2025" in browser.get("/respond/check").content.decode()


@pytest.mark.parametrize(
    "parts", [{"day": "31", "month": "2", "year": "2025"}, {"day": "1"}, {"day": "first", "month": "2", "year": "2025"}]
)
def test_a_day_that_does_not_exist_is_refused_with_what_was_typed(browser, parts):
    refused = post(browser, "days", **{f"p.begun:{name}": part for name, part in parts.items()})
    assert refused.status_code == 422
    assert "Write a day that exists" in refused.content.decode()
    assert 'value="{}"'.format(parts["day"]) in refused.content.decode()
    assert not Response.objects.exists()


def test_a_split_makes_a_hundred(browser):
    short = post(browser, "money", **{"p.split:own": "60", "p.split:state": "30 %"})
    assert short.status_code == 422
    assert "Together the numbers must make 100; they make 90." in short.content.decode()
    assert 'name="p.split:own" type="text" inputmode="numeric" value="60"' in short.content.decode()
    post(browser, "money", **{"p.split:own": "60", "p.split:state": "40"})
    assert stored() == {"split": {"own": 60, "state": 40}}
    assert "The state: 40 %" in browser.get("/respond/check").content.decode()


def test_a_ranking_is_kept_in_order(browser):
    post(browser, "money", **{"p.order:learning": "1", "p.order:quality": "2"})
    assert stored() == {"order": ["learning", "quality"]}
    assert '<option value="1" selected>1</option>' in page_of(browser, "money")
    assert "1. Learning\n2. Quality" in browser.get("/respond/check").content.decode()
    twice = post(browser, "money", **{"p.order:learning": "1", "p.order:quality": "1"})
    assert twice.status_code == 422
    assert "Give each choice its own place" in twice.content.decode()
    assert stored() == {"order": ["learning", "quality"]}


@pytest.mark.parametrize("places", [{"learning": "2"}, {"learning": "1", "quality": "3"}, {"learning": "0"}])
def test_a_ranking_with_a_gap_is_asked_again_and_not_closed_up(browser, places):
    refused = post(browser, "money", **{f"p.order:{code}": place for code, place in places.items()})
    assert refused.status_code == 422
    assert "Give each choice its own place: 1 for the first, 2 for the next." in refused.content.decode()
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    ("typed", "number"), [("1 0", 10), ("1,5", 1.5), ("1.5", 1.5), ("٥", 5), ("+5", 5), ("12,0", 12), ("0\u00a050", 50)]
)
def test_a_number_is_read_as_people_write_it(browser, typed, number):
    post(browser, "origin", **{"a.share": typed})
    assert stored() == {"share": number}


@pytest.mark.parametrize("typed", ["1.000", "12,500", "-0.000"])
def test_what_may_be_thousands_is_not_taken_for_decimals(browser, typed):
    refused = post(browser, "origin", **{"a.share": typed})
    assert refused.status_code == 422
    assert f'value="{typed}"' in refused.content.decode()


def test_a_number_stands_in_its_field_as_the_language_writes_it(browser):
    post(browser, "origin", **{"a.share": "12.5"})
    assert 'value="12.5"' in page_of(browser, "origin")
    browser.cookies["django_language"] = "nb"
    page = page_of(browser, "origin")
    assert 'value="12,5"' in page
    post(browser, "origin", **{"a.share": "12,5"})
    assert stored() == {"share": 12.5}


def test_a_register_that_is_wrong_without_what_is_right_is_asked_once_and_kept(browser):
    asked = post(browser, "facts", **{"a.staff": "respondent"})
    assert asked["Location"] == "/respond/page/facts?note=1"
    assert "This is not filled in" in browser.get(asked["Location"]).content.decode()
    assert stored() == {"staff": {"value": None, "source": "respondent", "corrected": True}}


def test_nothing_is_stored_for_a_field_of_another_page(browser):
    refused = post(browser, "money", **{"p.begun:day": "1"})
    assert refused.status_code == 422
    assert not Response.objects.exists()


def test_all_of_it_is_handed_in_as_it_stands(unit, browser):
    post(browser, "facts", **{"a.staff": "frame"})
    post(browser, "money", **{"p.split:own": "100", "p.order:cost": "1"})
    browser.post("/respond/submit")
    assert Response.objects.get().record == {
        "staff": {"value": unit.employees, "source": "frame", "corrected": False},
        "split": {"own": 100},
        "order": ["cost"],
    }
    copy = browser.get("/respond/copy.txt")
    assert copy["Content-Disposition"] == 'attachment; filename="every_type-2025.txt"'
    assert "Who paid?\n  We did: 100 %" in copy.content.decode("utf-8-sig")
