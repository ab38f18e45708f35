"""A questionnaire in our own format as one file, there and back."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from surveys.instrument.document import content_hash, load_directory, load_library
from surveys.instrument.own_file import read_own, write_json, write_zip
from surveys.instrument.reader import InstrumentError
from surveys.instrument.safe_yaml import MAX_BYTES


@pytest.mark.parametrize("name", ["management", "political", "workplace"])
def test_a_shipped_questionnaire_goes_out_as_json_and_comes_back_the_same(name: str) -> None:
    document = load_library(name)
    written = write_json(document)
    read = read_own(written.content, name="asked.json")
    assert content_hash(read.document) == content_hash(document)
    assert read.taken == written.taken
    assert (read.lost, written.lost) == ((), ())


def test_the_packed_directory_reads_back_to_the_same_document(tmp_path: Path) -> None:
    document = load_library("political")
    written = write_zip(document)
    with zipfile.ZipFile(io.BytesIO(written.content)) as package:
        package.extractall(tmp_path)
    assert load_directory(tmp_path, name="political") == document
    assert write_zip(document).content == written.content


def test_yaml_with_a_byte_order_mark_is_read_too() -> None:
    content = write_json(load_library("political")).content
    assert read_own(b"\xef\xbb\xbf" + content, name="a.yaml").document == load_library("political")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "named values"),
        (b"- a list", "named values"),
        (b"x" * (MAX_BYTES + 1), f"at most {MAX_BYTES} bytes"),
        (b"a: &a [*a]", "plain data"),
        (b"[" * 40 + b"]" * 40, "at most 30 levels"),
        (json.dumps({"format": "another/1"}).encode(), "barometer-instrument/1"),
    ],
)
def test_what_is_no_questionnaire_is_an_error_that_names_the_place(content: bytes, expected: str) -> None:
    with pytest.raises(InstrumentError) as raised:
        read_own(content, name="asked.json")
    assert expected in str(raised.value)
    assert raised.value.location
