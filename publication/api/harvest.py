"""The catalogue of data sets, as data.norge.no and through it the European portal fetch it: DCAT-AP-NO."""

from collections.abc import Sequence
from functools import lru_cache

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from publication.api import parameters, schemas, stock
from publication.api.access import everybodys
from publication.api.problems import Problem, bad_parameter
from publication.catalogue_records import catalogue_of, dataset_record
from publication.formats.dcat import PREFIXES, catalogue_graph
from publication.formats.rdf import jsonld_text, turtle
from publication.models import Release, ReleaseFile

TURTLE, JSON_LD = "text/turtle", "application/ld+json"
FORMATS = {"turtle": (TURTLE, turtle), "json-ld": (JSON_LD, jsonld_text)}


@everybodys(
    answer={(200, TURTLE): schemas.TEXT, (200, JSON_LD): schemas.ANYTHING},
    errors=(404,),
    parameters=[OpenApiParameter("format", str, enum=tuple(FORMATS), description="turtle if left out")],
    summary="The releases that count now, as catalogues of open data fetch them: DCAT-AP-NO",
)
def catalogue(request: Request) -> HttpResponse:
    """Each release is a data set, its files are distributions. Replaced and withdrawn releases are not in it."""
    parameters.known(request, "format")
    kind = parameters.text(request, "format", "turtle")
    if kind not in FORMATS:
        raise bad_parameter("format", f"one of {', '.join(FORMATS)}", kind, "Ask for one of them.")
    versions = tuple(one.version for one in stock.current())
    if not versions:
        raise Problem(404, "Nothing published", "No release is published yet, so that there is no catalogue of them.")
    written = _written(kind, versions, settings.SITE_ADDRESS)
    return HttpResponse(written, content_type=f"{FORMATS[kind][0]}; charset=utf-8")


@lru_cache(maxsize=len(FORMATS))
def _written(kind: str, versions: tuple[stock.Version, ...], site: str) -> bytes:
    """Made once for each set of releases that count: it has every file of theirs."""
    releases = _releases([pk for pk, _hash, _moment in versions])
    records = [
        dataset_record(one, one.files.all(), issued=one.published_at or one.requested_at, site=site) for one in releases
    ]
    graph = catalogue_graph(catalogue_of(records, site), records)
    return FORMATS[kind][1](graph, PREFIXES).encode()


def _releases(keys: Sequence[int]) -> Sequence[Release]:
    """The releases with their files, the newest first; two statements."""
    files = Prefetch("files", ReleaseFile.objects.defer("content"))
    found = Release.objects.filter(pk__in=keys).prefetch_related(files).order_by("-published_at", "-pk")
    return list(found.defer("plan", "protection", "revision"))
