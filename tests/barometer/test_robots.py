"""What search engines are asked to leave alone, and what says of itself that it is not for them."""

import re
from collections.abc import Iterable, Iterator
from urllib.robotparser import RobotFileParser

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from surveys.permissions import CASE_COPY, PUBLIC, SELF_TEST_GROUP, SIGNED_OUT

ARGUMENT = re.compile(r"<\w+:(\w+)>")
FOR_PEOPLE_WHO_SEARCH = {PUBLIC, CASE_COPY, SIGNED_OUT, SELF_TEST_GROUP}
WITH_A_CODE = "/self-test/group/code"
NO_PAGE = {"/language/", "/language/code"}


def ours(some: Iterable[URLPattern | URLResolver], prefix: str = "/") -> Iterator[tuple[str, object]]:
    """Every address with its arguments' names in place of them, and the mark of its view."""
    for one in some:
        path = prefix + ARGUMENT.sub(r"\1", str(one.pattern))
        if isinstance(one, URLResolver):
            yield from ours(one.url_patterns, path)
        elif not str(one.pattern).startswith("^"):  # what is not there
            yield path, getattr(one.callback, "access", None)


@pytest.fixture
def allowed() -> RobotFileParser:
    answer = Client().get("/robots.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    parser = RobotFileParser()
    parser.parse(answer.content.decode().splitlines())
    return parser


def test_robots_may_fetch_what_is_for_everybody_and_nothing_else(allowed: RobotFileParser) -> None:
    found = dict(ours(get_resolver().url_patterns))
    expected = {path for path, mark in found.items() if mark in FOR_PEOPLE_WHO_SEARCH} - {WITH_A_CODE, *NO_PAGE}
    assert {path for path in found if allowed.can_fetch("*", path)} == expected
    assert len(found) > 150
    assert "/s/token" in set(found) - expected  # the names of arguments stand where they are expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["/desk/", "/admin/", "/s/none", "/code", "/respond/", "/r/none/report.pdf", "/cases/own/none", WITH_A_CODE],
)
def test_what_is_not_for_everybody_says_so_itself(address: str) -> None:
    assert Client().get(address)["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/results/", "/calendar/", "/cases/", "/self-test/", "/sign-in"])
def test_what_is_for_everybody_may_be_listed_and_says_what_it_is(address: str) -> None:
    answer = Client().get(address)
    assert "X-Robots-Tag" not in answer
    (said,) = re.findall(r'<meta name="description" content="([^"]+)">', answer.content.decode())
    assert 50 <= len(said) <= 320
