"""A questionnaire as the rows of the sheets survey and choices."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from surveys.instrument.exchange import Notes
from surveys.instrument.rule_text import to_text
from surveys.instrument.schema import NO_TEXT, Ask, Edit, Instrument, Item, ItemType, Level, Page, Requirement, Texts
from surveys.instrument.xlsform.expression_grammar import NotTaken
from surveys.instrument.xlsform.names_and_keys import FormNames, Taken, name_from
from surveys.instrument.xlsform.question_types import kind_of
from surveys.instrument.xlsform.writing_cells import Cells, CellWriter
from surveys.instrument.xlsform.writing_rules import (
    FILTER_COLUMN,
    PART_LIMITS,
    calculation_of,
    constraint_of,
    filter_of,
    note_of_edit,
    rule_cell,
)

LISTED = ("select_one", "select_multiple", "rank")
UNSEEN = ("begin_group", "end_group", "calculate", "hidden")
YES = "yes"


class Lists:
    """The options of items as lists of choices; items with the same options and labels share one."""

    def __init__(self, cells: CellWriter) -> None:
        self.instrument = cells.instrument
        self.names = cells.names
        self.cells = cells
        self.taken = Taken()
        self.known: dict[object, str] = {}  # options and labels -> name of the list
        self.filters: dict[str, str] = {}  # name of a list -> its choice filter
        self.rows: list[Cells] = []

    def list_of(self, item: Item) -> str:
        """The name of the list with the options of the item, written when it is first asked for."""
        labels = tuple(
            tuple(texts.label(item, option.code) for option in item.options) for texts in self.instrument.texts.values()
        )
        what = (item.options, labels)
        if what not in self.known:
            name = self.taken.give(name_from(item.battery or self.names.items[item.key]))
            self.known[what] = name
            self.write(item, name)
        return self.known[what]

    def write(self, item: Item, name: str) -> None:
        rules = [option.show_if for option in item.options]
        self.filters[name], marks = filter_of(rules, self.names.called)
        for option, mark in zip(item.options, marks, strict=True):
            row = {
                "list_name": name,
                "name": option.code,
                "barometer_missing": YES if option.missing else "",
                "barometer_exclusive": YES if option.exclusive else "",
                "barometer_common": option.common,
                FILTER_COLUMN: mark,
                **self.cells.texts("label", lambda texts, code=option.code: texts.label(item, code)),  # type: ignore[misc]
            }
            if option.show_if is not None:
                row["barometer_show_if"] = to_text(option.show_if)
                if not rule_cell(option.show_if, self.names.called) and item.type is not ItemType.PERCENT:
                    why = "A form cannot say it: other programs offer the option to everybody."
                    place = f"items[{item.key}].options.{option.code}"
                    self.cells.notes.lose(place, to_text(option.show_if), why)
            self.rows.append(self.cells.safe(row, f"the choice {name} {option.code}"))


class SurveyWriter:
    """Goes through the pages and writes a row for everything on them."""

    def __init__(self, instrument: Instrument, names: FormNames, notes: Notes) -> None:
        self.instrument = instrument
        self.names = names
        self.notes = notes
        self.cells = CellWriter(instrument, names, notes)
        self.lists = Lists(self.cells)
        self.orders = {key: str(place) for place, key in enumerate(instrument.items)}
        self.asked: set[str] = set()
        self.edits: dict[str, list[tuple[int, Edit]]] = {}
        for place, edit in enumerate(instrument.edits):
            self.edits.setdefault(edit.item, []).append((place, edit))

    def rows(self) -> list[Cells]:
        """Every row, from the top."""
        rows = [*self.background(), *self.conditions(), *self.shown_again("introduction")]
        for section, pages in groupby(self.instrument.pages, key=lambda page: page.section):
            rows += self.section(section, list(pages))
        for key in (key for key in self.instrument.items if key not in self.asked):
            self.notes.lose(f"items[{key}]", "the item", "No page asks it: a form has only what is asked.")
        for key in (key for key in self.edits if key not in self.asked):
            for _, edit in self.edits[key]:
                self.notes.lose(f"edits[{edit.id}]", "the edit", f"It is of {key}, which no page asks.")
        rows = [self.cells.safe(row, f"the row {row.get('name', '')}") for row in rows]
        self.tell_what_others_refuse(rows)
        return rows

    def tell_what_others_refuse(self, rows: Sequence[Cells]) -> None:
        """Write down the rows for which other programs refuse the whole form."""
        for row in (row for row in rows if row["type"] not in UNSEEN):
            if not any(column.startswith(("label::", "hint::")) for column in row):
                why = "Other programs refuse a form with such a row: write its text."
                self.notes.lose(f"the row {row['name']}", "a row that shows no text", why)
        for item in (self.instrument.items[key] for key in self.orders if key in self.asked):
            if kind_of(item) in LISTED and not item.options:
                why = "Other programs refuse a form with such a question: write its options."
                self.notes.lose(f"items[{item.key}]", "a choice among no options", why)

    def background(self) -> Iterator[Cells]:
        for key, name in self.names.background.items():
            yield {"type": "hidden", "name": name, "barometer_key": key}

    def conditions(self) -> Iterator[Cells]:
        for key, rule in self.instrument.conditions.items():
            text = rule_cell(rule, self.names.called)
            if not text:
                why = "A form cannot say it, so in other programs it never holds; it stands in barometer_rule."
                self.notes.lose(f"conditions.{key}", to_text(rule), why)
            yield {
                "type": "calculate",
                "name": self.names.conditions[key],
                "calculation": calculation_of(rule, self.names.called),
                "barometer_key": key,
                "barometer_rule": "" if self.cells.reads_back(text, rule) else to_text(rule),
            }

    def shown_again(self, part: str, page: str = "") -> Iterator[Cells]:
        """A note with a text that stands in our own sheet."""
        labels = self.cells.texts("label", lambda texts: str(getattr(texts, part)))
        shown = {column: text for column, text in labels.items() if not column.startswith("barometer_")}
        if shown:
            name = self.names.other(f"{part}_{page}" if page else part)
            yield {"type": "note", "name": name, "barometer_part": part, **shown}

    def section(self, section: str, pages: Sequence[Page]) -> Iterator[Cells]:
        yield {
            "type": "begin_group",
            "name": self.names.other(f"section_{section}"),
            "barometer_part": "section",
            "barometer_key": section,
            **self.cells.texts("label", lambda texts: texts.sections.get(section, "")),
        }
        for page in pages:
            yield from self.page(page)
        yield {"type": "end_group"}

    def page(self, page: Page) -> Iterator[Cells]:
        yield {
            "type": "begin_group",
            "name": self.names.other(f"page_{page.id}"),
            "appearance": "field-list",
            "barometer_part": "page",
            "barometer_key": page.id,
            "barometer_definition": YES if page.definition else "",
            **self.cells.texts("label", lambda texts: texts.pages.get(page.id, "")),
            **self.cells.shown(page.show_if, f"pages[{page.id}]"),
        }
        if page.definition:
            yield from self.shown_again("definition", page.id)
        battery: str | None = None
        for ask in page.asks:
            item = self.instrument.items.get(ask.item)
            if item is None or ask.item in self.asked:
                why = "It is asked before: a form asks it once." if item else "It is no item of the questionnaire."
                self.notes.lose(f"pages[{page.id}]", ask.item, why)
                continue
            self.asked.add(ask.item)
            if item.battery is not None and item.battery != battery:
                yield self.battery(item.battery)
            battery = item.battery
            yield from self.item(ask, item)
        yield {"type": "end_group"}

    def battery(self, key: str) -> Cells:
        return {
            "type": "note",
            "name": self.names.other(f"{key}_question"),
            "barometer_part": "battery",
            "barometer_key": key,
            **self.cells.texts("label", lambda texts: texts.batteries.get(key, NO_TEXT).question),
            **self.cells.texts("hint", lambda texts: texts.batteries.get(key, NO_TEXT).help),
        }

    def item(self, ask: Ask, item: Item) -> Iterator[Cells]:
        row = {
            "type": kind_of(item),
            "name": self.names.items[item.key],
            "required": YES if item.required is Requirement.HARD else "",
            **self.cells.texts("label", lambda texts: self.label(item, texts)),
            **self.cells.shown(ask.show_if, f"items[{item.key}].show_if", item.specifies),
            **self.own_columns(item),
        }
        edits: Sequence[tuple[int, Edit]] = self.edits.get(item.key, ())
        if item.type is ItemType.PERCENT:
            yield from self.split(item, row)
        else:
            row |= self.cells.texts("hint", lambda texts: texts.items.get(item.key, NO_TEXT).help)
            if kind_of(item) in LISTED:
                name = self.lists.list_of(item)
                row |= {"type": f"{kind_of(item)} {name}", "choice_filter": self.lists.filters[name]}
            constraint, edits = self.constraint(item, edits)
            yield {**row, **constraint}
        for place, edit in edits:
            yield self.note(place, edit)

    def label(self, item: Item, texts: Texts) -> str:
        """The question; of a text that goes with an option and has none, what the option is called."""
        question = texts.items.get(item.key, NO_TEXT).question
        specifies = item.specifies
        if question or specifies is None or specifies.item not in self.instrument.items:
            return question
        return texts.label(self.instrument.items[specifies.item], specifies.code)

    def own_columns(self, item: Item) -> Cells:
        specifies = item.specifies
        cells = {
            "key": item.key,
            "order": self.orders[item.key],
            "type": item.type.value,
            "of": "" if item.of is None else item.of.value,
            "disclosure": item.disclosure.value,
            "required": item.required.value,
            "battery": item.battery or "",
            "decimals": str(item.decimals or ""),
            "unit": item.unit,
            "variable": item.variable,
            "specifies": "" if specifies is None else f"{specifies.item} {specifies.code}",
            "export": item.export,
            "source": item.source,
            "since": item.since,
            "evidence": item.evidence,
        }
        units = {
            f"unit_{language.lower()}": texts.items.get(item.key, NO_TEXT).unit
            for language, texts in self.instrument.texts.items()
        }
        default = {}
        if item.variable in self.names.background:
            default = {"default": f"${{{self.names.background[item.variable]}}}"}
        return {**default, **{f"barometer_{name}": text for name, text in {**cells, **units}.items()}}

    def constraint(self, item: Item, edits: Sequence[tuple[int, Edit]]) -> tuple[Cells, Sequence[tuple[int, Edit]]]:
        """The limits of the answer with the first hard edit, and the edits that become notes."""
        for one in edits:
            if one[1].level is Level.HARD and item.type is not ItemType.INFO:
                cells = self.blocking(item, *one)
                if cells:
                    return cells, [other for other in edits if other is not one]
        return {"constraint": constraint_of(item, None, self.names.called)}, edits

    def blocking(self, item: Item, place: int, edit: Edit) -> Cells:
        """The edit as a constraint; nothing where a form cannot say it."""
        try:
            constraint = constraint_of(item, edit.rule, self.names.called)
        except NotTaken:
            return {}
        return {
            "constraint": constraint,
            "barometer_edit": edit.id,
            "barometer_rule": to_text(edit.rule),
            "barometer_order_of_edit": str(place),
            **self.cells.texts("constraint_message", lambda texts: texts.edits.get(edit.id, "")),
        }

    def note(self, place: int, edit: Edit) -> Cells:
        """A note that shows where the edit is violated."""
        if edit.level is Level.HARD:
            why = "A form blocks by one constraint a question: other programs only show this one as a note."
            self.notes.lose(f"edits[{edit.id}]", "the level hard", why)
        cell = note_of_edit(edit.item, edit.rule, self.names.called)
        return {
            "type": "note",
            "name": self.names.other(f"edit_{edit.id}"),
            "relevant": cell,
            "barometer_part": "edit",
            "barometer_key": edit.id,
            "barometer_item": edit.item,
            "barometer_level": edit.level.value,
            "barometer_rule": to_text(edit.rule),
            "barometer_order_of_edit": str(place),
            **self.cells.texts("label", lambda texts: texts.edits.get(edit.id, "")),
        }

    def split(self, item: Item, row: Cells) -> Iterator[Cells]:
        """A percentage split as a group of whole numbers that make 100."""
        name = self.lists.list_of(item)
        yield {**row, "type": "begin_group", "required": "", "barometer_part": "percent", "barometer_list": name}
        help_text = self.cells.texts("label", lambda texts: texts.items.get(item.key, NO_TEXT).help)
        if help_text:
            yield {"type": "note", "name": self.names.other(f"{name}_help"), "barometer_part": "split", **help_text}
        parts = [self.names.parts[item.key, option.code] for option in item.options]
        for option, part in zip(item.options, parts, strict=True):
            others = "".join(f" + coalesce(${{{other}}}, 0)" for other in parts if other != part)
            total = f" and .{others} = 100" if part == parts[-1] else ""
            labels = self.cells.texts("label", lambda texts, code=option.code: texts.label(item, code))  # type: ignore[misc]
            yield {
                "type": "integer",
                "name": part,
                "constraint": f"{PART_LIMITS}{total}",
                "barometer_part": "split",
                "barometer_key": option.code,
                **{column: text for column, text in labels.items() if not column.startswith("barometer_")},
                **self.cells.shown(option.show_if, f"items[{item.key}].options.{option.code}"),
            }
        yield {"type": "end_group"}
