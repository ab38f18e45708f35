"""From sums by slot to variances by domain: which slots, groups and strata make up each domain."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from analytics.core.arrays import Codes, Floats, InputError, Mask
from analytics.core.sufficient_statistics import Groups

ROUNDING = 1e-12  # a spread smaller than this part of its sum of squares is none


@dataclass(frozen=True, eq=False)
class Layout:
    """Slots of every domain in the order of domain, stratum and group, and where each of these begins."""

    groups: Groups
    order: Codes  # i8[Q] slot of each (domain, slot) that occurs
    starts: Codes  # i8[E] first of each (domain, group) among them
    group: Codes  # i8[E] its group
    domains: Codes  # i8[E] its domain
    strata: Codes | None  # i8[S] first of each (domain, stratum) among those; None when groups are strata
    stratum: Codes  # i8[S] its stratum
    count: int  # D
    slots: int

    @cached_property
    def _slots(self) -> sparse.csr_array:
        return _adder(self.order, np.append(self.starts, len(self.order)), self.slots)

    @cached_property
    def _strata(self) -> sparse.csr_array:
        ends = np.append(self._first_of_stratum, len(self.domains))
        return _adder(np.arange(len(self.domains)), ends, len(self.domains))

    @cached_property
    def _domains(self) -> sparse.csr_array:
        return self._by_owner(self.domains)

    @cached_property
    def _domains_of_strata(self) -> sparse.csr_array:
        return self._by_owner(self.domains[self._first_of_stratum])

    @property
    def _first_of_stratum(self) -> Codes:
        return np.arange(len(self.domains)) if self.strata is None else self.strata

    def _by_owner(self, owner: Codes) -> sparse.csr_array:
        return _adder(np.arange(len(owner)), np.searchsorted(owner, np.arange(self.count + 1)), len(owner))

    def by_group(self, sums: Floats) -> Floats:
        """f8[E, k]: sums by (domain, group) of sums by slot."""
        return np.asarray(self._slots @ sums, dtype=np.float64)

    def by_stratum(self, parts: Floats) -> Floats:
        """f8[S, k]: sums by (domain, stratum) of sums by (domain, group)."""
        return parts if self.strata is None else np.asarray(self._strata @ parts)

    def by_domain(self, parts: Floats) -> Floats:
        """f8[D, k]: sums by domain of sums by (domain, group); 0 for a domain without a slot."""
        return np.asarray(self._domains @ parts)

    def strata_by_domain(self, parts: Floats) -> Floats:
        """f8[D, k]: sums by domain of sums by (domain, stratum)."""
        return np.asarray(self._domains_of_strata @ parts)


def _adder(columns: Codes, ends: Codes, width: int) -> sparse.csr_array:
    """The matrix that adds rows columns[ends[i]:ends[i + 1]] of an array of `width` rows, in this order."""
    return sparse.csr_array((np.ones(len(columns)), columns, ends), shape=(len(ends) - 1, width))


def layout_of(groups: Groups, group: Codes, cells: Codes, domains: Mask) -> Layout:
    """The layout of slots with a group and a finest cell i8[S] each. InputError when no domain has a respondent."""
    domain, slot = np.nonzero(domains[:, cells])  # slots come sorted by stratum and group within each domain
    if not len(slot):
        raise InputError(
            "domains", expected="a domain with a respondent", got="none", hint="Check the cells that make up domains."
        )
    starts = np.flatnonzero(np.diff(domain * len(groups.strata) + group[slot], prepend=-1))
    owner, members = domain[starts], group[slot[starts]]
    stratum = groups.strata[members]
    if not bool(groups.clustered.any()):
        return Layout(groups, slot, starts, members, owner, None, stratum, len(domains), len(group))
    outer = np.flatnonzero(np.diff(owner * len(groups.populations) + stratum, prepend=-1))
    return Layout(groups, slot, starts, members, owner, outer, stratum[outer], len(domains), len(group))


def precision(
    layout: Layout, totals: Floats, seconds: Floats, asked: Floats, *, size: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """Standard error, df, df_plain and n f8[D, k] of estimates whose z has these sums by (domain, group) f8[E, k].

    totals: sum of z; seconds: sum of z^2, both times size f8[D, k]; asked: answers. NaN where a base is empty, is one
    answer, or touches a lonely stratum or PSU. df is 0 without a standard error.
    """
    clustered = layout.groups.clustered[layout.group][:, None]
    n = layout.by_domain(asked)
    first, first_below = _first_stage(layout, totals, seconds, asked)
    known, strata = _touched(layout, asked)
    with np.errstate(invalid="ignore", divide="ignore"):
        if layout.strata is None:
            variance, below, plain = first, first_below, n - strata
        else:
            second, second_below = _second_stage(layout, totals, seconds, asked)
            variance, below = first + second, first_below + second_below
            plain = layout.by_domain(np.where(clustered, asked > 0, asked)) - strata
        error = np.sqrt(variance) / size
        df = np.fmin(plain, variance**2 / below)
    error[(n == 0) | ((n == 1) & ~known)] = np.nan
    return error, np.where(np.isnan(error), 0.0, df), plain, n


def _first_stage(layout: Layout, totals: Floats, seconds: Floats, asked: Floats) -> tuple[Floats, Floats]:
    """Sum of V_h and of V_h^2 / (n_h - 1), f8[D, k]: spread of respondents or of the totals of PSUs."""
    groups, stratum = layout.groups, layout.stratum
    if layout.strata is not None:
        seconds = np.where(groups.clustered[layout.group][:, None], totals**2, seconds)
        totals, seconds, asked = (layout.by_stratum(one) for one in (totals, seconds, asked))
    units = groups.counts[stratum][:, None]
    spread = _spread(seconds, totals, units)
    scale = groups.first_scale[stratum][:, None]
    part = np.where(scale > 0, scale * spread, 0.0)
    part[groups.lonely[stratum][:, None] & (asked > 0)] = np.nan
    return layout.strata_by_domain(part), layout.strata_by_domain(part**2 / np.maximum(units - 1, 1))


def _second_stage(layout: Layout, totals: Floats, seconds: Floats, asked: Floats) -> tuple[Floats, Floats]:
    """Sum of V_hi and of V_hi^2 / (m_hi - 1), f8[D, k]: spread of respondents inside PSUs."""
    groups, group = layout.groups, layout.group
    units = groups.sizes[group][:, None]
    part = groups.second_scale[group][:, None] * _spread(seconds, totals, units)
    part[groups.lonely_psus[group][:, None] & (asked > 0)] = np.nan
    return layout.by_domain(part), layout.by_domain(part**2 / np.maximum(units - 1, 1))


def _spread(seconds: Floats, totals: Floats, units: Codes) -> Floats:
    spread = seconds - totals**2 / units
    spread[spread <= ROUNDING * seconds] = 0.0
    return spread


def _touched(layout: Layout, asked: Floats) -> tuple[Mask, Floats]:
    """Whether everybody answered in all strata with an answer, bool[D, k], and how many these are, f8[D, k]."""
    present = layout.by_stratum(asked) > 0
    open_ = present & ~layout.groups.certain[layout.stratum][:, None]
    known: Mask = layout.strata_by_domain(open_.astype(np.float64)) == 0
    return known, layout.strata_by_domain(present.astype(np.float64))
