"""Files that somebody or something has damaged: read, or refused with a reason, and never anything else."""

import csv
import io
import random
from contextlib import suppress
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from surveys.instrument.document import load_file, load_library
from surveys.instrument.exchange import ExchangeRefused, Imported
from surveys.instrument.limesurvey import read_limesurvey, write_tsv
from surveys.instrument.reader import InstrumentError

HERE = Path(__file__).parent
TINY = HERE.parents[2] / "instruments"
NEWER = (HERE / "newer.lss").read_bytes()
SHEETS = [
    list(csv.reader(io.StringIO(write_tsv(document).content.decode("utf-8-sig"), newline=""), delimiter="\t"))
    for document in (load_file(TINY / "kinds.yaml"), load_file(TINY / "every_type.yaml"), load_library("political"))
]
CELLS = st.one_of(
    st.sampled_from([
        "", "0", "1", "Y", "-1", "S", "SL", "G", "Q", "SQ", "A", "C", "L", "M", "F", "R", "K", "1", "*", "X", "|", "nb",
        "{}", "[]", "null", '{"item": {"type": "nonsense"}}', '{"item": 1, "rows": [], "rules": {"": [1, 2]}}',
        '{"options": {"a": {"code": 3}}, "codes": {"a": ""}, "battery": [], "place": "x"}', '{"edit": {"id": 1}}',
        '{"key": "../x", "version": 3, "blocks": 1}', '{"state": "sure"}', "Q1 == 'a' and (", "{TOKEN:ATTRIBUTE_9}",
        "{if(a, b", "<p>a<br>", "<!--", "<![CDATA[", "&#0;&bogus;", "\x00", "\x07", '"', "a\tb", "ÆØÅ", "100", "9" * 40,
        "self.NAOK > 1", "attribute_1", "language", "other",
    ]),
    st.text(max_size=20),
)  # fmt: skip


def outcome(content: bytes) -> None:
    """Anything but a document and the two refusals is a failure."""
    with suppress(ExchangeRefused, InstrumentError):
        assert isinstance(read_limesurvey(content), Imported)


@given(st.sampled_from(SHEETS), st.lists(st.tuples(st.integers(0), st.integers(0), CELLS), max_size=12), st.randoms())
def test_a_sheet_with_changed_cells_and_moved_rows(
    sheet: list[list[str]], changes: list[tuple[int, int, str]], chance: random.Random
) -> None:
    rows = [list(row) for row in sheet]
    for row, column, cell in changes:
        target = rows[row % len(rows)]
        target[column % len(target)] = cell
    if chance.random() < 0.5:
        one, other = chance.randrange(1, len(rows)), chance.randrange(1, len(rows))
        rows[one], rows[other] = rows[other], rows[one]
        del rows[chance.randrange(1, len(rows))]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter="\t").writerows(rows)
    outcome(out.getvalue().encode("utf-8", errors="replace"))


@given(st.lists(st.tuples(st.integers(0, len(NEWER) - 1), st.binary(max_size=6), st.integers(0, 40)), max_size=4))
def test_a_dump_with_changed_bytes(changes: list[tuple[int, bytes, int]]) -> None:
    content = bytearray(NEWER)
    for place, new, length in changes:
        content[place : place + length] = new
    outcome(bytes(content))


@given(st.data())
def test_a_dump_with_changed_fields(data: st.DataObject) -> None:
    parts = NEWER.decode().split("<![CDATA[")
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(1, len(parts) - 1))
        cell = data.draw(CELLS).replace("]]>", "")
        parts[place] = cell + parts[place][parts[place].index("]]>") :]
    outcome("<![CDATA[".join(parts).encode("utf-8", errors="replace"))


lines = st.text(max_size=60).map(lambda text: f"class\tname\ttext\n{text}".encode("utf-8", errors="replace"))


@given(st.binary(max_size=60) | lines)
def test_anything_at_all(content: bytes) -> None:
    outcome(content)
