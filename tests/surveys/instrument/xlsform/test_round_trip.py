"""Our questionnaires to a form and back: the same document, but for what the report names."""

import copy
import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from pyxform.xls2xform import convert

from surveys.instrument.directory import names_in
from surveys.instrument.document import LIBRARY, InstrumentError, from_document, load_file, load_library, to_document
from surveys.instrument.safe_yaml import read_yaml
from surveys.instrument.xlsform import read_xlsform, write_xlsform
from tests import make
from tests.surveys.instrument.xlsform.forms import losses, read, saved

INSTRUMENTS = ("workplace", "management", "political")
TINY = sorted((Path(__file__).parents[3] / "instruments").glob("*.yaml"))


def with_all_blocks(name: str) -> dict[str, Any]:
    blocks = []
    for block in names_in(LIBRARY, "blocks"):
        content = read_yaml(LIBRARY / "blocks" / f"{block}.yaml")
        assert isinstance(content, dict)
        if name in content["instruments"]:
            blocks.append(block)
    return load_library(name, blocks=blocks)


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_a_shipped_questionnaire_comes_back_whole(name: str) -> None:
    document = with_all_blocks(name)
    made = write_xlsform(document)
    assert made.lost == ()
    assert made.taken["items"] == len(document["items"])
    back = read_xlsform(made.content)
    assert back.document == document
    assert (back.lost, back.assumed) == ((), ())


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_other_programs_take_a_shipped_questionnaire(name: str) -> None:
    document = with_all_blocks(name)
    converted = convert(write_xlsform(document).content, validate=False, file_type=".xlsx")
    assert converted.warnings == []
    for text in document["texts"].values():
        assert text["title"] in converted.xform or text["source"]
    assert converted.xform.count("<translation ") == len(document["languages"])


@pytest.mark.parametrize("path", TINY, ids=lambda path: path.stem)
def test_whatever_does_not_come_back_is_named(path: Path) -> None:
    try:
        document = load_file(path)
    except InstrumentError:
        return  # its fault is that it does not load
    made = write_xlsform(document)
    back = read_xlsform(made.content, name=str(document["key"])).document
    assert (back == document) or made.lost
    named = {loss.place.split(".")[0].split("[")[0] for loss in made.lost}
    assert {part for part in {*document, *back} if document.get(part) != back.get(part)} <= named


def changed(**parts: Any) -> dict[str, Any]:
    """The questionnaire with every kind of answer, its number under a key that rules can name."""
    kinds = json.loads(json.dumps(to_document(make.questionnaire("kinds"))).replace('"count"', '"number"'))
    return to_document(from_document({**kinds, **parts}))


def test_every_property_of_every_kind_of_item_comes_back() -> None:
    document = changed()
    items: Any = document["items"]
    items += [
        {
            "key": "share.of.money",
            "type": "percent",
            "disclosure": "quasi-identifying",
            "required": "hard",
            "options": [{"code": "own"}, {"code": "other", "common": "own", "show_if": 'bg.country == "NO"'}],
            "export": "money_share",
            "source": "X1",
            "since": "NO 2020",
            "evidence": "own",
        },
        {
            "key": "order",
            "type": "rank",
            "disclosure": "open",
            "required": "soft",
            "max_choices": 2,
            "options": [{"code": "a"}, {"code": "b"}, {"code": "c"}],
        },
        {"key": "founded", "type": "year", "disclosure": "open", "minimum": 1900, "required": "no"},
        {
            "key": "cost",
            "type": "number",
            "disclosure": "confidential",
            "decimals": 2,
            "unit": "euro",
            "required": "no",
        },
        {"key": "day", "type": "date", "disclosure": "open", "required": "hard"},
        {"key": "about", "type": "info", "disclosure": "open"},
        {
            "key": "people",
            "type": "register",
            "of": "number",
            "variable": "country",
            "disclosure": "open",
            "minimum": 1,
            "required": "soft",
        },
        {
            "key": "tools.other_text",
            "type": "text",
            "disclosure": "identifying",
            "max_length": 50,
            "required": "no",
            "specifies": {"item": "tools", "code": "file"},
        },
    ]
    pages: Any = document["pages"]
    pages[1]["asks"].append({"item": "tools.other_text", "show_if": "answered(colour)"})
    keys = ("share.of.money", "order", "founded", "cost", "day", "about", "people")
    pages.append({"id": "rest", "section": "two", "definition": True, "asks": [{"item": key} for key in keys]})
    document["conditions"] = [{"name": "many", "rule": "number > 3"}, {"name": "all_but", "rule": "not many"}]
    document["partial"] = "answered(colour) and not many"
    document["self_test"] = ["colour", "words"]
    document["blocks"] = [{"key": "extra", "origin": "own", "evidence": "= ours"}]
    document["comparability"] = [
        {
            "item": "colour",
            "with": "kinds 0",
            "country": "NO",
            "relation": "reworded",
            "why": "+ x",
            "by": "ab",
            "on": "2026-01-02",
        }
    ]
    document["edits"] = [
        {"id": "first", "item": "number", "rule": 'not (number > 90 and colour == "red")', "level": "soft"},
        {"id": "second", "item": "number", "rule": "not number == 13", "level": "hard"},
        {"id": "third", "item": "tools", "rule": '"saw" in tools or "file" in tools', "level": "hard"},
    ]
    for language, texts in document["texts"].items():  # type: ignore[attr-defined]
        texts["items"] |= {
            "share.of.money": {"question": f"Q {language}", "help": "- H", "options": {"own": "=A1", "other": "@b"}},
            "order": {"question": "+ order", "options": {"a": "A", "b": "B", "c": "C"}},
            "founded": {"question": "{{When}} was {organisation|it} founded, {item.name|x}?"},
            "cost": {"question": "How much?", "unit": "EUR"},
            "day": {"question": "Which day?"},
            "about": {"question": "Read this."},
            "people": {"question": "How many?"},
        }
        texts["edits"] = {"first": "One?", "second": "Two?", "third": "Three?"}
        texts["states"] = {"items.day.question": "checked"}
    document["texts"]["en"] |= {"source": "nb", "sources": {"items.day.question": "0a1b2c3d"}}  # type: ignore[index]
    whole = to_document(from_document(document))
    made = write_xlsform(whole)
    assert made.lost == ()
    assert read_xlsform(made.content).document == whole


