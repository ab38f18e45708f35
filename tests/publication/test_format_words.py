"""The tables of a real release in every format: words in every language, each shown cell in its place."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from jsonstat_validator import validate_jsonstat

from publication.format_words import answer_words, cube_words
from publication.formats.check_jsonstat import check_jsonstat
from publication.formats.csv import cube_csv
from publication.formats.cube import METRIC, Cube
from publication.formats.cube_documents import MEASURES, PARTS, cube_from_documents
from publication.formats.html import html_table
from publication.formats.jsonstat import PxFacts, dataset
from publication.formats.jsonstat import written as json_text
from publication.formats.px import px_file
from publication.work.documents import Document
from tests.publication.formats.examples import cell

pytestmark = pytest.mark.django_db
LANGUAGES = ("nb", "nn", "da", "sv", "fi", "is", "en")


@pytest.fixture(scope="module")
def cubes(written: list[Document]) -> list[tuple[Any, Cube]]:
    words = cube_words(LANGUAGES, source="The programme")
    updated = datetime(2026, 11, 27, 7, tzinfo=UTC)
    return [
        (document, cube_from_documents([document], table_id=str(document["key"]), updated=updated, words=words))
        for document in written
    ]


def test_every_table_is_valid_in_every_language(cubes: list[tuple[Any, Cube]]) -> None:
    assert len(cubes) > 20
    facts = PxFacts("innovation", "Innovation")
    for _document, cube in cubes:
        assert px_file(cube, facts=facts).decode().startswith('CHARSET="ANSI";')
        for language in LANGUAGES:
            found = json.loads(json_text(dataset(cube, language, facts=facts)))
            validate_jsonstat(found)
            assert check_jsonstat(found) == []
        assert html_table(cube, "nb").count("<td>") == len(cube.values)
        assert cube_csv(cube, "nb").count("\r\n") > 1


def test_every_number_of_a_document_is_in_its_cell_and_no_other_is_shown(cubes: list[tuple[Any, Cube]]) -> None:
    withheld = 0
    for document, cube in cubes:
        expected = 0
        for row in document["rows"]:
            names = {"Tid": document["wave"]}
            for one in cube.dimensions:
                if one.code not in (METRIC, "Tid"):
                    names[one.code] = row.get(one.code, "") or ("_Z" if one.code == "against" else "_T")
            for part, suffix in PARTS.items():
                code = row["measure"] + suffix
                if code in cube.metric.codes:
                    value, status = cell(cube, **names, **{METRIC: code})
                    assert value == row.get(part)
                    assert (status == "c") == (row["status"] == "withheld")
                expected += row.get(part) is not None
            withheld += row["status"] == "withheld"
        assert expected == sum(value is not None for value in cube.values)
    assert withheld > 0


def test_every_word_of_a_cube_is_there_in_every_language_of_the_site() -> None:
    words = cube_words([code for code, _name in settings.LANGUAGES if code != "se"], source="The programme")
    for one in words.values():
        assert set(one.measures) == set(MEASURES)
        assert set(one.parts) == set(PARTS) - {"value"}
        assert all(text for table in (one.dimensions, one.measures, one.units, one.statuses) for text in table.values())
    assert words["nb"].measures["share"] == "Andel"
    assert words["fi"].dimensions["county"] != words["en"].dimensions["county"]
    assert answer_words(["nb", "en"]).not_chosen == {"nb": "ikke valgt", "en": "not chosen"}
