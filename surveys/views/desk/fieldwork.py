"""The field: who was invited, what came back, by stratum."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from surveys.actions import invitations
from surveys.models import MessageKind, Wave
from surveys.permissions import Permission, requires
from surveys.queries import by_country, follow_ups, last_job_of, message_counts, progress, total
from surveys.views.desk.forms import FollowUpForm
from surveys.views.desk.scope import staff, wave_of


@requires(Permission.VIEW_DESK)
def fieldwork(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    wave = wave_of(request, slug, code, Permission.VIEW_DESK)
    return page(request, wave, FollowUpForm(wave=wave))


def page(request: HttpRequest, wave: Wave, form: FollowUpForm) -> HttpResponse:
    """How the field stands; `form` draws a follow-up of non-respondents."""
    rows = progress(wave)
    context = {
        "programme": wave.programme,
        "wave": wave,
        "rows": rows,
        "countries": by_country(rows),
        "total": total(rows),
        "messages_by_state": message_counts(wave),
        "job": last_job_of("surveys.send_messages", wave_id=wave.pk),
        "follow_ups": follow_ups(wave),
        "form": form,
        "may_run": staff(request).may(Permission.RUN_FIELDWORK, wave.programme),
    }
    return render(request, "surveys/desk_fieldwork.html", context)


@requires(Permission.RUN_FIELDWORK)
@require_POST
def read_out(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """A fresh code for one unit, to be read out on the telephone. It is shown once and stands in the trail."""
    wave = wave_of(request, slug, code, Permission.RUN_FIELDWORK)
    given = request.POST.get("unit", "").strip()[:60]
    unit = wave.sampled_units.select_related("unit", "wave__programme").filter(unit__code=given).first()
    if unit is None:
        messages.error(request, _("No unit of the sample has the code “%(code)s”.") % {"code": given})
        return redirect("surveys:fieldwork", slug, code)
    context = {
        "programme": wave.programme,
        "wave": wave,
        "unit": unit,
        "code": invitations.mint_keys(sampled_unit=unit, by=staff(request)).code,
        "code_page": f"{settings.SITE_ADDRESS}{reverse('surveys:code')}",
    }
    response = render(request, "surveys/desk_read_out.html", context)
    response["Cache-Control"] = "no-store"
    return response


@requires(Permission.RUN_FIELDWORK)
@require_POST
def invite(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    wave = wave_of(request, slug, code, Permission.RUN_FIELDWORK)
    try:
        invitations.request_send(wave=wave, kind=MessageKind.INVITATION, by=staff(request))
        messages.success(request, _("The invitations are being sent."))
    except invitations.WaveNotOpen:
        messages.error(request, _("The wave is not open: invitations are sent while it is."))
    except invitations.NobodyToSendTo:
        messages.error(request, _("No unit is waiting for an invitation."))
    return redirect("surveys:fieldwork", slug, code)


@requires(Permission.RUN_FIELDWORK)
@require_POST
def remind(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """One reminder to each unit that was invited and has not answered."""
    wave = wave_of(request, slug, code, Permission.RUN_FIELDWORK)
    try:
        invitations.request_send(wave=wave, kind=MessageKind.REMINDER, by=staff(request))
        messages.success(request, _("The reminders are being sent."))
    except invitations.WaveNotOpen:
        messages.error(request, _("The wave is not open: reminders are sent while it is."))
    except invitations.NobodyToSendTo:
        messages.error(request, _("No unit is waiting for a reminder."))
    return redirect("surveys:fieldwork", slug, code)
