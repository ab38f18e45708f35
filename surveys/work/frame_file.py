"""Reading a frame file: bytes in, checked rows or named problems out. Nothing is repaired in silence.

Comma, semicolon or tab; UTF-8 with or without a byte order mark, or Windows-1252 with a warning (Excel in a Nordic
locale writes semicolons and, at times, Windows-1252). The columns stand in any order and in upper or lower case.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from surveys.actions.frames import Finding, UnitRow
from surveys.models import Level, Sector

COLUMNS = (
    "code",
    "name",
    "municipality_code",
    "municipality_name",
    "county",
    "level",
    "sector",
    "employees",
    "language",
    "email",
)
LANGUAGES = ("nb", "nn", "se", "da", "sv", "fi", "is", "fo", "kl", "en")
MOST_ROWS = 200_000
MOST_KEPT = 1000  # errors, and warnings, that are kept; a last one says how many more there are
DELIMITERS = ",;\t"
UTF_8_LETTER = re.compile(rb"\xc3[\x80-\xbf]")  # æ, ø, å, ä, ö, ð, þ ...; as Windows-1252 a letter and a sign
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class Refused(Exception):
    """The file as a whole cannot be read."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


class BadValue(Exception):
    def __init__(self, code: str, expected: str) -> None:
        super().__init__(code)
        self.code = code
        self.expected = expected


@dataclass
class FrameFile:
    """What the file holds. Rows count only when there are no errors."""

    rows: list[UnitRow] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    errors: list[Finding] = field(default_factory=list)


def read(content: bytes) -> FrameFile:
    """All rows checked: every bad value is named with line, column, what was found and what was expected."""
    result = FrameFile()
    try:
        text = _decoded(content, result.warnings)
        records = _records(text)
        order = _header(next(records, (1, []))[1])
        _read_rows(records, order, result)
    except Refused as refusal:
        result.errors.append(refusal.finding)
    if not result.rows and not result.errors:
        result.errors.append(Finding(1, "", "no_rows", expected="1"))
    result.errors = [_storable(finding) for finding in _capped(result.errors, "more_errors")]
    result.warnings = _capped(result.warnings, "more_warnings")
    return result


def _storable(finding: Finding) -> Finding:
    """Without the one character that PostgreSQL does not store."""
    return replace(finding, column=finding.column.replace("\0", "\ufffd"), got=finding.got.replace("\0", "\ufffd"))


def _capped(findings: list[Finding], code: str) -> list[Finding]:
    if len(findings) <= MOST_KEPT:
        return findings
    return [*findings[:MOST_KEPT], Finding(0, "", code, got=str(len(findings) - MOST_KEPT))]


def _decoded(content: bytes, warnings: list[Finding]) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused(Finding(0, "", "encoding", got="UTF-16", expected="UTF-8"))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Refused(Finding(line, "", "encoding", got=f"0x{content[error.start]:02x}", expected="UTF-8")) from error
    mixed = UTF_8_LETTER.search(content)
    if mixed:
        raise Refused(Finding(content.count(b"\n", 0, mixed.start()) + 1, "", "mixed_encoding", expected="UTF-8"))
    warnings.append(Finding(0, "", "windows_1252", got="Windows-1252", expected="UTF-8"))
    return text


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and values of each record that is not blank."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for record in reader:
            if any(value.strip() for value in record):
                yield line, record
            line = reader.line_num + 1
    except csv.Error as error:
        raise Refused(Finding(line, "", "unreadable", got=str(error))) from error


def _header(names: list[str]) -> list[str]:
    """The columns in the order of the file. Each must stand there once, and no others."""
    order = [name.strip().casefold() for name in names]
    for column in COLUMNS:
        if order.count(column) != 1:
            code = "missing_column" if column not in order else "double_column"
            raise Refused(Finding(1, column, code, got=", ".join(order)[:300], expected=", ".join(COLUMNS)))
    unknown = [name for name in order if name not in COLUMNS]
    if unknown:
        raise Refused(Finding(1, unknown[0][:60], "unknown_column", got=unknown[0][:60], expected=", ".join(COLUMNS)))
    return order


def _read_rows(records: Iterator[tuple[int, list[str]]], order: list[str], result: FrameFile) -> None:
    lines_of_codes: dict[str, int] = {}
    lines_of_addresses: dict[str, int] = {}
    for number, (line, record) in enumerate(records, 1):
        if number > MOST_ROWS:
            raise Refused(Finding(line, "", "too_many_rows", expected=str(MOST_ROWS)))
        row = _row(line, record, order, result.errors)
        code = record[order.index("code")].strip() if len(record) == len(order) else ""
        first = lines_of_codes.setdefault(code, line) if code else line
        if first != line:
            result.errors.append(Finding(line, "code", "duplicate_code", got=code[:120], expected=str(first)))
        if row is None:
            continue
        result.warnings.extend(_address_warnings(line, row.email, lines_of_addresses))
        result.rows.append(row)


def _address_warnings(line: int, email: str, seen: dict[str, int]) -> Iterator[Finding]:
    if not email:
        yield Finding(line, "email", "no_email")
        return
    first = seen.setdefault(email.casefold(), line)
    if first != line:
        yield Finding(line, "email", "shared_email", expected=str(first))  # kept with the frame: no address in it


def _row(line: int, record: list[str], order: list[str], errors: list[Finding]) -> UnitRow | None:
    if len(record) != len(order):
        errors.append(Finding(line, "", "field_count", got=str(len(record)), expected=str(len(order))))
        return None
    values: dict[str, str] = {}
    found: list[Finding] = []
    for column, raw in zip(order, record, strict=True):
        value = raw.strip()
        try:
            values[column] = CHECKS[column](value)
        except BadValue as bad:
            found.append(Finding(line, column, bad.code, got=value[:120], expected=bad.expected))
    errors.extend(found)
    if found:
        return None
    employees = int(values.pop("employees"))
    return UnitRow(employees=employees, **values)


def _text(longest: int, *, required: bool = True) -> Callable[[str], str]:
    def check(value: str) -> str:
        if required and not value:
            raise BadValue("empty", "")
        if len(value) > longest:
            raise BadValue("too_long", str(longest))
        if CONTROL.search(value):
            raise BadValue("control_character", "")
        return value

    return check


def _one_of(codes: tuple[str, ...]) -> Callable[[str], str]:
    def check(value: str) -> str:
        code = value.casefold()
        if code not in codes:
            raise BadValue("not_a_code", ", ".join(codes))
        return code

    return check


def _employees(value: str) -> str:
    if not (value.isascii() and value.isdigit() and 1 <= len(value) <= 6 and int(value) >= 1):
        raise BadValue("not_a_number", "1-999999")
    return value


def _email(value: str) -> str:
    try:
        if value:
            validate_email(value)
    except ValidationError as error:
        raise BadValue("not_an_address", "") from error
    return value


CHECKS: dict[str, Callable[[str], str]] = {
    "code": _text(40),
    "name": _text(200),
    "municipality_code": _text(10),
    "municipality_name": _text(120),
    "county": _text(120, required=False),
    "level": _one_of(tuple(Level.values)),
    "sector": _one_of(tuple(Sector.values)),
    "employees": _employees,
    "language": _one_of(LANGUAGES),
    "email": _email,
}
