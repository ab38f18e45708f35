"""How an instrument lies in LimeSurvey: which questions its items become, in which groups, under which codes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from surveys.instrument.limesurvey.names_and_codes import (
    QUESTION_LENGTH,
    RESERVED_QUESTIONS,
    AnswerName,
    BackgroundName,
    ChoiceName,
    Codes,
    ConditionName,
    Names,
    codes_of,
)
from surveys.instrument.limesurvey.writing_texts import attribute_of
from surveys.instrument.placeholders import PlaceholderError, placeholders
from surveys.instrument.rule_nodes import Node, ReferenceDay, condition_references, walk
from surveys.instrument.schema import Ask, Edit, Instrument, Item, ItemType, Level, Page
from surveys.instrument.texts import entries

TYPES = {
    ItemType.SINGLE: "L",
    ItemType.MULTI: "M",
    ItemType.NUMBER: "N",
    ItemType.YEAR: "N",
    ItemType.TEXT: "T",
    ItemType.DATE: "D",
    ItemType.PERCENT: "K",
    ItemType.RANK: "R",
    ItemType.INFO: "X",
    ItemType.REGISTER: "S",
}
ARRAY = "F"
SHORT_TEXT = 255  # a longer answer gets several lines


@dataclass(frozen=True)
class Placed:
    """A question of LimeSurvey: one item, or the rows of a battery, and its codes."""

    code: str
    type: str
    asks: tuple[Ask, ...]
    items: tuple[Item, ...]
    rows: Mapping[str, str]  # item key -> code of the row
    options: Mapping[str, str]  # our code -> LimeSurvey's
    introduced_by: str = ""  # the code of a text with the battery's question that stands before
    introduced: tuple[Ask, ...] = ()  # the rows that it stands before


def type_of(item: Item) -> str:
    kind = TYPES[item.value_type]
    if kind == "T" and item.max_length is not None and item.max_length <= SHORT_TEXT:
        return "S"
    return kind


class Layout:
    """Gives every question its code, and every name in expressions its meaning."""

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.codes = Codes(QUESTION_LENGTH, RESERVED_QUESTIONS, letter_first=True)
        self.names = Names()
        self.asked: set[str] = set()
        self.pages: dict[str, list[Placed]] = {page.id: list(self.placed(page)) for page in instrument.pages}
        for name in instrument.conditions:
            self.names.add(self.codes.give(name), ConditionName(name))
        self.attributes = {f"attribute_{number}": name for number, name in enumerate(self.variables(), start=1)}
        for number, name in self.attributes.items():
            self.names.add(f"TOKEN:{number.upper()}", BackgroundName(name))
        self.notices = {edit.id: self.codes.give(edit.id) for edit in instrument.edits if not self.is_validation(edit)}

    def placed(self, page: Page) -> Iterator[Placed]:
        introduced: set[str] = set()
        for run in self.runs(page):
            items = tuple(self.instrument.items[ask.item] for ask in run)
            first = items[0]
            if is_array_row(first):
                yield self.array(tuple(run), items)
                continue
            single = self.single(run[0], first)
            if first.battery is not None and first.battery not in introduced:
                introduced.add(first.battery)
                rows = tuple(ask for ask in page.asks if self.battery_of(ask) == first.battery)
                code = self.codes.give(f"{first.battery}_text")
                single = replace(single, introduced_by=code, introduced=rows)
            yield single

    def battery_of(self, ask: Ask) -> str | None:
        item = self.instrument.items.get(ask.item)
        return None if item is None else item.battery

    def runs(self, page: Page) -> Iterator[list[Ask]]:
        """Rows of one battery that can be one array go together; every other item stands alone, each once."""
        run: list[Ask] = []
        for ask in page.asks:
            if ask.item in self.asked or ask.item not in self.instrument.items:
                continue
            self.asked.add(ask.item)
            if run and not self.together(run[-1], ask):
                yield run
                run = []
            run.append(ask)
        if run:
            yield run

    def together(self, one: Ask, other: Ask) -> bool:
        before, item = self.instrument.items[one.item], self.instrument.items[other.item]
        same = (before.battery, before.required, before.options) == (item.battery, item.required, item.options)
        return same and is_array_row(before) and is_array_row(item)

    def array(self, asks: tuple[Ask, ...], items: tuple[Item, ...]) -> Placed:
        battery = str(items[0].battery)
        code = self.codes.give(battery)
        names = {item.key: item.key.removeprefix(f"{battery}.") for item in items}
        codes = codes_of(names.values())
        rows = {key: codes[name] for key, name in names.items()}
        options = codes_of([option.code for option in items[0].options])
        for key, row in rows.items():
            self.names.add(f"{code}_{row}", AnswerName(key, {own: ours for ours, own in options.items()}))
        return Placed(code, ARRAY, asks, items, rows, options)

    def single(self, ask: Ask, item: Item) -> Placed:
        code, kind = self.codes.give(item.key), type_of(item)
        options = codes_of([option.code for option in item.options])
        if kind in ("M", "K"):
            for ours, own in options.items():
                self.names.add(f"{code}_{own}", ChoiceName(item.key, ours, ticked=kind == "M"))
        elif kind == "R":
            for place in range(1, len(options) + 1):
                self.names.add(f"{code}_{place}", ChoiceName(item.key, str(place), ticked=False))
        elif kind != "X":
            ours_by_code = {own: ours for ours, own in options.items()}
            self.names.add(code, AnswerName(item.key, ours_by_code, number=kind == "N"))
        return Placed(code, kind, (ask,), (item,), {}, options)

    def variables(self) -> list[str]:
        """The frame's variables, and what else texts and rules show of the wave and the unit."""
        found = list(self.instrument.background)
        for texts in self.instrument.texts.values():
            for text in entries(texts).values():
                try:
                    found += [attribute_of(place) for place in placeholders(text) if not place.item]
                except PlaceholderError:
                    continue
        for rule in every_rule(self.instrument):
            found += [f"ref.{part.end}" for part in walk(rule) if isinstance(part, ReferenceDay)]
        return list(dict.fromkeys(found))

    def is_validation(self, edit: Edit) -> bool:
        """A hard edit, the only one of a question that is an item: LimeSurvey checks it itself."""
        others = [one for one in self.instrument.edits if one.item == edit.item and one.level is Level.HARD]
        item = self.instrument.items.get(edit.item)
        own = item is not None and not is_array_row(item) and item.type is not ItemType.INFO
        return edit.level is Level.HARD and own and others[0] is edit and edit.item in self.asked

    def conditions_before(self, page: Page, stated: set[str]) -> list[str]:
        """Conditions that the page needs and that no page before it did, in the order stated."""
        rules = [rule for rule in (page.show_if, *(ask.show_if for ask in page.asks)) if rule is not None]
        rules += [edit.rule for edit in self.instrument.edits if edit.item in {ask.item for ask in page.asks}]
        wanted = {name for rule in rules for name in self.needed(rule)}
        return [name for name in self.instrument.conditions if name in wanted and name not in stated]

    def needed(self, rule: Node) -> set[str]:
        found: set[str] = set()
        waiting = list(condition_references(rule))
        while waiting:
            name = waiting.pop()
            if name in self.instrument.conditions and name not in found:
                found.add(name)
                waiting += condition_references(self.instrument.conditions[name])
        return found

    def listing(self) -> list[str]:
        """Our key or code beside LimeSurvey's, where they differ, as lines."""
        lines: list[str] = []
        for placed in (one for page in self.pages.values() for one in page):
            name = placed.items[0].battery if placed.rows else placed.items[0].key
            pairs = [(name, placed.code), *placed.rows.items(), *placed.options.items()]
            shown = [f"{ours} = {own}" for ours, own in pairs if ours != own]
            if shown:
                lines.append(f"{placed.code}: {', '.join(shown)}")
        return lines


def is_array_row(item: Item) -> bool:
    return item.battery is not None and item.type is ItemType.SINGLE


def every_rule(instrument: Instrument) -> Iterator[Node]:
    yield from instrument.conditions.values()
    for page in instrument.pages:
        yield from (rule for rule in (page.show_if, *(ask.show_if for ask in page.asks)) if rule is not None)
    yield from (edit.rule for edit in instrument.edits)
    for item in instrument.items.values():
        yield from (option.show_if for option in item.options if option.show_if is not None)
