"""The frame of every page: languages, error pages, and how heavy the style sheet may be."""

from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import Client

STYLES = Path(__file__).resolve().parent.parent.parent / "static" / "css" / "base.css"


@pytest.mark.parametrize(
    ("wish", "leads_to"),
    [
        ("/results/", "/results/"),
        ("/results/?a=1", "/results/?a=1"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_choosing_a_language_leads_back_and_nowhere_else(wish, leads_to):
    answer = Client().get("/language/en", {"next": wish})
    assert (answer.status_code, answer["Location"]) == (302, leads_to)
    assert answer.cookies["django_language"].value == "en"


def test_a_language_that_is_not_offered_is_not_found():
    assert Client().get("/language/xx").status_code == 404


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_error_pages_render_without_a_request(name):
    page = render_to_string(name)
    assert page.count("<h1>") == 1
    assert '<a class="skip" href="#main">' in page


def test_the_style_sheet_stays_small():
    assert STYLES.stat().st_size <= 13_000


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content_type",
    ["multipart/form-data", "application/x-www-form-urlencoded; charset=utf-7", "application/x-www-form-urlencoded"],
)
def test_a_form_that_cannot_be_read_gets_a_page_and_no_server_error(content_type):
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrf"] = "c" * 32
    answer = client.post(
        "/respond/page/types", b"a=" + b"x" * 2_200_000, content_type=content_type, headers={"accept-language": "nb"}
    )
    assert answer.status_code == 400
    assert "Det som ble sendt, kan ikke leses" in answer.content.decode()


@pytest.mark.parametrize(("asked", "spoken"), [("se", "nb"), ("fi", "fi"), ("en", "en")])
def test_northern_sami_is_spoken_to_respondents_alone(asked, spoken):
    client = Client()
    client.cookies["django_language"] = asked
    assert f'<html lang="{spoken}">' in client.get("/sign-in").content.decode()
    assert f'<html lang="{asked}">' in client.get("/code").content.decode()


def test_a_browser_that_asks_for_norwegian_gets_bokmal_and_one_of_sami_gets_sami():
    for wish, given in (("no", "nb"), ("se-NO", "se"), ("nn-NO,nb;q=0.8", "nn"), ("sma", "nb")):
        page = Client(headers={"accept-language": wish}).get("/code").content.decode()
        assert f'<html lang="{given}">' in page, wish
