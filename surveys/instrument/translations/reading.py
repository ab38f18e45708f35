"""What of a translator's file is taken over, and what is not: every text of it is one or the other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from unicodedata import normalize

from surveys.instrument.exchange import ExchangeRefused, Loss
from surveys.instrument.findings import Finding
from surveys.instrument.lint_texts import own_placeholders, too_long, translations, wordings
from surveys.instrument.placeholders import PLACE, differing
from surveys.instrument.schema import Instrument, TextState
from surveys.instrument.texts import Standing, entries, standing, text_hash
from surveys.instrument.translations.gettext_file import read_po
from surveys.instrument.translations.rows import Entry, TextFile
from surveys.instrument.translations.taking import Translated, Translation, with_taken
from surveys.instrument.translations.workbook import read_workbook
from surveys.instrument.xlsform.package import OLD_EXCEL

REFUSING = frozenset(
    {"markup", "placeholder_broken", "placeholder_missing", "placeholder_unexpected", "placeholder_unknown"}
)
STAMP = re.compile(rf"({'|'.join(Standing)}) ([0-9a-f]{{8}})")


def read_texts(content: bytes, instrument: Instrument, language: str, *, by: str = "") -> Translated:
    """What a `.po` file or a workbook brings in one language; `by` is the person who checked what is marked as checked.

    A text that its translator has not touched stays as it is now. One that was changed here as well since the file was
    written is refused, and so is one whose placeholders are not those of its source.

    Raises:
        ExchangeRefused: the file is damaged, hostile or of another questionnaire or language, or the questionnaire has
            no such language.
    """
    if language not in instrument.languages:
        raise ExchangeRefused(
            f"Expected one of {', '.join(instrument.languages)}, got the language {language!r}: add it to the "
            "languages of the questionnaire first."
        )
    file = read_workbook(content) if content.startswith((b"PK", OLD_EXCEL)) else read_po(content)
    check_file(file, instrument, language)
    reading = Reading(instrument, language, by)
    for entry in file.entries:
        reading.take(entry)
    return reading.result(file.lost)


def check_file(file: TextFile, instrument: Instrument, language: str) -> None:
    """Raises ExchangeRefused for a file of another questionnaire or language, and for one without any text.

    A file that does not say of what it is is taken.
    """
    if not file.entries and not file.lost:
        raise ExchangeRefused(f"Expected texts of the questionnaire {instrument.key}, got a file without any.")
    if file.key and file.key != instrument.key:
        raise ExchangeRefused(f"Expected texts of the questionnaire {instrument.key}, got those of {file.key}.")
    written = file.language.replace("_", "-").lower()
    if written and written != language.lower() and not written.startswith(f"{language.lower()}-"):
        raise ExchangeRefused(f"Expected texts in {language}, got texts in {file.language}.")


@dataclass(frozen=True)
class Former:
    """How a text stood when the file was written."""

    standing: Standing
    hash: str


class Reading:
    """Goes through the entries of a file and sorts them into taken, refused and left as they are."""

    def __init__(self, instrument: Instrument, language: str, by: str) -> None:
        self.instrument = instrument
        self.language = language
        self.by = by
        first = instrument.base_language
        self.source = entries(instrument.texts[first]) if first in instrument.texts else {}
        self.own = entries(instrument.texts[language]) if language in instrument.texts else {}
        self.stands = standing(instrument, language)
        self.read: dict[str, Entry] = {}
        self.taken: dict[str, Translation] = {}
        self.refused: list[Loss] = []
        self.remarks: list[str] = []
        self.unchanged = 0

    def take(self, entry: Entry) -> None:
        if entry.location not in self.source:
            self.refuse(entry, "the text", "The questionnaire has no such text: is the location as it was exported?")
            return
        if entry.location in self.read:
            before = self.read[entry.location].place
            self.refuse(entry, "the text", f"The same location stands before, at {before}, and that one counts.")
            return
        self.read[entry.location] = entry
        if entry.comment:
            self.remarks.append(f"{at(entry)}: the translator says: {entry.comment}")
        former, present = self.former(entry), self.own.get(entry.location, "")
        entry = self.composed(entry, former)
        touched = text_hash(entry.text) != former.hash
        new = touched and entry.text != present if present else bool(entry.text.strip())
        if new:
            self.take_text(entry, former)
        elif touched and entry.standing is not Standing.CHECKED:
            self.unchanged += 1  # the new text stands here already: the file comes a second time
        else:
            self.take_mark(entry, former)

    def former(self, entry: Entry) -> Former:
        """As the stamp says; without one, as the text stands now. In the first language the source is the text."""
        stamp = STAMP.fullmatch(entry.stamp)
        present = self.own.get(entry.location, "")
        how = Standing(stamp.group(1)) if stamp else self.stands[entry.location]
        if self.language == self.instrument.base_language:
            return Former(how, text_hash(entry.source))
        return Former(how, stamp.group(2) if stamp else text_hash(present))

    def composed(self, entry: Entry, former: Former) -> Entry:
        """The entry with its letters as we write them: some programs save å as a and a ring, and that is no change."""
        text, source = entry.text, self.source[entry.location]
        if text_hash(text) != former.hash:
            text = normalize("NFC", text)
            present = self.own.get(entry.location, "")
            text = present if text == normalize("NFC", present) else text
        same = normalize("NFC", entry.source) == normalize("NFC", source)
        return replace(entry, text=text, source=source if same else entry.source)

    def take_text(self, entry: Entry, former: Former) -> None:
        """A text that its translator has written anew."""
        present = self.own.get(entry.location, "")
        if not entry.text.strip():
            self.refuse(entry, "the empty text", "The text that stands there stays. Write the new one.")
        elif entry.unfinished:
            self.refuse(entry, "the text", "It is marked as fuzzy: take the mark away once it is right.")
        elif present and text_hash(present) != former.hash and entry.text != present:
            why = f"It was changed here too since the file was written, to {present!r}. Export anew and decide."
            self.refuse(entry, "the text", why)
        else:
            marked = entry.standing is Standing.CHECKED
            if marked and former.standing is Standing.CHECKED:
                marked = False
                self.remarks.append(f"{at(entry)}: the mark checked is of the text before: the new one is a draft.")
            checked = marked and self.may_check(entry)
            self.put(entry, TextState.CHECKED if checked else TextState.DRAFT)

    def take_mark(self, entry: Entry, former: Former) -> None:
        """A text that stands as it was exported, with another mark: checked, no longer checked, or looked at again."""
        now = self.stands[entry.location]
        if entry.standing is None or mark_of(entry.standing) in (mark_of(former.standing), mark_of(now)):
            self.unchanged += 1
        elif entry.standing is Standing.STALE:
            self.unchanged += 1
            self.remarks.append(f"{at(entry)}: it is marked as not up to date, and stays as it is.")
        elif self.own.get(entry.location, "") != entry.text or self.source[entry.location] != entry.source:
            self.refuse(entry, "the mark", "The text or its source has changed since it was set. Export anew.")
        elif not entry.text:
            self.refuse(entry, "the mark", "There is no text that it could be about.")
        elif entry.standing is not Standing.CHECKED:
            self.put(entry, TextState.DRAFT)
        elif self.may_check(entry):
            self.put(entry, TextState.CHECKED)

    def may_check(self, entry: Entry) -> bool:
        if not self.by:
            self.refuse(entry, "the mark checked", "Say who has checked it, --by NAME; until then it is a draft.")
        return bool(self.by)

    def put(self, entry: Entry, state: TextState) -> None:
        self.taken[entry.location] = Translation(entry.text, state, entry.source)

    def refuse(self, entry: Entry, what: str, why: str) -> None:
        self.refused.append(Loss(at(entry), what, why))

    def result(self, lost: tuple[Loss, ...]) -> Translated:
        """Everything, once the texts have been looked at in their place in the questionnaire."""
        changed = {where for where, taken in self.taken.items() if taken.text != self.own.get(where)}
        found = [(where, finding) for where, finding in self.findings() if where in changed]
        refusing: dict[str, list[Finding]] = {}
        for where, finding in found:
            if finding.rule in REFUSING:
                refusing.setdefault(where, []).append(finding)
        for where, against in refusing.items():
            self.refuse_for(where, against)
        left_out = [where for where in self.source if where not in self.read]
        if left_out:
            more = f" and {len(left_out) - 1} more" if left_out[1:] else ""
            self.remarks.append(f"Not in the file, and left as it is: {left_out[0]}{more}.")
        return Translated(
            language=self.language,
            texts=self.taken,
            refused=(*lost, *self.refused),
            findings=tuple(finding for where, finding in found if where not in refusing),
            remarks=tuple(self.remarks),
            unchanged=self.unchanged,
        )

    def findings(self) -> Iterator[tuple[str, Finding]]:
        """What the linter says of the language with what was taken, by location."""
        instrument = with_taken(self.instrument, self.language, self.taken)
        texts = instrument.texts[self.language]
        found = [*wordings(texts), *too_long(instrument, texts), *own_placeholders(instrument, texts)]
        if self.language == self.instrument.base_language:
            found += self.placeholders_changed()
        else:
            found += translations(instrument, self.language)
        start = f"texts.{self.language}."
        return ((finding.location.removeprefix(start), finding) for finding in found)

    def placeholders_changed(self) -> Iterator[Finding]:
        """In the first language a changed placeholder would break every translation: that is done in the files."""
        for where, taken in self.taken.items():
            if any(differing(self.source[where], taken.text)):
                message, suggestion = "It does not fill in what it did before.", "Change placeholders in the files."
                location = f"texts.{self.language}.{where}"
                yield Finding("placeholder_missing", location, message, suggestion, self.language)

    def refuse_for(self, where: str, found: list[Finding]) -> None:
        entry, text = self.read[where], self.taken.pop(where).text
        said = " ".join(dict.fromkeys(f"{finding.message} {finding.suggestion}" for finding in found))
        if all(finding.rule == "markup" for finding in found):
            self.refuse(entry, "the text", said)
        else:
            expected = f"Its source has {in_braces(self.source[where])}."
            self.refuse(entry, f"the text with {in_braces(text)}", f"{expected} {said}")


def mark_of(how: Standing) -> Standing:
    """What a mark can say: a missing text has that of a draft."""
    return Standing.DRAFT if how is Standing.MISSING else how


def at(entry: Entry) -> str:
    return f"{entry.place}, {entry.location}" if entry.location else entry.place


def in_braces(text: str) -> str:
    """The placeholders of a text as they are written, lone braces among them."""
    found = [match.group() for match in PLACE.finditer(text) if match.group() not in ("{{", "}}")]
    return ", ".join(found) or "no placeholder"
