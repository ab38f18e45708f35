"""The bytes of a workbook: refused where they are hostile or no form, else its sheets as rows of texts; and back."""

import io
import re
import warnings
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
from surveys.instrument.rule_nodes import UNREADABLE
from surveys.instrument.xlsform.package import MAX_ROWS, check_package, check_parts

SHEETS = ("survey", "choices", "settings", "barometer")
MAX_COLUMNS = 400
MAX_CELLS = 10_000_000
MAX_CELL = 32_767  # characters: more no spreadsheet program writes
MAX_CHARACTERS = 10_000_000  # in the cells of a sheet: one text may stand in many
ACTIVE = re.compile(
    r"<[\s/]{0,20}(?:script|iframe|frame|object|embed|applet|link|meta|base|form|svg|math|style)\b"
    r"|<[^<>]*\bon[a-z]+\s{0,20}=|(?:javascript|vbscript)\s{0,20}:|data\s{0,20}:\s{0,20}text/html",
    re.IGNORECASE,
)
# How Excel writes a sign that XML cannot hold; a carriage return stands before a line feed where text was pasted.
WRITTEN_OUT = re.compile("_x00([01][0-9A-Fa-f]|7[Ff])_")


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
    if LXML or not DEFUSEDXML:
        raise RuntimeError("openpyxl: expected the reader that refuses entities, got another. Set OPENPYXL_LXML=False.")
    check_package(content)
    try:
        check_parts(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of decoration that it leaves out
            return sheets_of(content, names)
    except ExchangeRefused:
        raise
    except Exception as error:  # whatever a damaged workbook makes openpyxl raise
        if any(isinstance(cause, DefusedXmlException) for cause in causes(error)):
            raise ExchangeRefused("The workbook declares XML entities, which no form needs.") from error
        what = f"{type(error).__name__}, {str(error)[:200]}"
        raise ExchangeRefused(f"The workbook is damaged ({what}). Open it and save it anew as .xlsx.") from error


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and those it was raised in place of."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def sheets_of(content: bytes, names: Sequence[str]) -> Book:
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
        text = read_out(text_of(cell.value))
        if UNREADABLE.search(text):
            raise ExchangeRefused(f"{place}: it holds a control character. Write the text without it.")
        if len(text) > MAX_CELL:
            raise ExchangeRefused(
                f"{place}: expected at most {MAX_CELL} characters, got {len(text)}. Shorten the text."
            )
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


def read_out(text: str) -> str:
    """The text with the signs that stand in it as numbers; lines end with a line feed alone."""
    return WRITTEN_OUT.sub(lambda sign: chr(int(sign.group(1), 16)), text).replace("\r\n", "\n").replace("\r", "\n")


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
