"""The texts of a form where ours stand, in every language; what only shows again what stands elsewhere is compared."""

from collections.abc import Mapping, Sequence

from surveys.instrument.exchange import Notes
from surveys.instrument.schema import Item, Specified
from surveys.instrument.xlsform.columns import Row, squeezed
from surveys.instrument.xlsform.placeholders_and_markup import REFERENCE, form_text, text_from, without_markup
from surveys.instrument.xlsform.reading_choices import Choice
from surveys.instrument.xlsform.reading_rules import RuleReader
from surveys.instrument.xlsform.reading_settings import OwnSheet
from surveys.instrument.xlsform.reading_structure import Group, Named, Naming, Question, battery_of
from surveys.instrument.xlsform.writing_rules import PART_LIMITS

UNIT = "barometer_unit_"  # and the code of a language
Document = dict[str, object]
Labels = Mapping[str, Mapping[str, str]]  # language -> code -> label


class FormTexts:
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
            if own and squeezed(self.as_form(own)) == squeezed(text):
                found[language] = own
                continue
            place = row.at(f"{column} ({language})")
            plain = without_markup(text.strip(), place, self.notes)
            for name in (name for name in REFERENCE.findall(plain) if name not in self.keys):
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


class ItemTexts:
    """Puts each text where it stands once with us, and tells of a repetition that says something else."""

    def __init__(self, form_texts: FormTexts, own_sheet: OwnSheet, rules: RuleReader) -> None:
        self.form_texts = form_texts
        self.own_sheet = own_sheet
        self.rules = rules
        self.notes = rules.notes
        self.questions: dict[str, Mapping[str, str]] = {}  # of batteries: key -> language -> question
        self.scales: dict[str, Labels] = {}
        self.labels: dict[str, Labels] = {}  # key of an item -> what its options are called

    def read(self, naming: Naming, items: Mapping[str, Item]) -> None:
        for question in naming.parts:
            if question.part == "battery":
                self.battery(question)
        for named in naming.items:
            self.item(named, items[named.key], naming)
        for question in naming.parts:
            self.part(question, naming, items)

    def battery(self, question: Question) -> None:
        row = question.row
        key = row.own("key").strip()
        texts = self.form_texts.of(row, "label")
        if self.questions.setdefault(key, texts) != texts:
            self.notes.lose(row.at("label"), "the question", f"The battery {key} has another question further up.")
            return
        self.form_texts.put_part("batteries", key, "question", texts)
        self.form_texts.put_part("batteries", key, "help", self.form_texts.of(row, "hint"))

    def item(self, named: Named, item: Item, naming: Naming) -> None:
        row = named.question.row
        question = self.form_texts.of(row, "label")
        if item.specifies is not None:
            question = self.unlike_the_option(question, item.specifies)
        self.form_texts.put_part("items", item.key, "question", question)
        self.form_texts.put_part("items", item.key, "help", self.form_texts.of(row, "hint"))
        units = {name.removeprefix(UNIT): text for name, text in row.cells.items() if name.startswith(UNIT)}
        self.form_texts.put_part("items", item.key, "unit", units)
        group = battery_of(named, naming.headers)
        if item.battery is not None and group is not None and item.battery not in self.questions:
            self.heading(item.battery, group, naming)
        if named.choices is not None:
            codes = item.codes
            labels = self.form_texts.labels([one for one in named.choices.choices if one.option.code in codes])
            self.labels[item.key] = labels
            self.scale(item, labels)

    def heading(self, battery: str, group: Group, naming: Naming) -> None:
        """The question of a battery: what its group is called, else the row that shows its scale."""
        texts = self.form_texts.of(group.row, "label")
        if group in naming.headers:
            row = naming.headers[group].row
            header = self.form_texts.of(row, "label")
            texts = texts or header
            if header != texts and any(sign.isalnum() for text in header.values() for sign in text):
                self.notes.lose(row.at("label"), "the text above the scale", "The group has a heading already.")
        self.questions[battery] = texts
        self.form_texts.put_part("batteries", battery, "question", texts)

    def scale(self, item: Item, labels: Labels) -> None:
        """The labels once for the whole battery, where its rows have the same."""
        if item.battery is None:
            self.form_texts.put_labels("items", item.key, labels)
        elif item.battery not in self.scales:
            self.scales[item.battery] = labels
            self.form_texts.put_labels("batteries", item.battery, labels)
        elif self.scales[item.battery] != labels:
            self.form_texts.put_labels("items", item.key, labels)

    def unlike_the_option(self, question: Mapping[str, str], specifies: Specified) -> dict[str, str]:
        """The question of a text that goes with an option, where it is not just what the option is called."""
        labels, code = self.labels.get(specifies.item, {}), specifies.code
        return {language: text for language, text in question.items() if text != labels.get(language, {}).get(code)}

    def part(self, question: Question, naming: Naming, items: Mapping[str, Item]) -> None:
        part = question.part
        if part in ("introduction", "definition"):
            self.shown_again(question, {lang: texts.get(part, "") for lang, texts in self.own_sheet.texts.items()})
        elif question.group is not None and question.group.part == "percent":
            self.split_part(question, naming, items)

    def split_part(self, question: Question, naming: Naming, items: Mapping[str, Item]) -> None:
        row = question.row
        group = question.group
        key = "" if group is None else naming.keys.get(group.row["name"], "")
        if not key:
            self.notes.lose(row.place, f"the part {row['name']}", "The split that it belongs to was not taken.")
        elif question.kind == "note":
            self.form_texts.put_part("items", key, "help", self.form_texts.of(row, "label"))
        else:
            code = row.own("key").strip()
            labels = {lang: found.get(code, "") for lang, found in self.labels.get(key, {}).items()}
            self.shown_again(question, labels, in_our_words=True)
            if not row["constraint"].startswith(PART_LIMITS):
                self.notes.lose(row.at("constraint"), "the constraint", "The parts of a split are from 0 to 100.")
            offer = next((option.show_if for option in items[key].options if option.code == code), None)
            if self.rules.shown(row) != offer:
                self.notes.lose(row.at("relevant"), "the rule", "It only shows what stands in the sheet choices.")

    def shown_again(self, question: Question, texts: Mapping[str, str], *, in_our_words: bool = False) -> None:
        """Tell of a row that says something else than the text it only shows."""
        row = question.row
        for language, text in row.translations("label").items():
            expected = texts.get(language, "")
            if squeezed(self.form_texts.as_form(expected)) != squeezed(text):
                place = "the sheet choices" if in_our_words else "our sheet barometer"
                self.notes.lose(row.at(f"label ({language})"), "the text", f"It only shows what stands in {place}.")
