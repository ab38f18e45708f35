"""Whether some answers lead to a page or an item.

A search among the answers that the rules can tell apart. Answers are chosen one at a time, and after each the rules are
read in three values: true, false, or open as long as a choice that matters is not made. A branch in which the place is
already passed by is left at once, so that a place is as a rule decided after about as many choices as its rule reads
items, however many items the questionnaire has.

Whether rules can hold together is a problem without a quick answer for all, so the search is bounded:
`MOST_FOR_A_PLACE` parts of rules read for one place, `MOST_IN_ALL` collected and read for an instrument, and fifty
pages that are each asked because of the one before. A place that is not decided within them, or whose rules compare
answers with each other or calculate, so that the answers tried are not all there are, is `Verdict.OPEN`: it gives no
finding, and `undecided` names it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from surveys.instrument.findings import with_conditions
from surveys.instrument.reach_search import All, Read, Search, ready
from surveys.instrument.reach_values import Choices, Pair, compared
from surveys.instrument.rule_engine import resolved
from surveys.instrument.rule_nodes import Comparison, ItemAnswer, Literal, Node, Not, item_references
from surveys.instrument.schema import Ask, Instrument, Item, Page

MOST_FOR_A_PLACE = 20_000
MOST_IN_ALL = 500_000


class Verdict(Enum):
    YES = "yes"
    NO = "no"
    OPEN = "open"


@dataclass(frozen=True, eq=False)
class Facts:
    """A rule made ready, and what it reads, through its conditions too."""

    read: Read
    items: frozenset[str]
    pairs: frozenset[Pair]


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
        self.predicates = resolved(instrument.conditions)
        self.conditions: dict[str, Read] = {}
        for name, rule in instrument.conditions.items():
            self.conditions[name] = ready(rule, self.conditions, self.predicates)
        self.known: dict[Node, Facts] = {}
        self.order: dict[Pair, int] = {}  # of comparisons as they were met, so that each search tries the same first
        self.asked_on: dict[str, int] = {}
        self.asked_when: dict[str, tuple[Facts, ...]] = {}
        for place, page in enumerate(instrument.pages):
            for ask in page.asks:
                rules = [*stated(page.show_if, ask.show_if), *self.chosen(ask.item)]
                self.asked_on.setdefault(ask.item, place)
                self.asked_when.setdefault(ask.item, tuple(map(self.facts, rules)))
        self.asked = {key: all_of(rules) for key, rules in self.asked_when.items()}
        self.offered = {
            item.key: {option.code: self.facts(option.show_if) for option in item.options if option.show_if}
            for item in instrument.items.values()
        }

    def chosen(self, key: str) -> Iterator[Node]:
        """That the option is chosen which the item specifies."""
        specifies = self.instrument.items[key].specifies
        if specifies is not None:
            yield Comparison("in", Literal(specifies.code), ItemAnswer(specifies.item))

    def facts(self, rule: Node) -> Facts:
        if rule not in self.known:
            whole = with_conditions([rule], self.instrument.conditions)
            pairs = [pair for part in whole for pair in compared(part)]
            for pair in pairs:
                self.order.setdefault(pair, len(self.order))
            self.known[rule] = Facts(
                read=ready(rule, self.conditions, self.predicates),
                items=frozenset(key for part in whole for key in item_references(part)),
                pairs=frozenset(pairs),
            )
        return self.known[rule]

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
                    yield page, ask, self.holds(stated(page.show_if, ask.show_if), place)

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
        if not rules or None in rules:
            return Verdict.NO
        return self.holds([Not(rule) for rule in stated(*rules)], 0)

    def holds(self, rules: Sequence[Node], place: int) -> Verdict:
        """Whether some answers and background make all rules hold before page number `place`."""
        if self.left <= 0:
            return Verdict.OPEN
        target = [self.facts(rule) for rule in rules]
        needed = self.needed(target, place)
        every = {*target, *(facts for key in needed for facts in (*self.asked_when[key], *self.offered[key].values()))}
        pairs = frozenset[Pair]().union(*(facts.pairs for facts in every))
        # To prepare a search is work too, the more the longer the way to the place.
        self.left -= len(every) + len(pairs)
        choices = Choices(self.instrument.items, sorted(pairs, key=self.order.__getitem__))
        search = Search(
            all_of(target),
            needed=needed,
            asked=self.asked,
            offered={key: {code: facts.read for code, facts in self.offered[key].items()} for key in needed},
            choices=choices,
            most=min(MOST_FOR_A_PLACE, max(self.left, 0)),
        )
        found = search.found()
        self.left -= search.read
        if found is None or (not found and not choices.exhaustive):
            return Verdict.OPEN
        return Verdict.YES if found else Verdict.NO

    def needed(self, rules: Iterable[Facts], place: int) -> frozenset[str]:
        """The items that decide these rules, and those that decide whether they are asked, and so on."""
        needed: set[str] = set()
        waiting = list(rules)
        while waiting:
            for key in waiting.pop().items - needed:
                if self.asked_on.get(key, place) < place:
                    needed.add(key)
                    waiting.extend(self.asked_when[key])
        return frozenset(needed)


def all_of(rules: Iterable[Facts]) -> Read:
    return All(tuple(facts.read for facts in rules))


def stated(*rules: Node | None) -> list[Node]:
    return [rule for rule in rules if rule is not None]
