"""The parameters of a run: everything that a person may choose, validated once and stored with the run."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

Keys = tuple[str, ...]
NO_CALIBRATION = "none"
CALIBRATIONS = (NO_CALIBRATION, "linear", "raking", "logit", "truncated")
CELLS, PROPENSITY = "cells", "propensity"
LONELY_RULES = ("fail", "certainty", "adjust", "average")
LEAST_DRAWS = 2000  # the ends of an interval of 90 % need them
INTERVALS = ("default", "logit", "beta", "wilson")


@dataclass(frozen=True)
class Between:
    """A number from `low` to `high`, both allowed."""

    low: float
    high: float

    def __str__(self) -> str:
        return f"a value from {self.low} to {self.high}"


@dataclass(frozen=True)
class ZeroOrAtLeast:
    """Nothing at all, or enough."""

    least: int

    def __str__(self) -> str:
        return f"0 or at least {self.least}"


@dataclass(frozen=True)
class PowerOfTwo:
    """1, 2, 4, 8 and so on."""

    def __str__(self) -> str:
        return "a power of two"


@dataclass(frozen=True)
class OneOf:
    """A word of a list."""

    allowed: Keys

    def __str__(self) -> str:
        return f"one of {', '.join(self.allowed)}"


@dataclass(frozen=True)
class OfType:
    """A value of the type of this name."""

    name: str

    def __str__(self) -> str:
        return self.name


Expected = Between | ZeroOrAtLeast | PowerOfTwo | OneOf | OfType


class ParameterError(ValueError):
    """A parameter that makes no sense; the message names it, what was expected and what came.

    `expected` is kept as a value, so that a page can say it in the reader's language beside the field.
    """

    def __init__(self, parameter: str, *, expected: Expected, got: object) -> None:
        super().__init__(f"{parameter}: expected {expected}, got {got!r}.")
        self.parameter = parameter
        self.expected = expected


class UnknownParameterError(ParameterError):
    """A name that no parameter has."""

    def __init__(self, parameter: str, known: Keys) -> None:
        ValueError.__init__(self, f"{parameter}: unknown parameter. Use one of {', '.join(known)}.")
        self.parameter = parameter
        self.expected = OneOf(known)


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """Choices of a run.

    `nonresponse`: weights are adjusted in cells of strata, or in classes of the propensity to answer. Cells or classes
    with fewer than `minimum_per_cell` respondents, or a factor above `maximum_factor`, are joined in the stated order.
    `interval` is the method for shares; the default is logit, and beta where few answers count or few do not. More
    than `missing_caution` of those asked without an answer gives a flag. `lonely` says what a variance stratum with
    one respondent adds where no neighbour could take it in. `replicates` of the bootstrap and `draws` of the Monte
    Carlo over an index's choices: 0 for none. `sobol_points`: a power of two. Fewer than `minimum_answers`, or as few
    effective ones, flag a figure as too imprecise to show. `ask_for`: keys of indices that are computed only when
    somebody asks for them. `calibration` makes the weights reproduce the sectors and size classes of the frame; its
    factors lie between `lowest_factor` and `highest_factor` where the method has bounds.
    """

    confidence: float = 0.95
    nonresponse: str = CELLS
    minimum_per_cell: int = 20
    maximum_factor: float = 3.0
    interval: str = "default"
    missing_caution: float = 0.2
    lonely: str = "fail"
    replicates: int = 500
    draws: int = 2000
    sobol_points: int = 256
    minimum_answers: int = 30
    ask_for: Keys = ()
    calibration: str = NO_CALIBRATION
    lowest_factor: float = 0.3
    highest_factor: float = 3.0

    def __post_init__(self) -> None:
        _between("confidence", self.confidence, 0.5, 0.999)
        _between("minimum_per_cell", self.minimum_per_cell, 2, 1000)
        _between("maximum_factor", self.maximum_factor, 1.0, 100.0)
        _between("missing_caution", self.missing_caution, 0.0, 1.0)
        _between("replicates", self.replicates, 0, 10_000)
        _between("draws", self.draws, 0, 100_000)
        _between("sobol_points", self.sobol_points, 64, 65_536)
        _between("minimum_answers", self.minimum_answers, 20, 1000)
        if self.draws and self.draws < LEAST_DRAWS:
            raise ParameterError("draws", expected=ZeroOrAtLeast(LEAST_DRAWS), got=self.draws)
        if self.sobol_points & (self.sobol_points - 1):
            raise ParameterError("sobol_points", expected=PowerOfTwo(), got=self.sobol_points)
        _one_of("nonresponse", self.nonresponse, (CELLS, PROPENSITY))
        _one_of("calibration", self.calibration, CALIBRATIONS)
        _between("lowest_factor", self.lowest_factor, 0.0, 0.99)
        _between("highest_factor", self.highest_factor, 1.01, 100.0)
        _one_of("interval", self.interval, INTERVALS)
        _one_of("lonely", self.lonely, LONELY_RULES)

    def to_document(self) -> dict[str, object]:
        return asdict(self) | {"ask_for": list(self.ask_for)}

    @classmethod
    def from_document(cls, document: Mapping[str, object]) -> "Parameters":
        """Parameters from a stored document. Left out: the default. Unknown: an error that names it."""
        known = {field.name: field.type for field in fields(cls)}
        for name, value in document.items():
            if name not in known:
                raise UnknownParameterError(name, tuple(known))
            if not _fits(value, known[name]):
                raise ParameterError(name, expected=OfType(_name(known[name])), got=value)
        wanted = {**document, "ask_for": tuple(document.get("ask_for", ()))}  # type: ignore[arg-type]
        return cls(**wanted)  # type: ignore[arg-type]  # names and types are checked above


def _name(kind: object) -> str:
    return "a list of keys" if kind == Keys else getattr(kind, "__name__", str(kind))


def _fits(value: object, kind: object) -> bool:
    if isinstance(value, bool):
        return False
    if kind == Keys:
        return isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)
    if kind is float:
        return isinstance(value, float | int)
    return isinstance(value, kind) if isinstance(kind, type) else False


def _between(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ParameterError(name, expected=Between(low, high), got=value)


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ParameterError(name, expected=OneOf(allowed), got=value)
