"""From frozen documents to a cube, and from a cube to its parts."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publication.formats.cube import METRIC, Cube, Role, SelectionError, eliminate, select
from publication.formats.cube_documents import LanguageMissing, cube_from_documents
from tests.publication.formats.examples import UPDATED, WORDS, by_sector, cell, cubes, document, row, words


def made(*documents: dict[str, Any], **more: Any) -> Cube:
    given = {"table_id": "t", "updated": UPDATED, "words": WORDS, **more}
    return cube_from_documents(documents, **given)


def test_a_cell_says_whether_it_is_shown_with_care_withheld_or_never_published() -> None:
    cube = by_sector()
    at = {"country": "NO", METRIC: "share", "Tid": "2025"}

    assert cell(cube, sector="_T", **at) == (61.3, "")
    assert cell(cube, sector="health", **at) == (58.0, "u")
    assert cell(cube, sector="health", **{**at, METRIC: "share_low"}) == (56.2, "u")
    assert cell(cube, sector="health", **{**at, METRIC: "share_n"}) == (412, "")  # a count has no precision
    assert cell(cube, sector="school", **at) == (None, "c")
    assert cell(cube, sector="school", **{**at, METRIC: "share_n"}) == (None, "c")  # not even its base
    assert cell(cube, sector="school", **{**at, "country": "DK"}) == (None, "x")
    assert cell(cube, sector="health", **{**at, "Tid": "2023"}) == (None, "c")
    assert cell(cube, sector="_T", **{**at, "Tid": "2023"}) == (55.0, "")


def test_the_dimensions_are_those_the_table_is_broken_down_by() -> None:
    cube = by_sector()

    assert [(one.code, one.role, one.elimination) for one in cube.dimensions] == [
        ("country", Role.GEO, None),
        ("sector", Role.CLASSIFICATION, "_T"),
        (METRIC, Role.METRIC, None),
        ("Tid", Role.TIME, None),
    ]
    assert cube.dimension("Tid").codes == ("2023", "2025")
    assert cube.metric.codes == ("share", "share_low", "share_high", "share_se", "share_n")
    assert cube.dimension("sector").categories[0].labels == {"en": "All sectors en", "nb": "All sectors nb"}


def test_a_document_of_the_first_schema_has_no_size_and_no_county() -> None:
    assert [one.code for one in made(document([row()], schema="barometer.table/1")).dimensions] == [
        "country",
        METRIC,
        "Tid",
    ]


def test_sizes_and_counties_are_dimensions_where_the_table_has_them() -> None:
    rows = [
        row(size_class=size, county=county) for size in ("", "small") for county in ("", "03")
    ]  # one table never has both today; the cube does not mind
    cube = made(document(rows, breakdowns=["country", "size_class", "county"]))

    assert [one.code for one in cube.dimensions][:3] == ["country", "size_class", "county"]
    assert cube.dimension("county").role is Role.GEO
    assert cube.dimension("county").elimination == "_T"


def test_differences_name_the_other_country() -> None:
    rows = [row("index", value=55.0, rank_low=1, rank_high=2), row("index", "DK", value=50.0, rank_low=1, rank_high=2)]
    rows.append(row("difference", against="DK", value=5.0, p_adjusted=0.0312, verdict="higher"))
    table = document(rows, kind="index", unit="index")
    cube = made(table)

    assert cell(cube, country="NO", against="DK", ContentsCode="difference_p", Tid="2025") == (0.0312, "")
    assert cell(cube, country="NO", against="_Z", ContentsCode="index_rank_high", Tid="2025") == (2, "")
    assert cell(cube, country="NO", against="_Z", ContentsCode="difference", Tid="2025") == (None, "x")
    assert [one.code for one in made(table, measures=("index",)).dimensions] == ["country", METRIC, "Tid"]
    assert "against" in [one.code for one in made(table, measures=("difference",)).dimensions]


def test_changes_name_the_wave_before() -> None:
    table = document([row("change", category="innovative", against="2023", value=3.2)], kind="change", key="change")
    table["labels"] = {
        language: {**labels, "countries": {"NO": "Norway"}} for language, labels in table["labels"].items()
    }
    against = made(table).dimension("against")

    assert (against.codes, against.role, against.elimination) == (("2023",), Role.CLASSIFICATION, None)
    assert against.categories[0].labels == {"en": "2023", "nb": "2023"}


def test_each_figure_has_its_own_unit_and_decimals() -> None:
    rows = [row("driver", category="money"), row("net_balance", category="money", value=-3.0)]
    units = {one.code: (one.unit, one.decimals) for one in made(document(rows, unit="points")).metric.categories}

    assert units["driver"] == ({"en": "percent (en)", "nb": "percent (nb)"}, 1)
    assert units["net_balance"][0] == {"en": "points (en)", "nb": "points (nb)"}
    assert units["driver_se"] == ({"en": "points (en)", "nb": "points (nb)"}, 2)
    assert units["driver_n"] == ({"en": "answers (en)", "nb": "answers (nb)"}, 0)


def test_a_part_that_only_some_rows_have_is_not_published_for_the_others() -> None:
    rows = [row(), row(country="DK")]
    del rows[1]["low"]
    assert cell(made(document(rows)), country="DK", ContentsCode="share_low", Tid="2025") == (None, "x")


def test_a_language_that_is_not_there_is_named() -> None:
    with pytest.raises(LanguageMissing, match="title in 'fi', only in en, nb"):
        made(document([row()]), words={"fi": words("fi")})
    short = document([row(country="SE")])
    del short["labels"]["nb"]["countries"]["SE"]
    with pytest.raises(LanguageMissing, match="country 'SE' in 'nb'"):
        made(short)


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        ([], "at least one"),
        ([document([row()]), document([row()])], "each wave once"),
        ([document([row()]), document([row()], wave="2023", key="spread")], "one key"),
        ([document([row()]), document([row()], wave="2023", unit="points")], "one unit"),
        ([document([row(), row()])], "two rows of one cell"),
        ([document([row("mean")])], r"got \['mean'\]"),
        ([document([])], "got no row"),
    ],
)
def test_documents_that_are_no_one_table_are_refused(documents: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        made(*documents)


def test_a_time_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="with its zone"):
        made(document([row()]), updated=datetime(2026, 11, 27))


def test_a_question_that_changed_is_noted_with_its_waves() -> None:
    older = document([row()], wave="2023", question={"en": "Old words", "nb": "Gamle ord"})
    notes = made(document([row()]), older).notes["en"]

    assert notes == (
        "Constructed data (en)",
        "2025: Has the workplace innovated? (en)",
        "2023: Old words",
        "All workplaces (en)",
        "Weighted. (en)",
    )


def test_a_total_stands_for_the_dimension_that_is_left_out() -> None:
    cube = eliminate(by_sector(), "sector")

    assert cell(cube, country="DK", ContentsCode="share", Tid="2025") == (40.0, "")
    with pytest.raises(SelectionError, match="no total"):
        eliminate(by_sector(), "country")


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        ({"region": ["NO"]}, "dimension: expected one of country"),
        ({"country": ["NO", "XX"]}, "got XX"),
        ({"country": []}, "at least one"),
        ({"country": ["NO", "NO"]}, "each code once"),
    ],
)
def test_a_selection_the_cube_does_not_have_is_refused(selection: dict[str, list[str]], message: str) -> None:
    with pytest.raises(SelectionError, match=message):
        select(by_sector(), selection)


@settings(max_examples=60, deadline=None)
@given(cubes(), st.data())
def test_a_selected_cell_is_the_cell_of_the_whole(cube: Cube, data: st.DataObject) -> None:
    chosen = {
        one.code: data.draw(st.lists(st.sampled_from(one.codes), min_size=1, unique=True)) for one in cube.dimensions
    }
    part = select(cube, chosen)

    assert {one.code: set(one.codes) for one in part.dimensions} == {code: set(codes) for code, codes in chosen.items()}
    at = {code: codes[0] for code, codes in chosen.items()}
    assert cell(part, **at) == cell(cube, **at)
