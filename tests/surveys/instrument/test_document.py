import copy
import json
from pathlib import Path

import pytest

from surveys.instrument.document import (
    InstrumentError,
    content_hash,
    from_document,
    load_directory,
    load_file,
    load_library,
    to_document,
)
from surveys.instrument.rules import parse
from surveys.instrument.schema import (
    DisclosureClass,
    Item,
    ItemText,
    ItemType,
    Option,
    Requirement,
    TextState,
)
from tests import make

TINY = sorted(
    path.stem
    for path in (Path(__file__).parents[2] / "instruments").glob("*.yaml")
    if path.stem not in ("broken_document", "broken_duplicate_key", "broken_missing_disclosure", "broken_rule")
)


@pytest.mark.parametrize("name", TINY)
def test_a_document_and_the_questionnaire_it_means_are_the_same(name: str) -> None:
    instrument = make.questionnaire(name)
    document = to_document(instrument)
    through_json = json.loads(json.dumps(document))
    assert from_document(through_json) == instrument
    assert to_document(from_document(through_json)) == document


def test_the_shorthand_of_a_battery_is_written_out() -> None:
    instrument = make.questionnaire("battery")
    assert instrument.items["factors.money"] == Item(
        key="factors.money",
        type=ItemType.SINGLE,
        disclosure=DisclosureClass.OPEN,
        options=(Option("hindered"), Option("promoted"), Option("not_relevant", missing=True)),
        battery="factors",
        required=Requirement.SOFT,
    )
    texts = instrument.texts["nb"]
    assert texts.items["factors.money"] == ItemText("Penger", help="Budsjett også")
    assert texts.label(instrument.items["factors.money"], "hindered") == "Hemmet"
    assert texts.label(instrument.items["factors.money"], "nothing") == ""
    assert texts.full_question(instrument.items["factors.law"]) == "Hva fremmet og hva hemmet? Lover"
    assert (texts.state, instrument.base_language, instrument.languages) == (TextState.DRAFT, "en", ("en", "nb"))


def test_rules_are_stored_as_trees_and_read_from_either() -> None:
    document = to_document(make.questionnaire("routing"))
    pages = document["pages"]
    assert isinstance(pages, list)
    assert pages[1]["show_if"] == ["condition", "innovative"]
    assert pages[2]["asks"][0]["show_if"] == ["in", "state", ["item", "partners"]]
    as_text = copy.deepcopy(document)
    as_text["pages"][2]["asks"][0]["show_if"] = '"state" in partners'  # type: ignore[index]
    assert from_document(as_text).pages[2].asks[0].show_if == parse('"state" in partners')
    assert to_document(from_document(as_text)) == document


def test_the_hash_depends_on_content_and_not_on_the_order_of_names() -> None:
    document = load_library()
    turned = dict(reversed(list(document.items())))
    assert content_hash(turned) == content_hash(document)
    assert content_hash({**document, "version": "other"}) != content_hash(document)
    assert len(content_hash(document)) == 64


LINE = {"item": "new", "with": "one_page 0", "relation": "same", "why": "Clearer.", "by": "Kari", "on": "2026-01-05"}


def changed(**parts: object) -> dict[str, object]:
    return {**to_document(make.questionnaire("one_page")), **parts}


@pytest.mark.parametrize(
    ("parts", "location", "expected", "got"),
    [
        ({"format": "other/1"}, "format", "barometer-instrument/1", "'other/1'"),
        ({"colour": "red"}, "", "only format, key, version", "colour"),
        ({"id": "one"}, "", "only format, key, version", "id"),
        ({"version": 2026}, "version", "a text", "2026"),
        ({"key": None}, "key", "a text", "nothing"),
        ({"languages": []}, "languages", "at least one language", "[]"),
        ({"items": {"a": 1}}, "items", "a list", "{'a': 1}"),
        ({"items": [3]}, "items[0]", "named values", "3"),
        ({"items": [{"key": "A"}]}, "items[0].key", "small letters", "'A'"),
        ({"items": [{"key": "a", "disclosure": "open"}]}, "items[a].type", "one of single", "nothing"),
        (
            {"items": [{"key": "a", "type": "grid", "disclosure": "open"}]},
            "items[a].type",
            "one of single, multi, number, text",
            "'grid'",
        ),
        (
            {"items": [{"key": "a", "type": "text", "disclosure": "secret"}]},
            "items[a].disclosure",
            "one of open, quasi-identifying, confidential, identifying",
            "'secret'",
        ),
        (
            {"items": [{"key": "a", "type": "number", "disclosure": "open", "minimum": True}]},
            "items[a].minimum",
            "a whole number",
            "True",
        ),
        (
            {"items": [{"key": "a", "type": "single", "disclosure": "open", "options": [{"code": "x", "label": "X"}]}]},
            "items[a].options[0]",
            "only code, missing, exclusive",
            "label",
        ),
        (
            {"items": [{"key": "a", "type": "single", "disclosure": "open", "scale": "none"}]},
            "items[a].scale",
            "one of no scales",
            "none",
        ),
        (
            {"pages": [{"id": "a", "section": "b", "show_if": "a ==", "asks": []}]},
            "pages[0].show_if",
            "a rule",
            "'a =='",
        ),
        ({"pages": [{"id": "a", "section": "b", "ask": ["x.*"]}]}, "pages[0].ask[0]", "a battery", "'x.*'"),
        *(
            ({"comparability": [{**LINE, name: value}]}, f"comparability[0].{name}", expected, repr(value))
            for name, value, expected in (
                ("relation", "alike", "one of same, reworded, recoded, broken"),
                ("why", " ", "a text with something in it"),
                ("by", "", "a text with something in it"),
                ("with", "", "a text with something in it"),
                ("on", "20260105", "a day as YYYY-MM-DD"),
                ("on", "2026-W01-1", "a day as YYYY-MM-DD"),
                ("on", "2026-02-30", "a day as YYYY-MM-DD"),
                ("country", "no", "* for all, or the two capital letters"),
            )
        ),
        ({"languages": ["nb", "not a language"]}, "languages[1]", "the code of a language", "'not a language'"),
        ({"languages": {"base": "nb"}}, "languages", "a list", "{'base': 'nb'}"),
        ({"version": "a\x00"}, "version", "a text of readable signs", "'a\\x00'"),
        (
            {"texts": {"en": {"state": "draft", "pages": {"a\ud800": "x"}}}},
            "texts.en.pages",
            "names of readable",
            "{'a\\ud800': 'x'}",
        ),
        ({"texts": {"sv": {"state": "draft"}}}, "texts.sv", "texts in en", "sv"),
        ({"texts": {"en": {"state": "done"}}}, "texts.en.state", "one of draft, checked", "'done'"),
    ],
)
def test_a_wrong_document_is_named_by_place(parts: dict[str, object], location: str, expected: str, got: str) -> None:
    with pytest.raises(InstrumentError) as caught:
        from_document(changed(**parts))
    error = caught.value
    assert (error.location, error.got) == (location, got)
    assert error.expected.startswith(expected)


