"""Nothing of a file is dropped in silence: it comes along, or the report names it."""

from typing import Any

import pytest

from surveys.instrument.directory import with_rules_as_text
from surveys.instrument.exchange import Imported
from surveys.instrument.limesurvey import read_limesurvey


def table(name: str, *rows: str) -> str:
    return f"<{name}><rows>{''.join(f'<row>{row}</row>' for row in rows)}</rows></{name}>"


def fields(**values: str | int) -> str:
    return "".join(f"<{name}>{value}</{name}>" for name, value in values.items())


def survey(*tables: str, languages: str = "") -> bytes:
    about = table("surveys", fields(sid=9, language="en", additional_languages=languages))
    group = table("groups", fields(gid=1, group_name="One", language="en"))
    kind = "<LimeSurveyDocType>Survey</LimeSurveyDocType>"
    return f"<document>{kind}{about}{group}{''.join(tables)}</document>".encode()


def question(number: int, code: str, kind: str = "S", **more: str | int) -> str:
    return fields(qid=number, gid=1, type=kind, title=code, question=f"Text of {code}", language="en") + fields(**more)


def row(number: int, parent: int, code: str, **more: str | int) -> str:
    return fields(qid=number, parent_qid=parent, title=code, question=f"Row {code}", language="en", **more)


def losses(*tables: str, languages: str = "") -> set[tuple[str, str]]:
    return {(loss.place, loss.what) for loss in read_limesurvey(survey(*tables, languages=languages)).lost}


def attributes(number: int, **values: str) -> str:
    rows = (fields(qid=number, attribute=name, value=value) for name, value in values.items())
    return table("question_attributes", *rows)


def plain(found: Imported) -> dict[str, Any]:
    value = with_rules_as_text(found.document)
    assert isinstance(value, dict)
    return value


def test_rows_that_belong_to_nothing_are_named() -> None:
    found = losses(
        table("questions", question(2, "A"), fields(qid=3, gid=77, title="LOST", question="Stray")),
        table("subquestions", row(4, 88, "SQ1")),
        table("answers", fields(qid=99, code="x", answer="Nobody's")),
        table("question_l10ns", fields(id=1, qid=55, question="Of nobody", language="en")),
        table("question_attributes", fields(qid=4, attribute="maximum_chars", value=9)),
        table("defaultvalues", fields(qid=66, defaultvalue="seven")),
    )
    assert found == {
        ("table questions", "the row LOST Stray"),
        ("table subquestions", "the row SQ1 Row SQ1"),
        ("table answers", "the row x Nobody's"),
        ("table question_l10ns", "the row Of nobody"),
        ("table question_attributes", "the row maximum_chars 9"),
        ("table defaultvalues", "the row seven"),
    }


def test_texts_in_another_language_and_languages_without_texts_are_named() -> None:
    german = fields(qid=2, gid=1, type="S", title="A", question="Auf Deutsch", language="de")
    found = losses(table("questions", question(2, "A"), german), languages="nb")
    assert found == {
        ("table questions, language de", "the text Auf Deutsch"),
        ("group One", "1 of its texts in nb"),
        ("question A", "1 of its texts in nb"),
    }


def test_a_second_text_for_the_same_thing_is_named() -> None:
    answers = (fields(qid=2, code="a", answer=text, language="en") for text in ("First", "Second"))
    found = losses(table("questions", question(2, "A", "L")), table("answers", *answers))
    assert found == {("table answers, 2 0 a en", "a second text, Second")}


def test_what_the_type_of_a_question_does_not_show_is_named() -> None:
    found = losses(
        table("questions", question(2, "A", "S", other="Y"), question(3, "B", "M"), question(4, "C", "F")),
        table(
            "answers",
            *(fields(qid=number, code="x", answer="Label", scale_id=scale) for number, scale in ((2, 0), (4, 1))),
        ),
        table("subquestions", row(5, 3, "one", help="A note"), row(6, 4, "two", scale_id=1), row(7, 4, "three")),
    )
    assert found == {
        ("question A", "the answer x Label"),
        ("question A", "the option of another answer"),
        ("question B, row one", "the help A note"),
        ("question C", "the answer x Label"),
        ("question C", "the row two Row two"),
    }


