"""Options that only some are offered: with us a rule of the option, in a form a filter over columns of the choices."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from surveys.instrument.rule_nodes import Node, condition_references, item_references
from surveys.instrument.schema import Option
from surveys.instrument.xlsform.choices import Choice
from surveys.instrument.xlsform.columns import shortened
from surveys.instrument.xlsform.kinds import EVERYBODY, FILTER_COLUMN
from surveys.instrument.xlsform.naming import Named
from surveys.instrument.xlsform.rules_in import Rule, as_stored
from surveys.instrument.xlsform.rules_out import AND, Called, rule_text
from surveys.instrument.xlsform.rules_read import RuleReader
from surveys.instrument.xlsform.subjects import Names
from surveys.instrument.xlsform.wording import squeezed
from surveys.instrument.xlsform.xpath import Expression, NotTaken, read_expression

NAME = re.compile(r"(?<![\w${{.-])[A-Za-z_][\w.-]*")
MAX_FILTERED = 2_000_000  # choices times characters of the filter
BY_FRAME = "Ours offers an option by what the frame says, not by answers: all options are offered now."


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


def offered(named: Named, columns: frozenset[str], rules: RuleReader) -> tuple[Option, ...]:
    """The options of an item with the rules that the filter of its row sets; `columns`: those of the choices."""
    row = named.question.row
    choices = () if named.choices is None else named.choices.choices
    options = tuple(choice.option for choice in choices)
    cell = row["choice_filter"]
    own = [rules.own(choice.row, "show_if") for choice in choices]
    if named.question.kind == "percent" or squeezed(filter_of(own, rules.called)[0]) == squeezed(cell):
        return tuple(replace(option, show_if=rule) for option, rule in zip(options, own, strict=True))
    if not cell:
        return options
    if len(choices) * len(cell) > MAX_FILTERED:
        rules.notes.lose(
            row.at("choice_filter"), repr(shortened(cell)), f"It is too long for so many choices. {BY_FRAME}"
        )
        return options
    try:
        tree = read_expression(cell)
        found = [offer(tree, choice, columns, rules) for choice in choices]
    except NotTaken as error:
        rules.notes.lose(row.at("choice_filter"), f"{error.what} in {shortened(cell)!r}", f"{error.why} {BY_FRAME}")
        return options
    if any(reads_answers(rule) for rule in found):
        rules.notes.lose(row.at("choice_filter"), repr(shortened(cell)), BY_FRAME)
        return options
    never = [option.code for option, rule in zip(options, found, strict=True) if rule is False]
    if never:
        why = "The filter never lets them through."
        rules.notes.lose(row.at("choice_filter"), f"the choices {', '.join(never)}", why)
    return tuple(
        replace(option, show_if=None if isinstance(rule, bool) else rule)
        for option, rule in zip(options, found, strict=True)
        if rule is not False
    )


def offer(tree: Expression, choice: Choice, columns: frozenset[str], rules: RuleReader) -> Rule:
    """When the filter lets this choice through."""
    cells = {name: choice.row[name] for name in columns}
    return as_stored(tree, Names(rules.subjects, columns=cells))


def reads_answers(rule: Rule) -> bool:
    return not isinstance(rule, bool) and bool(item_references(rule) or condition_references(rule))


def columns_filtered_by(cells: Iterable[str]) -> frozenset[str]:
    """The columns of the choices that these filters name."""
    return frozenset(name.lower() for cell in cells for name in NAME.findall(cell))
