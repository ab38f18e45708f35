"""Tab-separated files that others wrote, and those that are no survey."""

from time import perf_counter
from typing import Any

import pytest

from surveys.instrument.exchange import ExchangeRefused
from surveys.instrument.limesurvey import read_limesurvey
from surveys.instrument.limesurvey.reading_files import FORMULA


def test_a_file_of_others_is_read_in_every_language_by_the_order_of_groups() -> None:
    lines = [
        "class\ttype/scale\tname\trelevance\ttext\tlanguage\tmandatory\tother\tassessment_value",
        "S\t\tlanguage\t\tsv\t\t\t\t",
        "S\t\tadditional_languages\t\tfi\t\t\t\t",
        "SL\t\tsurveyls_title\t\tNytt\tsv\t\t\t",
        "SL\t\tsurveyls_title\t\tUutta\tfi\t\t\t",
        "G\t\tEtt\t1\t\tsv\t\t\t",
        "Q\tL\tq1\t1\tVad?\tsv\tY\tN\t",
        "A\t0\ta\t\tJa\tsv\t\t\t3",
        "Q\tS\tq2\tq1 == 'a'\tVarför?\tsv\t\t\t",
        "AS\tT\tPoints\t\tBra\tsv\t\t\t",
        "G\t\tYksi\t1\t\tfi\t\t\t",
        "Q\tL\tq1\t1\tMitä?\tfi\tY\tN\t",
        "A\t0\ta\t\tKyllä\tfi\t\t\t3",
        "Q\tS\tq2\tq1 == 'a'\tMiksi?\tfi\t\t\t",
    ]
    found = read_limesurvey("\r\n".join(lines).encode())
    texts: Any = found.document["texts"]
    assert texts["fi"]["items"]["q1"] == {"question": "Mitä?", "options": {"a": "Kyllä"}}
    assert texts["sv"]["pages"] == {"ett": "Ett", "ett_2": "Ett"}
    assert texts["fi"]["pages"] == {"ett": "Yksi", "ett_2": "Yksi"}
    pages: Any = found.document["pages"]
    shown = {"item": "q2", "show_if": ["==", ["item", "q1"], "a"]}
    assert [(page["section"], page["asks"]) for page in pages] == [("ett", [{"item": "q1"}]), ("ett", [shown])]
    assert {loss.place for loss in found.lost} == {"table assessments", "question q1"}


HEADER = "class\ttype/scale\tname\ttext\tlanguage\n"
REFUSED = {
    "encoding": (f"{HEADER}S\t\tlanguage\tnb\t\nQ\tS\ta\tblåbær".encode("latin-1"), "no UTF-8"),
    "wide": (HEADER.encode("utf-16"), "no UTF-8"),
    "zero": (f"{HEADER}S\t\tlang\x00uage".encode(), "zero bytes"),
    "rows": ((HEADER + "G\t\ta\t\ten\n" + "Q\tS\ta\tb\ten\n" * 100_000).encode(), "20000 rows"),
    "size": (HEADER.encode() + b"x" * 32_000_001, "32000000 bytes"),
    "columns": (b"a\tb\n1\t2\n", "class and name in the first row, got 'a, b'"),
    "empty": (b"\xef\xbb\xbf \n", "file is empty"),
    "packed": (b"\x1f\x8b\x08\x00", "an archive"),
    "twice": (b"class\tname\tname\n", "column name stands twice"),
    "beyond": ((HEADER + "S\t\tlanguage\ten\t\tmore").encode(), "at most 5 cells, got 6"),
    "open quote": ((HEADER + 'S\t\tlanguage\ten\t\nG\t\ta\t"x\ten\nQ\tS\tq\ty\ten').encode(), "quotation marks"),
    "command": ((HEADER + "G\t\ta\t=cmd|' /C calc'!A0\ten").encode(), "Row 2: a cell holds a formula"),
    "function": ((HEADER + "G\t\t@SUM(1)\tx\ten").encode(), "a cell holds a formula"),
    "sign before": ((HEADER + "G\t\ta\t+1+cmd|'x'!A1\ten").encode(), "a cell holds a formula"),
    "cell": ((HEADER + "Q\tS\ta\t" + "x" * 200_000).encode(), "Row"),
    "no group": (f"{HEADER}Q\tS\ta\tb\ten".encode(), "before any group"),
    "no language": (f"{HEADER}G\t\ta\t\t".encode(), "no language"),
    "script": (f"{HEADER}S\t\tlanguage\ten\t\nG\t\ta\t<script>x</script>\ten".encode(), "holds a script"),
}


