"""Our rules as LimeSurvey's expressions, with the tree carried beside where the expression does not lead back to it.

Ours are false wherever an answer is missing, LimeSurvey's compare an empty text: so a comparison that an empty text
could meet stands behind `!is_empty(...)`.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from surveys.instrument.exchange import Loss
from surveys.instrument.limesurvey.expression_grammar import Untranslatable
from surveys.instrument.limesurvey.names_and_codes import TICKED, AnswerName, Names
from surveys.instrument.limesurvey.reading_expressions import equation_of, rule_of
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
    Or,
    ReferenceDay,
    Scalar,
    Truth,
    Values,
    background_references,
)
from surveys.instrument.rule_tree import to_tree
from surveys.instrument.texts import text_hash

ALWAYS = "1"


class RuleWriter:
    """Writes rules; those that LimeSurvey cannot follow are noted in `lost`."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.lost: list[Loss] = []

    def expression(
        self, rule: Node | None, ours: Node | None, place: str, more: dict[str, object], name: str = ""
    ) -> str:
        """The cell that says `rule`; `ours` is what must be read back from it."""
        cell = ALWAYS if rule is None else self.cell(rule, place)
        if self.back(cell, lambda: rule_of(cell, self.names)) != ours:
            self.carry(more, name, cell, ours)
        return cell

    def equation(self, rule: Node, place: str, more: dict[str, object]) -> str:
        cell = f"{{if({self.cell(rule, place)}, 1, 0)}}"
        if self.back(cell, lambda: equation_of(cell, self.names)) != rule:
            self.carry(more, "equation", cell, rule)
        return cell

    def notice(self, item: str, rule: Node, place: str, more: dict[str, object]) -> str:
        """Under which the text of a broken edit is shown."""
        broken = And((Answered((item,)), Not(rule)))
        cell = self.cell(broken, place)
        if self.back(cell, lambda: rule_of(cell, self.names)) != broken:
            self.carry(more, "edit", cell, rule)
        return cell

    def cell(self, rule: Node, place: str) -> str:
        try:
            return expression_of(rule, self.names)
        except Untranslatable as error:
            why = error.sentence("LimeSurvey takes it as always true; the rule travels in barometer_more.")
            self.lost.append(Loss(place, "a rule", why))
            return ALWAYS

    def back(self, cell: str, read: Callable[[], Node]) -> Node | None:
        if cell == ALWAYS:
            return None
        try:
            return read()
        except Untranslatable:
            return None

    def carry(self, more: dict[str, object], name: str, cell: str, rule: Node | None) -> None:
        rules = more.setdefault("rules", {})
        if isinstance(rules, dict):
            rules[name] = [text_hash(cell), None if rule is None else to_tree(rule)]


def expression_of(rule: Node, names: Names) -> str:
    """The expression that says the rule.

    Raises:
        Untranslatable: says what LimeSurvey cannot.
    """
    return ExpressionWriter(names).rule(rule)


