"""We want to copy this: the form, and the page behind the adopter's own link."""

from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from publication.actions import adoptions
from publication.case_queries import adoption_of_link, adoption_trail, published_case
from publication.models import AdoptionState
from publication.views.cases.cards import Card, card_of
from publication.views.cases.forms import CopyForm
from publication.views.public import in_language_asked_for
from surveys.permissions import case_copy, case_link


def _reachable(number: int) -> Card:
    """The card of a case that takes questions."""
    row = published_case(number)
    card = None if row is None or row.withdrawn_at is not None else card_of(row.document)
    if card is None or not card.reachable:
        raise Http404
    return card


@case_copy
@require_http_methods(["GET", "HEAD", "POST"])
@in_language_asked_for
def copy(request: HttpRequest, number: int) -> HttpResponse:
    """GET shows the form; POST keeps the wish and sends a link to confirm it."""
    card = _reachable(number)
    context: dict[str, object] = {"card": card}
    form = CopyForm(request.POST) if request.method == "POST" else CopyForm()
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            given = {name: form.cleaned_data[name] for name in ("organisation", "name", "mail", "message")}
            language = get_language() or settings.LANGUAGE_CODE
            try:
                adoptions.request(number=number, form=str(form.cleaned_data["form"]), language=language, **given)
                return render(request, "publication/case_copy_sent.html", context | {"mail": given["mail"]})
            except adoptions.TooMany as error:
                form.add_error(None, str(error))
                status = HTTPStatus.TOO_MANY_REQUESTS
            except adoptions.AdoptionError as error:
                form.add_error(None, str(error))
    return render(request, "publication/case_copy.html", context | {"form": form}, status=status)


@case_link
@require_http_methods(["GET", "HEAD", "POST"])
@in_language_asked_for
def adoption(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm the wish, say how it goes, take it back. Opening the link changes nothing: mail programs open links."""
    wish = adoption_of_link(token)
    row = None if wish is None else published_case(wish.number)
    if wish is None or row is None or row.withdrawn_at is not None:
        raise Http404
    context: dict[str, object] = {"card": card_of(row.document), "wish": wish, "states": AdoptionState.choices}
    if request.method == "POST":
        try:
            if request.POST.get("do") == "remove":
                adoptions.remove(adoption=wish, by=adoptions.ADOPTER)
                return render(request, "publication/case_adoption_removed.html", context)
            if request.POST.get("do") == "confirm":
                adoptions.confirm(adoption=wish)
            else:
                adoptions.advance(adoption=wish, state=request.POST.get("state", ""))
            return HttpResponseRedirect(request.get_full_path(), status=HTTPStatus.SEE_OTHER)
        except adoptions.AdoptionError as error:
            context["error"] = str(error)
    context["trail"] = [of for of in adoption_trail(wish.number) if of.adoption == wish.pk]
    status = HTTPStatus.UNPROCESSABLE_ENTITY if "error" in context else HTTPStatus.OK
    return render(request, "publication/case_adoption.html", context, status=status)
