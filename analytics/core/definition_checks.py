"""Definitions held against a questionnaire: unknown items and codes, labels, and whether an item is still the same."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, replace

from analytics.core.definitions import DefinitionError, Definitions, Index, Indicator
from surveys.instrument.rule_nodes import (
    Background,
    Comparison,
    Condition,
    ItemAnswer,
    Literal,
    Node,
    Values,
    item_references,
    walk,
)
from surveys.instrument.schema import Instrument, Item, ItemType


def check_against(definitions: Definitions, instrument: Instrument) -> None:
    """Raise DefinitionError naming the first item, code or condition that the questionnaire does not have."""
    for measure in definitions.measures:
        place = ".".join(part for part in (measure.indicator, measure.category, measure.estimand) if part)
        for rule in measure.rules:
            _check_rule(place, rule, instrument)
    batteries = {item.battery for item in instrument.items.values()}
    entries: list[Indicator | Index] = [*definitions.indicators.values(), *definitions.indices.values()]
    for entry in entries:
        if entry.question not in instrument.items and entry.question not in batteries:
            raise DefinitionError(f"{entry.key}.question: {entry.question!r} is neither an item nor a battery.")


def usable_with(definitions: Definitions, instrument: Instrument) -> Definitions:
    """The definitions that an earlier questionnaire can carry: an indicator it lacks an item for is left out."""
    indicators = {
        key: indicator
        for key, indicator in definitions.indicators.items()
        if _carries(replace(definitions, indicators={key: indicator}, indices={}), instrument)
    }
    indices = {key: index for key, index in definitions.indices.items() if index.of in indicators}
    return replace(definitions, indicators=indicators, indices=indices)


def _carries(definitions: Definitions, instrument: Instrument) -> bool:
    try:
        check_against(definitions, instrument)
    except DefinitionError:
        return False
    return True


def _check_rule(place: str, rule: Node, instrument: Instrument) -> None:
    for key in sorted(item_references(rule)):
        if key not in instrument.items:
            raise DefinitionError(
                f"{place}: unknown item {key!r} in {instrument.key} {instrument.version}. "
                "Correct the definition, or use the questionnaire that it was written for."
            )
    for node in walk(rule):
        if isinstance(node, Condition) and node.name not in instrument.conditions:
            raise DefinitionError(f"{place}: unknown condition {node.name!r} in {instrument.key} {instrument.version}.")
        if isinstance(node, Background) and node.name not in instrument.background:
            raise DefinitionError(f"{place}: unknown variable bg.{node.name} in {instrument.key} {instrument.version}.")
        if isinstance(node, Comparison):
            _check_codes(place, node, instrument.items)


def _check_codes(place: str, node: Comparison, items: Mapping[str, Item]) -> None:
    """A code compared with an item must be one of its options: a slip would else count nobody, silently."""
    for operand, other in ((node.left, node.right), (node.right, node.left)):
        if not isinstance(operand, ItemAnswer):
            continue
        item = items[operand.key]
        if item.type not in (ItemType.SINGLE, ItemType.MULTI):
            continue
        for code in _literals(other):
            if code not in item.codes:
                known = ", ".join(sorted(item.codes))
                raise DefinitionError(f"{place}: unknown code {code!r} of the item {item.key}. Use one of {known}.")


def _literals(node: Node) -> Iterator[object]:
    if isinstance(node, Literal):
        yield node.value
    elif isinstance(node, Values):
        yield from node.values


def items_of(indicator: Indicator, conditions: Mapping[str, Node]) -> frozenset[str]:
    """Every item the indicator rests on, through the named conditions too."""
    keys: set[str] = set()
    waiting = [rule for measure in indicator.measures for rule in measure.rules]
    followed: set[str] = set()
    while waiting:
        rule = waiting.pop()
        keys |= item_references(rule)
        names = {node.name for node in walk(rule) if isinstance(node, Condition)} - followed
        followed |= names
        waiting.extend(conditions[name] for name in names)
    return frozenset(keys)


def same_items(
    indicator: Indicator, one: Instrument, other: Instrument, *, declared: Collection[str] = frozenset()
) -> bool:
    """Whether the items behind the indicator are the same in both questionnaires, so that figures are comparable.

    It covers what is asked of whom and how it is coded, not the wording and its translations. Of items `declared` to
    follow from their former version only the name has to be in both: how they differ was weighed by a person.
    """
    try:
        return one is other or _content(indicator, one, declared) == _content(indicator, other, declared)
    except KeyError:
        return False  # an item or a condition that one of them does not have


def _content(indicator: Indicator, instrument: Instrument, declared: Collection[str]) -> str:
    content = []
    for key in sorted(items_of(indicator, instrument.conditions)):
        item = instrument.items[key]
        options = [asdict(option) for option in item.options]
        coded = [item.type, options, item.max_choices, item.minimum, item.maximum]
        content.append([item.key] if key in declared else [item.key, *coded])
    return hashlib.sha256(json.dumps(content, sort_keys=True, allow_nan=False).encode()).hexdigest()


def labels(
    entry: Indicator | Index, categories: tuple[str, ...], instrument: Instrument, language: str
) -> dict[str, str]:
    """Category -> label: the definition's own, else the questionnaire's rows or options.

    Raises DefinitionError for a category that nobody has named in the language.
    """
    own = entry.texts[language].categories
    texts = instrument.texts[language]
    found: dict[str, str] = {}
    for category in categories:
        row = texts.items.get(f"{entry.question}.{category}")
        options = texts.items[entry.question].options if entry.question in texts.items else {}
        label = own.get(category) or (row.question if row else options.get(category, ""))
        if category and not label:
            raise DefinitionError(f"{entry.key}.{category}: no label in {language}. Give the definition its own.")
        found[category] = label
    return found
