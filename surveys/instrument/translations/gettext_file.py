"""The texts of a language as a `.po` file, and what a translator's `.po` file says.

Each text has its location as context, the text of the first language as `msgid`, and comments that say what it is and
how long it may be. A translation that is older than its source is `fuzzy`; one that a person has checked has the
translator's comment `checked`. Written by Babel and read here, because Babel's reader keeps the last of two entries
for one text and reads past damaged lines.
"""

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from babel.messages.catalog import Catalog
from babel.messages.pofile import escape, write_po

from surveys.instrument.exchange import ExchangeRefused, Loss
from surveys.instrument.schema import Instrument
from surveys.instrument.texts import Standing
from surveys.instrument.translations.rows import CHECKED, Entry, Row, TextFile

MAX_BYTES = 5_000_000
MAX_ENTRIES = 20_000
WIDTH = 110
LINE = re.compile(r'(?:(msgctxt|msgid|msgid_plural|msgstr|msgstr\[\d{1,3}\])[ \t]*)?"((?:[^"\\]|\\.)*)"')
ESCAPED = re.compile(r"\\(.)")
MEANT = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}
STAMP = "as exported: "
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def po_of(instrument: Instrument, language: str, rows: Iterable[Row]) -> bytes:
    """The `.po` file of these rows. The same rows always give the same bytes: it carries no date."""
    catalog = Catalog(fuzzy=False)
    for row in rows:
        message = catalog.add(
            row.source,
            row.text,
            context=row.location,
            auto_comments=[row.what, f"at most {row.longest} characters", f"{STAMP}{row.stamp}"],
            user_comments=[CHECKED] if row.standing is Standing.CHECKED else [],
        )
        # Babel takes our placeholders for those of programs, which other tools would then hold translators to.
        message.flags = {"fuzzy"} if row.standing is Standing.STALE else set()
    file = io.BytesIO()
    write_po(file, catalog, width=WIDTH, omit_header=True)
    return header(instrument, language).encode("utf-8") + file.getvalue()


def header(instrument: Instrument, language: str) -> str:
    fields = {
        "Project-Id-Version": f"{instrument.key} {instrument.version}",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "X-Source-Language": instrument.base_language,
    }
    lines = "\n".join(escape(f"{name}: {value}\n") for name, value in fields.items())
    about = (
        f"# Texts of the questionnaire {instrument.key} in {language}, from {instrument.base_language}.\n"
        "# Leave what stands in braces as it is: {name} is filled in; of {name|default} translate the default.\n"
        f"# Write the comment “{CHECKED}” at a text that you have checked.\n"
    )
    return f'{about}msgid ""\nmsgstr ""\n{lines}\n\n'


@dataclass
class Draft:
    """An entry that is being read."""

    line: int = 0  # of its first keyword
    values: dict[str, str] = field(default_factory=dict)  # keyword -> text
    comments: list[str] = field(default_factory=list)
    extracted: list[str] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)


def read_po(content: bytes) -> TextFile:
    """What the file says.

    Raises:
        ExchangeRefused: too large, not UTF-8, or a line that is not of the format; says which.
    """
    if len(content) > MAX_BYTES:
        raise ExchangeRefused(f"Expected at most {MAX_BYTES} bytes, got {len(content)}.")
    try:
        text = content.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        raise ExchangeRefused(
            f"Expected a .po file in UTF-8, got byte {error.start} of something else: save it in UTF-8."
        ) from error
    found: list[Entry] = []
    lost: list[Loss] = []
    about: dict[str, str] = {}
    for draft in drafts(text, lost):
        if draft.values.get("msgid") == "" and "msgctxt" not in draft.values:
            about |= header_fields(draft.values.get("msgstr", ""))
        else:
            entry = entry_of(draft, lost)
            found += [] if entry is None else [entry]
        if len(found) > MAX_ENTRIES:
            raise ExchangeRefused(f"Expected at most {MAX_ENTRIES} texts, got more.")
    key = about.get("Project-Id-Version", "").split(" ")[0]
    return TextFile(key, about.get("Language", ""), tuple(found), tuple(lost))


def drafts(text: str, lost: list[Loss]) -> Iterator[Draft]:
    """The entries one by one: comments, then keywords; a comment or a keyword that was there begins the next."""
    draft = Draft()
    keyword = ""
    for number, whole in enumerate(text.split("\n"), start=1):
        line = whole.strip(" \t\r")
        if line.startswith("#~"):
            lost.append(Loss(f"line {number}", shown(line), "It is no longer in use: take it away."))
        elif line.startswith("#"):
            if draft.values:
                yield draft
                draft, keyword = Draft(), ""
            take_comment(draft, line)
        elif line:
            match = LINE.fullmatch(line)
            if match is None or CONTROL.search(line) or not (match.group(1) or keyword):
                expected = 'msgctxt, msgid or msgstr and "text"'
                raise ExchangeRefused(f"line {number}: expected {expected}, got {shown(line)}.")
            first = match.group(1)
            if first and (first in draft.values or (first in ("msgctxt", "msgid") and "msgstr" in draft.values)):
                yield draft
                draft = Draft()
            draft.line = draft.line or number
            keyword = first or keyword
            draft.values[keyword] = draft.values.get(keyword, "") + unescaped(match.group(2))
    if draft.values:
        yield draft


def take_comment(draft: Draft, line: str) -> None:
    kind, text = line[:2], line[2:].strip()
    if kind == "#,":
        draft.flags |= {flag.strip() for flag in text.split(",")}
    elif kind == "#.":
        draft.extracted.append(text)
    elif kind not in ("#:", "#|") and line[1:].strip():
        draft.comments.append(line[1:].strip())


def unescaped(text: str) -> str:
    return ESCAPED.sub(lambda match: MEANT.get(match.group(1), match.group()), text)


def entry_of(draft: Draft, lost: list[Loss]) -> Entry | None:
    """The entry, or nothing and why."""
    place = f"line {draft.line}"
    values = draft.values
    if "msgid" not in values or "msgstr" not in values or "msgctxt" not in values:
        missing = ", ".join(name for name in ("msgctxt", "msgid", "msgstr") if name not in values)
        what = shown(values.get("msgid", "") or values.get("msgctxt", ""))
        lost.append(Loss(place, f"the entry {what}", f"It has no {missing}: export the file anew."))
        return None
    comments = [comment for comment in draft.comments if comment.lower() != CHECKED]
    stamps = [line.removeprefix(STAMP) for line in draft.extracted if line.startswith(STAMP)]
    checked, fuzzy = len(comments) < len(draft.comments), "fuzzy" in draft.flags
    return Entry(
        place=place,
        location=values["msgctxt"],
        source=values["msgid"],
        text=values["msgstr"],
        standing=Standing.STALE if fuzzy else Standing.CHECKED if checked else Standing.DRAFT,
        unfinished=fuzzy,
        comment=" ".join(comments),
        stamp=stamps[0] if stamps else "",
    )


def header_fields(text: str) -> dict[str, str]:
    lines = (line.partition(":") for line in text.split("\n"))
    return {name.strip(): value.strip() for name, found, value in lines if found}


def shown(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:77]}...")
