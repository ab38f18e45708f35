"""A run with choices of one's own: the form, filled with the defaults or as an earlier run."""

from collections.abc import Mapping

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from analytics import queries
from analytics.actions import runs as actions
from analytics.core.definitions import DefinitionError
from analytics.core.parameters import Parameters
from analytics.models import Run
from analytics.views.run_forms import SEED, RunForm
from analytics.views.scope import run_of, staff, wave_of
from surveys.models import Wave, WaveState
from surveys.permissions import Permission, requires


@requires(Permission.START_RUN)
def new(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    wave = wave_of(request, slug, code, Permission.START_RUN)
    model = _model(request, wave)
    form = RunForm(
        request.POST if request.method == "POST" else None, indices=_indices(wave), initial=_choices_of(model)
    )
    if request.method == "POST" and form.is_valid():
        run = _started(request, wave, form)
        if run is not None:
            return redirect("analytics:run", slug, code, run.pk)
    context = {
        "programme": wave.programme,
        "wave": wave,
        "form": form,
        "model": model,
        "seen": max(queries.runs_of(wave, staff(request)).values_list("pk", flat=True), default=0),
        "may_start": wave.state == WaveState.CLOSED,
    }
    return render(request, "analytics/run_new.html", context)


def _model(request: HttpRequest, wave: Wave) -> Run | None:
    """The run of the wave that `as` names; not found where it names no such run."""
    named = request.GET.get("as", "")
    if not named:
        return None
    if not (named.isascii() and named.isdigit() and len(named) < 19):
        raise Http404
    return run_of(request, wave.programme.slug, wave.code, int(named), Permission.START_RUN)


def _choices_of(model: Run | None) -> Mapping[str, object]:
    if model is None:
        return {}
    return Parameters.from_document(model.parameters).to_document() | {SEED: model.seed}


def _indices(wave: Wave) -> list[tuple[str, str]]:
    titles = queries.indices_to_ask_for(wave.instrument, get_language() or settings.LANGUAGE_CODE)
    return list(titles.items())


def _started(request: HttpRequest, wave: Wave, form: RunForm) -> Run | None:
    """The run that was asked for; None when there is none, and the form says why."""
    seen = request.POST.get("seen", "")
    parameters, seed = form.parameters(), form.cleaned_data[SEED]
    try:
        run = actions.start(
            wave=wave, parameters=parameters, seed=seed, seen=int(seen) if seen.isdecimal() else None, by=staff(request)
        )
    except (actions.RunError, DefinitionError) as error:
        form.add_error(None, str(error))
        return None
    if (run.parameters, run.seed) == (parameters, seed):  # ours, also when the button was pressed twice
        return run
    form.add_error(
        None,
        _("Run %(number)s was asked for with other choices, and no new run was started. Yours stand below.")
        % {"number": run.pk},
    )
    return None
