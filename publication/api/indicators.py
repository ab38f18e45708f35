"""Indicators over programmes, waves and countries, and the calendar of what is to come."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from publication.api import parameters, schemas, stock
from publication.api.access import as_json, everybodys
from publication.api.problems import Problem, bad_parameter
from publication.api.releases import PAGING, address
from publication.api.stock import Published
from publication.models import Announcement
from publication.queries import announcements

NUMBERS_OF = ("kind", "unit", "decimals")  # what makes the numbers of two waves other quantities
TEXTS_OF = ("question", "base")  # what may make them so: a reader must look
FILTERS = (
    "programme", "country", "measure", "category", "sector", "size_class", "county", "against", "wave", "table",
)  # fmt: skip


def indicator_of(document: Mapping[str, Any]) -> str:
    """The indicator of a table; the table of changes has many and stands under its own key."""
    return str(document["key"] if document["kind"] == "change" else document["indicator"])


@everybodys(
    answer=schemas.INDICATORS,
    errors=(404,),
    parameters=PAGING,
    summary="All indicators and indices, and where each is published",
)
def indicators(request: Request) -> HttpResponse:
    """Over all programmes, from the releases that count now: neither replaced nor withdrawn."""
    parameters.known(request, "page", "page_size")
    found: dict[str, list[Published]] = {}
    for one in stock.newest_tables(stock.current()):
        found.setdefault(indicator_of(one.table.document), []).append(one)
    page = parameters.page(request, len(found))
    shown = [_indicator(key, found[key], request) for key in sorted(found)[page.part]]
    return as_json({"page": page.described(request), "indicators": shown})


def _indicator(key: str, tables: Sequence[Published], request: Request) -> dict[str, Any]:
    newest = max(tables, key=lambda one: (one.source.release.wave_code, one.table.key == key)).table.document
    by_release: dict[int, list[Published]] = {}
    for one in tables:
        by_release.setdefault(one.source.pk, []).append(one)
    return {
        "indicator": key,
        "titles": newest["title"],
        "kind": newest["kind"],
        "unit": newest["unit"],
        "published": [_place(own, request) for own in by_release.values()],
        "url": request.build_absolute_uri(reverse("publication:api-series", args=[key])),
    }


def _place(tables: Sequence[Published], request: Request) -> dict[str, Any]:
    release = tables[0].source.release
    countries = dict.fromkeys(row["country"] for one in tables for row in one.table.document["rows"])
    return {
        "programme": release.programme_slug,
        "wave": release.wave_code,
        "release": release.number,
        "countries": list(countries),
        "tables": [one.table.key for one in tables],
        "url": address(request, "api-release", release),
    }


@everybodys(
    answer=schemas.SERIES,
    errors=(404,),
    parameters=[
        OpenApiParameter(name, str, description="Only those with this code; empty: all of it") for name in FILTERS
    ],
    summary="One indicator over waves and countries",
)
def series(request: Request, indicator: str) -> HttpResponse:
    """Each number says which release it comes from. Each wave says whether it can be set beside the one before.

    `comparable` is false where kind, unit or decimals changed; `differs` also names a changed question or base, which
    a reader has to judge. Table `<indicator>` has whole countries, the others are finer.
    """
    parameters.known(request, *FILTERS)
    tables = stock.newest_tables(stock.current(), indicator="" if indicator == "change" else indicator)
    own = [one for one in tables if indicator_of(one.table.document) == indicator]
    if not own:
        raise Problem(404, "No such indicator", f"No release has {indicator!r}. See /api/v1/indicators.")
    points = _asked_for([point for one in own for point in _points(one)], request)
    return as_json(
        {
            "indicator": indicator,
            "titles": max(own, key=lambda one: one.source.release.wave_code).table.document["title"],
            "waves": _waves([one for one in own if one.table.key == indicator] or own, request),
            "points": points,
        }
    )


def _asked_for(points: Sequence[dict[str, Any]], request: Request) -> list[dict[str, Any]]:
    """
    Raises:
        Problem: a code that no number has: a misspelt one would look like a country that was not asked.
    """
    asked = {name: request.query_params[name] for name in FILTERS if name in request.query_params}
    for name, code in asked.items():
        there_are = sorted({str(point.get(name, "")) for point in points})
        if code not in there_are:
            raise bad_parameter(name, f"one of {parameters.few(there_are)}", code, "Take one of them, or leave it out.")
    return [point for point in points if all(point.get(name, "") == code for name, code in asked.items())]


def _points(one: Published) -> list[dict[str, Any]]:
    release = one.source.release
    origin = {
        "programme": release.programme_slug,
        "wave": release.wave_code,
        "release": release.number,
        "table": one.table.key,
    }
    return [{**origin, **row} for row in one.table.document["rows"]]


def _waves(tables: Sequence[Published], request: Request) -> list[dict[str, Any]]:
    """The waves of each programme in their order; the first has nothing before it and so differs from nothing."""
    found: list[dict[str, Any]] = []
    before: Published | None = None
    for one in tables:
        same = before is not None and before.source.programme == one.source.programme
        found.append(_wave(one, before if same else None, request))
        before = one
    return found


def _wave(one: Published, before: Published | None, request: Request) -> dict[str, Any]:
    release, document = one.source.release, one.table.document
    changed = [
        name
        for name in (*NUMBERS_OF, *TEXTS_OF)
        if before is not None and _changed(before.table.document[name], document[name])
    ]
    return {
        "programme": release.programme_slug,
        "wave": release.wave_code,
        "release": release.number,
        "url": address(request, "api-table", release, one.table.key),
        "content_hash": one.table.content_hash,
        **{name: document[name] for name in ("constructed", *NUMBERS_OF, "title", *TEXTS_OF)},
        "comparable": not set(changed) & set(NUMBERS_OF),
        "differs": changed,
    }


def _changed(before: object, after: object) -> bool:
    """Texts differ where a language that both have says something else."""
    if isinstance(before, dict) and isinstance(after, dict):
        return any(before[language] != after[language] for language in before.keys() & after.keys())
    return before != after


@everybodys(
    answer=schemas.CALENDAR,
    errors=(404,),
    parameters=PAGING,
    summary="What is announced, with every move of a date",
)
def calendar(request: Request) -> HttpResponse:
    """In the order of the dates. `release` is what came of it, from the minute that everybody sees it."""
    parameters.known(request, "page", "page_size")
    entries = announcements().order_by("planned_for", "pk")
    page = parameters.page(request, entries.count())
    shown = entries.select_related("release").defer(*(f"release__{name}" for name in stock.HEAVY))[page.part]
    return as_json({"page": page.described(request), "announcements": [_announced(one, request) for one in shown]})


def _announced(entry: Announcement, request: Request) -> dict[str, Any]:
    seen = entry.release is not None and entry.release.is_seen()
    return {
        "programme": entry.programme_slug,
        "names": entry.programme_names,
        "wave": entry.wave_code,
        "constructed": entry.constructed,
        "planned_for": entry.planned_for.isoformat(),
        "note": entry.note,
        "moves": entry.moves,
        "announced_at": entry.announced_at.isoformat(),
        "cancelled_at": entry.cancelled_at.isoformat() if entry.cancelled_at else None,
        "release": address(request, "api-release", entry.release) if seen and entry.release else None,
    }
