"""The catalogue that others fetch: every release that counts, by the rules of DCAT-AP-NO."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pyshacl import validate
from rdflib import Graph, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCAT, DCTERMS, FOAF

from publication.models import Release
from tests.publication.api.stand import ask, get, innovative, published, two_waves

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),  # rdflib's own
]

ADDRESS = "/catalogue"
SHAPES = Path(os.environ.get("REFERENCE_DIR", "reference")) / "schemas" / "dcat-ap-no"
SHAPES = SHAPES / "DCAT-AP-NO-shacl_shapes_2.00.ttl"
SITE = "https://moved.example"
PLACE = URIRef(f"{SITE}/catalogue")


@pytest.fixture(autouse=True)
def moved(settings: Any) -> None:
    """The site has another address than when the releases were built: whoever fetches is sent to where they are."""
    settings.SITE_ADDRESS = SITE


@pytest.fixture
def both() -> tuple[Release, Release]:
    return two_waves()


def graph(**query: str) -> Graph:
    answer = get(ADDRESS, None, **query)
    return Graph().parse(data=answer.text, format=answer["Content-Type"].partition(";")[0])


def datasets() -> set[str]:
    return {str(one).removeprefix(SITE) for one in graph().objects(PLACE, DCAT.dataset)}


def test_it_names_the_releases_that_count_and_the_files_where_they_are(both: tuple[Release, Release]) -> None:
    assert datasets() == {"/results/barometer/1/", "/results/barometer/2/"}
    files = {str(one).removeprefix(SITE) for one in graph().objects(None, DCAT.downloadURL)}
    assert files == {"/api/v1/releases/barometer/2/files/tables/innovative.parquet"}
    assert Client().get(*files).status_code == 200
    published(both[1].run.wave, [innovative("2025")], replaces=both[1], relation="correction", reason="A weight")
    assert datasets() == {"/results/barometer/1/", "/results/barometer/3/"}


def test_it_is_made_once_for_a_set_of_releases(both: tuple[Release, Release]) -> None:
    first = get(ADDRESS).content
    with CaptureQueriesContext(connection) as queries:
        assert get(ADDRESS).content == first
    assert len(queries) == 1


def test_each_programme_is_a_publisher_of_its_own(both: tuple[Release, Release]) -> None:
    two_waves("another")
    publishers = set(graph().subjects(DCTERMS.identifier, None)) & set(graph().subjects(FOAF.name, None))
    assert {str(one).rpartition("=")[2] for one in publishers} == {"another", "barometer"}


def test_both_writings_are_one_graph_and_another_is_refused(both: tuple[Release, Release]) -> None:
    assert isomorphic(graph(), graph(format="json-ld"))
    assert "format: expected one of turtle, json-ld, got 'rdf'" in ask(ADDRESS, 400, format="rdf")["detail"]


def test_it_conforms_to_the_shapes(both: tuple[Release, Release]) -> None:
    if not SHAPES.is_file():
        pytest.skip(f"no {SHAPES}: set REFERENCE_DIR to the folder of reference material")
    two_waves("another")
    conforms, _graph, said = validate(graph(), shacl_graph=Graph().parse(SHAPES, format="turtle"), inference="none")
    assert conforms, said


def test_where_nothing_is_published_there_is_no_catalogue_yet() -> None:
    assert ask(ADDRESS, 404)["title"] == "Nothing published"
