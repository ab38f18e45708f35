"""Releases, their tables, codebooks and files. Every version of every number stays here, by its release number."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from publication.api import parameters, schemas, stock
from publication.api import table_formats as formats
from publication.api.access import as_json, everybodys
from publication.api.codebook import codebook_of
from publication.api.cubes import CUPBOARD, cube, languages_of
from publication.api.problems import Problem, bad_parameter
from publication.formats.csv import table_csv
from publication.models import Release, ReleaseFile, ReleaseTable
from publication.queries import REVISION, announcements, published_releases

FORMATS = ("json", "json-stat", "csv", "px", "xlsx", "html", "parquet")
# A file never changes, but may be withdrawn because it gives somebody away: no cache keeps it for longer than this.
A_MINUTE = 60

PAGING = [
    OpenApiParameter("page", int, description="From 1"),
    OpenApiParameter("page_size", int, description=f"Up to {parameters.LARGEST_PAGE}, else {parameters.PAGE_SIZE}"),
]
LANG = OpenApiParameter("lang", str, description="Of the texts; JSON has all languages")
KIND = OpenApiParameter("format", str, enum=FORMATS, description="json if left out")
PUBLISHED_FORMATS = {
    (200, "application/json"): schemas.TABLE,
    (200, "text/csv"): schemas.TEXT,
    (200, "text/html"): schemas.TEXT,
    (200, formats.PX): schemas.BYTES,
    (200, formats.XLSX): schemas.BYTES,
    (200, formats.PARQUET): schemas.BYTES,
}


def described(release: Release, request: Request) -> dict[str, Any]:
    """A release of `stock.with_standing` as every list and every answer names it."""
    told, following = stock.withdrawal(release), stock.successor(release)
    return {
        "programme": release.programme_slug,
        "names": release.programme_names,
        "number": release.number,
        "wave": release.wave_code,
        "constructed": release.constructed,
        "published_at": release.published_at.isoformat() if release.published_at else None,
        "content_hash": release.content_hash,
        "state": stock.state(release),
        "successor": following
        and {
            "number": following.number,
            "relation": following.relation,
            "reason": following.reason,
            "url": _of(request, "api-release", release.programme_slug, following.number),
        },
        "withdrawal": told
        and {
            "reason": told.reason,
            "withdrawn_at": told.withdrawn_at.isoformat(),
            "hides_numbers": told.hides_numbers,
        },
        "url": address(request, "api-release", release),
    }


def address(request: Request, name: str, release: Release, *more: str) -> str:
    return _of(request, name, release.programme_slug, release.number, *more)


def _of(request: Request, name: str, *arguments: str | int) -> str:
    return request.build_absolute_uri(reverse(f"publication:{name}", args=arguments))


def _entry(release: Release, table: ReleaseTable, files: Collection[str], request: Request) -> dict[str, Any]:
    """Parquet is a file of the release: it is named where there is one."""
    kinds = [kind for kind in FORMATS if kind != "parquet" or _parquet(table.key) in files]
    return {
        "key": table.key,
        "title": table.title,  # type: ignore[attr-defined]
        "content_hash": table.content_hash,
        "url": address(request, "api-table", release, table.key),
        "formats": {kind: address(request, "api-table-format", release, table.key, kind) for kind in kinds},
    }


def _parquet(key: str) -> str:
    return f"tables/{key}.parquet"


def _file_entry(release: Release, file: ReleaseFile, request: Request) -> dict[str, Any]:
    return {
        "path": file.path,
        "media_type": file.media_type,
        "size": file.size,
        "checksum": file.checksum,
        "url": address(request, "api-file", release, file.path),
    }


@everybodys(
    answer=schemas.RELEASES,
    errors=(404,),
    summary="All published releases, the newest first",
    parameters=[*PAGING, OpenApiParameter("programme", str, description="Only those of this programme")],
)
def releases(request: Request) -> HttpResponse:
    """Each says whether it still counts: published, corrected, superseded or withdrawn, and what came after it."""
    parameters.known(request, "page", "page_size", "programme")
    found = _asked_for(request)
    page = parameters.page(request, found.count())
    shown = stock.with_standing(found).defer(*stock.HEAVY)[page.part]
    return as_json({"page": page.described(request), "releases": [described(one, request) for one in shown]})


def _asked_for(request: Request) -> QuerySet[Release]:
    """
    Raises:
        Problem: a programme that has published and announced nothing.
    """
    every = published_releases().order_by("-published_at", "-pk")
    programme = request.query_params.get("programme")
    found = every.filter(programme_slug=programme) if programme else every
    if programme and not found.exists():
        named = (some.order_by().values_list("programme_slug", flat=True) for some in (every, announcements()))
        known = {name for names in named for name in names.distinct()}
        if programme not in known:
            expected = f"one of {parameters.few(sorted(known)) or 'none yet'}"
            raise bad_parameter("programme", expected, programme, "Take one of them, or leave it out.")
    return found


@everybodys(answer=schemas.ONE_RELEASE, errors=(404,), summary="One release: what it was made from, and its parts")
def release(request: Request, programme: str, number: int) -> HttpResponse:
    """Manifest, tables, files, and what differs from the release that it replaces.

    Where numbers are hidden by a withdrawal, of this release or of the one that it replaces, no difference is shown.
    """
    parameters.known(request)
    found = stock.release(programme, number)
    hidden = stock.hides_numbers(found) or stock.hides_numbers(found.replaces)
    tables = found.tables.defer("document").annotate(title=F("document__title"))
    files = list(found.files.defer("content"))
    paths = {file.path for file in files}
    content = {
        "manifest": found.manifest,
        "replaces": found.replaces.number if found.replaces else None,
        "relation": found.relation,
        "reason": found.reason,
        "revision": None if hidden else found.revision,
        "tables": [_entry(found, table, paths, request) for table in tables],
        "files": [_file_entry(found, file, request) for file in files],
    }
    return as_json({**described(found, request), **content})


@everybodys(answer=PUBLISHED_FORMATS, errors=(404, 410), parameters=[LANG, KIND], summary="One table of a release")
def table(request: Request, programme: str, number: int, key: str) -> HttpResponse:
    """The frozen document with the hash of its canonical JSON, or the same figures in another format."""
    parameters.known(request, "format", "lang")
    return _table(request, programme, number, key, request.query_params.get("format", "json"))


@everybodys(
    answer=PUBLISHED_FORMATS,
    errors=(404, 410),
    parameters=[LANG, OpenApiParameter("kind", str, OpenApiParameter.PATH, enum=FORMATS)],
    summary="One table of a release, with the format in the path",
)
def table_format(request: Request, programme: str, number: int, key: str, kind: str) -> HttpResponse:
    parameters.known(request, "lang")
    return _table(request, programme, number, key, kind)


def _table(request: Request, programme: str, number: int, key: str, kind: str) -> HttpResponse:
    if kind not in FORMATS:
        raise bad_parameter("format", f"one of {', '.join(FORMATS)}", kind, "Ask for one of them.")
    language = parameters.language(request)
    found = stock.with_numbers(stock.release(programme, number))
    if kind == "parquet":
        return _bytes(found, _parquet(key))
    one = found.tables.filter(key=key).first()
    if one is None:
        raise Problem(
            404, "No such table", f"Release {number} of {programme} has no table {key!r}. It names its tables."
        )
    if kind == "json":
        return as_json({"release": described(found, request), "content_hash": one.content_hash, "table": one.document})
    return _written(found, one, language, kind, address(request, "api-table", found, key))


def _written(release: Release, table: ReleaseTable, language: str, kind: str, href: str) -> HttpResponse:
    """In CSV a line an estimate, as on the public pages; in the other formats a cube of the one wave."""
    document: Mapping[str, Any] = table.document
    name = f"{release.programme_slug}-{release.number}-{table.key}"
    parameters.spoken(language, languages_of([document]), table.key)
    if kind == "csv":
        response = HttpResponse(table_csv(document, language).encode(), content_type=formats.CSV)
        response["Content-Disposition"] = formats.file_name(name, kind, constructed=release.constructed)
        return response
    made = CUPBOARD.cube(
        ("release", stock.version(release), table.content_hash),
        lambda: cube([document], [release], table_id=f"{release.programme_slug}.{table.key}"),
    )
    parameters.spoken(language, made.languages, table.key)
    said = {"releases": [formats.origin(release.wave_code, release.number, table.content_hash, href)]}
    return formats.answer(made, language, kind, extension=said, name=name)


@everybodys(answer=schemas.CODEBOOK, errors=(404,), summary="The codes of a release and what they mean")
def codebook(request: Request, programme: str, number: int) -> HttpResponse:
    """Questions, bases and categories of every indicator and the codes of every dimension, in every language.

    It has no number, and so is there for a withdrawn release too. Codebooks among the release's files are named.
    """
    parameters.known(request)
    found = stock.release(programme, number)
    files = [file for file in found.files.defer("content") if "codebook" in file.path]
    content = codebook_of([table.document for table in found.tables.all()])
    named = [_file_entry(found, file, request) for file in files]
    return as_json({"release": described(found, request), **content, "files": named})


@everybodys(
    answer={(200, "*/*"): schemas.BYTES},
    errors=(404, 410),
    packed=False,
    max_age=A_MINUTE,
    summary="One file of a release's bundle, as its bytes",
)
def file(request: Request, programme: str, number: int, path: str) -> HttpResponse:
    """The tag is the file's SHA-256, which the manifest names too.

    What changed of a release whose numbers are hidden since is hidden with them.
    """
    parameters.known(request)
    found = stock.with_numbers(stock.release(programme, number))
    if path == REVISION and found.replaces is not None:
        stock.with_numbers(stock.release(programme, found.replaces.number))
    return _bytes(found, path)


def _bytes(release: Release, path: str) -> HttpResponse:
    found = release.files.filter(path=path).first()
    if found is None:
        raise Problem(404, "No such file", f"{release} has no file {path!r}. The release names its files.")
    response = HttpResponse(bytes(found.content), content_type=found.media_type)
    response["ETag"] = f'"{found.checksum}"'
    response["Content-Disposition"] = f'attachment; filename="{path.rpartition("/")[2]}"'
    return response
