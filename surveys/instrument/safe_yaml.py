"""YAML as plain data: no anchors, no tags, no repeated names, bounded in size and depth.

Plain words follow YAML 1.2: `yes` and `no` are texts (they are the codes of half the questionnaire), `true`, `false`
and `null` are not, digits are whole numbers, and everything else, `2026.1` included, is a text. JSON reads the same.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from surveys.instrument.reader import InstrumentError

MAX_BYTES = 1_000_000
MAX_DEPTH = 30
WHOLE = re.compile(r"-?(0|[1-9]\d{0,17})")
WORDS: dict[str, object] = {"": None, "~": None, "null": None, "true": True, "false": False}

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> object:
    """The data of a file.

    Raises:
        InstrumentError: the file is missing, too large, not UTF-8, not YAML, or uses what is not allowed.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InstrumentError(location=path.name, expected="a readable file", got=str(error.strerror)) from error
    return parse_yaml(raw, name=path.name)


def parse_yaml(raw: bytes, *, name: str, most: int = MAX_BYTES) -> object:
    """The data of YAML text; `name` is what errors call it, and `most` how many bytes are read."""
    if len(raw) > most:
        raise InstrumentError(
            location=name, expected=f"at most {most} bytes", got=f"{len(raw)}", hint="Split the bank."
        )
    try:
        events = yaml.parse(raw.decode("utf-8"), Loader=Loader)
        return Builder(name, events).document()
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

    def refused(self, event: yaml.Event, expected: str, got: str) -> InstrumentError:
        line = event.start_mark.line + 1 if event.start_mark else 0
        return InstrumentError(location=f"{self.name}, line {line}", expected=expected, got=got)

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
        return int(event.value) if WHOLE.fullmatch(event.value) else event.value

    def mapping(self) -> dict[str, object]:
        found: dict[str, object] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self.refused(event, "a name", "a list, a mapping or an alias")
            self.plain(event)
            if event.value in found:
                raise self.refused(event, "a name of its own", f"{event.value!r} a second time")
            found[event.value] = self.value(next(self.events))
        return found

    def sequence(self) -> list[object]:
        found: list[object] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            found.append(self.value(event))
        return found
