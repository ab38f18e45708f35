"""The desk of the case collection: who agreed, the cards and where they stand, writing, publishing, withdrawing."""

from dataclasses import replace

from django.conf import settings
from django.contrib import messages
from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from publication.actions import adoptions, cases
from publication.actions.case_cards import CardIncomplete
from publication.case_queries import adoptions_of, cases_of, proposals_of, published_case
from publication.models import Adoption, Case, CaseState, CaseSubject
from publication.views.cases.cards import card_of_draft
from publication.views.cases.forms import CardForm
from publication.views.scope import staff
from publication.views.steps import Steps
from surveys.models import Programme
from surveys.permissions import Permission, requires

ON_A_PAGE = 24


def _programme(request: HttpRequest, slug: str, permission: Permission) -> Programme:
    return get_object_or_404(Programme.objects.visible_to(staff(request), permission), slug=slug)


def _case(request: HttpRequest, slug: str, pk: int, permission: Permission) -> Case:
    programme = _programme(request, slug, permission)
    return get_object_or_404(cases_of(staff(request), programme), pk=pk)


@requires(Permission.VIEW_CASES)
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """The cards of the programme; for editors also who agreed to be contacted, without any address."""
    programme = _programme(request, slug, Permission.VIEW_CASES)
    may_edit = staff(request).may(Permission.EDIT_CASE, programme)
    pages = Paginator(proposals_of(programme) if may_edit else [], ON_A_PAGE)
    try:
        page = pages.page(request.GET.get("page", 1))
    except (EmptyPage, PageNotAnInteger) as error:
        raise Http404 from error
    context = {
        "programme": programme,
        "cases": list(cases_of(staff(request), programme)),
        "may_edit": may_edit,
        "page": page,
    }
    return render(request, "publication/desk_cases.html", context)


@requires(Permission.EDIT_CASE)
@require_POST
def start(request: HttpRequest, slug: str) -> HttpResponse:
    programme = _programme(request, slug, Permission.EDIT_CASE)
    wave, unit = (request.POST.get(name, "") for name in ("wave", "unit"))
    subject = request.POST.get("subject", "")
    if not (wave.isdecimal() and unit.isdecimal() and subject in CaseSubject.values):
        raise Http404
    asked = get_object_or_404(programme.waves, pk=int(wave))
    sampled = get_object_or_404(asked.sampled_units.select_related("unit"), unit__pk=int(unit))
    try:
        case = cases.start(wave=asked, unit=sampled.unit, subject=subject, by=staff(request))
    except cases.CaseError as error:
        messages.error(request, str(error))
        return redirect("publication:desk-cases", slug)
    return redirect("publication:desk-case-edit", slug, case.pk)


@requires(Permission.VIEW_CASES)
def case(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    shown = _case(request, slug, pk, Permission.VIEW_CASES)
    user, gone = staff(request), shown.state == CaseState.WITHDRAWN
    context = {
        "programme": shown.programme,
        "case": shown,
        "cards": [] if gone else [card_of_draft(shown, language) for language in shown.card["texts"]],
        "public": published_case(shown.pk),
        "mails": list(shown.mails.all()),
        "adoptions": list(adoptions_of(shown)),
        "may_edit": not gone and user.may(Permission.EDIT_CASE, shown.programme),
        "may_ask": shown.state in (CaseState.DRAFT, CaseState.ASKED, CaseState.CHANGE_ASKED),
        "may_publish": shown.state == CaseState.APPROVED and user.may(Permission.PUBLISH_CASE, shown.programme),
        "may_withdraw": not gone and user.may(Permission.PUBLISH_CASE, shown.programme),
        "is_own": shown.edited_by_id == user.pk,
    }
    return render(request, "publication/desk_case.html", context)


@requires(Permission.EDIT_CASE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Write the card in one language; `language` of the address says in which, else its own."""
    shown = _case(request, slug, pk, Permission.EDIT_CASE)
    language = request.GET.get("language", "") or shown.card.get("language", "")
    if shown.state == CaseState.WITHDRAWN or language not in dict(settings.LANGUAGES):
        raise Http404
    form = CardForm(request.POST) if request.method == "POST" else CardForm.of(shown, language)
    if request.method == "POST" and form.is_valid():
        try:
            cases.write(case=shown, facts=form.facts(), language=language, texts=form.texts(), by=staff(request))
            messages.success(request, _("The card is saved."))
            return redirect("publication:desk-case", slug, pk)
        except (cases.CaseError, CardIncomplete) as error:
            form.add_error(None, str(error))
    context = {
        "programme": shown.programme,
        "case": shown,
        "form": form,
        "language": language,
        "languages": settings.LANGUAGES,
    }
    return render(request, "publication/desk_case_edit.html", context, status=422 if form.errors else 200)


def _adoption(request: HttpRequest, slug: str, pk: int, adoption: int, permission: Permission) -> Adoption:
    found: Adoption = get_object_or_404(adoptions_of(_case(request, slug, pk, permission)), pk=adoption)
    return found


REFUSALS = (cases.CaseError, CardIncomplete, adoptions.AdoptionError)
_of_case = Steps("publication:desk-case", ("slug", "pk"), "case", _case, REFUSALS)
_of_adoption = replace(_of_case, changes="adoption", find=_adoption)

ask = _of_case.step(Permission.EDIT_CASE, cases.ask, _("The respondent gets a link to the card."))
publish = _of_case.step(Permission.PUBLISH_CASE, cases.publish, _("The card is published."))
withdraw = _of_case.step(Permission.PUBLISH_CASE, cases.withdraw, _("The case is withdrawn. Nothing of it is kept."))
remove_adoption = _of_adoption.step(
    Permission.EDIT_CASE, adoptions.remove, _("The organisation is taken out of the trail.")
)
