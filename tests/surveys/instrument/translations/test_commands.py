import json
import shutil
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from surveys.instrument.document import LIBRARY


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LIBRARY, tmp_path / "library"))


def said(command: str, *arguments: object) -> str:
    """What the command prints; a failure at the end is its last line."""
    out = StringIO()
    try:
        call_command(command, *map(str, arguments), stdout=out)
    except CommandError as error:
        return f"{out.getvalue()}exit status {error.returncode}: {error}\n"
    return out.getvalue()


def exported(library: Path, name: str) -> Path:
    file = library.parent / name
    said("export_texts", library, file, "--name", "political", "--language", "fi")
    return file


@pytest.mark.parametrize("ending", ["po", "xlsx"])
def test_what_was_not_touched_changes_no_file(library: Path, ending: str) -> None:
    file = library.parent / f"fi.{ending}"
    arguments = ("--name", "political", "--language", "fi")
    assert said("export_texts", library, file, *arguments) == f"Taken: 88 texts, 88 draft.\nWrote {file}\n"
    assert said("import_texts", library, file, *arguments) == "Taken: 88 unchanged.\n"
    for own in LIBRARY.rglob("*.yaml"):
        assert (library / own.relative_to(LIBRARY)).read_bytes() == own.read_bytes()


def test_a_file_is_taken_and_what_is_not_is_said(library: Path) -> None:
    file = exported(library, "fi.xlsx")
    book = load_workbook(BytesIO(file.read_bytes()))
    rows = {str(row[0].value): row for row in book["texts"].iter_rows(min_row=2)}
    rows["pages.comment"][3].value = "Lopuksi"
    rows["pages.comment"][5].value = "checked"
    rows["title"][3].value = "Kunnan {organisation|kunta}"
    rows["pages.role"][3].value = "Sinun 'roolisi'"
    book.save(file)
    arguments = (library, file, "--name", "political", "--language", "fi", "--by", "Aino Virtanen")
    lines = said("import_texts", *arguments).splitlines()
    text = library / "texts" / "political.fi.yaml"
    assert lines[0] == "Taken: 2 texts, 1 of them checked, 85 unchanged."
    assert lines[1].startswith("texts.fi.pages.role: It has a straight quotation mark")
    assert lines[2].startswith("texts, row 2, title: the text with {organisation|kunta} was not taken. Its source has")
    assert lines[3:] == [f"Wrote {text}", "exit status 1: 1 thing was not taken: see the list."]
    assert "  comment: Lopuksi\n" in text.read_text(encoding="utf-8")
    assert "states:\n  pages.comment: checked\n" in text.read_text(encoding="utf-8")


def test_a_finding_alone_ends_in_failure_too(library: Path) -> None:
    file = exported(library, "fi.po")
    content = file.read_text(encoding="utf-8")
    was = 'msgctxt "pages.comment"\nmsgid "Kommentar"\nmsgstr "Kommentti"'
    assert was in content
    file.write_text(content.replace(was, was.replace("Kommentti", "Kommentti  2026")), encoding="utf-8")
    lines = said("import_texts", library, file, "--name", "political", "--language", "fi").splitlines()
    assert lines[-1] == "exit status 1: 2 findings in the texts that were taken: see the list."


def test_machines_get_one_document(library: Path) -> None:
    file = exported(library, "fi.po")
    whole = json.loads(said("import_texts", library, file, "--name", "political", "--language", "fi", "--json"))
    taken = {"texts": 0, "of them checked": 0, "unchanged": 88}
    assert whole == {"taken": taken, "assumed": [], "lost": [], "wrote": []}


def test_a_refusal_says_why(library: Path) -> None:
    file = exported(library, "fi.po")
    again = said("export_texts", library, file, "--name", "political", "--language", "fi")
    assert again.startswith("exit status 1: ")
    assert "expected a new file, and this one stands there" in again
    assert "Expected texts in sv" in said("import_texts", library, file, "--name", "political", "--language", "sv")
    assert "got the language 'se'" in said("import_texts", library, file, "--name", "political", "--language", "se")
    assert "got .doc" in said("export_texts", library, library / "a.doc", "--name", "political", "--language", "fi")
    assert not (library / "a.doc").exists()