class ExpressionWriter:
    """Writes parts of a rule. Each method raises Untranslatable as `expression_of`."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def rule(self, node: Node) -> str:
        match node:
            case And(rules=rules):
                return " and ".join(self.enclosed(rule, Or) for rule in rules)
            case Or(rules=rules):
                return " or ".join(self.rule(rule) for rule in rules)
            case Not(rule=rule):
                return f"!({self.rule(rule)})"
            case Condition(name=name):
                if name not in self.names.conditions:
                    raise Untranslatable(f"the condition {name} is not in the file")
                return f"{self.names.conditions[name]}.NAOK == 1"
            case Answered(keys=keys):
                return chained("&&", [self.answered(key) for key in keys])
            case Comparison():
                return self.comparison(node)
        raise Untranslatable(f"LimeSurvey has no counterpart of {type(node).__name__}")

    def enclosed(self, node: Node, kind: type[Node]) -> str:
        text = self.rule(node)
        return f"({text})" if isinstance(node, kind) else text

    def answered(self, key: str) -> str:
        if key in self.names.choices:
            return f"{self.count([key])} > 0"
        return f"!is_empty({self.answer(key)})"

    def comparison(self, node: Comparison) -> str:
        match node:
            case Comparison("in", Literal(value=str() as code), ItemAnswer(key=key)) if key in self.names.choices:
                return f'{self.choice(key, code)} == "{TICKED}"'
            case Comparison("in", ItemAnswer() | Background() as left, Values(values=values)):
                one = self.operand(left)
                tests = [f"{one} == {self.value(value, left)}" for value in values]
                return chained("||", tests)
            case Comparison("any in", ItemAnswer(key=key), Values(values=values)) if key in self.names.choices:
                return f"{self.some_of(key, values)} >= 1"
            case Comparison("all in", Values(values=values), ItemAnswer(key=key)) if key in self.names.choices:
                return f"{self.some_of(key, values)} == {len(set(values))}"
            case Comparison("==", ItemAnswer(key=key), Values(values=values)) if key in self.names.choices:
                number = len(set(values))
                return f"({self.some_of(key, values)} == {number} && {self.count([key])} == {number})"
            case Comparison(operator, left, right) if operator in ("==", "!=", "<", "<=", ">", ">="):
                return self.guarded(operator, left, right)
        raise Untranslatable(f"LimeSurvey has no counterpart of `{node.operator}` between these")

    def guarded(self, operator: str, left: Node, right: Node) -> str:
        sides = (left, right)
        test = f"{self.side(left, right)} {operator} {self.side(right, left)}"
        if operator == "==" and any(isinstance(side, Literal) and side.value not in ("", 0) for side in sides):
            return test
        read = [key for side in sides for key in answers_in(side)]
        guards = [f"!is_empty({self.answer(key)})" for key in dict.fromkeys(read)]
        if not any(side == Literal("") for side in sides):
            variables = sorted(background_references(left) | background_references(right))
            guards += [f"!is_empty({self.attribute(name)})" for name in variables]
        return chained("&&", [*guards, test])

    def side(self, node: Node, other: Node) -> str:
        if isinstance(node, Literal):
            return self.value(node.value, other)
        return self.operand(node)

    def operand(self, node: Node) -> str:
        match node:
            case Literal(value=value):
                return constant(value)
            case ItemAnswer(key=key):
                return self.answer(key)
            case Background(name=name):
                return self.attribute(name)
            case ReferenceDay(end=end):
                return self.attribute(f"ref.{end}")
            case Count() | Aggregate() | Arithmetic():
                return self.computed(node)
        raise Untranslatable(f"LimeSurvey has no counterpart of {type(node).__name__} as a value")

    def computed(self, node: Count | Aggregate | Arithmetic) -> str:
        match node:
            case Count(keys=keys):
                return self.count(keys)
            case Aggregate(function=function, keys=keys):
                return f"{function}({', '.join(self.answer(key) for key in keys)})"
            case Arithmetic(operator=operator, left=left, right=right):
                return f"({self.operand(left)} {operator} {self.operand(right)})"

    def answer(self, key: str) -> str:
        if key not in self.names.answers:
            raise Untranslatable(f"{key} has no single value in LimeSurvey, or is not asked")
        return f"{self.names.answers[key][0]}.NAOK"

    def choice(self, key: str, code: str) -> str:
        if not self.names.ticked.get(key) or code not in self.names.choices[key]:
            raise Untranslatable(f"{code} is no choice of {key} that is ticked in LimeSurvey")
        return f"{self.names.choices[key][code]}.NAOK"

    def attribute(self, name: str) -> str:
        if name not in self.names.backgrounds:
            raise Untranslatable(f"the variable {name} is not in the file")
        return self.names.backgrounds[name]

    def count(self, keys: Sequence[str]) -> str:
        """How many choices stand in these answers: ticks are counted as such, ranks and parts where they are filled."""
        ticked = all(self.names.ticked.get(key, False) for key in keys)
        parts: list[str] = []
        for key in keys:
            choices = self.names.choices.get(key)
            parts += [f"{name}.NAOK" for name in choices.values()] if choices else [self.answer(key)]
        return f'countif("{TICKED}", {", ".join(parts)})' if ticked else f"count({', '.join(parts)})"

    def some_of(self, key: str, codes: Iterable[Scalar]) -> str:
        parts = [self.choice(key, str(code)) for code in dict.fromkeys(codes)]
        return f'countif("{TICKED}", {", ".join(parts)})'

    def value(self, value: Scalar, beside: Node) -> str:
        """A constant beside an answer, in LimeSurvey's code where the answer has codes."""
        if isinstance(beside, ItemAnswer):
            named: AnswerName | None = self.names.answers.get(beside.key, ("", None))[1]
            ours = {code: own for own, code in named.codes.items()} if named else {}
            if ours:
                if value not in ours:
                    raise Untranslatable(f"{value} is no answer to {beside.key}")
                return constant(ours[str(value)])
        return constant(value)


def chained(sign: str, tests: Sequence[str]) -> str:
    return tests[0] if len(tests) == 1 else f"({f' {sign} '.join(tests)})"


def answers_in(node: Node) -> list[str]:
    match node:
        case ItemAnswer(key=key):
            return [key]
        case Aggregate(keys=keys):
            return list(keys)
        case Arithmetic(left=left, right=right):
            return answers_in(left) + answers_in(right)
    return []


def constant(value: Scalar) -> str:
    if isinstance(value, Truth):
        raise Untranslatable("true and false are no values in LimeSurvey")
    if isinstance(value, int | Decimal):
        return str(value)
    if "\\" in value or "}" in value or "{" in value:
        raise Untranslatable("a text with a backslash or a brace cannot stand in an expression")
    return f"'{value}'" if '"' in value else f'"{value}"'
