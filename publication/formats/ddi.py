"""DDI-Codebook 2.5: what a data archive needs to know of a study and of the columns of its files.

Standard: https://ddialliance.org/Specification/DDI-Codebook/2.5/. An element that has a text in several languages
stands once for each, with `xml:lang`; the title alone may stand once, and its translations are parallel titles. Texts
are whole: the formats of statistics packages cut labels, this file does not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from xml.etree.ElementTree import Element, SubElement

from publication.formats.ddi_variables import DdiVariable, add_variables
from publication.formats.xml_writing import LANGUAGE, add, add_each, written

NAMESPACE = "ddi:codebook:2_5"
LOCATION = "ddi:codebook:2_5 https://ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd"

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Creator:
    """Who is responsible for the study's content: a person or a body."""

    name: str
    affiliation: str = ""


@dataclass(frozen=True)
class Term:
    """A term of a controlled vocabulary, with the vocabulary's name and address."""

    labels: Texts
    vocabulary: str
    address: str


@dataclass(frozen=True)
class DdiFile:
    """A data file; `digest` is its SHA-256, `languages` those of its labels."""

    name: str
    media_type: str
    rows: int
    columns: int
    languages: tuple[str, ...]
    digest: str


@dataclass(frozen=True)
class Study:
    """The facts of a study. The first of `languages` is the one of the title; dates are days of the calendar."""

    id: str
    agency: str
    languages: tuple[str, ...]
    title: Texts
    abstract: Texts
    creators: tuple[Creator, ...]
    producer: str
    distributor: str
    distributor_address: str
    distributed: date
    version: str
    address: str  # the page of the study
    series: Texts
    citation: Texts
    keywords: Mapping[str, tuple[str, ...]]
    topics: tuple[Term, ...]
    nations: Mapping[str, Texts]  # by ISO 3166 code
    collected: tuple[date, date]
    unit: Texts
    universe: Texts
    time_method: Term
    sampling: Texts
    mode: Term
    weighting: Texts
    response_rate: Texts
    access: Texts  # terms of access
    licence: Texts
    constructed: Texts = field(default_factory=dict)  # what says so; empty for real data


def ddi_codebook(study: Study, files: Sequence[DdiFile], variables: Sequence[DdiVariable]) -> bytes:
    """The codebook as an XML file in UTF-8.

    Raises:
        KeyError: the study has no title in its first language.
        XmlTextError: a text has a character that XML cannot hold.
        ValueError: no language, two variables of one name, or a period that ends before it begins.
    """
    if not study.languages:
        raise ValueError("languages: expected at least one, got none. Name the languages of the texts.")
    if study.collected[0] > study.collected[1]:
        raise ValueError(f"collected: expected a first and a last day, got {study.collected}. Turn them round.")
    root = Element(
        "codeBook",
        {
            "xmlns": NAMESPACE,
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:schemaLocation": LOCATION,
            LANGUAGE: study.languages[0],
            "version": "2.5",
        },
    )
    _document(root, study)
    description = SubElement(root, "stdyDscr")
    _citation(description, study)
    _information(description, study)
    _method(description, study)
    _access(description, study)
    for language, text in study.constructed.items():
        add(description, "notes", text, {LANGUAGE: language, "type": "constructed"})
    for number, file in enumerate(files, start=1):
        _file(root, file, f"F{number}")
    if variables:
        add_variables(SubElement(root, "dataDscr"), variables)
    return written(root)


def _titles(parent: Element, study: Study) -> None:
    titles = SubElement(parent, "titlStmt")
    first, *others = study.languages
    add(titles, "titl", study.title[first], {LANGUAGE: first})
    add_each(titles, "parTitl", {language: study.title[language] for language in others})
    add(titles, "IDNo", study.id, {"agency": study.agency})


