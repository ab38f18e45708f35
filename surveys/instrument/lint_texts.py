"""Findings about what people read: every text there, in every language, and nothing in it that grows old."""

import re
from collections.abc import Iterator, Mapping

from surveys.instrument.findings import Finding
from surveys.instrument.lengths import longest
from surveys.instrument.placeholders import (
    Placeholder,
    PlaceholderError,
    differing,
    fillings,
    placeholders,
    unknown_names,
)
from surveys.instrument.schema import NO_TEXT, Instrument, Item, Texts
from surveys.instrument.texts import Standing, entries, key_and_part, standing

YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
# No element is allowed: every text is shown as it stands, with its signs escaped.
MARKUP = re.compile(r"<[a-zA-Z/!?]|&(?:[a-zA-Z][a-zA-Z0-9]*|#\d+|#[xX][0-9a-fA-F]+);")
DOUBLE_SPACE = re.compile(r"[ \u00a0]{2,}|\A[ \u00a0\n]|[ \u00a0\n]\Z|[ \t]\n|[\t\r]")
STRAIGHT = re.compile(r"[\"']")


def language_findings(instrument: Instrument) -> Iterator[Finding]:
    for language in instrument.languages:
        texts = instrument.texts.get(language)
        if texts is None:
            message = f"There is no text in {language}."
            suggestion = "Translate it, or take the language away."
            yield Finding("missing_text", f"texts.{language}", message, suggestion, language)
            continue
        yield from missing_texts(instrument, texts)
        yield from missing_labels(instrument, texts)
        yield from unused(instrument, texts)
        yield from wordings(texts)
        yield from too_long(instrument, texts)
        yield from own_placeholders(instrument, texts)
        if language != instrument.base_language:
            yield from translations(instrument, language)


def missing_texts(instrument: Instrument, texts: Texts) -> Iterator[Finding]:
    """What must be there, and of a translation also what the first language has beside that, for instance a help."""
    expected = expected_texts(instrument, texts)
    missing = {location: None for location, text in expected.items() if not text.strip()}
    if texts.language != instrument.base_language:
        stands = standing(instrument, texts.language)
        missing |= {at: None for at, how in stands.items() if how is Standing.MISSING and ".options." not in at}
    for at in missing:
        location, suggestion = f"texts.{texts.language}.{at}", f"Write it in {texts.language}."
        yield Finding("missing_text", location, "It has no text.", suggestion, texts.language)


def expected_texts(instrument: Instrument, texts: Texts) -> dict[str, str]:
    """Location -> text, for everything that must be there. The question of a text that goes with an option is a
    standard phrase of the interface."""
    expected = {"title": texts.title, "introduction": texts.introduction}
    if any(page.definition for page in instrument.pages):
        expected["definition"] = texts.definition
    for page in instrument.pages:
        expected[f"sections.{page.section}"] = texts.sections.get(page.section, "")
        expected[f"pages.{page.id}"] = texts.pages.get(page.id, "")
    for item in instrument.items.values():
        own = texts.items.get(item.key, NO_TEXT)
        if item.specifies is None:
            expected[f"items.{item.key}.question"] = own.question
        if item.unit:
            expected[f"items.{item.key}.unit"] = own.unit
        if item.battery is not None:
            expected[f"batteries.{item.battery}.question"] = texts.batteries.get(item.battery, NO_TEXT).question
    for edit in instrument.edits:
        expected[f"edits.{edit.id}"] = texts.edits.get(edit.id, "")
    return expected


def missing_labels(instrument: Instrument, texts: Texts) -> Iterator[Finding]:
    said: set[tuple[str, str]] = set()
    for item in instrument.items.values():
        name = f"batteries.{item.battery}" if item.battery else f"items.{item.key}"
        for option in item.options:
            if not texts.label(item, option.code).strip() and (name, option.code) not in said:
                said.add((name, option.code))
                location = f"texts.{texts.language}.{name}.options.{option.code}"
                suggestion = f"Write it in {texts.language}."
                yield Finding("missing_label", location, "The option has no label.", suggestion, texts.language)


def unused(instrument: Instrument, texts: Texts) -> Iterator[Finding]:
    """Texts of things that do not exist: most often a misspelt key."""
    batteries = {item.battery: item for item in instrument.items.values() if item.battery}
    known: dict[str, tuple[Mapping[str, object], Mapping[str, object]]] = {
        "sections": (texts.sections, {page.section: page for page in instrument.pages}),
        "pages": (texts.pages, {page.id: page for page in instrument.pages}),
        "batteries": (texts.batteries, batteries),
        "items": (texts.items, instrument.items),
        "edits": (texts.edits, {edit.id: edit for edit in instrument.edits}),
    }
    for kind, (written, used) in known.items():
        for name in written:
            if name not in used:
                message = f"There is nothing called {name} among the {kind}."
                location = f"texts.{texts.language}.{kind}.{name}"
                yield Finding("unused_text", location, message, "Is it misspelt? Else take it away.", texts.language)
    for kind, group, items in (("items", texts.items, instrument.items), ("batteries", texts.batteries, batteries)):
        for key in group.keys() & items.keys():
            for code in group[key].options.keys() - items[key].codes:
                location = f"texts.{texts.language}.{kind}.{key}.options.{code}"
                message = f"There is no option {code} of {key}."
                yield Finding("unused_text", location, message, "Is it misspelt? Else take it away.", texts.language)


