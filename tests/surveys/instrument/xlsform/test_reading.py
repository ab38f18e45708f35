"""Forms as people make them in Kobo and ODK: what is taken."""

from typing import Any

from surveys.instrument.lint import lint
from surveys.instrument.rules import parse, to_text
from surveys.instrument.schema import DisclosureClass, Item, ItemText, ItemType, Option, Requirement, Specified
from surveys.instrument.xlsform import read_xlsform
from tests.surveys.instrument.xlsform.forms import YES_NO, form, instrument, losses, read

SETTINGS = {"form_title": "A form", "form_id": "a_form", "version": "3", "default_language": "English (en)"}


def test_a_household_form_becomes_sections_and_pages() -> None:
    found = read(
        [
            {"type": "start", "name": "start"},
            {"type": "begin_group", "name": "household", "label": "The household"},
            {"type": "text", "name": "head", "label": "Who is its head?", "hint": "First name", "required": "yes"},
            {"type": "integer", "name": "age", "label": "How old is ${head}?", "constraint": ". >= 0 and . <= 120"},
            {"type": "select_one yn", "name": "works", "label": "Works?", "relevant": "${age} >= 15"},
            {"type": "begin_group", "name": "work", "label": "Work", "relevant": "${works} = 'yes'"},
            {"type": "date", "name": "since", "label": "Since when?"},
            {"type": "end_group"},
            {"type": "end_group"},
            {"type": "note", "name": "thanks", "label": "Thank you."},
        ],
        YES_NO,
        SETTINGS,
    )
    made = instrument(found)
    assert (made.key, made.version, made.languages) == ("a_form", "3", ("en",))
    assert {key: item.type for key, item in made.items.items()} == {
        "head": ItemType.TEXT,
        "age": ItemType.NUMBER,
        "works": ItemType.SINGLE,
        "since": ItemType.DATE,
        "thanks": ItemType.INFO,
    }
    assert (made.items["age"].minimum, made.items["age"].maximum) == (0, 120)
    assert (made.items["head"].required, made.items["age"].required) == (Requirement.HARD, Requirement.NO)
    assert {item.disclosure for item in made.items.values()} == {DisclosureClass.CONFIDENTIAL}
    shown = [
        (page.id, page.section, page.show_if and to_text(page.show_if), [(ask.item, ask.show_if) for ask in page.asks])
        for page in made.pages
    ]
    assert shown == [
        ("household", "household", None, [("head", None), ("age", None)]),
        ("household_2", "household", None, [("works", parse("age >= 15"))]),
        ("work", "household", 'works == "yes"', [("since", None)]),
        ("page", "main", None, [("thanks", None)]),
    ]
    texts = made.texts["en"]
    assert texts.title == "A form"
    assert texts.sections == {"household": "The household", "main": "A form"}
    assert texts.items["head"] == ItemText("Who is its head?", help="First name")
    assert texts.items["age"].question == "How old is {item.head|…}?"
    assert texts.items["works"].options == {"yes": "Yes", "no": "No"}
    assert losses(found) == {"survey, row 2": "start of the type 'start'"}
    assert "5 items name no disclosure class: they are taken as confidential." in found.assumed


def test_languages_are_read_from_headings_however_written() -> None:
    found = read_xlsform(
        form(
            [
                {
                    "type": "select_one l",
                    "name": "a",
                    "label::Norsk bokmål (nb)": "Spørsmål",
                    "label:English": "Question",
                    "LABEL::FI": "Kysymys",
                    "label::Klingon": "Qu'",
                    "hint::English": "Help",
                }
            ],
            [{"list_name": "l", "name": 1, "label::Norsk bokmål (nb)": "En", "label::English (en)": "One"}],
            {"default_language": "English (en)"},
        )
    )
    made = instrument(found)
    assert made.languages == ("en", "nb", "fi", "und-x-klingon")
    assert {language: texts.items["a"].question for language, texts in made.texts.items()} == {
        "en": "Question",
        "nb": "Spørsmål",
        "fi": "Kysymys",
        "und-x-klingon": "Qu'",
    }
    assert made.texts["en"].items["a"].options == {"1": "One"}
    assert found.lost == ()
    assert "The language 'Klingon' has no code: it is taken as und-x-klingon." in found.assumed


def test_texts_without_a_language_are_undetermined_or_what_one_says() -> None:
    survey = [{"type": "text", "name": "a", "label": "Hva?"}]
    assert instrument(read(survey)).languages == ("und",)
    assert instrument(read(survey, language="nb")).languages == ("nb",)
    assert instrument(read(survey, settings={"default_language": "Suomi (fi)"})).languages == ("fi",)


