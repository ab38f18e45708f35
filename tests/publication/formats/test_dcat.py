"""DCAT-AP-NO: conforms to the shapes, and both writings are the same graph."""

import json
import os
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyshacl import validate
from rdflib import Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS

from publication.formats.dcat import PREFIXES, Catalogue, CodeUnknown, catalogue_graph
from publication.formats.rdf import Blank, Iri, Text, jsonld_text, turtle
from tests.publication.formats.examples import TEXT
from tests.publication.formats.records import CONTACT, ISSUED, PUBLISHER, both, record

SHAPES = Path(os.environ.get("REFERENCE_DIR", "reference")) / "schemas" / "dcat-ap-no"
SHAPES = SHAPES / "DCAT-AP-NO-shacl_shapes_2.00.ttl"

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own


def catalogue(titles: dict[str, str] | None = None) -> Catalogue:
    return Catalogue(
        address="https://example.org/catalogue",
        titles=titles or both("Barometers"),
        descriptions=both("All releases."),
        publisher=PUBLISHER,
        contact=CONTACT,
        licence="CC_BY_4_0",
        languages=("en", "nb"),
        issued=datetime.fromisoformat("2026-01-01T00:00:00+00:00"),
        modified=ISSUED,
        home="https://example.org",
    )


def text() -> str:
    return turtle(catalogue_graph(catalogue(), [record()]), PREFIXES)


@pytest.fixture(scope="module")
def shapes() -> Graph:
    if not SHAPES.is_file():
        pytest.skip(f"no {SHAPES}: set REFERENCE_DIR to the folder of reference material")
    return Graph().parse(SHAPES, format="turtle")


def report(shapes: Graph, data: str) -> str:
    conforms, _graph, said = validate(Graph().parse(data=data, format="turtle"), shacl_graph=shapes, inference="none")
    return "" if conforms else str(said)


def test_the_catalogue_conforms_without_a_warning(shapes: Graph) -> None:
    assert report(shapes, text()) == ""


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("    skos:inScheme <http://publications.europa.eu/resource/authority/licence>", "authority/licence"),
        ('    dct:identifier "https://example.org/catalogue"', "dct:identifier"),
        ("    a vcard:Organization", "dcat:contactPoint"),
    ],
)
def test_the_traps_of_the_standard_are_real(shapes: Graph, statement: str, message: str) -> None:
    """Without the licence's scheme, the identifier or the contact's kind the catalogue fails: the shapes do look."""
    assert statement in text()
    assert message in report(shapes, text().replace(statement, '    rdfs:comment "gone"').replace(
        "@prefix dcat:", "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n@prefix dcat:", 1
    ))  # fmt: skip


def test_turtle_and_jsonld_are_the_same_graph() -> None:
    statements = catalogue_graph(catalogue(), [record()])
    first = Graph().parse(data=turtle(statements, PREFIXES), format="turtle")
    second = Graph().parse(data=jsonld_text(statements, PREFIXES), format="json-ld")

    assert isomorphic(first, second)
    assert len(first) == len(set(statements))
    here = URIRef("https://example.org/releases/3")
    assert set(first.objects(here, DCTERMS.title)) == {
        Literal("Innovation barometer 2025", "en"),
        Literal("Innovation barometer 2025 på norsk", "nb"),
    }
    said = {str(text) for text in first.objects(here, DCTERMS.description) if text.language == "en"}
    assert all(text.startswith("Constructed data. ") for text in said)
    assert json.loads(jsonld_text(statements, PREFIXES))["@context"]["dcat"] == "http://www.w3.org/ns/dcat#"


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from(["nb", "se", "fi", "en"]), TEXT, min_size=1))
def test_every_text_comes_back_from_both_writings(titles: dict[str, str]) -> None:
    statements = catalogue_graph(catalogue(titles), [])
    wanted = {Literal(text, language) for language, text in titles.items()}
    for data, form in ((turtle(statements, PREFIXES), "turtle"), (jsonld_text(statements, PREFIXES), "json-ld")):
        graph = Graph().parse(data=data, format=form)
        assert set(graph.objects(URIRef("https://example.org/catalogue"), DCTERMS.title)) == wanted


def test_a_code_that_nobody_knows_is_refused() -> None:
    with pytest.raises(CodeUnknown, match="country: expected one of NO"):
        catalogue_graph(catalogue(), [record(countries={"DE": both("Germany")})])
    with pytest.raises(CodeUnknown, match="got 'de'"):
        catalogue_graph(catalogue(), [record(languages=("de",))])


def test_what_is_no_address_and_no_language_is_refused() -> None:
    with pytest.raises(ValueError, match="absolute address"):
        Iri("https://example.org/a b")
    with pytest.raises(ValueError, match="absolute address"):
        Iri("/releases/3")
    with pytest.raises(ValueError, match="tag of BCP 47"):
        Text("text", "nb no")
    with pytest.raises(ValueError, match="titles: expected a text"):
        catalogue_graph(catalogue(), [record(titles={"en": ""})])
    assert turtle([(Blank("a"), Iri("urn:p"), Text('"\\\n\x7f'))], {}).endswith(
        '_:a\n    <urn:p> "\\"\\\\\\n\\u007F" .\n'
    )
