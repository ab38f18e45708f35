"""Where two documents differ, each place said once."""

from collections.abc import Iterator

from surveys.instrument.exchange import Loss
from surveys.instrument.reader import shown

WHY = "What is read back from the file differs here: keep the original."


def differences(one: object, other: object, place: str = "") -> Iterator[Loss]:
    """A loss for each value of the first document that the second lacks or has otherwise, and for each it has more."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in dict.fromkeys([*one, *other]):
            yield from differences(one.get(name), other.get(name), f"{place}.{name}" if place else str(name))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from differences(left, right, f"{place}[{number}]")
    elif one != other:
        yield Loss(place, shown(one), WHY)
