"""How often one address may call the open API, told in every answer.

Calls are counted in windows of fixed length in Django's cache. The default cache is that of one process: with several
web processes an address has the limit of each that it happens to meet, and never less than what is told.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from time import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from publication.api.problems import refusal

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Count:
    """The calls of one address in the window that runs; `reset` is seconds until the next."""

    limit: int
    used: int
    reset: int

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.used)


def limited(view: View) -> View:
    """Refuses calls over the limit with 429 and Retry-After. A limit of 0 in the settings counts nothing."""

    @wraps(view)
    def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if settings.API_CALLS == 0:
            return view(request, *args, **kwargs)
        count = _counted(_caller(request), settings.API_CALLS, settings.API_CALLS_SECONDS, time())
        if count.used <= count.limit:
            return _told(view(request, *args, **kwargs), count)
        detail = (
            f"calls: expected at most {count.limit} in {settings.API_CALLS_SECONDS} seconds, got {count.used}. "
            f"Wait {count.reset} seconds, as Retry-After says."
        )
        refused = refusal(request, 429, "Too many requests", detail)
        refused["Retry-After"] = str(count.reset)
        return _told(refused, count)

    return counted


def _counted(caller: str, limit: int, seconds: int, now: float) -> Count:
    window = int(now // seconds)
    key = f"api-calls:{window}:{caller}"
    cache.add(key, 0, timeout=2 * seconds)
    try:
        used = cache.incr(key)
    except ValueError:  # the cache was full and let it go in between
        cache.set(key, 1, timeout=2 * seconds)
        used = 1
    return Count(limit, used, max(1, int((window + 1) * seconds - now + 0.999)))


def _caller(request: HttpRequest) -> str:
    """The address that calls, hashed: nothing is kept that names it. Behind a proxy, the one that the proxy saw."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:
        address = request.headers.get("X-Forwarded-For", address).rpartition(",")[2].strip()
    return hashlib.sha256(f"{settings.SECRET_KEY}{address}".encode()).hexdigest()[:32]


def _told(response: HttpResponse, count: Count) -> HttpResponse:
    response["X-RateLimit-Limit"] = str(count.limit)
    response["X-RateLimit-Remaining"] = str(count.remaining)
    response["X-RateLimit-Reset"] = str(count.reset)
    return response
