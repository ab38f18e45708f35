"""Pages of published releases, kept as written: what never changes is drawn and packed once a process."""

import gzip
import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

ACCEPTS_GZIP = re.compile(r"\bgzip\b")


@dataclass(frozen=True)
class Page:
    """A page as it goes over the wire, and the tag of what it says."""

    packed: bytes
    tag: str


class Shelf:
    """The pages that were asked for last, at most so many; an older one is written again when somebody wants it."""

    def __init__(self, *, room: int) -> None:
        self.room = room
        self._pages: OrderedDict[Hashable, Page] = OrderedDict()
        self._lock = Lock()

    def page(self, key: Hashable, write: Callable[[], str]) -> Page:
        """The page of the key, written now if it is not here. The key names everything the page hangs on."""
        with self._lock:
            kept = self._pages.get(key)
            if kept is not None:
                self._pages.move_to_end(key)
                return kept
        page = packed(write())  # outside the lock: two may write the same page, none waits for another's
        with self._lock:
            self._pages[key] = page
            while len(self._pages) > self.room:
                self._pages.popitem(last=False)
        return page


def packed(text: str) -> Page:
    body = text.encode()
    return Page(gzip.compress(body, 9, mtime=0), hashlib.sha256(body).hexdigest()[:32])


def answer(request: HttpRequest, page: Page) -> HttpResponse:
    """The page packed for those who say that they can unpack it, and as text for all others."""
    if ACCEPTS_GZIP.search(request.headers.get("Accept-Encoding", "")):
        # A weak tag: the same page, not the same bytes.
        response = HttpResponse(page.packed, headers={"Content-Encoding": "gzip", "ETag": f'W/"{page.tag}"'})
    else:
        response = HttpResponse(gzip.decompress(page.packed), headers={"ETag": f'"{page.tag}"'})
    patch_vary_headers(response, ("Accept-Encoding",))
    return response
