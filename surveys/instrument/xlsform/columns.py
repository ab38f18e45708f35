"""What forms call their columns, in which language each is, and the rows of a sheet by those names."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from surveys.instrument.exchange import Notes
from surveys.instrument.xlsform.workbook import Sheet

LANGUAGES = {
    "nb": ("Norsk bokmål", "bokmål", "norsk", "norwegian", "norwegian bokmål"),
    "nn": ("Norsk nynorsk", "nynorsk", "norwegian nynorsk"),
    "da": ("Dansk", "danish"),
    "sv": ("Svenska", "swedish"),
    "fi": ("Suomi", "finnish"),
    "is": ("Íslenska", "icelandic"),
    "en": ("English", "engelsk", "engelska"),
    "se": ("Davvisámegiella", "northern sami"),
    "de": ("Deutsch", "german"),
    "fr": ("Français", "french", "francais"),
    "es": ("Español", "spanish", "espanol"),
    "pt": ("Português", "portuguese", "portugues"),
    "ar": ("العربية", "arabic"),
    "sw": ("Kiswahili", "swahili"),
}
UNDETERMINED = "und"
CODE_BEHIND = re.compile(r"\(\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)\s*\)\s*$")
CODE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
TRANSLATED = frozenset({"label", "hint", "constraint_message", "required_message", "guidance_hint"})
PREFIXES = frozenset({"bind", "body", "control"})
ALIASES = {
    "relevance": "relevant", "caption": "label", "command": "type", "tag": "name", "calculate": "calculation",
    "readonly": "read_only", "constraining_message": "constraint_message", "jr:constraintmsg": "constraint_message",
    "requiredmsg": "required_message", "jr:requiredmsg": "required_message", "list": "list_name",
    "id_string": "form_id", "title": "form_title", "set_form_title": "form_title",
    "set_form_id": "form_id",
}  # fmt: skip
OWN_COLUMN = "barometer_"
BARE = re.compile(r"\$(\\*)\{")
SHIELDED = re.compile(r"\$(\\*)\\\{")
YES = frozenset({"yes", "true", "true()", "1"})
HARMLESS = frozenset({"", "no", "false", "false()", "0"})  # what says of a row that something is not so


@dataclass(frozen=True)
class Row:
    """A row by the names of its columns: plain cells, and texts by column and language code."""

    sheet: str
    number: int
    cells: Mapping[str, str]
    texts: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "").strip()

    @property
    def place(self) -> str:
        return f"{self.sheet}, row {self.number}"

    def at(self, column: str) -> str:
        return f"{self.place}, column {column}"

    def own(self, name: str) -> str:
        """A cell of our own columns, as it stands."""
        return self.cells.get(f"barometer_{name}", "")

    def translations(self, column: str) -> dict[str, str]:
        return {language: text for (name, language), text in self.texts.items() if name == column}


@dataclass(frozen=True)
class Heading:
    name: str
    language: str | None = None  # as written; empty for a translated column that names none; None for another column


def heading_of(text: str, *, value_is_name: bool = False) -> Heading:
    """The name of a column without prefix, capitals and aliases, and its language as it is written."""
    parts = [part.strip() for part in text.strip().split("::")]
    if len(parts) == 1 and ":" in text and not text.strip().lower().startswith("jr:"):
        parts = [part.strip() for part in text.split(":", 1)]
    if len(parts) > 1 and parts[0].lower() in PREFIXES:
        parts = parts[1:]
    name = "_".join(parts[0].lower().split())
    name = ALIASES.get(name, name)
    if value_is_name and name == "value":
        name = "name"
    if name in TRANSLATED:
        return Heading(name, parts[1] if len(parts) > 1 else "")
    return Heading("::".join([name, *parts[1:]]))


def language_code(written: str) -> str:
    """The BCP 47 code of a language as forms write it: `Suomi (fi)`, `fi`, `Finnish`. A private one for the unknown."""
    behind = CODE_BEHIND.search(written)
    if behind:
        return behind.group(1)
    plain = written.strip()
    language, hyphen, rest = plain.partition("-")
    code = f"{language.lower()}{hyphen}{rest}"
    if CODE.fullmatch(code):
        return code
    for code, names in LANGUAGES.items():
        if plain.lower() in (name.lower() for name in names):
            return code
    letters = "".join(re.findall(r"[A-Za-z0-9]", plain))[:8].lower()
    return f"{UNDETERMINED}-x-{letters}" if letters else UNDETERMINED


def language_heading(code: str) -> str:
    """The language as a heading names it, for instance `Suomi (fi)`."""
    return f"{LANGUAGES[code][0] if code in LANGUAGES else code} ({code})"


class Languages:
    """The languages of a form, in order: that of settings first, then as its columns name them."""

    def __init__(self, default: str, given: str, notes: Notes) -> None:
        self.notes = notes
        self.bare = given or (language_code(default) if default.strip() else "")
        self.found: list[str] = [self.bare] if self.bare else []

    def code_of(self, written: str) -> str:
        if not written:
            if not self.bare:
                self.bare = UNDETERMINED
                self.found.insert(0, self.bare)
                self.notes.assume("The texts name no language: they are taken as und. Say which with --language.")
            return self.bare
        code = language_code(written)
        if code not in self.found:
            self.found.append(code)
            if code.startswith(UNDETERMINED):
                self.notes.assume(f"The language {written!r} has no code: it is taken as {code}.")
        return code


def rows_of(sheet: Sheet | None, languages: Languages, notes: Notes) -> list[Row]:
    """The rows of a sheet by the names of its columns. A column that comes twice, or has no heading, is lost."""
    if sheet is None:
        return []
    plain: dict[int, str] = {}
    translated: dict[int, tuple[str, str]] = {}
    for column, text in sheet.headings.items():
        heading = heading_of(text, value_is_name=sheet.name == "choices")
        if heading.language is None:
            if unique(plain.values(), heading.name, text, sheet, notes):
                plain[column] = heading.name
        else:
            meant = (heading.name, languages.code_of(heading.language))
            if unique(translated.values(), meant, text, sheet, notes):
                translated[column] = meant
    known = sheet.headings.keys()
    for line in sheet.lines:
        for column in (column for column in line.cells if column not in known):
            notes.lose(
                f"{sheet.name}, row {line.number}", repr(shortened(line.cells[column])), "Its column has no name."
            )
    return [
        Row(
            sheet.name,
            line.number,
            {plain[column]: unshielded(plain[column], text) for column, text in line.cells.items() if column in plain},
            {translated[column]: text for column, text in line.cells.items() if column in translated},
        )
        for line in sheet.lines
    ]


def shielded(column: str, text: str) -> str:
    """A cell as it is written: in columns of our own a `${` gets a backslash, as forms take it for a reference."""
    return BARE.sub(r"$\1\\{", text) if column.startswith(OWN_COLUMN) else text


def unshielded(column: str, text: str) -> str:
    """A cell as it was before it was written."""
    return SHIELDED.sub(r"$\1{", text) if column.startswith(OWN_COLUMN) else text


def unique(taken: Iterable[object], name: object, text: str, sheet: Sheet, notes: Notes) -> bool:
    if name not in taken:
        return True
    notes.lose(f"{sheet.name}, column {text.strip()}", "the column", "Another column says the same: keep one of them.")
    return False


def shortened(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}..."


def is_yes(text: str) -> bool:
    return text.strip().lower() in YES


def squeezed(text: str) -> str:
    return " ".join(text.split())
