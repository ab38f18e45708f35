"""Change between waves of clustered samples, of calibrated ones, and where units moved between strata."""

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.change import WavePart, change, cross_strata, wave_covariance
from analytics.core.design import Calibration, SurveyDesign
from analytics.core.estimates import mean, ratio, total

HELD = np.array([12.0, 7.0])
SIZES = np.array([3, 4, 2, 5, 3, 4, 2])  # respondents of each PSU: four PSUs, then three
STRATA, PSU = np.repeat([0, 0, 0, 0, 1, 1, 1], SIZES), np.repeat(np.arange(7), SIZES)
Y = np.random.default_rng(6).normal(5, 2, SIZES.sum())


def part(names: str = "abcdefg", *, second_stage=None, units: str = "", y=Y) -> tuple[WavePart, np.ndarray]:
    weights = np.linspace(2, 4, len(Y))
    design = SurveyDesign(weights, STRATA, HELD, psu=PSU, second_stage_populations=second_stage)
    labels = tuple(f"{units}{row}" for row in range(len(Y)))
    return WavePart(design, labels, STRATA, HELD, tuple(names[code] for code in PSU)), y


@pytest.mark.parametrize("second_stage", [None, SIZES * 3.0])
@pytest.mark.parametrize("estimand", [mean, total])
def test_a_wave_against_itself_has_its_own_variance_as_covariance(second_stage, estimand):
    wave, y = part(second_stage=second_stage)
    again, _ = part(second_stage=second_stage)
    found = estimand(wave.design, y)
    shared, common = wave_covariance(wave, found.influence, again, found.influence)
    assert shared == pytest.approx(found.variance, rel=1e-9)
    assert common == len(Y)


def test_the_same_psus_with_other_respondents_share_the_first_stage_only():
    stages = SIZES * 3.0
    now, y = part(second_stage=stages)
    before, _ = part(second_stage=stages, units="other")
    found = mean(now.design, y)
    shared, common = wave_covariance(now, found.influence, before, found.influence)
    z, f = found.influence, np.array([4, 3]) / HELD
    totals = np.bincount(PSU, weights=z)
    first = sum((1 - f[h]) * len(t) * t.var(ddof=1) for h, t in enumerate((totals[:4], totals[4:])))
    # m_c = 0 of the m_1 m_2 / M respondents that independent draws would share: no s_12 is seen, nothing is added
    assert shared == pytest.approx(first, rel=1e-9)
    assert found.variance > first
    assert common == 0
    assert change(now, found, before, found).flags == frozenset()


def test_clusters_of_one_respondent_are_an_element_sample():
    strata, held = np.repeat([0, 1], 6), np.array([20.0, 9.0])
    draw = np.random.default_rng(1)
    y, x, weights = draw.normal(5, 1, (2, 12)), draw.uniform(1, 3, (2, 12)), np.full(12, 2.0)
    names = [tuple("abcdefghijkl"), tuple("abcxefghzjkl")]
    found = []
    for psu, own in ((None, False), (np.arange(12), True)):
        designs = [SurveyDesign(weights, strata, held, psu=psu) for _ in range(2)]
        parts = [
            WavePart(design, units, strata, held, units if own else None)
            for design, units in zip(designs, names, strict=True)
        ]
        later, earlier = (ratio(design, y[k], x[k]) for k, design in enumerate(designs))
        found.append(change(parts[0], later, parts[1], earlier))
    assert found[0].covariance == pytest.approx(found[1].covariance, rel=1e-12)
    assert found[0].common == found[1].common == 10
    assert found[0].standard_error ** 2 == pytest.approx(
        later.variance + earlier.variance - 2 * found[0].covariance, rel=1e-9
    )


def test_a_calibrated_wave_shares_its_residuals():
    strata, x = np.zeros(30, dtype=int), np.linspace(1, 4, 30)
    y = 3 * x + np.random.default_rng(5).normal(0, 0.3, 30)
    before = np.full(30, 4.0)
    weights = before * 310 / (before @ x)
    design = SurveyDesign(weights, strata, np.array([120.0]), calibration=Calibration(x[:, None], before))
    wave = WavePart(design, tuple(map(str, range(30))), strata, np.array([120.0]))
    found = total(design, y)
    assert wave_covariance(wave, found.influence, wave, found.influence)[0] == pytest.approx(found.variance, rel=1e-9)


