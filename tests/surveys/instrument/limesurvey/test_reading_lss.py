"""The same survey as LimeSurvey exported it before and after the tables of translations."""

from pathlib import Path
from typing import Any

import pytest

from surveys.instrument.directory import with_rules_as_text
from surveys.instrument.exchange import ExchangeRefused, Imported
from surveys.instrument.limesurvey import read_limesurvey

HERE = Path(__file__).parent
OLDER = (HERE / "older.lss").read_bytes()
NEWER = (HERE / "newer.lss").read_bytes()


def plain(found: Imported) -> dict[str, Any]:
    """The document with its rules as text."""
    value = with_rules_as_text(found.document)
    assert isinstance(value, dict)
    return value


def small(
    question: str, *, kind: str = "S", fields: str = "", also: str = "", more: str = "", language: str = "en"
) -> bytes:
    """A survey of one question, with more fields in its row, more rows beside it, and more tables."""
    return f"""<document><LimeSurveyDocType>Survey</LimeSurveyDocType><DBVersion>178</DBVersion>
    <groups><rows><row><gid>1</gid><group_name>One</group_name><language>en</language></row></rows></groups>
    <questions><rows><row><qid>2</qid><gid>1</gid><type>{kind}</type><title>Q</title>
    <question><![CDATA[{question}]]></question><language>en</language>{fields}</row>{also}</rows></questions>
    <surveys><rows><row><sid>9</sid><language>{language}</language></row></rows></surveys>{more}</document>""".encode()


def losses(found: Imported) -> list[tuple[str, str]]:
    return [(loss.place, loss.what) for loss in found.lost]


def attributes(**values: str) -> str:
    rows = "".join(
        f"<row><qid>2</qid><attribute>{name}</attribute><value>{value}</value></row>" for name, value in values.items()
    )
    return f"<question_attributes><rows>{rows}</rows></question_attributes>"


def test_both_generations_give_the_same_document_and_the_same_losses() -> None:
    older, newer = read_limesurvey(OLDER), read_limesurvey(NEWER)
    assert older == newer
    assert older.taken == {"items": 11, "pages": 3, "conditions": 0, "edits": 0, "languages": 2}
    assert losses(older) == [
        ("question FILE", "the question of type |"),
        ("survey setting admin", "Desk"),
        ("survey setting anonymized", "Y"),
        ("survey text surveyls_endtext", "2 texts, Ferdig"),
        ("table quota", "the row name Helse, qlimit 200, action 1, active 1, autoload_url 0"),
        ("table quota_members", "the row code A1"),
        ("question FACT", "attribute random_order 1"),
        ("question FILE", "what it says (Last opp / Upload)"),
    ]


def test_types_limits_and_marks_come_along() -> None:
    items = {item["key"]: item for item in plain(read_limesurvey(OLDER))["items"]}
    assert [(key, item["type"], item["required"]) for key, item in items.items()] == [
        ("om_enheten_about", "info", "no"),
        ("sector", "single", "hard"),
        ("sector.other_text", "text", "no"),
        ("staff", "number", "no"),
        ("new", "multi", "soft"),
        ("fact.time", "single", "soft"),
        ("fact.law", "single", "soft"),
        ("story", "text", "no"),
        ("spread", "single", "hard"),
        ("split", "percent", "no"),
        ("grade", "single", "no"),
    ]
    assert items["sector.other_text"]["specifies"] == {"item": "sector", "code": "other"}
    assert (items["staff"]["minimum"], items["staff"]["unit"]) == (0, "ansatte")
    assert items["new"]["options"] == [{"code": "prod"}, {"code": "serv"}, {"code": "none", "exclusive": True}]
    assert items["new"]["max_choices"] == 2
    assert items["fact.time"]["battery"] == "fact"
    assert items["story"]["max_length"] == 500


def test_rules_and_older_conditions_become_rules() -> None:
    asks = {ask["item"]: ask.get("show_if") for page in plain(read_limesurvey(NEWER))["pages"] for ask in page["asks"]}
    assert {item: rule for item, rule in asks.items() if rule} == {
        "fact.time": 'new any in ["prod", "serv"]',
        "fact.law": 'new any in ["prod", "serv"] and "serv" in new',
        "story": 'sector in ["A1", "A2"] and "serv" in new or staff > 50',
        "spread": "staff >= 10",
        "grade": 'bg.country == "NO" and not spread == "N"',
    }


