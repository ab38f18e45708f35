"""What the names in an expression stand for with us."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from surveys.instrument.schema import ItemType
from surveys.instrument.xlsform.xpath import Call, Expression, NotTaken, Reference, Self


@dataclass(frozen=True)
class Subject:
    """What a name of the form stands for with us."""

    key: str
    kind: str  # item, condition or background
    type: ItemType = ItemType.TEXT  # of an item: how its value is answered
    codes: Mapping[str, str] = field(default_factory=dict)  # of an item with options: code of the form -> ours
    outcomes: tuple[str, str] = ("1", "0")  # of a condition: what the row calculates where it holds and where not
    lost: str = ""  # why there is nothing with us that it could stand for


@dataclass(frozen=True)
class Names:
    """What an expression may name, from where it stands."""

    subjects: Mapping[str, Subject]
    own: Subject | None = None  # what `.` stands for
    columns: Mapping[str, str] | None = None  # of a choice filter: the cells of the choice


def subject_of(name: str, names: Names) -> Subject:
    subject = names.subjects.get(name)
    if subject is None:
        raise NotTaken(f"${{{name}}}", "No row has this name.")
    if subject.lost:
        raise NotTaken(f"${{{name}}}", subject.lost)
    return subject


def referred(tree: Expression, names: Names) -> Subject | None:
    """What a value names, looking through functions that change nothing."""
    match tree:
        case Reference(name=name):
            return subject_of(name, names)
        case Self():
            if names.own is None:
                raise NotTaken("the dot", "It stands for the answer itself, in a constraint.")
            return names.own
        case Call(function="string" | "number", arguments=(inner,)):
            return referred(inner, names)
    return None