def wordings(texts: Texts) -> Iterator[Finding]:
    for at, text in entries(texts).items():
        location, language = f"texts.{texts.language}.{at}", texts.language
        year = YEAR.search(text)
        if year:
            message = f"It names the year {year.group()}, and the next wave asks about another."
            suggestion = "Say it relatively, the last two years, or fill it in: {ref.from:year}."
            yield Finding("literal_year", location, message, suggestion, language)
        if MARKUP.search(text):
            message = "It holds markup, which is shown as it stands."
            yield Finding("markup", location, message, "Write plain text.", language)
        if DOUBLE_SPACE.search(text):
            message = "It has two spaces in a row, a tabulator, or a space or line break at an end."
            yield Finding("double_space", location, message, "Write one space between words.", language)
        if STRAIGHT.search(text):
            message = "It has a straight quotation mark or apostrophe."
            suggestion = "Write those of the language, for instance ’."
            yield Finding("straight_quotes", location, message, suggestion, language)


def too_long(instrument: Instrument, texts: Texts) -> Iterator[Finding]:
    for at, text in entries(texts).items():
        most = longest(instrument, at)
        if len(text) > most:
            message = f"It has {len(text)} characters; at most {most} read well on a phone."
            suggestion = "Shorten it, or move a part to the help."
            yield Finding("text_too_long", f"texts.{texts.language}.{at}", message, suggestion, texts.language)


def own_placeholders(instrument: Instrument, texts: Texts) -> Iterator[Finding]:
    """Placeholders that are broken, that name nothing, or that name what is asked only later."""
    for at, text in entries(texts).items():
        if "{" not in text and "}" not in text:
            continue
        location = f"texts.{texts.language}.{at}"
        try:
            found = placeholders(text)
            unknown = unknown_names(text, instrument.background, instrument.items)
        except PlaceholderError as error:
            suggestion = "Correct it; a brace that is meant as one is written twice."
            yield Finding("placeholder_broken", location, str(error), suggestion, texts.language)
            continue
        for name in sorted(unknown):
            message = f"There is nothing called {name} to fill in."
            suggestion = "Is it misspelt, or missing from the instrument?"
            yield Finding("placeholder_unknown", location, message, suggestion, texts.language)
        yield from later_answers(instrument, found, at=at, language=texts.language)


def later_answers(
    instrument: Instrument, found: tuple[Placeholder, ...], *, at: str, language: str
) -> Iterator[Finding]:
    """An answer can be filled in on the pages after the one that asks for it."""
    asked_on = instrument.item_pages
    shown_on = page_of(instrument, at)
    for place in found:
        if place.item in asked_on and (shown_on is None or asked_on[place.item] >= shown_on):
            message = f"It fills in the answer to {place.item}, which is not given before."
            suggestion = "Ask it on an earlier page, or leave it out here."
            yield Finding("later_reference", f"texts.{language}.{at}", message, suggestion, language)


def page_of(instrument: Instrument, at: str) -> int | None:
    """The place of the first page that shows the text; None for one that stands before or beside all pages."""
    kind, _, rest = at.partition(".")
    if kind == "pages":
        return next((place for place, page in enumerate(instrument.pages) if page.id == rest), None)
    if kind == "sections":
        return next((place for place, page in enumerate(instrument.pages) if page.section == rest), None)
    if kind == "edits":
        item = next((edit.item for edit in instrument.edits if edit.id == rest), "")
        place = instrument.item_pages.get(item)
        return None if place is None else place + 1  # said once the page is sent, its own answers known
    if kind in ("items", "batteries"):
        key, _ = key_and_part(rest)
        places = [instrument.item_pages.get(item.key) for item in shown_items(instrument, kind, key)]
        return min((place for place in places if place is not None), default=None)
    return None


def shown_items(instrument: Instrument, kind: str, key: str) -> list[Item]:
    if kind == "batteries":
        return [item for item in instrument.items.values() if item.battery == key]
    return [instrument.items[key]] if key in instrument.items else []


def translations(instrument: Instrument, language: str) -> Iterator[Finding]:
    """Translations that are older than their source, or that fill in something else."""
    source = entries(instrument.texts[instrument.base_language]) if instrument.base_language in instrument.texts else {}
    own = entries(instrument.texts[language])
    for at, how in standing(instrument, language).items():
        location = f"texts.{language}.{at}"
        if how is Standing.STALE:
            message = f"The {instrument.base_language} text it was made from has changed since."
            suggestion = "Read both and translate the change; then note the new source."
            yield Finding("stale_text", location, message, suggestion, language)
        if at not in source or at not in own:
            continue
        lost, added = differing(source[at], own[at])
        for name in sorted(lost):
            message = f"It leaves out {name}, which the {instrument.base_language} text fills in."
            yield Finding("placeholder_missing", location, message, "Fill it in here too.", language)
        for name in sorted(added):
            known = fillings(source[at])[name]
            does = "does so less often" if known else "does not"
            message = f"It fills in {name}, and the {instrument.base_language} text {does}."
            yield Finding("placeholder_unexpected", location, message, "Take it away, or add it there.", language)
