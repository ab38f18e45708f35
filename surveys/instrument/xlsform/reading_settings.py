"""The sheet settings, and our own sheet barometer with what a form has no place for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from surveys.instrument.exchange import Notes
from surveys.instrument.rule_nodes import Node, RuleError
from surveys.instrument.rule_text import parse
from surveys.instrument.xlsform.columns import HARMLESS, Languages, Row, rows_of, shortened
from surveys.instrument.xlsform.workbook import Sheet

COLUMNS = ("part", "key", "value", "with", "country", "why", "by", "on")
TEXTS = ("title", "introduction", "definition")
LEDGERS = ("state", "source")
TAKEN = frozenset({"form_title", "form_id", "version", "default_language"})
DUPLICATES = "allow_choice_duplicates"
PLAIN_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class Settings:
    title: str = ""
    key: str = ""
    version: str = ""
    default_language: str = ""


def read_settings(sheet: Sheet | None, notes: Notes) -> Settings:
    """The settings; those that are not taken are lost by name."""
    rows = rows_of(sheet, Languages("", "", notes), notes)
    for row in rows[1:]:
        notes.lose(row.place, "the row", "The settings stand in the first row under the headings.")
    if not rows:
        return Settings()
    row = rows[0]
    for name, text in row.cells.items():
        if name not in TAKEN and not is_as_with_us(name, text.strip().lower()):
            why = "Of the settings ours has the title, the id and the version."
            notes.lose(row.at(name), repr(shortened(text)), why)
    return Settings(row["form_title"], row["form_id"], row["version"], row["default_language"])


def is_as_with_us(name: str, text: str) -> bool:
    """Whether a setting only says what holds here anyway: pages, and each choice once in a list."""
    return (name == "style" and text == "pages") or (name == DUPLICATES and text in HARMLESS)


def key_of(settings: Settings, name: str, notes: Notes) -> str:
    """The key of the instrument, which names its files: the name given, else the id of the form."""
    wanted = name or settings.key or settings.title
    if PLAIN_KEY.fullmatch(wanted) and len(wanted) <= 100:
        return wanted
    if not wanted:
        notes.assume("The form has no id and no title: the instrument is called form.")
        return "form"
    key = re.sub(r"[^A-Za-z0-9_-]+", "_", wanted).strip("_")[:100].lower() or "form"
    notes.assume(f"The instrument is called {key}, as the form is called {shortened(wanted)!r}.")
    return key


@dataclass
class OwnSheet:
    """What our sheet says: texts and ledgers by language, and parts of the document."""

    texts: dict[str, dict[str, str]] = field(default_factory=dict)  # language -> title, introduction, definition
    states: dict[str, dict[str, str]] = field(default_factory=dict)  # language -> location -> state
    sources: dict[str, dict[str, str]] = field(default_factory=dict)  # language -> location -> hash
    state: dict[str, str] = field(default_factory=dict)  # language -> state
    translated_from: dict[str, str] = field(default_factory=dict)
    partial: Node | None = None
    self_test: list[str] = field(default_factory=list)
    blocks: list[dict[str, object]] = field(default_factory=list)
    comparability: list[dict[str, object]] = field(default_factory=list)


def read_own_sheet(rows: Sequence[Row], notes: Notes) -> OwnSheet:
    own_sheet = OwnSheet()
    for row in rows:
        if not read_row(row, own_sheet, notes):
            notes.lose(row.place, f"the part {shortened(row['part'])!r}", "Our sheet has no such part.")
    return own_sheet


def read_row(row: Row, own_sheet: OwnSheet, notes: Notes) -> bool:
    part, key = row["part"], row.cells.get("key", "")
    translations = row.translations("label")
    if part in TEXTS:
        for language, text in translations.items():
            own_sheet.texts.setdefault(language, {})[part] = text
    elif part == "translated_from":
        own_sheet.translated_from.update(translations)
    elif part in LEDGERS:
        if not key:
            own_sheet.state.update(translations)
            return True
        ledger = own_sheet.states if part == "state" else own_sheet.sources
        for language, text in translations.items():
            ledger.setdefault(language, {})[key] = text
    elif part == "partial":
        try:
            own_sheet.partial = parse(row.cells.get("value", ""))
        except RuleError as error:
            notes.lose(row.at("value"), f"the rule {shortened(row['value'])}", str(error))
    else:
        return read_list_entry(row, own_sheet, part, key)
    return True


def read_list_entry(row: Row, own_sheet: OwnSheet, part: str, key: str) -> bool:
    if part == "self_test":
        own_sheet.self_test.append(key)
    elif part == "blocks":
        own_sheet.blocks.append({"key": key, "origin": row["value"], "evidence": row.cells.get("why", "")})
    elif part == "comparability":
        entry: dict[str, object] = {"item": key, "relation": row["value"], "on": row["on"]}
        entry.update({name: row.cells.get(name, "") for name in ("with", "country", "why", "by")})
        own_sheet.comparability.append(entry)
    else:
        return False
    return True
