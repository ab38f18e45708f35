"""A respondent made of code: goes from page to page as the questionnaire leads, and answers what it is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from surveys.instrument.routing import PageOnPath, not_offered, path
from surveys.instrument.schema import Instrument, Item, ItemType, Specified
from tests.surveys.instrument.telling_apart import backgrounds_told_apart
from tests.surveys.instrument.ways import Step, Ways

Answers = Mapping[str, object]


@dataclass(frozen=True)
class Walk:
    """One way walked to its end: the pages as they came, and the draft that stands then."""

    background: Answers
    answers: dict[str, object]
    pages: tuple[PageOnPath, ...]


class Bot:
    """Walks the ways of one instrument; the number of a walk chooses among answers that no rule tells apart."""

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.ways = Ways(instrument)
        self.place = {page.id: place for place, page in enumerate(instrument.pages)}
        self.deciding = {item.key for items in self.ways.decisive().values() for item in items}

    @cached_property
    def backgrounds(self) -> list[Answers]:
        """Those between which the rules of options tell a difference."""
        options = [option for item in self.instrument.items.values() for option in item.options]
        return list(backgrounds_told_apart([option.show_if for option in options if option.show_if is not None]))

    def walk(self, way: Sequence[Step], number: int) -> Walk:
        first, *steps = (step.choices[number % len(step.choices)] for step in way)
        background = {**self.backgrounds[number % len(self.backgrounds)], **first}
        return self.walk_on({}, {key: answer for step in steps for key, answer in step.items()}, background, number)

    def walk_on(self, draft: Answers, decided: Answers, background: Answers, number: int) -> Walk:
        """From the first page to the last. What stands in the draft is left; the rest is answered as decided or anyhow.

        The path is found anew behind every page on which something was answered that later rules read.
        """
        answers = dict(draft)
        seen: list[PageOnPath] = []
        pages = path(self.instrument, answers, background)
        while (step := self.behind(seen, pages)) is not None:
            seen.append(step)
            new = [key for key in step.items if key not in answers]
            for key in new:
                answers[key] = decided[key] if key in decided else self.answer(key, background, number)
            if not self.deciding.isdisjoint(new):
                pages = path(self.instrument, answers, background)
        return Walk(background, answers, tuple(seen))

    def behind(self, seen: Sequence[PageOnPath], pages: Sequence[PageOnPath]) -> PageOnPath | None:
        """The next page of the path; None where the answers are checked and handed in."""
        place = self.place[seen[-1].page.id] if seen else -1
        return next((step for step in pages if self.place[step.page.id] > place), None)

    def answer(self, key: str, background: Answers, number: int) -> object:
        item = self.instrument.items[key]
        hidden = not_offered(self.instrument, key, background) if item.options else frozenset()
        return answer_to(item, [option.code for option in item.options if option.code not in hidden], number)


def answer_to(item: Item, codes: Sequence[str], number: int) -> object:
    """An answer that may stand, out of the codes that are offered; None to what is only text."""
    if item.type is ItemType.REGISTER:
        value = answer_to(replace(item, type=item.value_type, of=None), codes, number)
        return {"value": value, "source": "respondent", "corrected": True}
    code = codes[number % len(codes)] if codes else ""
    least = item.maximum if item.minimum is None else item.minimum
    by_type: dict[ItemType, object] = {
        ItemType.SINGLE: code,
        ItemType.MULTI: [code],
        ItemType.RANK: [code],
        ItemType.PERCENT: {code: 100},
        ItemType.NUMBER: least,
        ItemType.YEAR: least,
        ItemType.DATE: "2026-03-01",
        ItemType.TEXT: "A text",
    }
    return by_type.get(item.type)


def is_chosen(option: Specified, answers: Answers) -> bool:
    given = answers.get(option.item)
    return option.code in given if isinstance(given, list) else option.code == given
