"""The follow-up of non-respondents: drawn on the fieldwork page, with a list for those who call."""

import csv

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from surveys.actions import follow_up
from surveys.permissions import Permission, requires
from surveys.queries import PursuedUnit
from surveys.views.desk.fieldwork import page
from surveys.views.desk.forms import FollowUpForm
from surveys.views.desk.scope import staff, wave_of

COLUMNS = ("code", "name", "municipality_name", "email", "language")
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@requires(Permission.RUN_FIELDWORK)
def draw(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    wave = wave_of(request, slug, code, Permission.RUN_FIELDWORK)
    if request.method != "POST":  # a form with errors stands at this address, and is then shown in another language
        return redirect("surveys:fieldwork", slug, code)
    form = FollowUpForm(request.POST, wave=wave)
    if form.is_valid():
        try:
            follow_up.draw(wave=wave, by=staff(request), **form.cleaned_data)
        except follow_up.FollowUpError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The follow-up is drawn. Download the list of those to pursue."))
            return redirect("surveys:fieldwork", slug, code)
    return page(request, wave, form)


@requires(Permission.RUN_FIELDWORK)
@require_POST
def listed(request: HttpRequest, slug: str, code: str, country: str) -> HttpResponse:
    """A file with addresses: asked for by a POST, as taking it leaves an event, and kept by no cache."""
    wave = wave_of(request, slug, code, Permission.RUN_FIELDWORK)
    if not wave.follow_ups.filter(country=country).exists():
        raise Http404
    try:
        units = follow_up.list_units(wave=wave, country=country, by=staff(request))
    except follow_up.WaveNotOpen as error:
        messages.error(request, str(error))
        return redirect("surveys:fieldwork", slug, code)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}-{code}-{country}-follow-up.csv"'
    response["Cache-Control"] = "no-store"
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    writer.writerows(_line(unit) for unit in units)
    return response


def _line(unit: PursuedUnit) -> list[str]:
    """With an apostrophe before what a spreadsheet would execute."""
    texts = (unit.code, unit.name, unit.municipality, unit.email, unit.language)
    return [f"'{text}" if text.startswith(STARTS_A_FORMULA) else text for text in texts]
