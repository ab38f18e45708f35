"""What the tables hold and nobody reads: stray rows, texts in languages that the survey does not name, other fields."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from surveys.instrument.exchange import Loss
from surveys.instrument.limesurvey.reading_tables import Question, Row, Survey, Tables, rows_of_questions

# table -> (number, tables that must have a row with it)
JOINED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "questions": ("gid", ("groups",)),
    "answers": ("qid", ("questions",)),
    "question_attributes": ("qid", ("questions",)),
    "conditions": ("qid", ("questions",)),
    "defaultvalues": ("qid", ("questions",)),
    "group_l10ns": ("gid", ("groups",)),
    "question_l10ns": ("qid", ("questions", "subquestions")),
    "answer_l10ns": ("aid", ("answers",)),
    "defaultvalue_l10ns": ("dvid", ("defaultvalues",)),
}
TEXTS: Mapping[str, tuple[str, ...]] = {
    "groups": ("group_name", "description"),
    "questions": ("question", "help"),
    "subquestions": ("question", "help"),
    "answers": ("answer",),
}
NAMED = ("title", "code", "attribute", "value", "cfieldname", "group_name", "question", "answer", "defaultvalue")
NUMBERS = frozenset({"id", "sid", "gid", "qid", "aid", "parent_qid", "language", "scale_id", "lid", "lid1"})
OWN = frozenset({"barometer_key", "barometer_more"})
KNOWN_FIELDS: Mapping[str, frozenset[str]] = {
    "groups": NUMBERS | OWN | {"group_name", "group_order", "description", "grelevance", "randomization_group"},
    "questions": NUMBERS
    | {
        "type", "title", "question", "preg", "help", "other", "mandatory", "question_order", "same_default",
        "same_script", "relevance", "script",
    },
    "subquestions": NUMBERS
    | OWN
    | {
        "type", "title", "question", "help", "other", "mandatory", "question_order", "same_default", "same_script",
        "relevance", "question_theme_name",
    },
    "answers": NUMBERS | OWN | {"code", "answer", "assessment_value", "sortorder"},
}  # fmt: skip
UNSET = frozenset({"", "0", "N", "I", "inherit"})
# The looks that LimeSurvey gives each type of question by itself.
CORE_THEMES = frozenset({
    "5pointchoice", "boilerplate", "core", "date", "equation", "file_upload", "gender", "hugefreetext", "language",
    "list_dropdown", "list_with_comment", "listradio", "longfreetext", "multiplechoice", "multiplechoice_with_comments",
    "multiplenumeric", "multipleshorttext", "numerical", "ranking", "shortfreetext", "yesno",
})  # fmt: skip
WITH_ANSWERS = "L!WZOFHR1"  # types of question whose answers are read
WITH_ROWS = "MPFHABCEKQ1"
ROWS_ARE_OPTIONS = "MP"


def left_over(survey: Survey, tables: Tables, asked: Collection[str]) -> Iterator[Loss]:
    """A loss for everything in the tables that belongs to nothing; `asked` are the numbers of questions taken over."""
    taken = [question for question in survey.questions if question.id in asked]
    yield from stray_rows(tables)
    yield from foreign_texts(survey, tables)
    yield from second_texts(tables)
    yield from unread_fields(tables)
    yield from missing_texts(survey, taken)
    for question in survey.questions:
        if question.id in asked:
            yield from idle_rows(question)
        elif question.type != "*" and not question.more.get("edit") and not question.more.get("introduces"):
            yield from words_of(question)


def stray_rows(tables: Tables) -> Iterator[Loss]:
    """Rows that belong to a group, question or answer that the file does not have."""
    joined = {name: (number, parents, tables.get(name, ())) for name, (number, parents) in JOINED.items()}
    joined["subquestions"] = ("parent_qid", ("questions",), rows_of_questions(tables))
    for name, (number, parents, rows) in joined.items():
        known = {
            row.get(number if parent != "questions" else "qid", "")
            for parent in parents
            for row in tables.get(parent, ())
        }
        for row in rows:
            nested = name == "questions" and row.get("parent_qid", "0") not in ("", "0")
            if nested or row.get(number, "") in known or not says_something(row):
                continue
            what = " ".join(row[part] for part in NAMED if part in row)[:100]
            yield Loss(
                f"table {name}",
                f"the row {what}",
                f"It belongs to {number} {row.get(number, '')[:20]}, which is not there.",
            )


def says_something(row: Row) -> bool:
    return any(row.get(name, "") not in UNSET for name in (*NAMED, "help", "description") if name != "attribute") or (
        "attribute" not in row and "language" not in row
    )


def foreign_texts(survey: Survey, tables: Tables) -> Iterator[Loss]:
    """Texts in a language that the survey does not name."""
    why = "The survey does not name this language: add it there, or leave the text."
    settings = ("surveyls_title", "surveyls_welcometext", "surveyls_description")
    parts = [(name, "language", texts) for name, texts in TEXTS.items()]
    parts += [
        ("question_attributes", "language", ("value",)),
        ("surveys_languagesettings", "surveyls_language", settings),
    ]
    for name, column, texts in parts:
        for row in tables.get(name, ()):
            language = row.get(column, "")
            for text in texts:
                if language and language not in survey.languages and row.get(text):
                    yield Loss(f"table {name}, language {language[:40]}", f"the text {row[text][:80]}", why)


def missing_texts(survey: Survey, taken: Sequence[Question]) -> Iterator[Loss]:
    """Texts that one language of the survey has and another has not, counted by where they stand."""
    asked = {question.id for question in taken}
    places: list[tuple[str, list[Mapping[str, str]]]] = [("survey", [survey.texts.get("surveyls_title", {})])]
    for group in survey.groups:
        if any(question.id in asked for question in group.questions):
            places.append((f"group {first_of(group.title)[:60]}", [group.title, group.description]))
    for question in taken:
        parts = [question.text, question.help, *(answer.label for answer in question.answers)]
        parts += [text for row in question.subquestions for text in (row.label, row.help)]
        places.append((question.place, parts))
    for place, parts in places:
        lacking = Counter(language for part in parts if part for language in survey.languages if not part.get(language))
        for language, number in lacking.items():
            yield Loss(place, f"{number} of its texts in {language}", "The file has none in this language: write it.")


def second_texts(tables: Tables) -> Iterator[Loss]:
    """Another text for the same thing in the same language; the first counts."""
    numbers = {
        "groups": ("gid",),
        "questions": ("qid",),
        "subquestions": ("qid",),
        "answers": ("qid", "scale_id", "code"),
    }
    for name, keys in numbers.items():
        first: dict[tuple[str, ...], Row] = {}
        for row in tables.get(name, ()):
            here = (*(row.get(key, "") or "0" for key in keys), row.get("language", ""))
            known = first.setdefault(here, row)
            for text in TEXTS[name]:
                if row.get(text, "") not in ("", known.get(text, "")):
                    what = f"a second text, {row[text][:80]}"
                    yield Loss(f"table {name}, {' '.join(here)}", what, "A thing has one text in a language.")


def unread_fields(tables: Tables) -> Iterator[Loss]:
    codes = {row.get("qid", ""): row.get("title", "") for row in tables.get("questions", ())}
    found: dict[tuple[str, str], Loss] = {}
    for name, known in KNOWN_FIELDS.items():
        for row in tables.get(name, ()):
            place = place_of_row(name, row, codes)
            for column, value in row.items():
                if column in known or value in UNSET or (column == "question_theme_name" and is_core(value)):
                    continue
                loss = Loss(place, f"{column} {value[:80]}", "Nothing here does the same.")
                found.setdefault((place, column), loss)
    yield from found.values()


def is_core(theme: str) -> bool:
    return theme in CORE_THEMES or theme.startswith("arrays/")


def place_of_row(table: str, row: Row, codes: Mapping[str, str]) -> str:
    match table:
        case "groups":
            return f"group {row.get('group_name', '')[:60]}"
        case "questions":
            return f"question {row.get('title', '')}"
        case "subquestions":
            return f"question {codes.get(row.get('parent_qid', ''), '')}, row {row.get('title', '')}"
    return f"question {codes.get(row.get('qid', ''), '')}, answer {row.get('code', '')}"


def idle_rows(question: Question) -> Iterator[Loss]:
    """Rows and answers that this type of question does not show, and notes beside choices."""
    scales = {"1": ("0", "1")}.get(question.type, ("0",)) if question.type in WITH_ANSWERS else ()
    why = "This type of question has none: was it another type before?"
    for answer in question.answers:
        if answer.scale not in scales:
            yield Loss(question.place, f"the answer {answer.code} {every(answer.label)}".strip(), why)
    ranked = question.type == "R" and not question.answers
    for row in question.subquestions:
        shown = question.type in WITH_ROWS and row.scale == "0"
        if not shown and not ranked and (row.label or question.type != "R"):
            yield Loss(question.place, f"the row {row.code} {every(row.label)}".strip(), why)
        if row.help and (question.type in ROWS_ARE_OPTIONS or ranked or question.shares_a_hundred):
            what = f"the help {every(row.help)}"
            yield Loss(f"{question.place}, row {row.code}", what, "A choice has a label alone.")


def words_of(question: Question) -> Iterator[Loss]:
    """What a question says that was not taken."""
    parts = [every(question.text), every(question.help)]
    parts += [f"{row.code} {every(row.label)} {every(row.help)}".strip() for row in question.subquestions]
    parts += [f"{answer.code} {every(answer.label)}".strip() for answer in question.answers]
    said = "; ".join(part for part in parts if part)
    if said:
        yield Loss(question.place, f"what it says ({said})", "The question was not taken.")


def first_of(texts: Mapping[str, str]) -> str:
    return next(iter(texts.values()), "")[:80]


def every(texts: Mapping[str, str]) -> str:
    return " / ".join(text[:80] for text in texts.values())
