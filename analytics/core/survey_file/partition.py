"""One grouping of a file under its design: slots of group and domain, and sums of an item made once."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from analytics.core.arrays import Codes, Floats, Mask, sums
from analytics.core.design import SurveyDesign
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
    design: SurveyDesign
    grouping: Grouping
    made: dict[str, Statistics] = field(default_factory=dict)

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

    def by_slot(self, values: Floats) -> Floats:
        """f8[S] from f8[n]."""
        return sums(self.places.slot, values, len(self.places.cells))

    def by_domain(self, values: Floats) -> Floats:
        """f8[D, ...] from f8[S, ...]: every slot lies in one domain."""
        found: Floats = np.zeros((self.count, *values.shape[1:]))
        np.add.at(found, self.places.cells, values)
        return found
