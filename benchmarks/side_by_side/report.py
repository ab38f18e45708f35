"""One job: ours and every peer in one run, printed as medians, ratios, memory and agreement of the numbers."""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from benchmarks.side_by_side.measure import Cost, cost
from benchmarks.side_by_side.peers import Answer, Columns, Given, PeerMissing, with_r, with_svy

Found = Mapping[str, NDArray[np.float64]]
G = TypeVar("G", bound=Given)
PEERS: Mapping[str, Callable[..., Answer]] = {"R": with_r, "svy": with_svy}
USUAL, FULL = (10_000, 100_000), 1_000_000


@dataclass(frozen=True, eq=False)
class Share:
    """What a peer is given of the job: its input, and how much of the work that is (1: all of it)."""

    part: Columns = field(default_factory=dict)
    of_all: float = 1.0


@dataclass(frozen=True, eq=False)
class Job(Generic[G]):
    """A job of ours and how to set peers beside it.

    made(n): what all are given. ours(given) -> the work, ready to be timed, which gives arrays by name. share(peer,
    given): what the peer does, None where it would take too long. same(found, share): ours in the form of a peer's
    answer. plain: a script of numpy for the whole. tolerance: the largest relative difference, by peer. beside: what
    else is to be said, printed.
    """

    name: str
    title: str
    made: Callable[[int], G]
    ours: Callable[[G], Callable[[], Found]]
    share: Callable[[str, G], Share | None]
    same: Callable[[Found, Share], Found]
    tolerance: Mapping[str, float]
    plain: Callable[[G], Callable[[], Found]] | None = None
    beside: Callable[[G], None] | None = None
    peers: tuple[str, ...] = ("R", "svy")
    packages: tuple[str, ...] = ("survey",)  # of R
    usual: tuple[int, ...] = USUAL


def main(job: Job[G], arguments: list[str] | None = None) -> int:
    """0 when every number agrees, 1 otherwise."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{job.name}")
    parser.add_argument("--rows", type=int, nargs="+", default=list(job.usual), help="how many answers")
    parser.add_argument("--full", action="store_true", help="1,000,000 answers too")
    parser.add_argument("--alone", action="store_true", help="without R and svy")
    chosen = parser.parse_args(arguments)
    print(job.title)
    right = [_compared(job, n, alone=chosen.alone) for n in [*chosen.rows, *([FULL] if chosen.full else [])]]
    return 0 if all(right) else 1


def _compared(job: Job[G], n: int, *, alone: bool) -> bool:
    given = job.made(n)
    print(f"  {n:,} answers")
    own, found = cost(job.ours(given), times=_times(n))
    _line("ours", own)
    right = True
    if job.plain is not None:
        theirs, plain = cost(job.plain(given), times=_times(n))
        _line("plain numpy", theirs, own)
        right &= _agrees(found, plain, tolerance=job.tolerance["plain"])
    for name in () if alone else job.peers:
        right &= _with_peer(job, name, given, own=own, found=found)
    if job.beside is not None:
        job.beside(given)
    return right


def _with_peer(job: Job[G], name: str, given: G, *, own: Cost, found: Found) -> bool:
    share = job.share(name, given)
    if share is None:
        print(f"    {name}: not run with so many answers, it would take too long")
        return True
    try:
        answer = PEERS[name](job.name, given, share.part, packages=job.packages)
    except PeerMissing as why:
        print(f"    {why}")
        return True
    note = "" if share.of_all == 1 else f", scaled up from {share.of_all:.0%} of the work ({answer.cost.wall:.1f} s)"
    _line(answer.name, answer.cost.scaled(share.of_all), own, note)
    return _agrees(job.same(found, share), answer.found, tolerance=job.tolerance[name])


def _times(n: int) -> int:
    return 7 if n < 500_000 else 3


def _line(name: str, taken: Cost, own: Cost | None = None, note: str = "") -> None:
    ratio = "" if own is None else f"; {_ratio(taken.processor / own.processor)} times our processor time"
    print(
        f"    {name:16s} {taken.wall:9.4f} s, processor {taken.processor:9.4f} s, "
        f"at most {taken.megabytes:5.0f} MB above the input{ratio}{note}",
        flush=True,
    )


def _ratio(value: float) -> str:
    return f"{value:.1f}" if value < 20 else f"{value:,.0f}"


def _agrees(ours: Found, theirs: Found, *, tolerance: float) -> bool:
    """Whether every number is the peer's to the tolerance."""
    worst = 0.0
    for name, right in theirs.items():
        left = ours[name].ravel()
        assert left.shape == right.ravel().shape, (name, left.shape, right.shape)
        worst = max(worst, float(np.max(np.abs(left - right.ravel()) / np.maximum(np.abs(right.ravel()), 1e-300))))
    count = sum(prod(one.shape) for one in theirs.values())
    what = " and ".join(theirs)
    verdict = "" if worst <= tolerance else f"; more than {tolerance:g}: they differ"
    print(f"      {count:,} numbers ({what}): largest relative difference {worst:.1e}{verdict}", flush=True)
    return worst <= tolerance
