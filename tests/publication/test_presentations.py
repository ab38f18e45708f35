"""Slides and workbook of a release: opened by the libraries of their formats, every number one of a document."""

import html
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.utils import translation
from openpyxl import Workbook, load_workbook
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER

from publication.disclosure.attack_report import AttackReport
from publication.models import Release, ReleaseFile
from publication.work import releases as work
from publication.work.cells import Protection
from publication.work.documents import Document
from publication.work.editions import only
from publication.work.material import Material
from publication.work.presentations import languages, presentations
from publication.work.slide_space import BELOW, HEIGHT, TALL, WIDE, WIDTH, SlideTooFull, Text, fitted, frame_for
from publication.work.workbook import FIRST, sheet_names
from tests import make
from tests.publication.world import World

pytestmark = pytest.mark.django_db
FIELDS = ("n", "value", "low", "high", "standard_error", "p_adjusted", "rank_low", "rank_high")
NUMBER = re.compile(r"[−-]?\d+(?:[.,]\d+)")


@pytest.fixture(scope="module")
def files(
    world: World,
    material: Material,
    tried: tuple[Protection, AttackReport],
    written: Sequence[Document],
    django_db_blocker: Any,
) -> dict[str, ReleaseFile]:
    """The files in Norwegian alone, made once."""
    with django_db_blocker.unblock():
        release = make.requested(world.run, world.administrator)
        release.run.wave.languages = ["nb"]
        release.manifest = work.manifest(release, material)
        quality = work.reports(release, material, work.summary(material, *tried), {})["quality"]
        made = presentations(release, material, written, quality)
        few = written[:4]
        first, again = (presentations(release, material, few, quality) for _ in range(2))
    assert [file.checksum for file in first] == [file.checksum for file in again], "the same release, other bytes"
    return {file.path: file for file in made}


@pytest.fixture(scope="module")
def deck(files: dict[str, ReleaseFile]) -> Any:
    return Presentation(io.BytesIO(files["slides.nb.pptx"].content))


@pytest.fixture(scope="module")
def book(files: dict[str, ReleaseFile]) -> Workbook:
    return load_workbook(io.BytesIO(files["workbook.nb.xlsx"].content))


@pytest.fixture(autouse=True)
def norwegian() -> Iterator[None]:
    with translation.override("nb"):
        yield


def shown(documents: Sequence[Document]) -> set[float]:
    return {
        row[name]
        for one in documents
        for row in rows_of(one)
        if row["status"] == "shown"
        for name in FIELDS
        if name in row
    }


