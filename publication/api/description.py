"""The description of the open API: an OpenAPI document for machines, and a page of it for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator
from rest_framework.request import Request

from publication.api import parameters, schemas
from publication.api.access import as_json, everybodys
from publication.api.problems import Problem
from publication.formats.record import CC_BY_4
from publication.views.public import everybodys as everybodys_page

METHODS = ("get", "post")


@dataclass(frozen=True)
class Parameter:
    name: str
    place: str
    required: bool
    description: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Operation:
    """One method of one address, as the page shows it."""

    anchor: str
    method: str
    path: str
    summary: str
    paragraphs: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    media_types: tuple[str, ...]
    errors: tuple[tuple[str, str], ...]


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document of all addresses of the open API; made once, since they change with the code alone."""
    from publication.urls import open_api  # the addresses name these views: at the top it would be a circle

    generator: Any = SchemaGenerator  # its library has no types
    made: dict[str, Any] = generator(patterns=open_api).get_schema(request=None, public=True)
    made["info"]["license"] = {"name": CC_BY_4.title, "url": CC_BY_4.address}  # of the data, as every file says
    return made


@cache
def operations() -> tuple[Operation, ...]:
    """What the document describes, in the order of the addresses."""
    return tuple(
        _operation(path, method, methods[method])
        for path, methods in document()["paths"].items()
        for method in METHODS
        if method in methods
    )


def _operation(path: str, method: str, described: Mapping[str, Any]) -> Operation:
    answers: Mapping[str, Any] = described["responses"]
    return Operation(
        anchor=described["operationId"],
        method=method.upper(),
        path=path,
        summary=described.get("summary", ""),
        paragraphs=tuple(_plain(text) for text in described.get("description", "").split("\n\n") if text),
        parameters=tuple(_parameter(one) for one in described.get("parameters", ())),
        media_types=tuple(answers["200"]["content"]),
        errors=tuple((status, _plain(said["description"])) for status, said in answers.items() if status != "200"),
    )


def _plain(text: str) -> str:
    return " ".join(text.replace("`", "").split())


def _parameter(one: Mapping[str, Any]) -> Parameter:
    return Parameter(
        name=one["name"],
        place=one["in"],
        required=one.get("required", False),
        description=_plain(one.get("description", "")),
        values=tuple(one["schema"].get("enum", ())),
    )


@everybodys(answer=schemas.ANYTHING, summary="This description, as an OpenAPI document")
def schema(request: Request) -> HttpResponse:
    parameters.known(request)
    return as_json(document())


@everybodys(answer=schemas.ANYTHING)
def nowhere(request: Request, rest: str) -> HttpResponse:
    """Not in the document: every other address below those of the API."""
    raise Problem(404, "Not found", f"There is nothing at {request.path}. /api/v1/schema names every address.")


@everybodys_page
def page(request: HttpRequest) -> HttpResponse:
    """Readable without script. What the addresses do is said in English alone, as the document says it."""
    context = {
        "operations": operations(),
        "calls": settings.API_CALLS,
        "seconds": settings.API_CALLS_SECONDS,
        "cells": f"{settings.API_MAX_CELLS:,}".replace(",", "\N{NO-BREAK SPACE}"),
        "largest_page": parameters.LARGEST_PAGE,
    }
    return render(request, "publication/api.html", context)
