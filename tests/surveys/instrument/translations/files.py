"""Files of texts as a translator sends them back."""

from collections.abc import Mapping
from io import BytesIO

from babel.messages.pofile import read_po, write_po
from openpyxl import load_workbook

from surveys.instrument.schema import Instrument
from surveys.instrument.translations import KINDS as KINDS_OF_FILES
from surveys.instrument.translations import export_texts

KINDS = tuple(KINDS_OF_FILES)
Change = Mapping[str, Mapping[str, str]]  # location -> location, text, mark or comment -> what it is afterwards


def changed(instrument: Instrument, language: str, kind: str, change: Change) -> bytes:
    """The exported file, opened by another program, changed and saved."""
    content = export_texts(instrument, language, kind).content
    return changed_po(content, change) if kind == ".po" else changed_workbook(content, change)


def changed_po(content: bytes, change: Change) -> bytes:
    catalog = read_po(BytesIO(content))
    for message in list(catalog):
        if message.context not in change:
            continue
        values = change[message.context]
        message.string = values.get("text", message.string)
        message.context = values.get("location", message.context)
        if "comment" in values:
            message.user_comments.append(values["comment"])
        if "mark" in values:
            message.flags = {"fuzzy"} if values["mark"] == "stale" else set()
            message.user_comments = ["checked"] if values["mark"] == "checked" else []
    file = BytesIO()
    write_po(file, catalog)
    return file.getvalue()


def changed_workbook(content: bytes, change: Change) -> bytes:
    book = load_workbook(BytesIO(content))
    sheet = book["texts"]
    columns = {str(cell.value): cell.column for cell in sheet[1]}
    named = {"text": "text", "mark": "state", "comment": "comment", "location": "location"}
    for row in sheet.iter_rows(min_row=2):
        for name, value in change.get(str(row[0].value), {}).items():
            sheet.cell(row[0].row, columns[named[name]]).value = value or None
    file = BytesIO()
    book.save(file)
    return file.getvalue()
