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
SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
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
        f"{{{NAMESPACE}}}codeBook",
        {
            LANGUAGE: study.languages[0],
            "version": "2.5",
            f"{{{SCHEMA_INSTANCE}}}schemaLocation": LOCATION,
        },
    )
    _document(root, study)
    description = SubElement(root, _name("stdyDscr"))
    _citation(description, study)
    _information(description, study)
    _method(description, study)
    _access(description, study)
    for language, text in study.constructed.items():
        add(description, _name("notes"), text, {LANGUAGE: language, "type": "constructed"})
    for number, file in enumerate(files, start=1):
        _file(root, file, f"F{number}")
    if variables:
        add_variables(SubElement(root, _name("dataDscr")), variables, _name)
    return written(root, {"": NAMESPACE, "xsi": SCHEMA_INSTANCE})


def _name(tag: str) -> str:
    return f"{{{NAMESPACE}}}{tag}"


def _titles(parent: Element, study: Study) -> None:
    titles = SubElement(parent, _name("titlStmt"))
    first, *others = study.languages
    add(titles, _name("titl"), study.title[first], {LANGUAGE: first})
    add_each(titles, _name("parTitl"), {language: study.title[language] for language in others})
    add(titles, _name("IDNo"), study.id, {"agency": study.agency})


def _document(root: Element, study: Study) -> None:
    """The description of this description."""
    citation = SubElement(SubElement(root, _name("docDscr")), _name("citation"))
    _titles(citation, study)
    production = SubElement(citation, _name("prodStmt"))
    add(production, _name("producer"), study.producer)
    add(production, _name("prodDate"), study.distributed.isoformat(), {"date": study.distributed.isoformat()})


def _citation(description: Element, study: Study) -> None:
    citation = SubElement(description, _name("citation"))
    _titles(citation, study)
    responsible = SubElement(citation, _name("rspStmt"))
    for creator in study.creators:
        add(responsible, _name("AuthEnty"), creator.name, {"affiliation": creator.affiliation})
    add(SubElement(citation, _name("prodStmt")), _name("producer"), study.producer)
    distribution = SubElement(citation, _name("distStmt"))
    add(distribution, _name("distrbtr"), study.distributor, {"URI": study.distributor_address})
    add(distribution, _name("distDate"), study.distributed.isoformat(), {"date": study.distributed.isoformat()})
    if study.series:
        add_each(SubElement(citation, _name("serStmt")), _name("serName"), study.series)
    day = study.distributed.isoformat()
    add(SubElement(citation, _name("verStmt")), _name("version"), study.version, {"date": day})
    add_each(citation, _name("biblCit"), study.citation)
    add(citation, _name("holdings"), "", {"URI": study.address})


def _term(parent: Element, tag: str, term: Term) -> None:
    add_each(parent, _name(tag), term.labels, {"vocab": term.vocabulary, "vocabURI": term.address})


def _concept(parent: Element, tag: str, term: Term) -> None:
    """A term of a vocabulary where the element has no place for its name: it stands on a child, which stands alone."""
    for language, text in term.labels.items():
        element = add(parent, _name(tag), "", {LANGUAGE: language})
        add(element, _name("concept"), text, {"vocab": term.vocabulary, "vocabURI": term.address})


def _information(description: Element, study: Study) -> None:
    information = SubElement(description, _name("stdyInfo"))
    subject = SubElement(information, _name("subject"))
    for language, words in study.keywords.items():
        for word in words:
            add(subject, _name("keyword"), word, {LANGUAGE: language})
    for topic in study.topics:
        _term(subject, "topcClas", topic)
    add_each(information, _name("abstract"), study.abstract)
    summary = SubElement(information, _name("sumDscr"))
    for event, day in zip(("start", "end"), study.collected, strict=True):
        add(summary, _name("collDate"), day.isoformat(), {"event": event, "date": day.isoformat()})
    for code, labels in study.nations.items():
        add_each(summary, _name("nation"), labels, {"abbr": code})
    add_each(summary, _name("anlyUnit"), study.unit)
    add_each(summary, _name("universe"), study.universe)


def _method(description: Element, study: Study) -> None:
    method = SubElement(description, _name("method"))
    collection = SubElement(method, _name("dataColl"))
    _concept(collection, "timeMeth", study.time_method)
    add_each(collection, _name("sampProc"), study.sampling)
    _concept(collection, "collMode", study.mode)
    add_each(collection, _name("weight"), study.weighting)
    if study.response_rate:
        add_each(SubElement(method, _name("anlyInfo")), _name("respRate"), study.response_rate)


def _access(description: Element, study: Study) -> None:
    use = SubElement(SubElement(description, _name("dataAccs")), _name("useStmt"))
    add_each(use, _name("restrctn"), study.access)
    add_each(use, _name("citReq"), study.citation)
    add_each(use, _name("conditions"), study.licence)


def _file(root: Element, file: DdiFile, number: str) -> None:
    description = add(root, _name("fileDscr"), "", {"ID": number})
    text = add(description, _name("fileTxt"), "", {LANGUAGE: file.languages[0] if file.languages else ""})
    add(text, _name("fileName"), file.name)
    fingerprint = add(text, _name("dataFingerprint"), "", {"type": "dataFile"})
    add(fingerprint, _name("digitalFingerprintValue"), file.digest)
    add(fingerprint, _name("algorithmSpecification"), "SHA-256")
    size = SubElement(text, _name("dimensns"))
    add(size, _name("caseQnty"), str(file.rows))
    add(size, _name("varQnty"), str(file.columns))
    add(text, _name("fileType"), file.media_type, {"charset": "UTF-8"})
