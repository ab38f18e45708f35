"""What the pages weigh in the browser's own network log, from the server that `manage.py up` starts.

20 kB for the first page with the styles and scripts it needs, 4 kB for each one after; heads of answers are counted.
The page of all answers before handing in repeats the whole questionnaire: 4 kB and its head.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.journeys.test_respondent import fill_by_keyboard, follow, press_until
from tests.surveys.test_no_answer_lost import Server, environment, prepared

pytestmark = [pytest.mark.journey, pytest.mark.slow]
FIRST, NEXT, ALL_ANSWERS, WHOLE = 20_000, 4_000, 4_800, 100_000


class Weighed:
    """Bytes that came over the line since the last look; what comes from the browser's cache is none."""

    def __init__(self, page: Page) -> None:
        self.requests: dict[str, tuple[str, str]] = {}
        self.bytes: dict[tuple[str, str], int] = {}
        log = page.context.new_cdp_session(page)
        log.send("Network.enable")
        log.on("Network.requestWillBeSent", self.sent)
        log.on("Network.loadingFinished", self.finished)

    def sent(self, event: dict[str, Any]) -> None:
        if "redirectResponse" in event:  # the answer to a POST, which leads on to a GET of the same number
            self.add(event["requestId"], event["redirectResponse"]["encodedDataLength"])
        request = event["request"]
        self.requests[event["requestId"]] = (request["method"], request["url"])

    def finished(self, event: dict[str, Any]) -> None:
        self.add(event["requestId"], event["encodedDataLength"])

    def add(self, number: str, count: float) -> None:
        request = self.requests.get(number, ("?", "?"))
        self.bytes[request] = self.bytes.get(request, 0) + int(count)

    def taken(self) -> dict[tuple[str, str], int]:
        found, self.bytes = self.bytes, {}
        return found


def of_pages(bytes_of: dict[tuple[str, str], int]) -> int:
    """The pages themselves, without styles and scripts and without the answers that lead on."""
    return sum(size for (method, address), size in bytes_of.items() if method == "GET" and "/static/" not in address)


def test_the_first_page_and_every_next_one_keep_to_their_weight(tmp_path: Path, new_page: Callable[..., Page]) -> None:
    place = environment(tmp_path, f"sqlite:///{tmp_path / 'answers.sqlite3'}")
    ((_unit, token),) = prepared(place, 1)
    server = Server(place)
    server.start()
    try:
        server.wait()
        page = new_page()
        page.context.set_default_timeout(60_000)  # the first request of a process reads the questionnaire
        weighed = Weighed(page)
        page.goto(f"http://127.0.0.1:{server.port}/s/{token}")
        first = weighed.taken()
        press_until(page, "main a.button")
        follow(page)
        sizes = {page.url: weighed.taken()}
        answered: set[str] = set()
        while "/respond/page/" in page.url:
            fill_by_keyboard(page, answered)
            sizes[page.url] = weighed.taken()
    finally:
        server.kill()
    assert any("/static/css/" in address for _method, address in first), first
    # What only pages of questions need comes with the first of them.
    needed = [size for (_method, address), size in next(iter(sizes.values())).items() if "/static/" in address]
    assert sum(first.values()) + sum(needed) <= FIRST, first
    assert len(sizes) > 15
    *pages, check = sizes
    assert {address: sizes[address] for address in pages if of_pages(sizes[address]) > NEXT} == {}
    assert of_pages(sizes[check]) <= ALL_ANSWERS
    whole = sum(first.values()) + sum(sum(size.values()) for size in sizes.values())
    next_most = max(of_pages(sizes[address]) for address in pages)
    print(f"first {sum(first.values()) + sum(needed)}, next {next_most}, check {of_pages(sizes[check])}, all {whole}")
    assert whole <= WHOLE
