"""Files that are not read at all, each with its reason."""

import random
import zipfile
from io import BytesIO

import openpyxl.xml
import pytest
from openpyxl import Workbook

from surveys.instrument.exchange import ExchangeRefused
from surveys.instrument.reader import InstrumentError
from surveys.instrument.texts import entries
from surveys.instrument.xlsform import read_xlsform
from tests.surveys.instrument.xlsform.forms import form, instrument, saved, with_part

QUESTION = {"type": "text", "name": "a", "label": "A"}
PLAIN = form([QUESTION])


def zipped(name: str, part: bytes) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr(name, part)
    return file.getvalue()


def refused(content: bytes, reason: str) -> None:
    with pytest.raises(ExchangeRefused, match=reason):
        read_xlsform(content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no zip file"),
        (b"type,name,label\ntext,a,A\n", "no zip file"),
        (PLAIN[: len(PLAIN) // 2], "no zip file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old or encrypted Excel"),
        (with_part(PLAIN, "xl/vbaProject.bin", b"x"), "macros"),
        (with_part(PLAIN, "xl/externalLinks/externalLink1.xml", b"<x/>"), "links to other workbooks"),
        (with_part(PLAIN, "xl/embeddings/oleObject1.bin", b"x"), "embedded files"),
        (with_part(PLAIN, "xl/activeX/activeX1.xml", b"<x/>"), "active controls"),
        (with_part(PLAIN, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row"), "damaged"),
        (with_part(PLAIN, "../../outside.txt", b"x"), "expected the name of a part of the workbook, got a path"),
        (with_part(PLAIN, "/etc/outside", b"x"), "expected the name of a part of the workbook, got a path"),
        (zipped("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), "a zip file without one"),
    ],
)
def test_what_is_no_plain_workbook_is_refused(content: bytes, reason: str) -> None:
    refused(content, reason)


def test_a_workbook_without_a_survey_is_no_form() -> None:
    book = Workbook()
    book.active.title = "Budget"  # type: ignore[union-attr]
    refused(saved(book), "a sheet called survey, got Budget")


def test_a_zip_bomb_is_refused_by_its_directory_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("surveys.instrument.xlsform.workbook.load_workbook", None)
    refused(with_part(PLAIN, "xl/worksheets/sheet1.xml", bytes(39_000_000)), "a zip bomb")
    refused(with_part(PLAIN, "xl/worksheets/sheet1.xml", bytes(45_000_000)), "sheet1.xml: expected at most 40000000")
    refused(with_part(PLAIN, "xl/theme/theme1.xml", bytes(5_000_000)), "at most 4000000 bytes unpacked")


def test_many_small_parts_are_refused() -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for number in range(2_001):
            package.writestr(f"part{number}", b"")
    refused(file.getvalue(), "at most 2000 parts")


ENTITIES = b"""<?xml version="1.0"?>
<!DOCTYPE sst [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="1"><si><t>&b;</t></si></sst>"""
OUTSIDE = ENTITIES.replace(b'<!ENTITY a "aaaaaaaaaa">', b'<!ENTITY a SYSTEM "file:///etc/passwd">')


@pytest.mark.parametrize(
    "part", ["xl/styles.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/theme/theme1.xml", "xl/unused.xml"]
)
@pytest.mark.parametrize("xml", [ENTITIES, OUTSIDE])
def test_entities_are_refused(part: str, xml: bytes) -> None:
    assert openpyxl.xml.DEFUSEDXML is True
    refused(with_part(PLAIN, part, xml), "declares XML entities")


def test_a_document_type_from_elsewhere_is_refused() -> None:
    xml = b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><x/>'
    refused(with_part(PLAIN, "xl/unused.xml", xml), "a document type")


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ('<row r="2"/><row r="1"/>', "row 1 behind row 2"),
        ('<row r="-2"/>', "row -2 behind row 0"),
        ('<row r="1"><c r="B1"/><c r="A1"/></row>', "cell A1 behind cell B of row 1"),
        ('<row r="1"><c r="A7"/></row>', "cell A7 behind cell - of row 1"),
        ('<row r="1"><c r="ZZZZZ1"/></row>', "cell ZZZZZ1 behind"),
    ],
)
def test_rows_and_cells_out_of_order_are_refused(rows: str, what: str) -> None:
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}'
    content = with_part(PLAIN, "xl/worksheets/sheet1.xml", f"{sheet}</sheetData></worksheet>".encode())
    refused(content, f"expected rows and cells in order, got {what}")


def test_a_cell_longer_than_any_program_writes_is_refused() -> None:
    long = f'<c r="D2" t="inlineStr"><is><t>{"x" * 32_768}</t></is></c></row></sheetData>'
    with zipfile.ZipFile(BytesIO(PLAIN)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").replace(b"</row></sheetData>", long.encode())
    refused(with_part(PLAIN, "xl/worksheets/sheet1.xml", sheet), "survey, cell D2: expected at most 32767 characters")


@pytest.mark.parametrize("text", ["A\x7fB", "A_x000B_B", "A_x001f_B"])
def test_a_control_character_is_refused_with_its_cell(text: str) -> None:
    """Excel writes one as a number, which nobody is to read in a question."""
    refused(form([{**QUESTION, "label": text}]), "survey, cell C2: it holds a control character")


def test_line_ends_that_excel_writes_as_numbers_are_line_ends() -> None:
    found = instrument(read_xlsform(form([{**QUESTION, "label": "A_x000D_\nB_x000A_C"}])))
    assert entries(found.texts[found.base_language])["items.a.question"] == "A\nB\nC"


def test_a_formula_is_refused_with_its_cell() -> None:
    refused(
        form([QUESTION, {**QUESTION, "name": "b", "label": '=HYPERLINK("http://x.example","A")'}]), "survey, cell C3"
    )
    refused(form([QUESTION], [{"list_name": "l", "name": "=1+1"}]), "choices, cell B2: it holds a formula")


def test_an_error_value_is_refused_with_its_cell() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "survey"
    sheet.append(["type", "name"])
    sheet.append(["text", "#N/A"])
    refused(saved(book), "survey, cell B2: it holds the error")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "Hello <SCRIPT src=x>",
        '<img src="x" onerror="alert(1)">',
        "<a href='javascript:alert(1)'>x</a>",
        "JavaScript : alert(1)",
        "<iframe src=x>",
        "<svg/onload=alert(1)>",
        "<scr<b>ipt>alert(1)</scr</b>ipt>",
    ],
)
def test_script_in_a_text_is_refused(text: str) -> None:
    refused(form([{**QUESTION, "label": text}]), "script")


def test_script_in_a_sheet_of_ours_is_refused() -> None:
    refused(form([QUESTION], others={"barometer": [{"part": "title", "label::en": "<script>"}]}), "barometer, cell B2")


def test_a_hundred_thousand_rows_are_refused() -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("survey")
    sheet.append(["type", "name", "label"])
    for number in range(100_000):
        sheet.append(["text", f"q{number}", "Q"])
    content = saved(book)
    refused(content, "at most 20000 rows")


def test_too_many_options_are_refused() -> None:
    survey = [{"type": "select_one l", "name": f"q{number}", "label": "Q"} for number in range(101)]
    refused(form(survey, [{"list_name": "l", "name": number} for number in range(1000)]), "at most 100000 options")


def test_too_much_text_is_refused() -> None:
    text = random.Random(1).randbytes(15_000).hex()
    refused(form([{"type": "note", "name": f"q{number}", "label": text} for number in range(400)]), "characters")


def test_what_makes_a_pattern_slow_is_read() -> None:
    blank = "<" + " " * 30_000
    assert (
        read_xlsform(form([{"type": "note", "name": "a", "label": blank + "x", "hint": "javascript" + blank}])).lost
        == ()
    )


def test_a_cell_far_to_the_right_is_refused() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "survey"
    sheet["A1"], sheet["XFD2"] = "type", "x"
    refused(saved(book), "at most 400 columns")


def test_a_language_that_is_no_code_is_an_error() -> None:
    with pytest.raises(InstrumentError, match="a code such as nb"):
        read_xlsform(PLAIN, language="../x")
