"""Our figures beside those of another barometer, in the form in which it published them."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from analytics import queries
from analytics.core.published_documents import load_published
from analytics.views import beside_page, words
from analytics.views.scope import run_of
from surveys.permissions import Permission, requires


@requires(Permission.VIEW_RUN)
def beside(request: HttpRequest, slug: str, code: str, pk: int) -> HttpResponse:
    run = run_of(request, slug, code, pk, Permission.VIEW_RUN)
    library, countries = load_published(), queries.countries_of(run)
    country = request.GET.get("country") or next(iter(countries), "")
    if countries and country not in countries:
        raise Http404
    context = {
        "programme": run.wave.programme,
        "wave": run.wave,
        "run": run,
        "countries": [(one, words.country_name(one), one == country) for one in countries],
    }
    if countries:
        chosen = beside_page.choice(library, country, request.GET.get("with", ""))
        context |= beside_page.context(run, library, chosen, get_language() or settings.LANGUAGE_CODE)
    return render(request, "analytics/beside.html", context)
