"""PxWebApi 2 over the published tables, so that what people use for SSB and SCB reads them unchanged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from analytics.provenance import code_version
from publication.api import parameters, table_formats
from publication.api.access import as_json, everybodys
from publication.api.problems import Problem, bad_parameter
from publication.api.pxweb import answers, shapes
from publication.api.pxweb.answers import Addresses
from publication.api.pxweb.catalogue import Entry, catalogue, cube_of
from publication.api.pxweb.selection import (
    Asked,
    chosen,
    default,
    from_address,
    from_body,
    named,
    of_codelists,
    together,
)
from publication.api.table_formats import Look
from publication.formats.cube import Cube

KINDS = {"json-stat2": "json-stat", **{kind: kind for kind in answers.DATA_FORMATS[1:]}}


@dataclass(frozen=True)
class Words:
    """Words of outputFormatParams that say one thing, each another value of it, and the formats that hear them."""

    part: str  # of `Look`
    words: Mapping[str, object]
    formats: tuple[str, ...]


WORDS = (
    Words(
        "names",
        {"usecodes": "codes", "usetexts": "texts", "usecodesandtexts": "both"},
        tuple(KINDS.values()),  # a PX file holds both, and JSON-stat says which to show
    ),
    Words("separator", {"separatortab": "\t", "separatorspace": " ", "separatorsemicolon": ";"}, ("csv",)),
    Words("title", {"includetitle": True}, ("csv", "html", "xlsx")),
)

ASKED = ("query", "pastDays", "includeDiscontinued")  # what the addresses of other pages keep

LANG = OpenApiParameter("lang", str, description="One of /config's languages, or `no`; the default one if left out")
BY_DIMENSION = {"type": "object", "additionalProperties": {"type": "string"}}
CODELIST = OpenApiParameter(
    "codelist", BY_DIMENSION, style="deepObject", explode=True, description="codelist[sector]=the name of a code list"
)
SELECTING = [
    LANG,
    OpenApiParameter(
        "valueCodes", BY_DIMENSION, style="deepObject", explode=True,
        description="valueCodes[sector]=a,b or *, ?*, top(n), bottom(n), [range(a,b)], from(a), to(a)",
    ),
    CODELIST,
    OpenApiParameter("outputValues", BY_DIMENSION, style="deepObject", explode=True, description="single, aggregated"),
    OpenApiParameter("stub", str, description="Dimensions at the left, with commas between"),
    OpenApiParameter("heading", str, description="Dimensions on top, with commas between"),
]  # fmt: skip
FORMATTING = [
    OpenApiParameter("outputFormat", str, enum=answers.DATA_FORMATS),
    OpenApiParameter(
        "outputFormatParams", str, description="UseCodes, UseTexts, UseCodesAndTexts, IncludeTitle, Separator.."
    ),
]


@cache
def _version() -> str:
    """Asked for once a process: it may start git."""
    return code_version(settings.BASE_DIR)


@everybodys(answer=shapes.CONFIG, summary="PxWebApi 2: languages, formats and limits")
def config(request: Request) -> HttpResponse:
    return as_json(answers.config(_version()))


@everybodys(answer=shapes.FOLDER, parameters=[LANG], summary="PxWebApi 2: the first folders")
def navigation(request: Request) -> HttpResponse:
    language = parameters.language(request)
    return as_json(answers.folder(catalogue(), None, language, Addresses(request, language)))


@everybodys(
    answer=shapes.FOLDER,
    errors=(404,),
    parameters=[LANG],
    summary="PxWebApi 2: what is in a folder",
)
def navigation_folder(request: Request, folder: str) -> HttpResponse:
    language = parameters.language(request)
    return as_json(answers.folder(catalogue(), folder, language, Addresses(request, language)))


@everybodys(
    answer=shapes.TABLES,
    errors=(404,),
    parameters=[
        LANG,
        OpenApiParameter("query", str, description="Words that stand in id, title or names of variables"),
        OpenApiParameter("pastDays", int, description="Only what was published in so many days"),
        OpenApiParameter("includeDiscontinued", bool, description="Also tables that the newest wave does not have"),
        OpenApiParameter("pageNumber", int),
        OpenApiParameter("pageSize", int, description=f"At most {answers.LARGEST_PAGE}"),
    ],
    summary="PxWebApi 2: search for tables",
)
def tables(request: Request) -> HttpResponse:
    language = parameters.language(request)
    found = _found(request, language)
    page = parameters.page(request, len(found), ("pageNumber", "pageSize"), largest=answers.LARGEST_PAGE)
    kept = {name: parameters.text(request, name) for name in ASKED if parameters.texts(request, name)}
    return as_json(answers.tables(found[page.part], page, language, Addresses(request, language), kept))


def _found(request: Request, language: str) -> list[Entry]:
    """The tables that the search of the address finds, in the order of the catalogue."""
    matches = answers.matching(parameters.text(request, "query"), language)
    days = parameters.whole_number(request, "pastDays", 0, low=1, high=36_500)
    since = timezone.now() - timedelta(days=days)
    with_ended = parameters.truth(request, "includeDiscontinued")
    return [
        entry
        for entry in catalogue().tables.values()
        if matches(entry) and (with_ended or not entry.discontinued) and (not days or entry.updated >= since)
    ]


@everybodys(answer=shapes.ONE_TABLE, errors=(404,), parameters=[LANG], summary="PxWebApi 2: one table")
def table(request: Request, table_id: str) -> HttpResponse:
    language = parameters.language(request)
    entry = catalogue().entry(table_id)
    parameters.spoken(language, entry.languages, entry.id)
    return as_json({"language": language, **answers.table(entry, language, Addresses(request, language))})


@everybodys(
    answer=shapes.DATASET,
    errors=(404,),
    parameters=[
        LANG,
        OpenApiParameter("outputFormat", str, enum=["json-stat2"]),
        OpenApiParameter("defaultSelection", bool, description="Only what the table gives without a selection"),
        CODELIST,
    ],
    summary="PxWebApi 2: dimensions and codes of a table",
)
def metadata(request: Request, table_id: str) -> HttpResponse:
    """A JSON-stat dataset without its cells. `extension.releases` names the release of each wave's numbers."""
    asked = parameters.text(request, "outputFormat", "json-stat2")
    if asked != "json-stat2":
        raise bad_parameter("outputFormat", "json-stat2", asked, "Leave it out.", title="Unsupported output format")
    entry, cube, addresses = _table(request, table_id)
    lists = from_address(dict(request.query_params.lists())).codelists
    by_default = parameters.truth(request, "defaultSelection")
    if by_default:
        shown = chosen(cube, Asked(default(cube), lists), cells=len(cube.values))  # none is given
    else:
        shown = of_codelists(cube, lists) if lists else cube
    return as_json(answers.metadata(cube, shown, entry, addresses))


