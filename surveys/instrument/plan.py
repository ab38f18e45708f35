"""What is worked out once for an instrument, so that a path and a check cost microseconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from surveys.instrument.rule_engine import Predicate, predicate, resolved
from surveys.instrument.rule_nodes import Node
from surveys.instrument.schema import Edit, Instrument, Page, Specified


@dataclass(frozen=True)
class PageOnPath:
    page: Page
    items: tuple[str, ...]  # those of the page that are asked, in order


@dataclass(frozen=True)
class PlannedPage:
    whole: PageOnPath  # the page with all its items
    shown: Predicate | None
    asked: tuple[Predicate | None, ...] | None  # None: every item of the page is always asked


@dataclass(frozen=True)
class Plan:
    pages: tuple[PlannedPage, ...]
    edits: tuple[tuple[Edit, Predicate], ...]
    specified: Mapping[str, Specified]  # texts that go with an option: they count only where it is chosen
    offers: Mapping[str, tuple[tuple[str, Predicate], ...]]  # item -> its options that only some are offered
    partial: Predicate | None


@lru_cache(maxsize=64)
def plan_of(instrument: Instrument) -> Plan:
    """The plan of an instrument, kept. Raises as `prepared`."""
    return prepared(instrument)


def prepared(instrument: Instrument) -> Plan:
    """Pages and edits with their rules made ready.

    Raises:
        RuleError: a rule uses a condition that the instrument does not state before it.
    """
    conditions = resolved(instrument.conditions)
    return Plan(
        pages=tuple(planned(page, conditions) for page in instrument.pages),
        edits=tuple((edit, predicate(edit.rule, conditions)) for edit in instrument.edits),
        specified={item.key: item.specifies for item in instrument.items.values() if item.specifies is not None},
        offers={
            item.key: tuple(
                (option.code, predicate(option.show_if, conditions))
                for option in item.options
                if option.show_if is not None
            )
            for item in instrument.items.values()
            if any(option.show_if is not None for option in item.options)
        },
        partial=None if instrument.partial is None else predicate(instrument.partial, conditions),
    )


def planned(page: Page, conditions: Mapping[str, Predicate]) -> PlannedPage:
    def ready(rule: Node | None) -> Predicate | None:
        return None if rule is None else predicate(rule, conditions)

    asked = tuple(ready(ask.show_if) for ask in page.asks)
    return PlannedPage(
        whole=PageOnPath(page, tuple(ask.item for ask in page.asks)),
        shown=ready(page.show_if),
        asked=None if all(rule is None for rule in asked) else asked,
    )
