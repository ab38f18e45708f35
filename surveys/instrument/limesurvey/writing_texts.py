"""Our texts as LimeSurvey's: HTML with expressions in braces, a line of the file in every language."""

import html
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from surveys.instrument.exchange import Loss
from surveys.instrument.limesurvey.expression_grammar import Untranslatable
from surveys.instrument.limesurvey.names_and_codes import Names
from surveys.instrument.limesurvey.reading_files import FORMULA
from surveys.instrument.placeholders import Placeholder, PlaceholderError, pieces
from surveys.instrument.schema import Instrument, Texts


@dataclass
class Line:
    """What is the same in all languages, what is text, what stands in the first alone, and what is carried there."""

    same: dict[str, str]
    words: dict[str, Mapping[str, str]] = field(default_factory=dict)
    once: dict[str, str] = field(default_factory=dict)
    more: dict[str, object] = field(default_factory=dict)

    def row(self, language: str, *, first: bool) -> dict[str, str]:
        words = {name: text for name, texts in self.words.items() if (text := texts.get(language))}
        once = self.once | ({"barometer_more": as_json(self.more)} if self.more else {}) if first else {}
        return {**self.same, "language": language, **words, **once}


class TextWriter:
    """The instrument's texts by language, written as LimeSurvey's; what it cannot show is noted in `lost`."""

    def __init__(self, instrument: Instrument, names: Names) -> None:
        self.instrument = instrument
        self.names = names
        self.lost: list[Loss] = []

    def of(self, place: str, read: Callable[[Texts], str]) -> dict[str, str]:
        """Language -> text; without the languages that have none."""
        found = {
            language: self.written(read(texts), f"texts.{language}.{place}")
            for language, texts in self.instrument.texts.items()
        }
        return {language: text for language, text in found.items() if text}

    def written(self, text: str, place: str) -> str:
        try:
            return defused(written_text(text, self.names))
        except Untranslatable as error:
            why = error.sentence("LimeSurvey shows the braces as they stand.")
            self.lost.append(Loss(place, "a placeholder", why))
            return defused(markup(text))


def as_json(value: object) -> str:
    """Compact JSON without a backslash before a quotation mark, which LimeSurvey's reader of the file stumbles over."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("\\\\", "\\u005c").replace('\\"', "\\u0022")


def markup(text: str) -> str:
    """Plain text as HTML that shows it; braces that are no expression written so that LimeSurvey leaves them."""
    escaped = html.escape(text, quote=False).replace("\r\n", "\n").replace("\n", "<br />")
    plain = re.sub(r"(script\s*):", r"\1&#58;", escaped, flags=re.IGNORECASE)  # words, and no address
    return plain.replace("{", "&#123;").replace("}", "&#125;")


def defused(cell: str) -> str:
    """The cell with its first sign as an entity where a spreadsheet would take it for a formula."""
    if FORMULA.match(cell) is None:
        return cell
    plain = cell.lstrip()
    return f"{cell[: len(cell) - len(plain)]}&#{ord(plain[0])};{plain[1:]}"


def written_text(text: str, names: Names) -> str:
    """Our text as LimeSurvey's, its placeholders as expressions.

    Raises:
        Untranslatable: a placeholder that LimeSurvey cannot fill, or that is broken.
    """
    try:
        parts = pieces(text)
    except PlaceholderError as error:
        raise Untranslatable(str(error)) from error
    return "".join(markup(part) if isinstance(part, str) else written_placeholder(part, names) for part in parts)


def written_placeholder(place: Placeholder, names: Names) -> str:
    if place.item:
        if place.format or place.item not in names.answers:
            raise Untranslatable(f"LimeSurvey cannot show the answer to {place.item} so")
        value = names.answers[place.item][0]
        empty, shown = f"{value}.NAOK", f"{value}.shown"
    else:
        name = attribute_of(place)
        if name not in names.backgrounds:
            raise Untranslatable(f"there is no attribute for {name}")
        empty = shown = names.backgrounds[name]
    if not place.default:
        return f"{{{shown}}}"
    if re.search(r'["\\{}<>&\n]', place.default):
        raise Untranslatable("its default has a quotation mark, a brace, a backslash or markup")
    return f'{{if(is_empty({empty}), "{place.default}", {shown})}}'


def attribute_of(place: Placeholder) -> str:
    """The name of the participant attribute that a placeholder shows: `organisation`, `ref.from:year`, `country`."""
    name = place.variable or place.name
    return f"{name}:{place.format}" if place.format else name
