"""How carefully people answered: straight-lining, styles, speeding, gaps, and what leaving them out changes."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Codes, Floats, InputError, Mask, codes, floats, mask
from analytics.core.columns import NO_ANSWER, NOT_ASKED
from analytics.core.design import SurveyDesign
from analytics.core.estimates import PointEstimate, difference, mean

DONT_KNOW = -3
NOT_RELEVANT = -4
NAN = float("nan")


class QualityFlag(StrEnum):
    """What was found in a respondent's way of answering; no verdict on what the answers are worth."""

    STRAIGHT_LINING = "straight_lining"
    SPEEDING = "speeding"
    ITEM_NON_RESPONSE = "item_non_response"
    DONT_KNOW = "dont_know"


@dataclass(frozen=True)
class Thresholds:
    """When a respondent is flagged; the values are stated with every result.

    longest_run: share of the answered items in one run of one step, of at least `fewest_answers` answered.
    no_answer and dont_know: share of the items asked. median_share: of the median time of the respondent's group.
    seconds_per_item: an absolute limit, by items asked (Wood et al. 2017: a second; Huang et al. 2012: two).
    """

    longest_run: float = 1.0
    fewest_answers: int = 5
    no_answer: float = 0.5
    dont_know: float = 0.5
    median_share: float = 0.3
    seconds_per_item: float = 1.0

    def __post_init__(self) -> None:
        for name in ("longest_run", "no_answer", "dont_know", "median_share"):
            value = getattr(self, name)
            if not 0 < value <= 1:
                raise InputError(name, expected="a share above 0, at most 1", got=str(value), hint="30 % is 0.3.")
        if self.fewest_answers < 2:
            raise InputError(
                "fewest_answers", expected="at least 2", got=str(self.fewest_answers), hint="One answer is no line."
            )
        if not self.seconds_per_item >= 0:
            raise InputError(
                "seconds_per_item", expected="0 or more", got=str(self.seconds_per_item), hint="0 sets no limit."
            )


@dataclass(frozen=True, eq=False)
class Patterns:
    """One number a respondent, f8[n] or i8[n]. NaN where nobody can say: no answer on the scale, nothing asked.

    longest_run: share of the answered items in the longest run of one step (an item without an answer on the scale
    neither ends nor lengthens a run). acquiescence, disacquiescence: share of answers above and below the middle;
    extreme: at either end; middle: on the middle step (NaN throughout for an even number of steps: it has none).
    mean, spread: of the steps 0.., spread with n - 1 (NaN with one answer). no_answer, dont_know, not_relevant: share
    of the items asked.
    """

    asked: Codes
    answered: Codes
    longest_run: Floats
    acquiescence: Floats
    disacquiescence: Floats
    extreme: Floats
    middle: Floats
    mean: Floats
    spread: Floats
    no_answer: Floats
    dont_know: Floats
    not_relevant: Floats


@dataclass(frozen=True, eq=False)
class Flagged:
    """Who is flagged for what, bool[n] each, by the thresholds stated; `untimed` have no duration: not judged."""

    straight_lining: Mask
    speeding: Mask
    item_non_response: Mask
    dont_know: Mask
    untimed: Mask
    thresholds: Thresholds

    @property
    def any(self) -> Mask:
        """Flagged for anything, bool[n]."""
        found: Mask = self.straight_lining | self.speeding | self.item_non_response | self.dont_know
        return found

    def by(self, flag: QualityFlag) -> Mask:
        """Flagged for one thing, bool[n]."""
        columns = {
            QualityFlag.STRAIGHT_LINING: self.straight_lining,
            QualityFlag.SPEEDING: self.speeding,
            QualityFlag.ITEM_NON_RESPONSE: self.item_non_response,
            QualityFlag.DONT_KNOW: self.dont_know,
        }
        return columns[flag]


@dataclass(frozen=True, eq=False)
class Effect:
    """A mean with all who answered, without the flagged, and without less with; `flagged` is their weighted share.

    flagged_n: those among the answers that are used. All three have their errors from the full design.
    """

    with_all: PointEstimate
    without: PointEstimate
    difference: PointEstimate
    flagged_n: int
    flagged: float


