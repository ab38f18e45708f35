"""Small releases for tests of the open API: frozen documents of two waves, published by the real actions."""

import json
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from analytics.models import Run, RunState
from publication.actions import releases
from publication.models import Release, ReleaseFile
from surveys.models import SYSTEM, Programme, Wave
from tests import make
from tests.publication.formats.examples import document, row

LANGUAGES = ("nb", "en")
PXWEB = "/pxweb/api/v2"
MANIFEST: Mapping[str, Any] = {
    "schema": "barometer.table/2",
    "languages": list(LANGUAGES),
    "period": ["2025-09-01", "2025-11-30"],
    "countries": ["NO", "DK"],
    "owners": {"nb": "Eieren", "en": "The owner"},
    "contact": "desk@example.org",
    "site": "https://example.org",
}
_number = count(1)


def innovative(wave: str, *, value: float = 61.3, **more: Any) -> dict[str, Any]:
    """Two countries, and the difference between them in a row of its own."""
    rows = [
        row(country="NO", value=value, rank_low=1, rank_high=1),
        row(country="DK", value=40.0, low=35.0, high=45.0, caution=True),
        row("difference", country="NO", against="DK", value=21.3, low=14.0, high=28.9, p_adjusted=0.0001),
    ]
    return document(rows, wave=wave, languages=LANGUAGES, breakdowns=["country"], **more)


def by_sector(wave: str, *, value: float = 61.3) -> dict[str, Any]:
    rows = [
        row(country="NO", sector="", value=value),
        row(country="NO", sector="health", value=58.0, caution=True),
        row(country="NO", sector="school", status="withheld"),
        row(country="DK", sector="", value=40.0),
        row(country="DK", sector="health", value=41.5),
    ]
    more: dict[str, Any] = {"key": "innovative_by_sector", "breakdowns": ["country", "sector"]}
    return document(rows, wave=wave, languages=LANGUAGES, **more)


def finished(wave: Wave) -> Run:
    run = make.run(wave)
    Run.objects.filter(pk=run.pk).update(state=RunState.FINISHED, finished_at=timezone.now())
    run.refresh_from_db()
    return run


def published(
    wave: Wave,
    documents: Sequence[Mapping[str, Any]],
    *,
    files: Mapping[str, bytes] | None = None,
    replaces: Release | None = None,
    relation: str = "",
    reason: str = "",
    revision: Mapping[str, object] | None = None,
) -> Release:
    """A release of a new run of the wave, on its whole way to the public."""
    administrator = make.user("administrator", wave.programme, username=f"asks-{next(_number)}")
    publisher = make.user("publisher", wave.programme, username=f"decides-{next(_number)}")
    drafted = releases.draft(
        run=finished(wave), plan=make.DEFAULT, replaces=replaces, relation=relation, reason=reason, by=administrator
    )
    releases.store_checked(
        release=releases.request(release=drafted, by=administrator),
        documents=documents,
        manifest=MANIFEST | {"wave": wave.code},
        protection=make.attacked_with_all(drafted),
        files=[stored(path, content) for path, content in (files or {}).items()],
        revision=revision,
        by=SYSTEM,
    )
    drafted.refresh_from_db()
    releases.approve(release=drafted, by=publisher)
    releases.publish(release=drafted, by=publisher)
    drafted.refresh_from_db()
    return drafted


def stored(path: str, content: bytes) -> ReleaseFile:
    return ReleaseFile(
        path=path,
        media_type="application/vnd.apache.parquet",
        content=content,
        size=len(content),
        checksum=releases.checksum(content),
    )


def two_waves(slug: str = "barometer") -> tuple[Release, Release]:
    """The releases of 2023 and of 2025; the newer has a finer table and a file."""
    programme: Programme = make.programme(slug, constructed=True)
    instrument = make.instrument(programme, version="with-figures")
    before, now = (make.wave(programme, code, instrument=instrument) for code in ("2023", "2025"))
    older = published(before, [innovative("2023", value=55.0)])
    newer = published(
        now, [innovative("2025"), by_sector("2025")], files={"tables/innovative.parquet": b"PAR1 bytes PAR1"}
    )
    return older, newer


def ask(path: str, status: int = 200, client: Client | None = None, **query: str) -> Any:
    """The JSON of an address, which answers with the status."""
    answer = get(path, client, **query)
    assert answer.status_code == status, answer.text[:500]
    return json.loads(answer.content)


def get(path: str, client: Client | None = None, **query: str) -> HttpResponse:
    answer: HttpResponse = (client or Client()).get(path, query)
    return answer
