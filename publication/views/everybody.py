"""What every public page is: marked, read only, in the language asked for, and tagged for those who keep copies."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe
from django.views.decorators.vary import vary_on_cookie

from surveys.permissions import public

View = Callable[..., HttpResponse]


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
    return _for_everybody(cache_control(public=True, no_cache=True)(view))


def held(view: View) -> View:
    """As `everybodys`, for pages of releases that everybody sees: a cache may give its copy for a second unasked.

    Long enough that a thousand readers a second cost the server one answer, short enough that a correction or a
    withdrawal stands everywhere at once. What is not published yet is not found, and that is never kept.
    """
    kept = _for_everybody(cache_control(public=True, max_age=1, must_revalidate=True)(view))
    kept.holds = True  # type: ignore[attr-defined]
    return kept


def _for_everybody(view: View) -> View:
    return public(require_safe(gzip_page(vary_on_cookie(in_language_asked_for(conditional_page(view))))))
