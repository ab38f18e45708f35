"""The constructed workplaces: the same for the same seed, under the right municipalities, fit for the frame import."""

from collections import Counter

import pytest

from barometer.demo.frames import (
    COUNTRIES,
    KINDS,
    SECTORS,
    WORKPLACES,
    county_municipalities,
    frame_file,
    municipalities,
    workplaces,
)
from barometer.demo.programme import LANGUAGES, NAMES, OWNERS
from barometer.demo.wording import NEWEST, NEWEST_NUMBER
from surveys.work import frame_file as reader


def test_norway_and_iceland_have_their_real_municipalities() -> None:
    assert (len(municipalities("NO")), len(municipalities("IS"))) == (356, 62)
    assert len(county_municipalities()) == 10


@pytest.mark.parametrize(
    ("country", "names"),
    [
        ("DK", {"da": "Konstrueret kommune DK"}),
        ("SE", {"sv": "Konstruerad kommun SE"}),
        ("FI", {"fi": "Keinotekoinen kunta FI", "sv": "Konstruerad kommun FI"}),
    ],
)
def test_other_countries_have_municipalities_that_are_named_as_constructed(country: str, names: dict[str, str]) -> None:
    found = {(body.language, body.name.rpartition("-")[0]) for body in municipalities(country)}
    assert found == set(names.items())


def test_a_workplace_is_asked_in_the_language_of_its_municipality() -> None:
    bodies = [(country, body) for country in COUNTRIES for body in municipalities(country)]
    bodies += [("NO", body) for body in county_municipalities()]
    assert Counter((country, body.language) for country, body in bodies) == {
        ("NO", "nb"): 356 + 10 - 41 - 2,
        ("NO", "nn"): 41 + 2,
        ("DK", "da"): 98,
        ("SE", "sv"): 140,
        ("FI", "fi"): 105,
        ("FI", "sv"): 15,
        ("IS", "is"): 62,
    }
    spoken = {(country, body.code): body.language for country, body in bodies}
    assert (spoken["NO", "4601"], spoken["NO", "46"], spoken["NO", "11"]) == ("nb", "nn", "nb")
    for country in COUNTRIES:
        assert all(row.language == spoken[country, row.municipality_code] for row in workplaces(country))


def test_every_language_of_the_frames_has_the_texts_that_workplaces_write_and_the_wave_asks_in_it() -> None:
    languages = {row.language for country in COUNTRIES for row in workplaces(country)}
    assert set(NEWEST) == set(KINDS) == languages
    assert languages <= set(LANGUAGES) == set(NAMES) == set(OWNERS)
    assert {len(texts) for texts in NEWEST.values()} == {NEWEST_NUMBER}
    assert all(set(kinds) == set(SECTORS) for kinds in KINDS.values())


def test_every_municipality_has_workplaces_and_the_numbers_are_as_stated() -> None:
    for country in COUNTRIES:
        rows = workplaces(country)
        municipal = [row for row in rows if row.level == "municipal"]
        assert len(municipal) == WORKPLACES[country]
        assert {row.municipality_code for row in municipal} == {body.code for body in municipalities(country)}


def test_only_norway_has_county_workplaces_of_education_and_technical_services() -> None:
    county = {row.code[:2]: set() for country in COUNTRIES for row in workplaces(country)}
    for row in workplaces("NO"):
        if row.level == "county":
            county["NO"].add(row.sector)
    assert county["NO"] == {"education", "technical"}
    assert not [row for country in COUNTRIES[1:] for row in workplaces(country) if row.level == "county"]


def test_codes_and_addresses_are_unique_and_the_addresses_reserved() -> None:
    rows = [row for country in COUNTRIES for row in workplaces(country)]
    assert Counter(row.code for row in rows).most_common(1)[0][1] == 1
    assert Counter(row.email for row in rows).most_common(1)[0][1] == 1
    assert {row.email.split("@")[1] for row in rows} == {"example.invalid"}


def test_the_same_seed_gives_the_same_file_and_another_seed_another() -> None:
    assert frame_file("IS") == frame_file("IS")
    assert frame_file("IS") != frame_file("IS", seed=1)


@pytest.mark.parametrize("country", COUNTRIES)
def test_the_file_passes_the_frame_import_without_a_remark(country: str) -> None:
    file = reader.read(frame_file(country))
    assert (len(file.rows), file.errors, file.warnings) == (len(workplaces(country)), [], [])


def test_an_unknown_country_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="expected one of NO, DK, SE, FI, IS, got 'XX'"):
        municipalities("XX")
