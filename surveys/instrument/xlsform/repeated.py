"""The texts of items and batteries, and of rows that only show again what stands elsewhere."""

from collections.abc import Mapping

from surveys.instrument.schema import Item
from surveys.instrument.xlsform.extras import Extras
from surveys.instrument.xlsform.kinds import PART_LIMITS
from surveys.instrument.xlsform.naming import Named, Naming, battery_of
from surveys.instrument.xlsform.rules_read import RuleReader
from surveys.instrument.xlsform.structure import Group, Question
from surveys.instrument.xlsform.wording import squeezed
from surveys.instrument.xlsform.wordings import Wordings

Labels = Mapping[str, Mapping[str, str]]  # language -> code -> label


class Repeated:
    """Puts each text where it stands once with us, and tells of a repetition that says something else."""

    def __init__(self, wordings: Wordings, extras: Extras, rules: RuleReader) -> None:
        self.wordings = wordings
        self.extras = extras
        self.rules = rules
        self.notes = rules.notes
        self.questions: dict[str, Mapping[str, str]] = {}  # of batteries: key -> language -> question
        self.scales: dict[str, Labels] = {}
        self.labels: dict[str, Labels] = {}  # key of an item -> what its options are called

    def read(self, naming: Naming, items: Mapping[str, Item]) -> None:
        for question in naming.parts:
            if question.row.own("part") == "battery":
                self.battery(question)
        for named in naming.items:
            self.item(named, items[named.key], naming)
        for question in naming.parts:
            self.part(question, naming, items)

    def battery(self, question: Question) -> None:
        row = question.row
        key = row.own("key").strip()
        texts = self.wordings.of(row, "label")
        if self.questions.setdefault(key, texts) != texts:
            self.notes.lose(row.at("label"), "the question", f"The battery {key} has another question further up.")
            return
        self.wordings.put_part("batteries", key, "question", texts)
        self.wordings.put_part("batteries", key, "help", self.wordings.of(row, "hint"))

    def item(self, named: Named, item: Item, naming: Naming) -> None:
        row = named.question.row
        question = self.wordings.of(row, "label")
        if item.specifies is not None:
            question = self.unlike_the_option(question, item)
        self.wordings.put_part("items", item.key, "question", question)
        self.wordings.put_part("items", item.key, "help", self.wordings.of(row, "hint"))
        units = {name.removeprefix("barometer_unit_"): text for name, text in row.cells.items() if is_unit(name)}
        self.wordings.put_part("items", item.key, "unit", units)
        group = battery_of(named, naming.headers)
        if item.battery is not None and group is not None and item.battery not in self.questions:
            self.heading(item.battery, group, naming)
        if named.choices is not None:
            codes = item.codes
            labels = self.wordings.labels([one for one in named.choices.choices if one.option.code in codes])
            self.labels[item.key] = labels
            self.scale(item, labels)

    def heading(self, battery: str, group: Group, naming: Naming) -> None:
        """The question of a battery: what its group is called, else the row that shows its scale."""
        texts = self.wordings.of(group.row, "label")
        if group in naming.headers:
            row = naming.headers[group].row
            header = self.wordings.of(row, "label")
            texts = texts or header
            if header != texts and any(sign.isalnum() for text in header.values() for sign in text):
                self.notes.lose(row.at("label"), "the text above the scale", "The group has a heading already.")
        self.questions[battery] = texts
        self.wordings.put_part("batteries", battery, "question", texts)

    def scale(self, item: Item, labels: Labels) -> None:
        """The labels once for the whole battery, where its rows have the same."""
        if item.battery is None:
            self.wordings.put_labels("items", item.key, labels)
        elif item.battery not in self.scales:
            self.scales[item.battery] = labels
            self.wordings.put_labels("batteries", item.battery, labels)
        elif self.scales[item.battery] != labels:
            self.wordings.put_labels("items", item.key, labels)

    def unlike_the_option(self, question: Mapping[str, str], item: Item) -> dict[str, str]:
        """The question of a text that goes with an option, where it is not just what the option is called."""
        if item.specifies is None:
            return dict(question)
        labels = self.labels.get(item.specifies.item, {})
        code = item.specifies.code
        return {language: text for language, text in question.items() if text != labels.get(language, {}).get(code)}

    def part(self, question: Question, naming: Naming, items: Mapping[str, Item]) -> None:
        part = question.row.own("part").strip()
        if part in ("introduction", "definition"):
            self.shown_again(question, {lang: texts.get(part, "") for lang, texts in self.extras.texts.items()})
        elif question.group is not None and question.group.part == "percent":
            self.split_part(question, naming, items)

    def split_part(self, question: Question, naming: Naming, items: Mapping[str, Item]) -> None:
        row = question.row
        group = question.group
        key = "" if group is None else naming.keys.get(group.row["name"], "")
        if not key:
            self.notes.lose(row.place, f"the part {row['name']}", "The split that it belongs to was not taken.")
        elif question.kind == "note":
            self.wordings.put_part("items", key, "help", self.wordings.of(row, "label"))
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
            if squeezed(self.wordings.as_form(expected)) != squeezed(text):
                place = "the sheet choices" if in_our_words else "our sheet barometer"
                self.notes.lose(row.at(f"label ({language})"), "the text", f"It only shows what stands in {place}.")


def is_unit(column: str) -> bool:
    return column.startswith("barometer_unit_")
