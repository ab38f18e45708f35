"""What a release changes of the one that it replaces, cell by cell."""

from collections.abc import Iterable, Mapping
from typing import Any

Document = Mapping[str, Any]
Row = Mapping[str, Any]

PLACE = ("measure", "category", "country", "sector", "size_class", "county", "against")
NUMBERS = ("status", "n", "value", "low", "high", "standard_error", "verdict", "p_adjusted", "rank_low", "rank_high")
MARKS = ("caution",)  # what stands beside a figure that is shown
WORDS = ("title", "question", "base", "method", "labels", "unit", "decimals")  # a finding changes with its numbers


def revision(former: Iterable[Document], present: Iterable[Document]) -> dict[str, object]:
    """{"cells": compared, "changed": [...], "added", "removed", "worded": [table], "largest": points}.

    A changed cell has its table and place, and under `before` and `after` what differs; a cell that only one release
    has stands with an empty other side. `worded` are the tables of which words, unit or decimals differ, in a language
    that both have: a corrected label is a correction too. `largest` is the greatest absolute change of a value that
    both show.
    """
    before, after = ({str(one["key"]): one for one in documents} for documents in (former, present))
    changed: list[dict[str, Any]] = []
    compared = 0
    for key in sorted(set(before) & set(after)):
        old, new = _cells(before[key]), _cells(after[key])
        compared += len(set(old) | set(new))
        changed += [
            _change(key, place, old.get(place, {}), new.get(place, {})) for place in sorted(set(old) | set(new))
        ]
    changed = [change for change in changed if change["before"] != change["after"]]
    moves = [
        abs(change["after"]["value"] - change["before"]["value"])
        for change in changed
        if "value" in change["before"] and "value" in change["after"]
    ]
    return {
        "cells": compared,
        "changed": changed,
        "added": sorted(set(after) - set(before)),
        "removed": sorted(set(before) - set(after)),
        "worded": sorted(key for key in set(before) & set(after) if _reworded(before[key], after[key])),
        "largest": round(max(moves, default=0.0), 6),
    }


def _reworded(old: Document, new: Document) -> bool:
    return any(_differs(old[name], new[name]) for name in WORDS if name in old and name in new)


def _differs(old: object, new: object) -> bool:
    """Labels lie two deep under their language; a language or a label that one side alone has is no other word."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return any(_differs(old[name], new[name]) for name in old.keys() & new.keys())
    return old != new


def _cells(document: Document) -> dict[tuple[str, ...], Row]:
    return {tuple(str(row.get(name, "")) for name in PLACE): row for row in document["rows"]}


def _change(key: str, place: tuple[str, ...], old: Row, new: Row) -> dict[str, Any]:
    """Only what differs, so that the reader sees it."""
    names = [name for name in (*NUMBERS, *MARKS) if old.get(name) != new.get(name)]
    sides = [{name: side[name] for name in names if name in side} for side in (old, new)]
    return {"table": key, **dict(zip(PLACE, place, strict=True)), "before": sides[0], "after": sides[1]}
