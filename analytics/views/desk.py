"""Runs at the desk: asked for, watched, read."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from analytics import queries
from analytics.actions import runs as actions
from analytics.core.definitions import DefinitionError
from analytics.models import Run
from analytics.views import (
    answering,
    area_figures,
    association_figures,
    conditions,
    facts,
    figures,
    grids,
    index_figures,
    largest,
    progress,
    quality,
    robustness,
    run_choices,
    trend_figures,
)
from analytics.views.names import Names
from analytics.views.scope import run_of, staff, wave_of
from analytics.views.words import country_name
from surveys.models import WaveState
from surveys.permissions import Permission, requires


@requires(Permission.VIEW_RUN)
def runs(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    wave = wave_of(request, slug, code, Permission.VIEW_RUN)
    listed = list(queries.runs_of(wave, staff(request)))
    context = {
        "programme": wave.programme,
        "wave": wave,
        "runs": listed,
        "under_way": any(run.under_way for run in listed),
        "seen": max((run.pk for run in listed), default=0),
        "may_start": wave.state == WaveState.CLOSED and staff(request).may(Permission.START_RUN, wave.programme),
    }
    return render(request, "analytics/runs.html", context)


@requires(Permission.START_RUN)
@require_POST
def start(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    wave = wave_of(request, slug, code, Permission.START_RUN)
    seen = request.POST.get("seen", "")
    try:
        run = actions.start(wave=wave, seen=int(seen) if seen.isdecimal() else None, by=staff(request))
    except (actions.RunError, DefinitionError) as error:
        messages.error(request, str(error))
        return redirect("analytics:runs", slug, code)
    return redirect("analytics:run", slug, code, run.pk)


@requires(Permission.VIEW_RUN)
def run(request: HttpRequest, slug: str, code: str, pk: int) -> HttpResponse:
    shown = run_of(request, slug, code, pk, Permission.VIEW_RUN)
    names = _names(shown)
    parts = progress.standings(shown)
    may_start = staff(request).may(Permission.START_RUN, shown.wave.programme)
    context = _about(shown) | {
        "titles": names.titles.items(),
        "facts": facts.reproducibility(shown),
        "parameters": run_choices.chosen(shown, names.titles),
        "response": facts.response(shown),
        "parts": parts,
        "left": progress.left_in_all(parts),
        "changes": grids.filled(largest.changes(shown, names)),
        "conditions": grids.filled([conditions.table(shown)]),
        "checks": quality.checks(shown),
        "may_stop": shown.under_way and may_start,
        "may_start": shown.wave.state == WaveState.CLOSED and not shown.under_way and may_start,
    }
    return render(request, "analytics/run.html", context)


@requires(Permission.VIEW_RUN)
def weights(request: HttpRequest, slug: str, code: str, pk: int) -> HttpResponse:
    shown = run_of(request, slug, code, pk, Permission.VIEW_RUN)
    found = grids.filled(quality.weights(shown, _names(shown)))
    context = _about(shown) | {"title": _("Weights and response"), "grids": found, "notes": facts.notes(shown)}
    return render(request, "analytics/quality.html", context)


@requires(Permission.VIEW_RUN)
def answers(request: HttpRequest, slug: str, code: str, pk: int) -> HttpResponse:
    shown = run_of(request, slug, code, pk, Permission.VIEW_RUN)
    found = grids.filled(answering.tables(shown, _names(shown)))
    context = _about(shown) | {"title": _("How people answered"), "grids": found}
    return render(request, "analytics/quality.html", context)


def _about(shown: Run) -> dict[str, object]:
    return {"programme": shown.wave.programme, "wave": shown.wave, "run": shown}


def _names(shown: Run) -> Names:
    return Names(shown, queries.definitions_of(shown), get_language() or settings.LANGUAGE_CODE)


@requires(Permission.START_RUN)
@require_POST
def cancel(request: HttpRequest, slug: str, code: str, pk: int) -> HttpResponse:
    shown = run_of(request, slug, code, pk, Permission.START_RUN)
    try:
        actions.cancel(run=shown, by=staff(request))
        messages.success(request, _("The run is being stopped."))
    except actions.RunError as error:
        messages.error(request, str(error))
    return redirect("analytics:run", slug, code, pk)


@requires(Permission.VIEW_RUN)
def results(request: HttpRequest, slug: str, code: str, pk: int, indicator: str) -> HttpResponse:
    shown = run_of(request, slug, code, pk, Permission.VIEW_RUN)
    names, countries = _names(shown), queries.countries_of(shown)
    country = request.GET.get("country") or (countries[0] if countries else "")
    if indicator not in names.titles or (countries and country not in countries):
        raise Http404
    estimates = queries.results_of(shown, indicator, country)
    tables = [
        *figures.tables(estimates, names, indicator),
        trend_figures.table(shown, estimates, names, country),
        *robustness.tables(shown, names, indicator, country),
        *index_figures.tables(estimates, names, country),
        association_figures.table(estimates, names, country),
        area_figures.table(estimates, country),
    ]
    context = _about(shown) | {
        "title": names.titles[indicator],
        "country": country_name(country),
        "countries": [(code, country_name(code), code == country) for code in countries],
        "grids": grids.filled(tables),
    }
    return render(request, "analytics/results.html", context)
