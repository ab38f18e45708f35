"""A questionnaire in our own format as one file, from and to the bytes of it."""

import io
import json
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from surveys.instrument.directory import write_directory
from surveys.instrument.document import from_document, to_document
from surveys.instrument.exchange import Exported, Imported
from surveys.instrument.reader import InstrumentError
from surveys.instrument.safe_yaml import parse_yaml
from surveys.instrument.schema import Instrument
from surveys.instrument.texts import entries


def read_own(content: bytes, *, name: str) -> Imported:
    """The canonical document of a YAML or JSON file; `name` is what errors call it. Nothing can be lost.

    Raises:
        InstrumentError: the file is unsafe, too large, or says something that is not of the format.
    """
    value = parse_yaml(content, name=name)
    if not isinstance(value, dict):
        raise InstrumentError(location=name, expected="a questionnaire in our own format", got="no named values")
    instrument = from_document(value)
    return Imported(to_document(instrument), counts(instrument), ())


def write_json(document: Mapping[str, object]) -> Exported:
    """The canonical document as JSON that people can compare line by line; `read_own` gives the same document."""
    text = json.dumps(document, ensure_ascii=False, indent=1)
    return Exported(f"{text}\n".encode(), counts(from_document(document)), ())


def write_zip(document: Mapping[str, object]) -> Exported:
    """The questionnaire as a packed directory of YAML files, as authors work with it."""
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for file in write_directory(dict(document), Path(folder)):
            name = zipfile.ZipInfo(str(file.relative_to(folder)))  # without the time: the same document, the same file
            package.writestr(name, file.read_bytes(), zipfile.ZIP_DEFLATED)
    return Exported(packed.getvalue(), counts(from_document(document)), ())


def counts(instrument: Instrument) -> dict[str, int]:
    """What a questionnaire has: kind of thing -> how many."""
    return {
        "items": len(instrument.items),
        "pages": len(instrument.pages),
        "edits": len(instrument.edits),
        "languages": len(instrument.languages),
        "texts": sum(len(entries(texts)) for texts in instrument.texts.values()),
    }
