"""What all addresses of the open API have in common: everybody may read, from any page, so often and not oftener."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers, set_response_etag
from django.views.decorators.gzip import gzip_page
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import api_view

from publication.api.limits import limited
from publication.api.problems import MEDIA_TYPE, refusal
from publication.api.schemas import PROBLEM
from surveys.permissions import public

View = Callable[..., HttpResponse]

TOLD = "Content-Disposition, ETag, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"
PROBLEMS = {
    400: "A parameter cannot be read; `detail` says which and what to do.",
    403: "More cells are asked for than an answer may have.",
    404: "Nothing is published at this address.",
    410: "The release is withdrawn and its numbers are not shown any more; `detail` says why.",
    413: "The body is longer than a selection may be.",
    429: "Too many calls from one address; Retry-After says how many seconds to wait.",
}


def everybodys(
    *,
    answer: object,
    errors: Sequence[int] = (),
    methods: Sequence[str] = ("GET",),
    packed: bool = True,
    max_age: int = 0,
    apart: Sequence[Mapping[str, Any]] = (),
    **described: Any,
) -> Callable[[Callable[..., HttpResponse]], View]:
    """Marked public, read only, limited, for every origin, with a tag; described in the OpenAPI document.

    answer: the schema of a 200, or a mapping of (200, media type) to schemas. errors: which of `PROBLEMS` may come
    beside 400 and 429, which every address has.
    max_age: seconds for which a cache need not ask; 0 asks each time. packed: by gzip, where the client can.
    apart: what of the description is of one method alone. The rest goes to drf-spectacular's `extend_schema`.
    """

    def decorate(view: Callable[..., HttpResponse]) -> View:
        name = f"pxweb_{view.__name__}" if ".pxweb." in view.__module__ else view.__name__
        described.setdefault("operation_id", name)
        shown = extend_schema(responses=_responses(answer, errors), auth=[], **described)(
            api_view([*methods, "HEAD"])(view)
        )
        for one in apart:
            shown = extend_schema(**one)(shown)
        answered = tagged(shown, max_age)
        open_to_all = from_anywhere(limited(readable(gzip_page(answered) if packed else answered)), methods)
        open_to_all.spoken_by_address = True  # type: ignore[attr-defined]
        return public(open_to_all)

    return decorate


def _responses(answer: object, errors: Sequence[int]) -> dict[object, object]:
    good: Mapping[object, object] = answer if isinstance(answer, dict) and _by_media_type(answer) else {200: answer}
    bad: Mapping[object, object] = {
        (status, MEDIA_TYPE): OpenApiResponse(response=PROBLEM, description=PROBLEMS[status])
        for status in sorted({400, *errors, 429})
    }
    return {**good, **bad}


def _by_media_type(answer: Mapping[Any, object]) -> bool:
    return all(isinstance(key, tuple) for key in answer)


def from_anywhere(view: View, methods: Sequence[str]) -> View:
    """Scripts of other sites may read it: there is nothing here that is not everybody's, and no cookie is looked at."""

    @wraps(view)
    def shared(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            response = HttpResponse(status=204, headers={"Allow": ", ".join([*methods, "HEAD", "OPTIONS"])})
            response["Access-Control-Allow-Methods"] = ", ".join([*methods, "HEAD", "OPTIONS"])
            response["Access-Control-Allow-Headers"] = "Content-Type, If-None-Match"
            response["Access-Control-Max-Age"] = "86400"
        else:
            response = view(request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = TOLD
        return response

    return shared


def tagged(view: View, max_age: int) -> View:
    """With a tag on what is there, and how long a cache may keep it. What is not there may be so in the next minute.

    HEAD has the tag that GET has; the answer to a POST has none, since nobody can ask for it again by its tag.
    """
    kept = {"max_age": max_age} if max_age else {"no_cache": True}

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with translation.override("en"):  # what went wrong is said in one language, whatever the reader's browser likes
            response = view(request, *args, **kwargs)
        if response.status_code != HTTPStatus.OK:
            response["Cache-Control"] = "no-store"
            return response
        if request.method in ("GET", "HEAD"):
            response = _unless_known(request, response)
        patch_cache_control(response, public=True, **kept)
        patch_vary_headers(response, ["Accept-Encoding"])
        return response

    return answered


def _unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer, or 304 without content where the one who asks has it by its tag."""
    if "ETag" not in response:
        set_response_etag(response)
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def readable(view: View) -> View:
    """Refuses what no database can compare: PostgreSQL has no text with the character of number nought."""

    @wraps(view)
    def read(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        values = (text for name, texts in request.GET.lists() for text in (name, *texts))
        if any("\0" in text for text in (request.path, *values)):
            detail = "address: expected one without the sign NUL (%00), got it. Leave it out."
            return refusal(request, 400, "Bad parameter", detail)
        return view(request, *args, **kwargs)

    return read


def as_json(value: object) -> HttpResponse:
    """The value as JSON; not-a-number is no JSON and raises ValueError."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return HttpResponse(text.encode(), content_type="application/json")
