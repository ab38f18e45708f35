"""Our instruments through LimeSurvey's tab-separated form and back."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from surveys.instrument.directory import names_in
from surveys.instrument.document import LIBRARY, load_directory, load_file
from surveys.instrument.exchange import differences
from surveys.instrument.limesurvey import read_limesurvey, reading_files, short_codes, write_tsv
from surveys.instrument.limesurvey.reading_files import FORMULA
from surveys.instrument.on_disk import fitting_blocks

TINY = Path(__file__).parents[3] / "instruments"
COLUMNS = ["id", "related_id", "class", "type/scale", "name", "relevance", "text", "help", "language", "validation"]


def shipped(name: str) -> dict[str, Any]:
    return load_directory(LIBRARY, name=name, blocks=fitting_blocks(LIBRARY, name))


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter="\t"))


def rewritten(content: list[dict[str, str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, fieldnames=list(content[0]), delimiter="\t", lineterminator="\n")
    writer.writeheader()
    writer.writerows(content)
    return out.getvalue().encode()


@pytest.mark.parametrize("name", names_in(LIBRARY, "instruments"))
def test_a_shipped_instrument_with_all_its_blocks_comes_back_whole(name: str) -> None:
    document = shipped(name)
    exported = write_tsv(document)
    back = read_limesurvey(exported.content)
    assert back.document == document
    assert all(str(loss.why).startswith(("It travels", "LimeSurvey keeps")) for loss in exported.lost)
    assert back.taken == exported.taken


@pytest.mark.parametrize("name", ["every_type", "kinds", "battery", "edits", "exclusive", "one_page", "routing"])
def test_a_tiny_instrument_comes_back_but_for_what_is_named(name: str) -> None:
    document = load_file(TINY / f"{name}.yaml")
    exported = write_tsv(document)
    named = {loss.place for loss in exported.lost}
    assert {loss.place for loss in differences(document, read_limesurvey(exported.content).document)} <= named


def test_what_nobody_foresaw_is_named_too() -> None:
    document = shipped("political")
    document["items"].append({**document["items"][0], "key": "never_asked"})
    lost = [loss for loss in write_tsv(document).lost if loss.place == "items"]
    assert len(lost) == 1
    assert "read back" in lost[0].why


NASTY = ["=1+1", "=cmd|' /C calc'!A0", " @SUM(1)", "+1+cmd|'x'!A1", "-5", "javascript:alert(1)", "<script>x</script>"]


@pytest.mark.parametrize("text", NASTY)
def test_a_text_that_a_spreadsheet_or_browser_would_run_goes_out_defused(text: str) -> None:
    document = load_file(TINY / "kinds.yaml")
    language = document["languages"][0]
    document["texts"][language]["title"] = text
    exported = write_tsv(document)
    cells = {cell for row in rows(exported.content) for cell in row.values()}
    assert not any(FORMULA.match(cell) for cell in cells)
    assert not any("<script" in cell or "javascript:" in cell for cell in cells)
    assert read_limesurvey(exported.content).document["texts"][language]["title"] == text  # type: ignore[index]
    assert write_tsv(load_file(TINY / "kinds.yaml")).lost == exported.lost


def test_a_file_that_cannot_be_read_back_is_written_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_files, "MAX_ROWS", 5)
    exported = write_tsv(load_file(TINY / "kinds.yaml"))
    assert exported.content
    assert [loss.why for loss in exported.lost if loss.place == "the file"] == [
        "At most 5 rows are read, and this file has more: split it."
    ]


def test_limesurvey_finds_its_own_columns_first_and_ours_last() -> None:
    content = write_tsv(shipped("workplace")).content
    assert content.startswith(b"\xef\xbb\xbf")
    header = list(rows(content)[0])
    assert header[: len(COLUMNS)] == COLUMNS
    assert header[-2:] == ["barometer_key", "barometer_more"]


def test_codes_keep_to_the_lengths_that_limesurvey_allows() -> None:
    for row in rows(write_tsv(shipped("workplace")).content):
        longest = {"Q": 20, "SQ": 5, "A": 5}.get(row["class"])
        if longest:
            assert row["name"].isalnum()
            assert row["name"].isascii()
            assert len(row["name"]) <= longest
            assert row["class"] != "Q" or row["name"][0].isalpha()


def test_codes_are_the_same_whatever_stands_around_them() -> None:
    alone = short_codes(load_directory(LIBRARY, name="workplace"))
    among_blocks = short_codes(shipped("workplace"))
    assert set(alone) <= set(among_blocks)
    assert any("dont_know = " in line for line in alone)


def test_the_json_of_our_column_has_no_backslash_before_a_quotation_mark() -> None:
    document = shipped("political")
    document["items"][0]["evidence"] = 'He said "\\" and left.'
    exported = write_tsv(document)
    assert b'\\"' not in exported.content.replace(b'""', b'"')
    assert read_limesurvey(exported.content).document == document


def test_texts_with_markup_braces_and_lines_come_back() -> None:
    document = load_file(TINY / "one_page.yaml")
    language = document["languages"][0]  # type: ignore[index]
    text = 'a < b & "c" {{not a place}}\n  two  spaces\n\u00a0and more\n'
    document["texts"][language]["introduction"] = text  # type: ignore[index]
    exported = write_tsv(document)
    assert exported.lost == ()
    assert read_limesurvey(exported.content).document == document


def test_what_limesurvey_drops_of_our_columns_does_not_touch_the_items() -> None:
    """A server keeps what stands beside questions, as attributes, and nothing of ours elsewhere."""
    document = shipped("management")
    kept = rows(write_tsv(document).content)
    for row in kept:
        if row["class"] != "Q":
            row["barometer_key"] = row["barometer_more"] = ""
    back = read_limesurvey(rewritten(kept)).document
    for part in ("items", "conditions", "edits", "background", "languages"):
        assert back[part] == document[part]


def test_a_rule_that_somebody_changed_in_limesurvey_counts_and_not_the_one_beside_it() -> None:
    document = shipped("management")
    changed = rows(write_tsv(document).content)
    row = next(row for row in changed if row["class"] == "SQ" and "ATTRIBUTE_1" in row["relevance"])
    assert '"rules"' in next(one["barometer_more"] for one in changed if one["name"] == "fundingSplit")
    code = row["barometer_key"]
    for same in changed:
        if same["name"] == row["name"] and same["class"] == "SQ":
            same["relevance"] = 'TOKEN:ATTRIBUTE_1 == "IS"'
    back: Any = read_limesurvey(rewritten(changed)).document
    item = next(item for item in back["items"] if item["key"] == "funding_split")
    option = next(option for option in item["options"] if option["code"] == code)
    assert option["show_if"] == ["==", ["bg", "country"], "IS"]


def test_a_changed_text_comes_back_changed() -> None:
    changed = rows(write_tsv(shipped("political")).content)
    row = next(row for row in changed if row["class"] == "Q" and row["language"] == "en" and row["type/scale"] == "L")
    row["text"] = "Asked <br />anew?"
    back: Any = read_limesurvey(rewritten(changed)).document
    key = next(one["barometer_key"] for one in changed if one["name"] == row["name"] and one["barometer_key"])
    assert back["texts"]["en"]["items"][key]["question"] == "Asked \nanew?"


def test_our_column_changed_by_a_spreadsheet_is_named() -> None:
    changed = rows(write_tsv(shipped("political")).content)
    row = next(row for row in changed if row["class"] == "Q")
    row["barometer_more"] = row["barometer_more"][:20]
    found = read_limesurvey(rewritten(changed))
    assert found.lost[0].what == "barometer_more"
    deep = json.dumps({"item": eval("[" * 60 + "]" * 60)})  # noqa: S307 - brackets alone
    row["barometer_more"] = deep
    assert read_limesurvey(rewritten(changed)).lost[0].what == "barometer_more"
