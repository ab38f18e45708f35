"""What one workplace's answers come to in an indicator: the definitions of the figures, asked of a single one."""

from collections.abc import Mapping
from enum import StrEnum

from analytics.core.definitions import NO_OPINION, Indicator, Measure
from surveys.instrument.rule_engine import Predicate, predicate, resolved
from surveys.instrument.rules import Node

Answers = Mapping[str, object]


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
OUTSIDE_THE_BASE = (Own.NOT_ASKED, Own.NOT_ANSWERED)


class OwnAnswers:
    """Reads answers by the named conditions of one questionnaire; each rule is prepared once."""

    def __init__(self, conditions: Mapping[str, Node]) -> None:
        self._conditions = resolved(conditions)
        self._prepared: dict[tuple[str, str], tuple[tuple[Own, Predicate], ...]] = {}

    def own(self, indicator: Indicator, category: str, answers: Answers, background: Answers) -> Own:
        """Where the answers on the path put this workplace."""
        key = (indicator.key, category)
        if key not in self._prepared:
            self._prepared[key] = tuple(self._rules(measures_of(indicator, category)))
        return next((own for own, applies in self._prepared[key] if applies(answers, background)), Own.NO)

    def _rules(self, measures: Mapping[str, Measure]) -> list[tuple[Own, Predicate]]:
        """In the order in which they decide: not asked, not answered, then what counts."""
        first = next(iter(measures.values()))
        found: list[tuple[Own, Predicate]] = []
        if first.asked is not None:
            found.append((Own.NOT_ASKED, _negated(self._prepare(first.asked))))
        found.append((Own.NOT_ANSWERED, _negated(self._prepare(first.base))))
        return found + [(own, self._prepare(measures[own].plus)) for own in COUNTED if own in measures]

    def _prepare(self, rule: Node) -> Predicate:
        return predicate(rule, self._conditions)


def _negated(holds: Predicate) -> Predicate:
    return lambda answers, background: not holds(answers, background)


def measures_of(indicator: Indicator, category: str) -> Mapping[str, Measure]:
    """By estimand: those of the category, and for the whole where the category has none of its own."""
    whole = {measure.estimand: measure for measure in indicator.measures if not measure.category}
    mine = {measure.estimand: measure for measure in indicator.measures if measure.category == category}
    return mine | {name: measure for name, measure in whole.items() if name not in mine}
