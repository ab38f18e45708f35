"""The public pages. They read release tables and nothing else: the guard on the connection proves it."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe
from django.views.decorators.vary import vary_on_cookie

from publication.formats.csv import table_csv
from publication.models import Release
from publication.queries import published_releases, published_tables
from publication.views import kept
from publication.views.figures import figure, is_plain, language_of
from surveys.permissions import public

View = Callable[..., HttpResponse]

# About 40 kB each. Who changes a template sees it at once; in use templates change with the process.
SHELF = kept.Shelf(room=0 if settings.DEBUG else 64)


def in_language_asked_for(view: View) -> View:
    """?lang=en gives an address its language, so that a link shows others what one sees oneself; a form may name it."""

    @wraps(view)
    def spoken(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        asked = request.POST.get("lang") or request.GET.get("lang", "")
        if asked not in dict(settings.LANGUAGES):
            return view(request, *args, **kwargs)
        with translation.override(asked):
            response = view(request, *args, **kwargs)
            response.headers.setdefault("Content-Language", asked)
            return response

    return spoken


def everybodys(view: View) -> View:
    """Marked public, read only, in the language asked for; a cache may keep the answer and asks whether it still holds.

    The tag is made of the answer itself: a release never changes, but the words around it may. Packed, because a page
    with every figure in two widths is long; it holds no secret that its length could tell.
    """
    tagged = cache_control(public=True, no_cache=True)(conditional_page(view))
    return public(require_safe(gzip_page(vary_on_cookie(in_language_asked_for(tagged)))))


def _release(programme: str, number: int) -> Release:
    return get_object_or_404(published_releases(), programme_slug=programme, number=number)


@everybodys
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "publication/home.html", {"releases": list(published_releases())})


@everybodys
def results(request: HttpRequest) -> HttpResponse:
    return render(request, "publication/results.html", {"releases": list(published_releases())})


@everybodys
def release(request: HttpRequest, programme: str, number: int) -> HttpResponse:
    """All findings. Whether the release is published is asked each time; what it says is written once and kept."""
    shown = _release(programme, number)

    def written() -> str:
        country = request.GET.get("country", "")
        # Finer cubes are for the API and the files: on one page with all the others nobody would find them.
        tables = [table for table in published_tables(shown) if is_plain(table.document)]
        figures = [figure(table.document, country=country) for table in tables]
        return render_to_string("publication/release.html", {"release": shown, "figures": figures}, request)

    # The address stands in the links to other languages.
    key = (shown.pk, shown.content_hash, shown.published_at, translation.get_language(), request.get_full_path())
    return kept.answer(request, SHELF.page(key, written))


@everybodys
def table(request: HttpRequest, programme: str, number: int, key: str) -> HttpResponse:
    found = get_object_or_404(_release(programme, number).tables, key=key)
    content = table_csv(found.document, language_of(found.document))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{programme}-{number}-{key}.csv"'
    return response
