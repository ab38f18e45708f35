"""Reading, linting and publishing a questionnaire of 300 items in 7 languages, each beside a peer in the same run.

Run: python -m benchmarks.instrument_load. The questionnaire is made here: a directory as an author writes it, with
scales, batteries, rules and all texts, and the linter finds nothing in it. Times are medians of several runs, each
twin of ours and peer one after the other. The peers do less: they know YAML, JSON or a schema, not questionnaires.
Publishing is what the desk does, in a database of its own: the document is read, stored as a version and frozen, with
the linter and the comparison with the version before it; the bar for that is 3 s.
"""

import gc
import hashlib
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from surveys.instrument.directory import written_yaml
from surveys.instrument.document import content_hash, from_document, load_directory, load_file, to_document
from surveys.instrument.json_schema import JSON_SCHEMA
from surveys.instrument.lint import lint

LANGUAGES = ("en", "nb", "nn", "da", "sv", "fi", "is")
PAGES = 60  # each with a battery of three, a choice and a number or several choices: 5 items
RUNS = int(os.environ.get("RUNS", "7"))
SCALE = ("hindered_high", "hindered_some", "promoted_some", "promoted_high", "dont_know")
REASONS = ("leaders", "employees", "citizens", "companies", "legislation", "finances", "technology", "none")
ROWS = ("money", "time", "law")
BAR = 3.0  # seconds for publishing, on four cores


def items_of(page: int) -> list[dict[str, object]]:
    """A battery, a question whose answer opens the next page, and a number or several choices."""
    last: dict[str, object] = {"key": f"amount{page}", "type": "number", "minimum": 0, "maximum": 1000}
    if page % 2:
        options: list[object] = [*REASONS[:-1], {"code": REASONS[-1], "exclusive": True}]
        last = {"key": f"reasons{page}", "type": "multi", "options": options, "max_choices": 3}
    made: list[dict[str, object]] = [
        {"key": f"factors{page}", "rows": list(ROWS), "type": "single", "scale": "factor"},
        {"key": f"filter{page}", "type": "single", "scale": "yes_no", "required": "hard"},
        last,
    ]
    return [{**item, "disclosure": "open"} for item in made]


def page_of(page: int) -> dict[str, object]:
    asks = [f"factors{page}.*", f"filter{page}", f"reasons{page}" if page % 2 else f"amount{page}"]
    made: dict[str, object] = {"id": f"page{page}", "section": f"section{page // 10}", "ask": asks}
    return {**made, "show_if": f'open{page} or bg.country == "NO"'} if page % 3 == 1 else made


def edit_of(page: int) -> dict[str, object]:
    rule = f'not (amount{page} > 500 and filter{page} == "no")'
    return {"id": f"edit{page}", "item": f"amount{page}", "level": "soft", "rule": rule}


