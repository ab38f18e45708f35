"""DCAT-AP-NO 2: catalogue records that data.norge.no and, through it, the European portal harvest.

Standard: https://data.norge.no/specification/dcat-ap-no. Codes are those of the EU's vocabularies. The rules look for
the vocabulary of each code in the data themselves, so the graph says of every code which scheme it belongs to. Times
are written as days or as times in UTC. The rules of version 2.00 know no checksum but SHA-1, which protects nothing any
more: the files' SHA-256 stand in the data package, and none in this record.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from publication.formats.rdf import TYPE, Blank, Iri, Node, Statement, Text, texts
from publication.formats.record import EU, FORMATS, ContactPoint, DatasetRecord, FileRecord, Publisher, Texts

DCAT, DCT = "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/"
FOAF, VCARD = "http://xmlns.com/foaf/0.1/", "http://www.w3.org/2006/vcard/ns#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
XSD, OWL, ADMS = "http://www.w3.org/2001/XMLSchema#", "http://www.w3.org/2002/07/owl#", "http://www.w3.org/ns/adms#"
PREFIXES = {
    "dcat": DCAT, "dct": DCT, "foaf": FOAF, "vcard": VCARD, "skos": SKOS, "xsd": XSD, "owl": OWL,
    "adms": ADMS,
}  # fmt: skip
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"

LANGUAGES = {
    "nb": "NOB", "nn": "NNO", "no": "NOR", "da": "DAN", "sv": "SWE", "fi": "FIN", "is": "ISL", "se": "SME",
    "en": "ENG", "fo": "FAO", "kl": "KAL",
}  # fmt: skip
COUNTRIES = {
    "NO": "NOR", "DK": "DNK", "SE": "SWE", "FI": "FIN", "IS": "ISL", "FO": "FRO", "GL": "GRL", "AX": "ALA",
}  # fmt: skip


@dataclass(frozen=True)
class Catalogue:
    """The catalogue: who keeps it, under which address, since when."""

    address: str
    titles: Texts
    descriptions: Texts
    publisher: Publisher
    contact: ContactPoint
    licence: str  # the EU's code
    languages: tuple[str, ...]
    issued: datetime
    modified: datetime
    home: str


class CodeUnknown(ValueError):
    """A language or a country without a code in the EU's vocabulary that this module knows."""


def catalogue_graph(catalogue: Catalogue, records: Sequence[DatasetRecord]) -> list[Statement]:
    """The catalogue with its data sets and their files, and the scheme of every code used.

    Raises:
        CodeUnknown: a language or a country that is none of the Nordic ones or English.
        KeyError: a file of a format that `FORMATS` does not have.
        ValueError: an address that is none, or no text in a place that must have one.
    """
    for name, values in (("titles", catalogue.titles), ("descriptions", catalogue.descriptions)):
        _needed(values, name)
    found = list(_catalogue(catalogue))
    for number, record in enumerate(records, start=1):
        found.append((Iri(catalogue.address), Iri(DCAT + "dataset"), Iri(record.address)))
        found += _dataset(record, f"d{number}")
    return [*found, *_schemes(found)]


def _needed(values: Texts, name: str) -> None:
    if not any(values.values()):
        raise ValueError(f"{name}: expected a text in at least one language, got none. The standard demands it.")


def _code(kind: str, code: str, known: dict[str, str] | None = None) -> Iri:
    if known is not None and code not in known:
        raise CodeUnknown(
            f"{kind}: expected one of {', '.join(known)}, got {code!r}. Add its code of the EU's vocabulary."
        )
    return Iri(f"{EU}{kind}/{known[code] if known is not None else code}")


def _moment(moment: datetime) -> Text:
    return Text(moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), type=Iri(XSD + "dateTime"))


def _day(day: date) -> Text:
    return Text(day.isoformat(), type=Iri(XSD + "date"))


def _publisher(publisher: Publisher) -> Iterator[Statement]:
    here = Iri(publisher.address)
    yield here, TYPE, Iri(FOAF + "Agent")
    yield here, Iri(DCT + "identifier"), Text(publisher.identifier)
    yield from texts(here, Iri(FOAF + "name"), publisher.names)
    if publisher.home:
        yield here, Iri(FOAF + "homepage"), Iri(publisher.home)


def _contact(subject: Node, contact: ContactPoint, name: str) -> Iterator[Statement]:
    here = Blank(name)
    yield subject, Iri(DCAT + "contactPoint"), here
    yield here, TYPE, Iri(VCARD + "Organization")
    yield from texts(here, Iri(VCARD + "fn"), contact.names)
    yield here, Iri(VCARD + "hasEmail"), Iri(f"mailto:{contact.mail}")
    if contact.page:
        yield here, Iri(VCARD + "hasURL"), Iri(contact.page)


