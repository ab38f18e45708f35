"""Which answers and backgrounds the rules of a questionnaire tell apart, for a bot that tries one of each kind."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product

from surveys.instrument.check import problems_of
from surveys.instrument.rule_nodes import (
    Answered,
    Background,
    Comparison,
    ItemAnswer,
    Literal,
    Node,
    Scalar,
    TodayIsAfter,
    Values,
    background_references,
    item_references,
    walk,
    wave_references,
)
from surveys.instrument.schema import Item, ItemType, Level

ANOTHER = "another"


def clauses_of(rules: Sequence[Node]) -> list[Node]:
    """The parts that are true or false and have no such part, each once."""
    parts = (part for rule in rules for part in walk(rule))
    return list(dict.fromkeys(part for part in parts if isinstance(part, Comparison | Answered | TodayIsAfter)))


def backgrounds_told_apart(rules: Sequence[Node]) -> Iterator[Mapping[str, object]]:
    """Every combination, over the variables that the rules read, of the values named, another one and none."""
    clauses = clauses_of(rules)
    names = sorted({name for clause in clauses for name in background_references(clause)})
    for values in product(*([*values_named(clauses, name), ANOTHER, None] for name in names)):
        yield {name: value for name, value in zip(names, values, strict=True) if value is not None}


def values_named(clauses: Sequence[Node], name: str) -> list[Scalar]:
    """The values that a variable of the background is compared with."""
    found: dict[Scalar, None] = {}
    for clause in clauses:
        if name in background_references(clause):
            if not isinstance(clause, Comparison) or clause.operator not in ("==", "!=", "in"):
                raise unknown(f"bg.{name}", clause)
            if Background(name) not in (clause.left, clause.right) or not written(clause):
                raise unknown(f"bg.{name}", clause)
            found |= dict.fromkeys(written(clause))
    return list(found)


def answers_told_apart(item: Item, rules: Sequence[Node]) -> Iterator[object]:
    """Answers of each kind that the rules tell apart, and none where the page can be left without one.

    Options that only some are offered are not among them.

    Raises:
        NotImplementedError: a rule may tell apart what is not tried here.
    """
    codes = [option.code for option in item.options if option.show_if is None]
    clauses = [clause for clause in clauses_of(rules) if item.key in item_references(clause)]
    for clause in clauses:
        if not is_understood(clause, item, codes):
            raise unknown(item.key, clause)
    tried = codes if item.type is ItemType.SINGLE else choices_told_apart(codes, clauses)
    for answer in (None, *tried):
        if not any(problem.level is Level.HARD for problem in problems_of(item, answer)):
            yield answer


def is_understood(clause: Node, item: Item, codes: Sequence[str]) -> bool:
    """Whether the clause compares one code, or looks for one of some among several choices; or asks for any answer."""
    if item.type not in (ItemType.SINGLE, ItemType.MULTI):
        return False
    if isinstance(clause, Answered):
        return True
    if not isinstance(clause, Comparison) or background_references(clause) or wave_references(clause):
        return False
    if ItemAnswer(item.key) not in (clause.left, clause.right) or not set(written(clause)) <= set(codes):
        return False
    looks = clause.operator == "any in" or (clause.operator == "in" and isinstance(clause.left, Literal))
    return bool(written(clause)) and (looks or item.type is ItemType.SINGLE)


def choices_told_apart(codes: Sequence[str], clauses: Sequence[Node]) -> Iterator[list[str]]:
    """Each code alone, and every combination of codes that stand in different clauses."""
    together: dict[frozenset[Node], str] = {}
    for code in codes:
        naming = frozenset(part for part in clauses if isinstance(part, Comparison) and code in written(part))
        together.setdefault(naming, code)
    yield from ([code] for code in codes)
    for size in range(2, len(together) + 1):
        yield from (list(some) for some in combinations(together.values(), size))


def written(clause: Comparison) -> tuple[Scalar, ...]:
    """The values that stand in a comparison."""
    found: list[Scalar] = []
    for side in (clause.left, clause.right):
        if isinstance(side, Literal):
            found.append(side.value)
        elif isinstance(side, Values):
            found.extend(side.values)
    return tuple(found)


def unknown(place: str, clause: Node) -> NotImplementedError:
    return NotImplementedError(f"{place}: the bot does not know which answers differ under {clause}; teach it here.")
