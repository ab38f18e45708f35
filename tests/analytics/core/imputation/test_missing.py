"""Shares of missing answers, and person means that allow for some."""

import numpy as np
import pytest

from analytics.core.arrays import InputError
from analytics.core.imputation.missing import MissingFlag, missing_share, person_means

NAN = np.nan


def test_the_share_missing_counts_only_those_asked():
    found = missing_share(
        [1, NAN, 0, NAN, NAN], asked=np.array([True, True, True, True, False]), weights=[1, 2, 3, 4, 90]
    )
    assert (found.asked, found.missing, found.share, found.weighted_share) == (4, 2, 0.5, 0.6)


@pytest.mark.parametrize(
    ("lost", "flags"),
    [
        (5, set()),
        (6, {MissingFlag.IMPUTE}),
        (20, {MissingFlag.IMPUTE}),
        (21, {MissingFlag.IMPUTE, MissingFlag.CAUTION}),
    ],
)
def test_flags_begin_above_5_and_20_percent(lost, flags):
    y = np.where(np.arange(100) < lost, NAN, 1.0)
    assert missing_share(y, asked=np.ones(100, dtype=bool), weights=np.ones(100)).flags == flags


def test_nobody_asked_has_no_share():
    found = missing_share([NAN, NAN], asked=np.zeros(2, dtype=bool), weights=[1, 1])
    assert np.isnan(found.share)
    assert found.flags == {MissingFlag.NOBODY_ASKED}


def test_a_person_mean_needs_80_percent_of_the_items_asked():
    items = np.array(
        [
            [1, 2, 3, 4, 5],
            [1, 2, 3, 4, NAN],
            [1, 2, 3, NAN, NAN],
            [1, 2, 3, NAN, NAN],
            [NAN] * 5,
            [NAN] * 5,
        ]
    )
    asked = np.ones(items.shape, dtype=bool)
    asked[3, 3:] = False
    asked[5] = False
    found = person_means(items, asked=asked)
    assert found.values == pytest.approx([3, 2.5, NAN, 2, NAN, NAN], nan_ok=True)
    assert found.too_few.tolist() == [False, False, True, False, True, False]
    assert found.never_asked.tolist() == [False] * 5 + [True]
    assert (found.asked.tolist(), found.answered.tolist()) == ([5, 5, 5, 3, 5, 0], [5, 4, 3, 3, 0, 0])


def test_the_share_of_items_needed_is_a_parameter():
    items = np.array([[1.0, 3.0, NAN, NAN]])
    assert person_means(items, asked=np.ones((1, 4), dtype=bool), enough=0.5).values[0] == 2.0


@pytest.mark.parametrize(
    ("call", "parameter"),
    [
        (lambda: missing_share([1.0], asked=np.array([False]), weights=[1]), "asked"),
        (lambda: missing_share([np.inf], asked=np.array([True]), weights=[1]), "y"),
        (lambda: missing_share([1.0], asked=np.array([1]), weights=[1]), "asked"),
        (lambda: person_means([1.0, 2.0], asked=np.ones(2, dtype=bool)), "items"),
        (lambda: person_means([[1.0, 2.0]], asked=np.array([[True, False]])), "asked"),
        (lambda: person_means([[1.0, 2.0]], asked=np.ones((1, 2), dtype=bool), enough=0), "enough"),
    ],
)
def test_what_cannot_be_used_is_named(call, parameter):
    with pytest.raises(InputError) as problem:
        call()
    assert problem.value.parameter == parameter
