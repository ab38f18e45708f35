"""The case collection: the cards that everybody may read, as they were approved."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from publication.actions.case_cards import codes
from publication.api import parameters, schemas
from publication.api.access import as_json, everybodys
from publication.api.problems import Problem, bad_parameter
from publication.api.releases import PAGING
from publication.case_queries import adoption_trail, published_case, published_cases
from publication.models import PublishedCase
from surveys.models import Country, Sector

FILTERS = ("country", "sector", "type", "value", "novelty")


@everybodys(
    answer=schemas.CASES,
    errors=(404,),
    parameters=[
        *PAGING,
        OpenApiParameter("search", str, description="Words that a card holds, in any of its languages"),
        *(OpenApiParameter(name, str, description="A code of the cards") for name in FILTERS),
    ],
    summary="Published cases, the newest first",
)
def cases(request: Request) -> HttpResponse:
    """Each card with its contact. A code that no card can have is an error; one that none has gives an empty list.

    Who copies a case stands at its own address.
    """
    parameters.known(request, "page", "page_size", "search", *FILTERS)
    asked = {name: parameters.text(request, name) for name in FILTERS}
    for name, known in _codes().items():
        if asked[name] and asked[name] not in known:
            expected = f"one of {', '.join(known)}"
            raise bad_parameter(name, expected, asked[name], "Take one of them, or leave it out.")
    found = published_cases(words=parameters.text(request, "search"), type_=asked.pop("type"), **asked)
    page = parameters.page(request, found.count())
    return as_json({"page": page.described(request), "cases": [_described(one, request) for one in found[page.part]]})


def _codes() -> dict[str, Sequence[str]]:
    """What each filter may be."""
    of_cards = {"type": codes("types"), "value": codes("values"), "novelty": codes("novelty")}
    return {"country": Country.values, "sector": Sector.values, **of_cards}


@everybodys(answer=schemas.ONE_CASE, errors=(404, 410), summary="One published case, with who copies it")
def case(request: Request, number: int) -> HttpResponse:
    """A withdrawn card is gone: its number answers 410 for good."""
    parameters.known(request)
    found = published_case(number)
    if found is None:
        raise Problem(404, "No such case", f"There is no published case {number}. Take a number from the list.")
    if not found.document:
        raise Problem(410, "Withdrawn", f"Case {number} has been withdrawn by those it was about.")
    trail = [
        {
            "organisation": adopter.organisation,
            "state": adopter.state,
            "steps": [{"state": state, "at": at.isoformat()} for state, at in adopter.steps],
        }
        for adopter in adoption_trail(number)
    ]
    return as_json({**_described(found, request), "adoptions": trail})


def _described(found: PublishedCase, request: Request) -> Mapping[str, Any]:
    return {
        "number": found.number,
        "content_hash": found.content_hash,
        "published_at": found.published_at.isoformat(),
        "url": request.build_absolute_uri(reverse("publication:api-case", args=[found.number])),
        "card": found.document,
    }