def test_every_default_pattern_and_attribute_is_named_with_its_value() -> None:
    found = losses(
        table("questions", question(2, "A", preg="/^a/", encrypted="Y"), question(3, "B", preg="/b$/")),
        table("defaultvalues", fields(qid=2, defaultvalue="one"), fields(qid=3, defaultvalue="two")),
        attributes(2, random_group="r", statistics_showgraph="1", page_break="0", time_limit_action="2"),
    )
    assert found == {
        ("question A", "the pattern of answers /^a/"),
        ("question B", "the pattern of answers /b$/"),
        ("question A", "the default answer one"),
        ("question B", "the default answer two"),
        ("question A", "attribute random_group r"),
        ("question A", "attribute time_limit_action 2"),
        ("question A", "encrypted Y"),
    }


@pytest.mark.parametrize(("form", "named"), [("dd.mm.yyyy", False), ("dd.mm.yyyy HH:MM", True), ("HH:MM", True)])
def test_a_time_of_the_day_is_named(form: str, named: bool) -> None:
    found = losses(table("questions", question(2, "A", "D")), attributes(2, date_format=form))
    assert found == ({("question A", f"attribute date_format {form}")} if named else set())


def test_a_check_that_is_lost_takes_its_explanation_along() -> None:
    found = losses(
        table("questions", question(2, "A", "N"), question(3, "B", "1")),
        table("subquestions", row(4, 3, "one")),
        table("answers", *(fields(qid=3, code="x", answer="Label", scale_id=scale) for scale in (0, 1))),
        table(
            "question_attributes",
            *(
                fields(qid=number, attribute=name, value=value)
                for number, name, value in (
                    (2, "em_validation_q", "sqrt(self)"),
                    (2, "em_validation_q_tip", "Squares"),
                    (2, "num_value_int_only", "1"),
                    (3, "em_validation_sq", "this"),
                    (3, "em_validation_sq_tip", "Each"),
                )
            ),
        ),
    )
    assert found == {
        ("question A", "the rule sqrt(self)"),
        ("question A", "em_validation_q_tip Squares"),
        ("question B, row one", "the rule this"),
        ("question B", "em_validation_sq_tip Each"),
    }


def test_an_equation_holds_only_where_it_is_worked_out() -> None:
    equation = fields(qid=4, gid=1, type="*", title="E", question="{if(A == 1, 1, 0)}", help="Note", relevance="B == 2")
    asked = question(5, "C", relevance="E == 1")
    found = read_limesurvey(survey(table("questions", question(2, "A"), question(3, "B"), equation, asked)))
    assert plain(found)["conditions"] == [{"name": "e", "rule": "b == 2 and a == 1"}]
    assert [(loss.place, loss.what) for loss in found.lost] == [("question E", "the text Note")]


def test_a_group_of_equations_is_named_and_leaves_nothing_behind() -> None:
    more = table("questions", question(2, "A"), fields(qid=3, gid=5, type="*", title="E", question="{A == 1}"))
    group = table("groups", fields(gid=5, group_name="Hidden", description="Words", grelevance="A == 1", language="en"))
    found = read_limesurvey(survey(more, group))
    assert {what.what for what in found.lost} == {"Hidden", "Words", "relevance A == 1"}
    assert [item["key"] for item in plain(found)["items"]] == ["a"]


def test_quotas_assessments_and_messages_are_named_by_name() -> None:
    found = losses(
        table("questions", question(2, "A")),
        table("quota", fields(id=1, name="Men", qlimit=10)),
        table("quota_languagesettings", fields(quotals_id=1, quotals_message="Full")),
        table("assessments", fields(id=1, name="Well done", message="High")),
    )
    assert found == {
        ("table quota", "the row name Men, qlimit 10"),
        ("table quota_languagesettings", "the row quotals_message Full"),
        ("table assessments", "the row name Well done, message High"),
    }


def test_a_group_whose_rules_read_its_own_answers_fills_several_pages() -> None:
    many = [question(number, f"Q{number}", relevance="Q2 == 1" if number == 5 else 1) for number in range(2, 16)]
    found = read_limesurvey(survey(table("questions", *many)))
    pages = plain(found)["pages"]
    assert [len(page["asks"]) for page in pages] == [3, 8, 3]
    assert {page["section"] for page in pages} == {"one"}
    assert [line for line in found.assumed if "pages" in line] == [
        "Group One fills 3 pages: a page is decided before it is shown, and is short."
    ]


