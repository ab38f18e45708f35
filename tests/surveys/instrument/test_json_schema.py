"""The JSON Schema takes every canonical document and refuses what the reader refuses by form."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from surveys.instrument.directory import names_in
from surveys.instrument.document import LIBRARY, from_document, load_file, load_library, to_document
from surveys.instrument.json_schema import JSON_SCHEMA
from surveys.instrument.reader import InstrumentError
from surveys.instrument.shipped import blocks_for

ROOT = Path(__file__).resolve().parents[3]
VALIDATOR = Draft202012Validator(JSON_SCHEMA)


def whole(name: str) -> dict[str, Any]:
    return load_library(name, blocks=[block.key for block in blocks_for(name)])


@pytest.mark.parametrize("name", names_in(LIBRARY, "instruments"))
def test_every_shipped_questionnaire_is_of_the_schema(name: str) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(whole(name))] == []


@pytest.mark.parametrize("name", ["battery", "edits", "every_type", "exclusive", "kinds", "printed", "routing"])
def test_every_feature_is_of_the_schema(name: str) -> None:
    document = load_file(ROOT / "tests" / "instruments" / f"{name}.yaml")
    assert [error.message for error in VALIDATOR.iter_errors(document)] == []


def broken(change: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(load_library("political")))
    first = document["items"][1]
    match change:
        case "format":
            document["format"] = "barometer-instrument/2"
        case "no disclosure":
            del first["disclosure"]
        case "type":
            first["type"] = "grid"
        case "a member nobody knows":
            first["colour"] = "red"
        case "key":
            first["key"] = "Two words"
        case "rule":
            document["partial"] = {"eval": "import os"}
        case "state":
            document["texts"]["nb"]["state"] = "approved"
        case "languages":
            document["languages"] = []
    return document


@pytest.mark.parametrize(
    "change", ["format", "no disclosure", "type", "a member nobody knows", "key", "rule", "state", "languages"]
)
def test_schema_and_reader_refuse_the_same(change: str) -> None:
    document = broken(change)
    assert list(VALIDATOR.iter_errors(document)), change
    with pytest.raises(InstrumentError):
        to_document(from_document(document))


def test_the_schema_stands_as_a_file_for_others() -> None:
    written = json.loads((ROOT / "docs" / "barometer-instrument-1.schema.json").read_text(encoding="utf-8"))
    assert written == JSON_SCHEMA