def test_labels_that_look_like_formulas_stay_texts() -> None:
    document = changed()
    for label in ("=1+1", "+1", "-1", "@x"):
        document["texts"]["nb"]["items"]["name"]["question"] = label
        made = write_xlsform(document)
        sheet = load_workbook(BytesIO(made.content))["survey"]
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == label]
        assert [(cell.data_type, cell.quotePrefix) for cell in cells] == [("s", True)]
        assert read_xlsform(made.content).document == document


def test_what_other_programs_will_not_do_is_named() -> None:
    document = changed(
        edits=[
            {"id": "one", "item": "number", "rule": "number < 50", "level": "hard"},
            {"id": "two", "item": "number", "rule": "not number == 13", "level": "hard"},
        ],
    )
    document["pages"][2]["show_if"] = ["==", ["sum", "number"], 3]
    made = write_xlsform(document)
    assert {(loss.place, loss.what) for loss in made.lost} >= {
        ("edits[two]", "the level hard"),
        ("pages[words]", "sum(number) == 3"),
    }
    back = read_xlsform(made.content).document
    assert back["pages"] == document["pages"]
    assert [(edit["id"], edit["level"]) for edit in back["edits"]] == [("one", "hard"), ("two", "hard")]  # type: ignore[attr-defined]


def test_script_in_our_own_texts_is_left_out_and_named() -> None:
    document = changed()
    document["texts"]["nb"]["items"]["name"]["question"] = "<script>alert(1)</script>"
    made = write_xlsform(document)
    assert "a text with script" in {loss.what for loss in made.lost}
    assert b"<script" not in made.content
    read_xlsform(made.content)


def edited(content: bytes, changes: dict[str, str]) -> bytes:
    """The workbook with some cells of the survey changed: old content -> new."""
    book = load_workbook(BytesIO(content))
    for row in book["survey"].iter_rows():
        for cell in row:
            if cell.value in changes:
                cell.value = changes.pop(str(cell.value))
                cell.data_type = "s"
    assert not changes
    return saved(book)


def test_what_is_changed_in_the_form_holds() -> None:
    tools = [{"item": "tools"}, {"item": "number"}]
    document = changed(
        edits=[{"id": "e", "item": "number", "rule": "not number > 50", "level": "hard"}],
        pages=[
            {"id": "colour", "section": "one", "asks": [{"item": "colour"}]},
            {"id": "tools", "section": "two", "show_if": 'colour != "red"', "asks": tools},
            {"id": "words", "section": "three", "asks": [{"item": "name"}, {"item": "story"}]},
        ],
    )
    made = write_xlsform(document)
    content = edited(
        made.content,
        {
            "${colour} != '' and ${colour} != 'red'": "${colour} = 'blue'",
            "Hva heter det?": "Hva kalles det?",
            ". >= 0 and . <= 99 and not(. > 50)": ". >= 0 and . <= 60",
        },
    )
    back = read_xlsform(content)
    expected = copy.deepcopy(document)
    expected["pages"][1]["show_if"] = ["==", ["item", "colour"], "blue"]
    expected["texts"]["nb"]["items"]["name"]["question"] = "Hva kalles det?"
    expected["items"][2]["maximum"] = 60
    expected["edits"] = []
    assert back.document == expected
    assert [sentence.split(": ")[0] for sentence in back.assumed] == [
        "survey, row 12, column constraint",
        "survey, row 10, column relevant",
    ]


def test_a_changed_repetition_is_named() -> None:
    document = load_library("management")
    made = write_xlsform(document)
    texts: Any = document["texts"]
    content = edited(made.content, {texts["nb"]["introduction"]: "Noe annet."})
    back = read_xlsform(content)
    assert back.document == document
    assert list(losses(back).values()) == ["the text"]


def two_questions(second: str) -> dict[str, Any]:
    """A document with the text of the second question as given."""
    rows = [{"type": "text", "name": name, "label::English (en)": "A question"} for name in ("first", "second")]
    document: dict[str, Any] = read(rows, settings={"form_title": "A form", "version": "1"}).document
    items = document["texts"]["en"]["items"]
    if second:
        items["second"]["question"] = second
    else:
        del items["second"]
    return to_document(from_document(document))


@pytest.mark.parametrize(
    "text", ["Pay $ {{amount}}?", "${{amount}}", "$\\{{a}} and ${{b}} and $\\\\{{c}}", "${item.first|…} kr"]
)
def test_a_dollar_before_a_brace_comes_back_and_other_programs_take_the_form(text: str) -> None:
    document = two_questions(text)
    made = write_xlsform(document)
    assert made.lost == ()
    assert convert(made.content, validate=False, file_type=".xlsx").warnings == []
    assert read_xlsform(made.content).document == document


def test_a_row_that_other_programs_refuse_is_named() -> None:
    assert [loss.what for loss in write_xlsform(two_questions("")).lost] == ["a row that shows no text"]
