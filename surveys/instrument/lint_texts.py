"""Findings about what people read: every text there, in every language, and nothing in it that grows old."""

import re
from collections.abc import Iterator, Mapping

from surveys.instrument.findings import Finding
from surveys.instrument.schema import NO_TEXT, Instrument, ItemText, Texts

YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
MARKUP = re.compile(r"<[a-zA-Z/!]|&[a-z]+;")


def language_findings(instrument: Instrument) -> Iterator[Finding]:
    for language in instrument.languages:
        texts = instrument.texts.get(language)
        if texts is None:
            message = f"There is no text in {language}."
            yield Finding("missing_text", f"texts.{language}", message, "Translate it, or take the language away.")
            continue
        expected = expected_texts(instrument, texts)
        for location, text in expected.items():
            if not text.strip():
                yield Finding("missing_text", location, "It has no text.", f"Write it in {language}.")
        yield from missing_labels(instrument, texts)
        yield from unused(instrument, texts)
        yield from wordings(texts)


def expected_texts(instrument: Instrument, texts: Texts) -> dict[str, str]:
    """Location -> text, for everything that must be there."""
    at = f"texts.{texts.language}"
    expected = {f"{at}.title": texts.title, f"{at}.introduction": texts.introduction}
    if any(page.definition for page in instrument.pages):
        expected[f"{at}.definition"] = texts.definition
    for page in instrument.pages:
        expected[f"{at}.sections.{page.section}"] = texts.sections.get(page.section, "")
        expected[f"{at}.pages.{page.id}"] = texts.pages.get(page.id, "")
    for item in instrument.items.values():
        expected[f"{at}.items.{item.key}"] = texts.items.get(item.key, NO_TEXT).question
        if item.battery is not None:
            expected[f"{at}.batteries.{item.battery}"] = texts.batteries.get(item.battery, NO_TEXT).question
    for edit in instrument.edits:
        expected[f"{at}.edits.{edit.id}"] = texts.edits.get(edit.id, "")
    return expected


def missing_labels(instrument: Instrument, texts: Texts) -> Iterator[Finding]:
    said: set[tuple[str, str]] = set()
    for item in instrument.items.values():
        name = item.battery or item.key
        for option in item.options:
            if not texts.label(item, option.code).strip() and (name, option.code) not in said:
                said.add((name, option.code))
                location = f"texts.{texts.language}.items.{name}.options.{option.code}"
                yield Finding("missing_label", location, "The option has no label.", f"Write it in {texts.language}.")


def unused(instrument: Instrument, texts: Texts) -> Iterator[Finding]:
    """Texts of things that do not exist: most often a misspelt key."""
    known: dict[str, tuple[Mapping[str, object], set[str]]] = {
        "sections": (texts.sections, {page.section for page in instrument.pages}),
        "pages": (texts.pages, {page.id for page in instrument.pages}),
        "batteries": (texts.batteries, {item.battery for item in instrument.items.values() if item.battery}),
        "items": (texts.items, set(instrument.items)),
        "edits": (texts.edits, {edit.id for edit in instrument.edits}),
    }
    for kind, (written, used) in known.items():
        for name in written:
            if name not in used:
                message = f"There is nothing called {name} among the {kind}."
                location = f"texts.{texts.language}.{kind}.{name}"
                yield Finding("unused_text", location, message, "Is it misspelt? Else take it away.")


def wordings(texts: Texts) -> Iterator[Finding]:
    for location, text in every_text(texts):
        year = YEAR.search(text)
        if year:
            message = f"It names the year {year.group()}, and the next wave asks about another."
            yield Finding("literal_year", location, message, "Say it relatively: the last two years.")
        if MARKUP.search(text):
            yield Finding("markup", location, "It holds markup, which is shown as it stands.", "Write plain text.")


def every_text(texts: Texts) -> Iterator[tuple[str, str]]:
    at = f"texts.{texts.language}"
    yield f"{at}.title", texts.title
    yield f"{at}.introduction", texts.introduction
    yield f"{at}.definition", texts.definition
    for kind, values in (("sections", texts.sections), ("pages", texts.pages), ("edits", texts.edits)):
        for name, text in values.items():
            yield f"{at}.{kind}.{name}", text
    for kind, groups in (("batteries", texts.batteries), ("items", texts.items)):
        for name, group in groups.items():
            yield from item_texts(f"{at}.{kind}.{name}", group)


def item_texts(location: str, text: ItemText) -> Iterator[tuple[str, str]]:
    yield location, text.question
    yield f"{location}.help", text.help
    for code, label in text.options.items():
        yield f"{location}.options.{code}", label
