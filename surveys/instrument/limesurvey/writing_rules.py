"""Our rules as cells of the file, with the tree carried beside where the cell alone does not lead back to it."""

from collections.abc import Callable

from surveys.instrument.exchange import Loss
from surveys.instrument.limesurvey.expression_grammar import Untranslatable
from surveys.instrument.limesurvey.expression_text import written
from surveys.instrument.limesurvey.names_and_codes import Names
from surveys.instrument.limesurvey.reading_expressions import equation_of, rule_of
from surveys.instrument.rule_nodes import And, Answered, Node, Not
from surveys.instrument.rule_tree import to_tree
from surveys.instrument.texts import text_hash

ALWAYS = "1"


class RuleWriter:
    """Writes rules; those that LimeSurvey cannot follow are noted in `lost`."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.lost: list[Loss] = []

    def relevance(
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

    def validation(self, rule: Node, place: str, more: dict[str, object]) -> str:
        cell = self.cell(rule, place)
        if self.back(cell, lambda: rule_of(cell, self.names)) != rule:
            self.carry(more, "edit", cell, rule)
        return cell

    def cell(self, rule: Node, place: str) -> str:
        try:
            return written(rule, self.names)
        except Untranslatable as error:
            why = f"{str(error)[:200]}: LimeSurvey takes it as always true; the rule travels in barometer_more."
            self.lost.append(Loss(place, "a rule", f"{why[:1].upper()}{why[1:]}"))
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
