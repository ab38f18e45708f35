"""Laying a report out as a tagged PDF: one compiler a thread, the document as data, the same bytes each time."""

import json
from collections.abc import Mapping
from pathlib import Path
from threading import local
from typing import Any, Final

import typst

from publication.figures.report_strips import picture_in_print
from publication.work.report_content import words_of

LAYOUT = Path(__file__).with_name("report.typ")
STANDARD: Final = "ua-1"  # tagged, with a title, a language and an alternative text for every picture


_own = local()  # two threads cannot use one compiler at once


def _compiler() -> typst.Compiler:
    """The layout is read once a thread; only the fonts inside typst are used, and no date is written."""
    if not hasattr(_own, "compiler"):
        _own.compiler = typst.Compiler(str(LAYOUT), ignore_system_fonts=True)
    found: typst.Compiler = _own.compiler
    return found


def laid_out(document: Mapping[str, Any]) -> bytes:
    """The report as PDF/UA-1.

    Raises TypstError where a text has signs that no font has.
    """
    inputs = {
        "report": json.dumps(words_of(document), ensure_ascii=False),
        "drawings": json.dumps(drawings(document), ensure_ascii=False),
    }
    made = _compiler().compile(format="pdf", sys_inputs=inputs, pdf_standards=STANDARD)
    if not isinstance(made, bytes):
        raise TypeError(f"typst: expected one document as bytes, got {type(made).__name__}. Compile to PDF alone.")
    return made


def drawings(document: Mapping[str, Any]) -> dict[str, str]:
    """Section -> its picture as SVG."""
    pictured = [section for section in document["sections"] if section["picture"] is not None]
    return {str(section["key"]): picture_in_print(section, document) for section in pictured}
