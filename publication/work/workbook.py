"""The workbook of a release in one language: a sheet a table as people read it, with the numbers of its document.

No formulas, texts never taken for one, numbers with the decimals they are published with. What is withheld stands in
words in the place of its number. The same release gives the same bytes.
"""

import io
from collections.abc import Iterable, Sequence
from typing import Final
from xml.sax.saxutils import quoteattr

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from publication.charts.fitting import wrapped
from publication.figures.figure import about, subtitle, uncertainty
from publication.figures.reading import Document
from publication.formats.archives import Edit, without_clock
from publication.formats.xlsx import write_text
from publication.work.editions import Edition
from publication.work.slides import licence
from publication.work.workbook_charts import chart_beside
from publication.work.workbook_tables import Grid, Number, grids

BOLD, TITLE = Font(bold=True), Font(bold=True, size=14, color="072A40")
MADE = Font(bold=True, color="5B2A86")
HEAD = PatternFill("solid", fgColor="E3EBF0")
RIGHT = Alignment(horizontal="right", wrap_text=True, vertical="top")
TOP = Alignment(vertical="top")
WRAPPED = Alignment(wrap_text=True, vertical="top")
LINK = Font(color="0A558C", underline="single")
FIRST: Final = 8  # the row of the headings: above it title, finding, subtitle, mark, way back
LONGEST_NAME: Final = 31  # letters of the name of a sheet, the format's limit
TEXT_WIDTH, NUMBER_WIDTH = 30.0, 13.0  # in letters, as the format counts
LETTER, LETTER_SIZE, LINE = 7.0, 12.5, 15.0  # pixels of a letter's width and size; points of a line
PAPER: Final = 9  # A4
CHART: Final = b'name="Chart 1"'


def workbook(edition: Edition) -> bytes:
    """The .xlsx file, in the language that is active, which is that of the edition.

    Raises:
        SpreadsheetError: a text is too long for a cell or has a control character.
    """
    book = Workbook()
    contents = book.worksheets[0]
    contents.title = _("Contents")
    names = sheet_names(edition.documents, taken=(contents.title, _("Methods and quality")))
    for document, name in zip(edition.documents, names, strict=True):
        _table(book.create_sheet(name), edition, document, contents.title)
    about = book.create_sheet(_("Methods and quality")[:LONGEST_NAME])
    _about(about, edition)
    _contents(contents, edition, [*names, about.title])
    book.properties.creator = book.properties.lastModifiedBy = edition.programme
    book.properties.title, book.properties.description = edition.name, edition.source()
    file = io.BytesIO()
    book.save(file)
    return without_clock(file.getvalue(), edition.release.requested_at, edited=_described(book))


def _described(book: Workbook) -> Edit:
    """Gives each chart what a screen reader says of it, title and finding of its sheet: the library has no call for it.

    The library numbers drawings in the order of the sheets that have one, with one chart each.
    """
    charted = [sheet for sheet in book.worksheets if sheet._charts]  # type: ignore[attr-defined]
    said = {
        f"xl/drawings/drawing{number}.xml": f"{sheet['A1'].value}. {sheet['A2'].value}"
        for number, sheet in enumerate(charted, start=1)
    }

    def edited(name: str, content: bytes) -> bytes:
        if name not in said:
            return content
        return content.replace(CHART, CHART + f" descr={quoteattr(said[name])}".encode(), 1)

    return edited


def sheet_names(documents: Iterable[Document], *, taken: Iterable[str]) -> list[str]:
    """The keys of the tables, cut to what a name may be, each once; case does not tell two names apart."""
    names: list[str] = []
    used = {name.lower() for name in taken}
    for document in documents:
        key = str(document["key"])
        name, number = key[:LONGEST_NAME], 1
        while name.lower() in used:
            number += 1
            name = f"{key[: LONGEST_NAME - len(str(number)) - 1]}_{number}"
        used.add(name.lower())
        names.append(name)
    return names


