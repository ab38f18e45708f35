"""A questionnaire page: shown from its shell, received, and on to the next."""

from dataclasses import replace
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from surveys.actions import responses
from surveys.actions.responses import AnswersRefused, Circumstances, KeyReused, ResponseError, Saved
from surveys.forms.posted import PostedPage, read_page, way_back
from surveys.forms.sentences import mark_of
from surveys.instrument.check import Problem, check
from surveys.instrument.routing import PageOnPath, answers_on_path, path
from surveys.instrument.schema import ItemType, Level, Page
from surveys.views.respond import visit as visits
from surveys.views.respond.filling import Sheet, filled, new_save_key, notice_of, shown_of
from surveys.views.respond.outcomes import heading_and_reason, not_saved
from surveys.views.respond.visit import Visit, answering, device_of
from surveys.views.respond.way import Pages, following, lacking, onward, page_address, preceding, untouched

HARMLESS = frozenset({"required"})  # what an unfinished page may leave open while it saves itself


@require_http_methods(["GET", "HEAD", "POST"])
@answering()
def page(request: HttpRequest, visit: Visit, page_id: str) -> HttpResponse:
    """One topic of the questionnaire."""
    asked = next((page for page in visit.instrument.pages if page.id == page_id), None)
    if asked is None:
        raise Http404
    if visit.section and asked.section != visit.section:
        return visits.see_other("surveys:respond-tasks")
    return _receive(request, visit, asked) if request.method == "POST" else _show(request, visit, asked)


def _items(visit: Visit, page: Page) -> tuple[str, ...]:
    return next((step.items for step in visit.pages if step.page.id == page.id), ())


def _show(request: HttpRequest, visit: Visit, page: Page) -> HttpResponse:
    """The page with what is saved; a page off the path leads to where the respondent stands."""
    items = _items(visit, page)
    if not items:
        return visits.see_other_address(onward(visit.instrument, visit.pages, visit.answers) or visit.end)
    problems: tuple[Problem, ...] = ()
    if "note" in request.GET:
        found = check(visit.instrument, visit.answers, visit.background, items=items)
        problems = tuple(problem for problem in found if problem.level is Level.SOFT)
    sheet = Sheet(
        page=page,
        items=items,
        values=visit.answers,
        problems=problems,
        notice=notice_of(request, visit),
        to=way_back(request.GET),
    )
    return HttpResponse(filled(request, visit, sheet))


def _receive(request: HttpRequest, visit: Visit, page: Page) -> HttpResponse:
    posted = read_page(request.POST, visit.instrument, _items(visit, page), visit.background)
    try:
        saved = responses.save(
            sampled_unit=visit.unit,
            page_id=page.id,
            values=posted.values,
            save_key=posted.save_key,
            device=visit.device,
            language=visit.language,
            shown=posted.shown,
            first=posted.first,
            circumstances=Circumstances(device_of(request), posted.seconds, posted.automatic),
            section=visit.section,
        )
    except ResponseError as error:
        if posted.automatic:
            return _said(_automatic_refusal(error), posted)
        return _refused(request, visit, page, posted, error)
    if posted.automatic:
        return _acknowledged(visit, page, posted, saved)
    return _remember_language(_onward(visit, page, posted, saved), visit, posted)


def _refused(request: HttpRequest, visit: Visit, page: Page, posted: PostedPage, error: ResponseError) -> HttpResponse:
    """The page again where the person can mend it; else what was sent, and why it was not saved."""
    if isinstance(error, AnswersRefused):
        return _again(request, visit, page, posted, problems=error.problems, status=422)
    if isinstance(error, KeyReused):
        reason = _("This page was sent once before with other answers. Look through it and send it again.")
        return _again(request, visit, page, posted, reason=reason, status=409)
    return not_saved(request, visit, error, posted.values)


def _acknowledged(visit: Visit, page: Page, posted: PostedPage, saved: Saved) -> HttpResponse:
    """The reply to a page that saves itself: what to say, and what the next save must carry."""
    at = time_format(timezone.localtime())
    unfinished = [problem for problem in saved.problems if problem.level is Level.HARD]
    if saved.changed:
        said = _("Saved at %(time)s. Somebody else has changed answers on this page: the next page says which.")
    elif [problem for problem in unfinished if problem.code not in HARMLESS]:
        said = _("Saved at %(time)s, except what is not finished yet.")
    else:
        said = _("Saved at %(time)s.")
    # What somebody else wrote meanwhile is not on this person's page, and must not count as seen there.
    seen = {key: value for key, value in saved.answers.items() if key not in saved.changed}
    seen |= {key: posted.shown[key] for key in saved.changed if key in posted.shown}
    shown = shown_of(visit, [ask.item for ask in page.asks], seen)
    return _said(said % {"time": at}, posted, shown=shown, changed=saved.changed)


