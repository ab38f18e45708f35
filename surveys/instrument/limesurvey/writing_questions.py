"""The lines of one question: the question, its rows and its answers."""

from collections.abc import Collection, Iterator

from surveys.instrument.document import item_document, option_document
from surveys.instrument.exchange import Loss
from surveys.instrument.limesurvey.writing_layout import ARRAY, Layout, Placed
from surveys.instrument.limesurvey.writing_rules import RuleWriter
from surveys.instrument.limesurvey.writing_texts import Line, TextWriter
from surveys.instrument.rule_nodes import And, Comparison, ItemAnswer, Literal, Node, Or, joined
from surveys.instrument.schema import NO_TEXT, Ask, Edit, Item, ItemType, Option, Requirement, Specified

MANDATORY = {Requirement.HARD: "Y", Requirement.SOFT: "S", Requirement.NO: "N"}
# What LimeSurvey's own columns say of an item, by the type of its question; everything else is carried.
SAID = frozenset({"key", "options", "required"})
SAID_OF = {
    "N": frozenset({"minimum", "maximum"}), "M": frozenset({"max_choices"}), "R": frozenset({"max_choices"}),
    "T": frozenset({"max_length"}), "S": frozenset({"max_length"}), ARRAY: frozenset({"battery"}),
}  # fmt: skip
INFERRED = frozenset({ItemType.YEAR, ItemType.REGISTER})  # types that LimeSurvey does not have