@everybodys(
    answer=shapes.DEFAULT_SELECTION,
    errors=(404,),
    parameters=[LANG],
    summary="PxWebApi 2: what a table gives without a selection",
)
def default_selection(request: Request, table_id: str) -> HttpResponse:
    _entry, cube, addresses = _table(request, table_id)
    return as_json(answers.default_selection(cube, addresses.language, addresses))


@everybodys(
    answer=shapes.CODELIST,
    errors=(404,),
    parameters=[LANG],
    summary="PxWebApi 2: one code list of a table",
)
def codelist(request: Request, codelist_id: str) -> HttpResponse:
    table_id = codelist_id.rsplit(".", 2)[0]
    if table_id not in catalogue().tables:
        raise answers.no_codelist(codelist_id)
    _entry, cube, addresses = _table(request, table_id)
    return as_json(answers.codelist(codelist_id, cube, addresses.language, addresses))


DATA_APART = (
    {"methods": ["GET"], "parameters": [*SELECTING, *FORMATTING], "operation_id": "pxweb_data_by_address"},
    {
        "methods": ["POST"],
        "parameters": [*SELECTING, *FORMATTING],
        "request": {"application/json": shapes.BODY},
        "operation_id": "pxweb_data_by_body",
    },
)


@everybodys(
    answer=shapes.DATA,
    errors=(403, 404, 413),
    methods=("GET", "POST"),
    apart=DATA_APART,
    summary="PxWebApi 2: the cells of a table",
)
def data(request: Request, table_id: str) -> HttpResponse:
    """What is selected, in the format that is asked for. A dimension left out is its total, where it has one."""
    posted = request.method == "POST"
    asked = from_address(dict(request.query_params.lists()))
    asked = together(from_body(_body(request)), asked) if posted else asked
    entry, cube, addresses = _table(request, table_id)
    asked = named(cube, asked)
    kind, look = _format(request, asked)
    part = chosen(cube, asked, cells=settings.API_MAX_CELLS)
    said = {"releases": answers.origins(entry, addresses)}
    return table_formats.answer(part, addresses.language, kind, look, said)


def _body(request: Request) -> object:
    """
    Raises:
        Problem: the body is larger than any selection, or nested as none is.
    """
    given, most = request.META.get("CONTENT_LENGTH") or "", settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    length = int(given) if given.isascii() and given.isdigit() else 0
    if length > most:
        detail = f"body: expected at most {most} bytes, got {length}. Use * or a code list instead of many codes."
        raise Problem(413, "Too long", detail)
    try:
        content: object = request.data
    except RecursionError:
        raise Problem(400, "Bad selection", "body: expected a selection, got JSON too deep. See /api/.") from None
    return content


def _table(request: Request, table_id: str) -> tuple[Entry, Cube, Addresses]:
    """The table, its cube and the reader's language, which the table has."""
    language = parameters.language(request)
    entry = catalogue().entry(table_id)
    parameters.spoken(language, entry.languages, entry.id)
    return entry, cube_of(entry), Addresses(request, language)


def _format(request: Request, asked: Asked) -> tuple[str, Look]:
    """
    Raises:
        Problem: a format, or a word about it, that there is not.
    """
    wanted = parameters.text(request, "outputFormat", answers.DATA_FORMATS[0])
    if wanted.lower() not in KINDS:
        expected = f"one of {', '.join(KINDS)}"
        raise bad_parameter("outputFormat", expected, wanted, "Ask for one.", title="Unsupported output format")
    kind = KINDS[wanted.lower()]
    look = Look(stub=asked.stub, heading=asked.heading)
    given = ",".join(parameters.texts(request, "outputFormatParams")).split(",")
    words = list(dict.fromkeys(word.strip().lower() for word in given if word.strip()))
    for word in words:
        look = replace(look, **_of_word(word, kind, words))
    return kind, look


def _of_word(word: str, kind: str, words: Sequence[str]) -> dict[str, Any]:
    """What a word of outputFormatParams says of the layout.

    Raises:
        Problem: there is no such word, the format has no use for it, or another one says otherwise.
    """
    group = next((one for one in WORDS if word in one.words), None)
    if group is None:
        expected = f"some of {', '.join(each for one in WORDS for each in one.words)}"
    elif kind not in group.formats:
        expected = f"a word for {kind}, which {word} is not: it is for {', '.join(group.formats)}"
    elif len(group.words.keys() & set(words)) > 1:
        expected = f"one of {', '.join(group.words)}"
    else:
        return {group.part: group.words[word]}
    got = ",".join(words)
    raise bad_parameter("outputFormatParams", expected, got, "Correct it.", title="Unsupported output format")
