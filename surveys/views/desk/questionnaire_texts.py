"""The texts of a questionnaire in one language, checked by a person; and the log of what people said of them."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from surveys.actions import texts as actions
from surveys.actions.instruments import InstrumentFrozen
from surveys.instrument.schema import Instrument
from surveys.instrument.texts import Standing, coverage, entries, standing
from surveys.models import InstrumentVersion
from surveys.permissions import Permission, requires
from surveys.queries import instrument_of, reviews_of
from surveys.views.desk.questionnaire_forms import ReviewForm, TextsFileForm
from surveys.views.desk.questionnaire_parts import STANDINGS
from surveys.views.desk.scope import staff, version_of
from surveys.views.respond.wording import language_name

TEXTS_A_PAGE = 100
REVIEWS_A_PAGE = 100


@dataclass(frozen=True)
class ShownText:
    location: str
    source: str
    text: str
    standing: Standing
    standing_name: str

    @property
    def can_be_checked(self) -> bool:
        return bool(self.text) and self.standing is not Standing.CHECKED


@requires(Permission.VIEW_DESK)
def texts(request: HttpRequest, slug: str, pk: int, language: str) -> HttpResponse:
    version = version_of(request, slug, pk, Permission.VIEW_DESK)
    instrument = instrument_of(version)
    if language not in instrument.languages:
        raise Http404
    state = request.GET.get("state", "")
    rows = [row for row in rows_of(instrument, language) if state in ("", row.standing)]
    page = Paginator(rows, TEXTS_A_PAGE).get_page(request.GET.get("page"))
    may_edit = staff(request).may(Permission.EDIT_QUESTIONNAIRE, version.programme)
    found = coverage(instrument, language)
    context = {
        "programme": version.programme,
        "version": version,
        "language": language,
        "name": language_name(language),
        "source_language": "" if language == instrument.base_language else instrument.base_language,
        "state": state,
        "states": [(kind.value, name, found.counts[kind]) for kind, name in STANDINGS.items()],
        "coverage": found,
        "page": page,
        "may_check": may_edit and version.fielded_at is None and language in instrument.texts,
        "file_form": TextsFileForm() if may_edit and version.fielded_at is None else None,
    }
    return render(request, "surveys/desk_questionnaire_texts.html", context)


def rows_of(instrument: Instrument, language: str) -> list[ShownText]:
    """Every text that the language has or should have, in the order read."""
    first = instrument.base_language
    source = entries(instrument.texts[first]) if first in instrument.texts and language != first else {}
    own = entries(instrument.texts[language]) if language in instrument.texts else {}
    return [
        ShownText(location, source.get(location, ""), own.get(location, ""), stands, str(STANDINGS[stands]))
        for location, stands in standing(instrument, language).items()
    ]


@requires(Permission.EDIT_QUESTIONNAIRE)
@require_POST
def check(request: HttpRequest, slug: str, pk: int, language: str) -> HttpResponse:
    """Take down that the person signed in has checked the texts that are ticked, or all of them."""
    version = version_of(request, slug, pk, Permission.EDIT_QUESTIONNAIRE)
    every = "every" in request.POST
    ticked = request.POST.getlist("location")
    if not every and not ticked:
        messages.error(request, _("Tick the texts that you have checked."))
        return _back(request, slug, pk, language)
    locations = None if every else ticked
    try:
        seen = request.POST.get("seen", "")
        n = actions.texts_checked(version=version, language=language, locations=locations, seen=seen, by=staff(request))
        messages.success(request, ngettext("%(n)s text is checked.", "%(n)s texts are checked.", n) % {"n": n})
    except (actions.TextsError, InstrumentFrozen) as error:
        messages.error(request, str(error))
    return _back(request, slug, pk, language)


def _back(request: HttpRequest, slug: str, pk: int, language: str) -> HttpResponse:
    """To the page of the list that the person came from."""
    place = {name: value for name in ("state", "page") if (value := request.POST.get(name, ""))}
    return redirect(reverse("surveys:questionnaire-texts", args=[slug, pk, language]) + f"?{urlencode(place)}")


@requires(Permission.VIEW_DESK)
def reviews(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    version = version_of(request, slug, pk, Permission.VIEW_DESK)
    form = ReviewForm(instrument=instrument_of(version), initial=_chosen(request))
    return _log(request, version, form)


@requires(Permission.EDIT_QUESTIONNAIRE)
def review(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Add a line to the log."""
    version = version_of(request, slug, pk, Permission.EDIT_QUESTIONNAIRE)
    if request.method != "POST":  # a form with errors stands at this address, and is then shown in another language
        return redirect("surveys:questionnaire-reviews", slug, pk)
    form = ReviewForm(request.POST, instrument=instrument_of(version))
    if form.is_valid():
        try:
            actions.review(version=version, by=staff(request), **form.cleaned_data)
        except actions.TextsError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The line is in the log."))
            return redirect("surveys:questionnaire-reviews", slug, pk)
    return _log(request, version, form)


def _chosen(request: HttpRequest) -> dict[str, str]:
    """Of which question and language the log is wanted; empty for all."""
    return {name: request.GET.get(name, "") for name in ("item", "language")}


def _log(request: HttpRequest, version: InstrumentVersion, form: ReviewForm) -> HttpResponse:
    chosen = _chosen(request)
    page = Paginator(reviews_of(version, **chosen), REVIEWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "programme": version.programme,
        "version": version,
        "form": form,
        "chosen": chosen,
        "query": urlencode(chosen),
        "page": page,
        "reviews": page.object_list,
        "may_edit": staff(request).may(Permission.EDIT_QUESTIONNAIRE, version.programme),
    }
    return render(request, "surveys/desk_questionnaire_reviews.html", context)
