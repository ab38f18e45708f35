"""A mean of two phases by the sums over all pairs of units, as the textbook writes them: slow, and made apart."""

import numpy as np

from analytics.core.arrays import Codes, Floats, Mask


def double_sum(
    values: Floats,
    *,
    strata: Codes,
    answered: Mask,
    followed: Mask,
    populations: Floats,
    cells: Codes,
    domain: Mask | None = None,
) -> tuple[float, float]:
    """Value and variance; arguments as `follow_up`. Särndal, Swensson & Wretman 1992, (9.3.7), linearised as in 5.7."""
    inside = np.ones(len(values), dtype=np.bool_) if domain is None else domain
    group = np.where(answered, strata, len(populations) + cells)
    used = np.flatnonzero(answered | followed)
    drawn = {h: int((strata == h).sum()) for h in range(len(populations))}
    size = {int(g): int((group == g).sum()) for g in group}
    measured = {int(g): int((group[used] == g).sum()) for g in group}
    first = np.array([drawn[int(h)] / populations[h] for h in strata])
    second = np.array([measured[int(g)] / size[int(g)] for g in group])
    weights = np.where(inside, 1 / np.where(second > 0, first * second, np.inf), 0.0)[used]
    value = float(weights @ np.where(inside, values, 0.0)[used] / weights.sum())
    u = np.where(inside, np.where(inside, values, 0.0) - value, 0.0) / weights.sum()
    total = 0.0
    for k in used:
        for other in used:
            one, two = first[k] * first[other], second[k] * second[other]
            if k == other:
                one, two = first[k], second[k]
            else:
                if strata[k] == strata[other]:
                    held, n = populations[strata[k]], drawn[int(strata[k])]
                    one = n * (n - 1) / (held * (held - 1))
                if group[k] == group[other]:
                    n, m = size[int(group[k])], measured[int(group[k])]
                    two = m * (m - 1) / (n * (n - 1))
            total += (one - first[k] * first[other]) / (one * two) * u[k] / first[k] * u[other] / first[other]
            expanded = u[k] / (first[k] * second[k]) * u[other] / (first[other] * second[other])
            total += (two - second[k] * second[other]) / two * expanded
    return value, float(total)