def rows_of(document: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = document["rows"]
    return rows


def words(slide: Any) -> str:
    """All text of the slide but its pictures: title, boxes, table."""
    texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    texts += [cell.text for shape in slide.shapes if shape.has_table for row in shape.table.rows for cell in row.cells]
    return "\n".join(texts)


def test_the_files_are_made_in_the_languages_of_the_questionnaire_that_the_release_speaks(
    files: dict[str, ReleaseFile], world: World, material: Material
) -> None:
    assert sorted(files) == ["slides.nb.pptx", "workbook.nb.xlsx"]
    release = Release.objects.get(run=world.run)
    release.run.wave.languages = ["fi", "se", "is"]
    assert languages(release, material) == ("nb", "fi", "is"), "the first always; no words in Sami, no file"


def test_every_slide_has_a_title_of_its_own_and_nothing_empty(deck: Any) -> None:
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert len(set(titles)) == len(titles) > 20
    assert all(titles)
    assert deck.slide_width * 9 == deck.slide_height * 16
    for notes in (slide.notes_slide for slide in list(deck.slides)[1:]):
        assert [shape.placeholder_format.type for shape in notes.placeholders] == [
            PP_PLACEHOLDER.SLIDE_IMAGE,
            PP_PLACEHOLDER.BODY,
        ]
    for slide in deck.slides:
        for shape in slide.placeholders:
            kind = shape.placeholder_format.type
            assert shape.text_frame.text.strip() or kind == PP_PLACEHOLDER.SLIDE_NUMBER, (titles[0], shape.name)


def test_everything_lies_on_the_slide_and_says_its_language(deck: Any) -> None:
    for slide in deck.slides:
        assert slide.shapes[0] == slide.shapes.title, "the title is read first"
        assert slide.shapes[-1].placeholder_format.type == PP_PLACEHOLDER.SLIDE_NUMBER, "and the number last"
        ids = [shape.shape_id for shape in slide.shapes]
        assert len(set(ids)) == len(ids)
        for shape in slide.shapes:
            assert 0 <= shape.left <= shape.left + shape.width <= deck.slide_width + 1
            assert 0 <= shape.top <= shape.top + shape.height <= deck.slide_height + 1
            for run in (
                run for part in (shape.text_frame.paragraphs if shape.has_text_frame else ()) for run in part.runs
            ):
                assert run._r.rPr.get("lang") == "nb-NO"


def test_pictures_are_described_and_bear_the_mark(deck: Any, written: Sequence[Document]) -> None:
    pictures = [(slide, shape) for slide in deck.slides for shape in slide.shapes if shape.shape_type == 13]
    assert len(pictures) >= len(written)
    for slide, shape in pictures:
        described = shape._element.xpath(".//p:cNvPr")[0].get("descr")
        assert described.startswith(slide.shapes.title.text_frame.text.split("\n")[0])
        assert "Konstruerte data" in words(slide)
    assert "Konstruerte data" in words(deck.slides[0])


def test_every_table_is_told_and_its_rows_stand_in_the_notes(deck: Any, written: Sequence[Document]) -> None:
    notes = "\n".join(slide.notes_slide.notes_text_frame.text for slide in list(deck.slides)[1:])
    spoken = "\n".join(words(slide) for slide in deck.slides)
    for document in written:
        texts: Any = document
        assert texts["title"]["nb"] in spoken
        assert texts["method"]["nb"] in notes
        assert f"/figures/{document['key']}/" in spoken
        for row in rows_of(document):
            if row["status"] == "shown" and row["measure"] == "share":
                assert f"{row['value']:.1f}".replace(".", ",") in notes
    assert notes.count("for få svar") >= sum(row["status"] == "withheld" for one in written for row in rows_of(one))


def test_every_decimal_on_the_slides_is_a_shown_number(deck: Any, written: Sequence[Document]) -> None:
    allowed = {round(abs(float(number)), 4) for number in shown(written)} | {95.0}
    for slide in list(deck.slides)[1:-1]:
        texts = [
            words(slide).replace("127.0.0.1", ""),
            slide.notes_slide.notes_text_frame.text.replace("127.0.0.1", ""),
        ]
        for found in (one for text in texts for one in NUMBER.findall(text)):
            number = abs(float(found.replace("−", "-").replace(",", ".")))
            assert round(number, 4) in allowed, (found, slide.shapes.title.text_frame.text)


def test_slides_of_changes_stand_in_sections(deck: Any) -> None:
    names = re.findall(r'<p14:section [^>]*name="([^"]+)"', deck.element.xml)
    assert names == ["Utgivelse", "Funn", "Drivere og barrierer", "Land sammenlignet", "Runder", "Metoder og kvalitet"]


def test_every_number_of_a_sheet_is_a_shown_number_and_nothing_is_left_out(
    book: Workbook, written: Sequence[Document]
) -> None:
    names = sheet_names(written, taken=())
    for document, name in zip(written, names, strict=True):
        cells = [cell for row in book[name].iter_rows() for cell in row]
        numbers = sorted(cell.value for cell in cells if cell.data_type == "n" and cell.value is not None)
        rows = [row for row in rows_of(document) if row["status"] == "shown"]
        assert set(numbers) <= shown([document])
        for row in rows:
            assert row["value"] in numbers
        assert not [cell for cell in cells if cell.data_type == "f"], "a formula"
        marks = sum(cell.value == "for få svar" for cell in cells)
        assert marks == sum(row["status"] == "withheld" for row in rows_of(document))


def test_the_first_sheet_leads_to_all_others_and_charts_draw_the_cells_of_theirs(
    files: dict[str, ReleaseFile], book: Workbook, written: Sequence[Document]
) -> None:
    first = book.worksheets[0]
    links = [cell.hyperlink.location for row in first.iter_rows() for cell in row if cell.hyperlink]
    assert links == [f"'{name}'!A1" for name in book.sheetnames[1:]]
    assert [sheet["A4"].value for sheet in book.worksheets[1:-1]] == ["Konstruerte data"] * len(written)
    charted = [sheet for sheet in book.worksheets if sheet._charts]
    assert {"innovative", "factors", "innovation_type", "factor_balance"} <= {sheet.title for sheet in charted}
    archive = zipfile.ZipFile(io.BytesIO(files["workbook.nb.xlsx"].content))
    for number, sheet in enumerate(charted, start=1):
        drawing = archive.read(f"xl/drawings/drawing{number}.xml").decode()
        assert html.unescape(drawing.split('descr="')[1].split('"')[0]) == f"{sheet['A1'].value}. {sheet['A2'].value}"
        for series in sheet._charts[0].series:
            place = re.fullmatch(r"'?([^'!]+)'?!\$([A-Z]+)\$(\d+):\$[A-Z]+\$(\d+)", series.val.numRef.f)
            assert place
            assert place[1] == sheet.title
            drawn = [sheet[f"{place[2]}{row}"].value for row in range(int(place[3]), int(place[4]) + 1)]
            assert int(place[3]) > FIRST
            assert all(isinstance(one, (int, float)) or one == "for få svar" for one in drawn)


def test_a_table_cut_to_countries_tells_of_those_alone(written: Sequence[Document]) -> None:
    (table,) = [one for one in written if one["key"] == "innovative"]
    cut = only(table, ["NO"])
    assert {row["country"] for row in cut["rows"]} == {"NO"}
    assert not [row for row in cut["rows"] if row["measure"] == "difference"]
    assert [row["measure"] for row in only(table, ["NO", "IS"])["rows"]].count("difference") == 1


def test_long_words_make_the_letters_smaller_and_never_run_over() -> None:
    word = "Terveydenhuoltohenkilöstömitoitusasiantuntijatyöryhmä "
    for frame in (WIDE, TALL):
        placed = fitted([Text(word * 6, 24, bold=True), Text(word * 6, 13)], frame.words.width, frame.words.height)
        assert sum(one.height for one in placed) <= frame.words.height
        assert placed[0].size < 24
        assert frame.picture.top + frame.picture.height <= BELOW.top
        assert frame.picture.left + frame.picture.width <= WIDTH
    assert BELOW.top + BELOW.height <= HEIGHT - 20
    with pytest.raises(SlideTooFull, match="Shorten"):
        fitted([Text(word * 300, 24)], 300, 100)


def test_tall_pictures_stand_beside_their_words_and_flat_ones_below() -> None:
    assert frame_for(1520, 400) == WIDE
    assert frame_for(1520, 1500) == TALL


def test_names_of_sheets_are_cut_to_the_limit_and_stay_apart() -> None:
    keys = ["a" * 40, "a" * 41, "Contents"]
    names = sheet_names([{"key": key} for key in keys], taken=("contents",))
    assert names == ["a" * 31, "a" * 29 + "_2", "Contents_2"]
