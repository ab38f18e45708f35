"""A wave: its task list, opening, closing, and what was done by whom."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from surveys.actions import instruments, waves
from surveys.models import Wave
from surveys.permissions import Permission, requires
from surveys.queries import events_of, progress, total
from surveys.views.desk.events import say
from surveys.views.desk.forms import WaveForm
from surveys.views.desk.scope import programme_of, staff, wave_of
from surveys.views.desk.tasks_of_a_wave import standing, tasks_of

EVENTS_A_PAGE = 100


@requires(Permission.VIEW_DESK)
def wave(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    shown = wave_of(request, slug, code, Permission.VIEW_DESK)
    now = standing(shown, total(progress(shown)), staff(request))
    context = {
        "programme": shown.programme,
        "wave": shown,
        "tasks": tasks_of(now),
        "may_read_said": shown.pilot and Permission.EDIT_QUESTIONNAIRE in now.allowed,
        "may_view_runs": Permission.VIEW_RUN in now.allowed,
        "may_build_microdata": Permission.BUILD_MICRODATA in now.allowed,
    }
    return render(request, "surveys/desk_wave.html", context)


@requires(Permission.RUN_FIELDWORK)
def create(request: HttpRequest, slug: str) -> HttpResponse:
    """A new wave, in preparation."""
    programme = programme_of(request, slug, Permission.RUN_FIELDWORK)
    form = WaveForm(request.POST or None, programme=programme)
    if request.method == "POST" and form.is_valid():
        try:
            made = waves.create(
                programme=programme, constructed=programme.constructed, by=staff(request), **form.cleaned_data
            )
        except waves.WaveError as error:
            form.add_error(None, str(error))
        else:
            return redirect("surveys:wave", slug, made.code)
    context = {"programme": programme, "form": form}
    return render(request, "surveys/desk_wave_new.html", context, status=422 if form.errors else 200)


@requires(Permission.RUN_FIELDWORK)
@require_POST
def field_instrument(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    changed = wave_of(request, slug, code, Permission.RUN_FIELDWORK)
    done = _("The questionnaire is frozen.")
    return _carried_out(
        request, changed, done, lambda: instruments.field(version=changed.instrument, by=staff(request))
    )


@requires(Permission.RUN_FIELDWORK)
@require_POST
def open_wave(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    changed = wave_of(request, slug, code, Permission.RUN_FIELDWORK)
    done = _("The field is open.")
    return _carried_out(request, changed, done, lambda: waves.open_wave(wave=changed, by=staff(request)))


@requires(Permission.RUN_FIELDWORK)
def close(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    changed = wave_of(request, slug, code, Permission.RUN_FIELDWORK)
    if request.method == "POST":
        done = _("The wave is closed.")
        return _carried_out(request, changed, done, lambda: waves.close(wave=changed, by=staff(request)))
    context = {"programme": changed.programme, "wave": changed, "total": total(progress(changed))}
    return render(request, "surveys/desk_close.html", context)


def _carried_out(request: HttpRequest, changed: Wave, done: str, action: Callable[[], object]) -> HttpResponse:
    """Do it, say how it went, and show the wave."""
    try:
        action()
        messages.success(request, done)
    except (waves.WaveError, instruments.InstrumentFaulty) as error:
        messages.error(request, str(error))
    return redirect("surveys:wave", changed.programme.slug, changed.code)


@requires(Permission.VIEW_DESK)
def events(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    shown = wave_of(request, slug, code, Permission.VIEW_DESK)
    page = Paginator(events_of(shown), EVENTS_A_PAGE).get_page(request.GET.get("page"))
    context = {"programme": shown.programme, "wave": shown, "page": page, "events": say(page.object_list)}
    return render(request, "surveys/desk_events.html", context)