class QuestionWriter:
    """Writes the questions of a layout."""

    def __init__(self, layout: Layout, rules: RuleWriter, texts: TextWriter) -> None:
        self.layout = layout
        self.rules = rules
        self.texts = texts
        self.places = {key: place for place, key in enumerate(layout.instrument.items)}
        self.lost: list[Loss] = []

    def lines(self, placed: Placed, edit: tuple[int, Edit] | None) -> Iterator[Line]:
        """The question with what stands before and under it; `edit` is the one that LimeSurvey checks itself."""
        if placed.introduced_by:
            yield self.introduction(placed)
        yield from self.array(placed) if placed.type == ARRAY else self.single(placed, edit)

    def introduction(self, placed: Placed) -> Line:
        """The battery's question as a text before its rows."""
        battery = str(placed.items[0].battery)
        rules = [ask.show_if for ask in placed.introduced if ask.show_if is not None]
        any_row = joined(Or, rules) if len(rules) == len(placed.introduced) else None
        cell = self.rules.expression(any_row, any_row, f"battery {battery}", {})
        line = question_line(placed.introduced_by, "X", cell)
        line.more["introduces"] = battery
        self.battery_words(line, battery)
        return line

    def battery_words(self, line: Line, battery: str) -> None:
        place = f"batteries.{battery}"
        line.words["text"] = self.texts.of(place, lambda texts: texts.batteries.get(battery, NO_TEXT).question)
        line.words["help"] = self.texts.of(place, lambda texts: texts.batteries.get(battery, NO_TEXT).help)

    def array(self, placed: Placed) -> Iterator[Line]:
        battery = str(placed.items[0].battery)
        line = question_line(placed.code, ARRAY, "1")
        line.same["mandatory"] = MANDATORY[placed.items[0].required]
        self.battery_words(line, battery)
        line.once["barometer_key"] = battery
        line.more |= {
            "battery": battery,
            "rows": {item.key: self.carried(item, ARRAY) for item in placed.items},
            "row_codes": {code: key for key, code in placed.rows.items()},
            "places": {item.key: self.places[item.key] for item in placed.items},
        }
        rows = [self.row(placed, ask, item, line) for ask, item in zip(placed.asks, placed.items, strict=True)]
        answers = list(self.answers(placed, line))
        yield from (line, *rows, *answers)

    def row(self, placed: Placed, ask: Ask, item: Item, question: Line) -> Line:
        code = placed.rows[item.key]
        cell = self.rules.expression(ask.show_if, ask.show_if, f"item {item.key}", question.more, code)
        line = Line({"class": "SQ", "type/scale": "0", "name": code, "relevance": cell})
        self.item_words(line, item)
        line.once["barometer_key"] = item.key
        return line

    def item_words(self, line: Line, item: Item) -> None:
        place = f"items.{item.key}"
        line.words["text"] = self.texts.of(place, lambda texts: texts.items.get(item.key, NO_TEXT).question)
        line.words["help"] = self.texts.of(place, lambda texts: texts.items.get(item.key, NO_TEXT).help)

    def single(self, placed: Placed, edit: tuple[int, Edit] | None) -> Iterator[Line]:
        item, ask = placed.items[0], placed.asks[0]
        more: dict[str, object] = {}
        shown = self.shown_in_limesurvey(item, ask.show_if)
        cell = self.rules.expression(shown, ask.show_if, f"item {item.key}", more)
        line = question_line(placed.code, placed.type, cell)
        if placed.type != "X":
            line.same["mandatory"] = MANDATORY[item.required]
        self.item_words(line, item)
        line.words["suffix"] = self.texts.of(f"items.{item.key}", lambda texts: texts.items.get(item.key, NO_TEXT).unit)
        line.once |= {"barometer_key": item.key, **self.attributes(placed, item)}
        line.more |= {**more, "item": self.carried(item, placed.type), "place": self.places[item.key]}
        if item.type is ItemType.REGISTER:
            self.register(item, line)
        if edit is not None:
            self.validation(edit, line)
        under = list(self.rows(placed, line) if placed.type in ("M", "K") else self.answers(placed, line))
        yield from (line, *under)

    def shown_in_limesurvey(self, item: Item, rule: Node | None) -> Node | None:
        """Its rule, and for a text that specifies an option, that the option is chosen."""
        if item.specifies is None:
            return rule
        chosen = self.chosen(item.specifies)
        return chosen if rule is None else joined(And, (rule, chosen))

    def chosen(self, option: Specified) -> Node:
        other = self.layout.instrument.items.get(option.item)
        if other is not None and other.value_type is ItemType.MULTI:
            return Comparison("in", Literal(option.code), ItemAnswer(option.item))
        return Comparison("==", ItemAnswer(option.item), Literal(option.code))

    def attributes(self, placed: Placed, item: Item) -> dict[str, str]:
        """LimeSurvey's attributes for limits and exclusive choices."""
        found: dict[str, object] = {}
        match placed.type:
            case "N":
                found = {"min_num_value_n": item.minimum, "max_num_value_n": item.maximum}
                found["num_value_int_only"] = None if item.decimals else 1
            case "K":
                found = {"equals_num_value": 100, "num_value_int_only": 1}
            case "R":
                found = {"max_answers": item.max_choices}
            case "M":
                exclusive = [placed.options[option.code] for option in item.options if option.exclusive]
                found = {"max_answers": item.max_choices, "exclude_all_others": ";".join(exclusive) or None}
            case "T" | "S":
                found = {"maximum_chars": item.max_length}
            case "D":
                found = {"date_format": "yyyy-mm-dd"}
        return {name: str(value) for name, value in found.items() if value is not None}

    def carried(self, item: Item, kind: str) -> dict[str, object]:
        """What the item says and LimeSurvey's columns do not."""
        said = SAID | SAID_OF.get(kind, frozenset())
        document = {name: value for name, value in item_document(item).items() if name not in said}
        if item.type not in INFERRED:
            document.pop("type", None)
        return document

    def register(self, item: Item, line: Line) -> None:
        """A value of the frame: proposed as the default, without its history."""
        name = self.layout.names.backgrounds.get(item.variable)
        if name is not None:
            line.same["default"] = f"{{{name}}}"
        why = "LimeSurvey keeps the last value alone, not the frame's beside it."
        self.lost.append(Loss(f"item {item.key}", "whether the value was confirmed or corrected", why))

    def validation(self, edit: tuple[int, Edit], line: Line) -> None:
        place, found = edit
        rule = found.rule
        line.more["edit"] = {"id": found.id, "place": place}
        line.once["em_validation_q"] = self.rules.expression(rule, rule, f"edit {found.id}", line.more, "edit")
        line.words["em_validation_q_tip"] = self.texts.of(
            f"edits.{found.id}", lambda texts: texts.edits.get(found.id, "")
        )

    def rows(self, placed: Placed, question: Line) -> Iterator[Line]:
        """A sub-question for each choice or part, whose rule LimeSurvey follows."""
        item = placed.items[0]
        said = {"code", "show_if"} | ({"exclusive"} if placed.type == "M" else set())
        for option in item.options:
            code = placed.options[option.code]
            place = f"item {item.key}, option {option.code}"
            line = self.labelled(placed, option, "SQ")
            line.same["relevance"] = self.rules.expression(option.show_if, option.show_if, place, question.more, code)
            carry_option(question, placed, option, said)
            yield line

    def answers(self, placed: Placed, question: Line) -> Iterator[Line]:
        for option in placed.items[0].options:
            if option.show_if is not None:
                place = f"item {placed.items[0].key}, option {option.code}"
                why = "It travels in barometer_more, and LimeSurvey offers the option to everybody."
                self.lost.append(Loss(place, "the rule under which it is offered", why))
            carry_option(question, placed, option, {"code"})
            yield self.labelled(placed, option, "A")

    def labelled(self, placed: Placed, option: Option, kind: str) -> Line:
        item = placed.items[0]
        line = Line({"class": kind, "type/scale": "0", "name": placed.options[option.code]})
        line.words["text"] = self.texts.of(
            f"items.{item.key}.options.{option.code}", lambda texts: texts.label(item, option.code)
        )
        line.once["barometer_key"] = option.code
        return line


def question_line(code: str, kind: str, relevance: str) -> Line:
    return Line({"class": "Q", "type/scale": kind, "name": code, "relevance": relevance})


def carry_option(question: Line, placed: Placed, option: Option, said: Collection[str]) -> None:
    """Put beside the question what LimeSurvey's row of the option does not say, and its code where it is shortened."""
    marks = {name: value for name, value in option_document(option).items() if name not in said}
    short = placed.options[option.code]
    for name, key, value in (("options", option.code, marks), ("codes", short, option.code)):
        entries = question.more.setdefault(name, {}) if value and key != value else None
        if isinstance(entries, dict):
            entries[key] = value
