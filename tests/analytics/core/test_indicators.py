"""Each standard indicator on a handful of workplaces, counted by hand."""

from typing import Any

import pytest

from analytics.core.results import EstimateRow
from tests.analytics.waves import NO, YES, drawn, frozen, rows_of

# Ten answered of forty drawn alike in one stratum: every share is a plain one, and n and positives are whole numbers.
WORKPLACES: list[dict[str, Any]] = [
    YES
    | {
        "types.product": "yes",
        "newest_types": ["product", "service"],
        "novelty": "first",
        "initiators": ["employees", "leaders"],
        "partners": ["own_organisation"],
        "values": ["quality", "efficiency"],
        "spread": "yes",
        "factors.new_technology": "promoted_high",
        "factors.employees_participation": "hindered_some",
    },
    YES
    | {
        "types.communication": "dont_know",
        "newest_types": ["service"],
        "novelty": "adapted",
        "initiators": ["leaders"],
        "partners": ["citizens", "own_organisation"],
        "values": ["quality"],
        "spread": "no",
        "factors.new_technology": "promoted_some",
        "factors.employees_participation": "promoted_some",
    },
    YES
    | {
        "newest_types": ["dont_know"],
        "novelty": "copied",
        "initiators": ["political_leadership"],
        "partners": ["none"],
        "values": ["too_early"],
        "spread": "dont_know",
        "factors.new_technology": "hindered_high",
        "factors.employees_participation": "not_relevant",
    },
    YES
    | {
        "newest_types": ["product", "service", "communication"],
        "novelty": "dont_know",
        "initiators": ["dont_know"],
        "partners": ["dont_know"],
        "values": ["dont_know"],
        "spread": "yes",
        "factors.new_technology": "dont_know",
    },
    YES | {"factors.new_technology": "not_relevant"},  # innovative, most of it skipped
    dict(NO),
    NO | {"types.product": "dont_know"},
    dict(NO),
    {"types.product": "no"},  # undetermined: not all four types are answered
    {"types.service": "dont_know", "types.product": "no"},
]


@pytest.fixture(scope="module")
def rows() -> dict[tuple[str, ...], EstimateRow]:
    units = drawn("NO.education.small", *WORKPLACES, *[None] * 30)
    return rows_of(frozen(units, {"NO.education.small": 400}), maximum_factor=5.0, minimum_per_cell=5)


@pytest.mark.parametrize(
    ("estimand", "indicator", "category", "positive", "n", "missing"),
    [
        ("share", "innovative", "", 5, 8, 2 / 10),
        ("share", "innovation_type", "product", 1, 10, 0.0),
        ("no_opinion", "innovation_type", "product", 1, 10, 0.0),
        ("share", "innovation_type", "service", 5, 9, 1 / 10),
        ("no_opinion", "innovation_type", "service", 1, 9, 1 / 10),
        ("share", "several_types", "", 2, 4, 1 / 5),
        ("no_opinion", "several_types", "", 1, 4, 1 / 5),
        ("share", "novelty", "first", 1, 4, 1 / 5),
        ("share", "novelty", "adapted_or_copied", 2, 4, 1 / 5),
        ("no_opinion", "novelty", "", 1, 4, 1 / 5),
        ("share", "initiator", "leaders", 2, 4, 1 / 5),
        ("share", "initiator", "political_leadership", 1, 4, 1 / 5),
        ("share", "initiator", "finances", 0, 4, 1 / 5),
        ("no_opinion", "initiator", "", 1, 4, 1 / 5),
        ("share", "partner", "any", 2, 4, 1 / 5),
        ("share", "partner", "outside", 1, 4, 1 / 5),
        ("no_opinion", "partner", "", 1, 4, 1 / 5),
        ("share", "value", "quality", 2, 4, 1 / 5),
        ("share", "value", "too_early", 1, 4, 1 / 5),
        ("no_opinion", "value", "", 1, 4, 1 / 5),
        ("share", "spread", "", 2, 4, 1 / 5),
        ("no_opinion", "spread", "", 1, 4, 1 / 5),
        ("driver", "factors", "new_technology", 2, 5, 0.0),
        ("barrier", "factors", "new_technology", 1, 5, 0.0),
        ("no_opinion", "factors", "new_technology", 2, 5, 0.0),
        # the first by the initiators, the second by the factor; the third has neither; two lack an answer
        ("share", "employees_key_role", "", 2, 3, 2 / 5),
    ],
)
def test_a_share_counts_those_who_answered(  # noqa: PLR0917 - one argument a column of the table
    rows: dict[tuple[str, ...], EstimateRow],
    estimand: str,
    indicator: str,
    category: str,
    positive: int,
    n: int,
    missing: float,
) -> None:
    row = rows[estimand, indicator, category, "NO", "", ""]
    assert (row.positive, row.n, row.missing_share) == (positive, n, missing)
    assert row.value == pytest.approx(positive / n, abs=1e-15)


def test_net_balance_is_drivers_minus_barriers_on_the_same_base(rows: dict[tuple[str, ...], EstimateRow]) -> None:
    balance = rows["net_balance", "factors", "new_technology", "NO", "", ""]
    assert (balance.n, balance.value) == (5, pytest.approx((2 - 1) / 5))
    employees = rows["net_balance", "factors", "employees_participation", "NO", "", ""]
    assert (employees.n, employees.value) == (3, pytest.approx((1 - 1) / 3))


def test_many_unanswered_give_a_flag(rows: dict[tuple[str, ...], EstimateRow]) -> None:
    assert "missing_caution" in rows["share", "employees_key_role", "", "NO", "", ""].flags
    assert rows["share", "innovative", "", "NO", "", ""].flags == ()


def test_the_whole_country_is_its_only_sector(rows: dict[tuple[str, ...], EstimateRow]) -> None:
    whole = rows["share", "innovative", "", "NO", "", ""]
    part = rows["share", "innovative", "", "NO", "education", ""]
    assert (part.value, part.n, part.low, part.high) == (whole.value, whole.n, whole.low, whole.high)


def test_the_index_is_the_mean_net_balance_from_0_to_100() -> None:
    factors = {f"factors.{factor}": "dont_know" for factor in FACTORS}
    promoted = YES | factors | {"factors.new_technology": "promoted_some", "factors.legislation": "promoted_high"}
    hindered = YES | factors | {"factors.new_technology": "hindered_some"}
    units = drawn("NO.education.small", promoted, promoted, promoted, hindered)
    index = rows_of(frozen(units, {"NO.education.small": 40}))["index", "factor_balance", "", "NO", "", ""]
    # net balances: new_technology (3 - 1) / 4, legislation 3 / 4, ten others 0
    assert index.value == pytest.approx(50 + 50 * (2 / 4 + 3 / 4) / 12, abs=1e-12)
    assert index.n == 4


def test_an_index_without_one_of_its_factors_has_no_value() -> None:
    units = drawn("NO.education.small", *[YES | {"factors.legislation": "promoted_high"}] * 3)
    index = rows_of(frozen(units, {"NO.education.small": 40}))["index", "factor_balance", "", "NO", "", ""]
    assert index.value is None
    assert "missing_part" in index.flags


FACTORS = (
    "focus_on_safe_operation",
    "handling_of_mistakes",
    "cooperation_across_workplace",
    "new_technology",
    "limited_finances",
    "employees_participation",
    "users_citizens_participation",
    "political_decisions",
    "legislation",
    "private_companies",
    "voluntary_organisations",
    "knowledge_institutions",
)
