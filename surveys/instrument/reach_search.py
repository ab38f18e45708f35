"""The search behind `reach`: choose answers one at a time, and read rules in three values after each.

A rule is true, false, or open until a certain variable is chosen.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from surveys.instrument.reach_values import Choices
from surveys.instrument.routing import is_unanswered
from surveys.instrument.rule_engine import Predicate, predicate
from surveys.instrument.rule_nodes import (
    And,
    Answered,
    Condition,
    Node,
    Not,
    Or,
    background_references,
    item_references,
    wave_references,
)

DEEPEST = 50


class Variable(NamedTuple):
    """What a rule reads: an item, or a variable of the frame or the wave."""

    kind: str  # item or bg
    name: str


State = bool | Variable  # decided, or open until this is chosen


class CutOff(Exception):
    """The bounds of the search are reached."""


@dataclass(frozen=True, eq=False)
class Test:
    """A comparison or the like: decided as a whole, by the engine itself."""

    variables: tuple[Variable, ...]
    holds: Predicate


@dataclass(frozen=True, eq=False)
class All:
    parts: tuple["Read", ...]


@dataclass(frozen=True, eq=False)
class Opposite:
    part: "Read"


Read = Test | All | Opposite  # a rule made ready to be read in three values


def ready(node: Node, conditions: Mapping[str, Read], predicates: Mapping[str, Predicate]) -> Read:
    """The rule made ready; `or` is the opposite of all opposites. Conditions are given ready, in both forms."""
    match node:
        case And(rules=rules):
            return All(tuple(ready(rule, conditions, predicates) for rule in rules))
        case Or(rules=rules):
            return Opposite(All(tuple(Opposite(ready(rule, conditions, predicates)) for rule in rules)))
        case Not(rule=rule):
            return Opposite(ready(rule, conditions, predicates))
        case Condition(name=name):
            return conditions[name]
        case Answered(keys=keys) if len(keys) > 1:
            return All(tuple(ready(Answered((key,)), conditions, predicates) for key in keys))
    items = [Variable("item", key) for key in sorted(item_references(node))]
    background = sorted(background_references(node) | wave_references(node))
    return Test((*items, *(Variable("bg", name) for name in background)), predicate(node, predicates))


class Search:
    """One target: choices made so far, and the state of the rules under them.

    `needed` are the items that may be asked before the target and matter to it, `asked` the rule under which each is
    asked, `offered` the rules of options, by item and code.
    """

    def __init__(
        self,
        target: Read,
        *,
        needed: Collection[str],
        asked: Mapping[str, Read],
        offered: Mapping[str, Mapping[str, Read]],
        choices: Choices,
        most: int,
    ) -> None:
        self.target = target
        self.needed = needed
        self.asked = asked
        self.offered = offered
        self.choices = choices
        self.most = most
        self.read = 0
        self.depth = 0
        self.chosen: dict[Variable, object] = {}
        self.seen: dict[str, State] = {}

    def found(self) -> bool | None:
        """Whether some choices make the target hold; None when the search was cut off."""
        try:
            return self.search()
        except (CutOff, RecursionError):  # pages that depend on each other by deep rules nest deeper than Python allows
            return None

    def search(self) -> bool:
        """Depth first, with a list of what is left to try in place of recursion."""
        state = self.state()
        if isinstance(state, bool):
            return state
        waiting = [(state, self.values(state))]
        while waiting:
            variable, values = waiting[-1]
            try:
                self.chosen[variable] = next(values)
            except StopIteration:
                waiting.pop()
                self.chosen.pop(variable, None)
                continue
            state = self.state()
            if state is True:
                return True
            if isinstance(state, Variable):
                waiting.append((state, self.values(state)))
        return False

    def values(self, variable: Variable) -> Iterator[object]:
        choose = self.choices.background if variable.kind == "bg" else self.choices.answers
        return iter(choose(variable.name))

    def state(self) -> State:
        """The state of the target under the choices made, those of options that are not offered ruled out."""
        self.seen = {}
        return self.state_of(All((self.target, *self.offers())))

    def offers(self) -> Iterator[Read]:
        """The rules of the options that are chosen."""
        for variable, answer in self.chosen.items():
            given = answer if isinstance(answer, list | dict) else (answer,)
            for code, rule in self.offered.get(variable.name, {}).items():
                if variable.kind == "item" and code in given:
                    yield rule

    def is_asked(self, key: str) -> State:
        """Whether the item is asked under the choices made; worked out once for each state."""
        if key not in self.seen:
            self.depth += 1
            if self.depth > DEEPEST:
                raise CutOff
            self.seen[key] = self.state_of(self.asked[key])
            self.depth -= 1
        return self.seen[key]

    def state_of(self, rule: Read) -> State:
        self.read += 1
        if self.read > self.most:
            raise CutOff
        if isinstance(rule, Test):
            return self.state_of_test(rule)
        if isinstance(rule, Opposite):
            state = self.state_of(rule.part)
            return state if isinstance(state, Variable) else not state
        first_open: State = True
        for part in rule.parts:
            state = self.state_of(part)
            if state is False:
                return False
            if first_open is True:
                first_open = state
        return first_open

    def state_of_test(self, test: Test) -> State:
        """Open until everything it reads is chosen, and is known to be asked or not.

        Where that is not known of one item, its answer counts as given and as not given; if both come to the same, the
        test is decided all the same.
        """
        answers: dict[str, object] = {}
        background: dict[str, object] = {}
        unsure: list[tuple[str, Variable]] = []
        for variable in test.variables:
            kind, name = variable
            if kind == "item" and name not in self.needed:
                continue  # it is not asked before
            if variable not in self.chosen:
                return variable
            if kind == "bg":
                background[name] = self.chosen[variable]
                continue
            asked = self.is_asked(name)
            if asked is False:
                continue
            answers[name] = self.chosen[variable]
            if isinstance(asked, Variable) and not is_unanswered(answers[name]):
                unsure.append((name, asked))
        result = test.holds(answers, background)
        if unsure and (len(unsure) > 1 or test.holds({**answers, unsure[0][0]: None}, background) is not result):
            return unsure[0][1]
        return result
