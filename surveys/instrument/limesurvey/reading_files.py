"""The files that LimeSurvey exports, `.lss` of both generations and tab-separated (.txt), brought to the same tables.

A `.lss` is a dump of database tables as XML, in the generations before and after the `_l10ns` tables. The tab-separated
form has one row a thing and language, the kind of thing in `class`.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse, tostring

from surveys.instrument.exchange import ExchangeRefused
from surveys.instrument.limesurvey.reading_tables import MAX_ROWS, Row, Tables, grouped
from surveys.instrument.reader import shown

# Our own: the limit of the csv module is one for the whole process, and anybody may move it.
MAX_CELL = 131_072
MAX_BYTES = 32_000_000
MAX_TABLE_ROWS = 99_999  # of all tables together: a question in ten languages is many rows
MAX_DEPTH = 20
PACKED = (b"PK", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf")

# table -> (table of its texts, the number that joins them)
TRANSLATED = {
    "groups": ("group_l10ns", "gid"),
    "questions": ("question_l10ns", "qid"),
    "subquestions": ("question_l10ns", "qid"),
    "answers": ("answer_l10ns", "aid"),
    "defaultvalues": ("defaultvalue_l10ns", "dvid"),
}

# What a question row says that is no attribute; everything else in it is one, whatever its name.
COLUMNS = (
    "id", "related_id", "class", "type/scale", "name", "relevance", "text", "help", "language", "validation",
    "mandatory", "encrypted", "other", "default", "same_default",
)  # fmt: skip
OWN = ("barometer_key", "barometer_more")
QUESTION_COLUMNS = ("relevance", "help", "mandatory", "encrypted", "other", "language")
# What a spreadsheet would work out or run on opening the file; "- none", "+ 5 %" and "= same" are texts.
FORMULA = re.compile(r"\s*(=[\w(\"'+@-]|[+@-][A-Z][A-Z.]+\(|[=+@-][^\n|]*\|\s*'[^\n']*'!)")


def tables_of(content: bytes) -> Tables:
    """The tables of a file of either kind, told apart by how it begins.

    Raises:
        ExchangeRefused: too large, an archive, no XML, with a document type or entities, not UTF-8, neither form, or
            with too many rows.
    """
    if not content.strip(b"\xef\xbb\xbf \t\r\n"):
        raise ExchangeRefused("The file is empty: export the survey structure (.lss or .txt) once more.")
    if content.startswith(PACKED):
        raise ExchangeRefused("The file is an archive (.lsa, .xlsx, .gz): export the survey structure (.lss or .txt).")
    if len(content) > MAX_BYTES:
        raise ExchangeRefused(f"At most {MAX_BYTES} bytes are read, and this file has more.")
    start = content[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"<", b"\xff\xfe<", b"\xfe\xff")):
        return tables_of_lss(content)
    return TsvTables().tables(tsv_rows(content))


def tables_of_lss(content: bytes) -> Tables:
    kind, tables = dumped(content)
    if kind != "Survey" and (kind or "questions" not in tables):
        raise ExchangeRefused(f"Expected the export of a survey, got {kind[:40] or 'another kind of XML'}.")
    for name, (texts, number) in TRANSLATED.items():
        if name in tables:
            tables[name] = list(with_texts(tables[name], tables.get(texts, ()), number))
    return tables


def dumped(content: bytes) -> tuple[str, dict[str, list[Row]]]:
    """What kind of document it is, and its rows by table; an empty field is left out."""
    kind = ""
    tables: dict[str, list[Row]] = {}
    path: list[str] = []
    count = 0
    try:
        for event, element in iterparse(io.BytesIO(content), events=("start", "end"), forbid_dtd=True):
            if event == "start":
                path.append(str(element.tag))
                if len(path) > MAX_DEPTH:
                    raise ExchangeRefused(f"At most {MAX_DEPTH} levels of XML are read, and this file has more.")
                continue
            if path[1:] == ["LimeSurveyDocType"]:
                kind = (element.text or "").strip()
            if len(path) == 4 and path[2:] == ["rows", "row"]:
                count += 1
                if count > MAX_TABLE_ROWS:
                    raise ExchangeRefused(f"At most {MAX_TABLE_ROWS} rows are read, and this file has more: split it.")
                fields = {str(field.tag): written(field) for field in element}
                tables.setdefault(path[1], []).append({name: text for name, text in fields.items() if text})
                element.clear()
            path.pop()
    except ExchangeRefused:
        raise
    except DefusedXmlException as error:
        raise ExchangeRefused("The XML states a document type or entities, which no survey needs.") from error
    except (ParseError, LookupError, ValueError) as error:
        raise ExchangeRefused(f"The file is no well-formed XML: {error}.") from error
    return kind, tables


def written(field: Element) -> str:
    """What a field holds; markup that nobody escaped as it was written."""
    return (field.text or "") + "".join(tostring(part, encoding="unicode") for part in field)


def with_texts(rows: Iterable[Row], texts: Iterable[Row], number: str) -> Iterator[Row]:
    """A row for each language, as the older generation has it; older rows stay as they are."""
    of_row = grouped(texts, number)
    for row in rows:
        own = of_row.get(row.get(number, ""), ()) if number in row else ()
        if not own:
            yield row
        for text in own:
            yield {
                **{name: value for name, value in text.items() if name != "id"},
                **row,
                "language": text.get("language", ""),
            }


def tsv_rows(content: bytes) -> Iterator[dict[str, str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reason = f"Byte {error.start + 1} is no UTF-8: save the file as UTF-8, with or without a byte order mark."
        raise ExchangeRefused(reason) from error
    if "\x00" in text:
        raise ExchangeRefused("The file holds zero bytes: save it as UTF-8 text.")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t", strict=True)
    try:
        header = header_of(next(reader, []))
        for number, cells in enumerate(reader, start=2):
            if number > MAX_ROWS + 1:
                raise ExchangeRefused(f"At most {MAX_ROWS} rows are read, and this file has more: split it.")
            yield {name: cell for name, cell in zip(header, checked(cells, header, number), strict=False) if cell}
    except csv.Error as error:
        why = "" if "limit" in str(error) else ": expected quotation marks around a whole cell, and those in it doubled"
        raise ExchangeRefused(f"Row {reader.line_num}: {error}{why}.") from error


def header_of(cells: list[str]) -> list[str]:
    header = [name.strip() or f"column {place}" for place, name in enumerate(cells, start=1)]
    if "class" not in header or "name" not in header:
        got = shown(", ".join(header))
        raise ExchangeRefused(
            f"Expected the columns class and name in the first row, got {got}. Give LimeSurvey's .lss or .txt."
        )
    if len(set(header)) < len(header):
        twice = next(name for place, name in enumerate(header) if name in header[:place])
        raise ExchangeRefused(f"The column {twice[:40]} stands twice in the first row: rename one.")
    return header


def checked(cells: list[str], header: list[str], number: int) -> list[str]:
    if max(map(len, cells), default=0) > MAX_CELL:
        raise ExchangeRefused(f"Row {number}: a cell holds more than {MAX_CELL} letters: shorten it.")
    if any(map(FORMULA.match, cells)):
        raise ExchangeRefused(f"Row {number}: a cell holds a formula. Write the text itself.")
    if any(cells[len(header) :]):
        raise ExchangeRefused(f"Row {number}: expected at most {len(header)} cells, got {len(cells)}.")
    return cells


class TsvTables:
    """Sorts rows into the tables of the older generation. Rows of further languages meet those of the first by code."""

    def __init__(self) -> None:
        self.found: dict[str, list[Row]] = {name: [] for name in ("groups", "questions", "subquestions", "answers")}
        self.settings: dict[str, str] = {}
        self.texts: dict[str, dict[str, str]] = {}
        self.group = ""
        self.question = ""
        self.asked: Row = {}
        self.numbers: dict[tuple[str, ...], str] = {}
        self.seen: Counter[tuple[str, ...]] = Counter()

    def tables(self, rows: Iterable[dict[str, str]]) -> Tables:
        takers = {
            "S": self.setting, "SL": self.text, "G": self.take_group, "Q": self.take_question,
            "SQ": self.take_row, "A": self.answer, "C": self.condition,
        }  # fmt: skip
        others = {"AS": "assessments", "QTA": "quota", "QTAM": "quota_members", "QTALS": "quota_languagesettings"}
        for row in rows:
            kind = row.get("class", "").strip()
            if kind in takers:
                takers[kind](row)
            else:
                self.add(others.get(kind, f"rows of class {kind}"), row)
        languages = [{**texts, "surveyls_language": language} for language, texts in self.texts.items()]
        return {**self.found, "surveys": [self.settings], "surveys_languagesettings": languages}

    def add(self, table: str, row: Row) -> None:
        self.found.setdefault(table, []).append(row)

    def number(self, row: Row, *place: str) -> tuple[str, bool]:
        """The number of a thing, and whether it is new: the same in every language, another for a second of a name."""
        self.seen[(row.get("language", ""), *place)] += 1
        key = (*place, str(self.seen[(row.get("language", ""), *place)]))
        new = key not in self.numbers
        return self.numbers.setdefault(key, str(len(self.numbers) + 1)), new

    def rest(self, row: Row, *read: str) -> Row:
        """What a row says besides: carried along, so that it is named where nobody takes it."""
        plain = {"id", "related_id", "class", "language", *read, *OWN}
        return {name: value for name, value in row.items() if name not in plain}

    def setting(self, row: Row) -> None:
        self.settings[row.get("name", "")] = row.get("text", "")
        if "barometer_more" in row:
            self.settings["barometer_more"] = row["barometer_more"]

    def text(self, row: Row) -> None:
        texts = self.texts.setdefault(row.get("language", ""), {})
        texts[row.get("name", "")] = row.get("text", "")
        if "barometer_more" in row:
            texts["barometer_more"] = row["barometer_more"]

    def take_group(self, row: Row) -> None:
        self.group, _ = self.number(row, "G", row.get("type/scale", ""))
        known = {name: row[name] for name in (*OWN, "language") if name in row}
        self.add(
            "groups",
            {**self.rest(row, "type/scale", "name", "text", "relevance", "random_group"), **known}
            | {
                "gid": self.group,
                "group_order": self.group,
                "group_name": row.get("name", ""),
                "description": row.get("text", ""),
                "grelevance": row.get("relevance", ""),
                "randomization_group": row.get("random_group", ""),
            },
        )

    def take_question(self, row: Row) -> None:
        if not self.group:
            raise ExchangeRefused(f"The question {row.get('name', '')[:40]} stands before any group.")
        self.asked = row
        self.question, new = self.number(row, "Q", self.group, row.get("name", ""))
        self.add(
            "questions",
            {
                **{name: row[name] for name in QUESTION_COLUMNS if name in row},
                "qid": self.question,
                "gid": self.group,
                "question_order": self.question,
                "title": row.get("name", ""),
                "type": row.get("type/scale", "T"),
                "question": row.get("text", ""),
                "preg": row.get("validation", ""),
            },
        )
        for name, value in row.items():
            if name not in COLUMNS:
                language = "" if new and name in OWN else row.get("language", "")
                self.add(
                    "question_attributes",
                    {"qid": self.question, "attribute": name, "value": value, "language": language},
                )
        if "default" in row:
            self.add("defaultvalues", {"qid": self.question, "defaultvalue": row["default"]})

    def take_row(self, row: Row) -> None:
        if self.names_a_field(row):
            if "default" in row:
                self.add("defaultvalues", {"qid": self.question, "defaultvalue": row["default"]})
            return
        scale = row.get("type/scale", "") or "0"
        number, _ = self.number(row, "SQ", self.question, scale, row.get("name", ""))
        known = {name: row[name] for name in (*OWN, "relevance", "help", "language") if name in row}
        self.add(
            "subquestions",
            {**self.rest(row, "type/scale", "name", "text", "default", "same_default"), **known}
            | {
                "qid": number,
                "parent_qid": self.question,
                "question_order": number,
                "title": row.get("name", ""),
                "question": row.get("text", ""),
                "scale_id": scale,
            },
        )
        if "default" in row:
            self.add("defaultvalues", {"qid": self.question, "sqid": number, "defaultvalue": row["default"]})

    def names_a_field(self, row: Row) -> bool:
        """LimeSurvey writes rows for the fields of comments, files and other answers, and reads none of them."""
        other = row.get("name") == "other" and self.asked.get("other") == "Y"
        return other or self.asked.get("type/scale") in ("O", "|")

    def answer(self, row: Row) -> None:
        known = {name: row[name] for name in (*OWN, "language") if name in row}
        self.add(
            "answers",
            {**self.rest(row, "type/scale", "name", "text", "relevance", "assessment_value"), **known}
            | {
                "qid": self.question,
                "code": row.get("name", ""),
                "answer": row.get("text", ""),
                "scale_id": row.get("type/scale", "") or "0",
                # The column of rules holds the points of an answer, as LimeSurvey's manual has it.
                "assessment_value": row.get("assessment_value", "") or row.get("relevance", ""),
            },
        )

    def condition(self, row: Row) -> None:
        self.add(
            "conditions",
            {
                "qid": self.question,
                "scenario": row.get("type/scale", ""),
                "cfieldname": row.get("name", ""),
                "method": row.get("relevance", ""),
                "value": row.get("text", ""),
            },
        )
