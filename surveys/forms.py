"""Between a page and the answers document: reads what was posted and says what is wrong. Decides nothing."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import SuspiciousOperation
from django.http import QueryDict
from django.utils.translation import gettext as _

from surveys.instrument.check import Problem
from surveys.instrument.schema import Instrument, Item, ItemType, Level, Texts

PREFIX = "a."  # in front of the item key, so that no item can have the name of another field
WHOLE_NUMBER = re.compile(r"[+-]?\d{1,15}")
SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class PostedPage:
    """A questionnaire page as it came from the browser."""

    values: Mapping[str, object]  # every item that stood on the page; None where nothing was given
    shown: Mapping[str, object]  # the answers that stood there when it was shown
    said: frozenset[str]  # soft problems that were said already
    save_key: str
    go: str  # next, back or language:<code>
    to: str  # "check" when the person came from the check page


def read_page(data: QueryDict, instrument: Instrument, items: Sequence[str]) -> PostedPage:
    """The posted page; `items` are those that were asked on it. Answers to anything else are kept, to be refused."""
    values: dict[str, object] = {key: read_answer(instrument.items[key], data) for key in items}
    for name in data:
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in values:
            values[name.removeprefix(PREFIX)] = data[name]
    return PostedPage(
        values=values,
        shown=_shown(data.get("shown", "")),
        said=frozenset(data.get("said", "").split()),
        save_key=data.get("save_key", ""),
        go=data.get("go", "next"),
        to=data.get("to", ""),
    )


def read_answer(item: Item, data: QueryDict) -> object:
    """One answer in its own type; what does not fit the type stays as it came, so that the check can refuse it."""
    given = [value for value in data.getlist(PREFIX + item.key) if value.strip()]
    if not given:
        return None
    if item.type is ItemType.MULTI:
        known = [option.code for option in item.options if option.code in given]
        strange = [value for value in given if value not in item.codes]
        return known + strange if len(set(given)) == len(given) else given
    if len(given) > 1:
        return given
    if item.type is ItemType.NUMBER:
        bare = SPACES.sub("", given[0])
        return int(bare) if WHOLE_NUMBER.fullmatch(bare) else given[0].strip()
    if item.type is ItemType.TEXT:
        return given[0].replace("\r\n", "\n").replace("\r", "\n").strip()
    return given[0]


def _shown(text: str) -> dict[str, object]:
    """The hidden field that holds what the page showed; written by us, so anything else is tampering."""
    try:
        shown = json.loads(text)
    except (ValueError, RecursionError) as error:  # no JSON, a number of a thousand digits, brackets without end
        raise SuspiciousOperation(
            "shown: expected the JSON object that the page carried. Show the page again."
        ) from error
    if not isinstance(shown, dict):
        raise SuspiciousOperation("shown: expected a JSON object. Show the page again.")
    return shown


def mark_of(problem: Problem) -> str:
    """How a soft problem is remembered as said."""
    return f"{problem.item}:{problem.code}:{problem.detail.get('edit', '')}"


def sentence(problem: Problem, instrument: Instrument, texts: Texts) -> str:
    """The problem in a person's words, in the active language (an edit's own text in that of `texts`)."""
    item = instrument.items.get(problem.item)
    match problem.code:
        case "edit":
            text = texts.edits.get(str(problem.detail.get("edit", "")), "")
            text = text or _("This does not agree with another answer.")
        case "required":
            text = _required(item, problem.level)
        case "too_many" | "too_long" | "below" | "above":
            text = _beyond_limit(problem)
        case "exclusive" | "unknown_code":
            text = _about_choice(problem, item, texts)
        case "wrong_type" if item is not None and item.type is ItemType.NUMBER:
            text = _("Write a whole number with digits only, for instance 3.")
        case _:
            text = _plain().get(problem.code) or _("This answer cannot be saved.")
    return text


def _about_choice(problem: Problem, item: Item | None, texts: Texts) -> str:
    code = str(problem.detail.get("code", ""))
    if problem.code == "unknown_code":
        return _("“%(code)s” is not one of the choices. Choose again.") % {"code": code}
    label = (texts.label(item, code) if item is not None else "") or code
    return _("“%(label)s” cannot stand together with other choices.") % {"label": label}


def _required(item: Item | None, level: Level) -> str:
    if level is Level.HARD:
        return _("Answer this question to go on.")
    if item is not None and item.type in (ItemType.NUMBER, ItemType.TEXT):
        return _("This is not filled in. You may fill it in, or go on without.")
    return _("This is not answered. You may answer it, or go on without.")


def _beyond_limit(problem: Problem) -> str:
    limit, got = int(problem.detail["limit"]), int(problem.detail.get("got", 0))
    numbers = {"limit": limit, "got": got}
    if problem.code == "too_many":
        text = _("Choose at most %(limit)s; you have chosen %(got)s.")
    elif problem.code == "too_long":
        text = _("The text may have %(limit)s characters; it has %(got)s. Shorten it.")
    elif problem.code == "below":
        text = _("The number must be %(limit)s or more.")
    else:
        text = _("The number must be %(limit)s or less.")
    return text % numbers


def _plain() -> dict[str, str]:
    return {
        "duplicate_choice": _("The same choice came twice. Choose again."),
        "unknown_item": _("An answer came to a question that is not on this page. Nothing was saved."),
        "off_path": _("With what is answered elsewhere this question is not asked any more. Nothing was saved."),
        "wrong_type": _("This answer cannot be read. Give it again."),
        "unreadable": _("The text holds characters that cannot be stored. Remove them."),
    }


def answer_text(item: Item, value: object, texts: Texts) -> str:
    """An answer as a person reads it; codes that are not ours are shown as they came."""
    if isinstance(value, list):
        return "\n".join(texts.label(item, str(code)) or str(code) for code in value)
    if item.type is ItemType.SINGLE:
        return texts.label(item, str(value)) or str(value)
    return str(value)
