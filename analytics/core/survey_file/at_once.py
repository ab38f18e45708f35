"""All domains of a grouping at once: shares by tabulation, other estimands from sums of z and z^2 by slot."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from analytics.core.arrays import Codes, Floats, Mask
from analytics.core.design import LonelyPsu
from analytics.core.statistics_layout import precision
from analytics.core.sufficient_statistics import Summary
from analytics.core.survey_file.calibrated_sums import calibrated_precision, plain_degrees, regressors_of
from analytics.core.survey_file.figures import Block, Figures, share_limits, t_limits
from analytics.core.survey_file.file_columns import Answers
from analytics.core.survey_file.one_by_one import Quantity, estimated, quantities
from analytics.core.survey_file.partition import Partition
from analytics.core.survey_file.plan import Degrees, Estimand, Request
from analytics.core.survey_file.results import FileEstimate, Missing
from analytics.core.survey_file.slot_sums import slot_sums
from analytics.core.survey_file.survey import Survey
from analytics.core.tabulation import tabulate_summary

BY_SUMS = set(Estimand) - {Estimand.QUANTILE}


def possible(survey: Survey, request: Request) -> bool:
    """Whether sums by slot suffice: no replicates, no rule for lonely PSUs that is needed, no clusters calibrated."""
    design, plan = survey.design, survey.plan
    alone, calibrated = bool(design.lonely_rows.any()), design.calibration is not None
    plain = not alone if calibrated else not alone or design.lonely_psu is LonelyPsu.FAIL
    plain = plain and plan.replicates is None and not (calibrated and design.psu is not None)
    return request.estimand in BY_SUMS and plain and plan.interval.df is not Degrees.SATTERTHWAITE


class AtOnce:
    """The groupings of a survey; what is summed up for one request serves the others."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        design, calibration = replace(survey.design, calibration=None), survey.design.calibration
        self.parts = [Partition(design, grouping, calibration) for grouping in survey.groupings]
        self.missing: dict[tuple[int, ...], Missing] = {}

    def rows(self, request: Request) -> Iterator[FileEstimate]:
        """As `one_by_one.rows_of` for all items of the request, item by item."""
        columns = [(key, list(quantities(self.survey, request, key))) for key in request.items]
        every = [one for _, wanted in columns for one in wanted]
        blocks = [self._block(request.estimand, part, every) for part in self.parts]
        begin = 0
        for key, wanted in columns:
            places = range(begin, begin + len(wanted))
            begin += len(wanted)
            for number, block in enumerate(blocks):
                missing = self._missing(number, wanted[0].involved)
                yield from block.rows(key, places, [one.category for one in wanted], missing)

    def _missing(self, grouping: int, involved: Sequence[Answers]) -> Missing:
        key = (grouping, *map(id, involved))  # the answers live as long as the survey
        if key not in self.missing:
            self.missing[key] = Missing.of(self.parts[grouping].grouping, *involved)
        return self.missing[key]

    def _block(self, estimand: Estimand, part: Partition, wanted: Sequence[Quantity]) -> Block:
        plan, share = self.survey.plan.interval, estimand is Estimand.SHARE
        if part.calibration is not None:
            found = _calibrated(part, wanted, share=share)
        elif share:
            found = _shares(part, list({one.answers.item.key: one.answers for one in wanted}.values()))
        else:
            found = _linear(self.survey, part, wanted)
        found = found.settled(np.array([one.fixed for one in wanted]))
        limits = share_limits(found, plan) if share else t_limits(found, plan, [one.bounds for one in wanted])
        return Block(estimand, part.grouping, found, limits, plan)


def _shares(part: Partition, items: Sequence[Answers]) -> Figures:
    """Of every code of some items, side by side."""
    found = tuple(part.statistics(one) for one in items)
    sizes = [len(one.codes) for one in items]
    asked = np.repeat(np.column_stack([one.counts.sum(axis=1) for one in found]), sizes, axis=1)
    base = np.repeat(np.column_stack([one.weights.sum(axis=1) for one in found]), sizes, axis=1)
    summary = Summary(part.places.groups, part.places.group, part.places.cells, part.count, found)
    whole, positive = _hollow(part, sum(sizes)), np.zeros((part.count, sum(sizes)))
    for batch in part.batches:
        table = tabulate_summary(summary, batch.masks)
        known, lonely = batch.touched(asked)
        size = batch.layout.by_domain(batch.layout.by_group(base))
        n, value, error = table.n, table.value, table.standard_error
        alike = ((table.positive == 0) | (table.positive == n)) & (n > 0)
        still = alike & (n > 1) & ~known
        value, error = np.where(still, np.round(value), value), np.where(still, 0.0, error)
        with np.errstate(invalid="ignore", divide="ignore"):
            variance, spread = error**2, value * (1 - value)
            simple = np.where((n > 1) & ~alike, (1 - n / size) * spread / (n - 1), np.nan)
            effect = np.where(simple > 0, variance / simple, np.nan)
            effective = np.where((variance > 0) & ~alike, spread / variance, np.nan)
        here = Figures(
            value, error, table.df, table.df_plain, n, effective, effect, known, lonely, alike, part.inside
        )  # fmt: skip
        _fill(whole, batch.chosen, here)
        positive[batch.chosen] = table.positive
    return replace(whole, positive=positive)