def test_an_error_reads_as_a_sentence_with_a_way_out() -> None:
    with pytest.raises(InstrumentError) as caught:
        from_document(changed(pages=[{"id": "a", "section": "b", "show_if": "a == ", "asks": []}]))
    assert str(caught.value) == (
        "pages[0].show_if: expected a rule, got 'a == '. "
        "Position 6: expected an item, a value, `not` or `(`, got the end."
    )


@pytest.mark.parametrize(
    ("parts", "hint"),
    [
        ({"id": "one"}, "It is called `key` here."),
        ({"reference_period": {}}, "It belongs to the wave"),
        ({"items": [{"key": "a", "codes": "scale.x"}]}, "Name a shared list with `scale:`"),
        ({"items": [{"key": "a", "missing": ["dk"]}]}, "Mark the option"),
        ({"pages": [{"id": "a", "section": "b", "ask": [{"grid": ["a"]}]}]}, "A battery is an item with `rows:`"),
        ({"pages": [{"id": "a", "section": "b", "ask": [{"item": "a", "check": []}]}]}, "Edits stand under"),
        ({"languages": {"base": "en"}}, "The first is the one that the others are translated from"),
    ],
)
def test_a_name_of_another_format_is_told_what_stands_for_it_here(parts: dict[str, object], hint: str) -> None:
    with pytest.raises(InstrumentError) as caught:
        from_document(changed(**parts))
    assert caught.value.hint.startswith(hint)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &x 1\nb: *x\n", "an anchor or alias"),
        ("a: *x\n", "found undefined alias|an anchor or alias"),
        ("a: !!python/object/apply:os.system [ls]\n", "the tag"),
        ("a: !!int 3\n", "the tag"),
        ("a: 1\na: 2\n", "'a' a second time"),
        ("? [1]\n: 2\n", "a list, a mapping or an alias"),
        ("- a\n", r"named values, got \['a'\]"),
        ("a: 1\n---\nb: 2\n", "one document, got a second"),
        ("a: [1\n", "expected YAML"),
        ("a: " + "[" * 40 + "]" * 40 + "\n", "at most 30 levels"),
        ("a: " + "x" * 4_000_001, "at most 4000000 bytes"),
        ("", "named values, got nothing"),
    ],
)
def test_a_file_that_is_not_plain_data_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "file.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InstrumentError, match=message):
        load_file(path)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_bytes("key: å".encode("cp1252"))
    with pytest.raises(InstrumentError, match="expected UTF-8, got byte 5"):
        load_file(path)


def test_json_reads_as_the_same_thing(tmp_path: Path) -> None:
    document = to_document(make.questionnaire("edits"))
    path = tmp_path / "edits.json"
    path.write_text(json.dumps(document, indent=2), encoding="utf-8")
    assert load_file(path) == document


def test_a_directory_without_the_instrument_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InstrumentError, match=r"mayors.yaml: expected a readable file"):
        load_directory(tmp_path, name="mayors")


def test_a_bank_outside_the_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "instruments").mkdir()
    (tmp_path / "instruments" / "a.yaml").write_text("banks: ['../../secrets']\n", encoding="utf-8")
    with pytest.raises(InstrumentError, match="the name of a file in items/"):
        load_directory(tmp_path, name="a")
