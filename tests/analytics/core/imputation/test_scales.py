"""Imputed items of a scale: the sequence, the filter, seeds, and whether person means come out right."""

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.imputation.rubin import pool
from analytics.core.imputation.scales import impute_scale

NAN = np.nan


def battery(n: int = 300, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Complete items 1..5 of one trait, the same with answers missing by a predictor, and the predictor."""
    draw = np.random.default_rng(seed)
    x = draw.normal(size=n)
    trait = 0.6 * x + draw.normal(size=n)
    whole = np.clip(np.round(3 + 0.8 * trait[:, None] + draw.normal(scale=0.7, size=(n, 5))), 1, 5)
    chance = 0.05 + 0.3 * (x > 0)[:, None] * np.array([0.2, 1, 0.6, 0.4, 0.8])
    return whole, np.where(draw.random((n, 5)) < chance, NAN, whole), x[:, None]


def all_asked(items: np.ndarray) -> np.ndarray:
    return np.ones(items.shape, dtype=bool)


def test_every_asked_item_is_filled_with_an_answer_of_that_item():
    _, items, x = battery()
    found = impute_scale(items, predictors=x, asked=all_asked(items), seed=4)
    there = ~np.isnan(items)
    assert found.values.shape == (20, 300, 5)
    assert not np.isnan(found.values).any()
    assert np.all(found.values[:, there] == items[there])
    assert set(np.unique(found.values)) <= {1, 2, 3, 4, 5}
    assert found.imputed.tolist() == (~there).tolist()


def test_the_sequence_goes_from_the_fewest_missing_to_the_most():
    _, items, x = battery()
    found = impute_scale(items, predictors=x, asked=all_asked(items), seed=4)
    lost = np.isnan(items).sum(axis=0)
    assert list(found.sequence) == sorted(range(5), key=lambda item: (lost[item], item))


def test_filtered_items_stay_missing_and_who_answered_nothing_is_matched_by_the_predictors():
    _, items, x = battery()
    items[0], items[1] = NAN, NAN
    asked = all_asked(items)
    asked[1] = False
    found = impute_scale(items, predictors=x, asked=asked, seed=4)
    assert not np.isnan(found.values[:, 0]).any()
    assert np.isnan(found.values[:, 1]).all()
    assert not found.imputed[1].any()


def test_seed_and_keys_fix_every_bit():
    _, items, x = battery()
    turned, keys = np.random.default_rng(2).permutation(300), np.arange(300)
    one = impute_scale(items, predictors=x, asked=all_asked(items), seed=4, keys=keys).values
    same = impute_scale(items[turned], predictors=x[turned], asked=all_asked(items), seed=4, keys=keys[turned]).values
    other = impute_scale(items, predictors=x, asked=all_asked(items), seed=5, keys=keys).values
    assert same.tobytes() == one[:, turned].tobytes()
    assert other.tobytes() != one.tobytes()


def test_person_means_of_completed_items_are_unbiased_where_complete_cases_are_not():
    """Against the mean of the same persons before answers went missing: the error is the imputation's alone."""
    ours, complete, hits = [], [], 0
    for seed in range(16):
        whole, items, x = battery(seed=seed)
        found = impute_scale(items, predictors=x, asked=all_asked(items), seed=seed)
        scores = found.values.mean(axis=2)
        pooled = pool(scores.mean(axis=1), scores.var(axis=1, ddof=1) / 300, complete_df=299)
        truth = whole.mean()
        ours.append(pooled.values[0] - truth)
        complete.append(np.nanmean(np.where(np.isnan(items).any(axis=1), NAN, items.mean(axis=1))) - truth)
        hits += abs(pooled.values[0] - truth) <= 2.1 * np.sqrt(1.05 * pooled.between[0, 0])
    assert np.mean(ours) == pytest.approx(0, abs=0.01)
    assert np.mean(complete) < -0.1
    assert hits >= 13  # 95 percent of 16 are 15.2; 13 lies more than two standard errors below


@pytest.mark.parametrize(
    ("change", "parameter"),
    [
        ({"imputations": 5}, "imputations"),
        ({"seed": -3}, "seed"),
        ({"asked": np.zeros((300, 5), dtype=bool)}, "asked"),
        ({"items": np.full((300, 5), NAN)}, "items"),
    ],
)
def test_what_cannot_be_imputed_is_named(change, parameter):
    _, items, x = battery()
    given = {"items": items, "predictors": x, "asked": all_asked(items), "seed": 1} | change
    with pytest.raises(InputError) as problem:
        impute_scale(given.pop("items"), **given)
    assert problem.value.parameter == parameter
