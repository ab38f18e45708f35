"""The tab-separated form (.txt), from and to rows: one row a thing and language, the kind of thing in `class`."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from surveys.instrument.exchange import ExchangeRefused
from surveys.instrument.limesurvey.reading_tables import MAX_BYTES, MAX_ROWS, Row, Survey, Tables, survey_of

# What a question row says that is no attribute; everything else in it is one, whatever its name.
COLUMNS = (
    "id", "related_id", "class", "type/scale", "name", "relevance", "text", "help", "language", "validation",
    "mandatory", "encrypted", "other", "default", "same_default",
)  # fmt: skip
OWN = ("barometer_key", "barometer_more")


def read_survey(content: bytes) -> tuple[Survey, Tables]:
    """The survey of a tab-separated file, and all its tables for what the survey does not hold.

    Raises:
        ExchangeRefused: too large, not UTF-8, not in this form, or with too many rows.
    """
    tables = Collector().tables(rows_of(content))
    return survey_of(tables), tables


def rows_of(content: bytes) -> Iterator[dict[str, str]]:
    if len(content) > MAX_BYTES:
        raise ExchangeRefused(f"At most {MAX_BYTES} bytes are read, and this file has {len(content)}.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reason = f"Byte {error.start + 1} is no UTF-8: save the file as UTF-8, with or without a byte order mark."
        raise ExchangeRefused(reason) from error
    if "\x00" in text:
        raise ExchangeRefused("The file holds zero bytes: save it as UTF-8 text.")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t")
    try:
        header = [name.strip() for name in next(reader, [])]
        if "class" not in header or "name" not in header:
            raise ExchangeRefused("Expected the columns class and name in the first row: is it LimeSurvey's export?")
        for number, cells in enumerate(reader, start=2):
            if number > MAX_ROWS + 1:
                raise ExchangeRefused(f"At most {MAX_ROWS} rows are read, and this file has more: split it.")
            yield {name: cell for name, cell in zip(header, cells, strict=False) if name and cell}
    except csv.Error as error:
        raise ExchangeRefused(f"Row {reader.line_num}: {error}.") from error


class Collector:
    """Sorts rows into the tables of the older generation. Rows of further languages meet those of the first by code."""

    def __init__(self) -> None:
        self.found: dict[str, list[Row]] = {name: [] for name in ("groups", "questions", "subquestions", "answers")}
        self.settings: dict[str, str] = {}
        self.texts: dict[str, dict[str, str]] = {}
        self.group = ""
        self.group_language = ""
        self.question = ""
        self.group_numbers: dict[str, str] = {}
        self.question_numbers: dict[tuple[str, str], str] = {}
        self.row_numbers: dict[tuple[str, str, str], str] = {}
        self.groups_in_language = 0

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
        if row.get("language", "") != self.group_language:
            self.group_language = row.get("language", "")
            self.groups_in_language = 0
        self.groups_in_language += 1
        name = row.get("type/scale", "") or f"place {self.groups_in_language}"
        self.group = self.group_numbers.setdefault(name, str(len(self.group_numbers) + 1))
        known = {name: row[name] for name in (*OWN, "language") if name in row}
        self.add(
            "groups",
            known
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
        place = (self.group, row.get("name", ""))
        new = place not in self.question_numbers
        self.question = self.question_numbers.setdefault(place, str(len(self.question_numbers) + 1))
        self.add(
            "questions",
            {
                **{name: row[name] for name in ("relevance", "help", "mandatory", "other", "language") if name in row},
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
        scale = row.get("type/scale", "") or "0"
        place = (self.question, scale, row.get("name", ""))
        number = self.row_numbers.setdefault(place, f"s{len(self.row_numbers) + 1}")
        known = {name: row[name] for name in (*OWN, "relevance", "help", "language") if name in row}
        self.add(
            "subquestions",
            known
            | {
                "qid": number,
                "parent_qid": self.question,
                "question_order": number.removeprefix("s"),
                "title": row.get("name", ""),
                "question": row.get("text", ""),
                "scale_id": scale,
            },
        )
        if "default" in row:
            self.add("defaultvalues", {"qid": self.question, "defaultvalue": row["default"]})

    def answer(self, row: Row) -> None:
        known = {name: row[name] for name in (*OWN, "language") if name in row}
        self.add(
            "answers",
            known
            | {
                "qid": self.question,
                "code": row.get("name", ""),
                "answer": row.get("text", ""),
                "scale_id": row.get("type/scale", "") or "0",
                "assessment_value": row.get("assessment_value", ""),
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


def written(rows: Sequence[Mapping[str, str]]) -> bytes:
    """The rows as a file: UTF-8 with a byte order mark, our own columns last."""
    used = dict.fromkeys(name for row in rows for name in row)
    attributes = sorted(name for name in used if name not in COLUMNS and name not in OWN)
    header = [*COLUMNS, *attributes, *OWN]
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow(header)
    writer.writerows([row.get(name, "") for name in header] for row in rows)
    return out.getvalue().encode("utf-8-sig")
