"""A cube in the format that is asked for: the bytes, and what they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from django.http import HttpResponse

from publication.api.problems import Problem
from publication.formats.csv import cube_csv
from publication.formats.cube import Category, Cube, SelectionError
from publication.formats.html import html_table
from publication.formats.jsonstat import Json, PxFacts, dataset, written
from publication.formats.layout import laid_out
from publication.formats.px import px_file
from publication.formats.xlsx import xlsx_file

JSON = "application/json"
CSV = "text/csv; charset=utf-8"
HTML = "text/html; charset=utf-8"
PX = "application/octet-stream"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PARQUET = "application/vnd.apache.parquet"
SHOWS = {"texts": "value", "codes": "code", "both": "code_value"}  # the words of JSON-stat in PxWeb


@dataclass(frozen=True)
class Look:
    """How a table is laid out: which dimensions stand where, and whether values are texts, codes or both."""

    stub: Sequence[str] | None = None
    heading: Sequence[str] | None = None
    names: str = "texts"
    title: bool = False
    separator: str = ","


PLAIN = Look()


def json_stat(cube: Cube, language: str, look: Look = PLAIN, extension: Mapping[str, object] | None = None) -> Json:
    """The cube as a JSON-stat dataset, in the order of stub and heading where they are given.

    extension: what is said of the dataset beside what the standard has room for.
    """
    if look.stub is not None or look.heading is not None:
        cube = laid_out(cube, stub=look.stub, heading=look.heading).cube
    made: dict[str, Any] = dataset(cube, language, facts=facts(cube, language))
    for dimension in made["dimension"].values():
        dimension["extension"]["show"] = SHOWS[look.names]
    made["extension"] |= extension or {}
    return made


def origin(wave: str, release: int, content_hash: str, href: str) -> Json:
    """Where the numbers of a wave come from, as it stands in a dataset's extension."""
    return {"wave": wave, "release": release, "contentHash": content_hash, "href": href}


def facts(cube: Cube, language: str) -> PxFacts:
    """The subject of a table is the programme that publishes it."""
    return PxFacts(subject_code=cube.id.partition(".")[0], subject_area=cube.source[language])


def answer(
    cube: Cube,
    language: str,
    kind: str,
    look: Look = PLAIN,
    extension: Mapping[str, object] | None = None,
    *,
    name: str = "",
) -> HttpResponse:
    """The cube in the format `kind`: json-stat, csv, px, xlsx or html. name: of the file, else the cube's.

    Raises:
        Problem: stub and heading are not the dimensions of the cube.
    """
    try:
        content, media_type = _content(cube, language, kind, look, extension)
    except SelectionError as error:
        raise Problem(400, "Bad placement", str(error)) from error
    response = HttpResponse(content, content_type=media_type)
    if kind in ("csv", "px", "xlsx"):
        response["Content-Disposition"] = file_name(name or cube.id, kind, constructed=cube.constructed)
    return response


def file_name(name: str, kind: str, *, constructed: bool) -> str:
    """The header that names a file; constructed data say so here too, since the CSV of a cube has no other place."""
    return f'attachment; filename="{name}{"-constructed" if constructed else ""}.{kind}"'


def _content(
    cube: Cube, language: str, kind: str, look: Look, extension: Mapping[str, object] | None
) -> tuple[bytes, str]:
    stub, heading = look.stub, look.heading
    if kind == "json-stat":
        return written(json_stat(cube, language, look, extension)).encode(), JSON
    if kind == "csv":
        text = cube_csv(
            cube, language, stub=stub, heading=heading, names=look.names, separator=look.separator, title=look.title
        )
        return text.encode(), CSV
    if kind == "px":
        return px_file(cube, facts=facts(cube, language), language=language, stub=stub, heading=heading), PX
    named = _named(cube, language, look.names)
    if kind == "xlsx":
        return xlsx_file(named, language, stub=stub, heading=heading), XLSX
    return _page(named, language, html_table(named, language, stub=stub, heading=heading)).encode(), HTML


def _named(cube: Cube, language: str, names: str) -> Cube:
    """The cube with its codes where the texts of its values stood, or before them."""
    if names == "texts":
        return cube

    def named(category: Category) -> Category:
        text = f"{category.code} {category.labels[language]}" if names == "both" else category.code
        return replace(category, labels={language: text})

    dimensions = tuple(replace(one, categories=tuple(map(named, one.categories))) for one in cube.dimensions)
    return replace(cube, languages=(language,), dimensions=dimensions)


def _page(cube: Cube, language: str, table: str) -> str:
    """The table as a page that stands alone: no style, no script, and the title where a browser looks for it."""
    return (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(cube.title[language])}</title>\n</head>\n<body>\n<main>\n{table}</main>\n</body>\n</html>\n"
    )
