"""What translators are given, text by text, and what a file of theirs says of one."""

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import shorten

from surveys.instrument.exchange import Loss
from surveys.instrument.lengths import longest
from surveys.instrument.schema import NO_TEXT, Instrument, ItemText, ItemType, Texts
from surveys.instrument.texts import Standing, entries, key_and_part, standing, text_hash

QUOTED = 70
WHAT = {
    "title": "title of the questionnaire",
    "introduction": "introduction on the first page",
    "definition": "definition, shown beside the questions",
    "sections": "heading of a section",
    "pages": "heading of a page",
}
CHECKED = "checked"  # the mark of a text that a person has checked


@dataclass(frozen=True)
class Row:
    """A text to translate."""

    location: str
    what: str  # for instance: option of “How did it begin?”
    source: str
    text: str  # empty where it is missing
    longest: int
    standing: Standing

    @property
    def stamp(self) -> str:
        """How the text stood when the file was written, for instance `draft 8c736521`: its state and its hash."""
        return f"{self.standing} {text_hash(self.text)}"


@dataclass(frozen=True)
class Entry:
    """What a file says of a text."""

    place: str  # in the file, for instance "line 12"
    location: str
    source: str
    text: str
    standing: Standing | None = None  # as it is marked; None where the file does not say
    unfinished: bool = False  # the file itself says that the text is not to be used yet
    comment: str = ""
    stamp: str = ""  # that of the row; empty where the file has lost it


@dataclass(frozen=True)
class TextFile:
    """A file of texts as it was read: which questionnaire and language it says it is of, where it says so."""

    key: str
    language: str
    entries: tuple[Entry, ...]
    lost: tuple[Loss, ...]


def rows_of(instrument: Instrument, language: str) -> tuple[Row, ...]:
    """Every text of the first language, in its order, with what stands in the other one."""
    first = instrument.texts.get(instrument.base_language)
    if first is None:
        return ()
    own = entries(instrument.texts[language]) if language in instrument.texts else {}
    stands = standing(instrument, language)
    return tuple(
        Row(
            location,
            described(instrument, first, location),
            source,
            own.get(location, ""),
            longest(instrument, location),
            stands[location],
        )
        for location, source in entries(first).items()
    )


def without_source(instrument: Instrument, language: str) -> Iterator[Loss]:
    """Texts that the language has and the first language has not: nobody can translate them."""
    first = instrument.texts.get(instrument.base_language)
    source = {} if first is None else entries(first)
    own = entries(instrument.texts[language]) if language in instrument.texts else {}
    for location, text in own.items():
        if location not in source:
            why = f"There is no such text in {instrument.base_language}: write it there, or take it away here."
            yield Loss(location, f"“{quoted(text)}”", why)


def described(instrument: Instrument, texts: Texts, location: str) -> str:
    """What the text is, in words; `texts` are those of the first language, whose questions are quoted."""
    kind, _, rest = location.partition(".")
    if kind in WHAT:
        return WHAT[kind]
    if kind == "edits":
        item = next((edit.item for edit in instrument.edits if edit.id == rest), "")
        return f"message when an answer to {question(texts.items.get(item, NO_TEXT))} does not fit with others"
    key, part = key_and_part(rest)
    if kind == "batteries":
        return described_battery(part, texts.batteries.get(key, NO_TEXT))
    return described_item(instrument, texts, key, part)


def described_battery(part: str, text: ItemText) -> str:
    if part == "question":
        return "question above several lines"
    if part.startswith("options."):
        return f"option on every line below {question(text)}"
    return f"{part} of {question(text)}"


def described_item(instrument: Instrument, texts: Texts, key: str, part: str) -> str:
    item = instrument.items.get(key)
    text = texts.items.get(key, NO_TEXT)
    if part.startswith("options."):
        return f"option of {question(text)}"
    if part == "unit":
        return f"unit behind the number of {question(text)}"
    if part == "help":
        return f"help of {question(text)}"
    if item is not None and item.battery is not None:
        return f"line below {question(texts.batteries.get(item.battery, NO_TEXT))}"
    if item is not None and item.type is ItemType.INFO:
        return "information between questions"
    return "question"


def question(text: ItemText) -> str:
    return f"“{quoted(text.question)}”"


def quoted(text: str) -> str:
    return shorten(text, QUOTED, placeholder=" …")
