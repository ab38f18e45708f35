"""Where the respondent stands and where to go next."""

from collections.abc import Mapping, Sequence

from django.urls import reverse

from surveys.instrument.routing import PageOnPath, is_unanswered
from surveys.instrument.schema import Instrument, ItemType, Requirement
from surveys.views.respond.questions import target_of

Pages = Sequence[PageOnPath]


def sections(pages: Pages) -> list[str]:
    """The parts of the questionnaire on this path, in order."""
    return list(dict.fromkeys(step.page.section for step in pages))


def page_address(page_id: str, item: str = "", query: str = "") -> str:
    address = reverse("surveys:respond-page", args=[page_id])
    return address + (f"?{query}" if query else "") + (f"#{target_of(item)}" if item else "")


def questions_of(instrument: Instrument, step: PageOnPath, standing: Mapping[str, object]) -> list[str]:
    """The items of the page that wait for an answer: not what is only text, nor the text of an option not chosen."""
    waiting = []
    for key in step.items:
        item = instrument.items[key]
        if item.type is not ItemType.INFO and (item.specifies is None or key in standing):
            waiting.append(key)
    return waiting


def untouched(instrument: Instrument, step: PageOnPath, answers: Mapping[str, object]) -> bool:
    """Nothing on the page is answered, and something could be."""
    questions = questions_of(instrument, step, answers)
    return bool(questions) and all(is_unanswered(answers.get(item)) for item in questions)


def lacking(instrument: Instrument, step: PageOnPath, standing: Mapping[str, object]) -> bool:
    """Something on the page that should be answered is not."""
    return any(
        key not in standing and instrument.items[key].required is not Requirement.NO
        for key in questions_of(instrument, step, standing)
    )


def onward(instrument: Instrument, pages: Pages, answers: Mapping[str, object]) -> str:
    """The address of the first page without any answer; empty when there is none."""
    for step in pages:
        if untouched(instrument, step, answers):
            return page_address(step.page.id)
    return ""


def following(instrument: Instrument, pages: Pages, after: str) -> list[PageOnPath]:
    """The pages of the path behind `after`, which itself need not be on the path any more."""
    order = [page.id for page in instrument.pages]
    place = order.index(after)
    return [step for step in pages if order.index(step.page.id) > place]


def preceding(instrument: Instrument, pages: Pages, before: str) -> list[PageOnPath]:
    order = [page.id for page in instrument.pages]
    place = order.index(before)
    return [step for step in pages if order.index(step.page.id) < place]
