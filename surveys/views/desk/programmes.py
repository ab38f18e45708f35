"""The programmes of a member of staff, and what stands in each."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from surveys.models import Disposition, Programme
from surveys.permissions import Permission, requires
from surveys.views.desk.scope import programme_of, staff


@requires(Permission.VIEW_DESK)
def programmes(request: HttpRequest) -> HttpResponse:
    visible = Programme.objects.visible_to(staff(request)).order_by("slug").annotate(wave_count=Count("waves"))
    return render(request, "surveys/desk_programmes.html", {"programmes": visible})


@requires(Permission.VIEW_DESK)
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    shown = programme_of(request, slug, Permission.VIEW_DESK)
    completed = Q(sampled_units__disposition=Disposition.COMPLETED)
    waves = shown.waves.order_by("-code").annotate(
        drawn=Count("sampled_units"), completed=Count("sampled_units", filter=completed)
    )
    frames = shown.frames.defer("upload", "warnings", "errors")
    may_load = staff(request).may(Permission.LOAD_FRAME, shown)
    may_run = staff(request).may(Permission.RUN_FIELDWORK, shown)
    context = {
        "programme": shown,
        "waves": waves,
        "frames": frames,
        "may_load": may_load,
        "may_run": may_run,
        "may_see_cases": staff(request).may(Permission.VIEW_CASES, shown),
    }
    return render(request, "surveys/desk_programme.html", context)
