"""An empty presentation in our look, and the few things that are put on a slide.

The library's own starting file is 4:3 with another look: its master and three of its layouts are made ours, the rest
is taken out, with the picture, the statistics and the printer settings of the machine that it was made on.
"""

import copy
import io
import re
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.slide import Slide
from pptx.util import Pt

from publication.formats.archives import without_clock
from publication.work.slide_space import EDGE, HEIGHT, LEADING, WIDTH, Box, Placed

FONT: Final = "Arial"  # on every machine, or a face of the same widths
COLOURS: Final = {
    "paper": "FFFFFF",
    "ink": "17222B",
    "soft": "4A5864",
    "brand": "0B3F5E",
    "deep": "072A40",
    "made": "5B2A86",
}
THEME: Final = {
    "dk2": COLOURS["deep"], "lt2": "F2F5F7", "accent1": COLOURS["brand"], "accent2": "2B7F86", "accent3": "A8672B",
    "accent4": COLOURS["made"], "accent5": "7BA7C9", "accent6": "1C6B3C", "hlink": "0A558C",
    "folHlink": COLOURS["made"],
}  # fmt: skip
LANGUAGES: Final = {
    "nb": "nb-NO", "nn": "nn-NO", "da": "da-DK", "sv": "sv-SE", "fi": "fi-FI", "is": "is-IS", "en": "en-GB",
    "se": "se-NO",
}  # fmt: skip
FRONT, CONTENT, TITLE_ONLY = "Title Slide", "Title and Content", "Title Only"
HEADING: Final = Box(EDGE, 24.0, WIDTH - 2 * EDGE, 60.0)
BODY: Final = Box(EDGE, 96.0, WIDTH - 2 * EDGE, 360.0)
SECTION_LIST: Final = "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"  # the format's own name for such a list
SECTIONS: Final = "http://schemas.microsoft.com/office/powerpoint/2010/main"
NAMESPACE: Final = uuid.UUID("7f1b2f64-6a3b-5d0e-9f63-2f4b6f0a1c55")
FRONT_TITLE: Final = Box(EDGE, 120.0, WIDTH - 2 * EDGE, 150.0)
FRONT_WORDS: Final = Box(EDGE, 285.0, WIDTH - 2 * EDGE, 190.0)


class Deck:
    """A presentation under way. `language`: a code of the site, which every text is marked with."""

    def __init__(self, language: str) -> None:
        self.language = LANGUAGES[language]
        self.file: Any = Presentation()
        self.file.slide_width, self.file.slide_height = Pt(WIDTH), Pt(HEIGHT)
        _own_look(self.file)

    def add(self, layout: str) -> Slide:
        """A new slide at the end, with its number."""
        found = next(one for one in self.file.slide_layouts if one.name == layout)
        slide: Slide = self.file.slides.add_slide(found)
        number = next(shape for shape in found.placeholders if shape.placeholder_format.idx == 12)
        slide.shapes._spTree.append(copy.deepcopy(number._element))
        return slide

    def write(self, shape: Any, placed: Iterable[Placed]) -> None:
        """The paragraphs into a shape that is empty: sizes fixed, nothing left for the program to shrink."""
        frame = shape.text_frame
        frame.word_wrap, frame.auto_size, frame.vertical_anchor = True, MSO_AUTO_SIZE.NONE, MSO_ANCHOR.TOP
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Pt(0)
        for position, one in enumerate(placed):
            paragraph = frame.paragraphs[0] if position == 0 else frame.add_paragraph()
            paragraph.alignment = PP_ALIGN.LEFT
            _plain(paragraph)
            paragraph.space_before, paragraph.line_spacing = Pt(0), Pt(LEADING * one.size)
            paragraph.space_after = Pt(one.text.after * one.size)
            run = paragraph.add_run()
            run.text = one.text.words
            run.font.size, run.font.bold = Pt(one.size), one.text.bold
            run.font.color.rgb = RGBColor(*bytes.fromhex(COLOURS[one.text.colour]))  # type: ignore[no-untyped-call]
            run._r.get_or_add_rPr().set("lang", self.language)

    def notes(self, slide: Slide, lines: Sequence[str]) -> None:
        """What the speaker sees, a paragraph a line."""
        tree = slide.notes_slide.shapes._spTree
        tree.remove(_number_of(tree))  # the library leaves it empty
        frame = slide.notes_slide.notes_text_frame
        assert frame is not None  # noqa: S101 - the library's own notes page has one
        frame.text = "\n".join(lines)
        for run in (run for paragraph in frame.paragraphs for run in paragraph.runs):
            run._r.get_or_add_rPr().set("lang", self.language)

    def sections(self, named: Sequence[tuple[str, int]]) -> None:
        """Names and numbers of slides, in their order: what the program lists beside the slides."""
        ids = [one.get("id") for one in self.file.element.sldIdLst]
        listed = ""
        for name, number in named:
            identity = f"{{{uuid.uuid5(NAMESPACE, name)}}}".upper()
            slides = "".join(f'<p14:sldId id="{one}"/>' for one in ids[:number])
            inside = f"<p14:sldIdLst>{slides}</p14:sldIdLst>"
            listed += f'<p14:section name={quoteattr(name)} id="{identity}">{inside}</p14:section>'
            ids = ids[number:]
        whole = (
            f'<p:ext {nsdecls("p")} xmlns:p14="{SECTIONS}" uri="{SECTION_LIST}"><p14:sectionLst>{listed}'
            "</p14:sectionLst></p:ext>"
        )
        _extensions(self.file.element).append(parse_xml(whole))

    def saved(self, *, title: str, author: str, comments: str, moment: datetime) -> bytes:
        """The file, stamped with `moment` and no other time."""
        about = self.file.core_properties
        about.title, about.author, about.last_modified_by, about.comments = title, author, author, comments
        about.language, about.subject, about.keywords, about.category, about.revision = self.language, "", "", "", 1
        about.created = about.modified = moment
        for slide in self.file.slides:
            tree = slide.shapes._spTree
            tree.append(_number_of(tree))  # read out last
        file = io.BytesIO()
        self.file.save(file)
        return without_clock(file.getvalue(), moment)


