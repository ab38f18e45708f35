"""The canonical document of a questionnaire: JSON that is stored, frozen and hashed, and the typed value it means."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from surveys.instrument.directory import read_directory
from surveys.instrument.reader import FIRST, InstrumentError, Place, unique
from surveys.instrument.rule_nodes import Node
from surveys.instrument.rule_tree import KEY, to_tree
from surveys.instrument.schema import (
    Ask,
    Block,
    Comparability,
    DisclosureClass,
    Edit,
    Instrument,
    Item,
    ItemText,
    ItemType,
    Level,
    Option,
    Origin,
    Page,
    Relation,
    Requirement,
    Specified,
    Texts,
    TextState,
)
from surveys.instrument.source import expanded, read_file

__all__ = [
    "InstrumentError",
    "content_hash",
    "from_document",
    "load_directory",
    "load_file",
    "load_library",
    "to_document",
]

FORMAT = "barometer-instrument/1"
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
LIBRARY = Path(__file__).resolve().parent.parent / "library"


def load_library(name: str = "workplace", *, blocks: Sequence[str] = ()) -> dict[str, object]:
    """The canonical document of a shipped instrument, with these optional blocks."""
    return load_directory(LIBRARY, name=name, blocks=blocks)


def load_directory(path: Path, *, name: str = "workplace", blocks: Sequence[str] = ()) -> dict[str, object]:
    """The canonical document of the instrument written in a directory of YAML files.

    Reads `instruments/<name>.yaml`, `blocks/<block>.yaml` of each block, the item banks they name in `items/`, the
    texts of all of these in `texts/<file>.<language>.yaml`, and `comparability/<name>.yaml` where it stands.

    Raises:
        InstrumentError: a file is missing, unsafe, too large, or says something that is not of the format.
    """
    return to_document(from_document(read_directory(path, name=name, blocks=blocks)))


def load_file(path: Path) -> dict[str, object]:
    """The canonical document of an instrument written as one YAML or JSON file."""
    return to_document(from_document(read_file(path)))


def content_hash(document: Mapping[str, object]) -> str:
    """SHA-256 over the canonical JSON: sorted names, no spaces, UTF-8. Give it what `to_document` or a loader gave."""
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def from_document(document: Mapping[str, object]) -> Instrument:
    """The questionnaire a document means. Rules may stand as text or as trees; the writer's shorthand is accepted.

    Raises:
        InstrumentError: names the location, what was expected, what stood there and what to do.
    """
    root = Place(expanded(document), "").fields(
        "format", "key", "version", "languages", "background", "conditions", "items", "pages", "edits", "texts",
        "partial", "self_test", "blocks", "comparability",
    )  # fmt: skip
    if root["format"].value != FORMAT:
        raise root["format"].wrong(FORMAT)
    items: dict[str, Item] = {}
    for place in root.each("items"):
        item = item_of(place)
        unique(items, item.key, item, place)
    conditions: dict[str, Node] = {}
    for place in root.each("conditions"):
        condition = place.fields("name", "rule")
        unique(conditions, condition["name"].text(), condition["rule"].rule(), place)
    languages: dict[str, str] = {}
    for place in root["languages"].each(hint=FIRST):
        unique(languages, place.language(), "", place)
    if not languages:
        raise root["languages"].wrong("at least one language")
    return Instrument(
        key=root["key"].text(),
        version=root["version"].text(),
        languages=tuple(languages),
        background=tuple(place.text() for place in root.each("background")),
        conditions=conditions,
        items=items,
        pages=tuple(page_of(place) for place in root.each("pages")),
        edits=tuple(edit_of(place) for place in root.each("edits")),
        texts=texts_of(root["texts"], tuple(languages)),
        partial=root["partial"].optional(Place.rule),
        self_test=tuple(place.text() for place in root.each("self_test")),
        blocks=tuple(block_of(place) for place in root.each("blocks")),
        comparability=tuple(comparability_of(place) for place in root.each("comparability")),
    )


def block_of(place: Place) -> Block:
    value = place.fields("key", "origin", "evidence")
    return Block(value["key"].text(), value["origin"].choice(Origin), value.text("evidence"))


def comparability_of(place: Place) -> Comparability:
    value = place.fields("item", "with", "country", "relation", "why", "by", "on")
    return Comparability(
        item=value["item"].text(),
        former=value["with"].said(),
        country=value["country"].country(),
        relation=value["relation"].choice(Relation),
        reason=value["why"].said(),
        by=value["by"].said(),
        on=value["on"].day(),
    )


def by_key(place: Place) -> Place:
    """The item, called by its key where it has one."""
    key = place.value.get("key") if isinstance(place.value, dict) else None
    return Place(place.value, f"items[{key}]") if isinstance(key, str) and KEY.fullmatch(key) else place


def item_of(place: Place) -> Item:
    value = by_key(place).fields(
        "key", "type", "disclosure", "options", "battery", "max_choices", "minimum", "maximum", "decimals", "unit",
        "max_length", "variable", "of", "specifies", "export", "required", "source", "since", "evidence",
    )  # fmt: skip
    key = value["key"].text()
    if not KEY.fullmatch(key):
        raise value["key"].wrong("small letters, digits and _, in parts joined by points")
    disclosure = value["disclosure"]
    if disclosure.missing:
        hint = "Say what an answer may give away."
        raise disclosure.wrong(f"one of {', '.join(DisclosureClass)}", hint=hint, rule="missing_disclosure")
    kind = value["type"].choice(ItemType)
    return Item(
        key=key,
        type=kind,
        disclosure=disclosure.choice(DisclosureClass, rule="missing_disclosure"),
        options=tuple(option_of(option) for option in value.each("options")),
        battery=value["battery"].optional(Place.text),
        max_choices=value["max_choices"].optional(Place.whole_number),
        minimum=value["minimum"].optional(Place.whole_number),
        maximum=value["maximum"].optional(Place.whole_number),
        decimals=value["decimals"].optional(Place.whole_number) or 0,
        unit=value.text("unit"),
        max_length=value["max_length"].optional(Place.whole_number),
        variable=value.text("variable"),
        of=None if value["of"].missing else value["of"].choice(ItemType),
        specifies=value["specifies"].optional(specified_of),
        export=value.text("export"),
        required=required_of(value["required"], kind),
        source=value.text("source"),
        since=value.text("since"),
        evidence=value.text("evidence"),
    )


def required_of(place: Place, kind: ItemType) -> Requirement:
    """Asked for softly where nothing else is said; a text alone is never asked for."""
    if kind is ItemType.INFO:
        return Requirement.NO
    return Requirement.SOFT if place.missing else place.choice(Requirement)


def specified_of(place: Place) -> Specified:
    value = place.fields("item", "code")
    return Specified(value["item"].text(), value["code"].text())


def option_of(place: Place) -> Option:
    value = place.fields("code", "missing", "exclusive", "common", "show_if")
    code = value["code"].text()
    if not CODE.fullmatch(code):
        raise value["code"].wrong("letters, digits, _ and -, without spaces or points")
    return Option(
        code,
        missing=value.truth("missing"),
        exclusive=value.truth("exclusive"),
        common=value.text("common"),
        show_if=value["show_if"].optional(Place.rule),
    )


def page_of(place: Place) -> Page:
    value = place.fields("id", "section", "show_if", "definition", "asks")
    asks: list[Ask] = []
    for ask in value.each("asks"):
        use = ask.fields("item", "show_if")
        asks.append(Ask(use["item"].text(), use["show_if"].optional(Place.rule)))
    return Page(
        id=value["id"].text(),
        section=value["section"].text(),
        asks=tuple(asks),
        show_if=value["show_if"].optional(Place.rule),
        definition=value.truth("definition"),
    )


def edit_of(place: Place) -> Edit:
    value = place.fields("id", "item", "rule", "level")
    return Edit(value["id"].text(), value["item"].text(), value["rule"].rule(), value["level"].choice(Level))


def texts_of(place: Place, languages: tuple[str, ...]) -> dict[str, Texts]:
    found = {} if place.missing else {language: language_of(language, texts) for language, texts in place.named()}
    for language in found:
        if language not in languages:
            raise InstrumentError(
                location=f"{place.location}.{language}",
                expected=f"texts in {', '.join(languages)}",
                got=language,
                hint="Add it to languages, or take the texts away.",
            )
    return {language: found[language] for language in languages if language in found}


def language_of(language: str, place: Place) -> Texts:
    value = place.fields(
        "state", "title", "introduction", "definition", "sections", "pages", "batteries", "items", "edits", "source",
        "states", "sources",
    )  # fmt: skip
    states = {} if value["states"].missing else dict(value["states"].named())
    return Texts(
        language=language,
        state=value["state"].choice(TextState),
        title=value.text("title"),
        introduction=value.text("introduction"),
        definition=value.text("definition"),
        sections=value["sections"].texts(),
        pages=value["pages"].texts(),
        batteries=item_texts(value["batteries"]),
        items=item_texts(value["items"]),
        edits=value["edits"].texts(),
        source=value.text("source"),
        states={location: state.choice(TextState) for location, state in states.items()},
        sources=value["sources"].texts(),
    )


def item_texts(place: Place) -> dict[str, ItemText]:
    return {} if place.missing else {key: item_text(text) for key, text in place.named()}


def item_text(place: Place) -> ItemText:
    value = place.fields("question", "help", "unit", "options")
    return ItemText(value.text("question"), value.text("help"), value.text("unit"), value["options"].texts())


def to_document(instrument: Instrument) -> dict[str, object]:
    """The canonical document: every rule as a tree, everything written out, what is empty left away."""
    document: dict[str, object] = {
        "format": FORMAT,
        "key": instrument.key,
        "version": instrument.version,
        "languages": list(instrument.languages),
        "background": list(instrument.background),
        "conditions": [{"name": name, "rule": to_tree(rule)} for name, rule in instrument.conditions.items()],
        "items": [item_document(item) for item in instrument.items.values()],
        "pages": [page_document(page) for page in instrument.pages],
        "edits": [
            {"id": edit.id, "item": edit.item, "rule": to_tree(edit.rule), "level": edit.level.value}
            for edit in instrument.edits
        ],
        "texts": {language: texts_document(texts) for language, texts in instrument.texts.items()},
    }
    return document | without_empty(
        {
            "partial": rule_document(instrument.partial),
            "self_test": list(instrument.self_test),
            "blocks": [
                without_empty({"key": block.key, "origin": block.origin.value, "evidence": block.evidence})
                for block in instrument.blocks
            ],
            "comparability": [comparability_document(entry) for entry in instrument.comparability],
        }
    )


def comparability_document(entry: Comparability) -> dict[str, object]:
    return {
        "item": entry.item,
        "with": entry.former,
        "country": entry.country,
        "relation": entry.relation.value,
        "why": entry.reason,
        "by": entry.by,
        "on": entry.on,
    }


def without_empty(value: dict[str, object]) -> dict[str, object]:
    return {name: part for name, part in value.items() if part not in (None, False, "", [], {}) or is_zero(part)}


def is_zero(part: object) -> bool:
    return isinstance(part, int) and not isinstance(part, bool)


def option_document(option: Option) -> dict[str, object]:
    return without_empty(
        {
            "code": option.code,
            "missing": option.missing,
            "exclusive": option.exclusive,
            "common": option.common,
            "show_if": rule_document(option.show_if),
        }
    )


def item_document(item: Item) -> dict[str, object]:
    specifies = item.specifies
    return without_empty(
        {
            "key": item.key,
            "type": item.type.value,
            "disclosure": item.disclosure.value,
            "options": [option_document(option) for option in item.options],
            "battery": item.battery,
            "max_choices": item.max_choices,
            "minimum": item.minimum,
            "maximum": item.maximum,
            "decimals": item.decimals or None,
            "unit": item.unit,
            "max_length": item.max_length,
            "variable": item.variable,
            "of": None if item.of is None else item.of.value,
            "specifies": None if specifies is None else {"item": specifies.item, "code": specifies.code},
            "export": item.export,
            "required": item.required.value,
            "source": item.source,
            "since": item.since,
            "evidence": item.evidence,
        }
    )


def rule_document(rule: Node | None) -> object:
    return None if rule is None else to_tree(rule)


def page_document(page: Page) -> dict[str, object]:
    asks = [without_empty({"item": ask.item, "show_if": rule_document(ask.show_if)}) for ask in page.asks]
    return without_empty(
        {
            "id": page.id,
            "section": page.section,
            "show_if": rule_document(page.show_if),
            "definition": page.definition,
            "asks": asks,
        }
    )


def texts_document(texts: Texts) -> dict[str, object]:
    return without_empty(
        {
            "state": texts.state.value,
            "title": texts.title,
            "introduction": texts.introduction,
            "definition": texts.definition,
            "sections": dict(texts.sections),
            "pages": dict(texts.pages),
            "batteries": {key: item_text_document(text) for key, text in texts.batteries.items()},
            "items": {key: item_text_document(text) for key, text in texts.items.items()},
            "edits": dict(texts.edits),
            "source": texts.source,
            "states": {location: state.value for location, state in texts.states.items()},
            "sources": dict(texts.sources),
        }
    )


def item_text_document(text: ItemText) -> dict[str, object]:
    return without_empty(
        {"question": text.question, "help": text.help, "unit": text.unit, "options": dict(text.options)}
    )