@pytest.mark.parametrize(("content", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_damaged_or_hostile_file_is_refused_with_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(ExchangeRefused, match=reason):
        read_limesurvey(content)


def test_signs_that_start_no_formula_stand_as_they_are() -> None:
    labels = ["- none", "+ 5 %", "= same", "-item(s)", "@home", "-5", "+1"]
    rows = "".join(f"A\t0\ta{place}\t{label}\ten\n" for place, label in enumerate(labels))
    found = read_limesurvey(f"{HEADER}S\t\tlanguage\ten\t\nG\t\tg\t\ten\nQ\tL\tq\tx\ten\n{rows}".encode())
    texts: Any = found.document["texts"]
    assert list(texts["en"]["items"]["q"]["options"].values()) == labels


def test_what_stands_in_columns_that_nobody_reads_is_named() -> None:
    header = "id\trelated_id\tclass\ttype/scale\tname\trelevance\ttext\tlanguage\tencrypted\tnote\t\n"
    lines = [
        "\t\tS\t\tlanguage\t\ten\t\t\t\t",
        "1\t\tG\tG0\tOne\t1\t\ten\t\tabout\t",
        "2\t1\tQ\tL\tq\t1\tWhat?\ten\tY\tours\t",
        "3\t2\tA\t0\ta\t5\tYes\ten\t\twhy\tmore",
    ]
    found = read_limesurvey((header + "\n".join(lines)).encode())
    assert {(loss.place, loss.what) for loss in found.lost} == {
        ("group One", "note about"),
        ("question q", "encrypted Y"),
        ("question q", "attribute note ours"),
        ("question q", "the assessment value 5 for a"),
        ("question q, answer a", "note why"),
        ("question q, answer a", "column 11 more"),
    }


def test_groups_and_questions_of_one_name_stay_apart() -> None:
    lines = [
        "S\t\tlanguage\ten\t",
        "S\t\tadditional_languages\tnb\t",
        *(
            line
            for language in ("en", "nb")
            for line in (
                f"G\tG\tOne {language}\t\t{language}",
                f"Q\tS\ta\tFirst {language}\t{language}",
                f"Q\tS\ta\tSecond {language}\t{language}",
                f"G\tG\tTwo {language}\t\t{language}",
                f"Q\tS\tb\tThird {language}\t{language}",
            )
        ),
    ]
    found = read_limesurvey((HEADER + "\n".join(lines)).encode())
    texts: Any = found.document["texts"]
    questions = {key: text["question"] for key, text in texts["nb"]["items"].items()}
    assert questions == {"a": "First nb", "a_2": "Second nb", "b": "Third nb"}
    assert texts["nb"]["pages"] == {"one_en": "One nb", "two_en": "Two nb"}
    assert any("question a is a_2" in line for line in found.assumed)


def test_rows_that_only_name_a_field_are_no_rows() -> None:
    header = "class\ttype/scale\tname\ttext\tlanguage\tother\tdefault\n"
    lines = [
        "S\t\tlanguage\ten\t\t\t",
        "G\t\tOne\t\ten\t\t",
        "Q\tM\tq\tWhich?\ten\tY\t",
        "SQ\t0\ta\tFirst\ten\t\t",
        "SQ\t0\tother\t\ten\t\tseven",
        "Q\tO\tr\tWhat?\ten\tN\t",
        "SQ\t\tcomment\t\ten\t\t",
        "A\t0\ta\tYes\ten\t\t",
    ]
    found = read_limesurvey((header + "\n".join(lines)).encode())
    items: Any = found.document["items"]
    assert items[0]["options"] == [{"code": "a"}, {"code": "other"}]
    assert [(loss.place, loss.what) for loss in found.lost] == [("question q", "the default answer seven")]


@pytest.mark.parametrize("cell", ["+" + "|'" * 60_000, "=" + "|' " * 40_000, "@" + "A." * 60_000, " " * 120_000 + "+"])
def test_a_cell_that_is_nearly_a_formula_is_decided_at_once(cell: str) -> None:
    started = perf_counter()
    FORMULA.match(cell)
    assert perf_counter() - started < 2