def test_units_that_moved_are_compared_inside_the_cells_of_both_classifications():
    """Two strata by two: n_c - n_1 n_2 / N inside each cell, and nothing from a cell with one common unit."""
    #          moved from 0 to 1: d, e, f
    now_frame = {"a": 0, "b": 0, "c": 0, "d": 1, "e": 1, "f": 1, "g": 1, "h": 1, "i": 1, "j": 0}
    old_frame = {"a": 0, "b": 0, "c": 0, "d": 0, "e": 0, "f": 0, "g": 1, "h": 1, "i": 1, "j": 1}
    names = sorted(now_frame)
    cells = dict(zip(names, cross_strata(
        np.array([now_frame[one] for one in names]), np.array([old_frame[one] for one in names])
    ), strict=True))  # fmt: skip
    assert len(set(cells.values())) == 4
    held = np.zeros(4)
    for cell, count in ((cells["a"], 9.0), (cells["d"], 6.0), (cells["g"], 8.0), (cells["j"], 5.0)):
        held[cell] = count
    y = dict(zip("abcdefghij", np.random.default_rng(2).normal(0, 1, (10, 2)), strict=True))

    def side(units: str, frame: dict[str, int], wave: int):
        design = SurveyDesign(np.full(len(units), 2.0), [frame[one] for one in units], np.array([20.0, 20.0]))
        where = np.array([cells[one] for one in units])
        return WavePart(design, tuple(units), where, held), np.array([y[one][wave] for one in units])

    now, z_now = side("abcdefghj", now_frame, 1)
    before, z_before = side("abdefgij", old_frame, 0)
    expected = 0.0
    for cell, n_now, n_before, common in (("a", 3, 2, "ab"), ("d", 3, 3, "def"), ("g", 2, 2, "g"), ("j", 1, 1, "j")):
        if len(common) > 1:
            s = np.cov([y[one][1] for one in common], [y[one][0] for one in common])[0, 1]
            expected += (len(common) - n_now * n_before / held[cells[cell]]) * s
    assert wave_covariance(now, z_now, before, z_before)[0] == pytest.approx(expected, rel=1e-12)


def two_stage_panel(draw: np.random.Generator, y: np.ndarray) -> tuple[list[WavePart], list]:
    """30 of 60 municipalities in one stratum, 20 kept in the other wave; 6 of 20 workplaces, 4 kept where possible."""
    order = draw.permutation(60)
    chosen = [order[:30], order[10:40]]
    kept = {psu: draw.permutation(20) for psu in range(60)}
    parts, found = [], []
    for wave, psus in enumerate(chosen):
        rows = [(psu, unit) for psu in psus for unit in kept[psu][2 * wave : 2 * wave + 6]]
        psu, unit = np.array(rows).T
        strata, codes = np.zeros(len(rows), dtype=int), np.repeat(np.arange(30), 6)
        design = SurveyDesign(
            np.full(len(rows), 60 / 30 * 20 / 6), strata, np.array([60.0]), psu=codes,
            second_stage_populations=np.full(30, 20.0),
        )  # fmt: skip
        labels = tuple(f"{one}-{other}" for one, other in rows)
        parts.append(WavePart(design, labels, strata, np.array([60.0]), tuple(str(one) for one in psu)))
        found.append(mean(design, y[wave, psu, unit]))
    return parts, found


def test_change_in_a_two_stage_panel_has_its_true_standard_error():
    """500 panels: the mean estimated variance is that of the changes within 15 percent (its error is 6.3 percent)."""
    draw = np.random.default_rng(77)
    town = draw.normal(0, 1, 60)
    lean = town[:, None] + draw.normal(0, 1.5, (60, 20))
    y = np.stack([lean + draw.normal(0, 0.7, (60, 20)), lean + 0.2 + draw.normal(0, 0.7, (60, 20))])
    truth = y[1].mean() - y[0].mean()
    gaps, variances, alone, covered = [], [], [], []
    for _ in range(500):
        parts, found = two_stage_panel(draw, y)
        result = change(parts[1], found[1], parts[0], found[0])
        gaps.append(result.difference)
        variances.append(result.standard_error**2)
        alone.append(found[0].variance + found[1].variance)
        covered.append(result.low <= truth <= result.high)
    assert np.mean(variances) == pytest.approx(np.var(gaps), rel=0.15)
    assert 100 * np.mean(covered) == pytest.approx(95, abs=2.5)
    assert np.mean(alone) > 1.4 * np.mean(variances)


def test_psus_without_identifiers_or_in_two_strata_are_refused():
    wave, _ = part()
    for clusters, strata in (
        (None, STRATA),
        (("a",) * len(Y), STRATA),
        (tuple(map(str, range(len(Y)))), STRATA),
        (wave.clusters, np.arange(len(Y)) % 2),
    ):
        with pytest.raises(InputError, match=r"clusters: expected 23 identifiers, one for each of the 7 PSUs"):
            WavePart(wave.design, wave.units, strata, HELD, clusters)
