"""The ZIP that a researcher gets: the data, what they mean, how they were made safe. Same input, same bytes."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils import translation

from publication.formats.csv import written
from publication.models import MicrodataFile
from publication.work.microdata_rows import Source, not_in_file
from surveys.instrument.codebook import CodebookEntry, codebook
from surveys.instrument.schema import ItemType
from surveys.models import Country, Sector

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date a ZIP file can hold
CONSTRUCTED = "CONSTRUCTED DATA: made up for demonstration, no workplace has given these answers."
CODEBOOK_COLUMNS = ("column", "language", "type", "question", "value", "label", "missing", "asked_when")

OWN_COLUMNS = {
    "record": "Number of the row in this file; it means nothing elsewhere",
    "country": "Country (ISO 3166-1)",
    "sector": "Sector of the workplace, from the frame",
    "size_class": "Employees, from the frame: small 1-19, medium 20-49, large 50 and more; medium_large 20 and more",
    "weight": (
        "Workplaces of the frame for each row with the same country, sector and size class in this file. It makes up "
        "for non-response in these groups; published figures use the run's own weights, which differ a little"
    ),
    "constructed": "1: the answers are made up for demonstration",
}

OWN_CODES = {"country": Country, "sector": Sector}
STATUS = ".status"  # beside the column of a number
MARKS = (
    "Empty: the question was not asked. no_answer: asked, not answered. 1 and 0: chosen, not chosen. withheld: emptied "
    "for all who were asked of the same country, sector and size class, of which a published case names a workplace"
)
ASKED = "answered, no_answer, or empty where the question was not asked"
Rows = tuple[tuple[str, ...], list[tuple[str, ...]]]


def archive(file: MicrodataFile, source: Source, rows: Rows, report: Mapping[str, object]) -> bytes:
    """data.csv, codebook.csv, codebook.json and README.md in one ZIP without the time of day."""
    header, lines = rows
    made = "1" if file.constructed else "0"
    data = written((*header, "constructed"), [(*line, made) for line in lines])
    about = {
        "programme": file.programme.slug,
        "wave": file.dataset.wave.code,
        "constructed": file.constructed,
        "dataset": file.dataset.content_hash,
        "instrument": file.dataset.instrument_hash,
        "rows": len(lines),
        "columns": [*header, "constructed"],
        "report": report,
    }
    parts = {
        "README.md": readme(file, source, header, report),
        "codebook.csv": written(CODEBOOK_COLUMNS, codebook_rows(source, header)),
        "codebook.json": json.dumps(about, ensure_ascii=False, indent=2, sort_keys=True),
        "data.csv": data,
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(zipfile.ZipInfo(name, EPOCH), text.encode("utf-8"), zipfile.ZIP_DEFLATED)
    return content.getvalue()


def codebook_rows(source: Source, header: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """One line a column, and one more for each of its codes; our own columns in English."""
    yield from _own_columns((*header, "constructed"), tuple(source.instrument.texts))
    for language in source.instrument.texts:
        for entry in codebook(source.instrument, language):
            for column in entry.columns:
                if column in header:
                    yield column, language, str(entry.type), entry.question, "", "", "", entry.asked_when
            if f"{entry.key}{STATUS}" in header:
                yield f"{entry.key}{STATUS}", "en", "", ASKED, "", "", "", ""
            if entry.key in header:
                yield from _codes(entry, language)


def _own_columns(header: Sequence[str], languages: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for column, meaning in OWN_COLUMNS.items():
        if column in header:
            yield column, "en", "", meaning, "", "", "", ""
    yield "*", "en", "", MARKS, "", "", "", ""
    for language in languages:
        with translation.override(language):
            for column, choices in OWN_CODES.items():
                for code, label in choices.choices if column in header else ():
                    yield column, language, "", "", code, str(label), "", ""


def _codes(entry: CodebookEntry, language: str) -> Iterator[tuple[str, ...]]:
    """The codes of an item. One with several choices has a column for each: 1 where it was chosen, else 0."""
    several = entry.type is ItemType.MULTI
    if several:
        yield entry.key, "en", "", ASKED, "", "", "", ""
    for value in entry.values:
        missing = "1" if value.missing else ""
        column, code = (f"{entry.key}.{value.code}", "1") if several else (entry.key, value.code)
        yield column, language, str(entry.type), "", code, value.label, missing, ""


def readme(file: MicrodataFile, source: Source, header: Sequence[str], report: Mapping[str, object]) -> str:
    """What a person reads first."""
    chosen = _chosen(report)
    absent, emptied = not_in_file(source, header), report["emptied"]
    if not isinstance(emptied, list):
        raise TypeError("report.emptied: expected a list. Give the report that the file was made with.")
    lines = [
        f"# Anonymised microdata: {file.programme.slug}, wave {file.dataset.wave.code}",
        "",
        *([f"**{CONSTRUCTED}**", ""] if file.constructed else []),
        f"- Rows: {report['rows']}, one for each workplace that answered. `data.csv` is UTF-8 with commas.",
        f"- Dataset: {file.dataset.content_hash}",
        f"- Quasi-identifiers in the file: {', '.join(chosen['keys'])}.",
        f"- Left out to reach k: {', '.join(absent) or 'nothing'}.",
        f"- Smallest group in the file: {chosen['smallest_in_file']} rows; in the frame: "
        f"{chosen['smallest_in_frame']} workplaces. The least allowed is {report['minimum_k']}.",
        f"- Expected matches of somebody who holds the frame: {chosen['expected_matches']:.1f}.",
        *(
            f"- Emptied for {one['rows']} rows ({', '.join(one['place'])}), since a published case names a workplace "
            f"there: {', '.join(one['columns'])}."
            for one in emptied
        ),
        "- Identifying answers and free text are not in the file. Do not try to recognise a workplace.",
        "",
        "The columns are described in `codebook.csv`; `codebook.json` holds the same facts for machines.",
    ]
    return "\n".join(lines) + "\n"


def _chosen(report: Mapping[str, object]) -> dict[str, Any]:
    tried = report["versions"]
    if not isinstance(tried, list):
        raise TypeError("report.versions: expected a list. Give the report that the risk was counted for.")
    return next(risk for risk in tried if risk["version"] == report["chosen"])
