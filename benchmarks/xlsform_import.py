"""Import of a 1,000-row XLSForm beside pyxform's conversion of the same file in the same run.

Run: python -m benchmarks.xlsform_import; it ends with 1 where ours misses the bar of 2 s. The form has groups, lists of
choices, rules, constraints and texts in three languages. pyxform turns it into an XForm without its Java validator;
ours into a document of the questionnaire. Times are medians of five after one run that is not counted; also measured:
100,000 rows until they are refused.
"""

import io
import logging
import os
import statistics
import time
from collections.abc import Callable

os.environ["OPENPYXL_LXML"] = "False"  # as in the settings, before openpyxl is read: lxml would expand entities

from openpyxl import Workbook
from pyxform.xls2xform import convert

from surveys.instrument.exchange import ExchangeRefused
from surveys.instrument.xlsform import read_xlsform

ROWS = 1_000
LANGUAGES = ("English (en)", "Norsk bokmål (nb)", "Suomi (fi)")
LISTS = 40
TIMES = 5
BAR = 2.0  # seconds on four cores


def form(rows: int = ROWS) -> bytes:
    """A survey of so many rows, a tenth of them the bounds of groups."""
    book = Workbook(write_only=True)
    survey = book.create_sheet("survey")
    labels = [f"label::{language}" for language in LANGUAGES]
    survey.append(["type", "name", *labels, "required", "relevant", "constraint", "appearance"])
    for number in range(rows):
        survey.append(row(number, rows))
    choices = book.create_sheet("choices")
    choices.append(["list_name", "name", *labels])
    for number in range(LISTS):
        for code in "abcdef":
            choices.append([f"list{number}", code, *(f"Option {code} {language}" for language in LANGUAGES)])
    settings = book.create_sheet("settings")
    settings.append(["form_title", "form_id", "version", "default_language"])
    settings.append(["A long form", "long", "1", LANGUAGES[0]])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def row(number: int, rows: int) -> list[str | None]:
    texts = [f"Question {number} in {language}, and some words more?" for language in LANGUAGES]
    place = number % 20
    if place == 0:
        return ["begin_group", f"g{number}", *texts, None, None, None, "field-list"]
    if place == 19 or number == rows - 1:
        return ["end_group", None, *[None] * len(texts)]
    rule = f"${{q{number - place + 1}}} = 'a' or ${{q{number - place + 1}}} = 'b'" if place > 1 else None
    if place == 1 or place % 3:
        kind = "select_multiple" if place % 5 == 0 else "select_one"
        return [f"{kind} list{number // 20 % LISTS}", f"q{number}", *texts, "yes", rule, None, None]
    return ["integer", f"q{number}", *texts, None, rule, ". >= 0 and . <= 100", None]


def measured(work: Callable[[], object]) -> float:
    """The median of five, in seconds, after a run that fills caches."""
    work()
    seconds = []
    for _ in range(TIMES):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def main() -> int:
    logging.disable()
    content = form()
    found = read_xlsform(content)
    assert found.lost == (), found.lost[:3]
    ours = measured(lambda: read_xlsform(content))
    print(f"{ROWS:,} rows, 3 languages, {len(content) / 1000:.0f} kB: {found.taken['items']} items taken, nothing lost")
    print(f"  ours: {ours:.2f} s to a document")
    peer = measured(lambda: convert(content, validate=False, file_type=".xlsx"))
    print(f"  pyxform: {peer:.2f} s to an XForm")
    print(f"  ratio: pyxform takes {peer / ours:.1f} times as long")
    endless = form(100_000)
    start = time.perf_counter()
    try:
        read_xlsform(endless)
    except ExchangeRefused as error:
        print(f"  100,000 rows refused after {time.perf_counter() - start:.1f} s: {error}")
    print(f"  the bar of {BAR:g} s is {'held' if ours < BAR else 'missed'}")
    return 0 if ours < BAR else 1


if __name__ == "__main__":
    raise SystemExit(main())
