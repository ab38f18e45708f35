"""What changed in the texts of two questionnaires, and which of it says the same."""

import re
from collections.abc import Iterator

from surveys.instrument.diff_parts import ReusedCode, Wording
from surveys.instrument.schema import Instrument
from surveys.instrument.texts import entries, key_and_part

YEAR = r"(?<!\d)(?:19|20)\d\d(?!\d)|\{ref\.(?:from|to):year\}"
QUOTES = "\"'`´‘’‚‛“”„‟«»‹›′″"
DASHES = "-‐‑‒–—―−"
FOLDS = (
    (re.compile(YEAR), "0000"),
    (re.compile(f"[{QUOTES}]"), ""),
    (re.compile(r"(?<!\d),|,(?!\d)"), " "),  # a comma inside a number stays
    (re.compile(rf"(?<=\w)[{DASHES}]+|[{DASHES}]+(?!\d)"), " "),  # and so does the sign of a negative number
    (re.compile(r"\s+"), " "),
)
ONLY_YEARS = re.compile(r"[0 ]*")


def folded(text: str) -> str:
    """The text without what makes no other question of it: year, comma, quotation marks, space, dashes and case."""
    for pattern, instead in FOLDS:
        text = pattern.sub(instead, text)
    return text.strip().casefold()


def says_the_same(one: str, other: str) -> bool:
    return folded(one) == folded(other)


def means_the_same(one: str, other: str) -> bool:
    """Of two labels. One that is nothing but a year means that year, so that another year is another meaning."""
    if ONLY_YEARS.fullmatch(folded(one)):
        return re.findall(r"\d+", one) == re.findall(r"\d+", other)
    return says_the_same(one, other)


def shared_languages(former: Instrument, present: Instrument) -> list[str]:
    return [language for language in present.languages if language in present.texts and language in former.texts]


def wordings(former: Instrument, present: Instrument) -> Iterator[Wording]:
    """Every text of both that reads differently, folded or not; what is new or gone as a whole is not among them."""
    both = subjects(former) & subjects(present)
    for language in shared_languages(former, present):
        one, other = entries(former.texts[language]), entries(present.texts[language])
        for location in dict.fromkeys([*other, *one]):
            was, reads = one.get(location, ""), other.get(location, "")
            if was != reads and subject(location) in both:
                yield Wording(language, location, was, reads, folded=says_the_same(was, reads))


def owner(location: str) -> tuple[str, str, str]:
    """What a text is about: its kind, its key, and which part of it."""
    kind, _, rest = location.partition(".")
    return (kind, *key_and_part(rest)) if kind in ("items", "batteries") else (kind, rest, "")


def subject(location: str) -> tuple[str, str, str]:
    """What has to be there for the text to be about something: its owner, of a label with the code."""
    kind, key, part = owner(location)
    return kind, key, part.removeprefix("options.") if part.startswith("options.") else ""


def subjects(instrument: Instrument) -> frozenset[tuple[str, str, str]]:
    """Everything that the texts of the instrument may be about, whether they are or not."""
    found = {("title", "", ""), ("introduction", "", ""), ("definition", "", "")}
    found |= {("pages", page.id, "") for page in instrument.pages}
    found |= {("sections", page.section, "") for page in instrument.pages}
    found |= {("edits", edit.id, "") for edit in instrument.edits}
    for item in instrument.items.values():
        for kind, key in (("items", item.key), ("batteries", item.battery)):
            if key is not None:
                found |= {(kind, key, code) for code in ("", *item.codes)}
    return frozenset(found)


def reused_codes(former: Instrument, present: Instrument) -> Iterator[ReusedCode]:
    """Codes of an item that have another label than before, whatever else is folded."""
    for key, item in present.items.items():
        if key not in former.items:
            continue
        for language in shared_languages(former, present):
            one, other = former.texts[language], present.texts[language]
            for option in item.options:
                if option.code not in former.items[key].codes:
                    continue
                was, reads = one.label(former.items[key], option.code), other.label(item, option.code)
                if was and reads and not means_the_same(was, reads):
                    yield ReusedCode(key, option.code, language, was, reads)
