"""What a DESIGN document asks for, as values: which column is what, and what to estimate how."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from analytics.core.design import LonelyPsu
from analytics.core.distances import Distance
from analytics.core.families import Adjustment
from analytics.core.intervals import Method


class Estimand(StrEnum):
    SHARE = "share"  # of every code of an item
    TOTAL = "total"  # of a number; of a coded item the number of units with each code
    MEAN = "mean"
    RATIO = "ratio"  # total of an item over the total of another
    QUANTILE = "quantile"
    NET_BALANCE = "net_balance"  # share of some codes minus share of others
    SCORE = "score"  # mean of a number for each code


class Degrees(StrEnum):
    """Which degrees of freedom intervals go by."""

    SMALLER = "smaller"  # of the two others
    PLAIN = "plain"  # PSUs minus strata, as R
    SATTERTHWAITE = "satterthwaite"


class ReplicateKind(StrEnum):
    JKN = "jkn"
    BOOTSTRAP = "bootstrap"


@dataclass(frozen=True)
class FileForm:
    """How numbers and columns are set apart in the file."""

    delimiter: str = ","
    decimal: str = "."


@dataclass(frozen=True)
class DesignColumns:
    """Names of columns. fpc: N_h in first-stage units; second_stage_fpc: M_hi in units of the PSU; both counts."""

    weight: str
    strata: tuple[str, ...] = ()
    psu: str = ""
    psu_within_strata: bool = False
    fpc: str = ""
    second_stage_fpc: str = ""
    lonely_psu: LonelyPsu = LonelyPsu.FAIL


@dataclass(frozen=True)
class Item:
    """A column of answers. codes: those that may stand in it; None for a number; as_found: codes are read off it."""

    key: str
    column: str
    codes: tuple[str, ...] | None = None
    as_found: bool = False
    missing: frozenset[str] = frozenset({""})
    not_asked: frozenset[str] = frozenset()

    @property
    def coded(self) -> bool:
        return self.codes is not None or self.as_found


@dataclass(frozen=True)
class MarginPlan:
    """What weights are to reproduce of a column: the total of each category, or (totals None) the sum `total`."""

    column: str
    totals: Mapping[str, float] | None = None
    total: float = 0.0


@dataclass(frozen=True)
class CalibrationPlan:
    margins: tuple[MarginPlan, ...]
    method: Distance = Distance.RAKING
    bounds: tuple[float, float] | None = None


@dataclass(frozen=True)
class ReplicatePlan:
    """Standard errors from replicate weights instead of linearisation. count and seed are the bootstrap's."""

    kind: ReplicateKind
    count: int = 0
    seed: int = 0
    fpc: bool = True


@dataclass(frozen=True)
class IntervalPlan:
    """share None: the published rule (logit; beta with fewer than ten). All but shares and quantiles go by t."""

    share: Method | None = None
    quantile: Method = Method.T
    confidence: float = 0.95
    df: Degrees = Degrees.SMALLER


@dataclass(frozen=True)
class Request:
    """One estimand of some items. over: of ratios; plus, minus: of balances; p: of quantiles.

    scores: the number of each code, NaN to leave it out of the base.
    """

    estimand: Estimand
    items: tuple[str, ...]
    over: str = ""
    plus: frozenset[str] = frozenset()
    minus: frozenset[str] = frozenset()
    scores: Mapping[str, float] = field(default_factory=dict)
    p: tuple[float, ...] = ()


class Against(StrEnum):
    """What a domain is held against."""

    REST = "rest"  # all other domains together
    EACH_OTHER = "each_other"  # every pair of domains


@dataclass(frozen=True)
class DomainFamily:
    """Differences between the domains of `by`, adjusted together. adjustment None: the rule of `families.declare`."""

    request: Request
    by: tuple[str, ...]
    against: Against
    adjustment: Adjustment | None = None


@dataclass(frozen=True)
class Plan:
    """The whole document. by: columns that make domains, alone or crossed; domains: the codes of such a column."""

    design: DesignColumns
    items: Mapping[str, Item]
    requests: tuple[Request, ...]
    by: tuple[tuple[str, ...], ...] = ()
    domains: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    interval: IntervalPlan = IntervalPlan()
    calibration: CalibrationPlan | None = None
    replicates: ReplicatePlan | None = None
    form: FileForm = FileForm()
    differences: tuple[DomainFamily, ...] = ()

    @property
    def fixed(self) -> frozenset[str]:
        """Columns whose distribution the design or the calibration fixes: strata and margins."""
        margins = self.calibration.margins if self.calibration else ()
        return frozenset(self.design.strata) | {margin.column for margin in margins}

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read, once, in the order in which the document names them."""
        design = self.design
        named = [design.weight, *design.strata, design.psu, design.fpc, design.second_stage_fpc]
        named += [margin.column for margin in (self.calibration.margins if self.calibration else ())]
        named += [column for crossed in self.by for column in crossed]
        named += [item.column for item in self.items.values()]
        return tuple(dict.fromkeys(name for name in named if name))
