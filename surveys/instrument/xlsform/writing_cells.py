"""The cells of a row: texts in every language, rules as expressions, and our own columns where those say too little."""

from collections.abc import Callable, Mapping

from surveys.instrument.exchange import Notes
from surveys.instrument.rule_nodes import Node
from surveys.instrument.rule_text import to_text
from surveys.instrument.schema import Instrument, Specified, Texts
from surveys.instrument.xlsform.columns import language_heading, shielded, squeezed
from surveys.instrument.xlsform.expression_grammar import NotTaken
from surveys.instrument.xlsform.names_and_keys import FormNames
from surveys.instrument.xlsform.placeholders_and_markup import form_text, text_from
from surveys.instrument.xlsform.reading_expressions import rule_from
from surveys.instrument.xlsform.reading_rules import constant
from surveys.instrument.xlsform.workbook import ACTIVE
from surveys.instrument.xlsform.writing_rules import rule_cell, shown_where_specified

Cells = dict[str, str]


class CellWriter:
    """Writes what one cell holds, and notes what another program will not get from it."""

    def __init__(self, instrument: Instrument, names: FormNames, notes: Notes) -> None:
        self.instrument = instrument
        self.names = names
        self.notes = notes
        self.keys = {name: key for key, name in names.called.names.items()}

    def texts(self, column: str, of: Callable[[Texts], str]) -> Cells:
        """A text in each language, with our own wording beside it where the form's does not say it whole."""
        cells: Cells = {}
        for language, texts in self.instrument.texts.items():
            text = of(texts)
            if not text:
                continue
            shown = form_text(text, self.names.called.names)
            cells[f"{column}::{language_heading(language)}"] = shown
            if text_from(shown.strip(), self.keys) != text:
                cells[f"barometer_{column}_{language.lower()}"] = text
        return cells

    def shown(self, rule: Node | None, place: str, specifies: Specified | None = None) -> Cells:
        """When a row is shown."""
        whole = shown_where_specified(rule, specifies)
        if whole is None:
            return {}
        cell = rule_cell(whole, self.names.called)
        if rule is not None and not cell:
            why = "A form cannot say it, so other programs show it to everybody; it stands in barometer_show_if."
            self.notes.lose(place, to_text(rule), why)
        own = {} if rule is None or self.reads_back(cell, rule) else {"barometer_show_if": to_text(rule)}
        return {"relevant": cell, **own}

    def reads_back(self, cell: str, rule: Node) -> bool:
        """Whether the expression alone says the same rule."""
        try:
            return bool(cell) and constant(rule_from(cell, self.names.scope)) == rule
        except NotTaken:
            return False

    def safe(self, cells: Mapping[str, str], place: str) -> Cells:
        """The cells without any that programs could take for script: those are left out."""
        found: Cells = {}
        for column, text in cells.items():
            if ACTIVE.search(text):
                why = "A form with script is not read: mend the text."
                self.notes.lose(f"{place}, column {column}", "a text with script", why)
            elif squeezed(text):
                found[column] = shielded(column, text)
        return found
