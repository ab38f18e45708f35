"""Figures of a run beside those that another barometer published, each pair with a verdict and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import inf, isnan, sqrt

from analytics.core.arrays import InputError
from analytics.core.comparison_conditions import Conditions, Population
from analytics.core.own_figures import OwnFigure, OwnFigures, added_df
from analytics.core.p_adjustment import holm
from analytics.core.published import PublishedFigure, Reading, read
from analytics.core.published_library import NotMapped, Preset, PublishedLibrary, Target
from analytics.core.published_terms import ALL_SECTORS, Allowance, compare_on
from analytics.core.results import EstimateRow
from analytics.core.student import two_sided_p
from analytics.core.verdicts import Verdict

ALPHA = 0.05
TRIED_EFFECT = 2.0  # a verdict must hold with twice the published figure's sampling variance, or it says so


class BesideFlag(StrEnum):
    """What a reader of the comparison must know."""

    NO_FIGURE_OF_OURS = "no_figure_of_ours"  # the run has none: its questionnaire or sample lacks it
    NO_ERROR_OF_OURS = "no_error_of_ours"
    NO_ERROR_OF_THEIRS = "no_error_of_theirs"  # the number of answers was not published, or all answers are alike
    NEAREST = "nearest_of_words"  # tested against the nearest value that the words may stand for
    HANGS_ON_EFFECT = "hangs_on_design_effect"  # the verdict does not hold with twice the sampling variance
    TOGETHER = "sectors_together"  # our figure is put together from sectors


@dataclass(frozen=True)
class Beside:
    """One published figure and ours. difference: ours - theirs, in shares, None for words and where not comparable.

    not_mapped: why no figure of ours belongs beside it; reading is None for a mean of a scale. p_adjusted holds for all
    comparable rows of the wave together.
    """

    figure: PublishedFigure
    reading: Reading | None
    target: Target | None
    not_mapped: NotMapped | None
    ours: OwnFigure | None
    allowance: Allowance
    verdict: Verdict
    difference: float | None = None
    p: float | None = None
    p_adjusted: float | None = None
    flags: tuple[BesideFlag, ...] = ()


def side_by_side(
    rows: Iterable[EstimateRow],
    library: PublishedLibrary,
    *,
    wave: str,
    preset: str,
    country: str,
    conditions: Conditions,
    sizes: Mapping[str, float],
    alpha: float = ALPHA,
) -> tuple[Beside, ...]:
    """Every figure of the published wave, in its order, with ours of the country beside it.

    rows: of one run; conditions: under which they were made, for all sectors; sizes: sector -> workplaces of the frame.
    The difference of two independent estimates on Student's t with Satterthwaite's degrees of freedom; a value in
    words is tested at the nearest share that the words may stand for. Holm's adjustment over the comparable rows.
    InputError for an unknown wave or preset, and for one that is not for this wave or country. Source: Welch 1947;
    Holm 1979.
    """
    chosen = _preset(library, preset, wave=wave, country=country)
    own = OwnFigures(rows, country=country, sizes=sizes)
    found = [_pair(figure, library, own=own, ours=conditions, preset=chosen) for figure in library.figures_of(wave)]
    return _judged(found, library, alpha)


def _preset(library: PublishedLibrary, key: str, *, wave: str, country: str) -> Preset:
    for name, given, known in (("preset", key, library.presets), ("wave", wave, library.waves)):
        if given not in known:
            raise InputError(name, expected=f"one of {', '.join(known)}", got=given, hint="Choose a shipped one.")
    preset = library.presets[key]
    for name, given, allowed in (("wave", wave, preset.waves), ("country", country, preset.countries)):
        if allowed and given not in allowed:
            raise InputError(
                name, expected=f"one of {', '.join(allowed)} for {key}", got=given, hint="Choose another preset."
            )
    return preset


def _pair(
    figure: PublishedFigure, library: PublishedLibrary, *, own: OwnFigures, ours: Conditions, preset: Preset
) -> Beside:
    target = library.target_of(figure)
    population = library.population_of(figure)
    reading = read(figure, population) if figure.share else None
    if isinstance(target, NotMapped):
        return Beside(figure, reading, None, target, None, Allowance(), Verdict.NOT_COMPARABLE)
    theirs = replace(population.conditions, scale=target.scale_of(figure.wave).value)
    sectors = _sectors(theirs.population, preset.sectors)
    return Beside(
        figure=figure,
        reading=reading,
        target=target,
        not_mapped=None,
        ours=own.figure(target.part, base=figure.base, sectors=sectors),
        allowance=compare_on(preset.terms, _of(ours, sectors), theirs),
        verdict=Verdict.NOT_COMPARABLE,
    )


def _sectors(theirs: Population, chosen: Sequence[str]) -> tuple[str, ...]:
    """Of the sectors that the preset is about those that the published figure is of: two are also each of them."""
    narrower = tuple(sector for sector in chosen if sector in theirs.sectors)
    return narrower or tuple(chosen)


def _of(ours: Conditions, sectors: Sequence[str]) -> Conditions:
    """Our conditions for these sectors; none named: all that we have. Organisations and persons have all."""
    if not sectors or ours.population.sectors == ALL_SECTORS:
        return ours
    return replace(ours, population=replace(ours.population, sectors=frozenset(sectors)))


def _judged(found: Sequence[Beside], library: PublishedLibrary, alpha: float) -> tuple[Beside, ...]:
    plain = [_p(one, one.reading) for one in found]
    tried = [_p(one, _tried(one, library)) for one in found]
    adjusted, adjusted_tried = _holm(plain), _holm(tried)
    return tuple(
        _with_verdict(one, p, first, second, alpha)
        for one, p, first, second in zip(found, plain, adjusted, adjusted_tried, strict=True)
    )


def _holm(p: Sequence[float | None]) -> list[float | None]:
    adjusted = holm([float("nan") if one is None else one for one in p])
    return [None if isnan(one) else float(one) for one in adjusted]


def _tried(one: Beside, library: PublishedLibrary) -> Reading | None:
    population = library.population_of(one.figure)
    if one.reading is None:
        return None
    return read(one.figure, population, design_effect=TRIED_EFFECT * population.design_effect)


def _p(one: Beside, reading: Reading | None) -> float | None:
    """The p-value of the difference; None where there is none to test."""
    if not one.allowance.allowed or one.ours is None or one.ours.standard_error is None or reading is None:
        return None
    at, error = _theirs(reading, one.ours.value)
    if error is None:
        return None
    variances = one.ours.standard_error**2, error**2
    df = added_df(variances, (one.ours.df, reading.df))
    if df <= 0:
        return None
    spread = sqrt(sum(variances))
    gap = one.ours.value - at
    return two_sided_p(gap / spread if spread else (inf if gap else 0.0), df)


def _theirs(reading: Reading, ours: float) -> tuple[float, float | None]:
    """The published value to test against and its standard error: for words the nearest that they may stand for."""
    if reading.standard_error is not None:
        return reading.value, reading.standard_error
    if reading.sampling_error is None:
        return reading.value, None
    at = min(max(ours, reading.span[0]), reading.span[1])
    return at, reading.sampling_error_at(at)


def _with_verdict(one: Beside, p: float | None, first: float | None, second: float | None, alpha: float) -> Beside:
    verdict = _verdict(one, first, alpha)
    hangs = first is not None and verdict is not _verdict(one, second, alpha)
    in_digits = one.reading is not None and one.reading.standard_error is not None
    difference = one.ours.value - one.figure.value if p is not None and one.ours and in_digits else None
    flags = _flags(one, compared=p is not None, hangs=hangs, nearest=not in_digits)
    return replace(one, verdict=verdict, difference=difference, p=p, p_adjusted=first, flags=flags)


def _verdict(one: Beside, adjusted: float | None, alpha: float) -> Verdict:
    if adjusted is None or one.ours is None or one.reading is None:
        return Verdict.NOT_COMPARABLE
    if adjusted > alpha:
        return Verdict.NOT_DISTINGUISHABLE
    return Verdict.HIGHER if one.ours.value > _theirs(one.reading, one.ours.value)[0] else Verdict.LOWER


def _flags(one: Beside, *, compared: bool, hangs: bool, nearest: bool) -> tuple[BesideFlag, ...]:
    if one.target is None:
        return ()
    ours, reading = one.ours, one.reading
    held = {
        BesideFlag.NO_FIGURE_OF_OURS: ours is None,
        BesideFlag.NO_ERROR_OF_OURS: ours is not None and (ours.standard_error is None or ours.df <= 0),
        BesideFlag.NO_ERROR_OF_THEIRS: reading is None or reading.sampling_error is None,
        BesideFlag.NEAREST: compared and nearest,
        BesideFlag.HANGS_ON_EFFECT: hangs,
        BesideFlag.TOGETHER: ours is not None and bool(ours.sectors),
    }
    return tuple(flag for flag, holds in held.items() if holds)
