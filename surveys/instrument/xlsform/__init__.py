"""Questionnaires from and to XLSForm, the spreadsheets of ODK, Kobo and their kin.

Both ways:

- `package`: the zip file and its parts, refused where they are hostile;
- `workbook`: the bytes of a file, refused where they are hostile; else its sheets as rows of texts;
- `columns`, `question_types`: what forms call their columns, languages and types of rows;
- `names_and_keys`: names there and keys here, what `${name}` stands for, what ours are called;
- `placeholders_and_markup`: one text between the formats;
- `expression_grammar`: the XPath in cells as a small tree.

Reading, from the whole to its parts:

- `reading`: a form as a document, step by step;
- `reading_settings`, `reading_choices`, `reading_structure`: the sheets settings and barometer, choices, survey;
- `reading_items`, `reading_pages`, `reading_texts`: what becomes of rows, groups and texts;
- `reading_rules`, `reading_edits`: relevance, filters and calculations; constraints and notes;
- `reading_expressions`: an expression as a rule of ours;
- `reading_losses`: cells that nothing was made of.

Writing, from the whole to its parts:

- `writing`: a document as a form, read back and compared; the sheets settings and barometer;
- `writing_rows`, `writing_cells`: the sheets survey and choices, and what one cell holds;
- `writing_rules`: our rules as expressions, constraints, calculations and filters.

Reading asks `writing_rules` too: our own wording of a rule holds as long as the cell is what we would write for it.
"""

from surveys.instrument.xlsform.reading import read_xlsform
from surveys.instrument.xlsform.writing import write_xlsform

__all__ = ["read_xlsform", "write_xlsform"]
