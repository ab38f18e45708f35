"""The open API: published releases and their tables, read-only, as they were frozen."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from publication.models import Release, ReleaseTable
from publication.queries import published_releases, published_tables
from surveys.permissions import public


def everybodys(view: Callable[..., Response]) -> Callable[..., HttpResponse]:
    """Marked public, read only, packed; a cache may keep the answer and asks whether it still holds."""
    tagged = cache_control(public=True, no_cache=True)(conditional_page(api_view(["GET"])(view)))
    return public(gzip_page(tagged))


def _described(release: Release, request: HttpRequest | Request) -> dict[str, Any]:
    path = reverse("publication:api-release", args=[release.programme_slug, release.number])
    return {
        "programme": release.programme_slug,
        "names": release.programme_names,
        "number": release.number,
        "wave": release.wave_code,
        "constructed": release.constructed,
        "published_at": release.published_at,
        "content_hash": release.content_hash,
        "url": request.build_absolute_uri(path),
    }


def _entry(release: Release, table: ReleaseTable, request: Request) -> dict[str, Any]:
    path = reverse("publication:api-table", args=[release.programme_slug, release.number, table.key])
    return {
        "key": table.key,
        "title": table.document["title"],
        "content_hash": table.content_hash,
        "url": request.build_absolute_uri(path),
    }


@everybodys
def releases(request: Request) -> Response:
    """Every published release, the newest first."""
    return Response([_described(release, request) for release in published_releases()])


@everybodys
def release(request: Request, programme: str, number: int) -> Response:
    """One release: what it was made from, and its tables."""
    found = get_object_or_404(published_releases(), programme_slug=programme, number=number)
    tables = [_entry(found, table, request) for table in published_tables(found)]
    return Response({**_described(found, request), "manifest": found.manifest, "tables": tables})


@everybodys
def table(request: Request, programme: str, number: int, key: str) -> Response:
    """One table: the frozen document and the hash of its canonical JSON."""
    found = get_object_or_404(published_releases(), programme_slug=programme, number=number)
    one = get_object_or_404(found.tables, key=key)
    return Response({"release": _described(found, request), "content_hash": one.content_hash, "table": one.document})