def _document(root: Element, study: Study) -> None:
    """The description of this description."""
    citation = SubElement(SubElement(root, "docDscr"), "citation")
    _titles(citation, study)
    production = SubElement(citation, "prodStmt")
    add(production, "producer", study.producer)
    add(production, "prodDate", study.distributed.isoformat(), {"date": study.distributed.isoformat()})


def _citation(description: Element, study: Study) -> None:
    citation = SubElement(description, "citation")
    _titles(citation, study)
    responsible = SubElement(citation, "rspStmt")
    for creator in study.creators:
        add(responsible, "AuthEnty", creator.name, {"affiliation": creator.affiliation})
    add(SubElement(citation, "prodStmt"), "producer", study.producer)
    distribution = SubElement(citation, "distStmt")
    add(distribution, "distrbtr", study.distributor, {"URI": study.distributor_address})
    add(distribution, "distDate", study.distributed.isoformat(), {"date": study.distributed.isoformat()})
    if study.series:
        add_each(SubElement(citation, "serStmt"), "serName", study.series)
    day = study.distributed.isoformat()
    add(SubElement(citation, "verStmt"), "version", study.version, {"date": day})
    add_each(citation, "biblCit", study.citation)
    add(citation, "holdings", "", {"URI": study.address})


def _term(parent: Element, tag: str, term: Term) -> None:
    add_each(parent, tag, term.labels, {"vocab": term.vocabulary, "vocabURI": term.address})


def _concept(parent: Element, tag: str, term: Term) -> None:
    """A term of a vocabulary where the element has no place for its name: it stands on a child, which stands alone."""
    for language, text in term.labels.items():
        element = add(parent, tag, "", {LANGUAGE: language})
        add(element, "concept", text, {"vocab": term.vocabulary, "vocabURI": term.address})


def _information(description: Element, study: Study) -> None:
    information = SubElement(description, "stdyInfo")
    subject = SubElement(information, "subject")
    for language, words in study.keywords.items():
        for word in words:
            add(subject, "keyword", word, {LANGUAGE: language})
    for topic in study.topics:
        _term(subject, "topcClas", topic)
    add_each(information, "abstract", study.abstract)
    summary = SubElement(information, "sumDscr")
    for event, day in zip(("start", "end"), study.collected, strict=True):
        add(summary, "collDate", day.isoformat(), {"event": event, "date": day.isoformat()})
    for code, labels in study.nations.items():
        add_each(summary, "nation", labels, {"abbr": code})
    add_each(summary, "anlyUnit", study.unit)
    add_each(summary, "universe", study.universe)


def _method(description: Element, study: Study) -> None:
    method = SubElement(description, "method")
    collection = SubElement(method, "dataColl")
    _concept(collection, "timeMeth", study.time_method)
    add_each(collection, "sampProc", study.sampling)
    _concept(collection, "collMode", study.mode)
    add_each(collection, "weight", study.weighting)
    if study.response_rate:
        add_each(SubElement(method, "anlyInfo"), "respRate", study.response_rate)


def _access(description: Element, study: Study) -> None:
    use = SubElement(SubElement(description, "dataAccs"), "useStmt")
    add_each(use, "restrctn", study.access)
    add_each(use, "citReq", study.citation)
    add_each(use, "conditions", study.licence)


def _file(root: Element, file: DdiFile, number: str) -> None:
    description = add(root, "fileDscr", "", {"ID": number})
    text = add(description, "fileTxt", "", {LANGUAGE: file.languages[0] if file.languages else ""})
    add(text, "fileName", file.name)
    fingerprint = add(text, "dataFingerprint", "", {"type": "dataFile"})
    add(fingerprint, "digitalFingerprintValue", file.digest)
    add(fingerprint, "algorithmSpecification", "SHA-256")
    size = SubElement(text, "dimensns")
    add(size, "caseQnty", str(file.rows))
    add(size, "varQnty", str(file.columns))
    add(text, "fileType", file.media_type, {"charset": "UTF-8"})
