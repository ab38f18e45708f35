"""PX files, which PxWeb, PX-Win and the packages of R and Python read.

Format: PX-file format specification 2013 of Statistics Sweden. What it costs to write one:

- A text cannot hold a straight double quote and has no line breaks of its own: `px_text` turns the quote into a single
  one and a line break into a space; in notes a line break is `#`. Two labels of a dimension that are equal in a
  language get their code in brackets, since the format names a value by its label. Codes are never changed.
- `CHARSET="ANSI"` only says that the file is not in DOS text; `CODEPAGE` says which encoding it is in. The file is
  UTF-8 unless another is asked for; one that lacks a letter (Windows-1252 lacks đ, ŋ and ŧ) is refused, not patched.
- A missing cell is one to six dots in quotes. `"..."` is a withheld cell, shown as `:`, and `".."` one that was never
  published, shown as `..`; `DATASYMBOL` says so to programs and a note to people. A bare `":"` is not in the format.
- Texts are not broken over lines: readers disagree on how to join them, and today's have no limit on a line.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from publication.formats.cube import CARE, CONFIDENTIAL, METRIC, TIME, UNAVAILABLE, Cube, Dimension
from publication.formats.jsonstat import PxFacts
from publication.formats.layout import MARKS, Layout, digits, laid_out

DOTS = {CONFIDENTIAL: '"..."', UNAVAILABLE: '".."'}


class PxError(ValueError):
    """The cube cannot be a PX file as asked."""


def px_file(
    cube: Cube,
    *,
    facts: PxFacts,
    language: str | None = None,
    codepage: str = "utf-8",
    stub: Sequence[str] | None = None,
    heading: Sequence[str] | None = None,
) -> bytes:
    """The cube as a PX file: all its languages, or one, the first being the one without a suffix.

    Raises:
        PxError: no subject area, no such language, or letters that the encoding lacks; the message names them.
        SelectionError: the dimensions of `stub` and `heading` are not those of the cube.
    """
    if not facts.subject_code or not facts.subject_area:
        raise PxError("facts: expected a subject code and area, which every PX file must have, got none. Give both.")
    if language is not None and language not in cube.languages:
        raise PxError(f"language: expected one of {', '.join(cube.languages)}, got {language!r}. Name one it has.")
    languages = cube.languages if language is None else (language,)
    layout = laid_out(cube, stub=stub, heading=heading)
    text = "\r\n".join([*_keywords(layout, facts, languages, codepage), *_data(layout), ""])
    try:
        return text.encode(codepage)
    except UnicodeEncodeError:
        lacking = "".join(sorted({letter for letter in text if not _in(letter, codepage)}))
        raise PxError(f"codepage: {codepage} has no {lacking}. Write the file in utf-8.") from None


def px_text(text: str) -> str:
    """The text as it can stand between double quotes: single quotes, no line breaks, no blanks around it."""
    return " ".join(text.replace('"', "'").split())


def value_texts(dimension: Dimension, language: str) -> list[str]:
    """The labels of a dimension as the file has them, each one different from the others.

    Raises:
        PxError: two are equal even with their codes.
    """
    plain = [px_text(category.labels[language]) for category in dimension.categories]
    often = Counter(plain)
    found = [
        f"{text} ({code})".strip() if often[text] > 1 or not text else text
        for text, code in zip(plain, dimension.codes, strict=True)
    ]
    if len(set(found)) != len(found):
        raise PxError(f"{dimension.code}: labels in {language!r} are not different, {found}. Change one of them.")
    return found


def _in(letter: str, codepage: str) -> bool:
    try:
        letter.encode(codepage)
    except UnicodeEncodeError:
        return False
    return True


def _quoted(*texts: str) -> str:
    return ",".join(f'"{text}"' for text in texts)


def _note(*texts: str) -> str:
    """Notes one below the other; a line break inside one is kept."""
    return "#".join("#".join(px_text(line) for line in text.splitlines()) for text in texts)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%d %H:%M")


def _keywords(layout: Layout, facts: PxFacts, languages: Sequence[str], codepage: str) -> Iterator[str]:
    cube = layout.cube
    yield 'CHARSET="ANSI";'
    yield 'AXIS-VERSION="2013";'
    yield f"CODEPAGE={_quoted(codepage)};"
    yield f"LANGUAGE={_quoted(languages[0])};"
    yield f"LANGUAGES={_quoted(*languages)};"
    yield f"CREATION-DATE={_quoted(_moment(cube.updated))};"
    yield f"DECIMALS={cube.decimals};"
    yield f"SHOWDECIMALS={_fewest(cube)};"
    yield f"MATRIX={_quoted(px_text(cube.id))};"
    yield f"TABLEID={_quoted(px_text(cube.id))};"
    yield "AGGREGALLOWED=NO;"
    yield "COPYRIGHT=NO;"
    yield f"OFFICIAL-STATISTICS={'YES' if facts.official_statistics else 'NO'};"
    yield f"SUBJECT-CODE={_quoted(px_text(facts.subject_code))};"
    for number, language in enumerate(languages):
        yield from _of_language(layout, facts, language, "" if number == 0 else f"[{language}]")
    yield 'DATASYMBOL2="..";'
    yield 'DATASYMBOL3=":";'


def _of_language(layout: Layout, facts: PxFacts, language: str, suffix: str) -> Iterator[str]:
    cube = layout.cube
    names = {one.code: px_text(one.labels[language]) for one in cube.dimensions}
    if len(set(names.values())) != len(names) or not all(names.values()):
        raise PxError(f"dimensions: expected different names in {language!r}, got {names}. Change one of them.")
    title = px_text(cube.title[language])
    yield f"SUBJECT-AREA{suffix}={_quoted(px_text(facts.subject_area))};"
    yield f"DESCRIPTION{suffix}={_quoted(title)};"
    yield f"TITLE{suffix}={_quoted(title)};"
    yield f"CONTENTS{suffix}={_quoted(title)};"
    for keyword, dimensions in (("STUB", layout.stub), ("HEADING", layout.heading)):
        if dimensions:
            yield f"{keyword}{suffix}={_quoted(*(names[one.code] for one in dimensions))};"
    yield f"CONTVARIABLE{suffix}={_quoted(names[METRIC])};"
    for one in cube.dimensions:
        yield from _of_dimension(one, names[one.code], language, suffix)
    yield from _of_figures(cube, names[METRIC], language, suffix)
    yield f"SOURCE{suffix}={_quoted(px_text(cube.source[language]))};"
    if facts.contact is not None:
        contact = facts.contact
        yield f"CONTACT{suffix}={_quoted(px_text(f'{contact.name}, {contact.mail}, {contact.phone}').rstrip(', '))};"
    yield from _notes(cube, language, suffix)
    yield from _care(layout, language, suffix)


def _of_dimension(dimension: Dimension, name: str, language: str, suffix: str) -> Iterator[str]:
    texts = value_texts(dimension, language)
    yield f"VALUES{suffix}({_quoted(name)})={_quoted(*texts)};"
    if dimension.code == TIME and all(code.isdecimal() and len(code) == 4 for code in dimension.codes):
        yield f"TIMEVAL{suffix}({_quoted(name)})=TLIST(A1),{_quoted(*dimension.codes)};"
    yield f"CODES{suffix}({_quoted(name)})={_quoted(*dimension.codes)};"
    yield f"VARIABLECODE{suffix}({_quoted(name)})={_quoted(dimension.code)};"
    total = dimension.elimination
    chosen = "NO" if total is None else _quoted(texts[dimension.codes.index(total)])
    yield f"ELIMINATION{suffix}({_quoted(name)})={chosen};"


def _of_figures(cube: Cube, name: str, language: str, suffix: str) -> Iterator[str]:
    figures = list(zip(cube.metric.categories, value_texts(cube.metric, language), strict=True))
    for category, text in figures:
        yield f"UNITS{suffix}({_quoted(text)})={_quoted(px_text((category.unit or {})[language]))};"
    for category, text in figures:
        if (category.decimals or 0) > _fewest(cube):  # the format takes no smaller number here
            yield f"PRECISION{suffix}({_quoted(name, text)})={category.decimals};"
    for _category, text in figures:
        yield f"LAST-UPDATED{suffix}({_quoted(text)})={_quoted(_moment(cube.updated))};"


def _fewest(cube: Cube) -> int:
    return min(category.decimals or 0 for category in cube.metric.categories)


def _notes(cube: Cube, language: str, suffix: str) -> Iterator[str]:
    """Constructed data are said in a note that a reader must show; the rest in one that it may."""
    notes = list(cube.notes[language])
    if cube.constructed and notes:
        yield f"NOTEX{suffix}={_quoted(_note(notes.pop(0)))};"
    marks = [
        f"{mark} {cube.status_labels[status][language]}" for status, mark in MARKS.items() if status in cube.statuses
    ]
    if notes or marks:
        yield f"NOTE{suffix}={_quoted(_note(*notes, *marks))};"


def _care(layout: Layout, language: str, suffix: str) -> Iterator[str]:
    """A note on each cell to be used with care; the format has no mark beside a number."""
    if CARE not in layout.cube.statuses:
        return
    said = _quoted(_note(layout.cube.status_labels[CARE][language]))
    texts = {one.code: dict(zip(one.codes, value_texts(one, language), strict=True)) for one in layout.cube.dimensions}
    columns = layout.heading_columns()
    for stub, cells in layout.rows():
        for place, heading in zip(cells, columns, strict=True):
            if layout.cube.statuses[place] == CARE:
                named = zip(layout.cube.dimensions, (*stub, *heading), strict=True)
                yield f"CELLNOTE{suffix}({_quoted(*(texts[one.code][each.code] for one, each in named))})={said};"


def _data(layout: Layout) -> Iterator[str]:
    yield "DATA="
    cube, decimals = layout.cube, layout.decimals()
    lines = []
    for _categories, cells in layout.rows():
        written = (
            DOTS[cube.statuses[place]] if value is None else digits(value, decimals[place])
            for place in cells
            for value in (cube.values[place],)
        )
        lines.append(" ".join(written))
    yield from lines[:-1]
    yield f"{lines[-1]};"
