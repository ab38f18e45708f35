"""The OpenAPI document holds what the addresses do: compared with them, and tried by schemathesis."""

import re

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from django.urls import URLPattern
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core import NOT_SET
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from publication.api.description import document, operations
from publication.urls import open_api
from tests import make
from tests.publication.api.serving import connection_kept
from tests.publication.api.stand import two_waves
from tests.publication.case_world import CaseWorld

pytestmark = pytest.mark.django_db

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def written(pattern: URLPattern) -> str:
    """The address as OpenAPI writes it."""
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern))


def test_every_address_is_described_and_nothing_else() -> None:
    assert set(document()["paths"]) == {written(pattern) for pattern in open_api}
    for pattern in open_api:
        methods = {name.upper() for name in document()["paths"][written(pattern)]}
        assert methods == {"GET", "POST"} if pattern.name == "pxweb-data" else methods == {"GET"}


def test_every_operation_has_its_own_name_a_sentence_and_its_errors() -> None:
    names = [one.anchor for one in operations()]
    assert len(set(names)) == len(names)
    for one in operations():
        assert one.summary
        assert "429" in dict(one.errors)
        assert all(said for _status, said in one.errors)


@pytest.mark.parametrize(
    "address", ["/api/v1/nothing", "/api/v1/releases/barometer/-1", "/pxweb/api/v2/", "/api/v1/a%0Ab"]
)
def test_an_address_that_is_none_is_a_problem_too(address: str) -> None:
    answer = Client().get(address)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_the_document_is_served_as_it_is_made() -> None:
    answer = Client().get("/api/v1/schema")
    assert answer.json() == document()
    assert answer.json()["openapi"].startswith("3.1")
    assert answer.json()["info"]["license"]["url"] == Client().get("/pxweb/api/v2/config").json()["license"]


@pytest.mark.parametrize("language", ["nb", "nn", "da", "sv", "fi", "is", "en"])
def test_people_read_the_same_on_a_page_without_script(language: str) -> None:
    page = Client().get("/api/", {"lang": language}).text
    assert "<script" not in page
    assert " style=" not in page
    for one in operations():
        assert f'id="{one.anchor}"' in page
        assert f"{one.method} {one.path}" in page
    assert (language == "en") is ("No key and no account" in page)


# What the addresses of the examples name, beside whatever else schemathesis thinks of.
THERE = {
    "programme": "barometer",
    "number": 2,
    "key": "innovative",
    "kind": "csv",
    "path": "tables/innovative.parquet",
    "indicator": "innovative",
    "folder": "barometer.share",
    "table_id": "barometer.innovative",
    "codelist_id": "barometer.innovative.ContentsCode.estimates",
}
SELECTION = {"selection": [{"variableCode": code, "valueCodes": ["*"]} for code in ("country", "ContentsCode", "Tid")]}
schema = schemathesis.openapi.from_dict(document())
schema.app = get_wsgi_application()
OPERATIONS = [one.ok() for one in schema.get_all_operations()]


@pytest.mark.parametrize("operation", OPERATIONS, ids=[one.label for one in OPERATIONS])
def test_no_input_is_an_error_of_the_server_and_every_answer_is_as_described(
    operation: schemathesis.APIOperation,
) -> None:
    two_waves()
    there_is = THERE
    if operation.path.startswith("/api/v1/cases/"):
        there_is = {"number": CaseWorld(programme=make.programme("cases")).published().number}
    statuses = set()

    @settings(max_examples=16, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(), there=st.sampled_from(["nothing", "address", "all"]))
    def tried(case: schemathesis.Case, there: str) -> None:
        if there != "nothing":
            case.path_parameters = {name: there_is[name] for name in case.path_parameters or {}}
        if there == "all":
            case.query = {}
            case.body = SELECTION if case.method == "POST" else NOT_SET
        response = case.call(headers={"Accept-Encoding": "identity"})  # its WSGI client unpacks nothing
        statuses.add(response.status_code)
        case.validate_response(response, checks=CHECKS)

    with connection_kept():
        tried()
    assert 200 in statuses  # the good answers were among those that were looked at
