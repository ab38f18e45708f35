"""From a document of ours to LimeSurvey's tab-separated form.

What LimeSurvey has no place for stands in two columns of our own at the end: `barometer_key`, our key or code beside
LimeSurvey's short one, and `barometer_more`, the rest as JSON. LimeSurvey keeps what stands there in rows of questions
as attributes that it does not know, and leaves it out of all other rows.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from surveys.instrument.document import InstrumentError, from_document, to_document
from surveys.instrument.exchange import ExchangeRefused, Exported, Loss, differences
from surveys.instrument.limesurvey.reading_files import COLUMNS, OWN
from surveys.instrument.limesurvey.reading_survey import read_limesurvey
from surveys.instrument.limesurvey.writing_layout import Layout
from surveys.instrument.limesurvey.writing_questions import QuestionWriter
from surveys.instrument.limesurvey.writing_rules import RuleWriter
from surveys.instrument.limesurvey.writing_texts import Line, TextWriter, as_json
from surveys.instrument.schema import Edit, Instrument, Level, Page

# What is said of the instrument as a whole and travels in our own column.
ABOUT = ("key", "version", "partial", "self_test", "blocks", "comparability")


def write_tsv(document: dict[str, object]) -> Exported:
    """The document as a tab-separated file that LimeSurvey imports (as .txt), with everything it cannot say.

    The file is read back and compared with the document, so that a difference nobody foresaw is named too.

    Raises:
        InstrumentError: the document is no questionnaire.
    """
    instrument = from_document(document)
    exporter = Exporter(instrument)
    content = file_of(exporter.rows())
    lost = [*exporter.losses(), *read_back(content, to_document(instrument))]
    taken = {
        "items": len(exporter.layout.asked),
        "pages": len(instrument.pages),
        "conditions": len(instrument.conditions),
        "edits": len(instrument.edits),
        "languages": len(instrument.languages),
    }
    return Exported(content, taken, tuple(lost))


def read_back(content: bytes, document: dict[str, object]) -> Iterator[Loss]:
    """What differs in the file from the document, or that the file as a whole cannot be read again."""
    try:
        back = read_limesurvey(content).document
    except (ExchangeRefused, InstrumentError) as error:
        yield Loss("the file", "that it can be read back", str(error))
    else:
        yield from differences(document, back)


def short_codes(document: dict[str, object]) -> list[str]:
    """Lines that set our keys and codes beside the short ones of the file, where they differ."""
    return Layout(from_document(document)).listing()


class Exporter:
    """Writes the rows of one instrument."""

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.layout = Layout(instrument)
        self.rules = RuleWriter(self.layout.names)
        self.texts = TextWriter(instrument, self.layout.names)
        self.questions = QuestionWriter(self.layout, self.rules, self.texts)
        self.sections: set[str] = set()
        self.lost: list[Loss] = []

    def losses(self) -> list[Loss]:
        return [*self.rules.lost, *self.texts.lost, *self.questions.lost, *self.lost]

    def rows(self) -> list[dict[str, str]]:
        lines = list(self.lines())
        languages = self.instrument.languages
        rows = self.settings()
        for language in languages:
            rows += self.texts_of_survey(language)
        for language in languages:
            rows += [line.row(language, first=language == languages[0]) for line in lines]
        return rows

    def settings(self) -> list[dict[str, str]]:
        document = to_document(self.instrument)
        attributes = {
            number: {"description": name, "mandatory": "N", "show_register": "N"}
            for number, name in self.layout.attributes.items()
        }
        values = {
            "language": self.instrument.base_language,
            "additional_languages": " ".join(self.instrument.languages[1:]),
            "format": "G",
            "attributedescriptions": as_json(attributes) if attributes else "",
        }
        rows = [{"class": "S", "name": name, "text": value} for name, value in values.items() if value]
        rows[0]["barometer_more"] = as_json({name: document[name] for name in ABOUT if name in document})
        return rows

    def texts_of_survey(self, language: str) -> list[dict[str, str]]:
        texts = self.instrument.texts.get(language)
        if texts is None:
            return []
        values = {
            "surveyls_title": texts.title,
            "surveyls_welcometext": texts.introduction,
            "surveyls_description": texts.definition,
        }
        rows = [
            {
                "class": "SL",
                "name": name,
                "text": self.texts.written(value, f"texts.{language}.{name.removeprefix('surveyls_')}"),
                "language": language,
            }
            for name, value in values.items()
            if value or name == "surveyls_title"
        ]
        carried: dict[str, object] = {
            "state": texts.state.value,
            "source": texts.source,
            "states": {location: state.value for location, state in texts.states.items()},
            "sources": dict(texts.sources),
        }
        rows[0]["barometer_more"] = as_json({name: value for name, value in carried.items() if value})
        return rows

    def lines(self) -> Iterator[Line]:
        stated: set[str] = set()
        for page in self.instrument.pages:
            needed = self.layout.conditions_before(page, stated)
            if needed:
                yield from self.condition_group(needed, len(stated))
                stated.update(needed)
            yield self.group(page)
            checked = {
                edit.item: (place, edit)
                for place, edit in enumerate(self.instrument.edits)
                if self.layout.is_validation(edit)
            }
            for placed in self.layout.pages[page.id]:
                yield from self.questions.lines(placed, checked.get(placed.items[0].key))
            yield from self.notices(page)
        rest = [name for name in self.instrument.conditions if name not in stated]
        if rest:
            yield from self.condition_group(rest, len(stated))

    def condition_group(self, names: list[str], number: int) -> Iterator[Line]:
        """Hidden equations in a group of their own, which LimeSurvey passes over: they are worked out before use."""
        title = dict.fromkeys(self.instrument.languages, f"({', '.join(names)})")
        yield Line({"class": "G", "type/scale": f"c{number}"}, {"name": title})
        for name in names:
            rule = self.instrument.conditions[name]
            more: dict[str, object] = {"condition": name, "place": list(self.instrument.conditions).index(name)}
            cell = self.rules.equation(rule, f"condition {name}", more)
            same = {"class": "Q", "type/scale": "*", "name": self.layout.names.conditions[name], "relevance": "1"}
            yield Line(same | {"text": cell}, once={"hidden": "1", "barometer_key": name}, more=more)

    def group(self, page: Page) -> Line:
        more: dict[str, object] = {"section": page.section}
        if page.definition:
            more["definition"] = True
        if page.section not in self.sections:
            self.sections.add(page.section)
            more["section_texts"] = {
                language: texts.sections[page.section]
                for language, texts in self.instrument.texts.items()
                if page.section in texts.sections
            }
        cell = self.rules.expression(page.show_if, page.show_if, f"page {page.id}", more)
        line = Line({"class": "G", "type/scale": page.id, "relevance": cell}, more=more)
        line.words["name"] = self.texts.of(f"pages.{page.id}", lambda texts: texts.pages.get(page.id, ""))
        if page.definition:
            line.words["text"] = self.texts.of("definition", lambda texts: texts.definition)
        line.once["barometer_key"] = page.id
        return line

    def notices(self, page: Page) -> Iterator[Line]:
        """Edits that LimeSurvey has no check for: a text under the questions, shown while they are broken."""
        asked = {ask.item for ask in page.asks}
        for place, edit in enumerate(self.instrument.edits):
            if edit.item in asked and not self.layout.is_validation(edit):
                yield self.notice(place, edit)

    def notice(self, place: int, edit: Edit) -> Line:
        about = {"id": edit.id, "item": edit.item, "level": edit.level.value, "place": place}
        line = Line({"class": "Q", "type/scale": "X", "name": self.layout.notices[edit.id]}, more={"edit": about})
        line.same["relevance"] = self.rules.notice(edit.item, edit.rule, f"edit {edit.id}", line.more)
        line.words["text"] = self.texts.of(f"edits.{edit.id}", lambda texts: texts.edits.get(edit.id, ""))
        line.once["barometer_key"] = edit.id
        if edit.level is Level.HARD:
            why = "LimeSurvey says it and lets the answers through."
            self.lost.append(Loss(f"edit {edit.id}", "that it stops the respondent", why))
        return line


def file_of(rows: Sequence[Mapping[str, str]]) -> bytes:
    """The rows as a file: UTF-8 with a byte order mark, our own columns last."""
    used = dict.fromkeys(name for row in rows for name in row)
    attributes = sorted(name for name in used if name not in COLUMNS and name not in OWN)
    header = [*COLUMNS, *attributes, *OWN]
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow(header)
    writer.writerows([row.get(name, "") for name in header] for row in rows)
    return out.getvalue().encode("utf-8-sig")
