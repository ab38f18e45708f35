"""Frictionless Data Package: the files of a release with their sizes, hashes and the types of their columns.

Standard: https://specs.frictionlessdata.io/data-package/ (version 1, which every tool reads). A descriptor is in one
language. Marks of cells without a value are missing values of their column, so that a number column stays one.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC

from publication.formats.csv import cell
from publication.formats.cube import Cube
from publication.formats.layout import MARKS, laid_out
from publication.formats.record import FORMATS, Column, DatasetRecord, FileRecord

Json = dict[str, object]


def datapackage(record: DatasetRecord, language: str, *, paths: Mapping[str, str] | None = None) -> Json:
    """The descriptor, to be stored as datapackage.json.

    `paths` says by name where the files stand beside the descriptor; without it they are at their addresses.

    Raises:
        KeyError: a file of an unknown format or without a path, or a text that the record lacks in the language.
        ValueError: two files of one name.
    """
    names = [file.name for file in record.files]
    if len(set(names)) != len(names):
        raise ValueError(f"files: expected each name once, got {names}. Name each file differently.")
    return {
        "profile": "data-package",
        "name": _name(record.address),
        "id": f"https://doi.org/{record.doi}" if record.doi else record.address,
        "title": record.titles[language],
        "description": record.description(language),
        "homepage": record.address,
        "version": record.version,
        "created": record.issued.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "keywords": list(record.keywords[language]),
        "licenses": [{"name": record.licence.spdx, "path": record.licence.address, "title": record.licence.title}],
        "contributors": [
            {"title": record.publisher.names[language], "path": record.publisher.home, "role": "publisher"},
            {"title": record.contact.names[language], "email": record.contact.mail, "role": "maintainer"},
        ],
        "constructed": bool(record.constructed),
        "resources": [_resource(file, language, paths or {}) for file in record.files],
    }


def columns_of_document(names: Sequence[str]) -> tuple[Column, ...]:
    """The columns of a table document's CSV: numbers where they hold numbers, texts elsewhere."""
    kinds = dict.fromkeys(("value", "low", "high", "standard_error", "p_adjusted"), "number")
    kinds |= dict.fromkeys(("n", "rank_low", "rank_high"), "integer")
    return tuple(Column(name, kinds.get(name, "string")) for name in names)


def columns_of_cube(cube: Cube, language: str) -> tuple[Column, ...]:
    """The columns of a cube's CSV with texts in the layout that nobody changed; marks are missing values.

    Raises:
        ValueError: two columns have one name, which a data package cannot describe.
    """
    layout = laid_out(cube)
    left = [Column(str(cell(one.labels[language])), "string") for one in layout.stub]
    top = [" ".join(category.labels[language] for category in column) for column in layout.heading_columns()]
    found = (*left, *(Column(str(cell(name)), "number", {}, tuple(MARKS.values())) for name in top))
    names = [column.name for column in found]
    if len(set(names)) != len(names):
        raise ValueError(f"{cube.id}: expected columns of different names, got {names}. Change a label.")
    return found


def _name(address: str) -> str:
    """A name of lower-case letters, digits and dashes, from the address without its scheme."""
    rest = address.split("://", 1)[-1].lower()
    return "-".join(part for part in "".join(c if c.isascii() and c.isalnum() else " " for c in rest).split())


def _resource(file: FileRecord, language: str, paths: Mapping[str, str]) -> Json:
    form = FORMATS[file.format]
    found: Json = {
        "name": file.name,
        "path": paths[file.name] if paths else file.address,
        "title": file.titles[language],
        "profile": "tabular-data-resource" if file.columns else "data-resource",
        "format": form.ending,
        "mediatype": form.media_type,
        "encoding": "utf-8",
        "bytes": file.size,
        "hash": f"sha256:{file.digest}",
    }
    # Without a word on its type a spreadsheet or Parquet is taken for a table that begins in its first cell.
    return {**found, "schema": _schema(file, language)} if file.columns else {**found, "type": "file"}


def _schema(file: FileRecord, language: str) -> Json:
    fields = [
        {
            "name": column.name,
            "type": column.kind,
            **({"title": column.titles[language]} if column.titles else {}),
        }
        for column in file.columns
    ]
    missing = dict.fromkeys(("", *(mark for column in file.columns for mark in column.missing)))
    return {"fields": fields, "missingValues": list(missing)}
