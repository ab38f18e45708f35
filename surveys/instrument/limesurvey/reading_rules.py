"""The rules of a survey, wherever they stand: relevance, the older conditions, equations and validations."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from surveys.instrument.exchange import Loss
from surveys.instrument.limesurvey.expression_grammar import Untranslatable
from surveys.instrument.limesurvey.names_and_codes import TICKED, AnswerName, ChoiceName, Names
from surveys.instrument.limesurvey.reading_expressions import equation_of, rule_of
from surveys.instrument.limesurvey.reading_questions import Shape
from surveys.instrument.limesurvey.reading_tables import More, OldCondition, Question, mapping
from surveys.instrument.reader import Place
from surveys.instrument.rule_nodes import And, Answered, Comparison, Count, Literal, Node, Not, Or, joined
from surveys.instrument.texts import text_hash

ALWAYS = ("", "1")
FIELD = re.compile(r"\+?(\d+X\d+X\d+[A-Za-z0-9_#]*)")
METHODS = ("==", "!=", "<", "<=", ">", ">=")
Rule = Node | None


class RuleReader:
    """Reads rules and notes those that have no counterpart.

    Our own column may carry the tree of a rule that its expression does not lead back to, with the hash of that
    expression: it counts for as long as nobody has changed the expression.
    """

    def __init__(self, names: Names) -> None:
        self.names = names
        self.lost: list[Loss] = []

    def shown(self, expression: str, place: str, more: More, name: str = "") -> Rule:
        """The rule of a relevance; None where everybody is asked, and where it could not be read."""
        there, carried = self.carried(expression, more, name)
        if there:
            return carried
        if expression.strip() in ALWAYS:
            return None
        return self.read(expression, place, partial(rule_of, expression, self.names))

    def read(self, expression: str, place: str, reading: Callable[[], Node]) -> Rule:
        try:
            return reading()
        except Untranslatable as error:
            shown = " ".join(expression.split())
            text = shown if len(shown) <= 100 else f"{shown[:97]}..."
            self.lost.append(Loss(place, f"the rule {text}", error.sentence("it counts as always true.")))
            return None

    def carried(self, expression: str, more: More, name: str) -> tuple[bool, Rule]:
        """Whether our own column carries a rule for this expression, and which."""
        entry = mapping(more.get("rules")).get(name)
        if not isinstance(entry, list) or len(entry) != 2 or entry[0] != text_hash(expression):
            return False, None
        return True, None if entry[1] is None else Place(entry[1], "barometer_more.rules").rule()

    def of_question(self, question: Question) -> Rule:
        """The rule under which the question is asked: its relevance, else the older conditions."""
        own = self.shown(question.relevance, question.place, question.more)
        if question.relevance.strip() not in ALWAYS or not question.conditions:
            return own
        return self.old_conditions(question)

    def old_conditions(self, question: Question) -> Rule:
        """The conditions table: scenarios are alternatives; in one, every field must hold, with any of its values."""
        scenarios: dict[str, dict[str, list[OldCondition]]] = {}
        for condition in question.conditions:
            fields = scenarios.setdefault(condition.scenario or "1", {})
            fields.setdefault(condition.field, []).append(condition)
        place = f"{question.place}, conditions"
        shown = "; ".join(f"{one.field} {one.method} {one.value}" for one in question.conditions)
        return self.read(shown, place, lambda: joined(Or, [self.scenario(fields) for fields in scenarios.values()]))

    def scenario(self, fields: Mapping[str, list[OldCondition]]) -> Node:
        return joined(And, [self.of_field(conditions) for conditions in fields.values()])

    def of_field(self, conditions: list[OldCondition]) -> Node:
        kind = Or if all(one.method.strip() == "==" for one in conditions) else And
        if kind is Or and len(conditions) > 1:
            tests = " || ".join(self.test(one) for one in conditions)
            return rule_of(tests, self.names)
        return joined(kind, [rule_of(self.test(one), self.names) for one in conditions])

    def test(self, condition: OldCondition) -> str:
        """A row of the table as an expression."""
        method = condition.method.strip() or "=="
        if method not in METHODS:
            raise Untranslatable(f"the comparison {method[:20]} has no counterpart here")
        name = condition.field.strip()
        if name.upper().startswith("{TOKEN:"):
            name = name.strip("{}").upper()
        else:
            match = FIELD.fullmatch(name)
            if match is None and self.names.meaning(name) is None:
                raise Untranslatable(f"{name[:40]} is no field of an answer")
            name = match.group(1) if match else name
        value = condition.value.strip()
        if value.startswith(("@", "{")):
            raise Untranslatable("two answers are compared in the conditions table")
        meaning = self.names.meaning(name)
        if meaning is None and value:  # a field of several choices names the question, and the value the choice
            meaning = self.names.meaning(f"{name}{value}")
        if isinstance(meaning, ChoiceName) and meaning.ticked:
            name, value = self.names.choices[meaning.key][meaning.code], TICKED if value else ""
        if '"' in value or "\\" in value:
            raise Untranslatable("a text with a quotation mark is compared")
        return f'{name} {method} "{value}"'

    def equation(self, question: Question) -> Rule:
        text = next(iter(question.text.values()), "")
        for other in [*question.text.values(), *question.help.values()]:
            if other != text:
                self.lost.append(Loss(question.place, f"the text {other[:100]}", "A named rule has no texts."))
        there, carried = self.carried(text, question.more, "equation")
        if there:
            return carried
        try:
            shown = self.of_question(question)  # where it is not worked out its value is empty, and so the rule false
            rule = equation_of(text, self.names)
            return rule if shown is None else joined(And, [shown, rule])
        except Untranslatable as error:
            why = f"Equations are taken where they state a rule, and here {error}."
            self.lost.append(Loss(question.place, f"the equation {text[:100]}", why[:300]))
            return None

    def notice(self, question: Question, edit: More) -> Rule:
        """The rule of an edit, out of `answered and not rule`, under which its text is shown."""
        there, carried = self.carried(question.relevance, question.more, "edit")
        if there:
            return carried
        broken = self.read(question.relevance, question.place, partial(rule_of, question.relevance, self.names))
        match broken:
            case And(rules=(Answered(keys=keys), Not(rule=rule))) if keys == (edit.get("item"),):
                return rule
        return None if broken is None else Not(broken)

    def validations(self, question: Question, shape: Shape) -> Iterator[tuple[str, Node, str]]:
        """Each check: the item it belongs to (empty for the first), the rule, the attribute of its text."""
        text = question.attribute("em_validation_q")
        if text:
            there, rule = self.carried(text, question.more, "edit")
            if not there:
                itself = re.sub(r"\bself\b", question.code, text)
                rule = self.read(text, question.place, partial(rule_of, itself, self.names))
            if rule is not None:
                yield "", rule, "em_validation_q_tip"
            else:
                self.lose_tip(question, "em_validation_q_tip")
        else:
            self.lose_tip(question, "em_validation_q_tip")
        yield from self.of_rows(question)
        least = question.attribute("min_answers").strip().removeprefix("0")  # none is no limit
        if least.isascii() and least.isdigit() and len(least) < 5 and shape.items[0].item["type"] in ("multi", "rank"):
            yield "", Comparison(">=", Count((shape.items[0].key,)), Literal(int(least))), "min_answers_tip"
        elif least:
            why = "It is no whole number on several choices: write an edit."
            self.lost.append(Loss(question.place, f"min_answers {least[:60]}", why))

    def lose_tip(self, question: Question, name: str) -> None:
        for text in question.attributes.get(name, {}).values():
            why = "The check that it explains was not taken."
            self.lost.append(Loss(question.place, f"{name} {text[:200]}", why))

    def of_rows(self, question: Question) -> Iterator[tuple[str, Node, str]]:
        text = question.attribute("em_validation_sq")
        found = 0
        for row in question.rows() if text else ():
            name = f"{question.code}_{row.code}"
            place = f"{question.place}, row {row.code}"
            meaning = self.names.meaning(name)
            if isinstance(meaning, AnswerName):
                itself = re.sub(r"\bthis\b", name, text)
                rule = self.read(text, place, partial(rule_of, itself, self.names))
                if rule is not None:
                    found += 1
                    yield meaning.key, rule, "em_validation_sq_tip"
            else:
                self.lost.append(
                    Loss(place, f"the rule {text[:100]}", "The row is no answer of its own: write an edit.")
                )
        if not found and is_checked_by_row(question):
            self.lose_tip(question, "em_validation_sq_tip")


def is_checked_by_row(question: Question) -> bool:
    """Elsewhere the attribute is named as one that nothing here does."""
    return question.type in "FHABCEKQ1" and not question.shares_a_hundred
