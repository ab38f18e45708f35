"""The commands of the exchange with XLSForm."""

import errno
import json
import os
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from surveys.instrument.document import LIBRARY, load_directory, load_library
from tests.surveys.instrument.xlsform.forms import form


def run(name: str, *arguments: object) -> tuple[str, int]:
    """What the command prints and its exit status."""
    output = StringIO()
    try:
        call_command(name, *map(str, arguments), stdout=output)
    except CommandError as error:
        return output.getvalue(), error.returncode
    return output.getvalue(), 0


def test_a_shipped_questionnaire_goes_out_and_comes_back(tmp_path: Path) -> None:
    out, status = run("export_xlsform", LIBRARY, tmp_path / "a.xlsx", "--name", "workplace", "--block", "failed")
    assert status == 0
    assert out.splitlines()[-1] == f"Wrote {tmp_path / 'a.xlsx'}"
    printed, status = run("import_xlsform", tmp_path / "a.xlsx", tmp_path / "back", "--json")
    assert status == 0
    report: dict[str, Any] = json.loads(printed)
    document = load_library("workplace", blocks=["failed"])
    items: Any = document["items"]
    assert (report["taken"]["items"], report["lost"], report["assumed"], report["findings"]) == (len(items), [], [], [])
    assert all(Path(path).is_file() for path in report["wrote"])
    assert load_directory(tmp_path / "back", name="workplace") == document


def test_a_loss_is_reported_and_the_rest_written(tmp_path: Path) -> None:
    file = tmp_path / "form.xlsx"
    file.write_bytes(form([{"type": "text", "name": "a", "label": "A"}, {"type": "geopoint", "name": "b"}]))
    printed, status = run("import_xlsform", file, tmp_path / "out", "--name", "mine", "--language", "nb", "--json")
    assert status == 1
    report = json.loads(printed)
    assert [(loss["place"], loss["what"]) for loss in report["lost"]] == [("survey, row 3", "b of the type 'geopoint'")]
    document: Any = load_directory(tmp_path / "out", name="mine")
    assert (document["key"], document["languages"]) == ("mine", ["nb"])
    assert [finding["rule"] for finding in report["findings"]] == ["missing_text"] * 4
    text, status = run("import_xlsform", file, tmp_path / "again")
    assert status == 1
    assert "lint_instrument lists what to mend: missing_text 4." in text
    assert "survey, row 3: b of the type 'geopoint' was not taken." in text


@pytest.mark.parametrize("arguments", [[], ["--json"]])
def test_a_refused_file_writes_nothing(tmp_path: Path, arguments: list[str]) -> None:
    file = tmp_path / "form.xlsx"
    file.write_bytes(b"no workbook")
    printed, status = run("import_xlsform", file, tmp_path / "out", *arguments)
    assert status == 1
    assert not (tmp_path / "out").exists()
    assert not arguments or "no zip file" in json.loads(printed)["refused"]


def test_nothing_is_written_over(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    assert run("export_xlsform", LIBRARY, file, "--name", "political")[1] == 0
    before = file.read_bytes()
    assert run("export_xlsform", LIBRARY, file, "--name", "political")[1] == 1
    assert file.read_bytes() == before
    assert run("import_xlsform", file, tmp_path / "out")[1] == 0
    printed, status = run("import_xlsform", file, tmp_path / "out", "--json")
    assert status == 1
    assert "Name another" in json.loads(printed)["refused"]


def test_an_unknown_questionnaire_is_refused(tmp_path: Path) -> None:
    printed, status = run("export_xlsform", LIBRARY, tmp_path / "a.xlsx", "--name", "nobody", "--json")
    assert status == 1
    assert "nobody.yaml" in json.loads(printed)["refused"]
    assert run("import_xlsform", tmp_path / "absent.xlsx", tmp_path / "out")[1] == 1


def test_the_only_questionnaire_of_a_directory_needs_no_name(tmp_path: Path) -> None:
    file, folder = tmp_path / "political.xlsx", tmp_path / "imported"
    assert run("export_xlsform", LIBRARY, file, "--name", "political")[1] == 0
    assert run("import_xlsform", file, folder)[1] == 0
    printed, status = run("export_xlsform", folder, tmp_path / "again.xlsx", "--json")
    assert (status, json.loads(printed)["assumed"]) == (0, [])


def test_of_several_questionnaires_the_one_taken_is_said(tmp_path: Path) -> None:
    printed, status = run("export_xlsform", LIBRARY, tmp_path / "a.xlsx", "--json")
    taken = "Of management, political, workplace the questionnaire workplace was taken: name another with --name."
    assert (status, json.loads(printed)["assumed"]) == (0, [taken])


def test_an_export_that_cannot_be_written_whole_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(part: Path, content: bytes) -> int:
        part.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    printed, status = run("export_xlsform", LIBRARY, tmp_path / "a.xlsx", "--name", "political", "--json")
    assert status == 1
    assert "a.xlsx: expected a place to write to, got: No space left" in json.loads(printed)["refused"]
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    printed, status = run("import_xlsform", tmp_path / "none.xlsx", tmp_path / "out", "--json")
    assert status == 1
    assert f"{tmp_path / 'none.xlsx'}: expected a readable file" in json.loads(printed)["refused"]


@pytest.mark.parametrize("command", ["import_xlsform", "import_lss"])
def test_a_pipe_is_not_waited_for(tmp_path: Path, command: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    printed, status = run(command, tmp_path / "pipe", tmp_path / "out", "--json")
    assert status == 1
    assert "expected a readable file, got a pipe or a device" in json.loads(printed)["refused"]
