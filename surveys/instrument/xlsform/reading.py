"""An XLSForm as a document of ours. What is not taken is named; nothing is dropped in silence."""

import math
from collections.abc import Mapping
from dataclasses import replace

from surveys.instrument.document import InstrumentError, block_of, comparability_of, texts_of, to_document
from surveys.instrument.exchange import ExchangeRefused, Imported, Notes
from surveys.instrument.reader import Place
from surveys.instrument.rule_nodes import Node
from surveys.instrument.schema import DisclosureClass, Instrument, Item, ItemType, Requirement, Specified
from surveys.instrument.xlsform.columns import CODE, Languages, heading_of, rows_of, shortened
from surveys.instrument.xlsform.names_and_keys import Called, Subject, Taken, key_from
from surveys.instrument.xlsform.reading_choices import read_lists
from surveys.instrument.xlsform.reading_edits import Edits
from surveys.instrument.xlsform.reading_items import DECIMALS, item_from, whole
from surveys.instrument.xlsform.reading_losses import UnusedCells
from surveys.instrument.xlsform.reading_pages import Layout
from surveys.instrument.xlsform.reading_rules import Conditions, Filters, RuleReader, columns_filtered_by
from surveys.instrument.xlsform.reading_settings import key_of, read_own_sheet, read_settings
from surveys.instrument.xlsform.reading_structure import OTHER, Group, Named, Namer, Scanner, battery_of
from surveys.instrument.xlsform.reading_texts import FormTexts, ItemTexts
from surveys.instrument.xlsform.workbook import Book, Sheet, read_book

OTHER_LENGTH = 200  # of the text that goes with `or_other`


def read_xlsform(content: bytes, *, name: str = "", language: str = "") -> Imported:
    """The questionnaire that an .xlsx file of the XLSForm standard says, as a canonical document.

    `name` becomes the key of the instrument, else the id of the form does. `language` is the code of the texts whose
    columns name no language. Rows, columns and functions that ours does not say are listed in `lost`, what the form
    leaves open and a document must state in `assumed`.

    Raises:
        InstrumentError: `language` is no code of a language.
        ExchangeRefused: the file is no form, too large, or hostile: formulas, script, entities, macros.
    """
    if language and not CODE.fullmatch(language):
        raise InstrumentError(location="language", expected="a code such as nb or en", got=repr(language))
    notes = Notes()
    book = read_book(content)
    check_headings(book.sheets["survey"])
    return Reading(book, name, language, notes).read()


def check_headings(survey: Sheet) -> None:
    """Refuse a survey without the columns that no form can do without."""
    names = {heading_of(text).name for text in survey.headings.values()}
    if not {"type", "name"} <= names:
        got = ", ".join(repr(shortened(text)) for text in list(survey.headings.values())[:10]) or "nothing"
        raise ExchangeRefused(
            f"survey: expected columns called type, name and label in the first row, got {got}. Write them there."
        )


