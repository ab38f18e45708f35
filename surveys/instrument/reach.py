"""Whether some answers lead to a page or an item.

A search among the answers that the rules can tell apart. Answers are chosen one at a time, and after each the rules are
read in three values: true, false, or open as long as a choice that matters is not made. A branch in which the place is
already passed by is left at once, so that a place is as a rule decided after about as many choices as its rule reads
items, however many items the questionnaire has.

Whether rules can hold together is a problem without a quick answer for all, so the search is bounded:
`MOST_FOR_A_PLACE` tests of rules for one place and `MOST_IN_ALL` for an instrument. A place that is not decided within
them, or whose rules compare answers with each other or calculate, so that the answers tried are not all there are, is
`Verdict.OPEN`: it gives no finding, and `undecided` names it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from surveys.instrument.findings import items_read, with_conditions
from surveys.instrument.reach_values import Choices
from surveys.instrument.routing import is_unanswered
from surveys.instrument.rule_engine import Predicate, predicate, resolved
from surveys.instrument.rule_nodes import (
    And,
    Answered,
    Comparison,
    Condition,
    ItemAnswer,
    Literal,
    Node,
    Not,
    Or,
    background_references,
    item_references,
    joined,
    wave_references,
)
from surveys.instrument.schema import Ask, Instrument, Item, Page

MOST_FOR_A_PLACE = 20_000
MOST_IN_ALL = 200_000


class Verdict(Enum):
    YES = "yes"
    NO = "no"
    OPEN = "open"


@dataclass(frozen=True)
class Variable:
    """What a rule reads: an item, or a variable of the frame or the wave."""

    kind: str  # item or bg
    name: str


State = bool | Variable  # of a rule: decided, or open until this is chosen


def unreachable(instrument: Instrument) -> Iterator[tuple[Page, Ask | None]]:
    """Pages that no answers lead to, and items that are never asked on a page that is reached."""
    return ((page, ask) for page, ask, verdict in Reach(instrument).places() if verdict is Verdict.NO)


def undecided(instrument: Instrument) -> Iterator[tuple[Page, Ask | None]]:
    """Pages and items of which the search did not find out whether any answers lead to them."""
    return ((page, ask) for page, ask, verdict in Reach(instrument).places() if verdict is Verdict.OPEN)


class Reach:
    """The search for one instrument, whose rules read what exists."""

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.left = MOST_IN_ALL
        self.conditions = resolved(instrument.conditions)
        self.asked: dict[str, tuple[int, tuple[Node, ...]]] = {}  # item -> page, and the rules under which it is asked
        for place, page in enumerate(instrument.pages):
            for ask in page.asks:
                rules = [rule for rule in (page.show_if, ask.show_if) if rule is not None]
                self.asked.setdefault(ask.item, (place, (*rules, *self.chosen(ask.item))))
        self.reads: dict[Node, tuple[Variable, ...]] = {}
        self.ready: dict[Node, Predicate] = {}

    def chosen(self, key: str) -> Iterator[Node]:
        """That the option is chosen which the item specifies."""
        specifies = self.instrument.items[key].specifies
        if specifies is not None:
            yield Comparison("in", Literal(specifies.code), ItemAnswer(specifies.item))

    def places(self) -> Iterator[tuple[Page, Ask | None, Verdict]]:
        """Every page and item with a rule. Texts that go with an option are where their item is."""
        for place, page in enumerate(self.instrument.pages):
            shown = Verdict.YES
            if page.show_if is not None:
                shown = self.holds([page.show_if], place)
                yield page, None, shown
            for ask in page.asks:
                own = self.instrument.items[ask.item].specifies is None
                if ask.show_if is not None and own and shown is Verdict.YES:
                    rules = [rule for rule in (page.show_if, ask.show_if) if rule is not None]
                    yield page, ask, self.holds(rules, place)

    def options(self) -> Iterator[tuple[Item, str, Verdict]]:
        for item in self.instrument.items.values():
            for option in item.options:
                if option.show_if is not None:
                    yield item, option.code, self.holds([option.show_if], 0)

    def some_meet_no_page(self) -> Verdict:
        """Whether for some background no page is shown to somebody who has answered nothing."""
        return self.none_holds([page.show_if for page in self.instrument.pages if page.asks])

    def some_are_offered_nothing(self, item: Item) -> Verdict:
        """Whether for some background no option of the item is offered, those that mean no answer left aside."""
        return self.none_holds([option.show_if for option in item.options if not option.missing])

    def none_holds(self, rules: Sequence[Node | None]) -> Verdict:
        stated = [rule for rule in rules if rule is not None]
        if not stated or len(stated) < len(rules):
            return Verdict.NO
        return self.holds([Not(rule) for rule in stated], 0)

    def holds(self, rules: Sequence[Node], place: int) -> Verdict:
        """Whether some answers and background make all rules hold before page number `place`."""
        needed = self.needed(rules, place)
        every = [*rules, *(rule for key in needed for rule in self.asked[key][1])]
        options = [option.show_if for key in needed for option in self.instrument.items[key].options]
        every += [rule for rule in options if rule is not None]
        choices = Choices(self.instrument.items, with_conditions(every, self.instrument.conditions))
        search = Search(self, joined(And, rules), needed, choices)
        found = search.found()
        self.left -= search.read
        if found is None or (not found and not choices.exhaustive):
            return Verdict.OPEN
        return Verdict.YES if found else Verdict.NO

    def needed(self, rules: Iterable[Node], place: int) -> list[str]:
        """The items that decide these rules, and those that decide whether they are asked, in the order asked."""
        needed: set[str] = set()
        waiting = list(rules)
        while waiting:
            for key in items_read(waiting.pop(), self.instrument.conditions) - needed:
                if key in self.asked and self.asked[key][0] < place:
                    needed.add(key)
                    waiting.extend(self.asked[key][1])
        return [key for key in self.asked if key in needed]

    def variables(self, rule: Node) -> tuple[Variable, ...]:
        if rule not in self.reads:
            background = background_references(rule) | wave_references(rule)
            items = [Variable("item", key) for key in sorted(item_references(rule))]
            self.reads[rule] = (*items, *(Variable("bg", name) for name in sorted(background)))
        return self.reads[rule]

    def predicate(self, rule: Node) -> Predicate:
        if rule not in self.ready:
            self.ready[rule] = predicate(rule, self.conditions)
        return self.ready[rule]


class Search:
    """One target: choices made so far, and the state of the rules under them."""

    def __init__(self, reach: Reach, target: Node, needed: Sequence[str], choices: Choices) -> None:
        self.reach = reach
        self.target = target
        self.needed = needed
        self.choices = choices
        self.most = min(MOST_FOR_A_PLACE, reach.left)
        self.read = 0
        self.chosen: dict[Variable, object] = {}
        self.seen: dict[str, State] = {}

    def found(self) -> bool | None:
        """Whether some choices make the target hold; None when the search was cut off.

        Depth first, with a list of what is left to try in place of recursion.
        """
        state = self.state()
        if isinstance(state, bool):
            return state
        waiting = [(state, self.values(state))]
        while waiting:
            if self.read > self.most:
                return None
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
        if variable.kind == "bg":
            return iter(self.choices.background(variable.name))
        return iter(self.choices.answers(variable.name))

    def state(self) -> State:
        """The state of the target: what is needed is looked at page by page, then the target itself."""
        self.seen = {}
        for key in self.needed:
            self.seen[key] = self.all_of(self.reach.asked[key][1])
        return self.all_of((self.target, *self.offers()))

    def offers(self) -> Iterator[Node]:
        """The rules of the options that are chosen."""
        for variable, answer in self.chosen.items():
            if variable.kind == "item":
                for option in self.reach.instrument.items[variable.name].options:
                    given = answer if isinstance(answer, list | dict) else (answer,)
                    if option.show_if is not None and option.code in given:
                        yield option.show_if

    def all_of(self, rules: Iterable[Node]) -> State:
        first_open: State = True
        for rule in rules:
            state = self.state_of(rule)
            if state is False:
                return False
            if first_open is True:
                first_open = state
        return first_open

    def state_of(self, rule: Node) -> State:
        match rule:
            case And(rules=rules):
                return self.all_of(rules)
            case Or(rules=rules):
                return opposite(self.all_of(Not(part) for part in rules))
            case Not(rule=inner):
                return opposite(self.state_of(inner))
            case Condition(name=name):
                return self.state_of(self.reach.instrument.conditions[name])
            case Answered(keys=keys) if len(keys) > 1:
                return self.all_of(Answered((key,)) for key in keys)
        return self.state_of_test(rule)

    def state_of_test(self, rule: Node) -> State:
        """A comparison or the like: open until everything it reads is chosen, and is known to be asked or not.

        Where that is not known of one item, its answer counts as given and as not given; if both come to the same, the
        test is decided all the same.
        """
        self.read += 1
        values: dict[str, dict[str, object]] = {"item": {}, "bg": {}}
        unsure: dict[str, Variable] = {}
        for variable in self.reach.variables(rule):
            asked = self.seen.get(variable.name, False) if variable.kind == "item" else True
            if asked is False:
                continue
            if variable not in self.chosen:
                return variable
            values[variable.kind][variable.name] = self.chosen[variable]
            if isinstance(asked, Variable) and not is_unanswered(self.chosen[variable]):
                unsure[variable.name] = asked
        holds = self.reach.predicate(rule)
        result = holds(values["item"], values["bg"])
        for name, variable in unsure.items():
            if len(unsure) > 1 or holds({**values["item"], name: None}, values["bg"]) is not result:
                return variable
        return result


def opposite(state: State) -> State:
    return state if isinstance(state, Variable) else not state