def _said(text: str, posted: PostedPage, *, shown: str = "", changed: tuple[str, ...] = ()) -> HttpResponse:
    saved = bool(shown)
    reply = {"saved": saved, "said": text, "shown": shown, "save_key": new_save_key() if saved else posted.save_key}
    return JsonResponse(reply | {"elsewhere": ",".join(dict.fromkeys((*posted.elsewhere, *changed)))})


def _automatic_refusal(error: ResponseError) -> str:
    if isinstance(error, AnswersRefused | KeyReused):
        return _("Not saved. Press “Save and continue” to see why.")
    return " ".join(heading_and_reason(error))


def _again(
    request: HttpRequest,
    visit: Visit,
    page: Page,
    posted: PostedPage,
    *,
    problems: tuple[Problem, ...] = (),
    reason: str = "",
    status: int,
) -> HttpResponse:
    """The same page with what was typed, and what is wrong. Nothing was saved."""
    language = _chosen_language(visit, posted) or visit.language
    visit = replace(visit, language=language)
    items = tuple(ask.item for ask in page.asks if ask.item in posted.values or _is_info(visit, ask.item))
    sheet = Sheet(page=page, items=items, values=posted.values, problems=problems, reason=reason, to=posted.to)
    sheet = replace(sheet, first=shown_of(visit, posted.first, posted.first), since=posted.opened)
    with translation.override(language):
        response = HttpResponse(filled(request, visit, sheet), status=status)
    return _remember_language(response, visit, posted)


def _is_info(visit: Visit, item: str) -> bool:
    return visit.instrument.items[item].type is ItemType.INFO


def _chosen_language(visit: Visit, posted: PostedPage) -> str:
    code = posted.language if posted.go == "language" else ""
    return code if code in visit.wave.languages else ""


def _remember_language(response: HttpResponse, visit: Visit, posted: PostedPage) -> HttpResponse:
    code = _chosen_language(visit, posted)
    if code:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, code, max_age=365 * 24 * 3600, secure=settings.HTTPS, samesite="Lax"
        )
    return response


def _onward(visit: Visit, page: Page, posted: PostedPage, saved: Saved) -> HttpResponse:
    """Where a saved page leads: soft problems are said once, on the same page, before the way goes on."""
    changed = dict.fromkeys((*posted.elsewhere, *saved.changed))
    query: dict[str, str] = {"changed": ",".join(changed)} if changed else {}
    if saved.opened:
        query["opened"] = ",".join(saved.opened)
    if saved.dropped:
        query["dropped"] = str(saved.dropped)
    if posted.to:
        query["to"] = posted.to
    stay = page_address(page.id)
    if _chosen_language(visit, posted):
        address = stay
    elif posted.go == "next" and any(mark_of(problem) not in posted.said for problem in saved.problems):
        address, query = stay, {**query, "note": "1"}
    else:
        address = _next_address(visit, page, posted, saved)
    return visits.see_other_address(address, query=urlencode(query))


def _next_address(visit: Visit, page: Page, posted: PostedPage, saved: Saved) -> str:
    pages = visit.own(path(visit.instrument, saved.answers, visit.background))
    if posted.go == "stay":
        return page_address(page.id)
    if posted.go == "back":
        earlier = preceding(visit.instrument, pages, page.id)
        return page_address(earlier[-1].page.id) if earlier else reverse("surveys:respond")
    if posted.to:
        return _to_what_came_up(visit, page, saved, pages) or visit.end
    later: list[PageOnPath] = following(visit.instrument, pages, page.id)
    return page_address(later[0].page.id) if later else visit.end


def _to_what_came_up(visit: Visit, page: Page, saved: Saved, pages: Pages) -> str:
    """On the way back to the check page: the next page without any answer, or that the change has left half filled."""
    standing = answers_on_path(visit.instrument, saved.answers, visit.background)
    for step in following(visit.instrument, pages, page.id):
        opened = step.page.section in saved.opened and lacking(visit.instrument, step, standing)
        if opened or untouched(visit.instrument, step, saved.answers):
            return page_address(step.page.id)
    return ""
