"""Stratified samples: strata, allocation, selection and the chance of each unit to be drawn.

Pure: sequences and arrays in, frozen values out. The same frame, plan and seed draw the same units on any machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

SIZE_CLASSES: tuple[tuple[str, int], ...] = (("small", 1), ("medium", 20), ("large", 50))  # from so many employees


class SamplingError(ValueError):
    """A plan that cannot be carried out on this frame; the sentence says what to change.

    `code` and `numbers` let a page say the same in its reader's language.
    """

    def __init__(self, code: str, sentence: str, **numbers: int | str) -> None:
        super().__init__(sentence)
        self.code = code
        self.numbers = numbers


@dataclass(frozen=True, order=True)
class StratumKey:
    """Country, sector and size class. A take-all part of a size class stands as a stratum of its own."""

    country: str
    sector: str
    size_class: str
    split_off: bool = False  # the part of its size class that is taken whole, while the rest is sampled

    def __str__(self) -> str:
        return f"{self.country}.{self.sector}.{self.size_class}{'.all' if self.split_off else ''}"


@dataclass(frozen=True)
class Strata:
    """The strata of a frame in the order of their keys, and for each unit the number of its stratum."""

    keys: tuple[StratumKey, ...]
    of_unit: IntArray  # [units] 0..H-1
    populations: IntArray  # [H] N_h
    take_all: NDArray[np.bool_]  # [H]


def size_class(employees: int) -> str:
    if employees < SIZE_CLASSES[0][1]:
        raise SamplingError(
            "employees", f"employees: expected a whole number from 1, got {employees}.", employees=employees
        )
    return [name for name, lowest in SIZE_CLASSES if employees >= lowest][-1]


def stratify(
    *, country: str, sectors: Sequence[str], employees: Sequence[int], take_all_from: int | None = None
) -> Strata:
    """Country x sector x size class; units with `take_all_from` employees or more form strata taken whole.

    A size class that begins at `take_all_from` or above is taken whole as it stands; one that the limit cuts in two
    gives a sampled stratum and a split-off one. Only strata with units exist.
    """
    if len(sectors) != len(employees):
        raise SamplingError("lengths", f"sectors and employees: expected one each a unit, got {len(sectors)} and "
                            f"{len(employees)}.")  # fmt: skip
    if not sectors:
        raise SamplingError("empty_frame", "The frame has no units. Load a frame with units before drawing.")
    lowest = dict(SIZE_CLASSES)
    whole: dict[StratumKey, bool] = {}
    per_unit = []
    for sector, number in zip(sectors, employees, strict=True):
        name = size_class(number)
        taken = take_all_from is not None and number >= take_all_from
        key = StratumKey(country, sector, name, split_off=taken and lowest[name] < (take_all_from or 0))
        whole[key] = taken
        per_unit.append(key)
    keys = tuple(sorted(whole))
    position = {key: number for number, key in enumerate(keys)}
    of_unit = np.array([position[key] for key in per_unit], dtype=np.int64)
    return Strata(
        keys=keys,
        of_unit=of_unit,
        populations=np.bincount(of_unit, minlength=len(keys)).astype(np.int64),
        take_all=np.array([whole[key] for key in keys], dtype=np.bool_),
    )


def allocate(
    populations: IntArray, *, size: int, take_all: NDArray[np.bool_] | None = None, minimum: int = 2
) -> IntArray:
    """n_h [H] for the populations N_h [H]: exactly `size` units in all.

    Take-all strata get all their units. The rest is shared out in proportion to N_h (Cochran, Sampling Techniques,
    1977, section 5.5), with at least `minimum` units a stratum (or all of a smaller one) and at most N_h; whole
    numbers by the largest remainder, ties to the earlier stratum.
    """
    populations = np.asarray(populations, dtype=np.int64)
    whole = np.zeros(len(populations), dtype=np.bool_) if take_all is None else np.asarray(take_all, dtype=np.bool_)
    lower = np.where(whole, populations, np.minimum(minimum, populations))
    _refuse_impossible(populations, size=size, whole=whole, lower=lower, minimum=minimum)
    fixed = whole.copy()
    quota = lower.astype(np.float64)
    while not fixed.all():
        left = size - int(lower[fixed].sum())
        quota[~fixed] = left * populations[~fixed] / int(populations[~fixed].sum())
        below = ~fixed & (quota < lower)
        if not below.any():
            break
        quota[below] = lower[below]
        fixed |= below
    return _rounded(quota, size=size, lower=lower, upper=populations)


def _refuse_impossible(
    populations: IntArray, *, size: int, whole: NDArray[np.bool_], lower: IntArray, minimum: int
) -> None:
    total, taken, needed = int(populations.sum()), int(populations[whole].sum()), int(lower.sum())
    if minimum < 0 or bool((populations < 1).any()):
        raise SamplingError("negative", "minimum: expected 0 or more, and every stratum with at least one unit.")
    if size > total:
        raise SamplingError(
            "too_large",
            f"size: expected at most the {total} units of the frame, got {size}. Draw fewer.",
            size=size,
            most=total,
        )
    if size < taken:
        raise SamplingError(
            "take_all_exceeds",
            f"size: the take-all strata alone have {taken} units, got {size}. Draw more, or raise the take-all limit.",
            size=size,
            least=taken,
        )
    if size < needed:
        raise SamplingError(
            "minimum_exceeds",
            f"size: at least {minimum} units in each of {len(populations)} strata need {needed}, got {size}. "
            "Draw more, or lower the minimum.",
            size=size,
            least=needed,
        )
    if size > taken and whole.all():
        raise SamplingError("too_large", f"size: expected {taken}, got {size}.", size=size, most=taken)


def _rounded(quota: FloatArray, *, size: int, lower: IntArray, upper: IntArray) -> IntArray:
    """Largest remainder: whole parts first, what is left one by one to the largest fractions."""
    parts = np.floor(quota + 1e-9).astype(np.int64)
    parts = np.clip(parts, lower, upper)
    remainder = np.where(parts < upper, quota - parts, -np.inf)
    missing = size - int(parts.sum())
    parts[np.argsort(-remainder, kind="stable")[:missing]] += 1
    return parts


def draw(*, codes: Sequence[str], of_unit: IntArray, sizes: IntArray, seed: int) -> IntArray:
    """Positions of the drawn units, in the order of their codes: simple random sampling inside each stratum.

    Units are put in the order of their codes, each gets one random number, and the `sizes[h]` smallest numbers of
    stratum h are drawn. So neither the order of the file nor the other strata change who is drawn.
    """
    if seed < 0:
        raise SamplingError("seed", f"seed: expected a whole number from 0, got {seed}.", seed=seed)
    order = np.array(sorted(range(len(codes)), key=codes.__getitem__), dtype=np.int64)
    if len(set(codes)) != len(codes):
        raise SamplingError("duplicate_code", "codes: expected each code once. Load the frame again without doubles.")
    strata = np.asarray(of_unit, dtype=np.int64)[order]
    populations = np.bincount(strata, minlength=len(sizes))
    if len(populations) != len(sizes) or bool((np.asarray(sizes) > populations).any()):
        raise SamplingError("sizes", "sizes: expected for each stratum at most its number of units.")
    numbers = np.random.Generator(np.random.PCG64(seed)).random(len(codes))
    by_stratum = np.lexsort((numbers, strata))
    starts = np.cumsum(populations) - populations
    rank = np.empty(len(codes), dtype=np.int64)
    rank[by_stratum] = np.arange(len(codes)) - np.repeat(starts, populations)
    drawn: IntArray = order[rank < np.asarray(sizes)[strata]]
    return drawn


def inclusion_probabilities(sizes: IntArray, populations: IntArray) -> FloatArray:
    """n_h / N_h [H]."""
    probabilities: FloatArray = np.asarray(sizes, dtype=np.float64) / np.asarray(populations, dtype=np.float64)
    return probabilities