def texts_of(language: str) -> dict[str, object]:
    def said(what: str) -> str:
        return f"{what.capitalize()} of the newest innovation of the workplace, as it is asked in {language}"

    items: dict[str, object] = {}
    for page in range(PAGES):
        rows = {row: said(f"{row} {page}") for row in ROWS}
        items[f"factors{page}"] = {"question": said(f"what promoted or hindered {page}"), "rows": rows}
        items[f"filter{page}"] = {"question": said(f"use {page}"), "help": said(f"what counts as use {page}")}
        if page % 2:
            options = {code: f"{code} in {language}" for code in REASONS}
            items[f"reasons{page}"] = {"question": said(f"reasons {page}"), "options": options}
        else:
            items[f"amount{page}"] = {"question": said(f"cost {page}"), "help": said(f"what counts as cost {page}")}
    return {
        "state": "draft",
        "title": f"A large questionnaire in {language}",
        "introduction": said("this asks you for the whole"),
        "sections": {f"section{number}": f"Part {number} in {language}" for number in range((PAGES + 9) // 10)},
        "pages": {f"page{page}": f"Page {page} in {language}" for page in range(PAGES)},
        "scales": {
            "factor": {code: f"{code.replace('_', ' ')} in {language}" for code in SCALE},
            "yes_no": {"yes": f"Yes in {language}", "no": f"No in {language}"},
        },
        "items": items,
        "edits": {f"edit{page}": said(f"is the amount right {page}") for page in range(0, PAGES, 2)},
    }


def write(folder: Path) -> list[Path]:
    """The questionnaire as an author's directory; its files."""
    scales: dict[str, object] = {"factor": [*SCALE[:-1], {"code": SCALE[-1], "missing": True}], "yes_no": ["yes", "no"]}
    instrument: dict[str, object] = {
        "format": "barometer-instrument/1",
        "key": "large",
        "version": "1",
        "languages": list(LANGUAGES),
        "background": ["country"],
        "banks": ["large"],
        "conditions": {f"open{page}": f'filter{page - 1} == "yes"' for page in range(1, PAGES, 3)},
        "pages": [page_of(page) for page in range(PAGES)],
        "edits": [edit_of(page) for page in range(0, PAGES, 2)],
    }
    bank: dict[str, object] = {"scales": scales, "items": [item for page in range(PAGES) for item in items_of(page)]}
    contents: dict[str, dict[str, object]] = {"instruments/large.yaml": instrument, "items/large.yaml": bank}
    contents |= {f"texts/large.{language}.yaml": texts_of(language) for language in LANGUAGES}
    files = []
    for name, content in contents.items():
        files.append(folder / name)
        files[-1].parent.mkdir(exist_ok=True)
        files[-1].write_text(written_yaml(content), encoding="utf-8")
    return files


def seconds(work: Callable[[], object]) -> float:
    gc.collect()
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def compare(what: str, ours: Callable[[], object], peer_name: str, peer: Callable[[], object]) -> float:
    """Print both medians and their ratio; the seconds of ours."""
    both = [(seconds(ours), seconds(peer)) for _run in range(RUNS)]
    one, other = (statistics.median(times) for times in zip(*both, strict=True))
    ratio = statistics.median(mine / theirs for mine, theirs in both)
    print(f"{what:40}{one * 1000:9.0f} ms   {peer_name:44}{other * 1000:9.0f} ms   ratio {ratio:6.2f}")
    return one


def publishing(folder: Path, document: dict[str, Any]) -> Callable[[], object]:
    """Publish the questionnaire as one more version, in a database in the folder."""
    os.environ |= {
        "DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'ours.sqlite3'}",
        "LOG_LEVEL": "ERROR",
    }
    os.environ["DJANGO_SETTINGS_MODULE"] = "barometer.settings"
    # Only here are a database and its settings needed.
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from surveys.actions import instruments
    from tests import make

    programme, by, numbers = make.programme(), make.user(), count(1)

    def publish() -> object:
        now = {**document, "version": str(next(numbers))}
        return instruments.field(version=instruments.store(programme=programme, document=now, by=by), by=by)

    publish()  # so that each one measured has a version before it to be compared with
    return publish


def storing(folder: Path, document: dict[str, Any]) -> Callable[[], object]:
    """The peer of publishing: the document as text with its hash in one row, on disk."""

    def store() -> None:
        text = json.dumps(document)
        with closing(sqlite3.connect(folder / "bare.sqlite3")) as database, database:
            database.execute("CREATE TABLE IF NOT EXISTS version (document TEXT, sha256 TEXT)")
            database.execute("INSERT INTO version VALUES (?, ?)", (text, hashlib.sha256(text.encode()).hexdigest()))

    return store


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        texts = [file.read_text(encoding="utf-8") for file in write(folder)]
        document = load_directory(folder, name="large")
        instrument = from_document(document)
        findings = lint(instrument)
        if findings:
            sys.exit(f"The questionnaire made here has {len(findings)} findings, the first: {findings[0]}")
        stored = json.dumps(document)
        whole = folder / "large.json"
        whole.write_text(stored, encoding="utf-8")
        validator = Draft202012Validator(JSON_SCHEMA)
        assert list(validator.iter_errors(document)) == []
        print(f"{len(instrument.items)} items, {len(LANGUAGES)} languages, {len(texts)} YAML files of "
              f"{sum(map(len, texts)) // 1000} kB, one JSON document of {len(stored) // 1000} kB; "
              f"medians of {RUNS} runs")  # fmt: skip
        read = "load the directory of YAML files"
        compare(read, lambda: load_directory(folder, name="large"), "yaml.safe_load of the same texts",
                lambda: [yaml.safe_load(text) for text in texts])  # fmt: skip
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        compare(read, lambda: load_directory(folder, name="large"), f"yaml.load with {loader.__name__}",
                lambda: [yaml.load(text, Loader=loader) for text in texts])  # noqa: S506  # fmt: skip
        compare("load the same as one file of JSON", lambda: load_file(whole), f"yaml.load with {loader.__name__}",
                lambda: yaml.load(stored, Loader=loader))  # noqa: S506  # fmt: skip
        compare("load the stored JSON", lambda: from_document(json.loads(stored)), "json.loads of the same text",
                lambda: json.loads(stored))  # fmt: skip
        compare("lint", lambda: lint(instrument), "jsonschema on the document, structure alone",
                lambda: list(validator.iter_errors(document)))  # fmt: skip
        compare("canonical document and hash", lambda: content_hash(to_document(instrument)),
                "json.dumps and SHA-256 of the document",
                lambda: hashlib.sha256(json.dumps(document).encode()).hexdigest())  # fmt: skip
        taken = compare("publish: store, lint, compare, freeze", publishing(folder, document),
                        "the document and its hash as one row", storing(folder, document))  # fmt: skip
    print(f"the bar of {BAR:g} s for publishing is {'held' if taken < BAR else 'missed'}")


if __name__ == "__main__":
    main()
