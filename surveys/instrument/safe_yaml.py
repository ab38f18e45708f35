"""YAML as plain data: no anchors, no tags, no repeated names, bounded in size and depth.

Plain words follow YAML 1.2: `yes` and `no` are texts (they are the codes of half the questionnaire), `true`, `false`
and `null` are not, digits are whole numbers, and everything else, `2026.1` included, is a text. JSON reads the same.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import yaml

from surveys.instrument.files import bytes_of
from surveys.instrument.reader import InstrumentError
from surveys.instrument.safe_json import MAX_DEPTH, looks_like_json, parse_json, whole_or_text

MAX_BYTES = 4_000_000  # 300 items in seven languages take about one
WORDS: dict[str, object] = {"": None, "~": None, "null": None, "true": True, "false": False}

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path, name: str = "") -> object:
    """The data of a file of YAML or JSON; `name` is what errors call it, else it is called as it is.

    Raises:
        InstrumentError: the file is missing, too large, not UTF-8, not YAML, or uses what is not allowed.
    """
    name = name or path.name
    return parse_yaml(bytes_of(path, name=name, most=MAX_BYTES), name=name)


def parse_yaml(raw: bytes, *, name: str) -> object:
    """The data of YAML or JSON; `name` is what errors call it. JSON is read as such, as YAML lacks its pairs of \\u."""
    if len(raw) > MAX_BYTES:
        raise InstrumentError(location=name, expected=f"at most {MAX_BYTES} bytes", got="more", hint="Split the file.")
    try:
        text = raw.decode("utf-8-sig")
        if looks_like_json(text):
            try:
                return parse_json(text, name=name)
            except json.JSONDecodeError as error:
                if name.endswith(".json"):
                    at = f"{name}, line {error.lineno}, column {error.colno}"
                    raise InstrumentError(location=at, expected="JSON", got=error.msg) from error
        return Builder(name, yaml.parse(text, Loader=Loader)).document()
    except UnicodeDecodeError as error:
        raise InstrumentError(location=name, expected="UTF-8", got=f"byte {error.start} of something else") from error
    except yaml.YAMLError as error:
        raise InstrumentError(location=name, expected="YAML", got=" ".join(str(error).split())) from error


class Builder:
    """Builds lists and mappings from the parser's events."""

    def __init__(self, name: str, events: Iterator[yaml.Event]) -> None:
        self.name = name
        self.events = events
        self.depth = 0

    def document(self) -> object:
        next(self.events)  # the stream begins
        if not isinstance(next(self.events), yaml.DocumentStartEvent):
            return None
        value = self.value(next(self.events))
        next(self.events)  # the document ends
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise self.refused(after, "one document", "a second")
        return value

    def refused(self, event: yaml.Event, expected: str, got: str, *, rule: str = "document") -> InstrumentError:
        line = event.start_mark.line + 1 if event.start_mark else 0
        return InstrumentError(location=f"{self.name}, line {line}", expected=expected, got=got, rule=rule)

    def plain(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self.refused(event, "plain data", "an anchor or alias")
        if getattr(event, "tag", None):
            raise self.refused(event, "plain data", f"the tag {getattr(event, 'tag', '')}")

    def value(self, event: yaml.Event) -> object:
        self.plain(event)
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.refused(event, f"at most {MAX_DEPTH} levels", "more")
        built = self.mapping() if isinstance(event, yaml.MappingStartEvent) else self.sequence()
        self.depth -= 1
        return built

    def scalar(self, event: yaml.ScalarEvent) -> object:
        if event.style is not None and event.style != "":
            return event.value
        if event.value in WORDS:
            return WORDS[event.value]
        return whole_or_text(event.value)

    def mapping(self) -> dict[str, object]:
        found: dict[str, object] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self.refused(event, "a name", "a list, a mapping or an alias")
            self.plain(event)
            if event.value in found:
                got = f"{event.value!r} a second time"
                raise self.refused(event, "a name of its own", got, rule="duplicate_key")
            found[event.value] = self.value(next(self.events))
        return found

    def sequence(self) -> list[object]:
        found: list[object] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            found.append(self.value(event))
        return found