class Reading:
    """One import, in the order in which one thing needs another."""

    def __init__(self, book: Book, name: str, language: str, notes: Notes) -> None:
        self.notes = notes
        self.settings = read_settings(book.sheets.get("settings"), notes)
        self.languages = Languages(self.settings.default_language, language, notes)
        survey = rows_of(book.sheets["survey"], self.languages, notes)
        choices = rows_of(book.sheets.get("choices"), self.languages, notes)
        self.own_sheet = read_own_sheet(rows_of(book.sheets.get("barometer"), self.languages, notes), notes)
        for sheet in book.others:
            notes.lose(f"sheet {sheet}", "the sheet", "Of a form the sheets survey, choices and settings are read.")
        if not self.languages.found:
            self.languages.code_of("")
        self.key = key_of(self.settings, name, notes)
        self.lists = read_lists(choices, notes)
        there = {name for row in choices for name in row.cells}
        self.columns = columns_filtered_by(row["choice_filter"] for row in survey) & there
        self.structure = Scanner(notes).scan(survey)
        self.naming = Namer(self.lists, notes).name(self.structure)
        names = {key: name for name, key in self.naming.keys.items() if name not in self.naming.lost}
        self.form_texts = FormTexts({name: key for key, name in names.items()}, names, notes)
        self.choices = choices
        self.rows: Mapping[str, Named] = {named.key: named for named in self.naming.items}

    def read(self) -> Imported:
        items = self.first_items()
        conditions = Conditions(self.naming, self.notes)
        subjects = self.subjects(items, conditions.subjects)
        rules = RuleReader(subjects, self.called(items), self.notes)
        named_rules = conditions.read(subjects, rules)
        edits = Edits(rules, self.form_texts)
        filters = Filters(self.columns, rules)
        items = {key: self.ruled(key, item, filters, edits) for key, item in items.items()}
        edits.notes_of(self.naming, items)
        layout = self.laid_out(items, named_rules, rules)
        ItemTexts(self.form_texts, self.own_sheet, rules).read(self.naming, items)
        UnusedCells(self.notes).tell(
            choices=self.choices,
            naming=self.naming,
            structure=self.structure,
            columns=frozenset(filters.used),
            lists=self.lists,
        )
        instrument = Instrument(
            key=self.key,
            version=self.version(),
            languages=tuple(self.languages.found),
            background=tuple(key for _, key in self.naming.background),
            conditions=named_rules,
            items=self.in_order(items),
            pages=layout.finish(self.structure.groups),
            edits=edits.all(),
            texts={},
            partial=self.own_sheet.partial,
            self_test=tuple(self.own_sheet.self_test),
            blocks=tuple(block_of(place) for place in Place(self.own_sheet.blocks, "blocks").each()),
            comparability=tuple(
                comparability_of(place) for place in Place(self.own_sheet.comparability, "comparability").each()
            ),
        )
        return self.imported(instrument)

    def version(self) -> str:
        if not self.settings.version:
            self.notes.assume("The form names no version: it is taken as 1.")
        return self.settings.version or "1"

    def first_items(self) -> dict[str, Item]:
        """The items by key, without rules and limits, with the texts that go with `or_other` behind their item."""
        items: dict[str, Item] = {}
        batteries = self.batteries()
        for named in self.naming.items:
            options = () if named.choices is None else named.choices.options
            item = item_from(named.question, named.key, options, self.notes)
            group = battery_of(named, self.naming.headers)
            if item.battery is None and group in batteries:
                item = replace(item, battery=batteries[group])
            items[item.key] = item
            if named.question.other:
                companion = other_text(item)
                items[companion.key] = companion
        self.assume_of_items()
        return items

    def assume_of_items(self) -> None:
        """Say what the form leaves open of its questions, and of how many."""
        rows = [named.question for named in self.naming.items]
        unclassified = sum(not question.row.own("disclosure") for question in rows)
        if unclassified:
            who, they = ("1 item names", "it is") if unclassified == 1 else (f"{unclassified} items name", "they are")
            self.notes.assume(f"{who} no disclosure class: {they} taken as confidential.")
        decimal = sum(question.kind == "decimal" and not question.row.own("decimals") for question in rows)
        if decimal:
            self.notes.assume(f"Decimal numbers are taken with {DECIMALS} decimals, as a form names none: {decimal}.")
        if not rows:
            why = "It asks nothing that was taken: write rows with a type, a name and a label."
            self.notes.lose("sheet survey", "the questionnaire", why)

    def batteries(self) -> dict[Group | None, str]:
        """The groups whose rows share a scale, with the key of each battery."""
        taken = Taken()
        groups = dict.fromkeys(battery_of(named, self.naming.headers) for named in self.naming.items)
        return {group: taken.give(key_from(group.row["name"] or "battery")) for group in groups if group is not None}

    def subjects(self, items: Mapping[str, Item], conditions: Mapping[str, Subject]) -> dict[str, Subject]:
        found: dict[str, Subject] = {**conditions}
        for question, key in self.naming.background:
            found[question.row["name"]] = Subject(key, "background")
        for named in self.naming.items:
            codes = {} if named.choices is None else named.choices.codes
            lost = "A percentage split has no one value." if items[named.key].type is ItemType.PERCENT else ""
            kind = items[named.key].value_type
            found[named.question.row["name"]] = Subject(named.key, "item", kind, codes, lost=lost)
        for name, why in self.naming.lost.items():
            found[name] = Subject(name, "item", lost=why)
        return found

    def called(self, items: Mapping[str, Item]) -> Called:
        splits = {named.question.row["name"]: named.key for named in self.naming.items if is_split(named)}
        parts = {
            (splits[question.group.row["name"]], question.row.own("key")): question.row["name"]
            for question in self.naming.parts
            if question.group is not None and question.group.row["name"] in splits
        }
        return Called(
            items=items,
            names={key: name for key, name in self.form_texts.names.items() if key not in splits.values()},
            conditions={key: question.row["name"] for question, key in self.naming.conditions},
            background={key: question.row["name"] for question, key in self.naming.background},
            parts=parts,
        )

    def ruled(self, key: str, item: Item, filters: Filters, edits: Edits) -> Item:
        """The item with the rules of its options and the limits of its answer."""
        named = self.rows.get(key)
        if named is None:
            return item
        if named.choices is not None:
            item = replace(item, options=filters.offered(named))
        if item.type is ItemType.INFO:
            return item
        codes = {} if named.choices is None else named.choices.codes
        return edits.limited(named.question.row, item, Subject(key, "item", item.value_type, codes))

    def laid_out(self, items: Mapping[str, Item], conditions: Mapping[str, Node], rules: RuleReader) -> Layout:
        shown = {group: rules.shown(group.row) for group in self.structure.groups if group.part != "percent"}
        base = self.languages.found[0]
        title = {base: self.settings.title} if self.settings.title else {}
        layout = Layout(shown, conditions, self.form_texts, title, self.notes)
        for named in self.naming.items:
            item, row = items[named.key], named.question.row
            rule = rules.shown(row, item.specifies)
            layout.place(item.key, rule, named.question.group, goes_with_last=item.specifies is not None)
            if named.question.other:
                layout.place(other_text(item).key, rule, named.question.group, goes_with_last=True)
        return layout

    def in_order(self, items: Mapping[str, Item]) -> dict[str, Item]:
        """The items in the order of our column; those it says nothing of come last, as asked."""
        places: dict[str, float] = {}
        last = math.inf
        for key in items:
            if key in self.rows:
                place = whole(self.rows[key].question.row, "order", self.notes)
                last = math.inf if place is None else place
            places[key] = last
        return {key: items[key] for key in sorted(items, key=lambda key: places[key])}

    def imported(self, instrument: Instrument) -> Imported:
        texts: dict[str, object] = {
            language: self.texts(language) for language in instrument.languages if self.has_texts(language)
        }
        document = to_document(replace(instrument, texts=texts_of(Place(texts, "texts"), instrument.languages)))
        taken = {
            "languages": len(instrument.languages),
            "pages": len(instrument.pages),
            "items": len(instrument.items),
            "conditions": len(instrument.conditions),
            "edits": len(instrument.edits),
        }
        return Imported(document, taken, tuple(self.notes.lost), tuple(self.notes.assumed))

    def has_texts(self, language: str) -> bool:
        return bool(
            self.form_texts.document(language) or language in self.own_sheet.state or language in self.own_sheet.texts
        )

    def texts(self, language: str) -> dict[str, object]:
        own_sheet = self.own_sheet
        own = own_sheet.texts.get(language, {})
        title = self.settings.title if language == self.languages.found[0] else own.get("title", "")
        return {
            **self.form_texts.document(language),
            "state": own_sheet.state.get(language, "draft"),
            "title": title,
            "introduction": own.get("introduction", ""),
            "definition": own.get("definition", ""),
            "source": own_sheet.translated_from.get(language, ""),
            "states": own_sheet.states.get(language, {}),
            "sources": own_sheet.sources.get(language, {}),
        }


def is_split(named: Named) -> bool:
    return named.question.kind == "percent"


def other_text(item: Item) -> Item:
    """The text that goes with the option `other`. People write names in such texts, so it is identifying."""
    return Item(
        key=f"{item.key}.{OTHER}_text",
        type=ItemType.TEXT,
        disclosure=DisclosureClass.IDENTIFYING,
        required=Requirement.NO,
        max_length=OTHER_LENGTH,
        specifies=Specified(item.key, OTHER),
        export=f"{item.export_name}_{OTHER}",
    )
