"""The respondent's page of a case, behind their own link: the card as it will stand, and the last word on it."""

from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from publication.actions import cases as actions
from publication.actions.case_cards import CardIncomplete, card_hash
from publication.case_queries import case_of_link, published_case
from publication.models import Case, CaseState
from publication.views.cases.cards import card_of_draft
from publication.views.cases.forms import ContactForm
from publication.views.public import in_language_asked_for
from surveys.permissions import case_link


@case_link
@require_http_methods(["GET", "HEAD", "POST"])
@in_language_asked_for
def own(request: HttpRequest, token: str) -> HttpResponse:
    """Approve, say who may be contacted, ask for a change, or withdraw: at any time, also after publication."""
    case = case_of_link(token)
    if case is None:
        raise Http404
    form, error = None, ""
    if request.method == "POST" and case.state != CaseState.WITHDRAWN:
        form = ContactForm(request.POST) if request.POST.get("do") == "contact" else None
        if form is None or form.is_valid():
            try:
                _carry_out(request, case, form)
                return HttpResponseRedirect(request.get_full_path(), status=HTTPStatus.SEE_OTHER)
            except (actions.CaseError, CardIncomplete) as refused:
                error = str(refused)
                case.refresh_from_db()
    return _page(request, case, form, error)


def _carry_out(request: HttpRequest, case: Case, form: ContactForm | None) -> None:
    match request.POST.get("do", ""):
        case "contact":
            assert form is not None  # noqa: S101 - the caller has made and checked it
            actions.set_contact(case=case, **form.cleaned_data)
        case "approve":
            actions.approve(case=case, seen=request.POST.get("seen", ""))
        case "change":
            actions.ask_for_change(case=case, wish=request.POST.get("wish", ""))
        case "withdraw":
            actions.withdraw(case=case)
        case other:
            raise actions.CaseError(f"do: expected contact, approve, change or withdraw, got {other[:40]!r}.")


def _page(request: HttpRequest, case: Case, form: ContactForm | None, error: str) -> HttpResponse:
    if case.state == CaseState.WITHDRAWN:
        return render(request, "publication/case_own_withdrawn.html", {"case": case})
    published = published_case(case.pk)
    cards = [card_of_draft(case, language) for language in _languages(case)]
    context = {
        "case": case,
        "cards": cards,
        "seen": card_hash(case),
        "form": form or ContactForm.of(case),
        "error": error,
        "asked": case.state == CaseState.ASKED,
        "written_anew": case.state == CaseState.DRAFT,
        "public": published,
        "owner": case.programme.owner,
        "wish": request.POST.get("wish", case.wish),
    }
    refused = bool(error or (form is not None and form.errors))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return render(request, "publication/case_own.html", context, status=status)


def _languages(case: Case) -> list[str]:
    """Every language of the card, the one it was written in first: all of it is approved."""
    own = case.card["language"]
    return [own, *(code for code, _name in settings.LANGUAGES if code != own and case.card["texts"].get(code))]
