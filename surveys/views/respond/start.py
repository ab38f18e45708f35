"""The way in: the link, the start page, privacy, and declining."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from surveys.actions import responses
from surveys.models import Disposition
from surveys.permissions import token_guarded
from surveys.queries.respondents import announced_minutes, invitation_of
from surveys.views.respond import visit as visits
from surveys.views.respond.outcomes import not_saved
from surveys.views.respond.visit import Visit, answering, without_referrer
from surveys.views.respond.way import onward, sections


@token_guarded
@csrf_exempt  # it takes no form; the page that refuses a forged one would stand at the address with the token
@without_referrer
@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Exchange the link for a cookie and leave its address; nothing is stored, so that mail scanners do no harm."""
    invitation = invitation_of(token)
    if invitation is None:
        return visits.unknown(request)
    known = visits.read_cookie(request)
    response = visits.see_other("surveys:respond")
    visits.set_cookie(response, invitation.pk, visits.new_device() if known is None else known[1])
    return visits.sealed(response)


@require_safe
@answering()
def start(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Who asks, why, how long, who sees it, what the register says."""
    context = {
        "visit": visit,
        "onward": onward(visit.instrument, visit.pages, visit.answers),
        "minutes": announced_minutes(visit.wave),
        "parts": len(sections(visit.pages)),
        "deadline": date_format(visit.wave.closes_on, "DATE_FORMAT"),
        "declined": visit.unit.disposition == Disposition.DECLINED,
    }
    return render(request, "surveys/respond/start.html", context)


@require_safe
@answering(also_when_over=True)
def privacy(request: HttpRequest, visit: Visit) -> HttpResponse:
    return render(request, "surveys/respond/privacy.html", {"visit": visit})


@require_http_methods(["GET", "HEAD", "POST"])
@answering()
def decline(request: HttpRequest, visit: Visit) -> HttpResponse:
    if request.method != "POST":
        return render(request, "surveys/respond/decline.html", {"visit": visit})
    try:
        responses.decline(sampled_unit=visit.unit)
    except (responses.AlreadySubmitted, responses.WaveClosed) as error:
        return not_saved(request, visit, error)
    return visits.see_other("surveys:respond")
