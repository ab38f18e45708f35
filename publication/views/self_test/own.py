"""What one's own answers come to in each indicator: the definitions of the figures, asked of one workplace."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache

from analytics.core.definition_documents import from_document, load_library
from analytics.core.definitions import NO_OPINION, Definitions, Indicator, Measure
from publication.views.self_test.selection import Answers, selection
from surveys.instrument.rule_engine import resolved
from surveys.instrument.rules import Node, Predicate, predicate


class Own(StrEnum):
    """What a workplace is in the terms of an indicator and category."""

    YES = "share"
    DRIVER = "driver"
    BARRIER = "barrier"
    NO_OPINION = NO_OPINION
    NO = "no"
    NOT_ASKED = "not_asked"
    NOT_ANSWERED = "not_answered"


COUNTED = (Own.YES, Own.DRIVER, Own.BARRIER, Own.NO_OPINION)


@cache
def definitions() -> Definitions:
    """The shipped definitions; read once a process."""
    return from_document(load_library())


@cache
def compared() -> tuple[Indicator, ...]:
    """The indicators with a table whose question the self-test puts."""
    items = [selection().items[ask.item] for page in selection().pages for ask in page.asks]
    questions = {item.key for item in items} | {item.battery for item in items}
    return tuple(one for one in definitions().indicators.values() if one.published and one.question in questions)


def own(indicator: Indicator, category: str, answers: Answers, background: Answers) -> Own:
    """Where the answers on the path put this workplace."""
    measures = _measures(indicator, category)

    def holds(rule: Node | None) -> bool:
        return rule is None or _predicate(rule)(answers, background)

    first = next(iter(measures.values()))
    if not holds(first.asked):
        return Own.NOT_ASKED
    if not holds(first.base):
        return Own.NOT_ANSWERED
    return next((name for name in COUNTED if name in measures and holds(measures[name].plus)), Own.NO)


@cache
def _predicate(rule: Node) -> Predicate:
    return predicate(rule, resolved(selection().conditions))


def _measures(indicator: Indicator, category: str) -> Mapping[str, Measure]:
    """By estimand: those of the category, and for the whole where the category has none of its own."""
    whole = {measure.estimand: measure for measure in indicator.measures if not measure.category}
    mine = {measure.estimand: measure for measure in indicator.measures if measure.category == category}
    return mine | {name: measure for name, measure in whole.items() if name not in mine}
