"""What holds of the path through any questionnaire, with any answers."""

from hypothesis import given
from hypothesis import strategies as st

from surveys.instrument.document import from_document, to_document
from surveys.instrument.routing import answers_on_path, items_on_path, path
from surveys.instrument.rules import Node, evaluate
from surveys.instrument.schema import Instrument
from tests.surveys.instrument.answering import any_answers
from tests.surveys.instrument.questionnaires import backgrounds, questionnaires
from tests.surveys.instrument.walking import is_chosen

Answers = dict[str, object]
Pages = list[tuple[str, tuple[str, ...]]]


@st.composite
def drafts(draw: st.DrawFn) -> tuple[Instrument, Answers, Answers]:
    """A questionnaire, a draft with answers on its path and off it, and a background."""
    instrument = draw(questionnaires())
    return instrument, draw(any_answers(instrument)), draw(backgrounds)


def pages_of(instrument: Instrument, answers: Answers, background: Answers) -> Pages:
    return [(step.page.id, step.items) for step in path(instrument, answers, background)]


def by_the_rules(instrument: Instrument, answers: Answers, background: Answers) -> tuple[Pages, Answers]:
    """The path and the answers on it as their definition reads, without anything worked out beforehand."""
    on_path: Answers = {}
    pages = []
    for page in instrument.pages:

        def holds(rule: Node | None) -> bool:
            return rule is None or evaluate(rule, on_path, background, instrument.conditions)

        asked = tuple(ask.item for ask in page.asks if holds(page.show_if) and holds(ask.show_if))
        if asked:
            pages.append((page.id, asked))
        for key in asked:
            option = instrument.items[key].specifies
            if answers.get(key) not in (None, "", []) and (option is None or is_chosen(option, on_path)):
                on_path[key] = answers[key]
    return pages, on_path


@given(drafts())
def test_the_path_is_what_the_rules_say_page_by_page(draft: tuple[Instrument, Answers, Answers]) -> None:
    assert (pages_of(*draft), answers_on_path(*draft)) == by_the_rules(*draft)


@given(drafts())
def test_the_path_depends_on_its_arguments_alone_and_leaves_them_as_they_are(
    draft: tuple[Instrument, Answers, Answers],
) -> None:
    instrument, answers, background = draft
    before = dict(answers), dict(background)
    first = path(instrument, answers, background)
    assert path(instrument, dict(reversed(answers.items())), background) == first
    assert path(from_document(to_document(instrument)), answers, background) == first
    assert path(instrument, answers, background) == first
    assert (answers, background) == before


@given(drafts(), st.data())
def test_answers_off_the_path_never_change_it(draft: tuple[Instrument, Answers, Answers], data: st.DataObject) -> None:
    instrument, answers, background = draft
    on_path = frozenset(items_on_path(instrument, answers, background))
    others = data.draw(any_answers(instrument))
    mixed = {key: answer for key, answer in answers.items() if key in on_path}
    mixed |= {key: answer for key, answer in others.items() if key not in on_path}
    assert pages_of(instrument, mixed, background) == pages_of(*draft)
    assert answers_on_path(instrument, mixed, background) == answers_on_path(*draft)


@given(drafts(), st.data())
def test_answers_to_a_page_change_no_page_up_to_it(
    draft: tuple[Instrument, Answers, Answers], data: st.DataObject
) -> None:
    instrument, answers, background = draft
    pages = pages_of(*draft)
    if not pages:
        return
    place = data.draw(st.integers(0, len(pages) - 1))
    others = data.draw(any_answers(instrument))
    here = pages[place][1]
    changed = {key: answer for key, answer in answers.items() if key not in here}
    changed |= {key: answer for key, answer in others.items() if key in here}
    assert pages_of(instrument, changed, background)[: place + 1] == pages[: place + 1]
    if place == len(pages) - 1 and instrument.pages[-1].id == pages[place][0]:
        assert pages_of(instrument, changed, background) == pages
