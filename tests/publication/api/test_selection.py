"""Selections of PxWebApi 2, on a cube of two waves."""

import pytest

from publication.api.problems import Problem
from publication.api.pxweb.selection import Asked, chosen, codelists, from_address, from_body, named
from publication.formats.cube import METRIC, TIME, Cube
from tests.publication.formats.examples import by_sector, cell

MANY = 10_000


@pytest.fixture(scope="module")
def cube() -> Cube:
    return by_sector()


def taken(cube: Cube, **expressions: str) -> dict[str, tuple[str, ...]]:
    """The codes that come of the expressions, with everything of what is not named."""
    asked = {one.code: ("*",) for one in cube.dimensions}
    written = from_address({f"valueCodes[{name}]": [text] for name, text in expressions.items()})
    found = chosen(cube, Asked({**asked, **written.codes}), cells=MANY)
    return {one.code: one.codes for one in found.dimensions}


@pytest.mark.parametrize(
    ("expression", "codes"),
    [
        ("*", ("_T", "health", "school")),
        ("health", ("health",)),
        ("school,_T", ("_T", "school")),
        ("h*", ("health",)),
        ("*h*", ("health", "school")),
        ("?T", ("_T",)),
        ("*e*th", ("health",)),
        ("**ho?l**", ("school",)),
        ("[school]", ("school",)),
        ("top(2)", ("_T", "health")),
        ("TOP(1,1)", ("health",)),
        ("bottom(1)", ("school",)),
        ("bottom(1,1)", ("health",)),
        ("[range(_T,health)]", ("_T", "health")),
        ("range(health, school)", ("health", "school")),
        ("from(health)", ("health", "school")),
        ("to(health),top(1)", ("_T", "health")),
        ("top(99)", ("_T", "health", "school")),
        ("HEALTH", ("health",)),
        ("[School]", ("school",)),
        ("H*", ("health",)),
        ("range(_t,HEALTH)", ("_T", "health")),
        ("health,HEALTH", ("health",)),
    ],
)
def test_an_expression_stands_for_codes(cube: Cube, expression: str, codes: tuple[str, ...]) -> None:
    assert taken(cube, sector=expression)["sector"] == codes


@pytest.mark.parametrize(
    ("expression", "codes"),
    [("top(1)", ("2025",)), ("top(1,1)", ("2023",)), ("bottom(1)", ("2023",)), ("from(2025)", ("2025",))],
)
def test_the_top_of_the_waves_are_the_newest(cube: Cube, expression: str, codes: tuple[str, ...]) -> None:
    assert taken(cube, Tid=expression)[TIME] == codes


@pytest.mark.parametrize(
    ("expression", "title"),
    [
        ("nothing", "Non-existent value"),
        ("x*", "Non-existent value"),
        ("health,nothing", "Non-existent value"),
        ("top(0)", "Illegal selection expression"),
        ("top(x)", "Illegal selection expression"),
        ("top(1,99)", "Illegal selection expression"),
        ("range(health)", "Illegal selection expression"),
        ("range(school,health)", "Illegal selection expression"),
        ("from(nothing)", "Illegal selection expression"),
    ],
)
def test_what_stands_for_no_code_is_an_error_that_names_the_dimension(cube: Cube, expression: str, title: str) -> None:
    with pytest.raises(Problem) as refused:
        taken(cube, sector=expression)
    assert (refused.value.status_code, refused.value.title) == (400, title)
    assert "valueCodes[sector]: expected" in str(refused.value.detail)


def test_names_of_parameters_and_dimensions_are_read_without_regard_to_case(cube: Cube) -> None:
    asked = from_address(
        {"VALUECODES[Country]": ["NO"], "valuecodes[contentscode]": ["share"], "valueCodes[tid]": ["*"]}
    )
    found = chosen(cube, asked, cells=MANY)
    assert [one.code for one in found.dimensions] == ["country", METRIC, TIME]
    assert cell(found, country="NO", ContentsCode="share", Tid="2025") == (61.3, "")
    placed = named(cube, Asked(codes=asked.codes, stub=("COUNTRY", "nothing"), heading=("contentscode", "time")))
    assert (placed.stub, placed.heading) == (("country", "nothing"), (METRIC, TIME))


def test_time_is_the_dimension_of_time_whatever_it_is_called(cube: Cube) -> None:
    query = {f"valueCodes[{name}]": ["*"] for name in ("country", METRIC)}
    found = chosen(cube, from_address({**query, "valueCodes[Time]": ["2023"]}), cells=MANY)
    assert found.dimension(TIME).codes == ("2023",)
    with pytest.raises(Problem, match="each once, got 'Tid'"):
        chosen(cube, from_address({"valueCodes[time]": ["2023"], "valueCodes[Tid]": ["2025"]}), cells=MANY)


