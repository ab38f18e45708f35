"""The delete-one-PSU jackknife, for one stratum (JK1) and for many (JKn)."""

import numpy as np

from analytics.core.arrays import Codes, Floats, InputError, Mask, sums
from analytics.core.design import SurveyDesign
from analytics.core.replicates.plan import Centre, Kind, Replicates, lonely_scale, two_stages


def jk1(design: SurveyDesign, *, fpc: bool = True, centre: Centre = Centre.REPLICATES) -> Replicates:
    """One replicate for each PSU of an unstratified design; the others are raised by n / (n - 1).

    V = (1 - f) (n - 1) / n sum of (theta_i - centre)^2. InputError with more than one stratum.
    Source: Quenouille 1956; Wolter 2007, ch. 4.
    """
    if design.stratum_count > 1:
        raise InputError(
            "design",
            expected="one stratum",
            got=str(design.stratum_count),
            hint="Use jkn, which deletes PSUs inside their strata.",
        )
    return _jackknife(design, Kind.JK1, fpc=fpc, centre=centre)


def jkn(design: SurveyDesign, *, fpc: bool = True, centre: Centre = Centre.REPLICATES) -> Replicates:
    """One replicate for each PSU i of stratum h; the others of h are raised by n_h / (n_h - 1).

    V = sum over h of (1 - f_h) (n_h - 1) / n_h sum over i of (theta_hi - centre)^2; fpc=False leaves f_h out.
    PSUs of strata that add nothing (wholly observed with fpc, or lonely under "certainty") get no replicate.
    Replicates follow the order of the PSU codes. InputError for a lonely stratum whose rule cannot be followed, and
    with fpc for a second stage, whose variance a jackknife over PSUs does not see.
    Source: Wolter 2007, ch. 4; Rust & Rao 1996.
    """
    return _jackknife(design, Kind.JKN, fpc=fpc, centre=centre)


def deleted(design: SurveyDesign, replicates: Replicates) -> Codes:
    """i8[R], the PSU that each replicate leaves out."""
    return np.flatnonzero(_counting(design, fpc=replicates.fpc)).astype(np.int64)


def jackknife_factors(design: SurveyDesign, replicates: Replicates, rows: range) -> Floats:
    """Factors f8[len(rows), P] of the PSUs' weights in these replicates."""
    out, strata = deleted(design, replicates)[rows.start : rows.stop], design.psu_strata
    n = design.sizes.astype(np.float64)
    home = strata[out]
    factors = np.where(strata[None, :] == home[:, None], (n / np.maximum(n - 1, 1))[home][:, None], 1.0)
    factors[np.arange(len(out)), out] = 0.0
    return factors


def jackknife_totals(design: SurveyDesign, replicates: Replicates, psu_totals: Floats) -> Floats:
    """Totals f8[R, k] in every replicate from the PSUs' weighted totals f8[P, k]: no weights are made."""
    out, strata = deleted(design, replicates), design.psu_strata
    n = design.sizes.astype(np.float64)
    columns = [sums(strata, column, design.stratum_count) for column in psu_totals.T]
    by_stratum = np.column_stack(columns)
    home = strata[out]
    raised = (by_stratum[home] - psu_totals[out]) * (n / np.maximum(n - 1, 1))[home][:, None]
    found: Floats = psu_totals.sum(axis=0) - by_stratum[home] + raised
    return found


def _jackknife(design: SurveyDesign, kind: Kind, *, fpc: bool, centre: Centre) -> Replicates:
    if two_stages(design, fpc=fpc):
        raise InputError(
            "design",
            expected="one stage of sampling for a jackknife with fpc",
            got="a second stage",
            hint="Use the bootstrap, which has both stages, or fpc=False: PSUs as if drawn with replacement.",
        )
    scale = lonely_scale(design, kind, fpc=fpc)
    out = np.flatnonzero(_counting(design, fpc=fpc))
    n = design.sizes.astype(np.float64)
    left_out = 1.0 - design.fractions if fpc else np.ones(design.stratum_count)
    rscales = (left_out * (n - 1) / n)[design.psu_strata[out]]
    return Replicates(
        kind=kind,
        count=len(out),
        scale=scale,
        rscales=rscales,
        seed=None,
        centre=centre,
        degrees=design.degf(),
        units=design.psu_count,
        fpc=fpc,
    )


def _counting(design: SurveyDesign, *, fpc: bool) -> Mask:
    """bool[P], the PSUs whose absence says something."""
    counts = design.sizes > 1
    if fpc:
        counts &= ~design.taken_all
    found: Mask = counts[design.psu_strata]
    return found
