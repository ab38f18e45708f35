"""All questions to be read beforehand: sections, pages and questions with their options, nothing to fill in."""

from dataclasses import dataclass

from surveys.forms.sentences import question_of
from surveys.instrument.routing import not_offered
from surveys.instrument.schema import NO_TEXT, Item, Page
from surveys.views.respond.visit import Visit


@dataclass(frozen=True)
class QuestionToRead:
    question: str
    help: str
    options: list[str]


@dataclass(frozen=True)
class BatteryToRead:
    """Questions under one question and with one scale; a question that stands alone has neither."""

    battery: str | None
    heading: str
    options: list[str]
    questions: list[QuestionToRead]


@dataclass(frozen=True)
class PageToRead:
    heading: str
    of_some: bool  # asked of some only, depending on other answers or on the register
    groups: list[BatteryToRead]


@dataclass(frozen=True)
class SectionToRead:
    heading: str
    pages: list[PageToRead]


def sections_to_read(visit: Visit) -> list[SectionToRead]:
    """The pages that the link is good for, in order, whether they are on the path or not."""
    found: dict[str, SectionToRead] = {}
    for page in visit.instrument.pages:
        if not visit.section or page.section == visit.section:
            heading = visit.texts.sections.get(page.section, page.section)
            found.setdefault(page.section, SectionToRead(heading, [])).pages.append(_page(visit, page))
    return list(found.values())


def _page(visit: Visit, page: Page) -> PageToRead:
    groups: list[BatteryToRead] = []
    for ask in page.asks:
        item = visit.instrument.items[ask.item]
        labels = _options(visit, item)
        if not groups or item.battery is None or groups[-1].battery != item.battery:
            heading = visit.texts.batteries.get(item.battery, NO_TEXT).question if item.battery else ""
            groups.append(BatteryToRead(item.battery, heading, labels if item.battery else [], []))
        text = visit.texts.items.get(item.key, NO_TEXT)
        options = [] if item.battery else labels
        groups[-1].questions.append(QuestionToRead(question_of(item, visit.texts), text.help, options))
    of_some = page.show_if is not None or all(ask.show_if is not None for ask in page.asks)
    return PageToRead(visit.texts.pages.get(page.id, ""), of_some, groups)


def _options(visit: Visit, item: Item) -> list[str]:
    hidden = not_offered(visit.instrument, item.key, visit.background)
    return [visit.texts.label(item, option.code) for option in item.options if option.code not in hidden]
