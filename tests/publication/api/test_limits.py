"""The limit on calls: told in every answer, and refused with how long to wait."""

import json

import pytest
from django.core.cache import cache
from django.test import Client

from publication.api import limits

ADDRESS = "/pxweb/api/v2/config"


@pytest.fixture(autouse=True)
def two_calls(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.API_CALLS, settings.API_CALLS_SECONDS = 2, 60
    monkeypatch.setattr(limits, "time", lambda: 1_000_000_000.0)  # 20 seconds before a window ends
    cache.clear()


def test_each_answer_says_how_many_calls_are_left() -> None:
    first, second = Client().get(ADDRESS), Client().get(ADDRESS)
    assert [one["X-RateLimit-Remaining"] for one in (first, second)] == ["1", "0"]
    assert (first["X-RateLimit-Limit"], first["X-RateLimit-Reset"]) == ("2", "20")
    assert first.json()["maxCallsPerTimeWindow"] == 2
    assert first.json()["timeWindow"] == 60


def test_one_call_too_many_is_told_to_wait_and_another_address_is_not() -> None:
    for _each in range(2):
        Client().get(ADDRESS)
    refused = Client().get(ADDRESS)
    assert (refused.status_code, refused["Retry-After"]) == (429, "20")
    assert refused["Content-Type"] == "application/problem+json"
    assert refused["Access-Control-Allow-Origin"] == "*"
    problem = json.loads(refused.content)
    assert problem["detail"] == (
        "calls: expected at most 2 in 60 seconds, got 3. Wait 20 seconds, as Retry-After says."
    )
    assert Client(REMOTE_ADDR="192.0.2.7").get(ADDRESS).status_code == 200


def test_the_next_window_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    for _each in range(3):
        Client().get(ADDRESS)
    monkeypatch.setattr(limits, "time", lambda: 1_000_000_021.0)
    assert Client().get(ADDRESS)["X-RateLimit-Remaining"] == "1"


def test_behind_a_proxy_the_address_that_the_proxy_saw_is_counted(settings) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    for forged in ("198.51.100.1", "198.51.100.2", "198.51.100.3"):
        answer = Client(headers={"x-forwarded-for": f"{forged}, 203.0.113.9"}).get(ADDRESS)
    assert answer.status_code == 429  # what the caller wrote before it makes no new caller
    assert Client(headers={"x-forwarded-for": "203.0.113.10"}).get(ADDRESS).status_code == 200


def test_no_limit_counts_nothing(settings) -> None:
    settings.API_CALLS = 0
    for _each in range(5):
        answer = Client().get(ADDRESS)
    assert (answer.status_code, "X-RateLimit-Limit" in answer) == (200, False)
    assert (answer.json()["maxCallsPerTimeWindow"], answer.json()["timeWindow"]) == (0, 0)