def _contents(sheet: Worksheet, edition: Edition, names: Sequence[str]) -> None:
    write_text(sheet, 1, 1, edition.name, TITLE)
    write_text(sheet, 2, 1, edition.made)
    write_text(sheet, 3, 1, edition.constructed, MADE)
    write_text(sheet, 4, 1, edition.source())
    for column, heading in enumerate((_("Sheet"), _("Title"), _("Finding")), start=1):
        _heading(sheet, 6, column, heading)
    titles = [(edition.reader(one).text("title"), edition.reader(one).text("finding")) for one in edition.documents]
    for row, (name, (title, finding)) in enumerate(
        zip(names, [*titles, (_("Methods and quality"), "")], strict=True), start=7
    ):
        _link(sheet, row, 1, name, name)
        _paragraph(sheet, row, 2, title, room=50.0)
        _paragraph(sheet, row, 3, finding, room=100.0)
    for letter, width in zip("ABC", (34.0, 50.0, 100.0), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A7"
    _printed(sheet)


def _table(sheet: Worksheet, edition: Edition, document: Document, contents: str) -> None:
    """Title and finding, the figures, comparisons below them, then question, base, method and source."""
    reader = edition.reader(document)
    write_text(sheet, 1, 1, reader.text("title"), TITLE)
    write_text(sheet, 4, 1, edition.constructed, MADE)
    _link(sheet, 5, 1, contents, contents)
    row = FIRST
    tables = grids(reader)
    wide = max((len(grid.headings) for grid in tables), default=1)
    _widths(sheet, tables, wide)
    _across(sheet, 2, (1, wide), reader.text("finding"), BOLD)
    _across(sheet, 3, (1, wide), subtitle(reader))
    for grid in tables:
        _grid(sheet, row, grid)
        row += len(grid.lines) + 2
    if tables:
        chart_beside(sheet, tables[0], reader, first=FIRST, column=wide + 2)
        sheet.freeze_panes = sheet.cell(row=FIRST + 1, column=2).coordinate
    notes = [
        (_("Question"), reader.text("question")),
        (_("Base"), reader.text("base")),
        *about(reader),
        (_("Method"), reader.text("method")),
        (_("Uncertainty"), uncertainty(str(document["kind"]))),
        (_("Source"), edition.source(str(document["key"]))),
    ]
    for number, (heading, text) in enumerate(notes, start=row):
        write_text(sheet, number, 1, heading, BOLD)
        sheet.cell(row=number, column=1).alignment = WRAPPED
        _across(sheet, number, (2, wide), text)
    _printed(sheet)


def _printed(sheet: Worksheet) -> None:
    """Across one page, and down as many as it takes."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = "landscape", PAPER, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _across(sheet: Worksheet, row: int, columns: tuple[int, int], text: str, font: Font | None = None) -> None:
    """A text over the columns of the table, so that it neither runs under the chart nor widens a column."""
    first, last = columns[0], max(columns)
    room = sum(sheet.column_dimensions[get_column_letter(column)].width for column in range(first, last + 1))
    _paragraph(sheet, row, first, text, room=room, font=font)
    if last > first:
        sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)


def _paragraph(sheet: Worksheet, row: int, column: int, text: str, *, room: float, font: Font | None = None) -> None:
    """A text in lines of `room` letters; the row is made as tall as it and no lower than it was."""
    write_text(sheet, row, column, text, font)
    sheet.cell(row=row, column=column).alignment = WRAPPED
    lines = len(wrapped(text, room * LETTER, LETTER_SIZE, bold=font is not None))
    sheet.row_dimensions[row].height = max(sheet.row_dimensions[row].height or 0.0, lines * LINE)


def _grid(sheet: Worksheet, row: int, grid: Grid) -> None:
    for column, heading in enumerate(grid.headings, start=1):
        room = sheet.column_dimensions[get_column_letter(column)].width
        _paragraph(sheet, row, column, heading, room=room, font=BOLD)
        numbers = grid.texts < column < len(grid.headings)
        sheet.cell(row=row, column=column).alignment = RIGHT if numbers else WRAPPED
        sheet.cell(row=row, column=column).fill = HEAD
    for number, line in enumerate(grid.lines, start=row + 1):
        for column, cell in enumerate(line, start=1):
            if isinstance(cell, Number):
                written = sheet.cell(row=number, column=column, value=cell.value)
                written.number_format, written.alignment = cell.format, TOP
            elif cell and grid.texts < column < len(line):  # in the place of a number
                write_text(sheet, number, column, cell)
                sheet.cell(row=number, column=column).alignment = RIGHT
            elif cell:
                room = sheet.column_dimensions[get_column_letter(column)].width
                _paragraph(sheet, number, column, cell, room=room)


def _widths(sheet: Worksheet, tables: Sequence[Grid], wide: int) -> None:
    for column in range(1, wide + 1):
        words = any(column <= grid.texts or column == len(grid.headings) for grid in tables)
        sheet.column_dimensions[get_column_letter(column)].width = TEXT_WIDTH if words else NUMBER_WIDTH


def _about(sheet: Worksheet, edition: Edition) -> None:
    write_text(sheet, 1, 1, _("Methods and quality"), TITLE)
    lines = [
        (_("Release"), edition.made),
        *edition.quality.values(),
        (_("Licence"), licence()),
        (_("Source"), edition.source()),
        (_("Data"), edition.constructed),
    ]
    for row, (heading, text) in enumerate((line for line in lines if line[1]), start=3):
        write_text(sheet, row, 1, heading, BOLD)
        sheet.cell(row=row, column=1).alignment = WRAPPED
        _paragraph(sheet, row, 2, text, room=110.0)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34.0, 110.0


def _heading(sheet: Worksheet, row: int, column: int, words: str) -> None:
    write_text(sheet, row, column, words, BOLD)
    cell = sheet.cell(row=row, column=column)
    cell.fill, cell.alignment = HEAD, WRAPPED


def _link(sheet: Worksheet, row: int, column: int, words: str, target: str) -> None:
    write_text(sheet, row, column, words, LINK)
    cell = sheet.cell(row=row, column=column)
    name = target.replace("'", "''")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{name}'!A1", display=words)
    cell.font, cell.alignment = LINK, TOP
