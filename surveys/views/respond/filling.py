"""What one respondent's page holds: answers, problems, the register's words, the save key."""

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from surveys.forms import answer_text, mark_of, sentence
from surveys.instrument.check import Problem
from surveys.instrument.schema import ItemType, Level, Page
from surveys.views.respond.questions import target_of
from surveys.views.respond.shell import ShellKey, shell_of
from surveys.views.respond.visit import Visit
from surveys.views.respond.way import page_address, sections


@dataclass(frozen=True)
class Sheet:
    """A page about to be shown: which items, with which values, and what is said about them."""

    page: Page
    items: tuple[str, ...]
    values: Mapping[str, object]
    problems: tuple[Problem, ...] = ()
    changed: tuple[str, ...] = ()
    reason: str = ""  # something about the whole page
    to: str = ""

    @property
    def hard(self) -> bool:
        return bool(self.reason) or any(problem.level is Level.HARD for problem in self.problems)


def filled(request: HttpRequest, visit: Visit, sheet: Sheet) -> str:
    """The page as HTML."""
    version = visit.wave.instrument
    shell = shell_of(ShellKey(version.content_hash, sheet.page.id, visit.language, visit.instrument))
    return shell.fill(_values(request, visit, sheet), _regions(visit, sheet))


def _values(request: HttpRequest, visit: Visit, sheet: Sheet) -> dict[str, str]:
    stands = {key: visit.answers[key] for key in sheet.items if key in visit.answers}
    soft = [problem for problem in sheet.problems if problem.level is Level.SOFT]
    values: dict[str, str] = {
        "csrf": get_token(request),
        "save_key": str(uuid.uuid4()),
        "shown": json.dumps(stands, ensure_ascii=False, separators=(",", ":")),
        "said": " ".join(mark_of(problem) for problem in soft),
        "to": sheet.to,
        "part": _part(visit, sheet.page),
        "programme": visit.programme.name,
        "contact": visit.programme.contact_email,
        "workplace": visit.unit.unit.name if visit.unit.unit else "",
        "summary": _summary(visit, sheet),
        "notice": changed_notice(visit, sheet.changed),
    }
    if sheet.problems or sheet.reason:
        values["title_prefix"] = (_("Error:") if sheet.hard else _("Note:")) + " "
    for key in sheet.items:
        values.update(_answer(visit, key, sheet.values.get(key)))
    values.update(_notes(visit, sheet.problems))
    return values


def _answer(visit: Visit, key: str, value: object) -> Iterable[tuple[str, str]]:
    """The slots of one answer: which choices are made, or what is written."""
    if value is None:
        return ()
    if visit.instrument.items[key].type in (ItemType.SINGLE, ItemType.MULTI):
        codes = value if isinstance(value, list) else [value]
        return [(f"checked:{key}:{code}", " checked") for code in codes]
    return [(f"value:{key}", str(value))]


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
        question = visit.texts.items[problem.item].question if problem.item in visit.texts.items else ""
        here = item is not None and problem.item in sheet.items
        lines.append((f"#{target_of(problem.item)}" if here else "", f"{question} – {text}" if question else text))
    heading = _("The page was not saved") if sheet.hard else _("Saved. Before you go on:")
    context = {"hard": sheet.hard, "heading": heading, "reason": sheet.reason, "lines": lines}
    return render_to_string("surveys/respond/_summary.html", context)


def changed_notice(visit: Visit, changed: Iterable[str]) -> SafeString | str:
    """Which answers somebody else wrote while the page was open, and what stands now."""
    lines = []
    for key in changed:
        item = visit.instrument.items[key]
        stands = visit.answers.get(key)
        answer = _("Not answered") if stands is None else answer_text(item, stands, visit.texts)
        page = next(step.page.id for step in visit.pages if key in step.items) if _asked(visit, key) else ""
        lines.append((page_address(page, key) if page else "", visit.texts.full_question(item), answer))
    return render_to_string("surveys/respond/_changed.html", {"lines": lines}) if lines else ""


def _asked(visit: Visit, key: str) -> bool:
    return any(key in step.items for step in visit.pages)


def _part(visit: Visit, page: Page) -> str:
    parts = sections(visit.pages)
    name = visit.texts.sections.get(page.section, "")
    if page.section not in parts:
        return name
    numbers = {"part": parts.index(page.section) + 1, "parts": len(parts), "name": name}
    return _("Part %(part)s of %(parts)s: %(name)s") % numbers


def _regions(visit: Visit, sheet: Sheet) -> set[str]:
    items = visit.instrument.items
    regions = {f"item:{key}" for key in sheet.items}
    regions.update(f"battery:{items[key].battery}" for key in sheet.items if items[key].battery)
    regions.update(f"language:{code}" for code in visit.wave.languages)
    regions.add("back")
    if sheet.hard:
        regions.add("skip")
    if visit.wave.constructed:
        regions.add("constructed")
    return regions
