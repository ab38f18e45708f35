"""The shell of a questionnaire page: rendered once per version, page and language, then filled for each request.

The template writes marks where something differs between respondents: slots to be filled, and regions that are left
out when they do not apply. Rendering a page of forty choices costs milliseconds; filling it costs microseconds.
"""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import conditional_escape

from surveys.instrument.placeholders import Placeholder
from surveys.instrument.schema import Instrument, Texts
from surveys.views.respond.questions import CLOSE, OPEN, page_context, with_marks

BLANK_LINES = re.compile(r"\n\s*\n")
MARK = re.compile(f"{OPEN}([^{OPEN}{CLOSE}]*){CLOSE}")


@dataclass(frozen=True)
class Part:
    """A stretch of the page: its text, the slot that follows, and the regions it lies in."""

    literal: str
    slot: str = ""
    regions: tuple[str, ...] = ()  # all of them must apply


@dataclass(frozen=True)
class Shell:
    parts: tuple[Part, ...]
    places: tuple[Placeholder, ...] = ()  # of the texts, by the number in their marks

    def fill(self, values: Mapping[str, str], regions: Set[str]) -> str:
        """The page. Everything filled in is escaped unless it is marked as safe HTML."""
        pieces: list[str] = []
        for part in self.parts:
            if not all(region in regions for region in part.regions):
                continue
            pieces.append(part.literal)
            value = values.get(part.slot) if part.slot else None
            if value:
                pieces.append(conditional_escape(value))
        return "".join(pieces)


def split(html: str, places: tuple[Placeholder, ...] = ()) -> Shell:
    """Cut rendered HTML at its marks: `name` is a slot, `+name` begins a region, `-name` ends the innermost one."""
    pieces = MARK.split(html)
    parts: list[Part] = []
    regions: list[str] = []
    for literal, mark in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        name = "" if mark.startswith(("+", "-")) else mark
        if literal or name:
            parts.append(Part(literal, name, tuple(regions)))
        if mark.startswith("+"):
            regions.append(mark[1:])
        elif mark.startswith("-"):
            regions.pop()
    return Shell(tuple(parts), places)


@dataclass(frozen=True)
class ShellKey:
    """What decides a shell. The instrument follows from its hash and only serves to render it."""

    content_hash: str
    page: str
    language: str  # of the page
    question_language: str
    languages: tuple[str, ...]  # to choose from
    instrument: Instrument = field(compare=False)


@lru_cache(maxsize=1024)
def shell_of(key: ShellKey) -> Shell:
    """The shell, rendered on first use in this process."""
    page = next(page for page in key.instrument.pages if page.id == key.page)
    other = "" if key.question_language == key.language else key.question_language
    with translation.override(key.language):
        texts, places = _marked(key.instrument, key.question_language)
        context = page_context(key.instrument, page, texts, key.languages, other)
        html = render_to_string("surveys/respond/page.html", context)
    return split(BLANK_LINES.sub("\n", html), places)


@lru_cache(maxsize=64)
def _marked(instrument: Instrument, language: str) -> tuple[Texts, tuple[Placeholder, ...]]:
    return with_marks(instrument.texts[language])