def test_columns_are_known_by_their_other_names() -> None:
    found = read(
        [
            {
                "Type": "select all that apply from l",
                "tag": "a",
                "Caption": "A",
                "bind::relevance": "${b} > 1",
                "constraining message": "Two at most",
                "bind::constraint": "count-selected(.) <= 2 and not(selected(., 'x') and ${b} = 2)",
            },
            {"Type": "int", "tag": "b", "Caption": "B"},
        ],
        [{"list name": "l", "value": "x", "label": "X"}, {"list name": "l", "value": "y", "label": "Y"}],
    )
    made = instrument(found)
    assert made.items["a"].type is ItemType.MULTI
    assert made.items["a"].max_choices == 2
    assert made.pages[0].asks[0].show_if == parse("b > 1")
    assert [(edit.id, to_text(edit.rule)) for edit in made.edits] == [("a_constraint", 'not ("x" in a and b == 2)')]
    assert made.texts["und"].edits == {"a_constraint": "Two at most"}
    assert found.lost == ()


def test_or_other_becomes_an_option_and_its_text() -> None:
    found = read([{"type": "select_one yn or_other", "name": "a", "label": "A", "relevant": "true()"}], YES_NO)
    made = instrument(found)
    assert made.items["a"].options == (Option("yes"), Option("no"), Option("other"))
    assert made.items["a.other_text"] == Item(
        "a.other_text",
        ItemType.TEXT,
        DisclosureClass.IDENTIFYING,
        max_length=200,
        specifies=Specified("a", "other"),
        export="a_other",
        required=Requirement.NO,
    )
    assert [ask.item for ask in made.pages[0].asks] == ["a", "a.other_text"]
    assert any("or_other" in sentence for sentence in found.assumed)


def test_a_matrix_becomes_a_battery() -> None:
    rows = [
        {"type": "begin_group", "name": "mood", "label": "How often?", "appearance": "field-list"},
        {"type": "select_one yn", "name": "mood_head", "label": "-", "appearance": "label"},
        {"type": "select_one yn", "name": "glad", "label": "Glad", "appearance": "list-nolabel"},
        {"type": "select_one yn", "name": "sad", "label": "Sad", "appearance": "list-nolabel"},
        {"type": "end_group"},
    ]
    found = read(rows, YES_NO)
    made = instrument(found)
    assert {key: item.battery for key, item in made.items.items()} == {"glad": "mood", "sad": "mood"}
    texts = made.texts["und"]
    assert texts.batteries["mood"] == ItemText("How often?", options={"yes": "Yes", "no": "No"})
    assert texts.full_question(made.items["sad"]) == "How often? Sad"
    assert found.lost == ()


def test_a_cascade_is_lost_by_name_and_a_filter_by_the_frame_is_taken() -> None:
    choices = [
        {"list_name": "region", "name": "north", "label": "North"},
        {"list_name": "region", "name": "south", "label": "South"},
        {"list_name": "town", "name": "t1", "label": "T1", "Region": "north", "country": "NO"},
        {"list_name": "town", "name": "t2", "label": "T2", "Region": "south"},
        {"list_name": "town", "name": "t3", "label": "T3", "Region": "south", "country": "DK"},
    ]
    cascade = read(
        [
            {"type": "select_one region", "name": "region", "label": "Region?"},
            {"type": "select_one town", "name": "town", "label": "Town?", "choice_filter": "Region = ${region}"},
        ],
        choices,
    )
    assert losses(cascade) == {
        "survey, row 3, column choice_filter": "the filter in 'Region = ${region}'",
        "choices, column region": "3 cells (rows 4, 5, 6)",
        "choices, column country": "2 cells (rows 4, 6)",
    }
    assert [option.show_if for option in instrument(cascade).items["town"].options] == [None, None, None]
    by_frame = read(
        [
            {"type": "hidden", "name": "land"},
            {
                "type": "select_one town",
                "name": "town",
                "label": "Town?",
                "choice_filter": "country = '' or country = ${land}",
            },
        ],
        choices,
    )
    made = instrument(by_frame)
    assert made.background == ("land",)
    assert [one.show_if and to_text(one.show_if) for one in made.items["town"].options] == [
        'bg.land == "NO"',
        None,
        'bg.land == "DK"',
    ]
    assert losses(by_frame) == {
        "choices, column region": "3 cells (rows 4, 5, 6)",
        "choices, list region": "the list",
    }


