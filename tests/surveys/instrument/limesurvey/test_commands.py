import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from surveys.instrument.document import load_directory, load_library
from surveys.instrument.limesurvey import read_limesurvey

HERE = Path(__file__).parent


def run(*arguments: object) -> tuple[str, int]:
    """What the command prints, and its exit status."""
    out = StringIO()
    try:
        call_command(*map(str, arguments), stdout=out)
    except CommandError as error:
        return out.getvalue(), error.returncode
    return out.getvalue(), 0


def test_a_survey_becomes_a_directory_that_loads_to_the_same_document(tmp_path: Path) -> None:
    said, status = run("import_lss", HERE / "newer.lss", tmp_path / "new")
    assert status == 1
    assert said.startswith("Taken: 11 items, 3 pages, 2 languages.")
    assert "question FILE: the question of type | was not taken. Files are not received here." in said
    document = read_limesurvey((HERE / "newer.lss").read_bytes()).document
    assert load_directory(tmp_path / "new", name="nytt_i_kommunen") == document


def test_the_report_is_json_for_machines(tmp_path: Path) -> None:
    said, status = run("import_lss", HERE / "older.lss", tmp_path / "new", "--json")
    found: dict[str, Any] = json.loads(said)
    assert status == 1
    assert found["taken"]["items"] == 11
    assert {"place", "what", "why"} == set(found["lost"][0])
    assert Path(found["wrote"][0]).name == "nytt_i_kommunen.yaml"
    assert any("confidential" in line for line in found["assumed"])


def test_a_refused_file_writes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "archive.lsa"
    file.write_bytes(b"PK\x03\x04")
    said, status = run("import_lss", file, tmp_path / "new", "--json")
    assert status == 1
    assert "archive" in json.loads(said)["refused"]
    assert not (tmp_path / "new").exists()
    assert run("import_lss", tmp_path / "absent.lss", tmp_path / "new")[1] == 1


def test_an_instrument_goes_out_and_comes_in_without_a_loss(tmp_path: Path) -> None:
    file = tmp_path / "survey.txt"
    said, status = run("export_lss", file, "--name=political", "--codes")
    assert status == 0
    assert "dont_know = " in said
    assert f"Wrote {file}" in said
    assert run("import_lss", file, tmp_path / "back")[1] == 0
    assert load_directory(tmp_path / "back", name="political") == load_library("political")


def test_blocks_go_along_and_what_limesurvey_cannot_do_is_said(tmp_path: Path) -> None:
    file = tmp_path / "survey.txt"
    said, status = run("export_lss", file, "--block=copied_from", "--block=failed", "--json")
    found = json.loads(said)
    assert status == 1
    assert [loss["place"] for loss in found["lost"]] == ["item copied_source, option regional"]
    assert run("export_lss", file)[1] == 1, "a file that is there is not written over"
    assert run("export_lss", tmp_path / "other.txt", "--name=nonsense")[1] == 1


def test_a_file_that_is_no_file_is_refused_by_name(tmp_path: Path) -> None:
    for path, got in ((tmp_path, "a directory"), (tmp_path / "absent", "No such file or directory")):
        said, status = run("import_lss", path, tmp_path / "new", "--json")
        assert status == 1
        assert f"expected a readable file, got {got}." in json.loads(said)["refused"]
    assert run("import_lss", "/dev/zero", tmp_path / "new")[1] == 1
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_cannot_be_written_whole_is_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "texts").write_text("in the way")
    said, status = run("import_lss", HERE / "newer.lss", tmp_path, "--json")
    assert status == 1
    assert "refused" in json.loads(said)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / "texts"]


def test_an_export_that_cannot_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert run("export_lss", tmp_path / "survey.txt", "--name=political")[1] == 1
    assert list(tmp_path.iterdir()) == []


def test_a_clean_file_of_others_is_taken_with_exit_status_0(tmp_path: Path) -> None:
    lines = ["class\ttype/scale\tname\ttext\tlanguage", "S\t\tlanguage\ten\t", "SL\t\tsurveyls_title\tNew\ten"]
    lines += ["G\t\tOne\t\ten", "Q\tL\tq\tWhich?\ten", "A\t0\ta\tFirst\ten", "A\t0\tb\tSecond\ten"]
    file = tmp_path / "survey.txt"
    file.write_text("\n".join(lines))
    said, status = run("import_lss", file, tmp_path / "new", "--json")
    found = json.loads(said)
    assert (status, found["lost"]) == (0, [])
    assert [finding["rule"] for finding in found["findings"]] == ["missing_text"]


def test_a_result_that_contradicts_itself_is_no_success(tmp_path: Path) -> None:
    lines = ["class\ttype/scale\tname\trelevance\ttext\tlanguage", "S\t\tlanguage\t\ten\t", "G\t\tOne\t\t\ten"]
    lines += ["Q\tS\ta\tb == 'x'\tFirst\ten", "G\t\tTwo\t\t\ten", "Q\tS\tb\t1\tSecond\ten"]
    file = tmp_path / "survey.txt"
    file.write_text("\n".join(lines))
    said, status = run("import_lss", file, tmp_path / "new")
    assert status == 1
    assert "lint_instrument says: pages.one.a.show_if: It reads b" in said


@pytest.mark.parametrize("command", ["import_lss", "export_lss"])
def test_the_help_says_which_form_it_is(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call_command(command, "--help")
    assert ".txt" in capsys.readouterr().out
