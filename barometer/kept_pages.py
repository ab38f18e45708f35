"""Pages of releases given again as they went out: the way past sessions, templates and the database."""

from collections.abc import Callable, Hashable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response

from publication.views.kept import ACCEPTS_GZIP, Answer, Board

Handler = Callable[[HttpRequest], HttpResponse]
ROOM = 32 * 1024 * 1024  # bytes a process: about a thousand pages
OK = 200


class KeptPagesMiddleware:
    """Whole answers to GET of views marked `held`; everything else goes its way.

    It stands before the session and after what must hold for every request: the request id and the way to https. What
    an answer depends on is its key: address with query, and language. Answers are kept packed, since that is what
    nearly everybody asks for and takes a tenth of the room; who cannot unpack them goes the long way. An answer that
    sets a cookie is never kept.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.board = Board(room=ROOM, seconds=settings.PUBLIC_PAGES_HOLD_SECONDS)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.DEBUG or not self.may_be_kept(request):
            return self.get_response(request)
        request.get_host()  # refuses a foreign host, as it would be later
        key = self.key(request)
        found, stamp = self.board.get(key)
        if found is None:
            return self._ask(request, key, stamp)
        response = HttpResponse(found.content, headers=dict(found.headers))
        return get_conditional_response(request, etag=found.tag, response=response) or response

    @staticmethod
    def may_be_kept(request: HttpRequest) -> bool:
        packed = ACCEPTS_GZIP.search(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        return request.method == "GET" and request.path_info.startswith("/results/") and packed is not None

    @staticmethod
    def key(request: HttpRequest) -> Hashable:
        return request.get_full_path(), translation.get_language_from_request(request)

    def _ask(self, request: HttpRequest, key: Hashable, stamp: tuple[object, ...]) -> HttpResponse:
        """The answer from further in, kept where it may be. `stamp`: what everybody saw before it was written."""
        response = self.get_response(request)
        view = request.resolver_match.func if request.resolver_match else None
        if getattr(view, "holds", False) and response.status_code == OK and not response.cookies:
            tag = response.headers.get("ETag", "")
            self.board.keep(key, Answer(response.content, tuple(response.headers.items()), tag), stamp)
        return response
