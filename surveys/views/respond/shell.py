"""The shell of a questionnaire page: rendered once per version, page and language, then filled for each request.

The template writes marks where something differs between respondents: slots to be filled, and regions that are left
out when they do not apply. Rendering a page of forty choices costs milliseconds; filling it costs microseconds.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import conditional_escape

from surveys.instrument.schema import Instrument
from surveys.views.respond.questions import CLOSE, OPEN, page_context

BLANK_LINES = re.compile(r"\n\s*\n")
MARK = re.compile(f"{OPEN}([^{OPEN}{CLOSE}]*){CLOSE}")


@dataclass(frozen=True)
class Part:
    """A stretch of the page: its text, the slot that follows, and the region it belongs to."""

    literal: str
    slot: str = ""
    region: str = ""


@dataclass(frozen=True)
class Shell:
    parts: tuple[Part, ...]

    def fill(self, values: Mapping[str, str], regions: Collection[str]) -> str:
        """The page. Everything filled in is escaped unless it is marked as safe HTML."""
        pieces: list[str] = []
        for part in self.parts:
            if part.region and part.region not in regions:
                continue
            pieces.append(part.literal)
            value = values.get(part.slot) if part.slot else None
            if value:
                pieces.append(conditional_escape(value))
        return "".join(pieces)


def split(html: str) -> Shell:
    """Cut rendered HTML at its marks: `name` is a slot, `+name` begins a region, `-name` ends it.

    Regions do not contain regions.
    """
    pieces = MARK.split(html)
    parts: list[Part] = []
    region = ""
    for literal, mark in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        name = "" if mark.startswith(("+", "-")) else mark
        if literal or name:
            parts.append(Part(literal, name, region))
        if mark.startswith("+"):
            region = mark[1:]
        elif mark.startswith("-"):
            region = ""
    return Shell(tuple(parts))


@dataclass(frozen=True)
class ShellKey:
    """What decides a shell. The instrument follows from its hash and only serves to render it."""

    content_hash: str
    page: str
    language: str
    instrument: Instrument = field(compare=False)


@lru_cache(maxsize=512)
def shell_of(key: ShellKey) -> Shell:
    """The shell, rendered on first use in this process."""
    page = next(page for page in key.instrument.pages if page.id == key.page)
    with translation.override(key.language):
        html = render_to_string("surveys/respond/page.html", page_context(key.instrument, page, key.language))
    return split(BLANK_LINES.sub("\n", html))
