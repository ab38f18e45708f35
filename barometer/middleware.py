"""Request id, security headers, packing, and the guard that keeps public pages to release tables."""

import re
import uuid
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import cache
from http import HTTPStatus
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.middleware.locale import LocaleMiddleware
from django.urls import Resolver404, resolve
from django.utils import translation

from jobs.models import Job
from publication.models import (
    Adoption,
    AdoptionStep,
    Announcement,
    CaseMail,
    PublishedCase,
    Release,
    ReleaseFile,
    ReleaseTable,
    SelfTestGroup,
    Withdrawal,
)
from surveys.permissions import CASE_COPY, PUBLIC, SELF_TEST_GROUP, SIGNED_OUT, TOKEN

RESPONDENTS_ALONE = "se"
# Marks of the pages that a search engine may list; None is what has no view of ours: style, script, what is not found.
FOR_SEARCH = (PUBLIC, CASE_COPY, SIGNED_OUT, None)
Handler = Callable[[HttpRequest], HttpResponse]
Guard = Callable[[Callable[..., Any], str, Any, bool, Any], Any]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
WORD = re.compile(r"\w+")
READ_FROM = re.compile(r"\b(?:FROM|JOIN)\s+[\"`]?([\w.]+)", re.IGNORECASE)
WRITTEN_TO = re.compile(r"\s*(?:INSERT\s+INTO|UPDATE)\s+[\"`]?([\w.]+)", re.IGNORECASE)
OF_A_TRANSACTION = re.compile(r"\s*(?:BEGIN|SAVEPOINT|RELEASE\s+SAVEPOINT|ROLLBACK\s+TO)\b[^;]*", re.IGNORECASE)


class RequestIdMiddleware:
    """Every answer carries an id that also stands in the log."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = uuid.uuid4().hex  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-ID"] = request.id  # type: ignore[attr-defined]
        return response


class WithoutNulMiddleware:
    """Refuses an address with the sign NUL: no text of PostgreSQL holds it, and looking for it fails there.

    The open API refuses it in its own words (`publication.api.access.readable`).
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        has_it = "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", "")
        if has_it and not mark_of(request, "spoken_by_address"):
            raise BadRequest("The address holds the sign NUL.")
        return self.get_response(request)


class SecurityHeadersMiddleware:
    """No inline script or style anywhere; pages of respondents and staff are kept by no cache and listed by no search
    engine, whatever their format.

    Nor is a page kept that is not found: at the minute of an embargo it is.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        access = access_of(request)
        if access not in FOR_SEARCH or request.path_info.startswith("/admin/"):
            response.setdefault("X-Robots-Tag", "noindex, nofollow")
        not_found = response.status_code == HTTPStatus.NOT_FOUND
        if (not_found or access != PUBLIC) and "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return response


class LanguageMiddleware(LocaleMiddleware):
    """The language of the reader. Northern Sami is one of respondents' pages alone, and is nobody's elsewhere.

    An answer of the open API is in the language of its address: the reader's is not said of it, nor does a cache keep
    one copy for each.
    """

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        if translation.get_language() == RESPONDENTS_ALONE and access_of(request) not in (TOKEN, None):
            translation.activate(settings.LANGUAGE_CODE)
            request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if mark_of(request, "spoken_by_address"):
            return response
        return super().process_response(request, response)


class PackingMiddleware(GZipMiddleware):
    """Packs style and script, and the pages of respondents, who may be on a phone at the edge of the network.

    Packing a page that holds a secret can give it away by its length, if a stranger can make the page repeat what the
    stranger chooses. A respondent's page repeats nothing of its address, its form token is masked anew each time, and
    its length is blurred. Sign-in and desk are not packed at all; public pages pack themselves (publication.views).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        static = request.path_info.startswith(settings.STATIC_URL)
        if not static and access_of(request) != TOKEN:
            return response
        return super().process_response(request, response)


class TableRefused(Exception):
    """A public page reached for a table that is not a public one."""


