"""The shipped published figures: every one has a place, and what is wrong with a file is said with its place."""

import csv
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from analytics.core.definition_documents import LIBRARY, from_document, load_library
from analytics.core.definitions import DefinitionError
from analytics.core.published import Precision, read
from analytics.core.published_documents import load_published
from analytics.core.published_library import NotMapped, PublishedLibrary, Target, check_against
from analytics.core.published_terms import Scale

SOURCE = Path(os.environ["REFERENCE_DIR"]).parent / "domain"


@pytest.fixture(scope="module")
def library() -> PublishedLibrary:
    return load_published()


def test_every_published_row_has_a_figure_of_ours_or_a_reason(library: PublishedLibrary) -> None:
    assert len(library.figures) == 111
    found = [library.target_of(figure) for figure in library.figures]
    assert sum(isinstance(one, Target) for one in found) == 77
    assert sum(isinstance(one, NotMapped) for one in found) == 34
    check_against(library, from_document(load_library()))


def test_the_figures_are_those_of_the_collected_rows(library: PublishedLibrary) -> None:
    """Row by row against the collection that they were taken from, where it is at hand."""
    path = SOURCE / "published_results.csv"
    if not path.exists():
        pytest.skip("the collection of published results is not here; set REFERENCE_DIR beside it")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(library.figures)
    for row, figure in zip(rows, library.figures, strict=True):
        assert (row["sector"], row["indicator"], row["category"]) == (
            figure.population,
            figure.indicator,
            figure.category,
        )
        assert row["value_pct"] == figure.printed
        assert row["n"] == (str(figure.n) if figure.n else "")
        assert (row["source_url"], row["precision"]) == (figure.source, figure.precision.value)
        assert library.waves[figure.wave].country == row["country"]


def test_every_wave_of_the_method_facts_is_there(library: PublishedLibrary) -> None:
    assert len(library.waves) == 24
    assert {wave.country for wave in library.waves.values()} == {"DK", "NO", "SE", "FI", "IS", "NL", "NORDIC", "EU27"}
    assert all(wave.source.startswith("http") for wave in library.waves.values())


def test_second_hand_figures_are_marked(library: PublishedLibrary) -> None:
    marked = {(figure.wave, figure.indicator) for figure in library.figures if figure.second_hand}
    assert ("no-nordic-2019", "innovative_share") in marked
    assert ("dk-2013-2014", "innovative_share") in marked
    assert ("dk-2021-2023", "innovative_share") not in marked


def test_words_are_kept_and_no_bound_is_taken_for_a_value(library: PublishedLibrary) -> None:
    bounds = [one for one in library.figures if one.precision in (Precision.LOWER_BOUND, Precision.UPPER_BOUND)]
    assert len(bounds) == 17
    for figure in bounds:
        assert read(figure, library.population_of(figure)).standard_error is None
    assert library.figures_of("nl-2021")[1].span == (0.60, 0.65)


def test_questions_that_differ_are_declared(library: PublishedLibrary) -> None:
    scales = {
        (figure.wave, figure.category): target.scale_of(figure.wave)
        for figure in library.figures
        if isinstance(target := library.target_of(figure), Target)
    }
    assert scales["no-state-2021", "yes"] is Scale.OTHER_WORDING
    assert scales["no-ks-2020", "limited_finances"] is Scale.UNKNOWN
    assert scales["nl-2021", "tries_to_learn_from_mistakes"] is Scale.OTHER_SCALE
    assert scales["dk-2021-2023", "employees_participation"] is Scale.SAME


def test_the_presets_are_those_of_the_known_comparisons(library: PublishedLibrary) -> None:
    assert list(library.presets) == ["as_published", "ks_2018_2020", "norway_denmark", "ks_difi"]
    assert library.presets["ks_2018_2020"].sectors == ("health_care", "education")
    assert library.presets["norway_denmark"].terms.as_one_level == {"municipal", "county"}
    assert library.presets["norway_denmark"].terms.any_sectors
    assert library.presets["ks_difi"].terms.concordance == {"ministries_and_directorates": "administration"}


def replaced(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


WRONG = [
    (replaced("published/figures.csv", ",83,1611,", ",183,1611,"), "value as a number from 0 to 100, got '183'"),
    (replaced("published/figures.csv", ",83,1611,", ",83,1612,"), "n 1612 is more than the 1611 answers"),
    (replaced("published/figures.csv", ",exact,", ",nearly,"), "expected one of exact, derived, approx.*got 'nearly'"),
    (replaced("published/figures.csv", "is-2018,public_all", "is-2018,state"), "no population 'state' of a wave"),
    (replaced("published/figures.csv", "https://www.dst.dk", "dst.dk"), "expected the address of the source"),
    (replaced("published/figures.csv", "measure,value", "value,measure"), "expected the columns"),
    (
        replaced("published/figures.csv", ",any_type,", ",some_type,"),
        "mapping.innovative_share.some_type.all: no entry",
    ),
    (
        replaced("published/mapping.yaml", "category: any_type_words", "category: any_words"),
        "mapping.innovative_share.any_type_words.all: no entry|any_words.all: no published figure",
    ),
    (
        replaced("published/mapping.yaml", "not_mapped: not_weighted", "not_mapped: no_reason"),
        "not_mapped: expected one of no_question",
    ),
    (replaced("published/waves.yaml", "unit: workplace", "unit: office"), "unit: expected one of workplace"),
    (replaced("published/waves.yaml", "answers: 272, size: 751", "answers: 272, size: 75"), "at most the size 75"),
    (replaced("published/waves.yaml", "answers: 1255", "answers: 0"), "answers: expected a count above 0, got 0"),
    (replaced("published/waves.yaml", "    years: 2", "    yeers: 2"), "years: expected int, got None"),
    (replaced("published/presets.yaml", "waves: [no-ks-2018", "waves: [ks-2018"), "no published wave 'ks-2018'"),
    (replaced("published/presets.yaml", "comparison: ks_difi", "comparison: difi"), "comparison: expected one of"),
    (
        replaced("published/presets.yaml", "sectors: [health_care, education]", "sectors: [health_care]"),
        "sectors: expected those of the comparison",
    ),
]


@pytest.mark.parametrize(("change", "message"), WRONG)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, change: Callable[[Path], None], message: str) -> None:
    shutil.copytree(LIBRARY / "published", tmp_path / "published")
    shutil.copy(LIBRARY / "comparisons.yaml", tmp_path)
    change(tmp_path)
    with pytest.raises(DefinitionError, match=message):
        load_published(tmp_path)


def test_a_target_that_no_definition_has_is_refused(tmp_path: Path) -> None:
    shutil.copytree(LIBRARY / "published", tmp_path / "published")
    shutil.copy(LIBRARY / "comparisons.yaml", tmp_path)
    replaced("published/mapping.yaml", "ours: spread}", "ours: spread, to: abroad}")(tmp_path)
    with pytest.raises(DefinitionError, match=r"mapping.spreading.actively_spread.innovators: no figure"):
        check_against(load_published(tmp_path), from_document(load_library()))