def patterns(answers: npt.ArrayLike, *, steps: int) -> Patterns:
    """The ways of answering a battery of items that share one scale of `steps` ordered steps.

    answers i8[n, k] in the order of the screen: 0..steps - 1, NO_ANSWER, NOT_ASKED, DONT_KNOW or NOT_RELEVANT.
    InputError on other codes, shapes and fewer than two steps.
    Source: Krosnick 1991; Van Vaerenbergh & Thomas 2013; Johnson 2005 for the longest run.
    """
    given = _checked(answers, steps)
    on_scale, asked = given >= 0, given != NOT_ASKED
    answered, count = on_scale.sum(axis=1), asked.sum(axis=1)
    middle = (steps - 1) / 2
    values = np.where(on_scale, given, 0).astype(np.float64)
    average = _share(values.sum(axis=1), answered)
    squares = np.where(on_scale, (values - np.where(answered > 0, average, 0.0)[:, None]) ** 2, 0.0).sum(axis=1)
    even = steps % 2 == 0
    return Patterns(
        asked=_frozen(count),
        answered=_frozen(answered),
        longest_run=_share(_longest_runs(given), answered),
        acquiescence=_share((given > middle).sum(axis=1), answered),
        disacquiescence=_share((on_scale & (given < middle)).sum(axis=1), answered),
        extreme=_share(((given == 0) | (given == steps - 1)).sum(axis=1), answered),
        middle=np.full(len(given), NAN) if even else _share((given == middle).sum(axis=1), answered),
        mean=average,
        spread=np.sqrt(_share(squares, np.maximum(answered - 1, 0))),
        no_answer=_share((given == NO_ANSWER).sum(axis=1), count),
        dont_know=_share((given == DONT_KNOW).sum(axis=1), count),
        not_relevant=_share((given == NOT_RELEVANT).sum(axis=1), count),
    )


def ipsatised(answers: npt.ArrayLike, *, steps: int, values: npt.ArrayLike | None = None) -> Floats:
    """Each answer less the respondent's own mean, f8[n, k]; NaN where there is no answer on the scale.

    values f8[steps]: scores of the steps (0, 1, ... when None). Takes away a style of answering, and with it any true
    difference of level: compare profiles with it, never levels. InputError as `patterns`. Source: Fischer 2004.
    """
    given = _checked(answers, steps)
    scores = np.arange(steps, dtype=np.float64) if values is None else floats("values", values, size=steps)
    if not bool(np.isfinite(scores).all()):
        raise InputError("values", expected="finite numbers", got=str(list(scores)), hint="Give every step a score.")
    on_scale = given >= 0
    scored = np.where(on_scale, scores[np.where(on_scale, given, 0)], 0.0)
    own = _share(scored.sum(axis=1), on_scale.sum(axis=1))
    return np.where(on_scale, scored - own[:, None], np.nan)


def speeding(
    durations: npt.ArrayLike,
    *,
    items: npt.ArrayLike,
    groups: npt.ArrayLike | None = None,
    thresholds: Thresholds | None = None,
) -> Mask:
    """Who took less than the stated share of the median of the group, or of the seconds an item asked, bool[n].

    durations f8[n] in seconds, NaN where unknown: not judged. items i8[n]: how many each was asked. groups i8[n], codes
    from 0: those who saw the same paths or language; one group when None. The median is that of respondents, without
    weights: it is about reading, not about workplaces. InputError on durations below 0 and shapes.
    Source: Greszki, Meyer & Schoen 2015; Huang et al. 2012.
    """
    limits = thresholds or Thresholds()
    seconds = floats("durations", durations)
    asked = codes("items", items, size=len(seconds))
    kind = codes("groups", np.zeros(len(seconds)) if groups is None else groups, size=len(seconds))
    if bool((np.isinf(seconds) | (seconds < 0)).any()):
        row = int(np.argmax(np.isinf(seconds) | (seconds < 0)))
        raise InputError(
            "durations", expected="seconds from 0, or NaN", got=f"{seconds[row]} in row {row}", hint="Mend the clock."
        )
    if len(kind) and int(kind.min()) < 0:
        raise InputError("groups", expected="codes from 0", got=str(int(kind.min())), hint="Give every row a group.")
    found = seconds < limits.seconds_per_item * asked
    for group in np.unique(kind):
        rows = (kind == group) & ~np.isnan(seconds)
        if rows.any():
            found |= rows & (seconds < limits.median_share * float(np.median(seconds[rows])))
    return found