def test_codes_that_are_spelt_otherwise_are_said() -> None:
    answers = (fields(qid=2, code=code, answer=f"Label {code}") for code in ("å", "-oth-", "A1"))
    found = read_limesurvey(survey(table("questions", question(2, "count", "L")), table("answers", *answers)))
    assert found.lost == ()
    spelt = "Codes that are spelt otherwise here: "
    said = next(line for line in found.assumed if line.startswith(spelt)).removeprefix(spelt)
    assert said == ("question count, answer å is x, question count, answer -oth- is oth, question count is count_.")


def test_a_question_that_is_not_taken_is_named_with_its_rows_and_columns() -> None:
    rows = (row(4, 2, "one", help="A note"), row(5, 2, "x", scale_id=1))
    found = losses(table("questions", question(2, "A", ";"), question(3, "B")), table("subquestions", *rows))
    assert found == {
        ("question A", "the question of type ;"),
        ("question A", "what it says (Text of A; one Row one A note; x Row x)"),
    }


@pytest.mark.parametrize(("kind", "attribute"), [("L", {}), ("M", {}), ("K", {"equals_num_value": "100"})])
def test_codes_that_would_be_spelt_alike_stay_apart(kind: str, attribute: dict[str, str]) -> None:
    codes = ("a b", "a_b", "æ", "ø")
    answers = (fields(qid=2, code=code, answer=f"Label {code}", language="en") for code in codes)
    rows = (row(number, 2, code) for number, code in enumerate(codes, start=10))
    under = table("answers", *answers) if kind == "L" else table("subquestions", *rows)
    found = read_limesurvey(survey(table("questions", question(2, "A", kind)), under, attributes(2, **attribute)))
    options = [option["code"] for option in plain(found)["items"][0]["options"]]
    assert options == ["a_b", "a_b_2", "x", "x_2"]
    assert found.lost == ()


def test_a_limit_of_nothing_is_no_limit() -> None:
    more = attributes(2, max_answers="0", min_answers="0")
    found = read_limesurvey(
        survey(table("questions", question(2, "A", "M")), table("subquestions", row(3, 2, "a")), more)
    )
    assert "max_choices" not in plain(found)["items"][0]
    assert (plain(found)["edits"], found.lost) == ([], ())


def test_links_images_and_cells_keep_what_they_say() -> None:
    text = (
        '&lt;p&gt;See &lt;a href="https://a.example/?x=1&amp;amp;y=2"&gt;our page&lt;/a&gt;&lt;/p&gt;'
        "&lt;table&gt;&lt;tr&gt;&lt;td&gt;one&lt;/td&gt;&lt;td&gt;two&lt;/td&gt;&lt;/tr&gt;&lt;/table&gt;"
        "&lt;img src='p.png' alt='Chart'&gt;"
    )
    found = read_limesurvey(survey(table("questions", fields(qid=2, gid=1, type="S", title="A", question=text))))
    question_text = plain(found)["texts"]["en"]["items"]["a"]["question"]
    assert question_text == "See our page (https://a.example/?x=1&y=2)\none two"
    assert any("<img src='p.png' alt='Chart'>" in loss.what for loss in found.lost)


def test_markup_that_nobody_escaped_is_read_as_markup() -> None:
    more = "<qid>2</qid><gid>1</gid><type>S</type><title>A</title><question>One <b>two</b> three</question>"
    found = read_limesurvey(survey(table("questions", more)))
    assert plain(found)["texts"]["en"]["items"]["a"]["question"] == "One two three"


def test_answers_inserted_by_number_are_shown() -> None:
    second = fields(qid=3, gid=1, type="S", title="B", question="You said {INSERTANS:9X1X2}.")
    found = read_limesurvey(survey(table("questions", question(2, "A"), second)))
    assert plain(found)["texts"]["en"]["items"]["b"]["question"] == "You said {item.a|…}."
    assert found.lost == ()


def test_the_lists_of_the_oldest_files_are_lists() -> None:
    more = table("labels", fields(lid=7, code="a", title="Label", language="en"))
    found = read_limesurvey(
        survey(table("questions", question(2, "A", "Z", lid=7), question(3, "B", "W", lid=7)), more)
    )
    assert [item["type"] for item in plain(found)["items"]] == ["single", "single"]
    assert found.lost == ()
