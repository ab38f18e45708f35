"""What a catalogue needs to know of a published data set: one value, from which every catalogue format is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

Texts = Mapping[str, str]

EU = "http://publications.europa.eu/resource/authority/"


@dataclass(frozen=True)
class Licence:
    """A licence by its names: the EU's code, SPDX's, the address of its text."""

    eu: str
    spdx: str
    address: str
    title: str


CC_BY_4 = Licence(
    "CC_BY_4_0", "CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/", "Creative Commons Attribution 4.0"
)
NLOD_2 = Licence(
    "NLOD_2_0", "NLOD-2.0", "https://data.norge.no/nlod/en/2.0", "Norwegian Licence for Open Government Data 2.0"
)


@dataclass(frozen=True)
class Format:
    """A file format: the EU's file type, the media type, the ending; `standard` where the type says too little."""

    eu: str
    media_type: str
    ending: str
    standard: str = ""
    standard_title: str = ""


FORMATS: Mapping[str, Format] = {
    "csv": Format("CSV", "text/csv", "csv"),
    "json": Format("JSON", "application/json", "json"),
    "jsonstat": Format("JSON", "application/json", "json", "https://json-stat.org/full/", "JSON-stat 2.0"),
    "px": Format(
        "TXT",
        "text/plain",
        "px",
        "https://www.scb.se/en/services/statistical-programs-for-px-files/px-file-format/",
        "PX",
    ),
    "xlsx": Format("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "html": Format("HTML", "text/html", "html"),
    "ddi": Format(
        "XML", "application/xml", "xml", "https://ddialliance.org/Specification/DDI-Codebook/2.5/", "DDI-Codebook 2.5"
    ),
    "parquet": Format("PARQUET", "application/vnd.apache.parquet", "parquet"),
    "sav": Format("OCTET", "application/octet-stream", "sav"),
    "dta": Format("OCTET", "application/octet-stream", "dta"),
    "zip": Format("ZIP", "application/zip", "zip"),
}


@dataclass(frozen=True)
class Publisher:
    """Who publishes: its address in a register, its name in each language, its organisation number."""

    address: str
    names: Texts
    identifier: str
    home: str


@dataclass(frozen=True)
class ContactPoint:
    """A unit that answers, not a person."""

    names: Texts
    mail: str
    page: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a table file. `kind` is string, number or integer."""

    name: str
    kind: str
    titles: Texts = field(default_factory=dict)
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileRecord:
    """A file that can be fetched: `size` in bytes, `digest` its SHA-256 in hexadecimal, a key of `FORMATS`."""

    name: str
    address: str
    format: str
    titles: Texts
    size: int
    digest: str
    language: str = ""
    columns: tuple[Column, ...] = ()


@dataclass(frozen=True)
class DatasetRecord:
    """A published data set. `address` is its page and its name for machines; it never changes.

    `countries` are ISO 3166 codes, `languages` BCP 47 codes, `themes` codes of the EU's data themes, `frequency` one of
    its frequencies. `constructed` says so in each language, and is empty for real data.
    """

    address: str
    titles: Texts
    descriptions: Texts
    keywords: Mapping[str, tuple[str, ...]]
    themes: tuple[str, ...]
    countries: Mapping[str, Texts]
    period: tuple[date, date]
    issued: datetime
    modified: datetime
    version: str
    publisher: Publisher
    contact: ContactPoint
    licence: Licence
    languages: tuple[str, ...]
    frequency: str
    files: tuple[FileRecord, ...]
    doi: str = ""
    constructed: Texts = field(default_factory=dict)

    def description(self, language: str) -> str:
        """The description, after the words that say the data are constructed where they are."""
        said = self.constructed.get(language, "").rstrip(".")
        return f"{said}. {self.descriptions[language]}" if said else self.descriptions[language]
