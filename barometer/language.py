"""Choosing a language: a plain link, a cookie, and back to the page one came from."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from surveys.permissions import public


@public
def choose_language(request: HttpRequest, code: str = "") -> HttpResponse:
    """Remember the language for a year and go back to `next`, a path of this site. A form names it as `code`."""
    code = code or request.GET.get("code", "")
    if code not in dict(settings.LANGUAGES):
        raise Http404
    address = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        address = "/"
    response = HttpResponseRedirect(address)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, code, max_age=365 * 24 * 3600, secure=settings.HTTPS, samesite="Lax"
    )
    return response
