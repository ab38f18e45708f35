"""Whether answers may be stored: the one check behind forms, API and generators."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from surveys.instrument.plan import plan_of
from surveys.instrument.routing import Answers, answers_on_path, is_unanswered, walked
from surveys.instrument.schema import Instrument, Item, ItemType, Level, Requirement

# Characters that a database refuses or that no person types; line breaks and tabs are fine.
UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
# Where the item sets no limit of its own; the number still fits the columns of a dataset.
LONGEST_TEXT = 10_000
LARGEST_NUMBER = 10**12


@dataclass(frozen=True)
class Problem:
    """What is wrong with the answer to an item.

    `code` is one of: unknown_item, off_path, wrong_type, unknown_code, duplicate_choice, too_many, exclusive, below,
    above, too_long, unreadable, required, edit. `detail` holds the numbers and codes that a message needs: limit, got,
    expected, code, edit.
    """

    item: str
    code: str
    level: Level = Level.HARD
    detail: Mapping[str, str | int] = field(default_factory=dict)


def check(
    instrument: Instrument, answers: Answers, background: Answers, *, items: Collection[str] | None = None
) -> tuple[Problem, ...]:
    """Everything wrong with the answers, in the order of the questionnaire.

    Args:
        answers: the whole document, stored answers with new ones over them.
        background: the frame's variables of this unit.
        items: look at these only (those of the page being saved). None looks at everything: then an answer off the
            path is a problem, so give it a `submission`, not a draft.

    A hard problem must not be stored; a soft one is said once and then accepted.
    """
    pages, visible = walked(instrument, answers, background)
    on_path = [key for page in pages for key in page.items]
    wanted = frozenset((*on_path, *answers)) if items is None else frozenset(items)
    found = strays(instrument, answers, wanted.difference(on_path))
    for key in on_path:
        if key in wanted:
            found.extend(problems_of(instrument.items[key], visible.get(key)))
    refused = {problem.item for problem in found if problem.level is Level.HARD}
    for edit, holds in plan_of(instrument).edits:
        looked_at = edit.item in wanted and edit.item in visible and edit.item not in refused
        if looked_at and not holds(visible, background):
            found.append(Problem(edit.item, "edit", edit.level, {"edit": edit.id}))
    return tuple(found)


def strays(instrument: Instrument, answers: Answers, keys: Collection[str]) -> list[Problem]:
    """Answers that have no place: to items nobody knows, and to items that are not asked here."""
    found: list[Problem] = []
    for key in sorted(keys):
        if key not in instrument.items:
            found.append(Problem(key, "unknown_item"))
        elif not is_unanswered(answers.get(key)):
            found.append(Problem(key, "off_path"))
    return found


def submission(instrument: Instrument, answers: Answers, background: Answers) -> dict[str, object]:
    """The answers that are handed in: those on the path, and no empty ones."""
    return answers_on_path(instrument, answers, background)


def problems_of(item: Item, answer: object) -> Iterable[Problem]:
    """What is wrong with one answer, taken alone. None is unanswered."""
    if answer is None:
        required = item.required
        return () if required is Requirement.NO else (Problem(item.key, "required", Level(required.value)),)
    if item.type is ItemType.SINGLE and isinstance(answer, str) and answer in item.codes:
        return ()  # nearly every answer: no more work than this
    return BY_TYPE[item.type](item, answer)


def single_problems(item: Item, answer: object) -> Iterator[Problem]:
    if not isinstance(answer, str):
        yield wrong_type(item, "code", answer)
    elif answer not in item.codes:
        yield Problem(item.key, "unknown_code", detail={"code": shortened(answer)})


def multi_problems(item: Item, answer: object) -> Iterator[Problem]:
    if not isinstance(answer, list) or not all(isinstance(code, str) for code in answer):
        yield wrong_type(item, "list of codes", answer)
        return
    for code in answer:
        if code not in item.codes:
            yield Problem(item.key, "unknown_code", detail={"code": shortened(code)})
            return
    if len(set(answer)) != len(answer):
        yield Problem(item.key, "duplicate_choice")
    if item.max_choices is not None and len(answer) > item.max_choices:
        yield Problem(item.key, "too_many", detail={"limit": item.max_choices, "got": len(answer)})
    if len(answer) > 1:
        for code in answer:
            if code in item.exclusive_codes:
                yield Problem(item.key, "exclusive", detail={"code": code})
                return


def number_problems(item: Item, answer: object) -> Iterator[Problem]:
    if not isinstance(answer, int) or isinstance(answer, bool):
        yield wrong_type(item, "whole number", answer)
        return
    lowest = -LARGEST_NUMBER if item.minimum is None else item.minimum
    highest = LARGEST_NUMBER if item.maximum is None else item.maximum
    if answer < lowest:
        yield Problem(item.key, "below", detail={"limit": lowest})
    elif answer > highest:
        yield Problem(item.key, "above", detail={"limit": highest})


def text_problems(item: Item, answer: object) -> Iterator[Problem]:
    limit = LONGEST_TEXT if item.max_length is None else item.max_length
    if not isinstance(answer, str):
        yield wrong_type(item, "text", answer)
    elif len(answer) > limit:
        yield Problem(item.key, "too_long", detail={"limit": limit, "got": len(answer)})
    elif UNREADABLE.search(answer):
        yield Problem(item.key, "unreadable")


BY_TYPE = {
    ItemType.SINGLE: single_problems,
    ItemType.MULTI: multi_problems,
    ItemType.NUMBER: number_problems,
    ItemType.TEXT: text_problems,
}


def wrong_type(item: Item, expected: str, answer: object) -> Problem:
    return Problem(item.key, "wrong_type", detail={"expected": expected, "got": type(answer).__name__})


def shortened(code: str) -> str:
    return code if len(code) <= 60 else f"{code[:57]}..."
