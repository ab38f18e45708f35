"""Whether answers may be stored: the one check behind forms, API and generators."""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from surveys.instrument.plan import plan_of
from surveys.instrument.routing import Answers, answers_on_path, is_unanswered, not_offered, walked
from surveys.instrument.rule_nodes import UNREADABLE
from surveys.instrument.schema import Instrument, Item, ItemType, Level, Requirement

# Where the item sets no limit of its own; the number still fits the columns of a dataset.
LONGEST_TEXT = 10_000
LARGEST_NUMBER = 10**12
FIRST_YEAR, LAST_YEAR = 1000, 2999


@dataclass(frozen=True)
class Problem:
    """What is wrong with the answer to an item.

    `code` is one of: unknown_item, off_path, wrong_type, unknown_code, duplicate_choice, too_many, exclusive, below,
    above, decimals, no_date, no_year, total, same_place, not_in_register, not_chosen, too_long, unreadable, required,
    edit.
    `detail` holds the numbers and codes that a message needs: limit, got, expected, code, edit.
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
            # What an option's text says is held to its limits also while the option is not chosen.
            item, answer = instrument.items[key], visible.get(key, answers.get(key))
            answer = None if is_unanswered(answer) else answer
            found.extend(problems_of(item, answer))
            if item.specifies is not None and answer is not None and key not in visible:
                found.append(Problem(key, "not_chosen", Level.SOFT, {"code": item.specifies.code}))
            found.extend(problems_of_background(instrument, item, answer, background))
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


def problems_of_background(
    instrument: Instrument, item: Item, answer: object, background: Answers
) -> Iterator[Problem]:
    """What is wrong with an answer for this respondent: a code not offered, another value than the register has."""
    if item.type is ItemType.REGISTER:
        stands = background.get(item.variable)
        if isinstance(answer, Mapping) and answer.get("source") == "frame" and answer.get("value") != stands:
            yield Problem(item.key, "not_in_register", detail={"expected": str(stands)})
    elif answer is not None and any(option.show_if is not None for option in item.options):
        hidden = not_offered(instrument, item.key, background)
        given = answer if isinstance(answer, list | Mapping) else (answer,)
        for code in given:
            if isinstance(code, str) and code in hidden:
                yield Problem(item.key, "unknown_code", detail={"code": shortened(str(code))})
                return


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
    allowed = int | float if item.decimals else int
    endless = isinstance(answer, float) and not math.isfinite(answer)
    if isinstance(answer, bool) or not isinstance(answer, allowed) or endless:
        yield wrong_type(item, "number" if item.decimals else "whole number", answer)
        return
    if round(answer, item.decimals) != answer:
        yield Problem(item.key, "decimals", detail={"limit": item.decimals})
        return
    lowest = -LARGEST_NUMBER if item.minimum is None else item.minimum
    highest = LARGEST_NUMBER if item.maximum is None else item.maximum
    if answer < lowest:
        yield Problem(item.key, "below", detail={"limit": lowest})
    elif answer > highest:
        yield Problem(item.key, "above", detail={"limit": highest})


def year_problems(item: Item, answer: object) -> Iterator[Problem]:
    if not isinstance(answer, int) or isinstance(answer, bool) or not FIRST_YEAR <= answer <= LAST_YEAR:
        yield Problem(item.key, "no_year")
        return
    yield from number_problems(item, answer)


def date_problems(item: Item, answer: object) -> Iterator[Problem]:
    """The day as YYYY-MM-DD and in no other of the forms that ISO 8601 knows."""
    try:
        if isinstance(answer, str) and date.fromisoformat(answer).isoformat() == answer:
            return
    except ValueError:
        pass
    yield Problem(item.key, "no_date")


def percent_problems(item: Item, answer: object) -> Iterator[Problem]:
    """Whole per cent of the parts, 100 together; a part that is left out is 0."""
    if not isinstance(answer, Mapping):
        yield wrong_type(item, "per cent by code", answer)
        return
    for code, part in answer.items():
        if code not in item.codes:
            yield Problem(item.key, "unknown_code", detail={"code": shortened(str(code))})
            return
        if not isinstance(part, int) or isinstance(part, bool) or not 0 <= part <= 100:
            yield Problem(item.key, "wrong_type", detail={"expected": "whole per cent from 0 to 100", "code": code})
            return
    total = sum(answer.values())
    if total != 100:
        yield Problem(item.key, "total", detail={"got": total, "limit": 100})


def rank_problems(item: Item, answer: object) -> Iterator[Problem]:
    """Codes in order. A mapping is what a form gives when two options have one place."""
    if isinstance(answer, Mapping):
        yield Problem(item.key, "same_place")
        return
    yield from multi_problems(item, answer)


def register_problems(item: Item, answer: object) -> Iterator[Problem]:
    """A confirmed or corrected value of the frame, held to what a value of its kind may be."""
    if not isinstance(answer, Mapping) or set(answer) != {"value", "source", "corrected"}:
        yield wrong_type(item, "value, source and corrected", answer)
        return
    source, corrected = answer["source"], answer["corrected"]
    if source not in ("frame", "respondent") or not isinstance(corrected, bool) or (source == "frame" and corrected):
        yield wrong_type(item, "source frame or respondent, and whether it was corrected", answer)
    elif source == "respondent" and answer["value"] is None:
        # Wrong in the register, and not said what is right: asked for once, and taken.
        yield Problem(item.key, "required", Level.HARD if item.required is Requirement.HARD else Level.SOFT)
    elif source == "respondent":
        yield from problems_of(replace(item, type=item.value_type, of=None), answer["value"])


def info_problems(item: Item, answer: object) -> Iterator[Problem]:
    yield wrong_type(item, "no answer: it is only text", answer)


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
    ItemType.DATE: date_problems,
    ItemType.YEAR: year_problems,
    ItemType.PERCENT: percent_problems,
    ItemType.RANK: rank_problems,
    ItemType.INFO: info_problems,
    ItemType.REGISTER: register_problems,
}


def wrong_type(item: Item, expected: str, answer: object) -> Problem:
    return Problem(item.key, "wrong_type", detail={"expected": expected, "got": type(answer).__name__})


def shortened(code: str) -> str:
    return code if len(code) <= 60 else f"{code[:57]}..."
