"""Which pages and items a respondent meets: a pure function of instrument, background and answers."""

from collections.abc import Mapping

from surveys.instrument.plan import PageOnPath, Plan, PlannedPage, plan_of
from surveys.instrument.schema import Instrument

__all__ = [
    "Answers",
    "PageOnPath",
    "answers_on_path",
    "counts_as_partial",
    "is_unanswered",
    "items_on_path",
    "not_offered",
    "path",
    "walked",
    "walked_by",
]

Answers = Mapping[str, object]


def path(instrument: Instrument, answers: Answers, background: Answers) -> tuple[PageOnPath, ...]:
    """The pages in order, each with the items asked. A page on which nothing is asked is left out.

    Evaluated forwards: a rule sees the answers on the path of the pages before it, and nothing else, so that an answer
    given on a way since left counts as unanswered.
    """
    return walked(instrument, answers, background)[0]


def items_on_path(instrument: Instrument, answers: Answers, background: Answers) -> tuple[str, ...]:
    """The items asked, in order. A text that goes with an option is asked where the option is chosen."""
    plan = plan_of(instrument)
    pages, visible = walked_by(plan, answers, background)
    return tuple(key for page in pages for key in page.items if is_specified(plan, key, visible))


def answers_on_path(instrument: Instrument, answers: Answers, background: Answers) -> dict[str, object]:
    """The answers given to items that are asked, in the order asked; empty ones are left out."""
    return walked(instrument, answers, background)[1]


def walked(
    instrument: Instrument, answers: Answers, background: Answers
) -> tuple[tuple[PageOnPath, ...], dict[str, object]]:
    """The path and the answers on it, found in one walk."""
    return walked_by(plan_of(instrument), answers, background)


def walked_by(plan: Plan, answers: Answers, background: Answers) -> tuple[tuple[PageOnPath, ...], dict[str, object]]:
    visible: dict[str, object] = {}
    pages: list[PageOnPath] = []
    for planned in plan.pages:
        if planned.shown is not None and not planned.shown(visible, background):
            continue
        page = asked(planned, visible, background)
        if not page.items:
            continue
        pages.append(page)
        for key in page.items:
            answer = answers.get(key)
            if (answer or not is_unanswered(answer)) and is_specified(plan, key, visible):
                visible[key] = answer
    return tuple(pages), visible


def is_specified(plan: Plan, key: str, visible: Answers) -> bool:
    """Whether the option that the text goes with is chosen; true of every other item."""
    option = plan.specified.get(key)
    if option is None:
        return True
    chosen = visible.get(option.item)
    return option.code in chosen if isinstance(chosen, list) else chosen == option.code


def not_offered(instrument: Instrument, item: str, background: Answers) -> frozenset[str]:
    """The codes of options that are not offered to respondents of this background."""
    offers = plan_of(instrument).offers.get(item, ())
    return frozenset(code for code, offered in offers if not offered({}, background))


def counts_as_partial(instrument: Instrument, answers: Answers, background: Answers) -> bool:
    """Whether answers that were never handed in count at closing, by the instrument's own rule."""
    plan = plan_of(instrument)
    return plan.partial is not None and plan.partial(walked_by(plan, answers, background)[1], background)


def asked(planned: PlannedPage, visible: Answers, background: Answers) -> PageOnPath:
    """The page with those of its items that are asked."""
    if planned.asked is None:
        return planned.whole
    rules = zip(planned.whole.items, planned.asked, strict=True)
    return PageOnPath(
        planned.whole.page, tuple(key for key, rule in rules if rule is None or rule(visible, background))
    )


def is_unanswered(answer: object) -> bool:
    """No value, an empty text, an empty list and an empty split: nobody answered."""
    return answer is None or answer in ("", [], {})
