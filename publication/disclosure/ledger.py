"""Everything ever published, as an attacker keeps it: facts, and how their counts hang together over releases.

Names are stable: a count keeps its name in every release, report and version that prints it, and two counts that may
differ (before and after a correction, in two waves) have two names. A new release is attacked together with the
ledger, so that what two harmless publications tell together is found before the second one is made.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

from publication.disclosure.bounds import Contradiction
from publication.disclosure.relations import Relation, adds_up, between

SCHEMA = "barometer.ledger/1"


@dataclass(frozen=True)
class Fact:
    """A published count, or a range of it: low <= name <= high, and where it was published."""

    name: str
    low: float
    high: float
    source: str


@dataclass(frozen=True)
class Ledger:
    """Facts and relations of all that was published so far. Frozen: `with_published` makes the next one."""

    facts: tuple[Fact, ...] = ()
    relations: tuple[Relation, ...] = ()

    def with_published(
        self, source: str, counts: Mapping[str, int], relations: Iterable[Relation] = (), ranges: Iterable[Fact] = ()
    ) -> "Ledger":
        """The ledger after one more publication; relations that need a cell must be those whose cell was shown.

        Errors: Contradiction when a count is published with a value that the ledger excludes: a corrected count
        needs a name of its own (see `versions`).
        """
        fresh = [*(Fact(name, value, value, source) for name, value in sorted(counts.items())), *ranges]
        before = self.ranges()
        for fact in fresh:
            low, high = before.get(fact.name, (0.0, inf))
            if fact.low > high or fact.high < low:
                raise Contradiction(
                    f"{fact.name}: expected {low:g} to {high:g} as published before, got {fact.low:g} to {fact.high:g} "
                    f"from {source}. Give a corrected count a name of its own and relate the two (`versions`)."
                )
        held = [replace(relation, needs="") for relation in relations]
        return Ledger(tuple(dict.fromkeys([*self.facts, *fresh])), tuple(dict.fromkeys([*self.relations, *held])))

    def ranges(self) -> dict[str, tuple[float, float]]:
        """What all facts together say of each count."""
        found: dict[str, tuple[float, float]] = {}
        for fact in self.facts:
            low, high = found.get(fact.name, (0.0, inf))
            found[fact.name] = (max(low, fact.low), min(high, fact.high))
        return found

    def known(self) -> dict[str, int]:
        """The counts that are known exactly."""
        return {name: int(low) for name, (low, high) in self.ranges().items() if low == high}

    def all_relations(self) -> list[Relation]:
        """The relations, with the ranges that are not exact as relations of one count."""
        open_ranges = [(name, low, high) for name, (low, high) in self.ranges().items() if low != high]
        return [*self.relations, *(between(name, low, high) for name, low, high in open_ranges)]

    def to_document(self) -> dict[str, object]:
        """Plain JSON; infinite ends are null."""
        return {
            "schema": SCHEMA,
            "facts": [[fact.name, _out(fact.low), _out(fact.high), fact.source] for fact in self.facts],
            "relations": [
                [[list(term) for term in relation.terms], _out(relation.low), _out(relation.high)]
                for relation in self.relations
            ],
        }


def from_document(document: Mapping[str, object]) -> Ledger:
    """The ledger of a document of `to_document`. Errors: ValueError for another schema."""
    if document.get("schema") != SCHEMA:
        raise ValueError(f"schema: expected {SCHEMA}, got {document.get('schema')!r}. Pass a document of to_document.")
    facts, relations = document["facts"], document["relations"]
    if not isinstance(facts, list) or not isinstance(relations, list):
        raise ValueError("facts, relations: expected lists, got something else. Pass a document of to_document.")
    return Ledger(
        tuple(Fact(name, _in(low, -inf), _in(high, inf), source) for name, low, high, source in facts),
        tuple(
            Relation(tuple((name, float(factor)) for name, factor in terms), _in(low, -inf), _in(high, inf))
            for terms, low, high in relations
        ),
    )


def _out(value: float) -> float | None:
    return None if value in (inf, -inf) else value


def _in(value: float | None, missing: float) -> float:
    return missing if value is None else float(value)


def union(name: str, parts: Sequence[str]) -> Relation:
    """A published union of groups or categories that do not overlap."""
    return adds_up(name, parts)


def nested(bands: Sequence[str], between_names: Sequence[str]) -> list[Relation]:
    """Bands that hold one another, the widest first (all, 10 or more, 50 or more), and the groups between them.

    Errors: ValueError unless there is one group fewer than bands.
    """
    if len(between_names) != len(bands) - 1:
        raise ValueError(
            f"between_names: expected {len(bands) - 1} names for {len(bands)} bands, got {len(between_names)}. "
            "Name the group between each band and the next."
        )
    return [adds_up(wide, [narrow, name]) for wide, narrow, name in zip(bands, bands[1:], between_names, strict=False)]


def versions(former: str, corrected: str, came: str, went: str) -> Relation:
    """A count before and after a correction: what came is added, what went is taken away; both may be small."""
    return Relation(((corrected, 1.0), (former, -1.0), (came, -1.0), (went, 1.0)))


def waves(now: str, stayed: str, new: str) -> Relation:
    """A count of one wave: those who were in the panel of the wave before, and the new ones."""
    return adds_up(now, [stayed, new])


def benchmark(everybody: str, peers: str, own: str, answer: int) -> tuple[list[Relation], list[Fact]]:
    """An organisation's own report: it knows its answer (0 or 1) and reads its peers' count without it."""
    if answer not in (0, 1):
        raise ValueError(f"answer: expected 0 or 1, got {answer}. Pass the organisation's own answer.")
    return [adds_up(everybody, [peers, own])], [Fact(own, answer, answer, "own answer")]
