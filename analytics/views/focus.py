"""Focus profiles at the desk: shown with their evidence, judged by coders, closed, and held against each other."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from analytics import queries
from analytics.actions import focus as actions
from analytics.core import focus_library
from analytics.core.focus import EVERYWHERE, REPLICATES, findings
from analytics.models import FocusCoding, PolicyInstrument
from analytics.models.focus import PLACES
from analytics.views import focus_shown as shown
from analytics.views.focus_forms import CodingForm, InstrumentCodesForm, RatingForm
from analytics.views.focus_scope import coding_of, may_edit, own_open_coding_of, programme_of
from analytics.views.scope import staff
from surveys.models import Country
from surveys.permissions import Permission, requires


@requires(Permission.VIEW_DESK)
def profiles(request: HttpRequest, slug: str) -> HttpResponse:
    """The profile of the coding of a scheme that was closed last."""
    programme = programme_of(request, slug)
    schemes = focus_library.load_schemes()
    key = request.GET.get("scheme") or next(iter(schemes))
    if key not in schemes:
        raise Http404
    coding = queries.newest_coding(programme, key)
    context = {
        "programme": programme,
        "schemes": [(one, shown.title_of(document), one == key) for one, document in schemes.items()],
        "coding": coding,
        "lines": shown.table(coding) if coding else [],
        "countries": [str(country.label) for country in Country],
        "may_edit": may_edit(request, programme),
    }
    return render(request, "analytics/focus_profiles.html", context)


@requires(Permission.VIEW_DESK)
def codings(request: HttpRequest, slug: str) -> HttpResponse:
    return _codings(request, slug, CodingForm(schemes=_schemes()))


@requires(Permission.EDIT_FOCUS)
def start(request: HttpRequest, slug: str) -> HttpResponse:
    programme = programme_of(request, slug, Permission.EDIT_FOCUS)
    if request.method != "POST":
        return redirect("analytics:focus-codings", slug)
    form = CodingForm(request.POST, schemes=_schemes())
    if not form.is_valid():
        return _codings(request, slug, form)
    coding = actions.start(programme=programme, by=staff(request), **form.cleaned_data)
    return redirect("analytics:focus-coding", slug, coding.pk)


def _schemes() -> list[tuple[str, str]]:
    return [(key, shown.title_of(document)) for key, document in focus_library.load_schemes().items()]


def _codings(request: HttpRequest, slug: str, form: CodingForm) -> HttpResponse:
    programme = programme_of(request, slug)
    rows = [
        (coding, shown.title_of(coding.scheme.document))
        for coding in queries.codings_open_to(staff(request), programme)
    ]
    context = {"programme": programme, "rows": rows, "form": form, "may_edit": may_edit(request, programme)}
    return render(request, "analytics/focus_codings.html", context)


@requires(Permission.VIEW_DESK)
def coding(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    stored = coding_of(request, slug, pk)
    names = shown.names_of(stored.scheme.document)
    entries = dict(PolicyInstrument.objects.filter(programme=stored.programme).values_list("key", "name"))
    open_ = stored.closed_at is None
    places = queries.places_of(stored)
    found = findings(queries.coding_of(stored), countries=Country.values, places=places) if open_ else ()
    context = {
        "programme": stored.programme,
        "coding": stored,
        "scheme": shown.title_of(stored.scheme.document),
        "lines": shown.table(stored),
        "countries": [str(country.label) for country in Country],
        "places": PLACES,
        "findings": [shown.finding_said(one, names, entries) for one in found],
        "coded": stored.instrument_codings.count(),
        "may_change": open_ and may_edit(request, stored.programme),
        "may_revise": not open_ and may_edit(request, stored.programme),
    }
    return render(request, "analytics/focus_coding.html", context)


@requires(Permission.EDIT_FOCUS)
def rate(request: HttpRequest, slug: str, pk: int, country: str, perspective: str) -> HttpResponse:
    stored = own_open_coding_of(request, slug, pk)
    names = shown.names_of(stored.scheme.document)
    if country not in Country.values or perspective not in names:
        raise Http404
    form = _rating_form(request, stored, country, perspective)
    if request.method == "POST" and form.is_valid():
        judged, by = form.judged(), staff(request)
        try:
            actions.rate(coding=stored, country=country, perspective=perspective, judged=judged, by=by)
            return redirect("analytics:focus-coding", slug, pk)
        except actions.FocusError as error:
            form.add_error(None, str(error))
    title = f"{shown.place_name(country)}: {names[perspective]}"
    context = {"programme": stored.programme, "coding": stored, "form": form, "title": title}
    return render(request, "analytics/focus_form.html", context)


def _rating_form(request: HttpRequest, stored: FocusCoding, country: str, perspective: str) -> RatingForm:
    """With the entries of the country and of all countries, those named before among them."""
    row = stored.ratings.filter(country=country, perspective=perspective).first()
    before = list(row.instruments.all()) if row else []
    current = queries.catalogue_of(stored.programme).filter(country__in=(country, EVERYWHERE))
    entries = {entry.key: entry for entry in (*before, *current)}
    named = [str(entries[one.key].pk) for one in before]
    initial = {"focus": row.focus, "basis": row.basis, "text": row.text, "instruments": named} if row else {}
    return RatingForm(request.POST or None, entries=list(entries.values()), initial=initial)


@requires(Permission.EDIT_FOCUS)
def code(request: HttpRequest, slug: str, pk: int, place: str) -> HttpResponse:
    """The instruments of a country, each with its perspectives."""
    stored = own_open_coding_of(request, slug, pk)
    if place not in dict(PLACES):
        raise Http404
    form = InstrumentCodesForm(
        request.POST or None,
        entries=list(queries.catalogue_of(stored.programme, country=place)),
        perspectives=list(shown.names_of(stored.scheme.document).items()),
        given=queries.codes_of(stored),
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.code_instruments(coding=stored, codes=form.codes(), by=staff(request))
            return redirect("analytics:focus-coding", slug, pk)
        except actions.FocusError as error:
            form.add_error(None, str(error))
    title = _("Instruments: %(place)s") % {"place": shown.place_name(place)}
    context = {"programme": stored.programme, "coding": stored, "form": form, "title": title}
    return render(request, "analytics/focus_form.html", context)


@requires(Permission.EDIT_FOCUS)
@require_POST
def close(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    try:
        actions.close(coding=own_open_coding_of(request, slug, pk), by=staff(request))
        messages.success(request, _("The coding is closed. It can be compared now, and changes no more."))
    except actions.FocusError as error:
        messages.error(request, str(error))
    return redirect("analytics:focus-coding", slug, pk)


@requires(Permission.EDIT_FOCUS)
@require_POST
def discard(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    actions.discard(coding=own_open_coding_of(request, slug, pk), by=staff(request))
    messages.success(request, _("The coding is deleted."))
    return redirect("analytics:focus-codings", slug)


@requires(Permission.EDIT_FOCUS)
@require_POST
def revise(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    before = coding_of(request, slug, pk, Permission.EDIT_FOCUS)
    try:
        after = actions.revise(coding=before, by=staff(request))
    except actions.FocusError as error:
        messages.error(request, str(error))
        return redirect("analytics:focus-coding", slug, pk)
    return redirect("analytics:focus-coding", slug, after.pk)


@requires(Permission.VIEW_DESK)
def comparison(request: HttpRequest, slug: str) -> HttpResponse:
    """Two closed codings of one scheme; without them, the choice of them."""
    programme = programme_of(request, slug)
    closed = {
        str(one.pk): one for one in queries.codings_open_to(staff(request), programme).filter(closed_at__isnull=False)
    }
    first, second = (closed.get(request.GET.get(name, "")) for name in ("first", "second"))
    context: dict[str, object] = {"programme": programme, "closed": closed.values(), "first": first, "second": second}
    if first and second and first != second:
        context["other_schemes"] = first.scheme_id != second.scheme_id
        if first.scheme_id == second.scheme_id:
            context |= _compared(first, second)
    return render(request, "analytics/focus_comparison.html", context)


def _compared(first: FocusCoding, second: FocusCoding) -> dict[str, object]:
    found = shown.compared(queries.coding_of(first), queries.coding_of(second))
    names = shown.names_of(first.scheme.document)
    entries = dict(PolicyInstrument.objects.filter(programme=first.programme).values_list("key", "name"))
    lines = queries.line_of_codings(first), queries.line_of_codings(second)
    return {
        "found": found,
        "alphas": shown.alpha_lines(found, names),
        "instruments": [shown.instrument_said(one, names, entries) for one in found.instrument_disagreements],
        "ratings": [shown.rating_said(one, names) for one in found.rating_disagreements],
        "dependent": first.pk in lines[1] or second.pk in lines[0],
        "same_coder": first.coder_name == second.coder_name,
        "replicates": REPLICATES,
        "seed": shown.SEED,
    }
