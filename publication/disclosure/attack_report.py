"""The attack on a release together with everything published before, and the report that is stored with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from time import perf_counter

from publication.disclosure.attack import attack, by_algebra
from publication.disclosure.intervals import Spans, audit, without_known
from publication.disclosure.ledger import Ledger
from publication.disclosure.primary import Rule
from publication.disclosure.relations import Relation
from publication.disclosure.tables import gives_away

SCHEMA = "barometer.attack/1"
WAYS = ("rank", "whole_number_bounds", "linear_programs")


@dataclass(frozen=True)
class AttackReport:
    """What was tried and what came of it.

    `exact` and `narrow` name the counts found, with their interval. `widest` and `narrowest` are widths over the
    intervals that were seen; a width is inf where nothing bounds a count. `undecided` counts were shown safe by linear
    programs, but not by tables in whole numbers.
    """

    sources: tuple[str, ...]
    ways: tuple[str, ...]
    known: int
    relations: int
    attacked: int
    by_rank: int
    exact: Mapping[str, tuple[float, float]]
    narrow: Mapping[str, tuple[float, float]]
    undecided: int
    widest: float | None
    narrowest: float | None
    programs: int
    seconds: float

    @property
    def is_safe(self) -> bool:
        return not self.exact and not self.narrow

    def to_document(self) -> dict[str, object]:
        """Plain JSON. Counts that were found are named without their values: the report may be read by many."""
        return {
            "schema": SCHEMA,
            "sources": list(self.sources),
            "ways": list(self.ways),
            "known": self.known,
            "relations": self.relations,
            "attacked": self.attacked,
            "by_rank": self.by_rank,
            "exact": sorted(self.exact),
            "narrow": sorted(self.narrow),
            "undecided": self.undecided,
            "widest": None if self.widest in (None, inf) else self.widest,
            "unbounded": self.widest == inf,
            "narrowest": None if self.narrowest in (None, inf) else self.narrowest,
            "programs": self.programs,
            "seconds": round(self.seconds, 3),
        }


def attack_all(
    ledger: Ledger, hidden: Mapping[str, int], relations: Sequence[Relation] = (), rule: Rule | None = None
) -> AttackReport:
    """Attack every hidden count with all that the ledger holds; `relations` are known although not published.

    Call it with the ledger as it would be after the release (`Ledger.with_published`). `hidden` gives the true counts:
    whether an interval tells too much depends on them. Errors: Contradiction when nothing fits what was published;
    ValueError when a count is published and hidden at once.
    """
    begun = perf_counter()
    rule = rule or Rule()
    known = ledger.known()
    shown = sorted(hidden.keys() & known.keys())
    if shown:
        raise ValueError(
            f"hidden: expected counts that no publication prints, got {shown[0]}. Take it out of the list."
        )
    everything = [*ledger.all_relations(), *relations]
    active = without_known(known, everything)
    by_rank = by_algebra(active).keys() & hidden.keys()
    exact = {name: (float(value), float(value)) for name, value in attack({}, active).items() if name in hidden}

    def is_safe(name: str, low: float, high: float) -> bool:
        return not gives_away(hidden[name], low, high, rule)

    spans = audit(known, everything, [name for name in hidden if name not in exact], is_safe)
    exact |= {name: span for name, span in spans.open.items() if span[0] == span[1]}
    widths = _widths(spans)
    return AttackReport(
        sources=tuple(dict.fromkeys(fact.source for fact in ledger.facts)),
        ways=WAYS,
        known=len(known),
        relations=len(everything),
        attacked=len(hidden),
        by_rank=len(by_rank),
        exact=exact,
        narrow={name: span for name, span in spans.open.items() if span[0] != span[1]},
        undecided=len(spans.relaxed),
        widest=max(widths, default=None),
        narrowest=min([*widths, *(0.0 for _ in exact)], default=None),
        programs=spans.programs,
        seconds=perf_counter() - begun,
    )


def _widths(spans: Spans) -> list[float]:
    return [high - low for part in (spans.open, spans.seen, spans.relaxed) for low, high in part.values()]
