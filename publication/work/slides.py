"""The slides of a release in one language, for whoever must present it tomorrow: real titles, pictures with words for
those who do not see them, and the whole table in the notes of the speaker.

The same release gives the same bytes: there is no clock and no chance in the file.
"""

import io
import os
import struct
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

from django.utils.translation import gettext as _
from pptx.util import Pt

from publication.figures.reading import Document
from publication.formats.record import CC_BY_4
from publication.work import slide_deck
from publication.work.editions import SHORT_QUALITY, Edition
from publication.work.slide_deck import CONTENT, FRONT, TITLE_ONLY, Deck, describe, place
from publication.work.slide_findings import Finding, Line, findings, headings, side_by_side, spoken
from publication.work.slide_space import Box, Placed, Text, fitted, frame_for, inside

DRIVERS, WAVES = "balance", "change"
LINE = 13.0  # points of the letters in the table of countries
PADDING = 8.0
NOWHERE = Pt(0)  # until it is placed


def slides(edition: Edition) -> bytes:
    """The .pptx file, in the language that is active, which is that of the edition.

    Raises:
        SlideTooFull: a text is too long for any slide.
    """
    deck = Deck(edition.language)
    made = [(_("Release"), front(deck, edition))]
    with ThreadPoolExecutor(os.cpu_count()) as painters:  # typst works outside Python's lock
        for name, found in findings_of(edition, painters).items():
            for finding in found:
                finding_slide(deck, edition, finding)
            more = countries(deck, edition) if name == _("Countries compared") else 0
            made.append((name, len(found) + more))
    made.append((_("Methods and quality"), methods(deck, edition)))
    deck.sections([(name, number) for name, number in made if number])
    return deck.saved(
        title=edition.name,
        author=edition.programme,
        comments=edition.source(),
        moment=edition.release.requested_at,
    )


def sections(edition: Edition) -> list[tuple[str, list[Document]]]:
    """Names of sections and the tables told in each."""

    def of(*kinds: str) -> list[Document]:
        return [one for one in edition.documents if one["kind"] in kinds]

    return [
        (_("Findings"), of("share")),
        (_("Drivers and barriers"), of(DRIVERS)),
        (_("Countries compared"), of("index")),
        (_("Waves"), of(WAVES)),
    ]


def findings_of(edition: Edition, painters: Executor) -> dict[str, list[Finding]]:
    """The findings of each section, all at once: their pictures, most of the work, are made meanwhile."""
    return {
        name: [finding for document in documents for finding in findings(edition, document, painters)]
        for name, documents in sections(edition)
    }


def front(deck: Deck, edition: Edition) -> int:
    slide = deck.add(FRONT)
    title, words = slide.shapes.title, slide.placeholders[1]
    said = [Text(edition.made, 20, colour="soft", after=0.6)]
    if edition.constructed:
        said.append(Text(edition.constructed, 24, bold=True, colour="made", after=0.6))
    said += [Text(edition.address(), 16, colour="soft", after=0.4), Text(licence(), 16, colour="soft")]
    deck.write(title, fitted([Text(edition.name, 44, True, "deep")], *_size(slide_deck.FRONT_TITLE)))
    deck.write(words, fitted(said, *_size(slide_deck.FRONT_WORDS)))
    return 1


def licence() -> str:
    return f"{_('Licence')}: {CC_BY_4.title}, {CC_BY_4.address}"


def finding_slide(deck: Deck, edition: Edition, finding: Finding) -> None:
    """Title, words, picture, how to read it, source: the order in which they are read out."""
    slide = deck.add(TITLE_ONLY)
    png = finding.picture.result()
    wide, tall = struct.unpack(">II", png[16:24])  # where a PNG says it
    frame = frame_for(wide, tall)
    headline, *others = finding.sentences
    texts = [Text(finding.name, 15, True, "brand", 0.3), Text(headline, 24, True, "deep", 0.3)]
    texts += [Text(sentence, 15, colour="ink", after=0.4) for sentence in others]
    texts += [Text(finding.subtitle, 13, colour="soft", after=0.4), Text(finding.question, 13, colour="soft")]
    placed = fitted(texts, frame.words.width, frame.words.height)
    _title_and_words(deck, slide, frame.words, placed)
    picture = slide.shapes.add_picture(io.BytesIO(png), NOWHERE, NOWHERE)
    place(picture, inside(frame.picture, wide, tall))
    picture.name = finding.name
    describe(picture, " ".join((f"{finding.name}.", *finding.sentences, _("The numbers stand in the speaker notes."))))
    below(deck, slide, frame.below, [*finding.notes, edition.source(str(finding.document["key"]))])
    deck.notes(slide, [*finding.spoken, "", edition.source(str(finding.document["key"]))])


