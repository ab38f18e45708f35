"""The answers of PxWebApi 2 about tables: configuration, folders, tables, metadata, code lists."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework.request import Request

from publication.api.parameters import Page, languages
from publication.api.problems import Problem
from publication.api.pxweb.catalogue import Catalogue, Entry
from publication.api.pxweb.selection import ESTIMATES, Codelist, codelists, default
from publication.api.table_formats import json_stat, origin
from publication.format_words import cube_words
from publication.formats.cube import METRIC, TIME, Cube
from publication.formats.jsonstat import timestamp
from publication.formats.record import CC_BY_4

Json = dict[str, Any]

API_VERSION = "2.0.0"
ROOT = "/pxweb/api/v2"
DATA_FORMATS = ("json-stat2", "csv", "px", "xlsx", "html")
THEMES = {
    "share": "share", "balance": "net_balance", "index": "index", "change": "change", "differences": "difference",
}  # fmt: skip
LARGEST_PAGE = 10_000


def config(version: str) -> Json:
    """What a client asks first: languages, formats and limits."""
    return {
        "apiVersion": API_VERSION,
        "appVersion": version,
        "languages": [{"id": code, "label": name} for code, name in languages().items()],
        "defaultLanguage": settings.LANGUAGE_CODE,
        "maxDataCells": settings.API_MAX_CELLS,
        "maxCallsPerTimeWindow": settings.API_CALLS,
        "timeWindow": settings.API_CALLS_SECONDS if settings.API_CALLS else 0,  # clients wait for a window of no calls
        "license": CC_BY_4.address,
        "sourceReferences": [{"language": code, "text": _source(code)} for code in languages()],
        "defaultDataFormat": DATA_FORMATS[0],
        "dataFormats": list(DATA_FORMATS),
        "features": [{"id": "CORS", "params": [{"key": "enabled", "value": "True"}]}],
    }


def _source(language: str) -> str:
    with translation.override(language):
        return _("Innovation barometer")


class Addresses:
    """Links in one language, with the host that was asked."""

    def __init__(self, request: Request, language: str) -> None:
        self.request = request
        self.language = language

    def link(self, rel: str, path: str, **more: object) -> Json:
        query = urlencode({"lang": self.language, **more})
        href = self.request.build_absolute_uri(f"{ROOT}{path}?{query}")
        return {"rel": rel, "hreflang": self.language, "href": href}

    def of_table(self, table_id: str) -> list[Json]:
        path = f"/tables/{table_id}"
        parts = (("self", ""), ("metadata", "/metadata"), ("data", "/data"))
        return [self.link(rel, f"{path}{end}") for rel, end in parts]


def table(entry: Entry, language: str, addresses: Addresses, position: int = 0) -> Json:
    """A table in a list or a folder."""
    spoken = language if language in entry.languages else entry.languages[0]
    return {
        "type": "Table",
        "id": entry.id,
        "label": entry.title(language),
        "description": _said_constructed(entry, spoken),
        "sortCode": f"{position:04}",
        "updated": timestamp(entry.updated),
        "firstPeriod": min(entry.waves),
        "lastPeriod": max(entry.waves),
        "category": "public",
        "variableNames": list(entry.variables[spoken]),
        "discontinued": entry.discontinued,
        "source": _named(entry.programme_names, language),
        "subjectCode": entry.programme,
        "timeUnit": "Other",
        "paths": [[{"id": one, "label": label} for one, label in _path(entry, language)]],
        "links": addresses.of_table(entry.id),
    }


def _said_constructed(entry: Entry, language: str) -> str:
    return cube_words([language], source="")[language].constructed if entry.constructed else ""


def _named(names: Mapping[str, str], language: str) -> str:
    return names.get(language) or next(iter(names.values()))


def _path(entry: Entry, language: str) -> list[tuple[str, str]]:
    theme = cube_words([language], source="")[language].measures[THEMES[entry.theme]]
    return [(entry.programme, _named(entry.programme_names, language)), (f"{entry.programme}.{entry.theme}", theme)]


def tables(shown: Sequence[Entry], page: Page, language: str, addresses: Addresses, asked: Mapping[str, str]) -> Json:
    """One page of a search, with the addresses of the pages around it."""

    def to(rel: str, number: int) -> Json:
        return addresses.link(rel, "/tables", **{**asked, "pageNumber": number, "pageSize": page.size})

    around = [("first", 1), ("last", page.pages)]
    around += [("next", page.number + 1)] if page.number < page.pages else []
    around += [("prev", page.number - 1)] if page.number > 1 else []
    first = page.part.start
    return {
        "language": language,
        "tables": [table(entry, language, addresses, first + place) for place, entry in enumerate(shown)],
        "page": {
            "pageNumber": page.number,
            "pageSize": page.size,
            "totalElements": page.total,
            "totalPages": page.pages,
            "links": [to(rel, number) for rel, number in around],
        },
        "links": [to("self", page.number)],
    }


def folder(catalogue: Catalogue, folder_id: str | None, language: str, addresses: Addresses) -> Json:
    """A folder of the tree: all programmes, a programme, or one of its themes.

    Raises:
        Problem: 404, there is no such folder.
    """
    entries = list(catalogue.tables.values())
    if folder_id is None:
        return _folder(None, "", _folders(entries, 0, language, addresses), addresses)
    below = [entry for entry in entries if folder_id in dict(_path(entry, language))]
    if not below:
        detail = f"There is no folder {folder_id!r}. See /navigation for the first ones."
        raise Problem(404, "Non-existent folder", detail)
    label = dict(_path(below[0], language))[folder_id]
    if folder_id == below[0].programme:
        return _folder(folder_id, label, _folders(below, 1, language, addresses), addresses)
    contents = [table(entry, language, addresses, place) for place, entry in enumerate(below)]
    return _folder(folder_id, label, contents, addresses)


def _folders(entries: Iterable[Entry], level: int, language: str, addresses: Addresses) -> list[Json]:
    found = dict.fromkeys(_path(entry, language)[level] for entry in entries)
    return [
        {
            "type": "FolderInformation",
            "id": one,
            "label": label,
            "description": "",
            "sortCode": f"{place:04}",
            "tags": [],
            "links": [addresses.link("self", f"/navigation/{one}")],
        }
        for place, (one, label) in enumerate(found)
    ]


def _folder(folder_id: str | None, label: str, contents: list[Json], addresses: Addresses) -> Json:
    return {
        "language": addresses.language,
        "id": folder_id,
        "label": label,
        "description": "",
        "tags": [],
        "folderContents": contents,
        "links": [addresses.link("self", f"/navigation/{folder_id}" if folder_id else "/navigation")],
    }


def metadata(cube: Cube, shown: Cube, entry: Entry, addresses: Addresses) -> Json:
    """What is shown of the table, as a JSON-stat dataset without cells, with the code lists of its dimensions."""
    language = addresses.language
    said = {"discontinued": entry.discontinued, "releases": origins(entry, addresses)}
    said |= {"firstPeriod": min(entry.waves), "lastPeriod": max(entry.waves)}
    described = json_stat(shown, language, extension=said)
    described = {name: value for name, value in described.items() if name != "status"}
    described["value"] = []  # PxWebApi demands the member also where there is no cell
    dimensions: Any = described["dimension"]
    for codelist in codelists(cube):
        if codelist.dimension not in dimensions:
            continue
        extension = dimensions[codelist.dimension]["extension"]
        for spelling in ("codelists", "codeLists"):  # of version 2.0, and of those before, which clients still read
            extension.setdefault(spelling, []).append(_codelist_entry(codelist, cube, language, addresses))
    data = addresses.link("data", f"/tables/{cube.id}/data")["href"]
    return {
        **described,
        "href": addresses.link("self", f"/tables/{cube.id}/metadata")["href"],
        "link": {"related": [{"type": "application/json", "href": data}]},
    }


def origins(entry: Entry, addresses: Addresses) -> list[Json]:
    """The release that each wave's numbers come from, as it stands in the API under /api/v1."""
    tables = f"/api/v1/releases/{entry.programme}/{{}}/tables/{entry.key}"
    return [
        origin(
            source.release.wave_code,
            source.number,
            content_hash,
            addresses.request.build_absolute_uri(tables.format(source.number)),
        )
        for source, content_hash in zip(entry.releases, entry.hashes, strict=True)
    ]


