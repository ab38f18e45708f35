"""Answers as a hypothesis strategy: any document over the codes of a questionnaire, on the path or off it."""

from hypothesis import strategies as st

from surveys.instrument.schema import Instrument, Item, ItemType

Answers = st.SearchStrategy[dict[str, object]]


def any_answers(instrument: Instrument) -> Answers:
    return st.fixed_dictionaries({}, optional={key: any_answer(item) for key, item in instrument.items.items()})


def any_answer(item: Item) -> st.SearchStrategy[object]:
    codes = [option.code for option in item.options]
    match item.type:
        case ItemType.SINGLE:
            return st.sampled_from(codes)
        case ItemType.MULTI:
            return st.lists(st.sampled_from(codes), unique=True)
        case ItemType.NUMBER:
            return st.integers(item.minimum or 0, item.maximum or 1000)
        case ItemType.TEXT:
            return st.text(max_size=item.max_length or 20)