def _title_and_words(deck: Deck, slide: Any, box: Box, placed: Sequence[Placed]) -> None:
    """The first two paragraphs are the title, the others stand below it."""
    height = sum(one.height for one in placed[:2])
    place(slide.shapes.title, Box(box.left, box.top, box.width, height))
    deck.write(slide.shapes.title, placed[:2])
    words = slide.shapes.add_textbox(NOWHERE, NOWHERE, NOWHERE, NOWHERE)
    place(words, Box(box.left, box.top + height, box.width, box.height - height))
    deck.write(words, placed[2:])


def below(deck: Deck, slide: Any, box: Box, texts: Iterable[str]) -> None:
    """How to read the figure, and the source with its mark."""
    shape = slide.shapes.add_textbox(NOWHERE, NOWHERE, NOWHERE, NOWHERE)
    place(shape, box)
    deck.write(shape, fitted([Text(one, 11, colour="soft", after=0.2) for one in texts], *_size(box)))


def countries(deck: Deck, edition: Edition) -> int:
    """Tables of indicators by countries, on as many slides as they need."""
    pages = list(_pages(side_by_side(edition), _widths(len(headings(edition)))))
    for number, (lines, heights) in enumerate(pages, start=1):
        name = _("Countries compared")
        title = f"{name} ({number}/{len(pages)})" if len(pages) > 1 else name
        slide = deck.add(TITLE_ONLY)
        place(slide.shapes.title, slide_deck.HEADING)
        deck.write(slide.shapes.title, fitted([Text(title, 28, True, "deep")], *_size(slide_deck.HEADING)))
        table(deck, slide, [headings(edition), *(line.cells for line in lines)], heights, title)
        note = _("Figures with their intervals. A difference is claimed only where a test allows it.")
        below(deck, slide, frame_for(16, 9).below, [note, edition.source()])
        told = [(line.cells[0], *spoken(edition.reader(line.document)), "") for line in lines]
        deck.notes(slide, [part for parts in told for part in parts])
    return len(pages)


def _widths(number: int) -> list[float]:
    """Points of the columns: name and verdict take what the countries leave."""
    figures = 104.0
    left = slide_deck.BODY.width - figures * (number - 2)
    return [left * 0.5, *[figures] * (number - 2), left * 0.5]


def _pages(lines: Sequence[Line], widths: Sequence[float]) -> Iterable[tuple[list[Line], list[float]]]:
    page: list[Line] = []
    heights: list[float] = []
    for line in lines:
        height = _tall(line.cells, widths)
        if page and sum(heights) + height > slide_deck.BODY.height - 2 * LINE * 2:
            yield page, heights
            page, heights = [], []
        page.append(line)
        heights.append(height)
    if page:
        yield page, heights


def _tall(cells: Sequence[str], widths: Sequence[float]) -> float:
    """Points of a row: its tallest cell."""
    sizes = [fitted([Text(cell, LINE)], width - PADDING, 10_000)[0] for cell, width in zip(cells, widths, strict=True)]
    return max(one.height for one in sizes) + PADDING


def table(deck: Deck, slide: Any, rows: Sequence[Sequence[str]], heights: Sequence[float], name: str) -> None:
    body, widths = slide_deck.BODY, _widths(len(rows[0]))
    tall = [_tall(rows[0], widths) + PADDING, *heights]
    shape = slide.shapes.add_table(len(rows), len(widths), 0, 0, 0, 0)
    place(shape, Box(body.left, body.top, body.width, sum(tall)))
    shape.name = name
    describe(shape, name)
    for column, width in zip(shape.table.columns, widths, strict=True):
        column.width = Pt(width)
    for position, (cells, height) in enumerate(zip(rows, tall, strict=True)):
        shape.table.rows[position].height = Pt(height)
        for place_in_row, words in enumerate(cells):
            cell = shape.table.cell(position, place_in_row)
            text = Text(words, LINE, bold=position == 0, colour="ink" if position else "paper")
            deck.write(cell, [Placed(text, LINE, height)])
            cell.margin_left = cell.margin_right = cell.margin_top = cell.margin_bottom = Pt(PADDING / 2)


def methods(deck: Deck, edition: Edition) -> int:
    """Methods and quality in short, licence, address."""
    slide = deck.add(CONTENT)
    name = _("Methods and quality")
    deck.write(slide.shapes.title, fitted([Text(name, 28, True, "deep")], *_size(slide_deck.HEADING)))
    texts = []
    for code in SHORT_QUALITY:
        if code in edition.quality:
            heading, said = edition.quality[code]
            texts += [Text(heading, 15, True, "brand"), Text(said, 14, after=0.5)]
    texts.append(Text(licence(), 14, bold=True, after=0.5))
    deck.write(slide.placeholders[1], fitted(texts, *_size(slide_deck.BODY)))
    below(deck, slide, frame_for(16, 9).below, [edition.source()])
    deck.notes(slide, [f"{heading}: {said}" for heading, said in edition.quality.values()])
    return 1


def _size(box: Box) -> tuple[float, float]:
    return box.width, box.height
