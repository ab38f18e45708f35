"""Imputation from donors: who may give, seeds and order, and whether the pooled interval is right."""

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.imputation.donors import fitted, hot_deck, match_means, nearest_values
from analytics.core.imputation.rubin import pool

NAN = np.nan


def survey(n: int = 200, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Answers 1..4 that follow two predictors, 30 percent missing where the first is high."""
    draw = np.random.default_rng(seed)
    x = np.column_stack([draw.normal(size=n), draw.integers(0, 2, size=n)])
    y = np.clip(np.round(2.5 + x[:, 0] + 0.5 * x[:, 1] + draw.normal(scale=0.6, size=n)), 1, 4)
    return np.where((x[:, 0] > 0) & (draw.random(n) < 0.6), NAN, y), x


ASKED = np.ones(200, dtype=bool)


def test_imputed_values_are_answers_that_somebody_gave_and_answers_stay():
    y, x = survey()
    found = match_means(y, predictors=x, asked=ASKED, seed=1)
    there = ~np.isnan(y)
    assert found.values.shape == (20, 200)
    assert np.all(found.values[:, there] == y[there])
    assert set(np.unique(found.values)) <= set(np.unique(y[there]))
    assert found.imputed.tolist() == (~there).tolist()
    assert not found.unfilled.any()
    assert len({copy.tobytes() for copy in found.values}) == 20


def test_a_filtered_answer_is_never_imputed():
    y, x = survey()
    asked = ASKED.copy()
    asked[np.flatnonzero(np.isnan(y))[:10]] = False
    for found in (
        match_means(y, predictors=x, asked=asked, seed=1),
        hot_deck(y, cells=x[:, 1], asked=asked, seed=1),
    ):
        assert np.isnan(found.values[:, ~asked]).all()
        assert not found.imputed[~asked].any()
        assert not np.isnan(found.values[:, asked]).any()


def test_the_same_seed_gives_the_same_bits_and_another_seed_others():
    y, x = survey()
    one, same, other = (match_means(y, predictors=x, asked=ASKED, seed=seed).values for seed in (7, 7, 8))
    assert one.tobytes() == same.tobytes()
    assert one.tobytes() != other.tobytes()


def test_more_imputations_leave_the_first_as_they_were():
    y, x = survey()
    few = match_means(y, predictors=x, asked=ASKED, seed=7).values
    many = match_means(y, predictors=x, asked=ASKED, seed=7, imputations=25).values
    assert many[:20].tobytes() == few.tobytes()


def test_keys_make_the_draws_independent_of_the_order_of_rows():
    y, x = survey()
    turned = np.random.default_rng(5).permutation(200)
    keys = np.arange(200) * 3
    for impute in (
        lambda rows: match_means(y[rows], predictors=x[rows], asked=ASKED, seed=7, keys=keys[rows]),
        lambda rows: hot_deck(y[rows], cells=x[rows, 1], asked=ASKED, seed=7, keys=keys[rows]),
    ):
        assert impute(turned).values.tobytes() == impute(np.arange(200)).values[:, turned].tobytes()


def test_the_five_nearest_give_with_the_same_chance():
    means, y = np.arange(10.0), np.arange(10.0) * 10
    found = nearest_values(means, y, np.full(20_000, 4.1), donors=5, generator=np.random.default_rng(1))
    given, counts = np.unique(found, return_counts=True)
    assert given.tolist() == [20, 30, 40, 50, 60]
    assert counts / 20_000 == pytest.approx([0.2] * 5, abs=0.012)  # four standard errors


def test_all_of_many_equal_donors_give():
    means, y = np.repeat([0.1, 0.3, 0.9], [100, 2, 100]), np.arange(202.0)
    found = nearest_values(means, y, np.full(20_000, 0.3), donors=5, generator=np.random.default_rng(1))
    assert np.mean((found >= 100) & (found < 102)) == pytest.approx(0.4, abs=0.015)  # the two at 0.3 are two of five
    assert len(np.unique(found[found < 100])) == 100  # the other three come from all at 0.1


def test_at_the_end_of_the_scale_the_nearest_are_all_on_one_side():
    found = nearest_values(
        np.arange(10.0), np.arange(10.0), np.full(500, 99.0), donors=3, generator=np.random.default_rng(1)
    )
    assert set(found) == {7, 8, 9}


def test_a_hot_deck_gives_within_its_cell_and_says_where_it_has_no_donor():
    y = np.concatenate([np.full(8, 1.0), [NAN, NAN], np.full(8, 2.0), [NAN], [3.0, NAN]])
    cells = np.repeat([0, 1, 2], [10, 9, 2])
    found = hot_deck(y, cells=cells, asked=np.ones(21, dtype=bool), seed=2)
    assert np.all(found.values[:, 8:10] == 1.0)
    assert np.all(found.values[:, 18] == 2.0)
    assert np.isnan(found.values[:, 20]).all()
    assert np.flatnonzero(found.unfilled).tolist() == [20]
    assert np.flatnonzero(found.imputed).tolist() == [8, 9, 18]


def test_the_fit_that_is_drawn_from_is_plain_least_squares():
    y, x = survey()
    there = ~np.isnan(y)
    design = np.column_stack([np.ones(200), x * [1, 30] + 1000])[there]
    found = fitted(design, y[there], donors=5)
    coefficients, left, *_ = np.linalg.lstsq(design, y[there], rcond=None)
    assert found.coefficients == pytest.approx(coefficients, rel=1e-8)
    assert (found.residual, found.df) == (pytest.approx(left[0], rel=1e-10), there.sum() - 3)
    assert found.root @ found.root.T == pytest.approx(np.linalg.inv(design.T @ design), rel=1e-6)


def test_nothing_missing_gives_the_answers_again():
    y, x = np.arange(30.0), np.arange(30.0)[:, None]
    found = match_means(y, predictors=x, asked=np.ones(30, dtype=bool), seed=1)
    assert np.all(found.values == y)
    assert not found.imputed.any()


def covered(method: str, rounds: int) -> tuple[float, float]:
    """Share of pooled intervals that hold the true mean 0.5, and mean of the estimates; missing by a predictor."""
    hits, centres = 0, []
    n = 300
    asked = np.ones(n, dtype=bool)
    for seed in range(rounds):
        draw = np.random.default_rng([17, seed])
        cell = draw.integers(0, 4, size=n)
        y = 0.5 + (cell - 1.5) + draw.normal(size=n)
        y[draw.random(n) < np.array([0.05, 0.2, 0.4, 0.6])[cell]] = NAN
        if method == "hot_deck":
            found = hot_deck(y, cells=cell, asked=asked, seed=seed)
        else:
            dummies = (cell[:, None] == np.arange(1, 4)).astype(float)
            found = match_means(y, predictors=dummies, asked=asked, seed=seed)
        means, variances = found.values.mean(axis=1), found.values.var(axis=1, ddof=1) / n
        pooled = pool(means, variances, complete_df=n - 1)
        hits += abs(pooled.values[0] - 0.5) <= 1.96 * pooled.standard_errors[0]
        centres.append(pooled.values[0])
    return hits / rounds, float(np.mean(centres))


@pytest.mark.parametrize(("method", "measured"), [("hot_deck", 0.945), ("match_means", 0.931)])
def test_pooled_intervals_cover_where_the_available_answers_are_biased(method, measured):
    """Five donors give a little too little variation: 1,000 rounds measured what is expected here."""
    coverage, centre = covered(method, rounds=150)
    assert centre == pytest.approx(0.5, abs=0.03)  # the available answers have a mean of about 0.16
    assert coverage == pytest.approx(measured, abs=0.06)  # three standard errors of 150 rounds


@pytest.mark.parametrize(
    ("change", "parameter"),
    [
        ({"seed": -1}, "seed"),
        ({"imputations": 19}, "imputations"),
        ({"donors": 0}, "donors"),
        ({"keys": np.zeros(200, dtype=int)}, "keys"),
        ({"predictors": np.ones((200, 1))}, "predictors"),
        ({"predictors": np.full((200, 1), NAN)}, "predictors"),
        ({"predictors": np.ones((10, 1))}, "predictors"),
        ({"asked": np.zeros(200, dtype=bool)}, "asked"),
        ({"y": np.where(np.arange(200) < 4, 1.0, NAN)}, "y"),
    ],
)
def test_what_cannot_be_imputed_is_named(change, parameter):
    y, x = survey()
    given = {"y": y, "predictors": x, "asked": ASKED, "seed": 1} | change
    with pytest.raises(InputError) as problem:
        match_means(given.pop("y"), **given)
    assert problem.value.parameter == parameter


def test_a_predictor_that_follows_from_others_is_named_by_its_column():
    y, x = survey()
    with pytest.raises(InputError, match="column 2, which follows"):
        match_means(y, predictors=np.column_stack([x, x.sum(axis=1)]), asked=ASKED, seed=1)


def test_a_cell_below_zero_is_refused():
    with pytest.raises(InputError, match="codes from 0"):
        hot_deck([1.0, NAN], cells=[-1, 0], asked=np.ones(2, dtype=bool), seed=1)
