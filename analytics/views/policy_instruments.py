"""The catalogue of policy instruments at the desk: filtered, added to, changed by versions."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from analytics import queries
from analytics.actions import focus_library
from analytics.actions import policy_instruments as actions
from analytics.models import PolicyInstrument, PolicyKind
from analytics.models.focus import PLACES
from analytics.views.focus_forms import EntryForm
from analytics.views.focus_scope import entry_of, may_edit, programme_of
from analytics.views.focus_shown import names_of
from analytics.views.scope import staff
from surveys.models import Programme
from surveys.permissions import Permission, requires

SCHEME = "three_perspectives"  # the codes that the catalogue shows beside its entries


@requires(Permission.VIEW_DESK)
def catalogue(request: HttpRequest, slug: str) -> HttpResponse:
    programme = programme_of(request, slug)
    asked = {name: request.GET.get(name, "") for name in ("country", "kind", "perspective", "year")}
    names, codes = _codes(programme)
    entries = queries.catalogue_of(programme, country=asked["country"], kind=asked["kind"])
    if asked["year"].isdecimal() and len(asked["year"]) == 4:
        entries = queries.running_in(entries, int(asked["year"]))
    rows = [(entry, [names.get(code, code) for code in codes.get(entry.key, [])]) for entry in entries]
    if asked["perspective"]:
        rows = [row for row in rows if asked["perspective"] in codes.get(row[0].key, [])]
    context = {
        "programme": programme,
        "rows": rows,
        "asked": asked,
        "places": PLACES,
        "kinds": PolicyKind.choices,
        "perspectives": names.items(),
        "may_edit": may_edit(request, programme),
    }
    return render(request, "analytics/focus_instruments.html", context)


def _codes(programme: Programme) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Names of the perspectives, and entry -> codes, of the coding that was closed last; empty without one."""
    coding = queries.newest_coding(programme, SCHEME)
    if coding is None:
        return {}, {}
    rows = coding.instrument_codings.values_list("instrument__key", "perspectives")
    return names_of(coding.scheme.document), dict(rows)


@requires(Permission.VIEW_DESK)
def instrument(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    entry = entry_of(request, slug, pk)
    versions = PolicyInstrument.objects.filter(programme=entry.programme, key=entry.key).order_by("-version")
    context = {
        "programme": entry.programme,
        "entry": entry,
        "versions": versions.select_related("made_by"),
        "newest": versions.first(),
        "may_edit": may_edit(request, entry.programme),
    }
    return render(request, "analytics/focus_instrument.html", context)


@requires(Permission.EDIT_FOCUS)
def new(request: HttpRequest, slug: str) -> HttpResponse:
    programme = programme_of(request, slug, Permission.EDIT_FOCUS)
    form = EntryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        country = form.cleaned_data["country"]
        try:
            entry = actions.add(programme=programme, country=country, facts=form.facts(), by=staff(request))
            return redirect("analytics:policy-instrument", slug, entry.pk)
        except actions.CatalogueError as error:
            form.add_error(None, str(error))
    context = {"programme": programme, "form": form, "title": _("New entry of the catalogue")}
    return render(request, "analytics/focus_form.html", context)


@requires(Permission.EDIT_FOCUS)
def change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    entry = entry_of(request, slug, pk, Permission.EDIT_FOCUS)
    form = EntryForm(request.POST or None, entry=entry)
    if request.method == "POST" and form.is_valid():
        retired = form.cleaned_data["retired"]
        try:
            after = actions.revise(entry=entry, facts=form.facts(), retired=retired, by=staff(request))
            return redirect("analytics:policy-instrument", slug, after.pk)
        except actions.CatalogueError as error:
            form.add_error(None, str(error))
    context = {"programme": entry.programme, "form": form, "title": _("A new version of the entry")}
    return render(request, "analytics/focus_form.html", context)


@requires(Permission.EDIT_FOCUS)
@require_POST
def bring(request: HttpRequest, slug: str) -> HttpResponse:
    """Load what the library ships; once done, done again without effect."""
    programme = programme_of(request, slug, Permission.EDIT_FOCUS)
    brought = focus_library.bring(programme=programme, by=staff(request))
    said = _("Entries added: %(added)d, changed: %(revised)d, left because somebody edited them: %(left)d.")
    counts = {"added": brought.added, "revised": brought.revised, "left": len(brought.left)}
    messages.success(request, said % counts)
    return redirect("analytics:policy-instruments", slug)