def test_calculations_become_named_rules_or_are_lost() -> None:
    found = read(
        [
            {"type": "calculate", "name": "Grown_up", "calculation": "if(${old} and ${age} < 120, 'yes', 'no')"},
            {"type": "calculate", "name": "old", "calculation": "${age} >= 18"},
            {"type": "calculate", "name": "twice", "calculation": "${age} * 2"},
            {"type": "calculate", "name": "looked_up", "calculation": "pulldata('towns', 'name', 'id', ${age})"},
            {"type": "calculate", "name": "round_1", "calculation": "${round_2} = 'true'"},
            {"type": "calculate", "name": "round_2", "calculation": "${round_1} = 'true'"},
            {"type": "calculate", "name": "nothing"},
            {"type": "integer", "name": "age", "label": "Age"},
            {"type": "text", "name": "a", "label": "A", "relevant": "${Grown_up} = 'yes' and ${old} = 'true'"},
            {"type": "text", "name": "b", "label": "B", "relevant": "${Grown_up} = 'no'"},
            {"type": "text", "name": "c", "label": "C", "relevant": "${twice} > 3 or ${Grown_up} = 'maybe'"},
        ]
    )
    made = instrument(found)
    assert {name: to_text(rule) for name, rule in made.conditions.items()} == {
        "old": "age >= 18",
        "grown_up": "old and age < 120",
    }
    rules = {ask.item: ask.show_if for page in made.pages for ask in page.asks}
    assert rules["a"] == parse("grown_up and old")
    assert rules["b"] == parse("not grown_up")
    assert losses(found) == {
        "survey, row 4, column calculation": "the calculation of twice",
        "survey, row 5, column calculation": "the calculation with pulldata() of looked_up",
        "survey, row 6, column calculation": "round_1",
        "survey, row 7, column calculation": "round_2",
        "survey, row 8, column calculation": "the calculation of nothing",
        "survey, row 12, column relevant": "${twice} in \"${twice} > 3 or ${Grown_up} = 'maybe'\"",
    }


def test_names_in_other_signs_become_keys_and_codes() -> None:
    found = read(
        [
            {"type": "select_one l", "name": "Q1-Größe", "label": "Size"},
            {"type": "text", "name": "and", "label": "And", "relevant": "${Q1-Größe} = '-99' or ${Q1-Größe} > 1"},
            {"type": "text", "name": "_x", "label": "X"},
            {"type": "text", "name": "q.x", "label": "X"},
        ],
        [{"list_name": "l", "name": code, "label": str(code)} for code in (1, 2.0, -99, "a b", "é")],
    )
    made = instrument(found)
    assert list(made.items) == ["q1_groe", "and_", "q_x", "q_x_2"]
    assert [option.code for option in made.items["q1_groe"].options] == ["1", "2", "minus_99", "a_b", "e"]
    rules = {ask.item: ask.show_if for page in made.pages for ask in page.asks}
    assert rules["and_"] == parse('q1_groe == "minus_99" or q1_groe in ["2"]')
    assert found.lost == ()


def test_one_name_in_two_groups_cannot_be_read_by_rules() -> None:
    found = read(
        [
            {"type": "begin_group", "name": "one", "label": "One"},
            {"type": "integer", "name": "n", "label": "N"},
            {"type": "end_group"},
            {"type": "begin_group", "name": "two", "label": "Two"},
            {"type": "integer", "name": "n", "label": "N"},
            {"type": "end_group"},
            {"type": "text", "name": "a", "label": "A", "relevant": "${n} > 1"},
        ]
    )
    assert list(instrument(found).items) == ["n", "n_2", "a"]
    assert losses(found) == {"survey, row 8, column relevant": "${n} in '${n} > 1'"}
    assert found.lost[0].why.startswith("The rows 3 and 6 have that name.")


def test_a_long_group_is_laid_out_on_short_pages() -> None:
    rows: list[dict[str, Any]] = [{"type": "begin_group", "name": "g", "label": "G"}]
    rows += [{"type": "text", "name": f"q{number}", "label": "Q?"} for number in range(20)]
    found = read([*rows, {"type": "end_group"}], settings={**SETTINGS, "default_language": "nb"})
    made = instrument(found)
    assert [(page.id, len(page.asks)) for page in made.pages] == [("g", 8), ("g_2", 8), ("g_3", 4)]
    assert "survey, row 2: the group fills 3 pages." in found.assumed
    assert {finding.rule for finding in lint(made)} == {"missing_text"}  # of the introduction


def test_a_rule_that_never_holds_stays_a_rule() -> None:
    found = read([{"type": "text", "name": "a", "label": "A", "relevant": "false()"}])
    assert instrument(found).pages[0].asks[0].show_if == parse("true == false")
    assert found.lost == ()