@pytest.mark.parametrize(
    "name", ["valuecode[country]", "valueCodes", "valueCodes[]", "valueCodes[country", "codelists[country]", "x[y]"]
)
def test_a_misspelt_selection_does_not_give_everything(name: str) -> None:
    with pytest.raises(Problem) as refused:
        from_address({name: ["NO"]})
    assert f"{name}: expected valueCodes[..]" in str(refused.value.detail)


def test_a_dimension_left_out_is_its_total_and_one_without_a_total_must_be_named(cube: Cube) -> None:
    whole = chosen(cube, Asked(), cells=MANY)
    assert "sector" not in [one.code for one in whole.dimensions]
    with pytest.raises(Problem) as refused:
        chosen(cube, from_address({"valueCodes[sector]": ["*"]}), cells=MANY)
    assert refused.value.title == "Missing selection for mandatory variable"
    assert "expected country, ContentsCode, Tid too" in str(refused.value.detail)


def test_too_many_cells_are_refused_and_not_cut(cube: Cube) -> None:
    asked = Asked({one.code: ("*",) for one in cube.dimensions})
    cells = len(cube.values)
    assert len(chosen(cube, asked, cells=cells).values) == cells
    with pytest.raises(Problem) as refused:
        chosen(cube, asked, cells=cells - 1)
    assert (refused.value.status_code, refused.value.title) == (403, "Too many cells selected")
    assert f"at most {cells - 1} cells, got {cells}" in str(refused.value.detail)


def test_code_lists_narrow_what_a_star_means(cube: Cube) -> None:
    lists = {one.id_in(cube.id): one.codes for one in codelists(cube)}
    assert lists == {
        f"{cube.id}.sector.parts": ("health", "school"),
        f"{cube.id}.{METRIC}.estimates": ("share",),
    }
    query = {f"valueCodes[{name}]": ["*"] for name in ("country", METRIC, TIME)}
    narrow = chosen(cube, from_address({**query, "codelist[sector]": [f"{cube.id}.sector.parts"]}), cells=MANY)
    assert narrow.dimension("sector").codes == ("health", "school")
    with pytest.raises(Problem, match="expected one of"):
        chosen(cube, from_address({**query, "codelist[sector]": ["agg_nothing"]}), cells=MANY)
    with pytest.raises(Problem, match="expected dimensions among"):
        chosen(cube, from_address({**query, "valueCodes[nothing]": ["*"]}), cells=MANY)


def test_a_body_asks_as_an_address_does(cube: Cube) -> None:
    body = {
        "selection": [
            {"variableCode": "country", "valueCodes": ["NO"]},
            {"variableCode": "sector", "codelist": f"{cube.id}.sector.parts"},
            {"variableCode": METRIC, "valueCodes": ["share"]},
            {"variableCode": TIME, "valueCodes": ["top(1)"]},
        ],
        "placement": {"heading": ["Tid", "ContentsCode"], "stub": ["country", "sector"]},
    }
    asked = from_body(body)
    assert asked.heading == ("Tid", "ContentsCode")
    found = chosen(cube, asked, cells=MANY)
    assert found.sizes == (1, 2, 1, 1)
    assert found.values == (58.0, None)
    assert from_body({}).is_everything


@pytest.mark.parametrize(
    "body",
    [
        [],
        "country",
        {"selection": "country"},
        {"selection": ["country"]},
        {"selection": [{"valueCodes": ["NO"]}]},
        {"selection": [{"variableCode": "country", "valueCodes": "NO"}]},
        {"selection": [{"variableCode": "country", "valueCodes": [1]}]},
        {"selection": [{"variableCode": "country", "valueCodes": ["NO"]}] * 2},
        {"selection": [], "placement": []},
        {"selection": [], "placement": {"stub": "country"}},
        {"selection": [{"variableCode": "country", "valueCodes": ["*"], "outputValues": "all"}]},
        {"query": [{"code": "country", "selection": {"filter": "item", "values": ["NO"]}}]},
        {"selections": []},
        {"selection": [{"variableCode": "country", "values": ["NO"]}]},
    ],
)
def test_a_body_of_another_form_is_refused(body: object) -> None:
    with pytest.raises(Problem) as refused:
        from_body(body)
    assert refused.value.status_code == 400


def test_patterns_are_held_against_codes_in_a_time_that_many_stars_do_not_stretch(cube: Cube) -> None:
    with pytest.raises(Problem, match="expected codes among"):
        taken(cube, sector="*?" * 3000 + "!")
    many = ",".join(f"h{'?' * number}*" for number in range(101))
    with pytest.raises(Problem, match="expected at most 100 expressions that are no codes, got 101"):
        taken(cube, sector=many)
