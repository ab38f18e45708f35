"""CSV, HTML and spreadsheet of a cube: what a person opens."""

import csv
import io
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from openpyxl import load_workbook

from publication.formats.csv import cube_csv, table_csv
from publication.formats.cube import Cube
from publication.formats.html import html_table
from publication.formats.layout import digits, laid_out
from publication.formats.xlsx import SpreadsheetError, xlsx_file
from tests.publication.formats.examples import by_sector, cubes, document, row


def lines(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_csv_has_the_layout_of_pxweb() -> None:
    found = lines(cube_csv(by_sector(), "en"))

    assert found[0][:4] == ["country (en)", "sector (en)", "share (en) 2023", "share (en) 2025"]
    assert found[1][:4] == ["NO en", "All sectors en", "55.0", "61.3"]
    assert found[3][:4] == ["NO en", "school en", "..", ":"]
    assert len(found) == 1 + 2 * 3


def test_csv_turns_with_its_heading_and_names_codes() -> None:
    found = lines(cube_csv(by_sector(), "en", heading=["country"], names="codes", title=True, separator=";"))

    assert found[0] == ["Innovative workplaces (en)"]
    assert found[1] == []
    assert found[2] == ["sector;ContentsCode;Tid;NO;DK"]
    assert found[3] == ["_T;share;2023;55.0;.."]
    assert lines(cube_csv(by_sector(), "en", names="both"))[1][0] == "NO NO en"
    with pytest.raises(ValueError, match="texts, codes or both"):
        cube_csv(by_sector(), "en", names="labels")


def test_a_document_of_sizes_and_counties_is_told_apart_in_its_csv() -> None:
    rows = [row(size_class="small", county="03", caution=True), row(size_class="", county="")]
    header, first, second = lines(table_csv(document(rows), "en"))
    found = dict(zip(header, first, strict=True))

    assert (found["size_class"], found["size_class_label"]) == ("small", "small en")
    assert (found["county"], found["county_label"]) == ("03", "03 en")
    assert found["caution"] == "1"
    assert dict(zip(header, second, strict=True))["size_class_label"] == "All sizes en"


class Table(HTMLParser):
    """The cells of a table in its rows, with what its tags say."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[tuple[str, dict[str, str | None], str]]] = []
        self.text, self.open, self.caption, self.items = "", [], "", []  # type: ignore[var-annotated]
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append((tag, dict(attrs)))
        self.text = ""
        if tag == "tr":
            self.rows.append([])

    def handle_endtag(self, tag: str) -> None:
        name, attributes = self.open.pop()
        assert name == tag
        if tag in ("th", "td"):
            self.rows[-1].append((tag, attributes, self.text))
        if tag == "caption":
            self.caption = self.text
        if tag == "li":
            self.items.append(self.text)

    def handle_data(self, data: str) -> None:
        self.text += data


def width(cells: list[tuple[str, dict[str, str | None], str]]) -> int:
    return sum(int(attributes.get("colspan") or 1) for _tag, attributes, _text in cells)


def test_html_names_every_row_and_column() -> None:
    table = Table(html_table(by_sector(), "nb", decimal_mark=","))

    assert table.caption == "Innovative workplaces (nb)"
    assert width(table.rows[0]) == 2 + 10
    assert table.rows[0][2] == ("th", {"scope": "col", "colspan": "2"}, "share (nb)")
    assert table.rows[1][0] == ("th", {"scope": "col"}, "2023")
    assert table.rows[2][:3] == [
        ("th", {"scope": "row", "rowspan": "3"}, "NO nb"),
        ("th", {"scope": "row"}, "All sectors nb"),
        ("td", {}, "55,0"),
    ]
    assert [text for _tag, _attributes, text in table.rows[3][1:3]] == [":", "58,0*"]
    assert ": c (nb)" in table.items
    assert ".. x (nb)" in table.items
    assert "* u (nb)" in table.items
    assert table.items[0] == "Constructed data (nb)"


@settings(max_examples=40, deadline=None)
@given(cubes())
def test_every_cube_comes_back_from_csv_and_html(cube: Cube) -> None:
    for language in cube.languages:
        layout = laid_out(cube)
        decimals = layout.decimals()
        cells = [
            {"c": ":", "x": ".."}[status] if value is None else digits(value, decimals[place])
            for place, (value, status) in enumerate(zip(layout.cube.values, layout.cube.statuses, strict=True))
        ]
        read = lines(cube_csv(cube, language))[1:]
        assert [cell for line in read for cell in line[len(layout.stub) :]] == cells
        table = Table(html_table(cube, language))
        shown = [text for one in table.rows[len(layout.heading) :] for tag, _attributes, text in one if tag == "td"]
        assert [text.replace("−", "-").rstrip("*") for text in shown] == cells
        assert table.caption == cube.title[language].replace("\r", "\n")


def test_a_spreadsheet_has_numbers_marks_and_notes() -> None:
    book = load_workbook(io.BytesIO(xlsx_file(by_sector(), "en")))
    sheet, notes = book.worksheets

    assert [sheet.title, notes.title] == ["innovative_by_sector", "notes"]
    found = list(sheet.iter_rows(values_only=True))
    assert found[4][:4] == ("NO en", "All sectors en", 55, 61.3)
    assert found[6][:4] == ("NO en", "school en", "..", ":")
    assert (sheet["D5"].number_format, sheet["D6"].number_format) == ("0.0", r"0.0\*")  # the second with care
    assert sheet["D6"].value == 58
    said = [line[1] for line in notes.iter_rows(values_only=True)]
    assert ("*", "u (en)") in list(notes.iter_rows(values_only=True))
    assert said[0] == "Constructed data (en)"
    assert "2026-11-27T07:00:00+00:00" in said


def test_a_spreadsheet_has_the_same_bytes_each_time() -> None:
    first = xlsx_file(by_sector(), "en")
    time.sleep(2.1)  # the archive's clock has steps of two seconds
    assert xlsx_file(by_sector(), "en") == first


@settings(max_examples=15, deadline=None)
@given(cubes())
def test_every_cube_comes_back_from_a_spreadsheet_and_none_has_a_formula(cube: Cube) -> None:
    layout = laid_out(cube)
    sheet = load_workbook(io.BytesIO(xlsx_file(cube, "se"))).worksheets[0]
    rows = list(sheet.iter_rows(min_row=3 + len(layout.heading)))

    assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)
    for (stub, places), line in zip(layout.rows(), rows, strict=True):
        assert [cell.value for cell in line[: len(stub)]] == [one.labels["se"] for one in stub]
        for cell, place in zip(line[len(stub) :], places, strict=True):
            value = layout.cube.values[place]
            assert cell.value == ({"c": ":", "x": ".."}[layout.cube.statuses[place]] if value is None else value)


@pytest.mark.parametrize(("text", "message"), [("x" * 32_768, "at most 32767"), ("a\x01b", "no control characters")])
def test_a_text_a_spreadsheet_cannot_hold_is_refused(text: str, message: str) -> None:
    cube = by_sector()
    cube.title["en"] = text  # type: ignore[index]
    with pytest.raises(SpreadsheetError, match=message):
        xlsx_file(cube, "en")