@cache
def release_tables() -> frozenset[str]:
    """The tables that public pages are made of: what is published and announced, and the steps of who copies a case."""
    public = (Release, ReleaseTable, ReleaseFile, Withdrawal, Announcement, PublishedCase, AdoptionStep)
    return frozenset(model._meta.db_table for model in public)


@cache
def group_table() -> str:
    """The table of the self-test's groups, which hold counts and no person."""
    return SelfTestGroup._meta.db_table


@cache
def copy_tables() -> frozenset[str]:
    """What the form to copy a case writes: the wish, the row of its mail, and the job that sends it."""
    return frozenset(model._meta.db_table for model in (Adoption, CaseMail, Job))


@cache
def guarded_tables() -> frozenset[str]:
    """Every table that a model stands for, but those of releases."""
    return frozenset({model._meta.db_table for model in apps.get_models(include_auto_created=True)} - release_tables())


def only_release_tables(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    """A wrapper for the connection: reads of release tables pass, everything else is an error."""
    if not sql.lstrip().upper().startswith("SELECT"):
        raise TableRefused(f"A public page may only read. It tried: {sql[:80]}")
    refuse_other_tables(sql, release_tables())
    return execute(sql, params, many, context)


def release_tables_and_groups(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    """The same for the pages of a self-test's group, which also add to its row and change it; they delete nothing."""
    written = WRITTEN_TO.match(sql)
    if written is not None and written.group(1).lower() != group_table():
        raise TableRefused(f"A page of the self-test writes to its groups only. It tried: {sql[:80]}")
    if written is None and not sql.lstrip().upper().startswith("SELECT") and not OF_A_TRANSACTION.fullmatch(sql):
        raise TableRefused(f"A page of the self-test may only read, and write to its groups. It tried: {sql[:80]}")
    refuse_other_tables(sql, release_tables() | {group_table()})
    return execute(sql, params, many, context)


def release_tables_and_wishes(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    """The same for the form to copy a case, which adds a wish, its mail and a job; it reads and changes no more."""
    written = WRITTEN_TO.match(sql)
    if written is not None:
        if not sql.lstrip().upper().startswith("INSERT") or written.group(1).lower() not in copy_tables():
            raise TableRefused(f"The form to copy a case adds a wish and its mail only. It tried: {sql[:80]}")
        refuse_other_tables(sql, frozenset({written.group(1).lower()}))
        return execute(sql, params, many, context)
    if not sql.lstrip().upper().startswith("SELECT") and not OF_A_TRANSACTION.fullmatch(sql):
        raise TableRefused(f"The form to copy a case may only read, and add a wish. It tried: {sql[:80]}")
    refuse_other_tables(sql, release_tables() | {Adoption._meta.db_table})
    return execute(sql, params, many, context)


def refuse_other_tables(sql: str, allowed: frozenset[str]) -> None:
    """Two looks, since neither parses SQL: what is read from must be allowed, and no other table's name may stand
    anywhere in the statement.

    Raises:
        TableRefused: names the tables.
    """
    read = {name.lower() for name in READ_FROM.findall(sql)} - allowed
    refused = read | (set(WORD.findall(sql.lower())) & (guarded_tables() - allowed))
    if refused:
        raise TableRefused(f"A public page may read release tables only. It tried: {', '.join(sorted(refused))}")


GUARDS: Mapping[object, Guard] = {
    PUBLIC: only_release_tables,
    SELF_TEST_GROUP: release_tables_and_groups,
    CASE_COPY: release_tables_and_wishes,
}


def access_of(request: HttpRequest) -> object:
    """Who may see what the view that will answer gives, or None where there is none."""
    return mark_of(request, "access")


def mark_of(request: HttpRequest, name: str) -> object:
    """The mark of the view that will answer, or None where there is none."""
    match = request.resolver_match
    if match is None:
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return None
    return getattr(match.func, name, None)


class PublicConnectionGuard:
    """Proof at run time: no figure on a public page is computed from raw answers."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        guard = GUARDS.get(access_of(request))
        if guard is None:
            return self.get_response(request)
        with ExitStack() as stack:
            for connection in connections.all():
                stack.enter_context(connection.execute_wrapper(guard))
            return self.get_response(request)