def _linear(survey: Survey, part: Partition, wanted: Sequence[Quantity]) -> Figures:
    """Totals, means, ratios, balances and scores, side by side."""
    made = [slot_sums(part, one) for one in wanted]
    asked, totals, seconds = (
        np.column_stack(one) for one in zip(*((m.asked, m.totals, m.seconds) for m in made), strict=True)
    )
    value, size, simple = (
        np.column_stack(one) for one in zip(*((m.value, m.size, m.simple) for m in made), strict=True)
    )
    alike: Mask = np.column_stack([m.alike for m in made])
    whole = _hollow(part, len(wanted))
    for batch in part.batches:
        chosen, layout = batch.chosen, batch.layout
        groups = [layout.by_group(one) for one in (totals, seconds, asked)]
        error, df, plain, n = precision(layout, *groups, size=size[chosen])
        known, lonely = batch.touched(asked)
        still = alike[chosen] & (n > 1) & ~known
        error = np.where(still, 0.0, np.where(np.isnan(value[chosen]), np.nan, error))
        with np.errstate(invalid="ignore", divide="ignore"):
            effect = np.where(simple[chosen] > 0, error**2 / simple[chosen], np.nan)
            effective = np.where(effect > 0, n / effect, np.nan)
        here = Figures(
            value[chosen], error, df, plain, n, effective, effect, known, lonely, alike[chosen], part.inside
        )  # fmt: skip
        _fill(whole, chosen, here)
    _single_totals(survey, part, wanted, whole)
    return whole


def _calibrated(part: Partition, wanted: Sequence[Quantity], *, share: bool) -> Figures:
    """Any of them under calibrated weights: nothing is known for certain, as the weights vary with the sample."""
    whole, regressors = _hollow(part, len(wanted)), regressors_of(part)
    positive = np.zeros(whole.value.shape)
    for column, quantity in enumerate(wanted):
        made = slot_sums(part, quantity)
        variance, satterthwaite = calibrated_precision(
            part, regressors, made.totals, made.seconds, loads=made.loads, crosses=made.crosses
        )
        plain, n = plain_degrees(part, made.asked)
        error = np.sqrt(variance) / made.size
        if quantity.estimand is not Estimand.TOTAL:
            error = np.where(n == 1, np.nan, np.where(made.alike & (n > 1), 0.0, error))
        error = np.where(n == 0, np.nan, error)
        with np.errstate(invalid="ignore", divide="ignore"):
            effect = np.where(made.simple > 0, error**2 / made.simple, np.nan)
            effective = n / effect if not share else made.value * (1 - made.value) / error**2
        whole.value[:, column], whole.error[:, column], whole.n[:, column] = made.value, error, n
        whole.df[:, column], whole.plain[:, column] = np.fmin(plain, satterthwaite), plain
        whole.effect[:, column], whole.alike[:, column] = effect, made.alike
        whole.effective[:, column] = np.where((error > 0) & ~made.alike, effective, np.nan)
        if share and quantity.points is not None:
            counts = part.statistics(quantity.answers).counts
            positive[:, column] = part.by_domain(counts @ quantity.points)
    return replace(whole, positive=positive) if share else whole


def _hollow(part: Partition, width: int) -> Figures:
    """What a domain without rows has."""

    def none() -> Floats:
        return np.full((part.count, width), np.nan)

    def zero() -> Floats:
        return np.zeros((part.count, width))

    def false() -> Mask:
        return np.zeros((part.count, width), dtype=np.bool_)

    return Figures(
        none(), none(), zero(), zero(), zero(), none(), none(), false(), false(), false(), part.inside
    )  # fmt: skip


def _fill(whole: Figures, chosen: Codes, here: Figures) -> None:
    for name in ("value", "error", "df", "plain", "n", "effective", "effect", "known", "lonely", "alike"):
        getattr(whole, name)[chosen] = getattr(here, name)


def _single_totals(survey: Survey, part: Partition, wanted: Sequence[Quantity], whole: Figures) -> None:
    """A total that rests on one answer has a standard error, which sums by slot do not give: made one by one."""
    for column, quantity in enumerate(wanted):
        if quantity.estimand is not Estimand.TOTAL:
            continue
        for domain in np.flatnonzero((whole.n[:, column] == 1) & np.isnan(whole.error[:, column])).tolist():
            found, _ = estimated(survey, quantity, np.asarray(part.grouping.codes == domain, dtype=np.bool_))
            whole.error[domain, column] = found.standard_error
            whole.df[domain, column] = found.df
            whole.effect[domain, column] = found.design_effect
            whole.effective[domain, column] = found.n_effective
