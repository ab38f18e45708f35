"""What one respondent's page holds: answers, problems, the register's words, the save key."""

import json
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from surveys.forms.posted import DATE_PARTS, FROM_REGISTER
from surveys.forms.sentences import (
    answer_text,
    answer_text_of_value,
    full_question_of,
    mark_of,
    question_of,
    sentence,
)
from surveys.instrument.check import Problem
from surveys.instrument.routing import not_offered
from surveys.instrument.schema import CODED, Item, ItemType, Level, Page
from surveys.views.respond.questions import PLACE, target_of
from surveys.views.respond.shell import ShellKey, shell_of
from surveys.views.respond.visit import Visit
from surveys.views.respond.way import page_address, sections

CHECKED, SELECTED = mark_safe(" checked"), mark_safe(" selected")


@dataclass(frozen=True)
class Sheet:
    """A page about to be shown: which items, with which values, and what is said about them."""

    page: Page
    items: tuple[str, ...]
    values: Mapping[str, object]
    problems: tuple[Problem, ...] = ()
    notice: SafeString | str = ""  # what the save before it changed elsewhere
    reason: str = ""  # something about the whole page
    to: str = ""
    since: str = ""  # when it was shown first; empty: now
    first: str = ""  # JSON of what stood when the person came to the page; empty: what stands now

    @property
    def hard(self) -> bool:
        return bool(self.reason) or any(problem.level is Level.HARD for problem in self.problems)


def filled(request: HttpRequest, visit: Visit, sheet: Sheet) -> str:
    """The page as HTML."""
    version = visit.wave.instrument
    key = ShellKey(
        content_hash=version.content_hash,
        page=sheet.page.id,
        language=visit.language,
        question_language=visit.question_language,
        languages=tuple(visit.wave.languages),
        instrument=visit.instrument,
    )
    shell = shell_of(key)
    values = _values(request, visit, sheet)
    for number, place in enumerate(shell.places):
        values[f"{PLACE}{number}"] = visit.wording.value_of(place) or place.default
    return shell.fill(values, _regions(visit, sheet))


def shown_of(visit: Visit, items: Iterable[str], answers: Mapping[str, object]) -> str:
    """What the hidden field `shown` holds: the answers that stand on the page."""
    stands = {key: answers[key] for key in items if key in answers}
    return json.dumps(stands, ensure_ascii=False, separators=(",", ":"))


def new_save_key() -> str:
    return str(uuid.uuid4())


def _values(request: HttpRequest, visit: Visit, sheet: Sheet) -> dict[str, str]:
    soft = [problem for problem in sheet.problems if problem.level is Level.SOFT]
    values: dict[str, str] = {
        "csrf": get_token(request),
        "save_key": new_save_key(),
        "shown": shown_of(visit, sheet.items, visit.answers),
        "said": " ".join(mark_of(problem) for problem in soft),
        "opened": sheet.since or str(int(time.time())),
        "to": sheet.to,
        "first": sheet.first,
        "part": _part(visit, sheet.page),
        "programme": visit.programme.name,
        "contact": visit.programme.contact_email,
        "workplace": visit.unit.unit.name if visit.unit.unit else "",
        "summary": _summary(visit, sheet),
        "notice": sheet.notice,
    }
    if sheet.problems or sheet.reason:
        values["title_prefix"] = (_("Error:") if sheet.hard else _("Note:")) + " "
    for key in sheet.items:
        item = visit.instrument.items[key]
        values.update(_answer(item, sheet.values.get(key)))
        if item.type is ItemType.REGISTER:
            values[f"stands:{key}"] = _stands(visit, item)
    values.update(_notes(visit, sheet.problems))
    return values


def _stands(visit: Visit, item: Item) -> str:
    """What the register says, in words."""
    value = visit.background.get(item.variable)
    return _("nothing") if value in (None, "") else visit.marked(answer_text_of_value(item, value, visit.texts))


def _answer(item: Item, value: object) -> Iterator[tuple[str, str]]:
    """The slots of one answer: which choices are made, or what is written; also what does not fit the type."""
    key = item.key
    if value is None:
        return
    if item.type in SLOTS:
        yield from SLOTS[item.type](key, value)
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield f"value:{key}:{name}", _typed(part)
    elif item.type in CODED:
        for code in _list(value):
            yield f"checked:{key}:{code}", CHECKED
    else:
        yield f"value:{key}", _typed(value)


def _typed(value: object) -> str:
    """The value as a person types it in the language of the page: 12,5 where that is how it is written."""
    return number_format(value, use_l10n=True) if isinstance(value, float) else str(value)


