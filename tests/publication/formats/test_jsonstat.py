"""JSON-stat: valid for the standard's validator and for what that does not look at."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from jsonstat_validator import validate_jsonstat

from publication.formats.check_jsonstat import check_jsonstat
from publication.formats.cube import Cube
from publication.formats.jsonstat import Contact, Item, PxFacts, collection, dataset, written
from tests.publication.formats.examples import UPDATED, by_sector, cubes


def example() -> dict[str, Any]:
    return json.loads(written(dataset(by_sector(), "nb")))


def test_a_table_is_valid_and_says_what_its_marks_mean() -> None:
    found = example()

    validate_jsonstat(found)
    assert check_jsonstat(found) == []
    assert found["role"] == {"time": ["Tid"], "geo": ["country"], "metric": ["ContentsCode"]}
    assert found["updated"] == "2026-11-27T07:00:00Z"
    assert found["extension"]["status"]["label"] == {"u": "u (nb)", "c": "c (nb)", "x": "x (nb)"}
    assert found["extension"]["constructed"] is True
    assert found["note"][0] == "Constructed data (nb)"
    assert found["dimension"]["sector"]["extension"]["eliminationValueCode"] == "_T"
    assert found["dimension"]["ContentsCode"]["category"]["unit"]["share"] == {"base": "percent (nb)", "decimals": 1}


def test_the_facts_of_the_table_reach_the_readers_of_pxweb() -> None:
    facts = PxFacts(subject_code="innovation", subject_area="Innovation", contact=Contact("The desk", "d@example.org"))
    extension: Any = dataset(by_sector(), "en", facts=facts)["extension"]

    assert extension["px"]["subject-code"] == "innovation"
    assert extension["px"]["stub"] == ["country", "sector"]
    assert extension["contact"] == [{"name": "The desk", "mail": "d@example.org", "raw": "The desk, d@example.org"}]


def test_a_collection_is_valid() -> None:
    found = collection([Item("https://example.org/t", "Table", UPDATED)], label="Tables", updated=UPDATED)
    validate_jsonstat(found)
    assert check_jsonstat(found) == []
    assert check_jsonstat(collection([Item("a", "", UPDATED)] * 2, label="", updated=UPDATED)) == [
        "link.item: an address stands twice"
    ]


def broken(**changes: Any) -> dict[str, Any]:
    return {**example(), **changes}


def without(place: str) -> dict[str, Any]:
    found = example()
    del found["status"][place]
    return found


FIRST_MARK = next(iter(example()["status"]))
FIRST_GAP = str(example()["value"].index(None))


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        (broken(value=example()["value"][:-1]), "value: expected 60 entries, got 59"),
        (broken(value=[float("nan"), *example()["value"][1:]]), "value[0]: expected a finite number or null"),
        (broken(value=[True, *example()["value"][1:]]), "value[0]: expected a finite number or null"),
        (broken(size=[2, 3, 5, 3]), "dimension Tid: expected 3 different categories, got 2"),
        (broken(size=[2, 3, 5]), "id: expected one size"),
        (broken(status=["c"] * 59), "status: expected 60 entries, got 59"),
        (broken(status={"60": "c"}), "status: no cell '60' in 60"),
        (without(FIRST_GAP), "status: 1 cells have neither number nor mark"),
        (broken(extension={}), "status: 'c' is explained nowhere"),
        (broken(role={"metric": ["nothing"]}), "role: 'nothing' is no dimension"),
        (broken(role={"geo": ["Tid"], "time": ["Tid"]}), "role: a dimension has two roles"),
        (broken(updated="yesterday"), "updated: expected a time of ISO 8601"),
        (broken(updated="2026-11-27T07:00:00"), "updated: expected a time with its zone"),
        (broken(version="1.0"), "version: expected '2.0'"),
        (broken(**{"class": "table"}), "class: expected dataset or collection"),
    ],
)
def test_what_validators_let_pass_is_found(found: dict[str, Any], fault: str) -> None:
    assert any(one.startswith(fault) for one in check_jsonstat(found)), check_jsonstat(found)


@settings(max_examples=60, deadline=None)
@given(cubes())
def test_every_cube_is_valid_in_every_language_and_comes_back(cube: Cube) -> None:
    for language in cube.languages:
        found = json.loads(written(dataset(cube, language)))
        validate_jsonstat(found)
        assert check_jsonstat(found) == []
        assert found["id"] == [one.code for one in cube.dimensions]
        for one in cube.dimensions:
            category = found["dimension"][one.code]["category"]
            assert list(category["index"]) == list(one.codes)
            assert list(category["label"].values()) == [each.labels[language] for each in one.categories]
        assert tuple(found["value"]) == cube.values
        assert tuple(found.get("status", {}).get(str(place), "") for place in range(len(cube.values))) == cube.statuses


def test_the_same_cube_gives_the_same_bytes() -> None:
    assert written(dataset(by_sector(), "en")) == written(dataset(by_sector(), "en"))
    with pytest.raises(ValueError, match="JSON compliant"):
        written({"value": float("nan")})
