"""The texts of a form gathered into ours, in every language of its columns."""

from collections.abc import Mapping, Sequence

from surveys.instrument.xlsform.choices import Choice
from surveys.instrument.xlsform.columns import Row
from surveys.instrument.xlsform.notes import Notes
from surveys.instrument.xlsform.wording import form_text, is_kept, text_from, unknown_references, without_markup

Document = dict[str, object]


class Wordings:
    """Puts texts where ours stand, in our wording where the cell still says what we would write for it."""

    def __init__(self, keys: Mapping[str, str], names: Mapping[str, str], notes: Notes) -> None:
        self.keys = keys  # name of a question -> key of the item
        self.names = names  # the other way
        self.notes = notes
        self.read: dict[tuple[str, int, str], dict[str, str]] = {}  # sheet, row and column -> language -> text
        self.plain: dict[str, dict[str, dict[str, str]]] = {}  # language -> sections, pages, edits -> name -> text
        self.grouped: dict[str, dict[str, dict[str, Document]]] = {}  # language -> items, batteries -> key -> texts

    def of(self, row: Row, column: str) -> dict[str, str]:
        """What a column of the row says, by language; each is looked at once."""
        place = (row.sheet, row.number, column)
        if place not in self.read:
            self.read[place] = self.read_from(row, column)
        return self.read[place]

    def read_from(self, row: Row, column: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for language, text in row.translations(column).items():
            own = row.own(f"{column}_{language}")
            if own and is_kept(own, text, self.as_form):
                found[language] = own
                continue
            place = row.at(f"{column} ({language})")
            plain = without_markup(text.strip(), place, self.notes)
            for name in unknown_references(plain, self.keys):
                self.notes.lose(place, f"${{{name}}}", "No question that was taken has this name: it stands as a text.")
            found[language] = text_from(plain, self.keys)
        return found

    def as_form(self, text: str) -> str:
        return form_text(text, self.names)

    def put(self, kind: str, name: str, texts: Mapping[str, str]) -> None:
        """The text of a section, page or edit."""
        for language, text in texts.items():
            self.plain.setdefault(language, {}).setdefault(kind, {})[name] = text

    def put_part(self, kind: str, key: str, part: str, texts: Mapping[str, str]) -> None:
        """A part of the text of an item or a battery: question, help or unit."""
        for language, text in texts.items():
            self.group(language, kind, key)[part] = text

    def put_labels(self, kind: str, key: str, labels: Mapping[str, Mapping[str, str]]) -> None:
        """The labels of options: language -> code -> label."""
        for language, texts in labels.items():
            if texts:
                self.group(language, kind, key)["options"] = dict(texts)

    def group(self, language: str, kind: str, key: str) -> Document:
        return self.grouped.setdefault(language, {}).setdefault(kind, {}).setdefault(key, {})

    def labels(self, choices: Sequence[Choice]) -> dict[str, dict[str, str]]:
        """The labels of these choices: language -> code -> label."""
        found: dict[str, dict[str, str]] = {}
        for choice in choices:
            for language, text in self.of(choice.row, "label").items():
                found.setdefault(language, {})[choice.option.code] = text
        return found

    def document(self, language: str) -> Document:
        return {**self.plain.get(language, {}), **self.grouped.get(language, {})}
