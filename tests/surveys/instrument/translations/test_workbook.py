from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from surveys.instrument.exchange import ExchangeRefused
from surveys.instrument.schema import Instrument
from surveys.instrument.texts import Standing, with_wording
from surveys.instrument.translations import export_texts, read_texts
from surveys.instrument.translations.workbook import COLUMNS, read_workbook
from tests import make


@pytest.fixture
def instrument() -> Instrument:
    found = make.questionnaire("translated")
    texts = with_wording(found.texts["nn"], {"pages.new": '=HYPERLINK("x")', "pages.rest": "+1", "title": "-"})
    return replace(found, texts={**found.texts, "nn": texts})


def opened(instrument: Instrument) -> Any:
    return load_workbook(BytesIO(export_texts(instrument, "nn", ".xlsx").content))


def saved(book: Any) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def test_the_sheet_is_made_for_translating(instrument: Instrument) -> None:
    book = opened(instrument)
    sheet = book["texts"]
    assert [cell.value for cell in sheet[1]] == list(COLUMNS)
    assert sheet.freeze_panes == "A2"
    assert sheet.protection.sheet
    assert not sheet.protection.password
    unlocked = {cell.column for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    names = list(COLUMNS)
    assert {names[column - 1] for column in unlocked} == {"text", "state", "comment"}
    assert all(not row[names.index("text")].protection.locked for row in sheet.iter_rows(min_row=2))
    widths = {name: sheet.column_dimensions[get_column_letter(at)].width for at, name in enumerate(COLUMNS, start=1)}
    assert widths == COLUMNS
    assert sheet.column_dimensions["H"].hidden
    assert [rule.formula1 for rule in sheet.data_validations.dataValidation] == ['"missing,stale,draft,checked"']
    assert [[cell.value for cell in row] for row in book["about"].iter_rows(max_row=4)] == [
        ["questionnaire", "translated"],
        ["version", "1"],
        ["from", "nb"],
        ["language", "nn"],
    ]


def test_a_formula_stays_a_text(instrument: Instrument) -> None:
    sheet = opened(instrument)["texts"]
    texts = {str(row[0].value): row[3] for row in sheet.iter_rows(min_row=2)}
    assert {cell.data_type for cell in texts.values()} == {"s"}
    assert texts["pages.new"].value == '=HYPERLINK("x")'
    assert texts["pages.new"].quotePrefix
    assert texts["pages.new"].number_format == "@"


def test_a_row_says_everything(instrument: Instrument) -> None:
    sheet = opened(instrument)["texts"]
    row = next(row for row in sheet.iter_rows(min_row=2, values_only=True) if row[0] == "items.new.options.yes")
    what = "option of “Var noe nytt fra {ref.from:year} til {ref.to:year}?”"
    assert row[:7] == ("items.new.options.yes", what, "Ja", "Ja", "120", "draft", None)


def active(book: Any) -> None:
    book["texts"]["D3"] = "<script>alert(1)</script>"


def formula(book: Any) -> None:
    book["texts"]["D3"] = "=1+1"


def without_text(book: Any) -> None:
    book["texts"]["D1"] = "translation"


def without_sheet(book: Any) -> None:
    book["texts"].title = "Sheet1"


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (active, "texts, cell D3: it holds script or active markup"),
        (formula, "texts, cell D3: it holds a formula"),
        (without_text, "texts: expected the columns location, source, text, got none called text"),
        (without_sheet, "Expected a sheet called texts, got Sheet1"),
    ],
)
def test_a_hostile_or_other_workbook_is_refused(
    instrument: Instrument, spoil: Callable[[Any], None], reason: str
) -> None:
    book = opened(instrument)
    spoil(book)
    with pytest.raises(ExchangeRefused, match=reason):
        read_texts(saved(book), instrument, "nn")


def test_what_is_no_workbook_is_refused(instrument: Instrument) -> None:
    with pytest.raises(ExchangeRefused, match="no zip file"):
        read_texts(b"PK and no more", instrument, "nn")
    with pytest.raises(ExchangeRefused, match="old or encrypted Excel"):
        read_texts(b"\xd0\xcf\x11\xe0 and no more", instrument, "nn")


def test_what_is_beside_our_columns_is_said(instrument: Instrument) -> None:
    book = opened(instrument)
    book.create_sheet("notes")
    sheet = book["texts"]
    sheet["I1"], sheet["I4"], sheet["J5"] = "remarks", "why?", "loose"
    sheet["F2"] = "nearly"
    file = read_workbook(saved(book))
    assert [str(loss) for loss in file.lost] == [
        "sheet notes: the sheet was not taken. Only texts is read.",
        f"texts, column I: the column 'remarks' with 1 filled cell was not taken. Expected {', '.join(COLUMNS)}, "
        "each once; remarks stand under comment.",
        "texts, row 2, column state: 'nearly' was not taken. Expected missing, stale, draft, checked.",
        "texts, cell J5: 'loose' was not taken. Its column is none of ours: write it under comment.",
    ]
    assert file.entries[0].standing is None
    assert len(file.entries) == sheet.max_row - 1


def test_a_column_of_numbers_put_between_ours_is_told_once(instrument: Instrument) -> None:
    book = opened(instrument)
    sheet = book["texts"]
    sheet.insert_cols(2)
    for row in range(1, sheet.max_row + 1):
        sheet.cell(row, 2).value = "no." if row == 1 else row
    found = read_texts(saved(book), instrument, "nn")
    assert (found.texts, found.unchanged, len(found.refused)) == ({}, 18, 1)
    assert "the column 'no.' with 18 filled cells was not taken" in str(found.refused[0])


def test_pasted_line_ends_are_line_ends(instrument: Instrument) -> None:
    """Excel writes a carriage return as an escape of its own, which openpyxl hands on as it stands."""
    book = opened(instrument)
    sheet = book["texts"]
    row = next(row for row in sheet.iter_rows(min_row=2) if row[0].value == "introduction")
    row[3].value = str(row[3].value) + "_x000D_\nOg litt til."
    found = read_texts(saved(book), instrument, "nn")
    assert found.texts["introduction"].text.endswith("\nOg litt til.")
    assert "_x000D_" not in found.texts["introduction"].text


def test_a_workbook_of_three_columns_is_enough(instrument: Instrument) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Texts"
    for row in (["Text", "Location", "Source"], ["Noko nytt", "pages.new", "Nytt"], [None, None, None], ["=", "", ""]):
        sheet.append(row)
    sheet["A4"].data_type = "s"
    found = read_texts(saved(book), instrument, "nn")
    assert {where: one.text for where, one in found.texts.items()} == {"pages.new": "Noko nytt"}
    assert [str(loss) for loss in found.refused] == [
        "texts, row 4: the text was not taken. The questionnaire has no such text: is the location as it was exported?"
    ]
    assert [entry.standing for entry in read_workbook(saved(opened(instrument))).entries] == [Standing.DRAFT] * 18
