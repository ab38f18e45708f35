"""The package of a workbook: refused by its directory before it is unpacked, and by its parts before they are read.

The reader of the sheets passes over rows and cells that stand out of order and parts that it has no use for. Here such
a workbook is refused, so that nothing of a form is passed over in silence.
"""

import io
import re
import zipfile
from typing import IO
from xml.parsers import expat

from surveys.instrument.exchange import ExchangeRefused

MAX_FILE = 20_000_000
MAX_UNPACKED = 48_000_000
MAX_PART = {"xl/sharedStrings.xml": 16_000_000, "xl/worksheets/": 40_000_000}  # of every other part:
MAX_OTHER_PART = 4_000_000
MAX_RATIO = 200
LARGE = 1_000_000  # below this a part may be packed as tightly as it likes
MAX_PARTS = 2_000
MAX_ROWS = 20_000
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
XML_PARTS = (".xml", ".rels", ".vml")
BLOCK = 65_536
CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
SAVE_ANEW = "Open it and save it anew as .xlsx."


def check_package(content: bytes) -> None:
    """Refuse by the directory of the package alone, before anything is unpacked."""
    if len(content) > MAX_FILE:
        raise ExchangeRefused(f"Expected at most {MAX_FILE} bytes, got {len(content)}.")
    if content.startswith(OLD_EXCEL):
        raise ExchangeRefused(
            "Expected an .xlsx file, got an old or encrypted Excel file: .xls, or one with a password. "
            "Open it and save it as .xlsx without a password."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ExchangeRefused(
            f"Expected an .xlsx file, got something that is no zip file: {str(error).rstrip('.')}. "
            "Open the form in a spreadsheet program and save it as .xlsx."
        ) from error
    names = [part.filename for part in parts]
    if len(parts) > MAX_PARTS or len(set(names)) != len(names):
        raise ExchangeRefused(f"Expected at most {MAX_PARTS} parts, each of its own name, got {len(parts)}.")
    for name in names:
        check_name(name.lower())
    if not any(name.startswith("xl/") for name in names):
        raise ExchangeRefused(f"Expected an .xlsx workbook, got a zip file without one. {SAVE_ANEW}")
    for part in parts:
        check_size(part)
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED:
        raise ExchangeRefused(f"Expected at most {MAX_UNPACKED} bytes unpacked, got {unpacked}: a form is smaller.")


def check_name(name: str) -> None:
    if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
        raise ExchangeRefused(f"{name!r}: expected the name of a part of the workbook, got a path. {SAVE_ANEW}")
    forbidden = {
        "vbaproject": "macros",
        "macrosheets/": "macros",
        "activex/": "active controls",
        "externallinks/": "links to other workbooks",
        "embeddings/": "embedded files",
        "xl/connections.xml": "connections to other sources of data",
    }
    for mark, what in forbidden.items():
        if mark in name:
            raise ExchangeRefused(f"The workbook holds {what} ({name}). Save it without them as .xlsx.")


def check_size(part: zipfile.ZipInfo) -> None:
    if part.flag_bits & 1:
        raise ExchangeRefused("The workbook is encrypted. Save it without a password.")
    limit = next((size for start, size in MAX_PART.items() if part.filename.startswith(start)), MAX_OTHER_PART)
    if part.file_size > limit:
        raise ExchangeRefused(f"{part.filename}: expected at most {limit} bytes unpacked, got {part.file_size}.")
    if part.file_size > LARGE and part.file_size > MAX_RATIO * max(part.compress_size, 1):
        raise ExchangeRefused(f"{part.filename}: it unpacks to more than {MAX_RATIO} times its size: a zip bomb.")


def check_parts(content: bytes) -> None:
    """Refuse a part that declares a document type, wherever in the package, and a sheet that is out of order."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            if name.lower().endswith(XML_PARTS):
                with package.open(name) as part:
                    check_xml(name, part)


def check_xml(name: str, part: IO[bytes]) -> None:
    """The start of a part; a sheet to its end. What is no XML is left to the reader of the workbook."""
    check = PartCheck(name)
    while not check.done and (block := part.read(BLOCK)):
        try:
            check.parser.Parse(block)
        except expat.ExpatError:
            return


class PartCheck:
    """Looks at the elements of a part as they come."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_sheet = name.lower().startswith("xl/worksheets/") and name.lower().endswith(".xml")
        self.done = False
        self.row = 0
        self.column = ""
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.StartElementHandler = self.element

    def doctype(self, *_: object) -> None:
        raise ExchangeRefused(f"{self.name}: it declares XML entities or a document type, which no form needs.")

    def element(self, name: str, attributes: dict[str, str]) -> None:
        self.done = self.done or not self.is_sheet
        if self.done:
            return
        local = name.rpartition(":")[2]
        if local == "row":
            self.next_row(attributes.get("r", ""))
        elif local == "c" and "r" in attributes:
            self.next_cell(attributes["r"])

    def next_row(self, written: str) -> None:
        number = int(written) if written.isascii() and written.isdigit() and len(written) < 10 else self.row + 1
        if (written and written != str(number)) or number <= self.row:
            raise self.out_of_order(f"row {written[:20]} behind row {self.row}")
        self.row, self.column = number, ""
        self.done = number > MAX_ROWS + 1  # a sheet that is read is refused for its length

    def next_cell(self, written: str) -> None:
        found = CELL.fullmatch(written)
        if found is None or int(found[2]) != self.row or (len(found[1]), found[1]) <= (len(self.column), self.column):
            raise self.out_of_order(f"cell {written[:20]} behind cell {self.column or '-'} of row {self.row}")
        self.column = found[1]

    def out_of_order(self, what: str) -> ExchangeRefused:
        return ExchangeRefused(f"{self.name}: expected rows and cells in order, got {what}. {SAVE_ANEW}")