def _catalogue(catalogue: Catalogue) -> Iterator[Statement]:
    here = Iri(catalogue.address)
    yield here, TYPE, Iri(DCAT + "Catalog")
    yield here, Iri(DCT + "identifier"), Text(catalogue.address)
    yield from texts(here, Iri(DCT + "title"), catalogue.titles)
    yield from texts(here, Iri(DCT + "description"), catalogue.descriptions)
    yield here, Iri(DCT + "publisher"), Iri(catalogue.publisher.address)
    yield here, Iri(DCT + "license"), _code("licence", catalogue.licence)
    yield here, Iri(DCT + "issued"), _moment(catalogue.issued)
    yield here, Iri(DCT + "modified"), _moment(catalogue.modified)
    yield here, Iri(FOAF + "homepage"), Iri(catalogue.home)
    for language in catalogue.languages:
        yield here, Iri(DCT + "language"), _code("language", language, LANGUAGES)
    yield from _contact(here, catalogue.contact, "c0")
    yield from _publisher(catalogue.publisher)


def _dataset(record: DatasetRecord, name: str) -> Iterator[Statement]:
    here = Iri(record.address)
    _needed(record.titles, "titles")
    _needed(record.descriptions, "descriptions")
    yield here, TYPE, Iri(DCAT + "Dataset")
    yield here, Iri(DCT + "identifier"), Text(record.address)
    yield from texts(here, Iri(DCT + "title"), record.titles)
    said = {language: record.description(language) for language in record.descriptions}
    yield from texts(here, Iri(DCT + "description"), said)
    for language, words in record.keywords.items():
        for word in words:
            yield here, Iri(DCAT + "keyword"), Text(word, language)
    yield from _codes_of(here, record)
    yield here, Iri(DCT + "publisher"), Iri(record.publisher.address)
    yield here, Iri(DCT + "issued"), _moment(record.issued)
    yield here, Iri(DCT + "modified"), _moment(record.modified)
    yield here, Iri(OWL + "versionInfo"), Text(record.version)
    yield here, Iri(DCAT + "landingPage"), Iri(record.address)
    yield from _period(here, record.period, f"{name}t")
    if record.doi:
        identifier = Blank(f"{name}i")
        yield here, Iri(ADMS + "identifier"), identifier
        yield identifier, TYPE, Iri(ADMS + "Identifier")
        doi_type = Iri("http://purl.org/spar/datacite/doi")
        yield identifier, Iri(SKOS + "notation"), Text(f"https://doi.org/{record.doi}", type=doi_type)
    yield from _contact(here, record.contact, f"{name}c")
    yield from _publisher(record.publisher)
    for file in record.files:
        yield here, Iri(DCAT + "distribution"), Iri(file.address)
        yield from _distribution(record, file)


def _codes_of(here: Iri, record: DatasetRecord) -> Iterator[Statement]:
    for theme in record.themes:
        yield here, Iri(DCAT + "theme"), _code("data-theme", theme)
    for country in record.countries:
        yield here, Iri(DCT + "spatial"), _code("country", country, COUNTRIES)
    for language in record.languages:
        yield here, Iri(DCT + "language"), _code("language", language, LANGUAGES)
    yield here, Iri(DCT + "accessRights"), _code("access-right", "PUBLIC")
    yield here, Iri(DCT + "accrualPeriodicity"), _code("frequency", record.frequency)


def _period(here: Iri, period: tuple[date, date], name: str) -> Iterator[Statement]:
    node = Blank(name)
    yield here, Iri(DCT + "temporal"), node
    yield node, TYPE, Iri(DCT + "PeriodOfTime")
    yield node, Iri(DCAT + "startDate"), _day(period[0])
    yield node, Iri(DCAT + "endDate"), _day(period[1])


def _distribution(record: DatasetRecord, file: FileRecord) -> Iterator[Statement]:
    here, form = Iri(file.address), FORMATS[file.format]
    yield here, TYPE, Iri(DCAT + "Distribution")
    yield from texts(here, Iri(DCT + "title"), file.titles)
    yield from texts(here, Iri(DCT + "description"), record.constructed)
    yield here, Iri(DCAT + "accessURL"), Iri(record.address)
    yield here, Iri(DCAT + "downloadURL"), here
    yield here, Iri(DCT + "license"), _code("licence", record.licence.eu)
    yield here, Iri(DCT + "format"), _code("file-type", form.eu)
    yield here, Iri(DCAT + "mediaType"), Iri(MEDIA_TYPES + form.media_type)
    yield here, Iri(DCT + "issued"), _moment(record.issued)
    yield here, Iri(DCT + "modified"), _moment(record.modified)
    yield here, Iri(DCAT + "byteSize"), Text(str(file.size), type=Iri(XSD + "decimal"))
    if file.language:
        yield here, Iri(DCT + "language"), _code("language", file.language, LANGUAGES)
    if form.standard:
        yield here, Iri(DCT + "conformsTo"), Iri(form.standard)
        yield Iri(form.standard), TYPE, Iri(DCT + "Standard")
        yield Iri(form.standard), Iri(DCT + "title"), Text(form.standard_title, "en")


def _schemes(statements: Sequence[Statement]) -> Iterator[Statement]:
    """Of every code of the EU's vocabularies, which of them it is from."""
    codes = [
        value for _subject, _predicate, value in statements if isinstance(value, Iri) and value.value.startswith(EU)
    ]
    for code in dict.fromkeys(codes):
        yield code, TYPE, Iri(SKOS + "Concept")
        yield code, Iri(SKOS + "inScheme"), Iri(code.value.rsplit("/", 1)[0])