def test_texts_are_plain_in_every_language_and_answers_shown_in_them_are_placeholders() -> None:
    texts = plain(read_limesurvey(OLDER))["texts"]
    assert texts["nb"]["title"] == "Nytt i kommunen"
    assert texts["en"]["introduction"] == "Answer briefly.\nThank you!"
    assert texts["nb"]["items"]["sector"] == {
        "question": "Hvilken sektor?",
        "options": {"A1": "Helse", "A2": "Skole", "other": "En annen"},
    }
    assert texts["en"]["batteries"]["fact"] == {
        "question": "What helped?",
        "options": {"1": "Hindered", "2": "Promoted"},
    }
    assert texts["en"]["items"]["story"]["question"] == "Tell us about {item.sector|…}."
    assert texts["en"]["items"]["staff"] == {
        "question": "How many employees?",
        "help": "A guess will do.",
        "unit": "employees",
    }
    assert texts["nb"]["items"]["spread"]["options"] == {"Y": "Ja", "N": "Nei"}


def test_what_the_file_does_not_say_is_assumed_aloud() -> None:
    found = read_limesurvey(OLDER)
    assert {item["disclosure"] for item in plain(found)["items"] if item["type"] != "info"} == {"confidential"}
    assert any("confidential" in line for line in found.assumed)
    assert any("kinds 5, Y" in line for line in found.assumed)


def test_the_scale_of_the_oldest_files_stands_in_a_label_set() -> None:
    rows = "".join(
        f"<row><lid>7</lid><code>{code}</code><title>{title}</title><sortorder>{code}</sortorder>"
        "<language>en</language></row>"
        for code, title in (("2", "Much"), ("1", "Little"))
    )
    row = "<row><qid>3</qid><parent_qid>2</parent_qid><title>a</title><question>Time</question></row>"
    more = f"<labels><rows>{rows}</rows></labels><subquestions><rows>{row}</rows></subquestions>"
    found = plain(read_limesurvey(small("What helped?", kind="F", more=more, fields="<lid>7</lid>")))
    assert found["items"][0]["options"] == [{"code": "1"}, {"code": "2"}]
    assert found["texts"]["en"]["batteries"]["q"]["options"] == {"1": "Little", "2": "Much"}


def test_a_check_of_limesurvey_is_a_hard_edit_with_its_text() -> None:
    more = attributes(em_validation_q="self.NAOK &gt; 3 or Q == 1", em_validation_q_tip="More than three.")
    found = plain(read_limesurvey(small("How many?", kind="N", more=more)))
    assert found["edits"] == [{"id": "q_check_1", "item": "q", "rule": "q > 3 or q == 1", "level": "hard"}]
    assert found["texts"]["en"]["edits"] == {"q_check_1": "More than three."}


def test_each_row_of_a_question_gets_the_check_of_the_rows() -> None:
    rows = "".join(
        f"<row><qid>{number}</qid><parent_qid>2</parent_qid><title>{code}</title><question>{code}</question></row>"
        for number, code in ((3, "a"), (4, "b"))
    )
    more = attributes(em_validation_sq="this.NAOK &lt; 10") + f"<subquestions><rows>{rows}</rows></subquestions>"
    found = plain(read_limesurvey(small("How many of each?", kind="K", more=more)))
    assert [(edit["item"], edit["rule"]) for edit in found["edits"]] == [("q.a", "q.a < 10"), ("q.b", "q.b < 10")]


def test_a_filtered_array_asks_the_rows_that_were_ticked() -> None:
    more = """<subquestions><rows>
    <row><qid>10</qid><parent_qid>2</parent_qid><title>a</title><question>A</question></row>
    <row><qid>11</qid><parent_qid>3</parent_qid><title>a</title><question>A</question></row>
    <row><qid>12</qid><parent_qid>3</parent_qid><title>z</title><question>Z</question></row></rows></subquestions>
    <question_attributes><rows>
    <row><qid>3</qid><attribute>array_filter</attribute><value>Q</value></row></rows></question_attributes>"""
    array = "<row><qid>3</qid><gid>1</gid><type>A</type><title>R</title><question>Rate</question></row>"
    found = read_limesurvey(small("Which?", kind="M", also=array, more=more))
    pages = plain(found)["pages"]
    assert [[ask["item"] for ask in page["asks"]] for page in pages] == [["q"], ["r.a", "r.z"]]
    assert [ask.get("show_if") for ask in pages[1]["asks"]] == ['"a" in q', None]
    assert any(line.startswith("Group One fills 2 pages") for line in found.assumed)
    assert ("question R, row z", "array_filter Q") in losses(found)


@pytest.mark.parametrize("kind", ["I", "|", ";", ":", "?"])
def test_a_question_without_counterpart_is_named(kind: str) -> None:
    also = "<row><qid>5</qid><gid>1</gid><type>T</type><title>T</title></row>"
    found = read_limesurvey(small("One", kind=kind, also=also))
    assert [item["key"] for item in plain(found)["items"]] == ["t"]
    assert ("question Q", f"the question of type {kind}") in losses(found)


