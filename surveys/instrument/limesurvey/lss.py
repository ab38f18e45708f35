"""The `.lss` file: a dump of database tables as XML, in the generations before and after the `_l10ns` tables."""

from collections.abc import Iterator
from io import BytesIO

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from surveys.instrument.exchange import ExchangeRefused
from surveys.instrument.limesurvey.reading_tables import MAX_BYTES, Row, Survey, Tables, survey_of

MAX_TABLE_ROWS = 100_000  # of all tables together: a question in ten languages is many rows
MAX_DEPTH = 20

# table -> (table of its texts, the number that joins them)
TRANSLATED = {
    "groups": ("group_l10ns", "gid"),
    "questions": ("question_l10ns", "qid"),
    "subquestions": ("question_l10ns", "qid"),
    "answers": ("answer_l10ns", "aid"),
    "defaultvalues": ("defaultvalue_l10ns", "dvid"),
}


def read_survey(content: bytes) -> tuple[Survey, Tables]:
    """The survey of a `.lss` file, and all its tables for what the survey does not hold.

    Raises:
        ExchangeRefused: too large, no XML, with a document type or entities, no survey, or too many rows.
    """
    if len(content) > MAX_BYTES:
        raise ExchangeRefused(f"At most {MAX_BYTES} bytes are read, and this file has {len(content)}.")
    kind, tables = tables_of(content)
    if kind != "Survey" and (kind or "questions" not in tables):
        raise ExchangeRefused(f"Expected the export of a survey, got {kind[:40] or 'another kind of XML'}.")
    joined = {
        name: list(with_texts(rows, tables.get(TRANSLATED[name][0], ()), TRANSLATED[name][1]))
        if name in TRANSLATED
        else rows
        for name, rows in tables.items()
    }
    return survey_of(joined), joined


def tables_of(content: bytes) -> tuple[str, dict[str, list[Row]]]:
    """What kind of document it is, and its rows by table; an empty field is left out."""
    kind = ""
    tables: dict[str, list[Row]] = {}
    path: list[str] = []
    count = 0
    try:
        for event, element in iterparse(BytesIO(content), events=("start", "end"), forbid_dtd=True):
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
                fields = {str(field.tag): field.text or "" for field in element}
                tables.setdefault(path[1], []).append({name: text for name, text in fields.items() if text})
                element.clear()
            path.pop()
    except DefusedXmlException as error:
        raise ExchangeRefused("The XML states a document type or entities, which no survey needs.") from error
    except (ParseError, LookupError, ValueError) as error:
        if isinstance(error, ExchangeRefused):
            raise
        raise ExchangeRefused(f"The file is no well-formed XML: {error}.") from error
    return kind, tables


def with_texts(rows: list[Row], texts: list[Row] | tuple[Row, ...], number: str) -> Iterator[Row]:
    """A row for each language, as the older generation has it; older rows stay as they are."""
    of_row: dict[str, list[Row]] = {}
    for text in texts:
        of_row.setdefault(text.get(number, ""), []).append(text)
    for row in rows:
        own = of_row.get(row.get(number, ""), ()) if number in row else ()
        if not own:
            yield row
        for text in own:
            yield {
                **{name: value for name, value in text.items() if name != "id"},
                **row,
                "language": language_of(text),
            }


def language_of(text: Row) -> str:
    return text.get("language", "")
