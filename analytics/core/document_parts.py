"""Mappings of a definitions document, read key by key: every error names the place, what was expected and what came."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from analytics.core.definitions import DefinitionError

Value = TypeVar("Value")
Word = TypeVar("Word", bound=StrEnum)


class Part:
    """A mapping of the document that names itself in errors and notices keys that nobody read."""

    def __init__(self, place: str, content: object) -> None:
        if not isinstance(content, Mapping):
            raise DefinitionError(f"{place}: expected a mapping, got {content!r}.")
        self.place, self.content, self.seen = place, content, set[str]()

    def get(self, name: str, kind: type[Value], default: Value | None = None) -> Value:
        self.seen.add(name)
        value = self.content.get(name, default)
        if not isinstance(value, kind):
            raise DefinitionError(f"{self.place}.{name}: expected {kind.__name__}, got {value!r}.")
        return value

    def text(self, name: str, default: str | None = None) -> str:
        return self.get(name, str, default)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts that is not empty."""
        found = self.get(name, list)
        if not found or not all(isinstance(text, str) for text in found):
            raise DefinitionError(f"{self.place}.{name}: expected a list of texts, got {found!r}.")
        return tuple(found)

    def word(self, name: str, allowed: type[Word]) -> Word:
        """A word of an enumeration."""
        given = self.text(name)
        if given not in list(allowed):
            raise DefinitionError(f"{self.place}.{name}: expected one of {', '.join(allowed)}, got {given!r}.")
        return allowed(given)

    def only(self, name: str, word: str, reason: str) -> None:
        """An entry that may say one thing only, and why."""
        if self.text(name) != word:
            raise DefinitionError(f"{self.place}.{name}: expected {word}, got {self.content[name]!r}. {reason}")

    def number(self, name: str, default: float | None = None, *, low: float, high: float) -> float:
        """A finite number from low to high."""
        self.seen.add(name)
        value = self.content.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise DefinitionError(f"{self.place}.{name}: expected a number from {low:g} to {high:g}, got {value!r}.")
        return float(value)

    def pair(self, name: str) -> tuple[float, float]:
        """Two numbers, the lower first."""
        given = self.get(name, list)
        numbers = [value for value in given if isinstance(value, int | float) and not isinstance(value, bool)]
        if len(given) != 2 or len(numbers) != 2 or not numbers[0] < numbers[1]:
            raise DefinitionError(f"{self.place}.{name}: expected a low and a higher number, got {given!r}.")
        return float(numbers[0]), float(numbers[1])

    def part(self, name: str) -> "Part":
        self.seen.add(name)
        return Part(f"{self.place}.{name}", self.content.get(name))

    def parts(self, name: str) -> Iterator["Part"]:
        for position, content in enumerate(self.get(name, list)):
            key = content.get("key", position) if isinstance(content, Mapping) else position
            yield Part(f"{self.place}.{name}.{key}", content)

    def has(self, name: str) -> bool:
        return name in self.content

    def done(self) -> None:
        unknown = sorted(set(map(str, self.content)) - self.seen)
        if unknown:
            raise DefinitionError(f"{self.place}: unknown entry {unknown[0]!r}. Use one of {sorted(self.seen)}.")


def once(place: str, keys: Sequence[str]) -> None:
    """Raise DefinitionError for a key that stands twice."""
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise DefinitionError(f"{place}: a key stands twice: {twice!r}. Give each its own key.")