def default_selection(cube: Cube, language: str, addresses: Addresses) -> Json:
    """What an address without a selection gives."""
    chosen = default(cube)
    heading = [code for code in chosen if code in (METRIC, TIME)]
    return {
        "language": language,
        "selection": [{"variableCode": code, "valueCodes": list(cube.dimension(code).codes)} for code in chosen],
        "placement": {"heading": heading, "stub": [code for code in chosen if code not in heading]},
        "links": [addresses.link("self", f"/tables/{cube.id}/defaultselection")],
    }


def _codelist_label(codelist: Codelist, cube: Cube, language: str) -> str:
    with translation.override(language):
        kind = _("estimates alone") if codelist.kind == ESTIMATES else _("without the total")
    return f"{cube.dimension(codelist.dimension).labels[language]}, {kind}"


def _codelist_entry(codelist: Codelist, cube: Cube, language: str, addresses: Addresses) -> Json:
    name = codelist.id_in(cube.id)
    return {
        "id": name,
        "label": _codelist_label(codelist, cube, language),
        "type": "Valueset",
        "links": [addresses.link("self", f"/codelists/{name}")],
    }


def codelist(codelist_id: str, cube: Cube, language: str, addresses: Addresses) -> Json:
    """One code list of a table.

    Raises:
        Problem: 404, the table has no such list.
    """
    found = next((one for one in codelists(cube) if one.id_in(cube.id) == codelist_id), None)
    if found is None:
        raise no_codelist(codelist_id)
    labels = {one.code: one.labels[language] for one in cube.dimension(found.dimension).categories}
    return {
        "id": codelist_id,
        "label": _codelist_label(found, cube, language),
        "language": language,
        "languages": list(cube.languages),
        "type": "Valueset",
        "elimination": False,
        "values": [{"code": code, "label": labels[code], "valueMap": [code]} for code in found.codes],
        "links": [addresses.link("self", f"/codelists/{codelist_id}")],
    }


def no_codelist(codelist_id: str) -> Problem:
    detail = f"There is no code list {codelist_id!r}. The metadata of a table name its own."
    return Problem(404, "Non-existent codelist", detail)


def matching(query: str, language: str) -> Callable[[Entry], bool]:
    """Whether all words of the query stand in a table's id, title or names of variables, in the language.

    A word may be part of another one, so that a star at its end, as StatBank's users write it, changes nothing.
    """
    words = [word.strip("*") for word in query.casefold().split()]

    def matches(entry: Entry) -> bool:
        spoken = language if language in entry.languages else entry.languages[0]
        text = " ".join([entry.id, entry.title(language), *entry.variables[spoken]]).casefold()
        return all(word in text for word in words)

    return matches
