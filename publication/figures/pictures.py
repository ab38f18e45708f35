"""Figures as files: an SVG that looks right outside the page, and a PNG of it for slides, both made on the server.

The style is that of the page: the rules for drawings in `figures.css`, with the values of the custom properties put in.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Final

from django.contrib.staticfiles import finders
from django.utils.translation import gettext as _

from publication.charts import style
from publication.charts.standalone import Caption, standalone
from publication.charts.svg import WIDE, Drawing
from publication.charts.words import Words
from publication.figures.figure import file_of
from publication.figures.reading import Document
from publication.models import Release

PAGE: Final = """#let file = json(bytes(sys.inputs.file))
#set page(width: file.width * 1pt, height: file.height * 1pt, margin: 0pt, fill: white)
#image(bytes(file.svg), format: "svg", width: file.width * 1pt, height: file.height * 1pt)
"""
POINTS_PER_INCH: Final = 72


def svg_of(document: Document, release: Release, *, country: str = "") -> str:
    """The figure of a table as a file, in the language that is active; `country` as for the figure."""
    drawing, caption, words = file_of(document, country=country, source=source_of(release))
    return svg_file(drawing, caption, words)


def source_of(release: Release) -> str:
    """Who made it and where it stands."""
    return _("Source: %(programme)s, %(wave)s, release %(number)s") % {
        "programme": release.programme_name,
        "wave": release.wave_code,
        "number": release.number,
    }


def svg_file(drawing: Drawing, caption: Caption, words: Words, *, width: int = WIDE) -> str:
    """The drawing as a file of its own, in UTF-8 text."""
    return standalone(drawing, width, caption, words, style=drawing_style())


def png_file(svg: str, *, scale: int = 2) -> bytes:
    """The picture of an SVG made by `svg_file`, `scale` pixels for each of its own.

    The same file gives the same bytes on every machine: only the fonts inside typst are used, which are narrower than
    what the drawing leaves room for. Raises ValueError where the file says no size.
    """
    size = re.match(r'<svg [^>]*?width="(\d+)" height="(\d+)"', svg)
    if size is None:
        raise ValueError(f"svg: expected width and height in whole pixels, got {svg[:60]!r}. Make it with svg_file().")
    import typst  # only who asks for a picture needs it

    content = json.dumps({"svg": svg, "width": int(size[1]), "height": int(size[2])}, ensure_ascii=False)
    compiler = typst.Compiler(ignore_system_fonts=True)
    made = compiler.compile(
        input=PAGE.encode(), format="png", ppi=float(POINTS_PER_INCH * scale), sys_inputs={"file": content}
    )
    if not isinstance(made, bytes):
        raise TypeError(f"typst: expected one picture as bytes, got {type(made).__name__}. Draw one page.")
    return made


@cache
def drawing_style() -> str:
    """The page's rules for drawings, with the values of its custom properties. Raises ValueError for an unknown one."""
    return style.drawing_style(_sheet("css/base.css"), _sheet("css/figures.css"))


def _sheet(name: str) -> str:
    found = finders.find(name)
    if found is None:
        raise ValueError(f"static file: expected {name} among the static files, got none. Check STATICFILES_DIRS.")
    return Path(found).read_text(encoding="utf-8")
