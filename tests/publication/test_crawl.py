"""Every link that the public can follow, before and after the minute of an embargo: first nothing, then everything."""

import gzip
import re
from collections import deque
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urldefrag, urljoin

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from publication.actions import announcements, releases
from publication.models import Release
from publication.views.site import pages
from surveys.permissions import RoleName
from tests import make
from tests.publication.world import World

pytestmark = pytest.mark.django_db

STARTS = ("/", "/results/", "/calendar/", "/feed.xml", "/api/v1/releases", "/catalogue")
OURS = ("/results/", "/calendar/", "/feed.xml", "/api/")
ELSEWHERE = ("/sign-in", "/self-test", "/language/", "/static/", "/desk")
LINK = re.compile(r'(?:href=|"url": ?|"href": ?)"([^"]+)"')
WITH_LINKS = ("text/html", "application/json", "application/atom+xml")
RELEASERS = (RoleName.ADMINISTRATOR, RoleName.PUBLISHER)

GUESSED = ("innovative.csv", "figures/innovative.svg", "figures/innovative.png")


def crawled(client: Client) -> tuple[dict[str, bytes], list[str]]:
    """Address -> what it answers, over every link from the starts; and the addresses that are not found, which stay in,
    to be looked at too.
    """
    found: dict[str, bytes] = {}
    broken = []
    waiting = deque(STARTS)
    while waiting:
        address = waiting.popleft()
        if address in found:
            continue
        answer = client.get(address)
        broken += [] if answer.status_code == 200 else [address]
        packed = answer.get("Content-Encoding") == "gzip"
        found[address] = gzip.decompress(answer.content) if packed else answer.content
        if answer.status_code == 200 and answer["Content-Type"].startswith(WITH_LINKS):
            waiting.extend(one for one in links(address, found[address].decode()) if one not in found)
    return found, broken


def links(address: str, text: str) -> list[str]:
    """Addresses of ours on the page; of the choices of country one is enough, since all are made alike, and of
    pictures none: they are drawings printed, and one is asked for by its address. Nor the drawings of each country.
    """
    targets = []
    for link in LINK.findall(text):
        target = urldefrag(urljoin(address, unescape(link).replace(settings.SITE_ADDRESS, "")))[0]
        target = target.replace("http://testserver", "")
        if (
            target.startswith(OURS)
            and not target.startswith(ELSEWHERE)
            and "country=DK" not in target
            and not target.endswith((".png", ".DK.svg", ".IS.svg"))
        ):
            targets.append(target)
    return targets


def told(release: Release) -> list[bytes]:
    """What only the release knows: where it stands, its hash, its sentences."""
    findings = {text for table in release.tables.all() for text in table.document["finding"].values() if len(text) > 30}
    hashes = [release.content_hash, *(table.content_hash for table in release.tables.all())]
    return [text.encode() for text in ("/results/barometer/1/", *hashes, *findings)]


@pytest.fixture
def minute(release: Release, world: World, settings: Any) -> datetime:
    """The minute of the release's embargo, which the calendar tells. The server asks for changes once an hour."""
    settings.PUBLIC_PAGES_HOLD_SECONDS = 3600.0
    at = timezone.now().replace(second=0, microsecond=0) + timedelta(minutes=2)
    releases.approve(release=release, by=world.publisher)
    releases.embargo(release=release, until=at, by=world.publisher)
    announcements.announce(wave=world.wave, planned_for=at, note="To come", by=world.publisher)
    return at


@pytest.mark.parametrize("role", [None, *(role for role in RoleName.values if role not in RELEASERS)])
def test_nothing_is_told_before_the_minute_and_everything_from_it_on(
    role: str | None, release: Release, minute: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PUBLIC_PAGES_HOLD_SECONDS = (
        3600.0  # a process that asks as seldom as can be: the minute counts all the same
    )
    monkeypatch.setattr(pages, "SHELF", pages.kept.Shelf(room=256))
    client = Client(headers={"accept-language": "en", "accept-encoding": "gzip"})
    if role is not None:
        client.force_login(make.user(role, release.programme))
    secrets = told(release)
    monkeypatch.setattr(timezone, "now", lambda: minute - timedelta(microseconds=1))
    before, _missing = crawled(client)
    guessed = {f"/results/barometer/1/{page}": b"" for page in ("", *GUESSED)}
    for address in guessed:
        answer = client.get(address)
        assert answer.status_code == 404
        before[address] = answer.content.replace(b"/results/barometer/1/", b"")  # the address that was asked for
    assert {address for address, body in before.items() for secret in secrets if secret in body} == set()
    assert b"To come" in before["/calendar/"]

    monkeypatch.setattr(timezone, "now", lambda: minute)
    after, broken = crawled(client)
    root = "/results/barometer/1/"
    expected = {root, *(root + page for page in ("countries/", "counties/", "waves/", "methods/", "data/"))}
    for table in release.tables.all():
        expected |= {f"{root}{table.key}.csv", f"{root}figures/{table.key}/", f"{root}figures/{table.key}.svg"}
    assert expected - after.keys() == set()
    pages_of_it = [body.decode() for address, body in after.items() if address.startswith(root) and "." not in address]
    everything = unescape("".join(pages_of_it))
    assert [table.key for table in release.tables.all() if table.document["finding"]["en"] not in everything] == []
    assert {client.get(f"{root}{page}").status_code for page in GUESSED} == {200}
    assert broken == []
