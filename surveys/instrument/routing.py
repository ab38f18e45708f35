"""Which pages and items a respondent meets: a pure function of instrument, background and answers."""

from collections.abc import Mapping
from dataclasses import dataclass

from surveys.instrument.plan import PlannedPage, plan_of
from surveys.instrument.schema import Instrument, Page

Answers = Mapping[str, object]


@dataclass(frozen=True)
class PageOnPath:
    page: Page
    items: tuple[str, ...]  # those of the page that are asked, in order


def path(instrument: Instrument, answers: Answers, background: Answers) -> tuple[PageOnPath, ...]:
    """The pages in order, each with the items asked. A page on which nothing is asked is left out.

    Evaluated forwards: a rule sees the answers on the path of the pages before it, and nothing else, so that an answer
    given on a way since left counts as unanswered.
    """
    return walked(instrument, answers, background)[0]


def items_on_path(instrument: Instrument, answers: Answers, background: Answers) -> tuple[str, ...]:
    """The items asked, in order."""
    return tuple(key for page in path(instrument, answers, background) for key in page.items)


def answers_on_path(instrument: Instrument, answers: Answers, background: Answers) -> dict[str, object]:
    """The answers given to items that are asked, in the order asked; empty ones are left out."""
    return walked(instrument, answers, background)[1]


def walked(
    instrument: Instrument, answers: Answers, background: Answers
) -> tuple[tuple[PageOnPath, ...], dict[str, object]]:
    """The path and the answers on it, found in one walk."""
    visible: dict[str, object] = {}
    pages: list[PageOnPath] = []
    for planned in plan_of(instrument).pages:
        if planned.shown is not None and not planned.shown(visible, background):
            continue
        items = asked(planned, visible, background)
        if not items:
            continue
        pages.append(PageOnPath(planned.page, items))
        for key in items:
            answer = answers.get(key)
            if not is_unanswered(answer):
                visible[key] = answer
    return tuple(pages), visible


def asked(planned: PlannedPage, visible: Answers, background: Answers) -> tuple[str, ...]:
    if planned.asked is None:
        return planned.keys
    rules = zip(planned.keys, planned.asked, strict=True)
    return tuple(key for key, rule in rules if rule is None or rule(visible, background))


def is_unanswered(answer: object) -> bool:
    """No value, an empty text and an empty list: nobody answered."""
    return answer is None or answer in ("", [])
