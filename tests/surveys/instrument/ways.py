"""Every way through a questionnaire, found from its rules without the product's own routing.

What is asked behind a page depends on the answers up to it through the rules of later pages alone. So a respondent's
*standing* behind a page is what is left of those rules: true, false, or the part that reads what is not asked yet. Two
respondents of one standing have the same ways before them, whatever they answered. Answers to a page that lead to one
standing are one *step*; a way is a row of steps from the background to the end.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

from surveys.instrument.findings import items_read, with_conditions
from surveys.instrument.rule_engine import Predicate, predicate
from surveys.instrument.rule_nodes import (
    And,
    Comparison,
    Condition,
    ItemAnswer,
    Literal,
    Node,
    Not,
    Or,
    item_references,
)
from surveys.instrument.schema import Instrument, Item
from tests.surveys.instrument.telling_apart import answers_told_apart, backgrounds_told_apart

Answers = Mapping[str, object]
Left = bool | tuple[object, ...]  # of a rule, once some of what it reads is known
Rest = tuple[Left, ...]  # of every rule of the pages to come


@dataclass(eq=False)
class Standing:
    """Where some ways meet. `ways` is how many lead here, `came` one of them."""

    came: tuple["Standing", "Step"] | None = None
    ways: int = 0
    steps: list["Step"] = field(default_factory=list)


@dataclass(eq=False)
class Step:
    """Answers to a page, or backgrounds, between which no later rule tells a difference."""

    choices: list[Answers]
    to: Standing


@dataclass(frozen=True)
class Known:
    """What is known behind a page: the answers on the way up to it, and the background."""

    place: int
    answers: Answers
    background: Answers


Level = dict[Rest, tuple[Standing, Known]]  # the standings behind one page, each with one that has it


class Ways:
    """The ways through one instrument, over all backgrounds that its rules tell apart.

    Raises:
        NotImplementedError: a rule may tell apart answers that the bot does not try; it has to learn them first.
    """

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.places = instrument.item_pages
        self.clauses: dict[Node, tuple[Predicate, int]] = {}  # and the page behind which all that it reads is asked
        self.rules = rules_by_last_place(instrument)
        self.nodes = with_conditions(list(self.rules), instrument.conditions)
        self.start = Standing(ways=1)
        self.end = self.found()

    def found(self) -> Standing:
        """Draw the map page by page; the standing of those who have handed in."""
        level: Level = {}
        for background in backgrounds_told_apart(self.nodes):
            self.step(self.start, level, Known(-1, {}, background), background)
        for place, items in self.decisive().items():
            behind: Level = {}
            told_apart = {item.key: list(answers_told_apart(item, self.nodes)) for item in items}
            for standing, known in level.values():
                asked = [key for key in self.asked(place, known) if key in told_apart]
                for values in product(*(told_apart[key] for key in asked)):
                    choice = dict(zip(asked, values, strict=True))
                    now = Known(place, {**known.answers, **choice}, known.background)
                    self.step(standing, behind, now, choice)
            level = behind
        handed_in: Level = {}
        for standing, known in level.values():
            self.step(standing, handed_in, replace(known, place=len(self.instrument.pages)), {})
        ((end, _),) = handed_in.values()
        return end

    def step(self, standing: Standing, level: Level, known: Known, choice: Answers) -> None:
        """Add a choice to the step that it belongs to, and the standing it leads to where that is new."""
        rest = self.rest(known)
        to, _ = level.setdefault(rest, (Standing(), known))
        for step in standing.steps:
            if step.to is to:
                step.choices.append(choice)
                return
        step = Step([choice], to)
        standing.steps.append(step)
        to.came = to.came or (standing, step)
        to.ways += standing.ways

    def decisive(self) -> dict[int, list[Item]]:
        """Page -> its items that a later rule reads."""
        found: dict[int, list[Item]] = {}
        for key, place in self.places.items():
            if any(
                last > place and key in items_read(rule, self.instrument.conditions)
                for rule, last in self.rules.items()
            ):
                found.setdefault(place, []).append(self.instrument.items[key])
        return dict(sorted(found.items()))

    def asked(self, place: int, known: Known) -> tuple[str, ...]:
        page = self.instrument.pages[place]
        if page.show_if is not None and self.left(page.show_if, known) is not True:
            return ()
        return tuple(ask.item for ask in page.asks if ask.show_if is None or self.left(ask.show_if, known) is True)

    def expected(self, answers: Answers, background: Answers) -> list[tuple[str, tuple[str, ...]]]:
        """The pages of a way, each with its items; each answer was given on the way itself."""
        pages = [
            (page.id, self.asked(place, Known(place - 1, answers, background)))
            for place, page in enumerate(self.instrument.pages)
        ]
        return [(page, items) for page, items in pages if items]

    def rest(self, known: Known) -> Rest:
        """What is left of the rules of the pages behind this one."""
        return tuple(self.left(rule, known) for rule, last in self.rules.items() if last > known.place)

    def left(self, node: Node, known: Known) -> Left:
        match node:
            case Condition(name=name):
                return self.left(self.instrument.conditions[name], known)
            case Not(rule=rule):
                inner = self.left(rule, known)
                return not inner if isinstance(inner, bool) else ("not", inner)
            case And(rules=rules) | Or(rules=rules):
                return self.left_of_several(rules, known, decides=isinstance(node, Or))
        if node not in self.clauses:
            last = max((self.places[key] for key in item_references(node)), default=-1)
            self.clauses[node] = (predicate(node, {}), last)
        holds, last = self.clauses[node]
        return holds(known.answers, known.background) if last <= known.place else (node,)

    def left_of_several(self, rules: Sequence[Node], known: Known, *, decides: bool) -> Left:
        parts = []
        for rule in rules:
            part = self.left(rule, known)
            if part is decides:
                return decides
            if not isinstance(part, bool):
                parts.append(part)
        return (decides, *parts) if parts else not decides

    def every(self) -> Iterator[list[Step]]:
        """All ways, one after another."""
        way: list[Step] = []
        waiting = [iter(self.start.steps)]
        while waiting:
            step = next(waiting[-1], None)
            if step is None:
                waiting.pop()
                del way[-1:]
                continue
            way.append(step)
            if step.to is self.end:
                yield list(way)
                way.pop()
            else:
                waiting.append(iter(step.to.steps))

    def standings(self) -> list[Standing]:
        found = {self.start: None}
        waiting = [self.start]
        for standing in waiting:
            for step in standing.steps:
                if step.to not in found:
                    found[step.to] = None
                    waiting.append(step.to)
        return waiting

    def covering(self) -> Iterator[list[Step]]:
        """So many ways that each step is taken from each standing that has it."""
        taken: set[Step] = set()
        for standing in self.standings():
            for step in standing.steps:
                if step not in taken:
                    way = [*steps_to(standing), step]
                    while way[-1].to is not self.end:
                        onward = way[-1].to.steps
                        way.append(next((step for step in onward if step not in taken), onward[0]))
                    taken.update(way)
                    yield way


def steps_to(standing: Standing) -> list[Step]:
    """One way from the start to the standing."""
    way: list[Step] = []
    while standing.came is not None:
        standing, step = standing.came
        way.append(step)
    return way[::-1]


def rules_by_last_place(instrument: Instrument) -> dict[Node, int]:
    """Every rule of a page or an item, and the last page that it decides something on.

    That the option is chosen which a text specifies is such a rule too: it decides whether the text counts.
    """
    rules: dict[Node, int] = {}
    for place, page in enumerate(instrument.pages):
        for rule in (page.show_if, *(ask.show_if for ask in page.asks)):
            if rule is not None:
                rules[rule] = place
        for option in (instrument.items[ask.item].specifies for ask in page.asks):
            if option is not None:
                rules[Comparison("in", Literal(option.code), ItemAnswer(option.item))] = place + 1
    return rules
