"""Request id, security headers, and the guard that keeps public pages to release tables."""

import re
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from publication.models import Release, ReleaseTable
from surveys.permissions import PUBLIC

Handler = Callable[[HttpRequest], HttpResponse]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
WORD = re.compile(r"\w+")
READ_FROM = re.compile(r"\b(?:FROM|JOIN)\s+[\"`]?([\w.]+)", re.IGNORECASE)


class RequestIdMiddleware:
    """Every answer carries an id that also stands in the log."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = uuid.uuid4().hex  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-ID"] = request.id  # type: ignore[attr-defined]
        return response


class SecurityHeadersMiddleware:
    """No inline script or style anywhere; pages of respondents and staff are never kept by a cache."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if access_of(request) != PUBLIC and "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return response


class TableRefused(Exception):
    """A public page reached for a table that is not a release table."""


@cache
def release_tables() -> frozenset[str]:
    """The two tables that public pages are made of."""
    return frozenset({Release._meta.db_table, ReleaseTable._meta.db_table})


@cache
def guarded_tables() -> frozenset[str]:
    """Every other table that a model stands for."""
    return frozenset({model._meta.db_table for model in apps.get_models(include_auto_created=True)} - release_tables())


def only_release_tables(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    """A wrapper for the connection: reads of release tables pass, everything else is an error.

    Two looks, since neither parses SQL: what is read from must be a release table, and no other table's name may
    stand anywhere in the statement.
    """
    if not sql.lstrip().upper().startswith("SELECT"):
        raise TableRefused(f"A public page may only read. It tried: {sql[:80]}")
    read = {name.lower() for name in READ_FROM.findall(sql)} - release_tables()
    refused = read | (set(WORD.findall(sql.lower())) & guarded_tables())
    if refused:
        raise TableRefused(f"A public page may read release tables only. It tried: {', '.join(sorted(refused))}")
    return execute(sql, params, many, context)


def access_of(request: HttpRequest) -> object:
    """The mark of the view that will answer, or None where there is none."""
    match = request.resolver_match
    if match is None:
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return None
    return getattr(match.func, "access", None)


class PublicConnectionGuard:
    """Proof at run time: no figure on a public page is computed from raw answers."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if access_of(request) != PUBLIC:
            return self.get_response(request)
        with ExitStack() as stack:
            for connection in connections.all():
                stack.enter_context(connection.execute_wrapper(only_release_tables))
            return self.get_response(request)
