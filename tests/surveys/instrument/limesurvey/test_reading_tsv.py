"""Tab-separated files that others wrote, and those that are no survey."""

from typing import Any

import pytest

from surveys.instrument.exchange import ExchangeRefused
from surveys.instrument.limesurvey import read_limesurvey


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
    assert texts["sv"]["pages"] == {"ett": "Ett"}
    assert texts["fi"]["pages"] == {"ett": "Yksi"}
    pages: Any = found.document["pages"]
    assert pages[0]["asks"] == [{"item": "q1"}, {"item": "q2", "show_if": ["==", ["item", "q1"], "a"]}]
    assert {loss.place for loss in found.lost} == {"table assessments", "table answers"}


HEADER = "class\ttype/scale\tname\ttext\tlanguage\n"
REFUSED = {
    "encoding": (f"{HEADER}S\t\tlanguage\tnb\t\nQ\tS\ta\tblåbær".encode("latin-1"), "no UTF-8"),
    "wide": (HEADER.encode("utf-16"), "no UTF-8"),
    "zero": (f"{HEADER}S\t\tlang\x00uage".encode(), "zero bytes"),
    "rows": ((HEADER + "G\t\ta\t\ten\n" + "Q\tS\ta\tb\ten\n" * 100_000).encode(), "20000 rows"),
    "size": (HEADER.encode() + b"x" * 32_000_001, "32000000 bytes"),
    "columns": (b"a\tb\n1\t2\n", "columns class and name"),
    "empty": (b"", "columns class and name"),
    "cell": ((HEADER + "Q\tS\ta\t" + "x" * 200_000).encode(), "Row"),
    "no group": (f"{HEADER}Q\tS\ta\tb\ten".encode(), "before any group"),
    "no language": (f"{HEADER}G\t\ta\t\t".encode(), "no language"),
    "script": (f"{HEADER}S\t\tlanguage\ten\t\nG\t\ta\t<script>x</script>\ten".encode(), "holds a script"),
}


@pytest.mark.parametrize(("content", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_damaged_or_hostile_file_is_refused_with_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(ExchangeRefused, match=reason):
        read_limesurvey(content)
