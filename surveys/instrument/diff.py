"""The difference report between two questionnaires: what a reader of both waves' figures has to know."""

from dataclasses import dataclass, fields, is_dataclass
from enum import Enum

from surveys.instrument.diff_items import is_about, item_changes, name_of
from surveys.instrument.diff_order import item_moves, sequel
from surveys.instrument.diff_parts import UNDECLARED, Change, ItemChange, Move, ReusedCode, Sequel, Wording
from surveys.instrument.diff_rules import edit_changes, routing_changes
from surveys.instrument.diff_texts import reused_codes, wordings
from surveys.instrument.schema import Comparability, Instrument

__all__ = [
    "UNDECLARED", "Change", "Difference", "ItemChange", "Move", "ReusedCode", "Sequel", "Wording", "difference",
]  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """Everything that is another in the present questionnaire than in the former one."""

    former: str  # key and version
    present: str
    added: tuple[str, ...]  # keys of items
    removed: tuple[str, ...]
    changed: tuple[ItemChange, ...]
    reused: tuple[ReusedCode, ...]  # always listed, declared or not
    moves: tuple[Move, ...]
    sections: Sequel
    pages: Sequel
    languages: Sequel
    background: Sequel  # variables of the frame that rules and texts may read
    routing: tuple[Change, ...]
    edits: tuple[Change, ...]
    wordings: tuple[Wording, ...]  # of every kind of text
    folded: tuple[Wording, ...]  # differ in year, comma, quotation marks, space, dash or case alone
    elsewhere: tuple[Comparability, ...]  # declarations about another questionnaire than the former one

    @property
    def undeclared(self) -> tuple[str, ...]:
        """Keys of changed items of which nobody has said what they have to do with the former ones."""
        return tuple(item.key for item in self.changed if item.undeclared)

    @property
    def accounted_for(self) -> bool:
        """Nothing is undeclared and no code is used again."""
        return not self.undeclared and not self.reused

    @property
    def is_empty(self) -> bool:
        """Nothing changed but what is folded."""
        return not any(
            getattr(self, field.name)
            for field in fields(self)
            if field.name not in ("former", "present", "folded", "elsewhere")
        )

    def as_document(self) -> dict[str, object]:
        """The report as JSON: fields by name, with the relation of each changed item and what is not accounted for."""
        whole = {field.name: plain(getattr(self, field.name)) for field in fields(self)}
        changed = [{**part(item), "relation": item.relation, "undeclared": item.undeclared} for item in self.changed]
        counts = {"folded": len(self.folded), "undeclared": len(self.undeclared), "reused": len(self.reused)}
        return {
            **whole,
            "changed": changed,
            "undeclared": list(self.undeclared),
            "accounted_for": self.accounted_for,
            "counts": counts,
        }


def difference(former: Instrument, present: Instrument) -> Difference:
    """What is another in the present questionnaire than in the former one. Both must be readable, not faultless."""
    texts = tuple(wordings(former, present))
    items = sequel(list(former.items), list(present.items))
    return Difference(
        former=name_of(former),
        present=name_of(present),
        added=items.added,
        removed=items.removed,
        changed=tuple(item_changes(former, present, texts)),
        reused=tuple(reused_codes(former, present)),
        moves=tuple(item_moves(former, present)),
        sections=sequel(section_names(former), section_names(present)),
        pages=sequel([page.id for page in former.pages], [page.id for page in present.pages]),
        languages=sequel(former.languages, present.languages),
        background=sequel(former.background, present.background),
        routing=tuple(routing_changes(former, present)),
        edits=tuple(edit_changes(former, present)),
        wordings=tuple(wording for wording in texts if not wording.folded),
        folded=tuple(wording for wording in texts if wording.folded),
        elsewhere=tuple(entry for entry in present.comparability if not is_about(entry, former)),
    )


def section_names(instrument: Instrument) -> list[str]:
    return list(dict.fromkeys(page.section for page in instrument.pages))


def plain(value: object) -> object:
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    return part(value) if is_dataclass(value) else value


def part(value: object) -> dict[str, object]:
    return {field.name: plain(getattr(value, field.name)) for field in fields(value)}  # type: ignore[arg-type]
