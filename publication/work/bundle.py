"""The files of a release: its tables in every format, its declaration, codebook, reports and catalogue records.

The bytes follow from the run, the plan, the day on which the release was requested and the address that the site had
then, which the manifest keeps, so that they can be made again.
"""

import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
from django.utils import translation

from publication.catalogue_records import catalogue_of, dataset_record, site_of
from publication.figures.figure import countries_drawn
from publication.figures.pictures import svg_of
from publication.format_words import answer_words, cube_words
from publication.formats import jsonstat, rdf
from publication.formats.check_ddi import check_cessda
from publication.formats.check_jsonstat import check_jsonstat
from publication.formats.csv import table_csv
from publication.formats.cube_documents import cube_from_documents
from publication.formats.datacite import datacite
from publication.formats.datapackage import datapackage
from publication.formats.dcat import PREFIXES, catalogue_graph
from publication.formats.ddi import ddi_codebook
from publication.formats.jsonstat import PxFacts
from publication.formats.px import px_file
from publication.formats.schema_org import schema_org
from publication.formats.xlsx import xlsx_file
from publication.models import Release, ReleaseFile
from publication.work.codebook import study_of, variables_of_release
from publication.work.material import Material

Document = Mapping[str, Any]

JSON, XML = "application/json", "application/xml"
TEXT = "text/plain; charset=utf-8"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PICTURE = "image/svg+xml; charset=utf-8"
PARQUET = "application/vnd.apache.parquet"


class FileRefused(Exception):
    """A file of the bundle does not hold its format's rules; says which and why."""


def bundle(
    release: Release,
    material: Material,
    documents: Sequence[Document],
    reports: Mapping[str, Mapping[str, object]],
) -> list[ReleaseFile]:
    """The files, not saved yet, in the order of their paths; `release.manifest` is that of the release.

    reports: name -> document, each kept as `<name>.json` (quality, disclosure, revision).

    Raises:
        FileRefused: a file is not what its format asks for.
    """
    # What has no language of its own is written in the release's first, whoever asks for the files.
    with translation.override(material.languages[0]):
        files = [*_tables(release, material, documents)]
        files += _figures(release, material, documents)
        files += [_json(f"{name}.json", content) for name, content in reports.items()]
        files.append(_codebook(release, material))
        files += _records(release, material, files)
    return sorted(files, key=lambda file: file.path)


def made(path: str, media_type: str, content: bytes) -> ReleaseFile:
    digest = hashlib.sha256(content).hexdigest()
    return ReleaseFile(path=path, media_type=media_type, content=content, size=len(content), checksum=digest)


def _json(path: str, content: Mapping[str, object] | Sequence[object]) -> ReleaseFile:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1)
    return made(path, JSON, f"{text}\n".encode())


def _tables(release: Release, material: Material, documents: Iterable[Document]) -> Iterator[ReleaseFile]:
    """Each table as its document, and in the site's first language where a format has only one."""
    language = material.languages[0]
    words = cube_words(material.languages, source=release.programme_names.get(language, release.programme_slug))
    facts = PxFacts(subject_code="INN", subject_area="Innovation")
    for document in documents:
        path = f"tables/{document['key']}"
        cube = cube_from_documents(
            [document],
            table_id=f"{release.programme_slug}-{document['key']}",
            updated=release.requested_at,
            words=words,
        )
        dataset = jsonstat.dataset(cube, language, facts=facts)
        if faults := check_jsonstat(dataset):
            raise FileRefused(f"{path}.jsonstat.json: {faults[0]}")
        yield _json(f"{path}.json", document)
        yield made(f"{path}.csv", "text/csv; charset=utf-8", table_csv(document, language).encode())
        yield made(f"{path}.jsonstat.json", JSON, jsonstat.written(dataset).encode())
        yield made(f"{path}.px", TEXT, px_file(cube, facts=facts))
        yield made(f"{path}.xlsx", SHEET, xlsx_file(cube, language))
        yield made(f"{path}.parquet", PARQUET, _parquet(document))


def _figures(release: Release, material: Material, documents: Iterable[Document]) -> Iterator[ReleaseFile]:
    """Each figure as a picture in every language; of each country where it shows one at a time."""
    for document in documents:
        countries = countries_drawn(document)
        for language, country in product(material.languages, countries):
            with translation.override(language):
                drawn = svg_of(document, release, country=country)
            place = f".{country}" if len(countries) > 1 else ""
            yield made(
                f"figures/{document['key']}{place}.{language}.svg", "image/svg+xml; charset=utf-8", drawn.encode()
            )


def _parquet(document: Document) -> bytes:
    """A line a row, as in the document: codes, figures and status; numbers that are not there are null.

    Each line says of which table and wave it is, its unit, and whether the data are constructed: lines of many files
    are put one below the other.
    """
    rows = document["rows"]
    of_table = {name: pa.array([document[key]] * len(rows), kind) for name, key, kind in PARQUET_OF_TABLE}
    columns = {name: pa.array([row.get(name) for row in rows], kind) for name, kind in PARQUET_COLUMNS.items()}
    file = io.BytesIO()
    pq.write_table(pa.table({**of_table, **columns}), file)
    return file.getvalue()


PARQUET_OF_TABLE = (
    ("table", "key", pa.string()),
    ("wave", "wave", pa.string()),
    ("unit", "unit", pa.string()),
    ("constructed", "constructed", pa.bool_()),
)
PARQUET_COLUMNS = {
    **dict.fromkeys(
        ("measure", "category", "country", "sector", "size_class", "county", "against", "status", "verdict"),
        pa.string(),
    ),
    **dict.fromkeys(("n", "rank_low", "rank_high"), pa.int64()),
    **dict.fromkeys(("value", "low", "high", "standard_error", "p_adjusted"), pa.float64()),
    "caution": pa.bool_(),
}


def _codebook(release: Release, material: Material) -> ReleaseFile:
    variables = variables_of_release(material, answer_words(material.languages))
    content = ddi_codebook(study_of(release, material), (), variables)
    if lacking := check_cessda(content).required:
        raise FileRefused(f"codebook.xml: a data archive asks for {', '.join(lacking)}. Fill them in.")
    return made("codebook.xml", XML, content)


def _records(release: Release, material: Material, files: Sequence[ReleaseFile]) -> list[ReleaseFile]:
    """The release as catalogues describe it, from the files that are there."""
    record = dataset_record(release, files, issued=release.requested_at, site=site_of(release))
    language = material.languages[0]
    graph = catalogue_graph(catalogue_of([record], site_of(release)), [record])
    return [
        _json("datapackage.json", datapackage(record, language, paths={file.path: file.path for file in files})),
        _json("datacite.json", datacite(record)),
        _json("schema_org.json", schema_org(record, language)),
        made("catalogue.ttl", "text/turtle; charset=utf-8", rdf.turtle(graph, PREFIXES).encode()),
        made("catalogue.jsonld", "application/ld+json", rdf.jsonld_text(graph, PREFIXES).encode()),
    ]
