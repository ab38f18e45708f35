"""The rows of a table of estimates, and the arithmetic that turns an estimate into one."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from analytics.core.arrays import Codes
from analytics.core.design import SurveyDesign
from analytics.core.estimates import PointEstimate
from analytics.core.intervals import Interval
from analytics.core.survey_file.file_columns import Answers
from analytics.core.survey_file.plan import Degrees
from analytics.core.survey_file.survey import Grouping
from analytics.core.variance import satterthwaite, stratum_variances

CAUTION = 0.2  # more than this share missing is said
MISSING_CAUTION = "missing_caution"
NOBODY_ASKED = "nobody_asked"


class FileEstimate(NamedTuple):
    """One estimate. Numbers are None where the data leave them undefined, and flags say why.

    category: the code of a share or total, the level of a quantile, what a ratio is over. by and domain: columns and
    their values, empty for the whole. interval: the method, "none" without one.
    """

    estimand: str
    item: str
    category: str
    by: tuple[str, ...]
    domain: tuple[str, ...]
    n: int
    n_effective: float | None
    estimate: float | None
    standard_error: float | None
    df: float | None
    low: float | None
    high: float | None
    interval: str
    confidence: float
    design_effect: float | None
    missing_share: float | None
    flags: tuple[str, ...]


FIELDS = tuple(name for name in FileEstimate._fields if name != "by")


def cells(row: FileEstimate) -> list[str]:
    """The row as texts in the order of FIELDS; a number reads back as the same bits, None is empty."""
    domain = domain_name(row.by, row.domain)
    found = []
    for name in FIELDS:
        value = getattr(row, name)
        if name == "domain":
            value = domain
        elif name == "flags":
            value = " ".join(row.flags)
        found.append("" if value is None else str(value))
    return found


def domain_name(by: tuple[str, ...], domain: tuple[str, ...]) -> str:
    """`region=north; size=small`; `all` for the whole."""
    return "; ".join(f"{name}={value}" for name, value in zip(by, domain, strict=True)) or "all"


def known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def degrees(design: SurveyDesign, estimate: PointEstimate, rule: Degrees) -> float:
    """The degrees of freedom of an estimate by the rule; 0 without a standard error."""
    if rule is Degrees.SMALLER or np.isnan(estimate.standard_error):
        return estimate.df
    if rule is Degrees.PLAIN:
        return float(estimate.df_plain)
    return satterthwaite(design, stratum_variances(design, estimate.influence, estimate.rows))


@dataclass(frozen=True, eq=False)
class Missing:
    """Of one item, in each domain of a grouping: rows asked i8[D], and of them those without an answer i8[D]."""

    asked: Codes
    silent: Codes

    @classmethod
    def of(cls, grouping: Grouping, *items: Answers) -> "Missing":
        """Of all the items together: asked all, and answered all."""
        asked = np.logical_and.reduce([one.asked for one in items])
        silent = asked & ~np.logical_and.reduce([one.answered for one in items])
        everybody = bool(asked.all())
        return cls(grouping.sizes if everybody else grouping.counted(asked), grouping.counted(silent))

    def share(self, domain: int) -> float | None:
        asked = int(self.asked[domain])
        return int(self.silent[domain]) / asked if asked else None

    def flags(self, domain: int) -> tuple[str, ...]:
        found = self.share(domain)
        if found is None:
            return (NOBODY_ASKED,)
        return (MISSING_CAUTION,) if found > CAUTION else ()


@dataclass(frozen=True, eq=False)
class Label:
    """What a row is of."""

    estimand: str
    item: str
    category: str
    grouping: Grouping
    domain: int
    missing: Missing

    def row(self, estimate: PointEstimate, interval: Interval) -> FileEstimate:
        without = interval.method == "none"
        return FileEstimate(
            estimand=self.estimand,
            item=self.item,
            category=self.category,
            by=self.grouping.by,
            domain=self.grouping.labels[self.domain],
            n=estimate.n,
            n_effective=known(estimate.n_effective),
            estimate=known(estimate.value),
            standard_error=known(estimate.standard_error),
            df=known(estimate.df) if estimate.df > 0 else None,
            low=None if without else known(interval.low),
            high=None if without else known(interval.high),
            interval=str(interval.method),
            confidence=interval.confidence,
            design_effect=known(estimate.design_effect),
            missing_share=self.missing.share(self.domain),
            flags=tuple(sorted({*map(str, estimate.flags), *self.missing.flags(self.domain)})),
        )
