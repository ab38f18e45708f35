"""Random questionnaires as a hypothesis strategy: pages of a few items, with rules over what is asked before."""

from collections.abc import Sequence

from hypothesis import strategies as st

from surveys.instrument.rule_nodes import (
    And,
    Answered,
    Background,
    Comparison,
    Condition,
    Count,
    ItemAnswer,
    Literal,
    Node,
    Not,
    Or,
    Values,
    joined,
)
from surveys.instrument.schema import Ask, DisclosureClass, Instrument, Item, ItemType, Option, Page, Specified

CODES = ("a", "b", "c")
COUNTRIES = ("NO", "DK")
MOST = 3  # of a number

codes = st.sampled_from(CODES)
backgrounds: st.SearchStrategy[dict[str, object]] = st.fixed_dictionaries(
    {}, optional={"country": st.sampled_from(COUNTRIES)}
)
in_country: st.SearchStrategy[Node] = st.sampled_from(COUNTRIES).map(
    lambda country: Comparison("==", Background("country"), Literal(country))
)


@st.composite
def questionnaires(draw: st.DrawFn) -> Instrument:
    """One to six pages of up to three items, whose rules read items of earlier pages, the country and conditions."""
    items: dict[str, Item] = {}
    conditions: dict[str, Node] = {}
    pages: list[Page] = []
    for number in range(draw(st.integers(1, 6))):
        rule = rules(list(items.values()), list(conditions))
        shown, condition = draw(st.none() | rule), draw(st.none() | rule)
        asks = []
        for place in range(draw(st.integers(1, 3))):
            item = draw(new_items(f"page{number}.item{place}", list(items.values())))
            items[item.key] = item
            asks.append(Ask(item.key, draw(st.none() | rule)))
        pages.append(Page(f"page{number}", "section", tuple(asks), shown))
        if condition is not None:
            conditions[f"condition{number}"] = condition
    return Instrument(
        key="random",
        version=str(draw(st.integers(1, 10**9))),
        languages=("en",),
        background=("country",),
        conditions=conditions,
        items=items,
        pages=tuple(pages),
        edits=(),
        texts={},
    )


def new_items(key: str, earlier: Sequence[Item]) -> st.SearchStrategy[Item]:
    """An item to choose from, a number, or a text that goes with an option of an earlier item."""
    options = tuple(Option(code) for code in CODES)
    open_class = DisclosureClass.OPEN
    new = [
        Item(key, ItemType.SINGLE, open_class, options),
        Item(key, ItemType.MULTI, open_class, options),
        Item(key, ItemType.NUMBER, open_class, minimum=0, maximum=MOST),
    ]
    new += [
        Item(key, ItemType.TEXT, open_class, specifies=Specified(item.key, CODES[0]))
        for item in earlier
        if item.options
    ]
    return st.sampled_from(new)


def rules(items: Sequence[Item], conditions: Sequence[str]) -> st.SearchStrategy[Node]:
    parts: list[st.SearchStrategy[Node]] = [in_country]
    if items:
        parts.append(st.sampled_from(items).flatmap(clauses_on))
    if conditions:
        parts.append(st.sampled_from(conditions).map(Condition))
    return st.recursive(
        st.one_of(parts),
        lambda inner: st.one_of(
            inner.map(Not),
            st.lists(inner, min_size=2, max_size=3).map(lambda some: joined(And, some)),
            st.lists(inner, min_size=2, max_size=3).map(lambda some: joined(Or, some)),
        ),
        max_leaves=4,
    )


def clauses_on(item: Item) -> st.SearchStrategy[Node]:
    """What a rule may say of an item of this type."""
    answer = ItemAnswer(item.key)
    clauses: list[st.SearchStrategy[Node]] = [st.just(Answered((item.key,)))]
    if item.type is ItemType.SINGLE:
        clauses.append(codes.map(lambda code: Comparison("==", answer, Literal(code))))
        clauses.append(
            st.sets(codes, min_size=1).map(lambda some: Comparison("in", answer, Values(tuple(sorted(some)))))
        )
    elif item.type is ItemType.MULTI:
        clauses.append(codes.map(lambda code: Comparison("in", Literal(code), answer)))
        clauses.append(st.integers(0, 2).map(lambda least: Comparison(">", Count((item.key,)), Literal(least))))
    elif item.type is ItemType.NUMBER:
        clauses.append(st.integers(0, MOST).map(lambda least: Comparison(">=", answer, Literal(least))))
    return st.one_of(clauses)