def flags(
    found: Patterns,
    *,
    durations: npt.ArrayLike,
    items: npt.ArrayLike,
    groups: npt.ArrayLike | None = None,
    thresholds: Thresholds | None = None,
) -> Flagged:
    """All flags of all respondents by the thresholds. durations, items and groups as in `speeding`."""
    limits = thresholds or Thresholds()
    seconds = floats("durations", durations, size=len(found.asked))
    line = (found.answered >= limits.fewest_answers) & (found.longest_run >= limits.longest_run)
    return Flagged(
        straight_lining=line,
        speeding=speeding(seconds, items=items, groups=groups, thresholds=limits),
        item_non_response=found.no_answer >= limits.no_answer,
        dont_know=found.dont_know >= limits.dont_know,
        untimed=np.isnan(seconds),
        thresholds=limits,
    )


def effect_of_leaving_out(
    design: SurveyDesign, values: npt.ArrayLike, flagged: npt.ArrayLike, *, domain: npt.ArrayLike | None = None
) -> Effect:
    """A mean (share, balance) with and without the flagged, and the difference with its standard error.

    values f8[n], NaN for no answer. Without them the estimate is that of a domain in the full design; weights stay as
    they are, so that a stratum with many flagged counts for less. The covariance of both is in the error of the
    difference. NaN where a part has no value; the estimates' flags say why. InputError on shapes.
    """
    y = floats("values", values, size=design.size)
    out = mask("flagged", flagged, size=design.size)
    inside = mask("domain", domain, size=design.size)
    with_all, without = mean(design, y, inside), mean(design, y, inside & ~out)
    used = with_all.rows
    share = float(design.weights[used & out].sum() / design.weights[used].sum()) if used.any() else NAN
    return Effect(
        with_all=with_all,
        without=without,
        difference=difference(design, without, with_all),
        flagged_n=int((used & out).sum()),
        flagged=share,
    )


def _checked(answers: npt.ArrayLike, steps: int) -> Codes:
    raw = np.asarray(answers)
    if raw.ndim != 2 or raw.dtype.kind not in "iu":
        raise InputError(
            "answers",
            expected="whole numbers, respondents by items",
            got=f"{raw.dtype} of shape {raw.shape}",
            hint="Code what is no answer on the scale: NO_ANSWER, NOT_ASKED, DONT_KNOW or NOT_RELEVANT.",
        )
    if steps < 2:
        raise InputError("steps", expected="at least 2", got=str(steps), hint="One step is no scale.")
    given = raw.astype(np.int64)
    wrong = (given < NOT_RELEVANT) | (given >= steps)
    if bool(wrong.any()):
        row, place = np.argwhere(wrong)[0]
        raise InputError(
            "answers",
            expected=f"codes from {NOT_RELEVANT} to {steps - 1}",
            got=f"{given[row, place]} in row {row}, item {place}",
            hint="Check the number of steps and the codes of what is no answer on the scale.",
        )
    return given


def _longest_runs(given: Codes) -> Codes:
    """The longest run of one step in each row, i8[n]: a pass over the items, all rows at once."""
    n = len(given)
    last, run, longest = np.full(n, -1), np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    for column in given.T:
        on_scale = column >= 0
        same = on_scale & (column == last)
        run = np.where(same, run + 1, np.where(on_scale, 1, run))
        last = np.where(on_scale, column, last)
        longest = np.maximum(longest, run)
    return longest


def _share(part: npt.NDArray[np.float64] | Codes, whole: Codes) -> Floats:
    above = np.asarray(part, dtype=np.float64)
    return np.where(whole > 0, above / np.maximum(whole, 1), np.nan)


def _frozen(values: Codes) -> Codes:
    found = np.asarray(values, dtype=np.int64)
    found.setflags(write=False)
    return found
