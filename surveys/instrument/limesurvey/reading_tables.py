"""A LimeSurvey survey as frozen values, whichever file it stood in.

Both generations of `.lss` and the tab-separated form are first brought to the same tables: one row a thing and
language, as the database had it before the `_l10ns` tables. This module puts the tables together.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from surveys.instrument.exchange import ExchangeRefused, Loss

MAX_ROWS = 20_000
MAX_DEPTH = 40  # of what our own column carries: a rule is 20 levels deep
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,12})*")

Row = Mapping[str, str]
Tables = Mapping[str, Sequence[Row]]
Wording = Mapping[str, str]  # language -> text
More = Mapping[str, object]  # what LimeSurvey has no place for, carried in our own columns

ALL = ""  # the language of an attribute that has none


@dataclass(frozen=True)
class Answer:
    code: str
    label: Wording
    scale: str
    key: str  # our code, where the file names it
    points: str = ""  # of an assessment


@dataclass(frozen=True)
class SubQuestion:
    code: str
    label: Wording
    help: Wording
    scale: str
    relevance: str
    key: str


@dataclass(frozen=True)
class OldCondition:
    """A row of the conditions table: a field compared with a value; scenarios are alternatives."""

    field: str
    method: str
    value: str
    scenario: str


@dataclass(frozen=True)
class Question:
    id: str
    code: str
    type: str
    text: Wording
    help: Wording
    relevance: str
    mandatory: str
    other: bool
    pattern: str
    script: str
    attributes: Mapping[str, Wording]
    answers: tuple[Answer, ...]
    subquestions: tuple[SubQuestion, ...]
    conditions: tuple[OldCondition, ...]
    defaults: tuple[str, ...]
    key: str
    more: More

    @property
    def place(self) -> str:
        return f"question {self.code}"

    def attribute(self, name: str) -> str:
        """The value of an attribute that has no language; empty where there is none."""
        values = self.attributes.get(name, {})
        return values.get(ALL) or next(iter(values.values()), "")

    @property
    def shares_a_hundred(self) -> bool:
        """Whether its numbers are parts of a whole, which is one item here; else each row is one."""
        return self.type == "K" and self.attribute("equals_num_value") == "100"

    def of_scale(self, scale: str) -> tuple[Answer, ...]:
        return tuple(answer for answer in self.answers if answer.scale == scale)

    def rows(self, scale: str = "0") -> tuple[SubQuestion, ...]:
        return tuple(row for row in self.subquestions if row.scale == scale)


@dataclass(frozen=True)
class Group:
    id: str
    title: Wording
    description: Wording
    relevance: str
    random: str
    questions: tuple[Question, ...]
    key: str
    more: More


@dataclass(frozen=True)
class Survey:
    languages: tuple[str, ...]
    settings: Mapping[str, str]
    texts: Mapping[str, Wording]  # setting that has a language -> texts
    groups: tuple[Group, ...]
    more: More
    language_more: Mapping[str, More]
    lost: tuple[Loss, ...] = field(default=())

    @property
    def questions(self) -> Iterator[Question]:
        for group in self.groups:
            yield from group.questions


def survey_of(tables: Tables) -> Survey:
    """The survey that the tables hold.

    Raises:
        ExchangeRefused: there is no language or no group of questions, or there are too many rows.
    """
    questions = [*tables.get("questions", ()), *tables.get("subquestions", ())]
    if len(questions) > MAX_ROWS:
        raise ExchangeRefused(f"At most {MAX_ROWS} questions are read, and this file has {len(questions)}: split it.")
    settings = dict(tables["surveys"][0]) if tables.get("surveys") else {}
    languages = languages_of(settings, tables)
    lost: list[Loss] = []
    builder = SurveyBuilder(tables, languages, lost)
    groups = tuple(builder.groups())
    if not groups:
        raise ExchangeRefused("The file has no group of questions: is it the export of a whole survey?")
    own = more_of(settings.pop("barometer_more", ""), "survey settings", lost)
    rows = {row.get("surveyls_language", ""): row for row in tables.get("surveys_languagesettings", ())}
    language_more = {
        language: more_of(row.get("barometer_more", ""), f"texts in {language}", lost) for language, row in rows.items()
    }
    names = dict.fromkeys(name for row in rows.values() for name in row)
    texts = {
        name: {language: row[name] for language, row in rows.items() if row.get(name)}
        for name in names
        if name not in ("surveyls_language", "surveyls_survey_id", "barometer_more")
    }
    return Survey(languages, settings, texts, groups, own, language_more, tuple(lost))


def languages_of(settings: Mapping[str, str], tables: Tables) -> tuple[str, ...]:
    """The base language first."""
    named = [settings.get("language", ""), *settings.get("additional_languages", "").split()]
    if not named[0]:
        named += [row.get("surveyls_language", "") for row in tables.get("surveys_languagesettings", ())]
        named += [row.get("language", "") for row in tables.get("questions", ())]
    found = tuple(dict.fromkeys(language for language in named if language))
    if not found:
        raise ExchangeRefused("The file names no language: is it the export of a whole survey?")
    for language in found:
        if not LANGUAGE.fullmatch(language):
            raise ExchangeRefused(f"Expected codes of languages such as nb or pt-BR, got {language[:40]!r}.")
    return found


def more_of(text: str, place: str, lost: list[Loss]) -> More:
    """What stands in our own column; nothing and a loss where it cannot be read."""
    if not text:
        return {}
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict) or too_deep(value):
        lost.append(Loss(place, "barometer_more", "It is no JSON object: was the cell changed by a spreadsheet?"))
        return {}
    return value


def mapping(value: object) -> More:
    """A part of what our own column carries; empty where it is anything else."""
    return value if isinstance(value, dict) else {}


def too_deep(value: object) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            part
            for parent in level
            if isinstance(parent, dict | list)
            for part in (parent.values() if isinstance(parent, dict) else parent)
        ]
    return bool(level)


class SurveyBuilder:
    """Joins the rows of the tables by their numbers."""

    def __init__(self, tables: Tables, languages: tuple[str, ...], lost: list[Loss]) -> None:
        self.tables = tables
        self.languages = languages
        self.lost = lost
        self.subquestions = grouped(rows_of_questions(tables), "parent_qid")
        self.answers = grouped(tables.get("answers", ()), "qid")
        self.attributes = grouped(tables.get("question_attributes", ()), "qid")
        self.conditions = grouped(tables.get("conditions", ()), "qid")
        self.defaults = grouped(tables.get("defaultvalues", ()), "qid")
        self.labels = grouped(tables.get("labels", ()), "lid")

    def groups(self) -> Iterator[Group]:
        of_group = grouped(self.tables.get("questions", ()), "gid")
        for number, rows in ordered(grouped(self.tables.get("groups", ()), "gid"), "group_order"):
            first = rows[0]
            place = f"group {first.get('group_name', '')}"
            yield Group(
                id=number,
                title=self.wording(rows, "group_name"),
                description=self.wording(rows, "description"),
                relevance=first.get("grelevance", ""),
                random=first.get("randomization_group", ""),
                questions=tuple(self.questions(of_group.get(number, ()))),
                key=first.get("barometer_key", ""),
                more=more_of(first.get("barometer_more", ""), place, self.lost),
            )

    def questions(self, rows: Sequence[Row]) -> Iterator[Question]:
        for number, same in ordered(grouped(rows, "qid"), "question_order"):
            if same[0].get("parent_qid", "0") in ("", "0"):
                yield self.question(number, same)

    def question(self, number: str, rows: Sequence[Row]) -> Question:
        first = rows[0]
        code = first.get("title", "") or f"Q{number}"
        attributes: dict[str, dict[str, str]] = {}
        for row in self.attributes.get(number, ()):
            if row.get("value"):
                attributes.setdefault(row.get("attribute", ""), {})[row.get("language", ALL)] = row["value"]
        own = attributes.pop("barometer_more", {})
        key = attributes.pop("barometer_key", {})
        return Question(
            id=number,
            code=code,
            type=first.get("type", ""),
            text=self.wording(rows, "question"),
            help=self.wording(rows, "help"),
            relevance=first.get("relevance", ""),
            mandatory=first.get("mandatory", ""),
            other=first.get("other", "") == "Y",
            pattern=first.get("preg", ""),
            script=first.get("script", ""),
            attributes=attributes,
            answers=tuple(self.answers_of(number)) or tuple(self.label_set(first)),
            subquestions=tuple(self.rows(number)),
            conditions=tuple(
                OldCondition(*(row.get(name, "") for name in ("cfieldname", "method", "value", "scenario")))
                for row in self.conditions.get(number, ())
            ),
            defaults=tuple(
                dict.fromkeys(row["defaultvalue"] for row in self.defaults.get(number, ()) if "defaultvalue" in row)
            ),
            key=next(iter(key.values()), ""),
            more=more_of(next(iter(own.values()), ""), f"question {code}", self.lost),
        )

    def rows(self, number: str) -> Iterator[SubQuestion]:
        for own, rows in ordered(grouped(self.subquestions.get(number, ()), "qid"), "question_order"):
            first = rows[0]
            yield SubQuestion(
                code=first.get("title", "") or f"SQ{own}",
                label=self.wording(rows, "question"),
                help=self.wording(rows, "help"),
                scale=first.get("scale_id", "") or "0",
                relevance=first.get("relevance", ""),
                key=first.get("barometer_key", ""),
            )

    def answers_of(self, number: str) -> Iterator[Answer]:
        of_code: dict[str, list[Row]] = {}
        for row in self.answers.get(number, ()):
            of_code.setdefault(f"{row.get('scale_id', '') or '0'} {row.get('code', '')}", []).append(row)
        for name, rows in ordered(of_code, "sortorder"):
            scale, _, code = name.partition(" ")
            first = rows[0]
            points = first.get("assessment_value", "")
            yield Answer(code, self.wording(rows, "answer"), scale, first.get("barometer_key", ""), points)

    def label_set(self, question: Row) -> Iterator[Answer]:
        """The scale of an array in the oldest files, where it stood in a shared set."""
        for name, scale in (("lid", "0"), ("lid1", "1")):
            of_code = grouped(self.labels.get(question.get(name, ""), ()), "code")
            for code, rows in ordered(of_code, "sortorder"):
                yield Answer(code, self.wording(rows, "title"), scale, "")

    def wording(self, rows: Sequence[Row], name: str) -> Wording:
        """The texts by language; a row without one is in the base language."""
        found: dict[str, str] = {}
        for row in rows:
            language = row.get("language", "") or self.languages[0]
            if row.get(name) and language in self.languages:
                found.setdefault(language, row[name])
        return found


def rows_of_questions(tables: Tables) -> list[Row]:
    """Sub-questions, which some writers keep beside the questions."""
    own = [row for row in tables.get("questions", ()) if row.get("parent_qid", "0") not in ("", "0")]
    return [*tables.get("subquestions", ()), *own]


def grouped(rows: Iterable[Row], name: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.get(name, ""), []).append(row)
    return found


def ordered(groups: Mapping[str, list[Row]], name: str) -> list[tuple[str, list[Row]]]:
    """In the order that the rows state; those without one as they stand."""

    def place(entry: tuple[str, list[Row]]) -> int:
        text = entry[1][0].get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    return sorted(groups.items(), key=place)