def _register_slots(key: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        yield f"checked:{key}:{value.get('source')}", CHECKED
        if value.get("source") != FROM_REGISTER and value.get("value") is not None:
            yield f"value:{key}", _typed(value["value"])


def _rank_slots(key: str, value: object) -> Iterator[tuple[str, str]]:
    places = value if isinstance(value, Mapping) else {code: place for place, code in enumerate(_list(value), 1)}
    for code, place in places.items():
        yield f"place-of:{key}:{code}:{place}", SELECTED


def _date_slots(key: str, value: object) -> Iterator[tuple[str, str]]:
    parts = (
        value if isinstance(value, Mapping) else dict(zip(reversed(DATE_PARTS), str(value).split("-"), strict=False))
    )
    for name, part in parts.items():
        yield f"value:{key}:{name}", str(part).lstrip("0")


SLOTS: Mapping[ItemType, Callable[[str, object], Iterator[tuple[str, str]]]] = {
    ItemType.REGISTER: _register_slots,
    ItemType.RANK: _rank_slots,
    ItemType.DATE: _date_slots,
}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _notes(visit: Visit, problems: Iterable[Problem]) -> dict[str, str]:
    """What is said beside the fields, tied to the controls for those who do not see it."""
    slots: dict[str, str] = {}
    for problem in problems:
        key, hard = problem.item, problem.level is Level.HARD
        text = sentence(problem, visit.instrument, visit.texts)
        note = format_html(
            '<p class="{}" id="e-{}"><span class="hidden">{} </span>{}</p>',
            "error" if hard else "soft",
            key,
            _("Error:") if hard else _("Note:"),
            text,
        )
        if f"note:{key}" in slots:
            continue
        slots[f"note:{key}"] = note
        slots[f"described:{key}"] = f" e-{key}"
        slots[f"mood:{key}"] = " question-error" if hard else " question-soft"
        if hard:
            slots[f"invalid:{key}"] = mark_safe(' aria-invalid="true"')
    return slots


def _summary(visit: Visit, sheet: Sheet) -> SafeString | str:
    if not sheet.problems and not sheet.reason:
        return ""
    lines = []
    for problem in sheet.problems:
        item = visit.instrument.items.get(problem.item)
        text = sentence(problem, visit.instrument, visit.texts)
        question = "" if item is None else question_of(item, visit.texts)
        here = item is not None and problem.item in sheet.items
        lines.append((f"#{target_of(problem.item)}" if here else "", visit.marked(question), text))
    heading = _("The page was not saved") if sheet.hard else _("Saved. Before you go on:")
    context = {"hard": sheet.hard, "heading": heading, "reason": sheet.reason, "lines": lines}
    return render_to_string("surveys/respond/_summary.html", context)


def notice_of(request: HttpRequest, visit: Visit) -> SafeString:
    """What the save that led here has changed besides: it stands in the address, so that every page can say it."""
    told = {name: request.GET.get(name, "") for name in ("changed", "opened", "dropped")}
    dropped = told["dropped"]
    return _changed_notice(visit, told["changed"].split(",")) + _way_notice(
        visit,
        [name for name in told["opened"].split(",") if name in visit.texts.sections],
        int(dropped) if dropped.isascii() and dropped.isdigit() and len(dropped) < 4 else 0,
    )


def _changed_notice(visit: Visit, changed: Iterable[str]) -> SafeString:
    """Which answers somebody else wrote while the page was open, when, and what stands now.

    The address may name anything: a colleague is told of answers in the own part alone.
    """
    lines = []
    own = {ask.item for page in visit.own_pages for ask in page.asks}
    pages = {key: step.page.id for step in visit.pages for key in step.items}
    for key in changed:
        if key not in own:
            continue
        item = visit.instrument.items[key]
        stands = visit.answers.get(key)
        answer = _("Not answered") if stands is None else answer_text(item, stands, visit.texts)
        address = page_address(pages[key], key) if key in pages else ""
        question = visit.marked(full_question_of(item, visit.texts))
        lines.append((address, question, visit.marked(answer), visit.written_at(key)))
    return render_to_string("surveys/respond/_changed.html", {"lines": lines}) if lines else mark_safe("")


def _way_notice(visit: Visit, opened: Iterable[str], dropped: int) -> SafeString:
    """What a changed answer did to the questions: those it brought up, and answers that no longer count."""
    own = {page.section for page in visit.own_pages}
    names = [visit.marked(visit.texts.sections.get(section, section)) for section in opened if section in own]
    if not names and not dropped:
        return mark_safe("")
    return render_to_string("surveys/respond/_way.html", {"names": names, "dropped": dropped})


def _part(visit: Visit, page: Page) -> str:
    parts = sections(visit.pages)
    name = visit.marked(visit.texts.sections.get(page.section, ""))
    if page.section not in parts or visit.section:
        return name
    numbers = {"part": parts.index(page.section) + 1, "parts": len(parts), "name": conditional_escape(name)}
    return mark_safe(conditional_escape(_("Part %(part)s of %(parts)s: %(name)s")) % numbers)  # noqa: S308 - escaped


def _regions(visit: Visit, sheet: Sheet) -> set[str]:
    items = visit.instrument.items
    regions = {f"item:{key}" for key in sheet.items}
    for key in sheet.items:
        item = items[key]
        if item.battery:
            regions.add(f"battery:{item.battery}")
        conditional = [option.code for option in item.options if option.show_if is not None]
        if conditional:
            hidden = not_offered(visit.instrument, key, visit.background)
            regions.update(f"option:{key}:{code}" for code in conditional if code not in hidden)
    regions.add("back")
    regions.add("one_part" if visit.section else "whole")
    if sheet.hard:
        regions.add("skip")
    if visit.wave.constructed:
        regions.add("constructed")
    return regions
