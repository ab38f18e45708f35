"""One grouping of a file under its design: slots of group and domain, and sums of an item made once."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from analytics.core.arrays import Codes, Floats, Mask, sums
from analytics.core.design import Calibration, SurveyDesign
from analytics.core.statistics_layout import Layout, layout_of
from analytics.core.sufficient_statistics import Slots, Statistics, slots, statistics
from analytics.core.survey_file.file_columns import Answers
from analytics.core.survey_file.survey import Grouping

DOMAINS = 256  # looked at in one go, so that many domains need little memory


@dataclass(frozen=True, eq=False)
class Batch:
    """Domains that have rows: chosen i8[d] among the D, their masks bool[d, D] and their layout."""

    chosen: Codes
    masks: Mask
    layout: Layout

    def touched(self, asked: Floats) -> tuple[Mask, Mask]:
        """By answers f8[S, K]: whether all strata with one are wholly observed, and whether a lonely one has one.

        bool[d, K] each.
        """
        layout, groups = self.layout, self.layout.groups
        counts = layout.by_group(asked)
        open_ = (layout.by_stratum(counts) > 0) & ~groups.certain[layout.stratum][:, None]
        lonely = (groups.lonely[groups.strata] | groups.lonely_psus)[layout.group][:, None] & (counts > 0)
        known: Mask = layout.strata_by_domain(open_.astype(np.float64)) == 0
        touched: Mask = layout.by_domain(lonely.astype(np.float64)) > 0
        return known, touched


@dataclass(frozen=True, eq=False)
class Partition:
    """design: without its calibration, which is given apart: only element samples have sums for it."""

    design: SurveyDesign
    grouping: Grouping
    calibration: Calibration | None = None
    made: dict[str, Statistics] = field(default_factory=dict)
    crossed: dict[str, tuple[Floats, Floats]] = field(default_factory=dict)

    @cached_property
    def count(self) -> int:
        """D."""
        return len(self.grouping.labels)

    @cached_property
    def places(self) -> Slots:
        return slots(self.design, self.grouping.codes, self.count)

    @cached_property
    def inside(self) -> Floats:
        """f8[D, 1], rows of each domain."""
        return self.grouping.sizes.astype(np.float64)[:, None]

    @cached_property
    def batches(self) -> list[Batch]:
        """Domains with rows, in order."""
        occupied = np.flatnonzero(self.grouping.sizes)
        found = []
        for begin in range(0, len(occupied), DOMAINS):
            chosen = occupied[begin : begin + DOMAINS]
            masks = np.zeros((len(chosen), self.count), dtype=np.bool_)
            masks[np.arange(len(chosen)), chosen] = True
            layout = layout_of(self.places.groups, self.places.group, self.places.cells, masks)
            found.append(Batch(chosen, masks, layout))
        return found

    def statistics(self, answers: Answers) -> Statistics:
        """Sums of a coded item by slot and code."""
        key = answers.item.key
        if key not in self.made:
            places = np.maximum(answers.places, -1)
            self.made[key] = statistics(self.design, self.places, places, len(answers.codes))
        return self.made[key]

    @cached_property
    def regressors(self) -> Floats:
        """q f8[n, r] with sum d q q' = 1, r = 0 without a calibration: residuals are a - q'B, B = sum of d a q."""
        if self.calibration is None:
            return np.empty((self.design.size, 0))
        found: Floats = self.calibration.basis / np.sqrt(self.calibration.weights)[:, None]
        return found

    def crosses(self, answers: Answers) -> tuple[Floats, Floats]:
        """Of a coded item: sum of d q by domain and code f8[D, K, r], of w^2 q by slot and code f8[S, K, r]."""
        key = answers.item.key
        if key not in self.crossed:
            width = len(answers.codes) + 1
            places = np.maximum(answers.places, -1) + 1
            domain, slot = self.grouping.codes * width + places, self.places.slot * width + places
            size = len(self.places.cells)
            by_domain = [sums(domain, one, self.count * width).reshape(-1, width)[:, 1:] for one in self.loaded]
            by_slot = [sums(slot, one, size * width).reshape(-1, width)[:, 1:] for one in self.squared]
            self.crossed[key] = np.stack(by_domain, axis=2), np.stack(by_slot, axis=2)
        return self.crossed[key]

    @cached_property
    def loaded(self) -> Floats:
        """d q f8[r, n], d the weights before calibration."""
        d = self.design.weights if self.calibration is None else self.calibration.weights
        return np.ascontiguousarray(self.regressors.T * d)

    @cached_property
    def squared(self) -> Floats:
        """w^2 q f8[r, n]."""
        return np.ascontiguousarray(self.regressors.T * self.design.weights**2)

    def by_slot(self, values: Floats) -> Floats:
        """f8[S] from f8[n]."""
        return sums(self.places.slot, values, len(self.places.cells))

    def by_domain(self, values: Floats) -> Floats:
        """f8[D, ...] from f8[S, ...]: every slot lies in one domain."""
        found: Floats = np.zeros((self.count, *values.shape[1:]))
        np.add.at(found, self.places.cells, values)
        return found
