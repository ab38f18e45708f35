"""Definitions held against a questionnaire: unknown items and codes, labels, and whether an item is still the same."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import combinations

from analytics.core.definitions import DefinitionError, Definitions, Index, Indicator, Measure
from surveys.instrument.rule_nodes import (
    Background,
    Comparison,
    Condition,
    ItemAnswer,
    Literal,
    Node,
    Values,
    item_references,
    references,
    walk,
)
from surveys.instrument.schema import Instrument, Item, ItemType


@dataclass(frozen=True)
class Selection:
    """The definitions of a run, and those left out of it: key -> the items and conditions that are not there."""

    definitions: Definitions
    left_out: Mapping[str, tuple[str, ...]]


def for_questionnaire(definitions: Definitions, instrument: Instrument, *, ask_for: Collection[str] = ()) -> Selection:
    """The indicators that belong to the questionnaire, and the indices over them that are enabled or asked for.

    An optional definition that lacks an item or condition is left out by name, and so is an index over one that was
    left out. A questionnaire that no definition names takes every one whose items it has. Raises DefinitionError for a
    mandatory definition that lacks something, for an unknown code, and when nothing is left.
    """
    unknown = sorted(set(ask_for) - set(definitions.indices))
    if unknown:
        known = ", ".join(definitions.indices)
        raise DefinitionError(f"indices: expected some of {known}, got {unknown[0]!r}. Correct the key.")
    named = any(entry.instrument == instrument.key for entry in definitions.entries)
    mine = [
        entry
        for entry in definitions.entries
        if (entry.instrument == instrument.key or not named)
        and (isinstance(entry, Indicator) or entry.enabled or entry.key in ask_for)
    ]
    left_out: dict[str, tuple[str, ...]] = {}
    for entry in mine:
        names = lacking(entry, instrument)
        rests_on = entry.indicators if isinstance(entry, Index) else frozenset[str]()
        if names and (entry.optional or not named or rests_on & set(left_out)):
            left_out[entry.key] = names
    kept = {entry.key for entry in mine} - set(left_out)
    if not kept & set(definitions.indicators):
        raise DefinitionError(
            f"{instrument.key}: no indicator is defined for this questionnaire. Define one, or use its items."
        )
    selection = Selection(_only(definitions, kept), left_out)
    check_against(selection.definitions, instrument)
    return selection


def check_against(definitions: Definitions, instrument: Instrument) -> None:
    """Raise DefinitionError naming the first item, code or condition that the questionnaire does not have."""
    for entry in definitions.entries:
        _check_entry(entry, instrument)


def usable_with(definitions: Definitions, instrument: Instrument) -> Definitions:
    """The definitions that an earlier questionnaire can carry: an indicator it lacks an item for is left out."""
    kept = {key for key, indicator in definitions.indicators.items() if _carries(indicator, instrument)}
    kept |= {
        key for key, index in definitions.indices.items() if index.indicators <= kept and _carries(index, instrument)
    }
    return _only(definitions, kept)


def lacking(entry: Indicator | Index, instrument: Instrument) -> tuple[str, ...]:
    """The items, conditions and variables of its rules that the questionnaire does not have."""
    there = {*instrument.items, *instrument.conditions, *(f"bg.{name}" for name in instrument.background)}
    names = {
        name.removeprefix("condition:") for one in entry.measures for rule in one.rules for name in references(rule)
    }
    return tuple(sorted(names - there))


def _only(definitions: Definitions, kept: Collection[str]) -> Definitions:
    return replace(
        definitions,
        indicators={key: one for key, one in definitions.indicators.items() if key in kept},
        indices={key: one for key, one in definitions.indices.items() if key in kept},
    )


def _carries(entry: Indicator | Index, instrument: Instrument) -> bool:
    try:
        _check_entry(entry, instrument)
    except DefinitionError:
        return False
    return True


def _check_entry(entry: Indicator | Index, instrument: Instrument) -> None:
    for measure in entry.measures:
        estimand = measure.estimand if isinstance(measure, Measure) else ""
        place = ".".join(part for part in (entry.key, measure.category, estimand) if part)
        for rule in measure.rules:
            _check_rule(place, rule, instrument)
    batteries = {item.battery for item in instrument.items.values()}
    if entry.question and entry.question not in instrument.items and entry.question not in batteries:
        raise DefinitionError(f"{entry.key}.question: {entry.question!r} is neither an item nor a battery.")
    if isinstance(entry, Index):
        check_disjoint(entry.key, entry, instrument.conditions)


def check_disjoint(place: str, index: Index, conditions: Mapping[str, Node]) -> None:
    """Raise DefinitionError for an item that counts in two pillars of an index that wants them disjoint.

    Items that only say who is in the base do not count. Conditions are followed as far as they are given.
    """
    if not index.disjoint:
        return
    counted = {
        pillar.key: items_behind([rule for one in pillar.components for rule in one.of.counts], conditions)
        for pillar in index.pillars
    }
    for one, other in combinations(counted, 2):
        shared = sorted(counted[one] & counted[other])
        if shared:
            raise DefinitionError(
                f"{place}.pillars: the item {shared[0]!r} counts in {one!r} and in {other!r}. "
                "With disjoint_items an item counts in one pillar only."
            )


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


def items_of(entry: Indicator | Index, conditions: Mapping[str, Node]) -> frozenset[str]:
    """Every item the indicator or index rests on, through the named conditions too. KeyError for one not there."""
    rules = [rule for measure in entry.measures for rule in measure.rules]
    missing = {node.name for rule in rules for node in walk(rule) if isinstance(node, Condition)} - set(conditions)
    if missing:
        raise KeyError(min(missing))
    return items_behind(rules, conditions)


def items_behind(rules: Iterable[Node], conditions: Mapping[str, Node]) -> frozenset[str]:
    """The items in the rules and in the conditions that they name, as far as those are given."""
    keys: set[str] = set()
    waiting = list(rules)
    followed: set[str] = set()
    while waiting:
        rule = waiting.pop()
        keys |= item_references(rule)
        names = {node.name for node in walk(rule) if isinstance(node, Condition)} - followed
        followed |= names
        waiting.extend(conditions[name] for name in names if name in conditions)
    return frozenset(keys)


def same_items(
    indicator: Indicator | Index, one: Instrument, other: Instrument, *, declared: Collection[str] = frozenset()
) -> bool:
    """Whether the items behind the indicator are the same in both questionnaires, so that figures are comparable.

    It covers what is asked of whom and how it is coded, not the wording and its translations. Of items `declared` to
    follow from their former version only the name has to be in both: how they differ was weighed by a person.
    """
    try:
        return one is other or _content(indicator, one, declared) == _content(indicator, other, declared)
    except KeyError:
        return False  # an item or a condition that one of them does not have


def _content(indicator: Indicator | Index, instrument: Instrument, declared: Collection[str]) -> str:
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
