"""The way in: the link or the spoken code, the start page, and what may be read before anything is answered."""

from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from surveys.models import Disposition, Invitation, PrintedForm, WaveState
from surveys.permissions import token_guarded
from surveys.queries.respondents import announced_minutes, invitation_let_in, invitation_of_code
from surveys.views.respond import visit as visits
from surveys.views.respond.filling import notice_of
from surveys.views.respond.overview import resumed
from surveys.views.respond.reading import sections_to_read
from surveys.views.respond.visit import Visit, answering, without_referrer
from surveys.views.respond.way import sections


@token_guarded
@csrf_exempt  # it takes no form; the page that refuses a forged one would stand at the address with the token
@without_referrer
@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Exchange the link for a cookie and leave its address; nothing is stored, so that mail scanners do no harm."""
    invitation = invitation_let_in(token)
    return visits.unknown(request) if invitation is None else _let_in(request, invitation)


@token_guarded
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The spoken twin of the link, typed in. Fifty bits: guessing takes years at a thousand tries a second."""
    if request.method != "POST":
        return visits.sealed(render(request, "surveys/respond/code.html", {"given": "", "error": ""}))
    given = request.POST.get("code", "")[:60]
    invitation = invitation_of_code(given)
    if invitation is not None:
        return _let_in(request, invitation)
    error = _("This code does not work. Look at it once more: it has twelve letters and digits.")
    return visits.sealed(render(request, "surveys/respond/code.html", {"given": given, "error": error}, status=422))


def _is_open(invitation: Invitation) -> bool:
    return bool(invitation.sampled_unit.wave.state == WaveState.OPEN)


def _let_in(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    known = visits.read_cookie(request)
    response = visits.see_other("surveys:respond" if _is_open(invitation) else "publication:respond-report")
    visits.set_cookie(response, invitation.pk, visits.new_device() if known is None else known[1])
    return visits.sealed(response)


@require_safe
@answering()
def start(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Who asks, why, how long, who sees it, what one gets back, what the register says."""
    context = {
        "visit": visit,
        "onward": resumed(visit) or visit.end,
        "minutes": announced_minutes(visit.wave),
        "measured": visit.wave.median_seconds is not None,
        "certain": visit.unit.inclusion_probability >= 1,
        "parts": len(sections(visit.pages)),
        "part": visit.marked(visit.texts.sections.get(visit.section, "")),
        "deadline": date_format(visit.wave.closes_on, "DATE_FORMAT"),
        "declined": visit.unit.disposition == Disposition.DECLINED,
        "notice": notice_of(request, visit),
    }
    return render(request, "surveys/respond/start.html", context)


@require_safe
@answering(also_when_over=True)
def privacy(request: HttpRequest, visit: Visit) -> HttpResponse:
    return render(request, "surveys/respond/privacy.html", {"visit": visit})


@require_safe
@answering(also_when_over=True)
def questions(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Every question of the questionnaire, to be read before answering."""
    printed = PrintedForm.objects.filter(instrument=visit.wave.instrument, language=visit.question_language)
    context = {"visit": visit, "sections": sections_to_read(visit), "printed": printed.exists()}
    return render(request, "surveys/respond/questions.html", context)


@require_safe
@answering(also_when_over=True, owner_only=True)
def questions_pdf(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The same as a tagged PDF, made when the questionnaire was frozen."""
    form = PrintedForm.objects.filter(instrument=visit.wave.instrument, language=visit.question_language).first()
    if form is None:
        raise Http404
    name = f"{visit.instrument.key}-{visit.instrument.version}-{visit.question_language}.pdf"
    headers = {"Content-Disposition": f"inline; filename*=UTF-8''{quote(name)}"}
    return HttpResponse(bytes(form.pdf), content_type="application/pdf", headers=headers)
