"""LimeSurvey's texts as ours: markup and expressions as plain text with placeholders, and the labels it supplies."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from surveys.instrument.exchange import ExchangeRefused, Loss
from surveys.instrument.limesurvey.expression_grammar import Call, Name, Negated, Part, Text, Untranslatable, parsed
from surveys.instrument.limesurvey.names_and_codes import AnswerName, BackgroundName, Names
from surveys.instrument.rule_nodes import UNREADABLE

BLOCKS = frozenset({"p", "div", "li", "ul", "ol", "tr"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "table", "blockquote", "dt", "dd", "hr"})
SILENT = BLOCKS | {"br", "span", "html", "body"}  # lines, and what only groups: nothing is said by leaving it out
TAG = re.compile(r"<(?P<closing>/?)(?P<name>[a-zA-Z][a-zA-Z0-9:-]*)(?:[\s/][^<>]*)?>|<[!?][^<>]*>")
CELLS = frozenset({"td", "th"})
SHOWING = frozenset({"img", "video", "audio", "source", "svg"})  # each says something of its own
MOST_PLACES = 20
LINE_OF_WORD = "\x0b"  # between two lines of text that was pasted from a word processor
MOST_LOST = 10_000
UNSEEN = frozenset({"style", "script", "title", "head"})
HOSTILE = re.compile(
    r"<\s*(?:script|iframe|object|embed)\b|<[^<>]*(?:java|vb)script\s*:"
    r"|(?:java|vb)script\s*:\s*(?:[\w.$]+\s*[(=\[]|void\b)|data\s*:\s*text/html|<[^<>]*[\s/'\"]on[a-z]+\s*=",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"[\s\x00-\x20]*(?:(?:j\s*a\s*v\s*a|vb)\s*script|data)\s*:", re.IGNORECASE)
LINK = re.compile(r"\shref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
LONGEST = 200_000
EXPRESSION = re.compile(r"\{(?=\S)([^{}]*)\}")
SHOWN = re.compile(r"\.(?:shown|NAOK|value)$")
STAND_IN = "\x01"
NO_VALUE = "…"  # what a foreign text shows where nothing is known

# Labels of answers that LimeSurvey supplies itself, in the languages of the platform; else in English.
SUPPLIED: Mapping[str, Mapping[str, str]] = {
    "Y": {"en": "Yes", "nb": "Ja", "nn": "Ja", "da": "Ja", "sv": "Ja", "fi": "Kyllä", "is": "Já", "de": "Ja"},
    "N": {"en": "No", "nb": "Nei", "nn": "Nei", "da": "Nej", "sv": "Nej", "fi": "Ei", "is": "Nei", "de": "Nein"},
    "U": {
        "en": "Uncertain", "nb": "Usikker", "nn": "Usikker", "da": "Usikker", "sv": "Osäker", "fi": "Epävarma",
        "is": "Óviss", "de": "Unsicher",
    },
    "F": {
        "en": "Female", "nb": "Kvinne", "nn": "Kvinne", "da": "Kvinde", "sv": "Kvinna", "fi": "Nainen", "is": "Kona",
        "de": "Weiblich",
    },
    "M": {
        "en": "Male", "nb": "Mann", "nn": "Mann", "da": "Mand", "sv": "Man", "fi": "Mies", "is": "Karl",
        "de": "Männlich",
    },
    "I": {
        "en": "Increase", "nb": "Økning", "nn": "Auke", "da": "Stigning", "sv": "Ökning", "fi": "Kasvu",
        "is": "Aukning", "de": "Zunahme",
    },
    "S": {
        "en": "Same", "nb": "Uendret", "nn": "Uendra", "da": "Uændret", "sv": "Oförändrat", "fi": "Ennallaan",
        "is": "Óbreytt", "de": "Gleich",
    },
    "D": {
        "en": "Decrease", "nb": "Nedgang", "nn": "Nedgang", "da": "Fald", "sv": "Minskning", "fi": "Lasku",
        "is": "Minnkun", "de": "Abnahme",
    },
    "other": {
        "en": "Other", "nb": "Annet", "nn": "Anna", "da": "Andet", "sv": "Annat", "fi": "Muu", "is": "Annað",
        "de": "Sonstiges",
    },
    "comment": {
        "en": "Please comment", "nb": "Kommentar", "nn": "Kommentar", "da": "Kommentar", "sv": "Kommentar",
        "fi": "Kommentti", "is": "Athugasemd", "de": "Kommentar",
    },
}  # fmt: skip


@dataclass
class Plain:
    """Collects the text, a line for each block, and which other marks stood there. One look at each character."""

    parts: list[str] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)
    blocks: bool = False
    unseen: int = 0
    links: list[tuple[int, str]] = field(
        default_factory=list
    )  # where the words of each open link begin, and its address

    def read(self, text: str) -> str:
        position = 0
        for match in TAG.finditer(text):
            self.data(text[position : match.start()])
            if match.group("name"):
                self.tag(match, match.group("name").lower(), closing=bool(match.group("closing")))
                if match.group("name").lower() == "a":
                    self.link(match)
            position = match.end()
        self.data(text[position:])
        found = "".join(self.parts)
        if self.blocks:
            found = re.sub(r"[ \t]*\n[ \t]*", "\n", re.sub(r"[ \t]{2,}", " ", found)).strip()
        return found

    def tag(self, tag: re.Match[str], name: str, *, closing: bool) -> None:
        if name not in SILENT:
            self.marks.add(" ".join(tag.group()[1:-1].split())[:150] if name in SHOWING else name)
        if name in UNSEEN:
            self.unseen = max(0, self.unseen - 1) if closing else self.unseen + 1
        if name == "br":
            self.parts.append("\n")
        elif name in CELLS:
            self.blocks = True
            self.parts.append(" ")
        elif name in BLOCKS | HEADINGS:
            self.new_line()

    def link(self, tag: re.Match[str]) -> None:
        """The address behind the words of a link, where they do not say it."""
        if not tag.group("closing"):
            found = LINK.search(tag.group())
            address = html.unescape(next((part for part in found.groups() if part), "")) if found else ""
            if ADDRESS.match(address):
                raise ExchangeRefused("a link runs a script")
            self.links.append((len(self.parts), address.strip()))
        elif self.links:
            start, address = self.links.pop()
            words = "".join(self.parts[start:])
            if address and address.removeprefix("mailto:") not in words and not address.startswith("#"):
                self.parts.append(f" ({address})" if words.strip() else address)

    def new_line(self) -> None:
        self.blocks = True
        if self.parts and not self.parts[-1].endswith("\n"):
            self.parts.append("\n")

    def data(self, data: str) -> None:
        text = html.unescape(on_one_line(data) if data.strip() else data.replace("\n", ""))
        if text and not self.unseen:
            self.parts.append(text)


def on_one_line(text: str) -> str:
    """A line break in HTML is a space."""
    first, *others = text.replace("\r", "").split("\n")
    if not others:
        return first
    return " ".join([first.rstrip(" \t"), *(line.strip(" \t") for line in others[:-1]), others[-1].lstrip(" \t")])


def plain_text(text: str, place: str) -> tuple[str, frozenset[str]]:
    """The text without markup, and the kinds of mark left out that said something.

    Raises:
        ExchangeRefused: a script, an address that runs one, or too long a text.
    """
    if len(text) > LONGEST:
        raise ExchangeRefused(f"{place}: a text may have {LONGEST} characters. Does it hold a picture? Take it out.")
    if HOSTILE.search(text):
        raise ExchangeRefused(f"{place}: a text holds a script. Take it out in LimeSurvey and export again.")
    if "<" not in text and "&" not in text and "\n" not in text:
        return text, frozenset()
    plain = Plain()
    try:
        found = plain.read(without_comments(text.replace("&nbsp;", " ")))
    except ExchangeRefused as error:
        raise ExchangeRefused(f"{place}: {error}. Take it out in LimeSurvey and export again.") from error
    return found, frozenset(plain.marks)


def without_comments(text: str) -> str:
    kept: list[str] = []
    position = 0
    while (start := text.find("<!--", position)) >= 0 and (end := text.find("-->", start)) >= 0:
        kept.append(text[position:start])
        position = end + 3
    return "".join([*kept, text[position:]])


@dataclass
class TextReader:
    """Brings texts over, and remembers what was left out of them."""

    names: Names
    marks: dict[str, list[str]] = field(default_factory=dict)  # mark -> places
    lost: list[Loss] = field(default_factory=list)

    def text(self, value: str, place: str) -> str:
        """The text in plain form with our placeholders. Raises ExchangeRefused as `plain_text`."""
        value = UNREADABLE.sub("", value.replace(LINE_OF_WORD, " "))
        shown = iter([self.placeholder(match.group(1), place) for match in EXPRESSION.finditer(value)])
        whole = self.plain(EXPRESSION.sub(STAND_IN, value), place)  # markup may span an expression
        return re.sub(STAND_IN, lambda _: next(shown, ""), whole)

    def plain(self, value: str, place: str) -> str:
        text, marks = plain_text(value, place)
        for mark in marks:
            self.marks.setdefault(mark, []).append(place)
        return text.replace("{", "{{").replace("}", "}}")

    def placeholder(self, inner: str, place: str) -> str:
        inner = html.unescape(inner)
        try:
            return placeholder_of(parsed(inner), self.names)
        except Untranslatable as error:
            if len(self.lost) >= MOST_LOST:
                raise ExchangeRefused(
                    f"{place}: more than {MOST_LOST} expressions in texts cannot be taken."
                ) from error
            why = error.sentence("write the text so that it does without.")
            self.lost.append(Loss(place, f"{{{inner[:80]}}}", why))
            return NO_VALUE

    def losses(self) -> list[Loss]:
        """One for each kind of mark, with how often and where first."""
        of_marks = [
            Loss(places[0], f"the markup <{mark}> ({counted_places(places)})", "Texts are plain; the words are kept.")
            for mark, places in sorted(self.marks.items())
        ]
        return of_marks + self.lost


def counted_places(places: Sequence[str]) -> str:
    """Where a kind of mark stood: the first few places by name, and how many in all."""
    others = [place for place in dict.fromkeys(places) if place != places[0]]
    named = f", also in {', '.join(others[:MOST_PLACES])}" if others else ""
    return f"{len(places)} times in all{named}{' and others' if len(others) > MOST_PLACES else ''}"


def placeholder_of(part: Part, names: Names) -> str:
    """`Q1.shown` and `if(is_empty(Q1), "default", Q1.shown)` as our placeholder."""
    match part:
        case Name(text=text):
            return shown(text, "", names)
        case Call("if", (Call("is_empty", (Name(text=tested),)), Text(value=default), Name(text=text))):
            if SHOWN.sub("", tested) == SHOWN.sub("", text):
                return shown(text, default, names)
        case Call("if", (Negated(Call("is_empty", (Name(text=tested),))), Name(text=text), Text(value=default))):
            if SHOWN.sub("", tested) == SHOWN.sub("", text):
                return shown(text, default, names)
    raise Untranslatable("texts show answers and attributes alone")


def shown(text: str, default: str, names: Names) -> str:
    meaning = names.meaning(SHOWN.sub("", text))
    if "}" in default or "{" in default:
        raise Untranslatable("the default has a brace")
    if isinstance(meaning, AnswerName):
        return f"{{item.{meaning.key}|{default or NO_VALUE}}}"
    if isinstance(meaning, BackgroundName):
        name = meaning.name if meaning.name.startswith(("ref.", "organisation")) else f"bg.{meaning.name}"
        if name.startswith("ref."):
            if ":" not in name:
                raise Untranslatable("a day is shown as year or date")
            return f"{{{name}}}"
        return f"{{{name}|{default or NO_VALUE}}}"
    raise Untranslatable(f"the name {text} is no answer or attribute that was taken over")


def supplied_label(name: str, languages: Sequence[str]) -> dict[str, str]:
    """The label in each language; a number stands for itself."""
    known = SUPPLIED.get(name, {})
    names = {language: language.partition("-")[0] for language in languages}
    return {
        language: known.get("nb" if own == "no" else own) or known.get("en", name) for language, own in names.items()
    }
