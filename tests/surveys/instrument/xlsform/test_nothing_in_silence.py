"""What a form says and ours does not is named, also where it is easily passed over."""

import pytest

from surveys.instrument.document import from_document
from surveys.instrument.exchange import ExchangeRefused
from surveys.instrument.xlsform import read_xlsform
from tests.surveys.instrument.xlsform.forms import YES_NO, form, read

QUESTION = {"type": "text", "name": "a", "label": "A"}


def lost(*arguments: object, **also: str) -> dict[str, str]:
    found = read(*arguments, **also)  # type: ignore[arg-type]
    return {loss.place: loss.what for loss in found.lost}


@pytest.mark.parametrize("headings", [["select_one yn", "q1"], ["name", "label"], ["type", "label"]])
def test_a_survey_without_the_columns_of_a_form_is_refused(headings: list[str]) -> None:
    with pytest.raises(ExchangeRefused, match="columns called type, name and label in the first row, got '"):
        read_xlsform(form([dict.fromkeys(headings, "x")]))


def test_a_form_that_asks_nothing_is_not_taken_whole() -> None:
    found = lost([{"type": "hidden", "name": "sector", "label": None}])
    assert found == {"sheet survey": "the questionnaire"}


def test_columns_of_a_filter_that_was_not_taken_are_lost_with_it() -> None:
    survey = [
        {"type": "select_one yn", "name": "a", "label": "A"},
        {"type": "select_one town", "name": "b", "label": "B", "choice_filter": "region = ${a}"},
    ]
    towns = [{"list_name": "town", "name": "x", "label": "X", "region": "yes"}]
    found = lost(survey, [*YES_NO, *towns])
    assert found == {
        "survey, row 3, column choice_filter": "the filter in 'region = ${a}'",
        "choices, column region": "1 cell (rows 4)",
    }


@pytest.mark.parametrize(
    ("rule", "what"), [("kind = 'z'", "the filter in \"kind = 'z'\""), ("kind = z", "the name z in 'kind = z'")]
)
def test_a_filter_that_lets_nothing_through_offers_everything(rule: str, what: str) -> None:
    choices = [{**row, "kind": "k"} for row in YES_NO]
    found = read([{"type": "select_one yn", "name": "a", "label": "A", "choice_filter": rule}], choices)
    assert {loss.place: loss.what for loss in found.lost} == {
        "survey, row 2, column choice_filter": what,
        "choices, column kind": "2 cells (rows 2, 3)",
    }
    assert from_document(found.document).items["a"].codes == frozenset({"yes", "no"})


def test_settings_that_change_something_are_lost() -> None:
    harmless = {"style": "pages", "allow_choice_duplicates": "no"}
    assert lost([QUESTION], [], harmless) == {}
    found = lost([QUESTION], [], {"style": "theme-grid", "allow_choice_duplicates": "yes"})
    assert set(found) == {"settings, row 2, column style", "settings, row 2, column allow_choice_duplicates"}


def test_a_group_of_which_nothing_was_taken_is_lost() -> None:
    survey = [
        QUESTION,
        {"type": "begin group", "name": "places", "relevant": "${a} = 'x'"},
        {"type": "geopoint", "name": "where"},
        {"type": "end group", "label": "the end"},
    ]
    found = lost(survey)
    assert found["survey, row 3"] == "the group places"
    assert found["survey, row 5, column label (und)"] == "the end"


def test_looks_count_only_where_they_make_a_battery() -> None:
    alone = {"type": "select_one yn", "name": "b", "label": "B", "appearance": "list-nolabel"}
    assert lost([alone], YES_NO) == {"survey, row 2, column appearance": "list-nolabel"}


def test_a_range_without_limits_is_from_1_to_10() -> None:
    found = read([{"type": "range", "name": "a", "label": "A"}])
    item = from_document(found.document).items["a"]
    assert (item.minimum, item.maximum, found.lost) == (1, 10, ())


def test_signs_of_markdown_are_told_of() -> None:
    found = read([{**QUESTION, "label": "This is **important**, 2 * 3 * 4"}])
    assert [loss.what for loss in found.lost] == ["the markup **important**"]


@pytest.mark.parametrize(
    "rule", ["${t} > 5", "number(${t}) > 5", "${t} + 1 = 2", "${m} >= 2", "${d} > 5", "${d} + 1 > 2", "${n} = ${t}"]
)
def test_a_comparison_that_would_never_hold_is_not_taken(rule: str) -> None:
    survey = [
        {"type": "text", "name": "t", "label": "T"},
        {"type": "select_multiple yn", "name": "m", "label": "M"},
        {"type": "date", "name": "d", "label": "D"},
        {"type": "integer", "name": "n", "label": "N"},
        {"type": "note", "name": "x", "label": "X", "relevant": rule},
    ]
    assert set(lost(survey, YES_NO)) == {"survey, row 6, column relevant"}


def test_choices_in_another_file_are_lost_with_what_to_do() -> None:
    found = read([QUESTION, {"type": "select_one_from_file towns.csv", "name": "b", "label": "B"}])
    assert "write them as a list in the sheet choices" in found.lost[0].why


def test_decimals_are_said_to_be_assumed() -> None:
    found = read([{"type": "decimal", "name": "a", "label": "A"}])
    assert "Decimal numbers are taken with 6 decimals, as a form names none: 1." in found.assumed
    assert "1 item names no disclosure class: it is taken as confidential." in found.assumed
