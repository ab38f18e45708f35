"""A questionnaire page: shown from its shell, received, and on to the next."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from surveys.actions import responses
from surveys.actions.responses import AnswersRefused, KeyReused, ResponseError, Saved
from surveys.forms import PostedPage, mark_of, read_page
from surveys.instrument.check import Problem, check
from surveys.instrument.routing import path
from surveys.instrument.schema import Level, Page
from surveys.views.respond import visit as visits
from surveys.views.respond.filling import Sheet, filled
from surveys.views.respond.outcomes import not_saved
from surveys.views.respond.visit import Visit, answering
from surveys.views.respond.way import following, onward, page_address, preceding


@require_http_methods(["GET", "HEAD", "POST"])
@answering()
def page(request: HttpRequest, visit: Visit, page_id: str) -> HttpResponse:
    """One topic of the questionnaire."""
    asked = next((page for page in visit.instrument.pages if page.id == page_id), None)
    if asked is None:
        raise Http404
    return _receive(request, visit, asked) if request.method == "POST" else _show(request, visit, asked)


def _items(visit: Visit, page: Page) -> tuple[str, ...]:
    return next((step.items for step in visit.pages if step.page.id == page.id), ())


def _show(request: HttpRequest, visit: Visit, page: Page) -> HttpResponse:
    """The page with what is saved; a page off the path leads to where the respondent stands."""
    items = _items(visit, page)
    if not items:
        return visits.see_other_address(onward(visit.instrument, visit.pages, visit.answers))
    problems: tuple[Problem, ...] = ()
    if "note" in request.GET:
        found = check(visit.instrument, visit.answers, visit.background, items=items)
        problems = tuple(problem for problem in found if problem.level is Level.SOFT)
    changed = tuple(key for key in request.GET.get("changed", "").split(",") if key in visit.instrument.items)
    sheet = Sheet(
        page=page,
        items=items,
        values=visit.answers,
        problems=problems,
        changed=changed,
        to=request.GET.get("to", ""),
    )
    return HttpResponse(filled(request, visit, sheet))


def _receive(request: HttpRequest, visit: Visit, page: Page) -> HttpResponse:
    posted = read_page(request.POST, visit.instrument, _items(visit, page))
    try:
        saved = responses.save(
            sampled_unit=visit.unit,
            page_id=page.id,
            values=posted.values,
            save_key=posted.save_key,
            device=visit.device,
            language=visit.language,
            shown=posted.shown,
        )
    except AnswersRefused as error:
        return _again(request, visit, page, posted, problems=error.problems, status=422)
    except KeyReused:
        reason = _("This page was sent once before with other answers. Look through it and send it again.")
        return _again(request, visit, page, posted, reason=reason, status=409)
    except ResponseError as error:
        return not_saved(request, visit, error, posted.values)
    return _remember_language(_onward(visit, page, posted, saved), visit, posted)


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
    visit = Visit(unit=visit.unit, device=visit.device, language=language)
    items = tuple(ask.item for ask in page.asks if ask.item in posted.values)
    sheet = Sheet(page=page, items=items, values=posted.values, problems=problems, reason=reason, to=posted.to)
    with translation.override(language):
        response = HttpResponse(filled(request, visit, sheet), status=status)
    return _remember_language(response, visit, posted)


def _chosen_language(visit: Visit, posted: PostedPage) -> str:
    code = posted.go.removeprefix("language:") if posted.go.startswith("language:") else ""
    return code if code in visit.wave.languages and code in visit.instrument.texts else ""


def _remember_language(response: HttpResponse, visit: Visit, posted: PostedPage) -> HttpResponse:
    code = _chosen_language(visit, posted)
    if code:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, code, max_age=365 * 24 * 3600, secure=settings.HTTPS, samesite="Lax"
        )
    return response


def _onward(visit: Visit, page: Page, posted: PostedPage, saved: Saved) -> HttpResponse:
    """Where a saved page leads: soft problems are said once, on the same page, before the way goes on."""
    query: dict[str, str] = {"changed": ",".join(saved.changed)} if saved.changed else {}
    if posted.to:
        query["to"] = posted.to
    stay = page_address(page.id)
    if _chosen_language(visit, posted):
        address = stay
    elif posted.go != "back" and any(mark_of(problem) not in posted.said for problem in saved.problems):
        address, query = stay, {**query, "note": "1"}
    else:
        address = _next_address(visit, page, posted, saved)
    return visits.see_other_address(address, query=urlencode(query))


def _next_address(visit: Visit, page: Page, posted: PostedPage, saved: Saved) -> str:
    pages = path(visit.instrument, saved.answers, visit.background)
    if posted.go == "back":
        earlier = preceding(visit.instrument, pages, page.id)
        return page_address(earlier[-1].page.id) if earlier else reverse("surveys:respond")
    if posted.to == "check":
        return onward(visit.instrument, pages, saved.answers, after=page.id)
    later = following(visit.instrument, pages, page.id)
    return page_address(later[0].page.id) if later else reverse("surveys:respond-check")
