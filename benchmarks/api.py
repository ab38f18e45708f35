"""Cells of a table through PxWebApi 2, beside json.dumps of the very document that they come from, in the same run.

Run: python -m benchmarks.api. The whole application answers in this process, middleware included, on a SQLite of its
own: what is measured is our work and no network. A table of 10,000 cells and one of 800,000, the most that an answer
may have, each asked for as JSON-stat with `*` for every dimension. The first answer makes the cube and is told apart.
The peer writes the stored document of the table, which has the same numbers, with the standard library.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

ROUNDS = int(os.environ.get("ROUNDS", "40"))
SIZES = {10_000: (4, 5, 10, 10), 800_000: (8, 20, 10, 100)}  # countries, sectors, sizes and counties; five figures each
TARGETS = {10_000: 0.1, 800_000: 2.0}  # seconds, the 95th percentile


def document(shape: tuple[int, int, int, int], key: str) -> dict[str, Any]:
    """A table with every combination of the codes, and as many figures in each row as a real one has."""
    from tests.publication.formats.examples import document as written
    from tests.publication.formats.examples import row

    axes = ([f"{letter}{number}" for number in range(size)] for letter, size in zip("CSZM", shape, strict=True))
    rows = [
        row(country=country, sector=sector, size_class=size, county=county, value=round(20 + place % 600 / 10, 1))
        for place, (country, sector, size, county) in enumerate(product(*axes))
    ]
    breakdowns = ["country", "sector", "size_class", "county"]
    return written(rows, key=key, languages=("nb", "en"), breakdowns=breakdowns)


def timed(call: Callable[[], object], rounds: int) -> list[float]:
    found = []
    for _each in range(rounds):
        begin = time.perf_counter()
        call()
        found.append(time.perf_counter() - begin)
    return found


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


def published(documents: list[dict[str, Any]]) -> None:
    """A release of the documents, in a database of this run alone."""
    from django.core.management import call_command

    from tests import make
    from tests.publication.api import stand

    call_command("migrate", verbosity=0)
    programme = make.programme("measured", constructed=True)
    wave = make.wave(programme, instrument=make.instrument(programme, version="with-figures"))
    stand.published(wave, documents)


def measure(cells: int, stored: dict[str, Any]) -> bool:
    from django.test import Client

    client, rounds = Client(), ROUNDS if cells < 100_000 else max(5, ROUNDS // 5)
    query = "&".join(
        f"valueCodes[{name}]=*" for name in ("country", "sector", "size_class", "county", "ContentsCode", "Tid")
    )
    address = f"/pxweb/api/v2/tables/measured.{stored['key']}/data?{query}"

    def ask(encoding: str) -> None:
        answer = client.get(address, headers={"accept-encoding": encoding})
        assert answer.status_code == 200, answer.content[:300]

    first = timed(lambda: ask("identity"), 1)[0]
    plain, packed = (p95(timed(lambda named=name: ask(named), rounds)) for name in ("identity", "gzip"))  # type: ignore[misc]
    peer = p95(timed(lambda: json.dumps(stored), rounds))
    reached = plain <= TARGETS[cells]
    print(
        f"{cells:>7,} cells: p95 {1000 * plain:.0f} ms (packed {1000 * packed:.0f} ms, first {1000 * first:.0f} ms); "
        f"json.dumps of the document {1000 * peer:.0f} ms; ratio {plain / peer:.2f}; "
        f"{'within' if reached else 'OVER'} {1000 * TARGETS[cells]:.0f} ms, {rounds} rounds"
    )
    return reached


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATA_DIR": folder, "API_CALLS": "0", "DJANGO_SETTINGS_MODULE": "tests.settings"}
        os.environ["DATABASE_URL"] = f"sqlite:///{Path(folder) / 'measured.sqlite3'}"
        os.environ["ALLOWED_HOSTS"] = "testserver"
        import django

        django.setup()
        documents = {cells: document(shape, f"cells_{cells}") for cells, shape in SIZES.items()}
        published(list(documents.values()))
        reached = [measure(cells, stored) for cells, stored in documents.items()]
        return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
