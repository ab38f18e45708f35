"""What goes with innovating: a table for each country, from a constructed wave in which size is what counts."""

import pytest

from analytics.core.association_rows import NO_MODEL, association_rows
from analytics.core.parameters import Parameters
from analytics.core.results import EstimateRow
from analytics.dataset import Frozen
from analytics.pipeline.recipe import weigh
from tests.analytics.waves import NO, YES, drawn, frozen, shipped

CHANCE = {"small": 0.4, "large": 0.8}


def wave(*, size: int) -> Frozen:
    """Both sectors alike; of the small ones 40 in 100 innovate, of the large ones 80."""
    units, populations = [], {}
    for sector in ("education", "social"):
        for kind, chance in CHANCE.items():
            key = f"NO.{sector}.{kind}"
            populations[key] = 4 * size
            yes = round(chance * size)
            units += drawn(key, *[YES] * yes, *[NO] * (size - yes))
    return frozen(units, populations)


def rows(of: Frozen) -> dict[str, EstimateRow]:
    found = association_rows(weigh(of.of_country("NO"), Parameters()), shipped(), Parameters())
    return {row.category: row for row in found if row.indicator == "innovative"}


def test_a_large_workplace_innovates_more_whatever_its_sector() -> None:
    found = rows(wave(size=200))
    assert set(found) == {"size_class:small", "size_class:large", "sector:education", "sector:social"}
    large = found["size_class:large"]
    assert large.low is not None
    assert large.high is not None
    assert large.low < 0.4 < large.high
    assert large.value == pytest.approx(0.4)
    assert (large.verdict, large.n) == ("higher", 400)
    assert found["sector:social"].verdict == "not_distinguishable"
    assert found["sector:social"].value == pytest.approx(0, abs=1e-9)
    assert (found["size_class:small"].value, found["size_class:small"].flags) == (None, ("base",))


def test_a_country_with_few_answers_gets_a_row_that_says_so() -> None:
    found = rows(wave(size=20))
    assert {category: row.flags for category, row in found.items()} == {"": (NO_MODEL,)}


def test_a_group_in_which_all_innovate_leaves_no_model() -> None:
    units = drawn("NO.education.small", *[YES] * 80) + drawn("NO.education.large", *[YES, NO] * 40)
    found = rows(frozen(units, {"NO.education.small": 200, "NO.education.large": 200}))
    assert {category: row.flags for category, row in found.items()} == {"": (NO_MODEL,)}
