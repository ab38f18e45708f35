"""How well a row of a microdata file hides: k counted in the file and in the frame.

Everybody can look up public workplaces, so the intruder has the frame: a row is as safe as the number of workplaces
of the frame that look like it, and no safer than the number of rows that do. A missing value counts as a category
of its own (strict): it is never taken to match the others. A workplace that a published card names has more that
everybody knows of it: `named_rows`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from publication.disclosure.named_rows import NamedWorkplace, Place, Row, emptied, finds, masks_for, seen

MINIMUM_K = 3
NO_VALUE = ""


class RiskTooHigh(Exception):
    """No version of the file that was tried reaches k; the reports say how far each came."""

    def __init__(self, reports: Sequence["Risk"]) -> None:
        super().__init__(
            f"k is below {MINIMUM_K} in every version that was tried. Ask for a file with fewer countries or sectors."
        )
        self.reports = tuple(reports)


@dataclass(frozen=True)
class Version:
    """One way to make the file: which keys stay, and which size classes are put together."""

    name: str
    keys: tuple[str, ...]
    sizes: Mapping[str, str]  # size class -> class in the file; empty: size is not in the file


@dataclass(frozen=True)
class Risk:
    """k of one version: the smallest group in the file (f_k) and in the frame (F_k), and the rows below k.

    Of the workplaces that cards name: the fewest rows that agree with a card, before and after answers were emptied
    (0: no row does), and whether emptying was enough.
    """

    version: str
    keys: tuple[str, ...]
    rows: int
    smallest_in_file: int
    smallest_in_frame: int
    rows_below_in_file: int
    rows_below_in_frame: int
    expected_matches: float  # sum over rows of 1 / F_k
    named_before: int = 0
    named: int = 0
    named_hides: bool = True

    @property
    def is_safe(self) -> bool:
        return self.reaches_k and self.named_hides

    @property
    def reaches_k(self) -> bool:
        return self.rows > 0 and min(self.smallest_in_file, self.smallest_in_frame) >= MINIMUM_K


@dataclass(frozen=True)
class Chosen:
    """The version that is made, the columns emptied in each place, and the report of each version that was tried."""

    version: Version
    masks: Mapping[Place, frozenset[str]]
    tried: tuple[Risk, ...]


@dataclass(frozen=True)
class Beside:
    """What a file holds beside its keys, for the rows in their order, and the workplaces that cards name."""

    answers: Sequence[Row] = ()
    named: Sequence[NamedWorkplace] = field(default_factory=tuple)


FRAME_KEYS = ("country", "sector", "size_class")
MERGED_SIZES = {"small": "small", "medium": "medium_large", "large": "medium_large"}


def versions(size_classes: Sequence[str], answers: Sequence[str]) -> tuple[Version, ...]:
    """The versions in the order they are tried, the richest first.

    `answers` are the quasi-identifying items; they are dropped before sizes are merged, because the size of a
    workplace explains more of what it answers than who filled in the form.
    """
    as_is = {size: size for size in size_classes}
    merged = {size: MERGED_SIZES.get(size, size) for size in size_classes}
    return (
        Version("full", (*FRAME_KEYS, *answers), as_is),
        Version("without_answers", FRAME_KEYS, as_is),
        Version("two_sizes", FRAME_KEYS, merged),
        Version("without_size", FRAME_KEYS[:2], {}),
    )


def recode(row: Mapping[str, str], version: Version) -> tuple[str, ...]:
    """The row's quasi-identifiers as they would stand in the file."""
    return tuple(version.sizes.get(row[key], row[key]) if key == "size_class" else row[key] for key in version.keys)


def frame_counts(frame: Mapping[tuple[str, str, str], int], version: Version) -> Counter[tuple[str, ...]]:
    """Workplaces of the frame by the version's keys, given counts by country, sector and size class."""
    counted: Counter[tuple[str, ...]] = Counter()
    for (country, sector, size), number in frame.items():
        row = {"country": country, "sector": sector, "size_class": size}
        counted[_frame_key(recode({**row, **_absent(version)}, version), version)] += number
    return counted


def assess(rows: Sequence[Mapping[str, str]], frame: Mapping[tuple[str, str, str], int], version: Version) -> Risk:
    """k of the file if it were made as `version` says.

    F_k counts the frame over the keys that the frame has; an answer is not in any register, so it does not make
    the group in the frame smaller, but it does in the file.
    """
    keys = [recode(row, version) for row in rows]
    in_file = Counter(keys)
    in_frame = frame_counts(frame, version)
    file_sizes = [in_file[key] for key in keys]
    frame_sizes = [in_frame[_frame_key(key, version)] for key in keys]
    return Risk(
        version=version.name,
        keys=version.keys,
        rows=len(rows),
        smallest_in_file=min(file_sizes, default=0),
        smallest_in_frame=min(frame_sizes, default=0),
        rows_below_in_file=sum(size < MINIMUM_K for size in file_sizes),
        rows_below_in_frame=sum(size < MINIMUM_K for size in frame_sizes),
        expected_matches=sum(1 / size for size in frame_sizes if size),
    )


def choose(
    rows: Sequence[Mapping[str, str]],
    frame: Mapping[tuple[str, str, str], int],
    candidates: Sequence[Version],
    beside: Beside | None = None,
) -> Chosen:
    """The first version that reaches k in the file and in the frame, and in which no named workplace is found.

    Errors: RiskTooHigh with all reports when none does.
    """
    reports: list[Risk] = []
    for version in candidates:
        risk, masks = _with_named(assess(rows, frame, version), rows, version, beside or Beside())
        reports.append(risk)
        if risk.is_safe:
            return Chosen(version, masks, tuple(reports))
    raise RiskTooHigh(reports)


def _with_named(
    risk: Risk, rows: Sequence[Mapping[str, str]], version: Version, beside: Beside
) -> tuple[Risk, Mapping[Place, frozenset[str]]]:
    """The risk with what readers of cards find; the columns emptied against it."""
    if not beside.named or not risk.reaches_k:
        return risk, {}
    file = [
        {**dict(zip(version.keys, recode(row, version), strict=True)), **answers}
        for row, answers in zip(rows, beside.answers, strict=True)
    ]
    named = [seen(one, version.sizes) for one in beside.named]
    masks = masks_for(file, named, MINIMUM_K)
    before = min((count for one in named for count in finds(file, one)), default=0)
    if masks is None:
        return replace(risk, named_before=before, named=before, named_hides=False), {}
    after = min((count for one in named for count in finds(emptied(file, masks), one)), default=0)
    return replace(risk, named_before=before, named=after), masks


def _absent(version: Version) -> dict[str, str]:
    return {key: NO_VALUE for key in version.keys if key not in FRAME_KEYS}


def _frame_key(key: tuple[str, ...], version: Version) -> tuple[str, ...]:
    return tuple(part for part, name in zip(key, version.keys, strict=True) if name in FRAME_KEYS)
