"""The sample of a wave: a plan for each country, drawn in a job."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from surveys.actions import samples as actions
from surveys.models import Wave
from surveys.permissions import Permission, requires
from surveys.views.desk.forms import SamplePlanForm
from surveys.views.desk.scope import staff, wave_of


@requires(Permission.VIEW_DESK)
def sample(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    wave = wave_of(request, slug, code, Permission.VIEW_DESK)
    return _page(request, wave, SamplePlanForm(wave=wave))


@requires(Permission.DRAW_SAMPLE)
def plan(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    wave = wave_of(request, slug, code, Permission.DRAW_SAMPLE)
    if request.method != "POST":  # a form with errors stands at this address, and is then shown in another language
        return redirect("surveys:sample", slug, code)
    form = SamplePlanForm(request.POST, wave=wave)
    if form.is_valid():
        try:
            actions.plan(wave=wave, by=staff(request), **form.cleaned_data)
        except actions.SampleError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The plan is kept. Draw when it is right."))
            return redirect("surveys:sample", slug, code)
    return _page(request, wave, form)


@requires(Permission.DRAW_SAMPLE)
@require_POST
def draw(request: HttpRequest, slug: str, code: str, pk: int) -> HttpResponse:
    wave = wave_of(request, slug, code, Permission.DRAW_SAMPLE)
    drawn = get_object_or_404(wave.plans, pk=pk)
    try:
        actions.request_draw(plan=drawn, by=staff(request))
        messages.success(request, _("The sample is being drawn."))
    except actions.SampleError as error:
        messages.error(request, str(error))
    return redirect("surveys:sample", slug, code)


def _page(request: HttpRequest, wave: Wave, form: SamplePlanForm) -> HttpResponse:
    plans = list(wave.plans.select_related("frame", "job").defer("frame__upload").order_by("frame__country"))
    context = {
        "programme": wave.programme,
        "wave": wave,
        "form": form,
        "plans": plans,
        "strata": wave.strata.all(),
        "running": any(plan.job and not plan.job.has_ended for plan in plans),
        "may_draw": staff(request).may(Permission.DRAW_SAMPLE, wave.programme),
    }
    return render(request, "surveys/desk_sample.html", context)