def _number_of(tree: Any) -> Any:
    """The shape that shows the number of its slide."""
    return tree.xpath("./p:sp[p:nvSpPr/p:nvPr/p:ph[@type='sldNum']]")[0]


def place(shape: Any, box: Box) -> None:
    shape.left, shape.top, shape.width, shape.height = (Pt(side) for side in (box.left, box.top, box.width, box.height))


def describe(shape: Any, text: str) -> None:
    """What a screen reader says of a picture or a table."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", text)


def _plain(paragraph: Any) -> None:
    """No bullet and no indent, whatever the layout has."""
    properties = paragraph._p.get_or_add_pPr()
    properties.set("marL", "0")
    properties.set("indent", "0")
    properties.append(parse_xml(f"<a:buNone {nsdecls('a')}/>"))


def _extensions(presentation: Any) -> Any:
    if presentation.find(qn("p:extLst")) is None:
        presentation.append(parse_xml(f"<p:extLst {nsdecls('p')}/>"))
    return presentation.find(qn("p:extLst"))


def _own_look(file: Any) -> None:
    master = file.slide_master
    for layout in list(file.slide_layouts):
        if layout.name not in (FRONT, CONTENT, TITLE_ONLY):
            file.slide_layouts.remove(layout)
    boxes = {0: HEADING, 1: BODY}
    for shape in master.placeholders:
        kind = shape.placeholder_format.type
        _arranged(shape, boxes.get({"TITLE": 0, "BODY": 1}.get(kind.name, 2)))
    for layout in file.slide_layouts:
        own = {0: FRONT_TITLE, 1: FRONT_WORDS} if layout.name == FRONT else boxes
        for shape in layout.placeholders:
            _arranged(shape, own.get(shape.placeholder_format.idx))
    for style in master.element.findall(f".//{qn('p:titleStyle')}/{qn('a:lvl1pPr')}"):
        style.set("algn", "l")
    _own_theme(master.part.part_related_by(RELATIONSHIP_TYPE.THEME))
    _drop(file.part.package, ("extended-properties", "thumbnail"))
    _drop(file.part, ("printerSettings",))


def _arranged(shape: Any, box: Box | None) -> None:
    """Where the box stands; dates, footers and numbers move apart to the new width, at the lower edge."""
    if box is not None:
        place(shape, box)
        return
    left = {"DATE": EDGE, "FOOTER": 330.0}.get(shape.placeholder_format.type.name, WIDTH - EDGE - 60)
    place(shape, Box(left, HEIGHT - 30, 300.0 if left < WIDTH / 2 else 60.0, 20.0))


def _own_theme(part: Any) -> None:
    theme = part.blob.decode()
    for name, colour in THEME.items():
        theme, count = re.subn(rf"(<a:{name}>)<a:srgbClr val=\"\w+\"/>", rf'\1<a:srgbClr val="{colour}"/>', theme)
        if count != 1:
            raise ValueError(f"theme: expected one colour {name}, got {count}. Use the locked python-pptx.")
    theme = re.sub(r'<a:latin typeface="[^"]*"/>', f'<a:latin typeface="{FONT}"/>', theme)
    part.blob = theme.encode()


def _drop(part: Any, kinds: Sequence[str]) -> None:
    relations = part._rels
    for name in [name for name, one in relations.items() if one.reltype.rpartition("/")[2] in kinds]:
        relations.pop(name)
