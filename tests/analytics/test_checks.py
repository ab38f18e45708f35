"""The checks of a run: each says what it has looked at, and what cannot be right ends the run with a sentence."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from analytics import checks
from analytics.checks import CheckFailed, Name
from analytics.core.design import SurveyDesign
from analytics.core.parameters import Parameters
from analytics.core.results import EstimateRow
from analytics.pipeline.recipe import estimate_country, side_by_side, weighed
from tests.analytics.core.run_quality.waves import chosen, three_strata
from tests.analytics.waves import shipped

PARAMETERS = Parameters(minimum_per_cell=2)


def row(**content: object) -> EstimateRow:
    given = {"estimand": "share", "indicator": "innovative", "country": "NO", "value": 0.5}
    return EstimateRow(**(given | content))  # type: ignore[arg-type]


def test_a_run_keeps_every_check_that_held() -> None:
    of = three_strata()
    part = estimate_country(
        "NO",
        frozen=of,
        previous=None,
        definitions=shipped(),
        parameters=PARAMETERS,
        seed=1,
        tell=lambda _share, _name: None,
    )
    found = side_by_side([part], chosen(), PARAMETERS)
    listed = found.diagnostics["checks"]
    assert isinstance(listed, list)
    assert {one["name"] for one in listed} == {str(name) for name in Name}
    kept = {one["name"]: one for one in listed}
    assert kept["rows_of_the_dataset"] == {"country": "NO", "name": "rows_of_the_dataset", "seen": 21, "expected": 21}
    assert kept["weights_add_up"]["seen"] == pytest.approx(190)
    assert kept["comparisons_once"] == {
        "country": "", "name": "comparisons_once", "seen": len(found.rows), "expected": None,
    }  # fmt: skip


def test_a_weight_that_is_not_positive_ends_the_run() -> None:
    wave, held = weighed(three_strata(), PARAMETERS)
    assert [check.name for check in held[-2:]] == [Name.POSITIVE, Name.POPULATION]
    design = wave.weighting.design
    assert design is not None

    def with_weights(weights: np.ndarray) -> None:  # type: ignore[type-arg]
        changed = SurveyDesign(np.ones(15), design.strata, design.populations)  # type: ignore[union-attr]
        object.__setattr__(changed, "weights", weights)
        checks.weights(replace(wave, weighting=replace(wave.weighting, design=changed)))

    with pytest.raises(CheckFailed, match="expected all above 0"):
        with_weights(np.where(np.arange(15) == 3, 0.0, 1.0))
    with pytest.raises(CheckFailed, match=r"expected a sum of 190\.000000 units, got 15\.000000"):
        with_weights(np.ones(15))


@pytest.mark.parametrize(
    ("check", "rows", "said"),
    [
        (checks.estimates, [row(), row()], "expected each once, got share.innovative..NO.. 2 times"),
        (checks.estimates, [row(value=None)], "no value and no flag"),
        (checks.estimates, [row(value=1.5)], "expected a value from 0 to 1, got 1.5"),
        (checks.estimates, [row(estimand="net_balance", value=-1.5)], "expected a value from -1 to 1"),
        (checks.estimates, [row(low=0.6, high=0.7)], "the value 0.5 is outside 0.6 to 0.7"),
        (checks.comparisons, [row(), row()], "2 times"),
        (checks.comparisons, [row(estimand="change")], "expected a verdict, got ''"),
        (checks.comparisons, [row(rank_low=3, rank_high=2)], "ranks from 3 to 2"),
        (checks.comparisons, [row(low=0.1, high=0.4)], "outside"),
    ],
)
def test_what_cannot_be_right_is_named(
    check: Callable[[list[EstimateRow]], object], rows: list[EstimateRow], said: str
) -> None:
    with pytest.raises(CheckFailed, match=said.replace(".", r"\.")):
        check(rows)


def test_a_check_counts_what_it_has_looked_at() -> None:
    rows = [row(), row(sector="social", value=None, flags=("no_answers",)), row(sector="culture", low=0.4, high=0.6)]
    assert [(one.name, one.seen) for one in checks.estimates(rows)] == [
        (Name.ESTIMATES_ONCE, 3),
        (Name.REASON, 1),
        (Name.SCALE, 2),
        (Name.INTERVALS, 1),
    ]
    assert checks.estimates([])[0].seen == 0
