import json
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from surveys.instrument.document import LIBRARY
from surveys.instrument.left_out import files_of

TINY = Path(__file__).parents[2] / "instruments"


def said(*arguments: object) -> str:
    out = StringIO()
    call_command("diff_instruments", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LIBRARY, tmp_path / "library"))


def changed(file: Path, was: str, reads: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert was in text
    file.write_text(text.replace(was, reads, 1), encoding="utf-8")


def test_every_questionnaire_of_two_directories_is_compared_with_its_blocks(library: Path) -> None:
    lines = said(LIBRARY, library).splitlines()
    assert lines[:4] == [
        "management 2026.1+pilot_organisation -> management 2026.1+pilot_organisation",
        "  Nothing has changed.",
        "political 2026.1+pilot_organisation -> political 2026.1+pilot_organisation",
        "  Nothing has changed.",
    ]
    assert lines[4].startswith("workplace 2026.1+consequences+")
    assert lines[5:] == ["  Nothing has changed."]


def test_a_change_in_a_block_is_found(library: Path) -> None:
    changed(library / "texts" / "failed.en.yaml", "question: ", "question: Otherwise, ")
    with pytest.raises(CommandError, match="1 undeclared changes, 0 reused codes") as caught:
        said(LIBRARY, library, "--name", "workplace")
    assert caught.value.returncode == 1
    assert said(LIBRARY, library, "--name", "workplace", "--block", "pilot").splitlines()[1] == "  Nothing has changed."


def test_a_declared_change_is_reported_and_nothing_is_wrong(library: Path) -> None:
    changed(library / "instruments" / "workplace.yaml", '"2026.1"', '"2028.1"')
    changed(library / "texts" / "workplace.en.yaml", "What is your role at the workplace?", "Who are you here?")
    line = "{item: respondent_role, with: workplace 2026.1, relation: same, why: Clearer., by: Kari, on: 2026-01-05}"
    (library / "comparability").mkdir()
    (library / "comparability" / "workplace.yaml").write_text(f"- {line}\n", encoding="utf-8")
    lines = said(LIBRARY, library, "--name", "workplace").splitlines()
    assert lines[1:4] == [
        "Changed items:",
        "  respondent_role: same",
        "    same, *: Clearer. (Kari, 2026-01-05)",
    ]


def test_a_reused_code_is_reported_for_machines_with_status_1() -> None:
    out = StringIO()
    with pytest.raises(CommandError, match="0 undeclared changes, 1 reused codes"):
        call_command(
            "diff_instruments", str(TINY / "former.yaml"), str(TINY / "broken_code_reused.yaml"), "--json", stdout=out
        )
    whole = json.loads(out.getvalue())
    assert whole["instruments"][0]["reused"] == [
        {"item": "who", "code": "employees", "language": "en", "former": "Employees", "present": "Volunteers"}
    ]
    assert whole["instruments"][0]["accounted_for"] is False


def test_questionnaires_that_only_one_directory_has_are_named(library: Path) -> None:
    (library / "instruments" / "political.yaml").rename(library / "instruments" / "mayors.yaml")
    out = said(LIBRARY, library).splitlines()
    assert out[:2] == ["Questionnaires new: mayors", "Questionnaires gone: political"]
    assert json.loads(said(LIBRARY, library, "--json"))["added"] == ["mayors"]


def test_a_file_is_compared_with_a_questionnaire_of_a_directory() -> None:
    with pytest.raises(CommandError, match="undeclared"):
        call_command("diff_instruments", str(TINY / "former.yaml"), str(TINY / "broken_undeclared_change.yaml"))
    assert "political 2026.1" in said(TINY / "former.yaml", LIBRARY, "--name", "political")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            [TINY / "former.yaml", LIBRARY],
            "two questionnaires of one name, got former.yaml and management, political, wor",
        ),
        ([LIBRARY, "/nowhere"], "expected a directory or a file, got nothing"),
        ([LIBRARY, TINY / "broken_rule.yaml", "--name", "political"], r"expected a rule, .* \[rule\]"),
    ],
)
def test_what_cannot_be_compared_is_named(arguments: list[object], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        said(*arguments)


def test_a_directory_without_blocks_is_compared_without_them_and_they_are_named(library: Path) -> None:
    shutil.rmtree(library / "blocks")
    for loss in files_of(library).lost:
        (library / loss.place).unlink()
    lines = said(LIBRARY, library, "--name", "workplace").splitlines()
    assert lines[0].startswith(f"Blocks not compared: {LIBRARY}/blocks/consequences, ")
    assert lines[1:] == ["workplace 2026.1 -> workplace 2026.1", "  Nothing has changed."]
    assert len(json.loads(said(LIBRARY, library, "--name", "workplace", "--json"))["blocks"]) == 11


def test_a_file_that_no_questionnaire_reads_is_named_with_its_directory_and_status_1(library: Path) -> None:
    (library / "items" / "unused.yaml").write_text("items: []\n", encoding="utf-8")
    out = StringIO()
    with pytest.raises(CommandError, match="1 files that were not taken") as caught:
        call_command("diff_instruments", str(LIBRARY), str(library), "--name", "political", "--json", stdout=out)
    assert caught.value.returncode == 1
    assert [loss["place"] for loss in json.loads(out.getvalue())["lost"]] == [f"{library}/items/unused.yaml"]


def test_of_two_directories_the_one_that_cannot_be_read_is_named_for_machines_too(library: Path) -> None:
    (library / "items" / "political.yaml").write_text("items: [\n", encoding="utf-8")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("diff_instruments", str(LIBRARY), str(library), "--name", "political", "--json", stdout=out)
    refused = json.loads(out.getvalue())
    assert refused["refused"].startswith(f"{library}/items/political.yaml: expected YAML, got ")
    assert refused["rule"] == "document"
