"""What imports and exports of questionnaires say: what was taken over, and everything that was not."""

from collections.abc import Iterator
from dataclasses import dataclass

from surveys.instrument.reader import shown

READ_BACK = "What is read back from the file differs here: keep the original."


class ExchangeRefused(ValueError):
    """A file that is not read at all: hostile, damaged, too large, or no questionnaire. The message says why."""


@dataclass(frozen=True)
class Loss:
    """Something that the other format says, or that ours says, and that did not come along."""

    place: str  # where it stands, for instance "survey, row 12, column appearance"
    what: str  # what stands there
    why: str  # and what to do about it

    def __str__(self) -> str:
        return f"{self.place}: {self.what} was not taken. {self.why}"


class Notes:
    """What an exchange writes down on its way."""

    def __init__(self) -> None:
        self.lost: list[Loss] = []
        self.assumed: list[str] = []

    def lose(self, place: str, what: str, why: str) -> None:
        self.lost.append(Loss(place, what, why))

    def assume(self, sentence: str) -> None:
        self.assumed.append(sentence)


@dataclass(frozen=True)
class Imported:
    """A document of ours, with counts of what was taken, each thing that was not, and what was decided on the way."""

    document: dict[str, object]
    taken: dict[str, int]  # kind of thing, for instance "items" -> how many
    lost: tuple[Loss, ...]
    assumed: tuple[str, ...] = ()  # sentences on what the file does not say and the document must


@dataclass(frozen=True)
class Exported:
    """A file of another format, with counts of what was taken and each thing that was not."""

    content: bytes
    taken: dict[str, int]
    lost: tuple[Loss, ...]


def differences(one: object, other: object, place: str = "") -> Iterator[Loss]:
    """A loss for each value of the first document that the second lacks or has otherwise, and for each it has more."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in dict.fromkeys([*one, *other]):
            yield from differences(one.get(name), other.get(name), f"{place}.{name}" if place else str(name))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from differences(left, right, f"{place}[{number}]")
    elif one != other:
        yield Loss(place, shown(one), READ_BACK)
