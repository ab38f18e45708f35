"""Answers as a hypothesis strategy: any document over the codes of a questionnaire, on the path or off it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from surveys.instrument.schema import Instrument, Item, ItemType

Answers = st.SearchStrategy[dict[str, object]]


def any_answers(instrument: Instrument) -> Answers:
    return st.fixed_dictionaries({}, optional={key: any_answer(item) for key, item in instrument.items.items()})


def any_answer(item: Item) -> st.SearchStrategy[object]:
    if item.type is ItemType.REGISTER:
        value = any_answer(replace(item, type=item.value_type, of=None))
        return value.map(lambda given: {"value": given, "source": "respondent", "corrected": True})
    return BY_TYPE[item.type](item)


def codes(item: Item) -> st.SearchStrategy[str]:
    return st.sampled_from([option.code for option in item.options])


def numbers(item: Item) -> st.SearchStrategy[object]:
    low, high, step = item.minimum or 0, item.maximum or 1000, 10**item.decimals
    whole = st.integers(low * step, high * step)
    return whole.map(lambda value: value / step) if item.decimals else whole


BY_TYPE: dict[ItemType, Callable[[Item], st.SearchStrategy[object]]] = {
    ItemType.SINGLE: codes,
    ItemType.MULTI: lambda item: st.lists(codes(item), unique=True),
    ItemType.RANK: lambda item: st.lists(codes(item), unique=True),
    ItemType.PERCENT: lambda item: codes(item).map(lambda code: {code: 100}),
    ItemType.NUMBER: numbers,
    ItemType.YEAR: lambda item: st.integers(item.minimum or 1990, item.maximum or 2030),
    ItemType.DATE: lambda item: st.dates(date(1990, 1, 1), date(2030, 12, 31)).map(date.isoformat),
    ItemType.TEXT: lambda item: st.text(max_size=item.max_length or 20),
    ItemType.INFO: lambda item: st.none(),
}
