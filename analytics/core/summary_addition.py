"""Adding summaries: files of one sample, countries, waves."""

from dataclasses import replace

import numpy as np

from analytics.core.arrays import Codes, Floats, InputError, sums
from analytics.core.sufficient_statistics import Groups, Statistics, Summary, collected


def add(one: Summary, other: Summary, *, same_strata: bool) -> Summary:
    """Both summaries as one, with the same finest cells and items.

    same_strata=False: every stratum of the other is another one (countries; waves as independent samples).
    same_strata=True: parts of one sample; strata and PSUs with equal keys are one, their respondents differ, and the
    n_h and m_hi become those of both. The weights stay what they were: see `rescale`.
    InputError when cells, items or the populations of a joined stratum differ, when a stratum is clustered in one and
    not in the other (summarise the rows together), and when a joined PSU or stratum has more respondents than units.
    """
    _alike(one, other)
    groups, first, second = _joined(one.groups, other.groups, same_strata=same_strata)
    items = tuple(
        Statistics(
            np.concatenate([a.counts, b.counts]),
            np.concatenate([a.weights, b.weights]),
            np.concatenate([a.squares, b.squares]),
        )
        for a, b in zip(one.items, other.items, strict=True)
    )
    both = replace(
        one,
        groups=groups,
        group=np.concatenate([first[one.group], second[other.group]]),
        cells=np.concatenate([one.cells, other.cells]),
    )
    return collected(both, items)


def _alike(one: Summary, other: Summary) -> None:
    ours, theirs = ([item.counts.shape[1] for item in summary.items] for summary in (one, other))
    if one.cell_count != other.cell_count or ours != theirs:
        raise InputError(
            "other",
            expected=f"{one.cell_count} cells and items of {ours} categories",
            got=f"{other.cell_count} cells and items of {theirs} categories",
            hint="Summarise both with the same cells and items.",
        )


def _joined(one: Groups, other: Groups, *, same_strata: bool) -> tuple[Groups, Codes, Codes]:
    """The groups of both, and the place of each group of the one and of the other among them."""
    shift = len(one.populations)
    if same_strata:
        keys, stratum = np.unique(np.concatenate([one.keys, other.keys]), return_inverse=True)
        stratum = stratum.ravel()
        psus = np.concatenate([one.psus, other.psus])
    else:
        keys = stratum = np.arange(shift + len(other.populations))
        above = int(one.psus.max(initial=-1)) + 1
        psus = np.concatenate([one.psus, np.where(other.psus >= 0, other.psus + above, -1)])
    populations = _agreed("populations", stratum, np.concatenate([one.populations, other.populations]), len(keys))
    strata = np.concatenate([stratum[one.strata], stratum[shift + other.strata]])
    clustered = np.concatenate([one.clustered, other.clustered])
    lowest = int(psus.min())
    width = int(psus.max()) - lowest + 1
    places, place = np.unique(strata * width + (psus - lowest), return_inverse=True)
    place = place.ravel()
    sizes = sums(place, np.concatenate([one.sizes, other.sizes]).astype(np.float64), len(places)).astype(np.int64)
    parts = (_units(one), _units(other))
    units = _agreed("units", place, np.concatenate(parts), len(places))
    kept = np.zeros(len(places), dtype=np.bool_)
    kept[place] = clustered
    found = Groups(
        places // width,
        kept,
        sizes,
        np.where(np.isnan(units), sizes, units),
        populations,
        places % width + lowest,
        keys,
    )
    _sound(found)
    return found, place[: len(one.strata)], place[len(one.strata) :]


def _units(groups: Groups) -> Floats:
    """M_hi, NaN where it only repeats the respondents, which add."""
    return np.where(groups.clustered & (groups.units != groups.sizes), groups.units, np.nan)


def _agreed(name: str, place: Codes, values: Floats, count: int) -> Floats:
    """f8[count], the value of each place; NaN gives way. InputError when two differ."""
    found = np.full(count, np.nan)
    known = ~np.isnan(values)
    found[place[known]] = values[known]
    differ = known & (found[place] != values)
    if bool(differ.any()):
        row = int(np.argmax(differ))
        raise InputError(
            "other",
            expected=f"the same {name} in both for what is joined",
            got=f"{values[row]} and {found[place[row]]}",
            hint="Give other strata other keys, or same_strata=False.",
        )
    return found


def _sound(groups: Groups) -> None:
    mixed = np.zeros(len(groups.populations), dtype=np.int64)
    np.bitwise_or.at(mixed, groups.strata, np.where(groups.clustered, 2, 1))
    if bool((mixed == 3).any()):
        raise InputError(
            "other",
            expected="a stratum that is clustered in both or in neither",
            got=f"stratum {int(groups.keys[int(np.argmax(mixed == 3))])} in both ways",
            hint="Summarise the rows of both together.",
        )
    over = groups.counts > groups.populations * (1 + 1e-9)
    if bool(over.any()) or bool((groups.sizes > groups.units * (1 + 1e-9)).any()):
        raise InputError(
            "other",
            expected="no more respondents than units in a stratum or PSU",
            got="more",
            hint="The same respondents may stand in both files.",
        )
