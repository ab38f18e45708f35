"""The probing questions of a questionnaire: what is asked in a pilot wave and never outside one."""

from collections.abc import Iterator

from surveys.instrument.rule_engine import evaluate
from surveys.instrument.rule_nodes import And, Node, references
from surveys.instrument.schema import Instrument, Item, ItemType

PILOT = "pilot"  # the background variable: yes or no


def probes(instrument: Instrument) -> tuple[Item, ...]:
    """In the order asked. A question that one page asks in a pilot and another page of everybody is no probe."""
    alone: dict[str, bool] = {}
    for page in instrument.pages:
        for ask in page.asks:
            alone[ask.item] = in_a_pilot_alone(page.show_if, ask.show_if) and alone.get(ask.item, True)
    items = (instrument.items[key] for key, in_pilot in alone.items() if in_pilot)
    return tuple(item for item in items if item.type is not ItemType.INFO)


def in_a_pilot_alone(*rules: Node | None) -> bool:
    """Whether one of what must hold, all of it together, is that the wave is a pilot."""
    return any(_says_pilot(part) for rule in rules if rule is not None for part in _parts(rule))


def _parts(rule: Node) -> Iterator[Node]:
    """What must hold for the rule to hold."""
    if isinstance(rule, And):
        for part in rule.rules:
            yield from _parts(part)
    else:
        yield rule


def _says_pilot(rule: Node) -> bool:
    if references(rule) != {f"bg.{PILOT}"}:
        return False
    return evaluate(rule, {}, {PILOT: "yes"}, {}) and not evaluate(rule, {}, {PILOT: "no"}, {})
