"""What the linter says: a named rule, where, what is wrong and what to do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from surveys.instrument.rule_nodes import Node, condition_references, item_references
from surveys.instrument.schema import Instrument


@dataclass(frozen=True)
class Finding:
    rule: str
    location: str
    message: str
    suggestion: str

    def __str__(self) -> str:
        return f"{self.location}: {self.message} {self.suggestion} [{self.rule}]"


@dataclass(frozen=True)
class Site:
    """A place where a rule stands. It may read the items asked before page number `before`."""

    location: str
    node: Node
    before: int


def sites(instrument: Instrument) -> Iterator[Site]:
    """Every rule of pages, asks and edits; conditions are read where they are used."""
    for place, page in enumerate(instrument.pages):
        if page.show_if is not None:
            yield Site(f"pages.{page.id}.show_if", page.show_if, place)
        for ask in page.asks:
            if ask.show_if is not None:
                yield Site(f"pages.{page.id}.{ask.item}.show_if", ask.show_if, place)
    asked_on = instrument.item_pages
    for edit in instrument.edits:
        yield Site(f"edits.{edit.id}", edit.rule, asked_on.get(edit.item, len(instrument.pages)) + 1)


def all_rules(instrument: Instrument) -> Iterator[tuple[str, Node]]:
    """Every rule once, conditions included, with its location."""
    for name, node in instrument.conditions.items():
        yield f"conditions.{name}", node
    for site in sites(instrument):
        yield site.location, site.node


def items_read(node: Node | None, conditions: Mapping[str, Node]) -> frozenset[str]:
    """The items a rule reads, through its conditions too. A condition that does not exist reads nothing."""
    items: set[str] = set()
    done: set[str] = set()
    waiting = [] if node is None else [node]
    while waiting:
        rule = waiting.pop()
        items |= item_references(rule)
        for name in condition_references(rule) - done:
            done.add(name)
            if name in conditions:
                waiting.append(conditions[name])
    return frozenset(items)
