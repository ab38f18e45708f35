"""The parts of the questionnaire and how far each is: where a respondent comes back to, and shares a part from."""

from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_safe

from surveys.actions import invitations
from surveys.instrument.routing import PageOnPath, is_unanswered
from surveys.models import Invitation, WaveState
from surveys.queries.visits import page_left_open
from surveys.views.respond import visit as visits
from surveys.views.respond.filling import notice_of
from surveys.views.respond.visit import Visit, answering
from surveys.views.respond.way import lacking, onward, page_address, questions_of, untouched


class Standing(StrEnum):
    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    DONE = "done"


@dataclass(frozen=True)
class Task:
    """One part: how far it is, how many questions it has by now, and where to go on with it."""

    section: str
    name: str
    standing: Standing
    questions: int
    answered: int
    address: str
    shared: int  # links of colleagues that work


@require_safe
@answering()
def tasks(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Every part on the path with its state. A colleague sees the one part."""
    way_on = resumed(visit)
    context = {
        "visit": visit,
        "tasks": tasks_of(visit),
        "onward": way_on,
        "done": not way_on,
        "deadline": date_format(visit.wave.closes_on, "DATE_FORMAT"),
        "notice": notice_of(request, visit),
    }
    return render(request, "surveys/respond/tasks.html", context)


def resumed(visit: Visit) -> str:
    """Where to go on: the page left half filled, else the first without any answer; empty when there is none."""
    left = "" if visit.response is None else page_left_open(visit.response, [step.page.id for step in visit.pages])
    step = next((step for step in visit.pages if step.page.id == left), None)
    if step is not None and lacking(visit.instrument, step, visit.standing):
        return page_address(step.page.id)
    return onward(visit.instrument, visit.pages, visit.answers)


def tasks_of(visit: Visit) -> list[Task]:
    parts: dict[str, list[PageOnPath]] = {}
    for step in visit.pages:
        parts.setdefault(step.page.section, []).append(step)
    shared: dict[str, int] = {}
    if not visit.section:
        links = Invitation.objects.filter(sampled_unit=visit.unit, withdrawn_at__isnull=True).exclude(section="")
        for section in links.values_list("section", flat=True):
            shared[section] = shared.get(section, 0) + 1
    return [_task(visit, section, steps, shared.get(section, 0)) for section, steps in parts.items()]


def _task(visit: Visit, section: str, steps: list[PageOnPath], shared: int) -> Task:
    questions = [key for step in steps for key in questions_of(visit.instrument, step, visit.standing)]
    answered = sum(not is_unanswered(visit.answers.get(key)) for key in questions)
    lacks = next((step for step in steps if lacking(visit.instrument, step, visit.standing)), None)
    first_open = lacks or next((step for step in steps if untouched(visit.instrument, step, visit.answers)), None)
    # What need not be answered keeps no part open that something is answered of.
    open_still = lacks is not None or (first_open is not None and not answered)
    begun = Standing.IN_PROGRESS if answered else Standing.NOT_STARTED
    return Task(
        section=section,
        name=visit.texts.sections.get(section, section),
        standing=begun if open_still else Standing.DONE,
        questions=len(questions),
        answered=answered,
        address=page_address((first_open or steps[0]).page.id),
        shared=shared,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@answering(owner_only=True)
def share(request: HttpRequest, visit: Visit, section: str) -> HttpResponse:
    """Give a part to a colleague: a link of its own, shown once; or take the links to it back."""
    if section not in {page.section for page in visit.instrument.pages}:
        raise Http404
    context: dict[str, object] = {
        "visit": visit,
        "section": section,
        "name": visit.marked(visit.texts.sections.get(section, section)),
        "shared": next((task.shared for task in tasks_of(visit) if task.section == section), 0),
        "open": visit.wave.state == WaveState.OPEN,
    }
    if request.method == "POST" and context["open"]:
        if request.POST.get("do") == "take_back":
            invitations.take_back(sampled_unit=visit.unit, section=section)
            return visits.see_other("surveys:respond-share", section)
        keys = invitations.share(sampled_unit=visit.unit, section=section)
        context |= {
            "link": f"{settings.SITE_ADDRESS}{reverse('surveys:link', args=[keys.token])}",
            "code": keys.code,
            "code_page": f"{settings.SITE_ADDRESS}{reverse('surveys:code')}",
        }
    return render(request, "surveys/respond/share.html", context)
