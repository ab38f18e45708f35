"""A document of ours as an XLSForm that other programs take and that reads back to the same document."""

from collections.abc import Iterator, Mapping, Sequence

from surveys.instrument.document import InstrumentError, from_document, to_document
from surveys.instrument.exchange import ExchangeRefused, Exported, Loss, Notes, differences
from surveys.instrument.rule_text import to_text
from surveys.instrument.schema import Instrument
from surveys.instrument.xlsform.columns import TRANSLATED, language_heading
from surveys.instrument.xlsform.names_and_keys import FormNames
from surveys.instrument.xlsform.reading import read_xlsform
from surveys.instrument.xlsform.reading_settings import COLUMNS, TEXTS
from surveys.instrument.xlsform.workbook import write_book
from surveys.instrument.xlsform.writing_cells import Cells
from surveys.instrument.xlsform.writing_rows import SurveyWriter

SURVEY = (
    "type", "name", "label", "hint", "required", "relevant", "constraint", "constraint_message", "calculation",
    "choice_filter", "default", "appearance",
)  # fmt: skip
CHOICES = ("list_name", "name", "label")
SETTINGS = ("form_title", "form_id", "version", "default_language")


def write_xlsform(document: Mapping[str, object]) -> Exported:
    """The questionnaire as an .xlsx file.

    What the standard has no place for stands in columns named `barometer_...` and in a sheet `barometer`, which other
    programs pass over. The file is read back before it is handed out, and every difference is in `lost`.

    Raises:
        InstrumentError: the document is no questionnaire.
    """
    instrument = from_document(document)
    notes = Notes()
    writer = SurveyWriter(instrument, FormNames(instrument), notes)
    rows = writer.rows()
    languages = [language_heading(language) for language in instrument.languages]
    own_rows = [writer.cells.safe(row, "the sheet barometer") for row in own_sheet_rows(instrument)]
    content = write_book(
        {
            "survey": (columns(SURVEY, rows, languages), rows),
            "choices": (columns(CHOICES, writer.lists.rows, languages), writer.lists.rows),
            "settings": (SETTINGS, [settings_row(instrument)]),
            "barometer": (columns((*COLUMNS, "label"), own_rows, languages), own_rows),
        }
    )
    taken = {
        "languages": len(instrument.texts),
        "pages": len(instrument.pages),
        "items": len(writer.asked),
        "conditions": len(instrument.conditions),
        "edits": len(instrument.edits),
    }
    return Exported(content, taken, (*notes.lost, *not_read_back(content, instrument)))


def not_read_back(content: bytes, instrument: Instrument) -> Iterator[Loss]:
    try:
        back = read_xlsform(content, name=instrument.key)
    except (ExchangeRefused, InstrumentError) as error:
        yield Loss("the workbook", "the whole", f"It does not read back: {error}")
        return
    yield from differences(to_document(instrument), back.document)


def columns(standard: Sequence[str], rows: Sequence[Cells], languages: Sequence[str]) -> list[str]:
    """The columns that the rows use, those of the standard first; of a label there is one in every language."""
    used = dict.fromkeys(column for row in rows for column in row)
    found: list[str] = []
    for name in standard:
        if name not in TRANSLATED:
            found.append(name)
        elif name == "label" or any(column.startswith(f"{name}::") for column in used):
            found += [f"{name}::{language}" for language in languages]
    return found + [column for column in used if column not in found]


def settings_row(instrument: Instrument) -> Cells:
    texts = instrument.texts.get(instrument.base_language)
    return {
        "form_title": "" if texts is None else texts.title,
        "form_id": instrument.key,
        "version": instrument.version,
        "default_language": language_heading(instrument.base_language),
    }


def own_sheet_rows(instrument: Instrument) -> Iterator[Cells]:
    """The rows of our own sheet: a part, its key and value, and texts by language."""
    for part in TEXTS:
        yield {"part": part, **labels(instrument, {lang: getattr(one, part) for lang, one in instrument.texts.items()})}
    yield {"part": "state", **labels(instrument, {lang: one.state.value for lang, one in instrument.texts.items()})}
    sources = {language: one.source for language, one in instrument.texts.items()}
    if any(sources.values()):
        yield {"part": "translated_from", **labels(instrument, sources)}
    yield from ledger("state", instrument, {lang: dict(one.states) for lang, one in instrument.texts.items()})
    yield from ledger("source", instrument, {lang: dict(one.sources) for lang, one in instrument.texts.items()})
    if instrument.partial is not None:
        yield {"part": "partial", "value": to_text(instrument.partial)}
    for page in instrument.self_test:
        yield {"part": "self_test", "key": page}
    for block in instrument.blocks:
        yield {"part": "blocks", "key": block.key, "value": block.origin.value, "why": block.evidence}
    for entry in instrument.comparability:
        yield {
            "part": "comparability",
            "key": entry.item,
            "value": entry.relation.value,
            "with": entry.former,
            "country": entry.country,
            "why": entry.reason,
            "by": entry.by,
            "on": entry.on,
        }


def ledger(part: str, instrument: Instrument, found: Mapping[str, Mapping[str, str]]) -> Iterator[Cells]:
    """What is noted of each text: a row a location."""
    for location in dict.fromkeys(location for entries in found.values() for location in entries):
        yield {
            "part": part,
            "key": location,
            **labels(instrument, {language: entries.get(location, "") for language, entries in found.items()}),
        }


def labels(instrument: Instrument, texts: Mapping[str, str]) -> Cells:
    return {f"label::{language_heading(language)}": texts.get(language, "") for language in instrument.languages}
