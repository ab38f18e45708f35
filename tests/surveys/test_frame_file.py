"""Reading a frame file: what is read, and how each fault is named."""

import pytest

from surveys.actions.frames import Finding, UnitRow
from surveys.work.frame_file import COLUMNS, MOST_KEPT, read

HEADER = ",".join(COLUMNS)
ROW = "A1,Skogly sykehjem,0301,Oslo,Oslo,municipal,health_care,45,nb,post@example.org"
SKOGLY = UnitRow(
    code="A1",
    name="Skogly sykehjem",
    municipality_code="0301",
    municipality_name="Oslo",
    county="Oslo",
    level="municipal",
    sector="health_care",
    employees=45,
    language="nb",
    email="post@example.org",
)


def file(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows]).encode()


def test_a_plain_file_is_read() -> None:
    result = read(file(ROW))
    assert (result.rows, result.warnings, result.errors) == ([SKOGLY], [], [])


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_semicolons_and_tabs_are_read(delimiter: str) -> None:
    assert read(file(ROW).replace(b",", delimiter.encode())).rows == [SKOGLY]


def test_a_byte_order_mark_and_windows_line_ends_are_read() -> None:
    assert read(b"\xef\xbb\xbf" + file(ROW).replace(b"\n", b"\r\n")).rows == [SKOGLY]


def test_the_header_may_stand_in_any_order_and_case() -> None:
    names = HEADER.upper().split(",")[::-1]
    values = ROW.split(",")[::-1]
    assert read(file(",".join(values), header=" , ".join(names))).rows == [SKOGLY]


def test_windows_1252_is_read_with_a_warning() -> None:
    result = read(f"{HEADER}\n{ROW.replace('Oslo', 'Tromsø')}".encode("cp1252"))
    assert result.rows[0].municipality_name == "Tromsø"
    assert result.warnings == [Finding(0, "", "windows_1252", got="Windows-1252", expected="UTF-8")]
    assert result.errors == []


def test_a_file_of_two_encodings_is_refused_with_the_line_of_the_first_letter() -> None:
    content = f"{HEADER}\n{ROW}\n".encode() + "A2,Åsen skole".encode() + b"\n" + "A3,Ærfugl".encode("cp1252")
    assert read(content).errors == [Finding(3, "", "mixed_encoding", expected="UTF-8")]


def test_a_code_that_stands_twice_is_named_also_where_the_row_has_other_faults() -> None:
    assert read(file(ROW, ROW.replace("health_care", "health"))).errors == [
        Finding(3, "sector", "not_a_code", got="health", expected="health_care, education, social, culture, technical"),
        Finding(3, "code", "duplicate_code", got="A1", expected="2"),
    ]


def test_what_is_kept_of_a_fault_can_be_stored_in_any_database() -> None:
    for content in (file(ROW.replace("Skogly", "Sk\0gly")), b"PK\3\4" + bytes(200)):
        errors = read(content).errors
        assert len(errors) == 1
        assert "\0" not in errors[0].got


def test_html_in_a_name_is_kept_as_text() -> None:
    result = read(file(ROW.replace("Skogly sykehjem", "<script>alert(1)</script>")))
    assert result.rows[0].name == "<script>alert(1)</script>"


def test_a_line_break_inside_quotes_keeps_the_line_numbers_right() -> None:
    result = read(
        file(ROW.replace("Skogly sykehjem", '"Skogly\n\nsykehjem"'), ROW.replace("A1", "A2").replace("45", "x"))
    )
    assert [(finding.line, finding.column) for finding in result.errors] == [(2, "name"), (5, "employees")]


@pytest.mark.parametrize(
    ("old", "new", "column", "code", "expected"),
    [
        ("A1", "", "code", "empty", ""),
        ("A1", "A" * 41, "code", "too_long", "40"),
        ("A1", "A\x001", "code", "control_character", ""),
        ("health_care", "health", "sector", "not_a_code", "health_care, education, social, culture, technical"),
        ("municipal", "state", "level", "not_a_code", "municipal, county"),
        ("45", "0", "employees", "not_a_number", "1-999999"),
        ("45", "4.5", "employees", "not_a_number", "1-999999"),
        ("45", "٤٥", "employees", "not_a_number", "1-999999"),
        ("nb", "de", "language", "not_a_code", "nb, nn, se, da, sv, fi, is, fo, kl, en"),
        ("post@example.org", "post at example", "email", "not_an_address", ""),
    ],
)
def test_a_bad_value_is_named_with_its_line_and_column(
    old: str, new: str, column: str, code: str, expected: str
) -> None:
    result = read(file(ROW.replace("A1", "A0"), ROW.replace(old, new, 1)))
    assert result.errors == [Finding(3, column, code, got=new.replace("\0", "\ufffd"), expected=expected)]


def test_every_bad_row_is_named() -> None:
    result = read(file(ROW, "too,few", ROW.replace("A1", "A2").replace("nb", "xx").replace("45", "many")))
    assert [(finding.line, finding.column, finding.code) for finding in result.errors] == [
        (3, "", "field_count"),
        (4, "employees", "not_a_number"),
        (4, "language", "not_a_code"),
    ]


def test_a_duplicate_code_is_named_with_the_line_it_stood_on_first() -> None:
    assert read(file(ROW, ROW)).errors == [Finding(3, "code", "duplicate_code", got="A1", expected="2")]


def test_shared_and_missing_addresses_are_warnings() -> None:
    result = read(file(ROW, ROW.replace("A1", "A2"), ROW.replace("A1", "A3").replace("post@example.org", "")))
    assert result.errors == []
    assert result.warnings == [
        Finding(3, "email", "shared_email", expected="2"),
        Finding(4, "email", "no_email"),
    ]


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        (file(ROW, header=HEADER.replace("sector,", "")), (1, "sector", "missing_column")),
        (file(ROW, header=HEADER + ",sector"), (1, "sector", "double_column")),
        (file(ROW, header=HEADER + ",phone"), (1, "phone", "unknown_column")),
        (file(), (1, "", "no_rows")),
        (b"", (1, "code", "missing_column")),
        ("code,name".encode("utf-16"), (0, "", "encoding")),
        (HEADER.encode() + b"\n\x81\xff", (2, "", "encoding")),
        (file('A1,"never closed'), (2, "", "unreadable")),
    ],
)
def test_a_file_that_cannot_be_read_is_one_error(content: bytes, finding: tuple[int, str, str]) -> None:
    (error,) = read(content).errors
    assert (error.line, error.column, error.code) == finding


def test_more_errors_than_are_kept_are_counted() -> None:
    rows = [ROW.replace("45", "x").replace("A1", f"A{number}") for number in range(MOST_KEPT + 5)]
    result = read(file(*rows))
    assert len(result.errors) == MOST_KEPT + 1
    assert result.errors[-1] == Finding(0, "", "more_errors", got="5")


def test_more_warnings_than_are_kept_are_counted() -> None:
    rows = [ROW.replace("A1", f"A{number}") for number in range(MOST_KEPT + 4)]
    result = read(file(*rows))
    assert len(result.rows) == MOST_KEPT + 4
    assert result.warnings[-1] == Finding(0, "", "more_warnings", got="3")
