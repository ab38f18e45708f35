"""Forms as people make them in Kobo and ODK: every loss by its row."""

import pytest

from surveys.instrument.schema import ItemText
from surveys.instrument.xlsform import read_xlsform
from tests.surveys.instrument.xlsform.forms import form, instrument, losses, read


def test_repeats_are_lost_whole_and_with_them_the_rules_that_read_them() -> None:
    found = read(
        [
            {"type": "begin repeat", "name": "people", "label": "People"},
            {"type": "text", "name": "person", "label": "Name"},
            {"type": "begin group", "name": "inner"},
            {"type": "integer", "name": "years", "label": "Age"},
            {"type": "end group"},
            {"type": "end repeat"},
            {"type": "text", "name": "a", "label": "A ${person}", "relevant": "${years} > 3"},
        ]
    )
    assert list(instrument(found).items) == ["a"]
    assert losses(found) == {
        "survey, row 2": "begin repeat people with 2 rows (person, years)",
        "survey, row 8, column relevant": "${years} in '${years} > 3'",
        "survey, row 8, column label (und)": "${person}",
    }
    assert instrument(found).texts["und"].items["a"].question == "A ${{person}}"
    assert instrument(found).pages[0].asks[0].show_if is None


def test_what_rows_lack_is_named_by_row() -> None:
    found = read(
        [
            {"type": "text", "name": "a", "label": "A"},
            {"type": "text", "label": "No name"},
            {"name": "b", "label": "No type"},
            {"type": "text", "name": "a", "label": "Again"},
            {"type": "select_one", "name": "c", "label": "No list"},
            {"type": "select_one nowhere", "name": "d", "label": "No such list"},
            {"type": "geopoint", "name": "e", "label": "Where?"},
            {"type": "select_one_from_file towns.csv", "name": "f", "label": "Town?"},
            {"type": "acknowledge", "name": "g", "label": "OK"},
            {"type": "end_group"},
            {"type": "begin_group", "name": "h", "label": "Open"},
            {"type": "text", "name": "i", "label": "I", "relevant": "${e} = 'x' or ${d} = 'y'"},
            {"type": "begin_score", "name": "j"},
            {"type": "score__row", "name": "k"},
        ],
        [{"list_name": "", "name": "x"}, {"list_name": "l", "name": ""}, {"list_name": "l", "name": "x", "label": "X"}],
    )
    assert list(instrument(found).items) == ["a", "i"]
    assert losses(found) == {
        "choices, row 2": "the choice",
        "choices, row 3": "the choice",
        "survey, row 3": "the text",
        "survey, row 4": "the row",
        "survey, row 5": "a second a",
        "survey, row 6": "c of the type 'select_one'",
        "survey, row 7": "d of the list nowhere",
        "survey, row 8": "e of the type 'geopoint'",
        "survey, row 9": "f of the type 'select_one_from_file towns.csv'",
        "survey, row 10": "g of the type 'acknowledge'",
        "survey, row 11": "end group",
        "survey, row 12": "the end of the group",
        "survey, row 14": "begin_score j with 1 rows (k)",
        "survey, row 13, column relevant": "${e} in \"${e} = 'x' or ${d} = 'y'\"",
        "choices, list l": "the list",
    }


def test_every_cell_that_is_not_taken_is_named() -> None:
    found = read_xlsform(
        form(
            [
                {
                    "type": "range",
                    "name": "a",
                    "label": "A",
                    "parameters": "start=1 end=10 step=2 colour=red",
                    "default": "5",
                    "required": "${b} = 1",
                    "required_message": "Please",
                    "read_only": "no",
                    "appearance": "picker",
                    "media::image": "a.png",
                    "$kuid": "xyz",
                },
                {"type": "decimal", "name": "b", "label": "B", "read_only": "yes", "$kuid": "zyx", "trigger": "${a}"},
            ],
            [{"list_name": "l", "name": "x", "image": "x.png"}],
            {"form_id": "f", "style": "pages", "public_key": "abc"},
            {"entities": [{"list_name": "trees"}]},
        )
    )
    made = instrument(found)
    assert (made.items["a"].minimum, made.items["a"].maximum) == (1, 10)
    assert made.items["b"].decimals == 6
    assert losses(found) == {
        "settings, row 2, column public_key": "'abc'",
        "sheet entities": "the sheet",
        "survey, row 2, column required": "the rule ${b} = 1",
        "survey, row 2, column parameters": "colour",
        "survey, row 2, column default": "'5'",
        "survey, row 2, column required_message (und)": "'Please'",
        "survey, row 2, column appearance": "picker",
        "survey, column media::image": "1 cell (rows 2)",
        "survey, column $kuid": "2 cells (rows 2, 3)",
        "survey, row 3, column read_only": "'yes'",
        "survey, row 3, column trigger": "'${a}'",
        "choices, column image": "1 cell (rows 2)",
        "choices, list l": "the list",
    }


@pytest.mark.parametrize(
    ("text", "plain", "tags"),
    [
        ("A <b>bold</b> word", "A bold word", "<b>, </b>"),
        ('<span style="color:red">Red</span>', "Red", '<span style="color:red">, </span>'),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3", ""),
        ("<br/>", "", "<br/>"),
    ],
)
def test_markup_is_taken_away_and_named(text: str, plain: str, tags: str) -> None:
    found = read([{"type": "note", "name": "a", "label": text}])
    assert instrument(found).texts["und"].items.get("a", ItemText("")).question == plain
    assert [loss.what for loss in found.lost] == ([f"the markup {tags}"] if tags else [])


def test_a_parameter_without_a_name_is_named_by_its_sign() -> None:
    found = read([{"type": "range", "name": "a", "label": "A", "parameters": "="}])
    assert losses(found) == {"survey, row 2, column parameters": "="}
