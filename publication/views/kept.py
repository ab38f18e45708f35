"""Pages of published releases, kept as written: what never changes is drawn and packed once a process."""

import gzip
import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from time import monotonic

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from publication.queries import PublicState, public_state

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


@dataclass(frozen=True)
class Answer:
    """A whole answer as it went out, to be given again: its body, its headers, and its tag."""

    content: bytes
    headers: tuple[tuple[str, str], ...]
    tag: str


class Board:
    """Whole answers of this process, given again without a template, a session or a look at the database.

    They hold while what everybody sees stays the same. That is asked for at most every `seconds`, and at once when the
    minute of an embargo has come: nothing is given before its minute, and nothing that was written before it after.
    """

    def __init__(self, *, room: int, seconds: float, state: Callable[[], PublicState] = public_state) -> None:
        """`room`: bytes of all bodies together; those asked for longest ago make way."""
        self.room = room
        self._size = 0
        self.seconds = seconds
        self._state = state
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._stamp: tuple[object, ...] | None = None
        self._asked = float("-inf")
        self._until: datetime | None = None
        self._lock = Lock()

    def stamp(self) -> tuple[object, ...]:
        """What everybody sees, as far as this process may go on believing it. Answers of another state are dropped."""
        now = monotonic()
        if self._stamp is None or now - self._asked >= self.seconds or self._is_due():
            state = self._state()
            with self._lock:
                if state.stamp != self._stamp:
                    self._answers.clear()
                    self._size = 0
                self._stamp, self._until, self._asked = state.stamp, state.until, now
        return self._stamp or ()

    def _is_due(self) -> bool:
        return self._until is not None and timezone.now() >= self._until

    def get(self, key: Hashable) -> tuple[Answer | None, tuple[object, ...]]:
        """The answer of the key, if what everybody sees has not changed since it was kept; and the stamp of that."""
        stamp = self.stamp()
        with self._lock:
            found = self._answers.get(key)
            if found is not None:
                self._answers.move_to_end(key)
            return found, stamp

    def keep(self, key: Hashable, answer: Answer, stamp: tuple[object, ...]) -> None:
        """Keep an answer that was written while `stamp` held; if it does not hold any more, or the answer is larger
        than the room, it is let go."""
        with self._lock:
            if stamp != self._stamp or len(answer.content) > self.room:
                return
            former = self._answers.pop(key, None)
            self._size += len(answer.content) - (len(former.content) if former else 0)
            self._answers[key] = answer
            while self._size > self.room:
                _key, let_go = self._answers.popitem(last=False)
                self._size -= len(let_go.content)
