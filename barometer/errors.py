"""The page for a request that cannot be read."""

from django.http import HttpRequest, HttpResponseBadRequest
from django.template.loader import render_to_string


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBadRequest:
    """Nothing of the request is looked at: reading it is what failed.

    Django's own view asks for the forgery protection value and so reads the form once more, which ends as an error
    of the server where the form itself is unreadable.
    """
    return HttpResponseBadRequest(render_to_string("400.html"))
