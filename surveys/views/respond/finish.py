"""The way out: check answers, hand in, receipt with a copy, and opening what was handed in again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from surveys.actions import responses
from surveys.actions.responses import AnswersRefused, NothingAnswered, ResponseError
from surveys.forms.sentences import answer_text, full_question_of, question_of, sentence
from surveys.instrument.check import Problem
from surveys.instrument.routing import is_unanswered
from surveys.instrument.schema import NO_TEXT, ItemType
from surveys.models import Response, WaveState
from surveys.views.respond import visit as visits
from surveys.views.respond.filling import notice_of
from surveys.views.respond.outcomes import not_saved
from surveys.views.respond.visit import Visit, answering
from surveys.views.respond.way import page_address


@dataclass(frozen=True)
class Row:
    question: str
    full_question: str
    answer: str
    address: str


@dataclass(frozen=True)
class Group:
    """Rows under one question: those of a battery, or questions that stand alone (then without a heading)."""

    battery: str | None
    heading: str
    rows: list[Row]


@dataclass(frozen=True)
class Section:
    heading: str
    groups: list[Group]

    @property
    def rows(self) -> list[Row]:
        return [row for group in self.groups for row in group.rows]


@require_safe
@answering(owner_only=True)
def check(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Every question on the path with its answer and a way to change it."""
    return _check_page(request, visit)


@require_http_methods(["GET", "HEAD", "POST"])
@answering()
def submit(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Hand in. Doing so twice leads to the one receipt; the bare address (another language, say) to the answers."""
    if request.method != "POST":
        return visits.see_other("surveys:respond-check")
    try:
        responses.submit(sampled_unit=visit.unit, section=visit.section)
    except AnswersRefused as error:
        return _check_page(request, visit, problems=error.problems, status=422)
    except NothingAnswered:
        reason = _("No question is answered yet, so there is nothing to hand in.")
        return _check_page(request, visit, reason=reason, status=422)
    except ResponseError as error:
        return not_saved(request, visit, error, {} if visit.section else visit.answers, handing_in=True)
    return visits.see_other("surveys:respond-receipt")


@require_POST
@answering()
def correct(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Open what was handed in again. It counts as it is until it is handed in anew."""
    try:
        responses.correct(sampled_unit=visit.unit, section=visit.section)
    except ResponseError as error:
        return not_saved(request, visit, error)
    return visits.see_other("surveys:respond-check")


@require_safe
@answering(also_when_over=True, owner_only=True)
def receipt(request: HttpRequest, visit: Visit) -> HttpResponse:
    response = visit.response
    if response is None or response.submitted_at is None:
        return visits.see_other("surveys:respond")
    context = {
        "visit": visit,
        "at": _moment(response),
        "reference": _reference(visit),
        "open": visit.wave.state == WaveState.OPEN,
        "deadline": date_format(visit.wave.closes_on, "DATE_FORMAT"),
        "sections": _sections(replace(visit, handed_in=True)),
    }
    return render(request, "surveys/respond/receipt.html", context)


@require_safe
@answering(also_when_over=True, owner_only=True)
def copy(_request: HttpRequest, visit: Visit) -> HttpResponse:
    """The answers as a text file, for the respondent's own papers."""
    response = visit.response
    if response is None or response.submitted_at is None:
        return visits.see_other("surveys:respond")
    context: dict[str, object] = {"visit": visit, "at": _moment(response), "reference": _reference(visit)}
    context["sections"] = _sections(replace(visit, handed_in=True))
    text = render_to_string("surveys/respond/copy.txt", context)
    headers = {"Content-Disposition": f'attachment; filename="{visit.instrument.key}-{visit.wave.code}.txt"'}
    # The mark at the beginning tells old programs that letters beyond ASCII follow.
    return HttpResponse("\ufeff" + text, content_type="text/plain; charset=utf-8", headers=headers)


def _moment(response: Response) -> str:
    assert response.submitted_at is not None  # noqa: S101 - the callers have looked
    return date_format(timezone.localtime(response.submitted_at), "DATETIME_FORMAT")


def _reference(visit: Visit) -> str:
    return visit.unit.pseudonym[:8].upper()


def _check_page(
    request: HttpRequest, visit: Visit, *, problems: tuple[Problem, ...] = (), reason: str = "", status: int = 200
) -> HttpResponse:
    if visit.section:
        return visits.see_other("surveys:respond-tasks")
    sections = _sections(visit)
    last = visit.pages[-1].page.id if visit.pages else ""
    context = {
        "visit": visit,
        "sections": sections,
        "unanswered": sum(not row.answer for section in sections for row in section.rows),
        "summary": _summary(visit, problems, reason),
        "notice": notice_of(request, visit),
        "back": page_address(last) if last else reverse("surveys:respond"),
    }
    return render(request, "surveys/respond/check.html", context, status=status)


def _summary(visit: Visit, problems: tuple[Problem, ...], reason: str) -> str:
    if not problems and not reason:
        return ""
    pages = _page_of_item(visit)
    lines = [
        (
            page_address(pages[problem.item], problem.item, query="to=check") if problem.item in pages else "",
            visit.marked(_question(visit, problem.item)),
            sentence(problem, visit.instrument, visit.texts),
        )
        for problem in problems
    ]
    heading = _("The answers cannot be handed in yet")
    context = {"hard": True, "heading": heading, "reason": reason, "lines": lines}
    return render_to_string("surveys/respond/_summary.html", context)


def _question(visit: Visit, key: str) -> str:
    item = visit.instrument.items.get(key)
    return key if item is None else question_of(item, visit.texts)


def _page_of_item(visit: Visit) -> Mapping[str, str]:
    return {key: step.page.id for step in visit.pages for key in step.items}


def _sections(visit: Visit) -> list[Section]:
    """The path section by section, the rows of a battery under its question."""
    sections: dict[str, Section] = {}
    for step in visit.pages:
        name = step.page.section
        section = sections.setdefault(name, Section(visit.texts.sections.get(name, ""), []))
        for key in step.items:
            item = visit.instrument.items[key]
            if item.type is ItemType.INFO or (item.specifies is not None and key not in visit.standing):
                continue
            if not section.groups or section.groups[-1].battery != item.battery:
                heading = visit.texts.batteries.get(item.battery, NO_TEXT).question if item.battery else ""
                section.groups.append(Group(item.battery, heading, []))
            section.groups[-1].rows.append(_row(visit, step.page.id, key))
    return [section for section in sections.values() if section.groups]


def _row(visit: Visit, page_id: str, key: str) -> Row:
    item, value = visit.instrument.items[key], visit.answers.get(key)
    return Row(
        question=question_of(item, visit.texts),
        full_question=full_question_of(item, visit.texts),
        answer="" if is_unanswered(value) else answer_text(item, value, visit.texts),
        address=page_address(page_id, key, query="to=check"),
    )
