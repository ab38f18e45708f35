"""Not taking part, and not being the right person."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from surveys.actions import invitations, responses
from surveys.actions.invitations import InvitationError
from surveys.views.respond import visit as visits
from surveys.views.respond.outcomes import not_saved
from surveys.views.respond.visit import Visit, answering


@require_http_methods(["GET", "HEAD", "POST"])
@answering(owner_only=True)
def decline(request: HttpRequest, visit: Visit) -> HttpResponse:
    if request.method != "POST":
        return render(request, "surveys/respond/decline.html", {"visit": visit})
    try:
        responses.decline(sampled_unit=visit.unit)
    except (responses.AlreadySubmitted, responses.WaveClosed) as error:
        return not_saved(request, visit, error)
    return visits.see_other("surveys:respond")


@require_http_methods(["GET", "HEAD", "POST"])
@answering(owner_only=True)
def pass_on(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Send the survey to the right person. The address is stored in place of the one before it."""
    context: dict[str, object] = {"visit": visit, "email": request.POST.get("email", "").strip()[:254]}
    if request.method != "POST":
        return render(request, "surveys/respond/pass_on.html", context)
    try:
        invitations.pass_on(sampled_unit=visit.unit, email=str(context["email"]))
    except invitations.WaveNotOpen:
        return not_saved(request, visit, responses.WaveClosed())
    except InvitationError as error:
        return render(request, "surveys/respond/pass_on.html", context | {"error": str(error)}, status=422)
    return render(request, "surveys/respond/passed_on.html", context)
