import json
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from surveys.instrument.directory import names_in
from surveys.instrument.document import LIBRARY
from surveys.instrument.on_disk import Written, alone_and_with_blocks, fitting_blocks, written_at
from surveys.instrument.reader import InstrumentError

TINY = Path(__file__).parents[2] / "instruments"


def said(*arguments: object, **options: object) -> str:
    out = StringIO()
    call_command("lint_instrument", *map(str, arguments), stdout=out, **options)
    return out.getvalue()


def found(*arguments: object) -> dict[str, Any]:
    """The JSON of a command that ends with status 1."""
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("lint_instrument", *map(str, arguments), "--json", stdout=out)
    assert caught.value.returncode == 1
    whole: dict[str, Any] = json.loads(out.getvalue())
    return whole


def test_without_a_name_every_shipped_questionnaire_is_looked_at_alone_and_with_its_blocks() -> None:
    lines = said().splitlines()
    assert lines[:5] == [
        "management 2026.1: 30 items, nothing to say.",
        "management 2026.1+pilot_organisation: 38 items, nothing to say.",
        "political 2026.1: 14 items, nothing to say.",
        "political 2026.1+pilot_organisation: 22 items, nothing to say.",
        "workplace 2026.1: 69 items, nothing to say.",
    ]
    assert lines[5].startswith("workplace 2026.1+consequences+copied_from+")
    assert lines[5].endswith(": 151 items, nothing to say.")
    assert len(lines) == 7
    assert lines[6].startswith("Taken: ")


def test_one_questionnaire_is_looked_at_with_the_blocks_that_are_named() -> None:
    assert said("--name", "workplace", "--block", "pilot", "--block", "failed").startswith(
        "workplace 2026.1+pilot+failed: "
    )


def test_the_findings_come_as_json() -> None:
    assert found(TINY / "broken_markup.yaml") == {
        "taken": {"files": 1},
        "lost": [],
        "instruments": [
            {
                "key": "broken",
                "version": "1",
                "items": 3,
                "findings": [
                    {
                        "rule": "markup",
                        "location": "texts.en.items.who.question",
                        "message": "It holds markup, which is shown as it stands.",
                        "suggestion": "Write plain text.",
                        "language": "en",
                    }
                ],
                "undecided": [],
                "taken": {"items": 3, "pages": 2, "edits": 1, "languages": 1, "texts": 14},
            }
        ],
    }


def test_a_questionnaire_without_a_fault_has_no_findings_and_status_0() -> None:
    report = json.loads(said(TINY / "edits.yaml", "--json"))["instruments"][0]
    assert (report["key"], report["findings"], report["undecided"]) == ("edits", [], [])


@pytest.mark.parametrize("name", ["document", "missing_disclosure", "rule", "duplicate_key"])
def test_what_cannot_be_read_is_a_finding_too(name: str) -> None:
    report = found(TINY / f"broken_{name}.yaml")["instruments"][0]
    assert report["key"] == f"broken_{name}.yaml"
    assert [finding["rule"] for finding in report["findings"]] == [name]


def test_a_broken_questionnaire_does_not_hide_the_others(tmp_path: Path) -> None:
    (tmp_path / "instruments").mkdir()
    (tmp_path / "instruments" / "broken.yaml").write_text("format: other/1\n", encoding="utf-8")
    shutil.copy(TINY / "edits.yaml", tmp_path / "instruments" / "edits.yaml")
    reports = found(tmp_path)["instruments"]
    assert [report["key"] for report in reports] == ["broken", "edits"]
    assert [finding["rule"] for finding in reports[0]["findings"]] == ["document"]


def test_changes_since_a_former_questionnaire_are_found_beside_it() -> None:
    report = found(TINY / "broken_code_reused.yaml", "--former", TINY / "former.yaml")["instruments"][0]
    assert [finding["rule"] for finding in report["findings"]] == ["code_reused"]
    assert "3 items, nothing to say" in said(TINY / "former.yaml", "--former", TINY / "former.yaml")
    assert "69 items, nothing to say" in said("--name", "workplace", "--former", LIBRARY)


def test_a_questionnaire_that_was_not_there_before_has_no_former(tmp_path: Path) -> None:
    (tmp_path / "instruments").mkdir()
    assert "14 items, nothing to say" in said("--name", "political", "--former", tmp_path)
    with pytest.raises(CommandError, match="--former-name: expected one of no questionnaires, got mayors"):
        said("--name", "political", "--former", tmp_path, "--former-name", "mayors")


def test_a_place_that_is_not_decided_is_named_and_no_finding(tmp_path: Path) -> None:
    text = (TINY / "edits.yaml").read_text(encoding="utf-8")
    file = tmp_path / "calculated.yaml"
    file.write_text(text.replace("show_if: staff > 0", "show_if: staff * staff < 0"), encoding="utf-8")
    assert said(file).splitlines() == [
        "pages.trained: not decided whether any answers lead there. Look at its rule.",
        "edits 1: 3 items, nothing to say.",
    ]
    assert json.loads(said(file, "--json"))["instruments"][0]["undecided"] == ["pages.trained"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["/nowhere"], "expected a directory or a file, got nothing"),
        ([str(TINY)], "expected a file for each questionnaire, got none"),
        ([str(TINY / "edits.yaml"), "--name", "edits"], "expected a directory of questionnaires, got a file"),
        ([str(TINY / "edits.yaml"), "--former", str(LIBRARY)], "--former-name: expected one of management, "),
    ],
)
def test_what_is_not_there_is_named(arguments: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("lint_instrument", *arguments, stdout=StringIO())


def test_blocks_fit_the_questionnaires_that_they_name(tmp_path: Path) -> None:
    others = ("pilot_organisation",)
    assert fitting_blocks(LIBRARY, "workplace") == tuple(
        block for block in names_in(LIBRARY, "blocks") if block not in others
    )
    assert fitting_blocks(LIBRARY, "political") == fitting_blocks(LIBRARY, "management") == others
    (tmp_path / "blocks").mkdir()
    (tmp_path / "blocks" / "broken.yaml").write_text("a: [\n", encoding="utf-8")
    assert fitting_blocks(tmp_path, "any") == ("broken",)


def test_the_questionnaires_of_a_directory_and_of_a_file() -> None:
    assert [one.name for one in written_at(LIBRARY)] == ["management", "political", "workplace"]
    assert written_at(TINY / "edits.yaml") == [Written(TINY / "edits.yaml")]
    assert [one.blocks for one in alone_and_with_blocks(LIBRARY, "workplace", ["failed"])] == [("failed",)]
    with pytest.raises(InstrumentError):
        written_at(LIBRARY / "nowhere")
