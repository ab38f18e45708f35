"""What went wrong, as problem+json (RFC 9457): every error of the open API has this form and says what to do."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework.exceptions import APIException, NotFound
from rest_framework.response import Response
from rest_framework.views import set_rollback

MEDIA_TYPE = "application/problem+json"
PARAMETER = "Parameter error"  # the word of PxWebApi for a request that cannot be answered as it stands


class Problem(APIException):
    """An answer that is an error. `detail` names parameter, expected, got, and what to do."""

    def __init__(self, status: int, title: str, detail: str, **more: object) -> None:
        # JSON may hold half a letter (\ud800), which no answer can: it is shown as it was written.
        super().__init__(detail.encode(errors="backslashreplace").decode())
        self.status_code = status
        self.title = title
        self.more = more


def bad_parameter(name: str, expected: str, got: object, advice: str, *, title: str = "Bad parameter") -> Problem:
    return Problem(400, title, f"{name}: expected {expected}, got {got!r}. {advice}")


def body(status: int, title: str, detail: str, **more: object) -> dict[str, object]:
    kind = PARAMETER if status in (400, 403) else "about:blank"
    return {"type": kind, "title": title, "status": status, "detail": detail, **more}


def handled(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an error of a view: the setting EXCEPTION_HANDLER. Anything else stays an error of the server."""
    if isinstance(error, Http404):
        error = NotFound("There is nothing at this address. Look for it in /api/v1/releases.")
    elif isinstance(error, PermissionDenied):
        return None
    if not isinstance(error, APIException):
        return None
    set_rollback()
    title = getattr(error, "title", "") or HTTPStatus(error.status_code).phrase
    content = body(error.status_code, title, str(error.detail), **getattr(error, "more", {}))
    return Response(content, status=error.status_code, content_type=MEDIA_TYPE)


def refusal(request: HttpRequest, status: int, title: str, detail: str) -> JsonResponse:
    """The same where no view has been asked yet."""
    held = {"Cache-Control": "no-store"}
    return JsonResponse(body(status, title, detail), status=status, content_type=MEDIA_TYPE, headers=held)
