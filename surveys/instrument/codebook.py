"""The description of the answers: one entry an item, as a researcher needs it beside a data file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from surveys.instrument.rule_nodes import And, Condition, Node, Not, Or, joined
from surveys.instrument.rule_text import to_text
from surveys.instrument.schema import DisclosureClass, Instrument, Item, ItemType


@dataclass(frozen=True)
class CodebookValue:
    code: str
    label: str
    missing: bool


@dataclass(frozen=True)
class CodebookEntry:
    """`columns` are those of a dataset: the item, and for several choices one more for each option."""

    key: str
    type: ItemType
    question: str
    help: str
    values: tuple[CodebookValue, ...]
    columns: tuple[str, ...]
    disclosure: DisclosureClass
    page: str
    asked_when: str  # the rule as text, its conditions spelt out; empty when everybody is asked
    minimum: int | None
    maximum: int | None
    max_choices: int | None
    source: str
    since: str
    evidence: str


def codebook(instrument: Instrument, language: str) -> list[CodebookEntry]:
    """The items in the order asked.

    Raises:
        KeyError: the instrument has no texts in the language.
    """
    return [entry(instrument, language, *use) for use in uses(instrument)]


def uses(instrument: Instrument) -> Iterator[tuple[Item, str, str]]:
    """Each item with its page and the rule under which it is asked."""
    for page in instrument.pages:
        for ask in page.asks:
            shown = (rule for rule in (page.show_if, ask.show_if) if rule is not None)
            rules = [spelt_out(rule, instrument.conditions) for rule in shown]
            yield instrument.items[ask.item], page.id, to_text(joined(And, rules)) if rules else ""


def spelt_out(rule: Node, conditions: Mapping[str, Node]) -> Node:
    """The rule with every condition replaced by what it says."""
    match rule:
        case Condition(name=name):
            return spelt_out(conditions[name], conditions)
        case Not(rule=inner):
            return Not(spelt_out(inner, conditions))
        case And(rules=rules) | Or(rules=rules):
            return joined(type(rule), [spelt_out(part, conditions) for part in rules])
    return rule


def entry(instrument: Instrument, language: str, item: Item, page: str, asked_when: str) -> CodebookEntry:
    texts = instrument.texts[language]
    values = tuple(
        CodebookValue(option.code, texts.label(item, option.code), option.missing) for option in item.options
    )
    choices = (f"{item.key}.{option.code}" for option in item.options) if item.type is ItemType.MULTI else ()
    return CodebookEntry(
        key=item.key,
        type=item.type,
        question=texts.full_question(item),
        help=texts.items[item.key].help if item.key in texts.items else "",
        values=values,
        columns=(item.key, *choices),
        disclosure=item.disclosure,
        page=page,
        asked_when=asked_when,
        minimum=item.minimum,
        maximum=item.maximum,
        max_choices=item.max_choices,
        source=item.source,
        since=item.since,
        evidence=item.evidence,
    )
