"""The shipped schemes, catalogue and first coding hold what the dossier says, and refuse what is wrong in a file."""

import csv
import os
import re
import shutil
from pathlib import Path

import pytest
import yaml

from analytics.core.definitions import DefinitionError
from analytics.core.focus import Basis, Focus, findings
from analytics.core.focus_library import POLICY, load_instruments, load_reading, load_schemes, scheme_of

COUNTRIES = ("NO", "DK", "SE", "FI", "IS")
LANGUAGES = {"en", "nb", "nn", "da", "sv", "fi", "is"}
# The study's reading as the brief figure describes it: rows of countries, columns organisation, system, transformative.
FOCUS = {
    "NO": ("strong", "secondary", "partly_neglected"),
    "DK": ("strong", "secondary", "partly_neglected"),
    "SE": ("secondary", "strong", "strong"),
    "FI": ("secondary", "secondary", "strong"),
    "IS": ("partly_neglected", "secondary", "strong"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(POLICY, tmp_path / "policy"))


def test_the_first_coding_is_complete_and_fits_together():
    coding = load_reading().coding
    places = {row.key: row.country for row in load_instruments()}
    assert findings(coding, countries=COUNTRIES, places=places) == ()
    rated = {(one.country, one.perspective): one for one in coding.ratings}
    assert {
        country: tuple(str(rated[country, code].focus) for code in coding.scheme.codes) for country in COUNTRIES
    } == FOCUS
    assert sum(one.basis is Basis.INFERRED for one in coding.ratings) == 7
    assert all(one.text for one in coding.ratings)


def test_every_scheme_has_its_words_in_every_language():
    schemes = load_schemes()
    assert [len(scheme_of(document).codes) for document in schemes.values()] == [3, 10]
    for document in schemes.values():
        assert set(document["titles"]) == LANGUAGES
        assert {frozenset(one["names"]) for one in document["perspectives"]} == {frozenset(LANGUAGES)}
        assert {frozenset(names) for names in document.get("groups", {}).values()} <= {frozenset(LANGUAGES)}


def test_the_ten_themes_stand_in_three_groups():
    themes = scheme_of(load_schemes()["iceland_themes"])
    assert themes.groups == ("organisation",) * 3 + ("shared_functions",) * 5 + ("transformative",) * 2


def test_the_catalogue_and_the_coding_are_those_of_the_reference():
    folder = Path(os.environ.get("REFERENCE_DIR", "")).parent / "domain"
    if not os.environ.get("REFERENCE_DIR") or not (folder / "instruments.csv").is_file():
        pytest.skip("the folder of reference data is not here")
    coding = load_reading().coding
    codes = {one.instrument: one.perspectives for one in coding.instruments}
    ours = [(row.country, row.year_from, row.year_to, codes[row.key]) for row in load_instruments()]
    with (folder / "instruments.csv").open(encoding="utf-8") as file:
        theirs = [
            (row["country"], *(int(row[n]) if row[n] else None for n in ("year_from", "year_to")), {row["perspective"]})
            for row in csv.DictReader(file)
        ]
    assert ours == theirs
    with (folder / "focus_matrix.csv").open(encoding="utf-8") as file:
        matrix = {(row["country"], row["perspective"], row["focus"], row["basis"]) for row in csv.DictReader(file)}
    assert {(one.country, one.perspective, str(one.focus), str(one.basis)) for one in coding.ratings} == matrix


def changed(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "before", "after", "message"),
    [
        ("instruments.csv", "key,country", "key,land", "expected the columns"),
        ("instruments.csv", "dk-coi,", "dk-mindlab,", "a key stands twice: 'dk-mindlab'"),
        ("instruments.csv", "2014,,study", "2014,,rumour", "expected one of ['editorial', 'study'], got 'rumour'"),
        ("instruments.csv", "2014,,study", "long ago,,study", "years are whole numbers"),
        ("study_reading.yaml", "focus: strong", "focus: huge", "expected one of partly_neglected, secondary, strong"),
        ("study_reading.yaml", "scheme: three", "scheme: four", "got 'four_perspectives'"),
        ("study_reading.yaml", "[no-stimulab, no-co", "[no-rumour, no-co", "'no-rumour'"),
        ("schemes.yaml", "group: shared_functions", "group: elsewhere", "'elsewhere' is named or used, not both"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(folder, name, before, after, message):
    changed(folder / name, before, after)
    with pytest.raises(ValueError, match=re.escape(message)):
        load_reading(folder)


def test_an_instrument_below_two_perspectives_serves_both_and_is_as_sure_as_the_less_sure(folder):
    path = folder / "study_reading.yaml"
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    document["instruments"]["transformative"]["inferred"].append("dk-coi")  # stated below organisation
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    both = next(one for one in load_reading(folder).coding.instruments if one.instrument == "dk-coi")
    assert (both.perspectives, both.basis) == ({"organisation", "transformative"}, Basis.INFERRED)


def test_focus_goes_from_the_least_to_the_most():
    assert list(Focus) == ["partly_neglected", "secondary", "strong"]
    assert issubclass(DefinitionError, ValueError)
