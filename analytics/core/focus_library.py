"""The shipped schemes, catalogue of policy instruments and first coding: read from the library, checked, as values."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from analytics.core.definition_documents import LIBRARY
from analytics.core.definitions import DefinitionError
from analytics.core.document_parts import Part, once
from analytics.core.focus import Basis, CodedInstrument, Coding, Focus, Rating, Scheme, check
from analytics.core.library_files import read

POLICY = LIBRARY / "policy"
COLUMNS = ("key", "country", "kind", "actor", "name", "year_from", "year_to", "source", "note")


@dataclass(frozen=True)
class ShippedInstrument:
    """A row of the catalogue; `source` is how it is cited."""

    key: str
    country: str
    kind: str
    actor: str
    name: str
    year_from: int | None
    year_to: int | None
    source: str
    note: str


@dataclass(frozen=True)
class Reading:
    """A shipped coding and whose it is."""

    key: str
    title: str
    coder: str
    coding: Coding


def load_schemes(folder: Path = POLICY) -> dict[str, Mapping[str, object]]:
    """Key -> the scheme as a document with its words in every language. Raises DefinitionError with the place."""
    documents: list[Mapping[str, object]] = read(folder / "schemes.yaml")
    once("schemes", [scheme_of(document).key for document in documents])
    return {scheme_of(document).key: document for document in documents}


def scheme_of(document: Mapping[str, object]) -> Scheme:
    """Codes and groups of a scheme's document. Raises DefinitionError for codes that stand twice and stray groups."""
    top = Part("scheme", document)
    parts = list(top.parts("perspectives"))
    codes = [part.text("code") for part in parts]
    once(f"scheme.{top.text('key')}", codes)
    groups = tuple(part.text("group", "") for part in parts)
    named = top.get("groups", dict, {})
    stray = sorted({group for group in groups if group} ^ set(named))
    if stray:
        raise DefinitionError(f"scheme.{top.text('key')}.groups: {stray[0]!r} is named or used, not both.")
    return Scheme(top.text("key"), tuple(codes), groups)


def load_instruments(folder: Path = POLICY) -> tuple[ShippedInstrument, ...]:
    """The catalogue's rows. Raises DefinitionError for other columns, keys that stand twice and unknown sources."""
    sources = read(folder / "sources.yaml")
    with (folder / "instruments.csv").open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file)
        if tuple(table.fieldnames or ()) != COLUMNS:
            raise DefinitionError(f"instruments.csv: expected the columns {COLUMNS}, got {table.fieldnames}.")
        rows = tuple(_instrument(row, sources) for row in table)
    once("instruments.csv", [row.key for row in rows])
    return rows


def load_reading(folder: Path = POLICY) -> Reading:
    """The first coding, all its instruments from version 1 of the catalogue. Raises DefinitionError or InputError."""
    top = Part("study_reading", read(folder / "study_reading.yaml"))
    schemes = load_schemes(folder)
    if top.text("scheme") not in schemes:
        raise DefinitionError(f"study_reading.scheme: expected one of {sorted(schemes)}, got {top.text('scheme')!r}.")
    scheme = scheme_of(schemes[top.text("scheme")])
    coding = Coding(scheme, tuple(_ratings(top)), tuple(_coded(top.part("instruments"), scheme)))
    check(coding, places={row.key: row.country for row in load_instruments(folder)})
    reading = Reading(top.text("key"), top.text("title"), top.text("coder"), coding)
    top.done()
    return reading


def _instrument(row: Mapping[str, str], sources: Mapping[str, str]) -> ShippedInstrument:
    if row["source"] not in sources:
        raise DefinitionError(
            f"instruments.csv.{row['key']}.source: expected one of {sorted(sources)}, got {row['source']!r}."
        )
    try:
        first, last = (int(row[name]) if row[name] else None for name in ("year_from", "year_to"))
    except ValueError:
        raise DefinitionError(f"instruments.csv.{row['key']}: years are whole numbers or empty.") from None
    return ShippedInstrument(
        row["key"],
        row["country"],
        row["kind"],
        row["actor"],
        row["name"],
        first,
        last,
        sources[row["source"]],
        row["note"],
    )


def _ratings(top: Part) -> Iterator[Rating]:
    for part in top.parts("ratings"):
        yield Rating(
            country=part.text("country"),
            perspective=part.text("perspective"),
            focus=part.word("focus", Focus),
            basis=part.word("basis", Basis),
            text=part.text("text"),
            instruments=frozenset(part.get("instruments", list)),
        )
        part.done()


def _coded(part: Part, scheme: Scheme) -> Iterator[CodedInstrument]:
    """Instruments are listed below each perspective and basis; one that stands below several serves them all."""
    found: dict[str, tuple[frozenset[str], Basis]] = {}
    for code in scheme.codes:
        listed = part.part(code)
        for basis in Basis:
            for key in listed.get(basis, list, []):
                before, first = found.get(key, (frozenset(), basis))
                found[key] = (before | {code}, Basis.INFERRED if Basis.INFERRED in (first, basis) else basis)
        listed.done()
    part.done()
    for key, (codes, basis) in found.items():
        yield CodedInstrument(key, 1, codes, basis)
