"""The public collection: cards with search and filters, and the page of a card. Published tables and nothing else."""

from http import HTTPStatus

from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from publication.case_queries import adoption_trail, published_case, published_cases
from publication.views.cases.cards import card_of
from publication.views.cases.forms import SearchForm
from publication.views.public import everybodys

ON_A_PAGE = 12


@everybodys
def cases(request: HttpRequest) -> HttpResponse:
    """Cards, the newest first, so many on a page as it says. A filter that nobody offered is an error."""
    form = SearchForm(request.GET)
    if not form.is_valid():
        return render(request, "publication/cases.html", {"form": form}, status=HTTPStatus.BAD_REQUEST)
    pages = Paginator(published_cases(**form.filters()), ON_A_PAGE)
    try:
        page = pages.page(request.GET.get("page", 1))
    except (EmptyPage, PageNotAnInteger) as error:
        raise Http404 from error
    query = request.GET.copy()
    query.pop("page", None)
    shown = [card_of(row.document) for row in page.object_list]
    context = {
        "form": form,
        "page": page,
        "cards": shown,
        "constructed": any(card.constructed for card in shown),
        "filtered": any(form.filters().values()),
        "query": query.urlencode(),
    }
    return render(request, "publication/cases.html", context)


@everybodys
def case(request: HttpRequest, number: int) -> HttpResponse:
    """A card at its permanent address; of a withdrawn one only that it was."""
    row = published_case(number)
    if row is None:
        raise Http404
    if row.withdrawn_at is not None:
        return render(request, "publication/case_withdrawn.html", {"number": number}, status=HTTPStatus.GONE)
    context = {
        "card": card_of(row.document, request.GET.get("card", "")),
        "version": row.version,
        "published_at": row.published_at,
        "trail": adoption_trail(number),
    }
    return render(request, "publication/case.html", context)
