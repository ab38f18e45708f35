"""What imports and exports of questionnaires say: what was taken over, and everything that was not."""

from dataclasses import dataclass


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
