"""The texts of a questionnaire to translators and back, one language at a time: `.po` files and workbooks."""

from surveys.instrument.exchange import ExchangeRefused, Exported
from surveys.instrument.schema import Instrument
from surveys.instrument.texts import Standing
from surveys.instrument.translations.gettext_file import po_of
from surveys.instrument.translations.reading import read_texts
from surveys.instrument.translations.rows import rows_of, without_source
from surveys.instrument.translations.taking import Translated, Translation, with_translations
from surveys.instrument.translations.workbook import workbook_of

__all__ = ["KINDS", "Translated", "Translation", "export_texts", "read_texts", "with_translations"]

KINDS = {".po": po_of, ".xlsx": workbook_of}


def export_texts(instrument: Instrument, language: str, kind: str) -> Exported:
    """Every text of the questionnaire with what stands in the language, as a file of a kind: `.po` or `.xlsx`.

    Raises:
        ExchangeRefused: there is no such kind, or the questionnaire has no such language.
    """
    if kind not in KINDS:
        raise ExchangeRefused(f"Expected a file that ends in {' or '.join(KINDS)}, got {kind or 'no ending'}.")
    if language not in instrument.languages:
        raise ExchangeRefused(f"Expected one of the languages {', '.join(instrument.languages)}, got {language}.")
    rows = rows_of(instrument, language)
    counts = {how.value: sum(row.standing is how for row in rows) for how in Standing}
    lost = tuple(without_source(instrument, language))
    return Exported(KINDS[kind](instrument, language, rows), {"texts": len(rows), **counts}, lost)
