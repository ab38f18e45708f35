"""What is said of an answer, in the active language: what is wrong with it, and how it reads."""

from collections.abc import Callable, Mapping
from datetime import date

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys.forms.posted import FROM_REGISTER
from surveys.instrument.check import Problem
from surveys.instrument.schema import NO_TEXT, NUMERIC, Instrument, Item, ItemType, Level, Texts


def mark_of(problem: Problem) -> str:
    """How a soft problem is remembered as said."""
    return f"{problem.item}:{problem.code}:{problem.detail.get('edit', '')}"


def question_of(item: Item, texts: Texts) -> str:
    """The question as it stands on its page; that of a text beside an option names the option."""
    if item.specifies is None:
        return texts.items.get(item.key, NO_TEXT).question
    other = texts.items.get(item.specifies.item, NO_TEXT)
    label = other.options.get(item.specifies.code, "") or item.specifies.code
    return _("If “%(label)s”: please specify") % {"label": label}


def full_question_of(item: Item, texts: Texts) -> str:
    """The question as it reads alone."""
    if item.specifies is None:
        return texts.full_question(item)
    return f"{texts.items.get(item.specifies.item, NO_TEXT).question} {question_of(item, texts)}".strip()


def sentence(problem: Problem, instrument: Instrument, texts: Texts) -> str:
    """The problem in a person's words, in the active language (an edit's own text in that of `texts`)."""
    item = instrument.items.get(problem.item)
    match problem.code:
        case "edit":
            text = texts.edits.get(str(problem.detail.get("edit", "")), "")
            text = text or _("This does not agree with another answer.")
        case "required":
            text = _required(item, problem.level)
        case "too_many" | "too_long" | "below" | "above" | "total" | "decimals":
            text = _beyond_limit(problem)
        case "exclusive" | "unknown_code":
            text = _about_choice(problem, item, texts)
        case "not_chosen" if item is not None and item.specifies is not None:
            label = texts.label(instrument.items[item.specifies.item], item.specifies.code)
            text = _("This is written, but “%(label)s” is not chosen. Without that it is not handed in.") % {
                "label": label
            }
        case "wrong_type" if item is not None:
            text = _wrong_type(item)
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
    if item is not None and item.value_type in (*NUMERIC, ItemType.TEXT, ItemType.DATE, ItemType.PERCENT):
        return _("This is not filled in. You may fill it in, or go on without.")
    return _("This is not answered. You may answer it, or go on without.")


def _wrong_type(item: Item) -> str:
    if item.value_type is ItemType.PERCENT:
        return _("Write a whole number from 0 to 100 beside each.")
    if item.value_type is ItemType.NUMBER and item.decimals:
        return _("Write a number with digits only, for instance 3.5.")
    if item.value_type is ItemType.NUMBER:
        return _("Write a whole number with digits only, for instance 3.")
    return _("This answer cannot be read. Give it again.")


def _beyond_limit(problem: Problem) -> str:
    limit, got = int(problem.detail["limit"]), int(problem.detail.get("got", 0))
    text = {
        "too_many": _("Choose at most %(limit)s; you have chosen %(got)s."),
        "too_long": _("The text may have %(limit)s characters; it has %(got)s. Shorten it."),
        "below": _("The number must be %(limit)s or more."),
        "above": _("The number must be %(limit)s or less."),
        "total": _("Together the numbers must make 100; they make %(got)s."),
        "decimals": ngettext(
            "The number may have %(limit)s decimal at most.", "The number may have %(limit)s decimals at most.", limit
        ),
    }[problem.code]
    return text % {"limit": limit, "got": got}


def _plain() -> dict[str, str]:
    return {
        "duplicate_choice": _("The same choice came twice. Choose again."),
        "unknown_item": _("An answer came to a question that is not on this page. Nothing was saved."),
        "off_path": _("With what is answered elsewhere this question is not asked any more. Nothing was saved."),
        "unreadable": _("The text holds characters that cannot be stored. Remove them."),
        "no_date": _("Write a day that exists, as numbers: day, month and year, for instance 27 3 2026."),
        "no_year": _("Write the year with four digits, for instance 2025."),
        "same_place": _("Give each choice its own place: 1 for the first, 2 for the next."),
        "not_in_register": _("The register has another value by now. Look at it and confirm it again."),
    }


def answer_text(item: Item, value: object, texts: Texts) -> str:
    """An answer as a person reads it; codes that are not ours, and what has not the item's type, as they came."""
    if isinstance(value, Mapping):
        return _of_mapping(item, value, texts)
    if isinstance(value, list):
        labels = [texts.label(item, str(code)) or str(code) for code in value]
        if item.type is ItemType.RANK:
            labels = [f"{place}. {label}" for place, label in enumerate(labels, start=1)]
        return "\n".join(labels)
    write = PLAIN.get(item.value_type)
    return str(value) if write is None else write(item, value, texts)


def _of_mapping(item: Item, value: Mapping[str, object], texts: Texts) -> str:
    if item.type is ItemType.REGISTER and "value" in value:
        stands = "" if value["value"] is None else answer_text_of_value(item, value["value"], texts)
        source = _("from the register") if value.get("source") == FROM_REGISTER else _("corrected")
        return f"{stands} ({source})".strip()
    unit = " %" if item.type is ItemType.PERCENT else ""
    return "\n".join(f"{texts.label(item, str(code)) or code}: {part}{unit}" for code, part in value.items())


def answer_text_of_value(item: Item, value: object, texts: Texts) -> str:
    """The value of a register item, confirmed or as the register has it."""
    write = PLAIN.get(item.value_type)
    return str(value) if write is None else write(item, value, texts)


def _label(item: Item, value: object, texts: Texts) -> str:
    return texts.label(item, str(value)) or str(value)


def _number(item: Item, value: object, texts: Texts) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    unit = texts.items.get(item.key, NO_TEXT).unit
    return f"{number_format(value, use_l10n=True)} {unit}".strip()


def _day(_item: Item, value: object, _texts: Texts) -> str:
    try:
        return date_format(date.fromisoformat(str(value)), "DATE_FORMAT")
    except ValueError:
        return str(value)


PLAIN: Mapping[ItemType, Callable[[Item, object, Texts], str]] = {
    ItemType.SINGLE: _label,
    ItemType.NUMBER: _number,
    ItemType.DATE: _day,
}
