"""A row of the tab-separated form in every language, and our texts as LimeSurvey's."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from surveys.instrument.exchange import Loss
from surveys.instrument.limesurvey.expression_grammar import Untranslatable
from surveys.instrument.limesurvey.names_and_codes import Names
from surveys.instrument.limesurvey.reading_texts import markup, written_text
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


class Wordings:
    """The instrument's texts by language, written as LimeSurvey's; what it cannot show is noted in `lost`."""

    def __init__(self, instrument: Instrument, names: Names) -> None:
        self.instrument = instrument
        self.names = names
        self.lost: list[Loss] = []

    def of(self, place: str, read: Callable[[Texts], str]) -> dict[str, str]:
        """Language -> text; without the languages that have none."""
        found = self.each(place, read)
        return {language: text for language, text in found if text}

    def each(self, place: str, read: Callable[[Texts], str]) -> Iterator[tuple[str, str]]:
        for language, texts in self.instrument.texts.items():
            yield language, self.written(read(texts), f"texts.{language}.{place}")

    def written(self, text: str, place: str) -> str:
        try:
            return written_text(text, self.names)
        except Untranslatable as error:
            why = f"{str(error)[:200]}: LimeSurvey shows the braces as they stand."
            self.lost.append(Loss(place, "a placeholder", f"{why[:1].upper()}{why[1:]}"))
            return markup(text)


def as_json(value: object) -> str:
    """Compact JSON without a backslash before a quotation mark, which LimeSurvey's reader of the file stumbles over."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("\\\\", "\\u005c").replace('\\"', "\\u0022")
