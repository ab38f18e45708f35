"""Our rules as expressions in the cells of a form, with the same meaning where an item is not answered.

With us a comparison with an unanswered item is false. In a form `!=`, a comparison of two answers and a division may
hold there, so these are written behind a guard: `${x} != '' and ${x} != 'a'`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from surveys.instrument.rule_nodes import (
    Aggregate,
    And,
    Answered,
    Arithmetic,
    Background,
    Comparison,
    Condition,
    Count,
    ItemAnswer,
    Literal,
    Node,
    Not,
    Null,
    Or,
    Scalar,
    TodayIsAfter,
    Truth,
    Values,
    is_day,
    joined,
    walk,
)
from surveys.instrument.schema import Item, ItemType, Specified
from surveys.instrument.xlsform.expression_grammar import NotTaken
from surveys.instrument.xlsform.names_and_keys import Called
from surveys.instrument.xlsform.question_types import SEVERAL

OR, AND, TEST, VALUE = range(4)  # how strongly the outermost operator of a written part binds
NEVER = "false()"
NUMBERS = (ItemType.NUMBER, ItemType.YEAR)
FILTER_COLUMN = "barometer_offered"
EVERYBODY = "all"
PART_LIMITS = ". >= 0 and . <= 100"  # of a part of a percentage split


@dataclass(frozen=True)
class Written:
    text: str
    binding: int = TEST

    def inside(self, binding: int) -> str:
        return self.text if self.binding > binding else f"({self.text})"


def expression_from(rule: Node, called: Called) -> str:
    """The expression that says the rule.

    Raises:
        NotTaken: names the part that a form cannot say.
    """
    return rule_text(rule, called).text


def rule_text(rule: Node, called: Called) -> Written:
    match rule:
        case And(rules=rules) | Or(rules=rules):
            parts = [rule_text(part, called) for part in rules]
            return every(parts) if isinstance(rule, And) else some(parts)
        case Not(rule=inner):
            return Written(f"not({rule_text(inner, called).text})", VALUE)
        case Condition(name=name) if name in called.conditions:
            return Written(f"${{{called.conditions[name]}}} = 1")
        case Answered(keys=keys):
            return every(answered(key, called) for key in keys)
        case TodayIsAfter(day=day):
            return Written(f"{value_text(day, called, day=True)} < today()")
        case Comparison():
            return compared(rule, called)
    raise NotTaken("a rule", "A form has nothing like it.")


def every(parts: Iterable[Written]) -> Written:
    written = list(parts)
    return written[0] if len(written) == 1 else Written(" and ".join(part.inside(AND) for part in written), AND)


def some(parts: Iterable[Written]) -> Written:
    written = list(parts)
    if not written:
        return Written(NEVER, VALUE)
    return written[0] if len(written) == 1 else Written(" or ".join(part.inside(OR) for part in written), OR)


def answered(key: str, called: Called) -> Written:
    item = called.items.get(key)
    if item is not None and item.type is ItemType.PERCENT:
        return some(Written(f"${{{called.parts[key, option.code]}}} != ''") for option in item.options)
    if item is not None and item.type is ItemType.INFO:
        return Written(NEVER, VALUE)
    return Written(f"{called.reference(key)} != ''")


def compared(rule: Comparison, called: Called) -> Written:
    left, right = rule.left, rule.right
    if isinstance(left, Null) or isinstance(right, Null):
        return Written(NEVER, VALUE)
    if rule.operator in ("in", "any in", "all in"):
        return member(rule, called)
    if several(left, called) is not None or several(right, called) is not None:
        return same_choices(rule, called)
    if isinstance(left, Values) or isinstance(right, Values):
        return Written(NEVER, VALUE)
    if rule.operator in ("==", "!="):
        return equal(rule, called)
    day = any(isinstance(side, Literal) and is_day(side.value) for side in (left, right))
    test = Written(f"{value_text(left, called, day=day)} {rule.operator} {value_text(right, called, day=day)}")
    return every([*divisors(rule, called), test])


def equal(rule: Comparison, called: Called) -> Written:
    sides = (rule.left, rule.right)
    empty = [side for side in sides if isinstance(side, Literal) and side.value == ""]
    if empty and rule.operator == "==":
        return Written(NEVER, VALUE)
    left, right = (value_text(side, called) for side in sides)
    test = Written(f"{left} {'=' if rule.operator == '==' else '!='} {right}")
    if empty:
        return test
    references = [part for side in sides for part in walk(side) if isinstance(part, ItemAnswer | Background)]
    needed = references if rule.operator == "!=" else references[:-1]
    guards = dict.fromkeys(Written(f"{value_text(part, called)} != ''") for part in needed)
    return every([*guards, *divisors(rule, called), test])


def divisors(rule: Comparison, called: Called) -> list[Written]:
    """That nothing is divided by zero: with us there is no value then, in a form an endless one."""
    found = [part.right for part in walk(rule) if isinstance(part, Arithmetic) and part.operator == "/"]
    return [
        Written(f"{value_text(part, called)} != 0")
        for part in found
        if not isinstance(part, Literal) or part.value == 0
    ]


def several(node: Node, called: Called) -> Item | None:
    """The item with several choices that the operand is."""
    item = item_of(node.key, called) if isinstance(node, ItemAnswer) else None
    return item if item is not None and item.value_type in SEVERAL else None


def same_choices(rule: Comparison, called: Called) -> Written:
    """Whether exactly these options are chosen."""
    item = several(rule.left, called) or several(rule.right, called)
    values = rule.right if isinstance(rule.right, Values) else rule.left
    if item is None or rule.operator not in ("==", "!="):
        return Written(NEVER, VALUE)
    if not isinstance(values, Values):
        raise NotTaken(f"{item.key} compared with something else than a list", "A form compares it with codes.")
    reference = called.reference(item.key)
    codes = tuple(dict.fromkeys(values.values))
    if len(codes) == 1:
        exactly = Written(f"{reference} = {quoted(codes[0])}")
    else:
        number = Written(f"count-selected({reference}) = {len(codes)}")
        exactly = every([number, *(chosen(item, code, called) for code in codes)])
    if rule.operator == "==":
        return exactly
    return every([Written(f"{reference} != ''"), Written(f"not({exactly.text})", VALUE)])


def member(rule: Comparison, called: Called) -> Written:
    match rule.left, rule.right:
        case Literal(value=value), ItemAnswer(key=key):
            return chosen(item_of(key, called), value, called)
        case Values(values=values), ItemAnswer(key=key) if rule.operator == "any in":
            return some(chosen(item_of(key, called), value, called) for value in dict.fromkeys(values))
        case Values(values=values), ItemAnswer(key=key) if rule.operator == "all in" and values:
            return every(chosen(item_of(key, called), value, called) for value in dict.fromkeys(values))
        case ItemAnswer(key=key), Values(values=values):
            return among(rule.operator, item_of(key, called), values, called)
        case Background() as variable, Values(values=values):
            reference = value_text(variable, called)
            return some(Written(f"{reference} = {quoted(value)}") for value in dict.fromkeys(values))
        case ItemAnswer(key=one), ItemAnswer(key=other) if item_of(one, called).value_type not in SEVERAL:
            code = called.reference(one)
            return every([Written(f"{code} != ''"), Written(f"selected({called.reference(other)}, {code})", VALUE)])
    raise NotTaken(f"{rule.operator} of these two", "A form has nothing like it.")


def among(operator: str, item: Item, values: Sequence[Scalar], called: Called) -> Written:
    codes = tuple(dict.fromkeys(values))
    if item.value_type not in SEVERAL or operator == "any in":
        return some(chosen(item, code, called) for code in codes)
    if operator == "in":
        return Written(NEVER, VALUE)
    others = [chosen(item, option.code, called) for option in item.options if option.code not in codes]
    there = Written(f"{called.reference(item.key)} != ''")
    return every([there, Written(f"not({some(others).text})", VALUE)]) if others else there


def chosen(item: Item, code: Scalar, called: Called) -> Written:
    if item.type is ItemType.PERCENT and (item.key, str(code)) in called.parts:
        return Written(f"${{{called.parts[item.key, str(code)]}}} > 0")
    reference = called.reference(item.key)
    if item.value_type in SEVERAL:
        return Written(f"selected({reference}, {quoted(code)})", VALUE)
    return Written(f"{reference} = {quoted(code)}")


def item_of(key: str, called: Called) -> Item:
    if key not in called.items:
        raise NotTaken(key, "It is no item of the questionnaire.")
    return called.items[key]


def quoted(value: Scalar) -> str:
    if isinstance(value, Truth):
        raise NotTaken(value.value, "No answer in a form is true or false.")
    if not isinstance(value, str):
        return str(value)
    return f'"{value}"' if "'" in value else f"'{value}'"


def value_text(node: Node, called: Called, *, day: bool = False) -> str:
    """The operand; `day`: written days are meant as such, not as texts."""
    match node:
        case Literal(value=value):
            return f"date({quoted(value)})" if day and is_day(value) else quoted(value)
        case ItemAnswer(key=key) if item_of(key, called).type is not ItemType.PERCENT:
            return called.reference(key)
        case Background(name=name) if name in called.background:
            return f"${{{called.background[name]}}}"
        case Count(keys=keys):
            return " + ".join(number_of_choices(key, called) for key in keys)
        case Arithmetic(operator=operator, left=left, right=right):
            sign = "div" if operator == "/" else operator
            return f"({value_text(left, called)} {sign} {value_text(right, called)})"
        case Aggregate(function=function):
            raise NotTaken(f"{function}()", "In a form it would count an unanswered question in another way.")
    raise NotTaken("a value", "A form has nothing like it.")


def number_of_choices(key: str, called: Called) -> str:
    kind = item_of(key, called).value_type
    if kind is ItemType.PERCENT:
        raise NotTaken(f"count({key})", "A form splits the parts into questions of their own.")
    if kind in SEVERAL:
        return f"count-selected({called.reference(key)})"
    return f"if({answered(key, called).text}, 1, 0)"


def shown_where_specified(rule: Node | None, specifies: Specified | None) -> Node | None:
    """When a form asks an item: ours asks a text of an option only where the option is chosen, a form must say so."""
    if specifies is None:
        return rule
    chosen = Comparison("in", Literal(specifies.code), ItemAnswer(specifies.item))
    return chosen if rule is None else joined(And, [rule, chosen])


def note_of_edit(item: str, rule: Node, called: Called) -> str:
    """When the note of an edit is shown; never, where a form cannot say when it is violated."""
    violated = joined(And, [Answered((item,)), rule.rule if isinstance(rule, Not) else Not(rule)])
    return rule_cell(violated, called) or NEVER


def rule_cell(rule: Node | None, called: Called) -> str:
    """The expression in the cell; empty where there is no rule, or a form cannot say it."""
    if rule is None:
        return ""
    try:
        return expression_from(rule, called)
    except NotTaken:
        return ""


def calculation_of(rule: Node, called: Called) -> str:
    """What the row of a named rule calculates: 1 where it holds; always 0 where a form cannot say the rule."""
    return f"if({rule_cell(rule, called) or NEVER}, 1, 0)"


def limits_of(item: Item) -> list[str]:
    """The constraints that hold an answer to what the item accepts, one expression each."""
    kind = item.value_type
    if kind in NUMBERS:
        smallest = [] if item.minimum is None else [f". >= {item.minimum}"]
        return smallest + ([] if item.maximum is None else [f". <= {item.maximum}"])
    if kind is ItemType.TEXT:
        return [] if item.max_length is None else [f"string-length(.) <= {item.max_length}"]
    if kind not in SEVERAL:
        return []
    most = [] if item.max_choices is None else [f"count-selected(.) <= {item.max_choices}"]
    exclusive = [option.code for option in item.options if option.exclusive]
    return most + [f"not(selected(., '{code}') and count-selected(.) > 1)" for code in exclusive]


def constraint_of(item: Item, rule: Node | None, called: Called) -> str:
    """The whole constraint of an item: its limits, and the rule of an edit that must hold.

    Raises:
        NotTaken: a form cannot say the rule.
    """
    parts = [Written(text, TEST) for text in limits_of(item)]
    if rule is not None:
        parts.append(rule_text(rule, replace(called, own=item.key)))
    return every(parts).text if parts else ""


def filter_of(rules: Sequence[Node | None], called: Called) -> tuple[str, tuple[str, ...]]:
    """The filter of a list, and for each option what its cell says of who is offered it; empty where all are.

    An option whose rule a form cannot say is offered to everybody there.
    """
    if all(rule is None for rule in rules):
        return "", ("",) * len(rules)
    marks: list[str] = []
    terms = [f"{FILTER_COLUMN} = '{EVERYBODY}'"]
    known: dict[str, str] = {}
    for rule in rules:
        try:
            text = EVERYBODY if rule is None else rule_text(rule, called).inside(AND)
        except NotTaken:
            text = EVERYBODY
        if text != EVERYBODY and text not in known:
            known[text] = f"r{len(known) + 1}"
            terms.append(f"{FILTER_COLUMN} = '{known[text]}' and {text}")
        marks.append(known.get(text, EVERYBODY))
    return " or ".join(terms), tuple(marks)