def test_a_rule_without_counterpart_is_named_with_its_place_and_function() -> None:
    found = read_limesurvey(small("One", fields="<relevance>regexMatch('/a/', Q.NAOK)</relevance>"))
    loss = next(loss for loss in found.lost if "regexMatch" in loss.what)
    assert loss.place == "question Q"
    assert loss.why == "The function regexMatch has no counterpart here: it counts as always true."


def test_an_unasked_question_is_named_and_so_is_a_rule_that_reads_it() -> None:
    asked = "<row><qid>3</qid><gid>1</gid><type>S</type><title>B</title><relevance>Q == 'x'</relevance></row>"
    found = read_limesurvey(small("One", fields="<relevance>0</relevance>", also=asked))
    assert losses(found) == [
        ("question Q", "the hidden question"),
        ("question B", "the rule Q == 'x'"),
        ("question Q", "what it says (One)"),
    ]


def test_markup_beyond_lines_is_left_out_and_named_once() -> None:
    found = read_limesurvey(small("<p>One <b>two</b></p><p>three <b>four</b> &amp; five</p>"))
    assert plain(found)["texts"]["en"]["items"]["q"]["question"] == "One two\nthree four & five"
    assert [what for _, what in losses(found)] == ["the markup <b> (1 times in all)"]


HOSTILE = {
    "<script>alert(1)</script>": "holds a script",
    '<img src="x" onerror="alert(1)">': "holds a script",
    '<a href="javascript:alert(1)">go</a>': "holds a script",
    '<a href="java&#115;cript:alert(1)">go</a>': "runs a script",
    "<svg/onload=alert(1)>": "holds a script",
    "javascript:alert(1)": "holds a script",
    '<iframe src="https://a.example"></iframe>': "holds a script",
    "x" * 300_000: "may have 200000 characters",
}


@pytest.mark.parametrize(("text", "reason"), HOSTILE.items(), ids=range(len(HOSTILE)))
def test_a_text_that_runs_or_bursts_something_is_refused_with_its_place(text: str, reason: str) -> None:
    with pytest.raises(ExchangeRefused, match=reason) as caught:
        read_limesurvey(small(text))
    assert "items q (en)" in str(caught.value)


def test_words_about_scripts_are_words() -> None:
    text = "JavaScript: the good parts, once = twice &lt;script&gt;"
    found = plain(read_limesurvey(small(text)))
    assert found["texts"]["en"]["items"]["q"]["question"] == "JavaScript: the good parts, once = twice <script>"


ENTITIES = b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><document>&b;</document>'
OUTSIDE = b'<!DOCTYPE d SYSTEM "file:///etc/passwd"><document/>'
ROW = "<row><qid>2</qid><gid>1</gid></row>"
MANY = f"<document><questions><rows>{ROW * 20_001}</rows></questions></document>"
REFUSED = {
    "entities": (ENTITIES, "document type or entities"),
    "outside": (OUTSIDE, "document type or entities"),
    "broken": (b"<document><groups>", "no well-formed XML"),
    "encoding": (b'<?xml version="1.0" encoding="nonsense"?><document/>', "no well-formed XML"),
    "kind": (OLDER.replace(b">Survey<", b">Group<"), "got Group"),
    "other": (b"<html><body/></html>", "another kind of XML"),
    "deep": (b"<a>" * 100, "levels of XML"),
    "rows": (f"<document><x><rows>{ROW * 100_000}</rows></x></document>".encode(), "99999 rows"),
    "questions": (MANY.encode(), "20000 questions"),
    "size": (b"<document>" + b" " * 32_000_000, "32000000 bytes"),
    "groups": (OLDER.replace(b"groups>", b"gruppen>"), "no group"),
    "language": (small("One", language="../../etc"), "codes of languages"),
    "archive": (b"PK\x03\x04", "an archive"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_hostile_or_foreign_file_is_refused_with_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(ExchangeRefused, match=reason):
        read_limesurvey(content)


def test_an_attribute_counts_as_taken_only_where_it_is() -> None:
    more = attributes(suffix="km", array_filter="X", random_order="1", hide_tip="0")
    found = read_limesurvey(small("How far?", kind="S", more=more))
    assert losses(found) == [
        ("question Q", "attribute suffix km"),
        ("question Q", "attribute array_filter X"),
        ("question Q", "attribute random_order 1"),
    ]
    both = read_limesurvey(
        small("How far?", kind="N", more=attributes(suffix="km", prefix="about", num_value_int_only="1"))
    )
    assert losses(both) == [("question Q", "attribute prefix about")]
