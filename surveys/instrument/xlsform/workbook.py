"""The bytes of a workbook: refused where they are hostile or no form, else its sheets as rows of texts; and back."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from defusedxml.common import DefusedXmlException
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter
from openpyxl.xml import DEFUSEDXML, LXML

from surveys.instrument.exchange import ExchangeRefused

SHEETS = ("survey", "choices", "settings", "barometer")
MAX_FILE = 20_000_000
MAX_UNPACKED = 48_000_000
MAX_PART = {"xl/sharedStrings.xml": 16_000_000, "xl/worksheets/": 40_000_000}  # of every other part:
MAX_OTHER_PART = 4_000_000
MAX_RATIO = 200
LARGE = 1_000_000  # below this a part may be packed as tightly as it likes
MAX_PARTS = 2_000
MAX_ROWS = 20_000
MAX_COLUMNS = 400
MAX_CELLS = 10_000_000
MAX_CHARACTERS = 10_000_000  # in the cells of a sheet: one text may stand in many
ACTIVE = re.compile(
    r"<[\s/]{0,20}(?:script|iframe|frame|object|embed|applet|link|meta|base|form|svg|math|style)\b"
    r"|<[^<>]*\bon[a-z]+\s{0,20}=|(?:javascript|vbscript)\s{0,20}:|data\s{0,20}:\s{0,20}text/html",
    re.IGNORECASE,
)
OLD_EXCEL = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Line:
    """A row of a sheet: its number in the file and the texts of its cells that are not empty, by column number."""

    number: int
    cells: Mapping[int, str]


@dataclass(frozen=True)
class Sheet:
    name: str
    headings: Mapping[int, str]  # column number, from 0 -> what the first row says
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Book:
    sheets: Mapping[str, Sheet]  # those of the wanted names that are there
    others: tuple[str, ...]  # names of the rest


def read_book(content: bytes, names: Sequence[str] = SHEETS) -> Book:
    """The sheets of a form, or of another workbook whose sheets have these names; the first must be there.

    Raises:
        ExchangeRefused: the file is no workbook, too large, hostile, or holds formulas or script. Says which and where.
    """
    check_package(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of decoration that it leaves out
            return sheets_of(content, names)
    except ExchangeRefused:
        raise
    except Exception as error:  # whatever a damaged workbook makes openpyxl raise
        if any(isinstance(cause, DefusedXmlException) for cause in causes(error)):
            raise ExchangeRefused("The workbook declares XML entities, which no form needs.") from error
        kind = type(error).__name__
        raise ExchangeRefused(f"The workbook is damaged: {kind} while reading it. Save it anew.") from error


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and those it was raised in place of."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def check_package(content: bytes) -> None:
    """Refuse by the directory of the package alone, before anything is unpacked."""
    if len(content) > MAX_FILE:
        raise ExchangeRefused(f"Expected at most {MAX_FILE} bytes, got {len(content)}.")
    if content.startswith(OLD_EXCEL):
        raise ExchangeRefused("Expected an .xlsx file, got an old or encrypted Excel file. Save it as .xlsx.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ExchangeRefused(f"Expected an .xlsx file, got something that is no zip file: {error}.") from error
    names = [part.filename for part in parts]
    if len(parts) > MAX_PARTS or len(set(names)) != len(names):
        raise ExchangeRefused(f"Expected at most {MAX_PARTS} parts, each of its own name, got {len(parts)}.")
    for name in names:
        check_name(name.lower())
    for part in parts:
        check_size(part)
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED:
        raise ExchangeRefused(f"Expected at most {MAX_UNPACKED} bytes unpacked, got {unpacked}: a form is smaller.")


def check_name(name: str) -> None:
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


def sheets_of(content: bytes, names: Sequence[str]) -> Book:
    if LXML or not DEFUSEDXML:
        raise RuntimeError("openpyxl: expected the reader that refuses entities, got another. Set OPENPYXL_LXML=False.")
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False, keep_vba=False)
    try:
        found: dict[str, Sheet] = {}
        others: list[str] = []
        for sheet in book.worksheets:
            name = str(sheet.title).strip().lower()
            if name in names and name not in found:
                found[name] = sheet_of(name, sheet)
            else:
                others.append(str(sheet.title))
        others += [str(sheet.title) for sheet in book.chartsheets]
    finally:
        book.close()
    if names[0] not in found:
        got = ", ".join(others) or "none"
        raise ExchangeRefused(f"Expected a sheet called {names[0]}, got {got}: is it another file?")
    return Book(found, tuple(others))


def sheet_of(name: str, sheet: Any) -> Sheet:
    headings: Mapping[int, str] = {}
    lines: list[Line] = []
    sheet.reset_dimensions()  # what the file says of its size is not trusted
    seen = characters = 0
    for number, row in enumerate(sheet.iter_rows(max_row=MAX_ROWS + 2), start=1):
        seen += len(row)
        if number > MAX_ROWS + 1 or seen > MAX_CELLS:
            raise ExchangeRefused(
                f"{name}: expected at most {MAX_ROWS} rows and {MAX_CELLS} cells, got more. "
                "Delete the empty ones at the end, or split the form."
            )
        cells = dict(cells_of(name, number, row))
        characters += sum(map(len, cells.values()))
        if characters > MAX_CHARACTERS:
            raise ExchangeRefused(f"{name}: expected at most {MAX_CHARACTERS} characters, got more: a form is smaller.")
        if number == 1:
            headings = cells
        elif cells:
            lines.append(Line(number, cells))
    return Sheet(name, headings, tuple(lines))


def cells_of(sheet: str, number: int, row: Sequence[Any]) -> Iterator[tuple[int, str]]:
    for column, cell in enumerate(row):
        if cell.value is None:
            continue
        place = f"{sheet}, cell {get_column_letter(column + 1)}{number}"
        if column >= MAX_COLUMNS:
            raise ExchangeRefused(f"{place}: expected at most {MAX_COLUMNS} columns, got more.")
        if cell.data_type == "f":
            raise ExchangeRefused(f"{place}: it holds a formula. Write the text itself, or paste the values alone.")
        if cell.data_type == "e":
            raise ExchangeRefused(f"{place}: it holds the error {cell.value}. Write the text itself.")
        text = text_of(cell.value)
        if ACTIVE.search(text):
            raise ExchangeRefused(f"{place}: it holds script or active markup. A text of a form is plain.")
        if text.strip():
            yield column, text


def text_of(value: object) -> str:
    """The value of a cell as a person reads it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def write_book(sheets: Mapping[str, tuple[Sequence[str], Iterable[Mapping[str, str]]]]) -> bytes:
    """A workbook of these sheets: name -> columns and rows, a row as column -> text. Every cell is a text.

    Characters that no XML file can hold are left out.
    """
    book = Workbook(write_only=True)
    for name, (columns, rows) in sheets.items():
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        sheet.append(list(columns))
        for row in rows:
            sheet.append([text_cell(sheet, row.get(column, "")) for column in columns])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def text_cell(sheet: Any, text: str) -> Cell | None:
    """A cell that stays a text, also where it begins with = + - or @."""
    if not text:
        return None
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = text[0] in "=+-@"
    return cell
