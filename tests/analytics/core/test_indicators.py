"""Each standard indicator on a handful of workplaces, counted by hand."""

from typing import Any

import pytest

from analytics.core.results import EstimateRow
from surveys.instrument.document import from_document, load_library
from tests.analytics.waves import NO, YES, drawn, frozen, rows_of

# Ten answered of forty drawn alike in one stratum: every share is a plain one, and n and positives are whole numbers.
WORKPLACES: list[dict[str, Any]] = [
    YES
    | {
        "types.product": "yes",
        "newest_types": ["product", "service"],
        "novelty": "first",
        "core_task": "current",
        "practice": "break",
        "initiators": ["employees", "leaders"],
        "decisive": ["leaders", "technology"],
        "partners": ["own_organisation"],
        "values": ["quality", "efficiency"],
        "spread": "yes",
        "evaluation": "external",
        "technology": "is_technology",
        "funding": ["own_budget", "parent"],
        "factors.new_technology": "promoted_high",
        "factors.employees_participation": "hindered_some",
        "culture.time": "fully_agree",
    },
    YES
    | {
        "types.communication": "dont_know",
        "newest_types": ["service"],
        "novelty": "adapted",
        "core_task": "future",
        "practice": "further_development",
        "initiators": ["leaders"],
        "decisive": ["dont_know"],
        "partners": ["citizens", "own_organisation", "private_companies"],
        "values": ["quality"],
        "spread": "no",
        "evaluation": "internal",
        "technology": "important",
        "funding": ["public_external"],
        "procurement": "yes",
        "factors.new_technology": "promoted_some",
        "factors.employees_participation": "promoted_some",
        "culture.time": "partly_agree",
    },
    YES
    | {
        "newest_types": ["dont_know"],
        "novelty": "copied",
        "core_task": "no",
        "practice": "dont_know",
        "initiators": ["political_leadership"],
        "decisive": ["leaders"],
        "partners": ["none"],
        "values": ["too_early"],
        "spread": "dont_know",
        "evaluation": "ongoing",
        "technology": "none",
        "funding": ["dont_know"],
        "factors.new_technology": "hindered_high",
        "factors.employees_participation": "not_relevant",
        "culture.time": "partly_disagree",
    },
    YES
    | {
        "newest_types": ["product", "service", "communication"],
        "novelty": "dont_know",
        "core_task": "dont_know",
        "practice": "break",
        "initiators": ["dont_know"],
        "decisive": ["finances"],
        "partners": ["dont_know"],
        "values": ["dont_know"],
        "spread": "yes",
        "evaluation": "dont_know",
        "technology": "dont_know",
        "funding": ["own_budget"],
        "factors.new_technology": "dont_know",
        "culture.time": "dont_know",
    },
    # innovative, most of it skipped; asked about the procurement and without an answer to it
    YES | {"factors.new_technology": "not_relevant", "partners": ["private_companies"]},
    NO
    | {
        "unfinished": "yes",
        "unfinished_factors.legislation": "hindered_high",
        "unfinished_factors.new_technology": "promoted_some",
        "culture.time": "not_relevant",
    },
    NO
    | {
        "types.product": "dont_know",
        "unfinished": "yes",
        "unfinished_factors.legislation": "dont_know",
        "culture.time": "fully_disagree",
    },
    NO | {"unfinished": "dont_know"},
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
        ("share", "partner", "any", 3, 5, 0.0),
        ("share", "partner", "outside", 2, 5, 0.0),
        ("share", "partner", "private_companies", 2, 5, 0.0),
        ("no_opinion", "partner", "", 1, 5, 0.0),
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
        # three of three workplaces that are not innovative; those who are undetermined are not asked
        ("share", "unfinished_work", "", 2, 3, 0.0),
        ("no_opinion", "unfinished_work", "", 1, 3, 0.0),
        ("share", "core_task", "current", 1, 4, 1 / 5),
        ("share", "core_task", "future", 1, 4, 1 / 5),
        ("share", "core_task", "no", 1, 4, 1 / 5),
        ("no_opinion", "core_task", "", 1, 4, 1 / 5),
        ("share", "practice", "break", 2, 4, 1 / 5),
        ("share", "practice", "further_development", 1, 4, 1 / 5),
        ("no_opinion", "practice", "", 1, 4, 1 / 5),
        ("share", "decisive", "leaders", 2, 4, 1 / 5),
        ("share", "decisive", "technology", 1, 4, 1 / 5),
        ("no_opinion", "decisive", "", 1, 4, 1 / 5),
        # too early and don't know are no kind of value
        ("share", "several_values", "", 1, 4, 1 / 5),
        ("no_opinion", "several_values", "", 1, 4, 1 / 5),
        # don't know is in the base: not evaluated
        ("share", "evaluation", "evaluated", 2, 4, 1 / 5),
        ("share", "evaluation", "ongoing", 1, 4, 1 / 5),
        ("share", "evaluation", "no", 0, 4, 1 / 5),
        ("no_opinion", "evaluation", "", 1, 4, 1 / 5),
        ("share", "technology", "is_technology", 1, 4, 1 / 5),
        ("share", "technology", "important", 1, 4, 1 / 5),
        ("share", "technology", "none", 1, 4, 1 / 5),
        ("share", "own_budget", "", 2, 4, 1 / 5),
        ("no_opinion", "own_budget", "", 1, 4, 1 / 5),
        # without a private partner nobody is asked, which counts as no; the fifth was asked and did not answer
        ("share", "innovative_procurement", "", 1, 4, 1 / 5),
        ("no_opinion", "innovative_procurement", "", 0, 4, 1 / 5),
        ("driver", "unfinished_factors", "legislation", 0, 2, 0.0),
        ("barrier", "unfinished_factors", "legislation", 1, 2, 0.0),
        ("no_opinion", "unfinished_factors", "legislation", 1, 2, 0.0),
        ("driver", "unfinished_factors", "new_technology", 1, 1, 1 / 2),
        # all ten workplaces are asked
        ("share", "culture", "time", 2, 6, 4 / 10),
        ("no_opinion", "culture", "time", 2, 6, 4 / 10),
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


@pytest.mark.parametrize(
    ("questionnaire", "answers", "expected"),
    [
        (
            "management",
            [{"strategy": code} for code in ("political", "administrative", "both", "in_progress", "no", "dont_know")]
            + [{"innovation_staff": "no"}],
            {
                ("share", "strategy", "adopted"): 3,
                ("share", "strategy", "in_progress"): 1,
                ("share", "strategy", "no"): 1,
                ("no_opinion", "strategy", ""): 1,
            },
        ),
        (
            "political",
            [{"political_strategy": code} for code in ("political", "both", "works_without", "no", "dont_know")]
            + [{"political_purposes": ["quality"]}],
            {("share", "works_with_innovation", ""): 3, ("no_opinion", "works_with_innovation", ""): 1},
        ),
    ],
)
def test_the_barometers_of_managers_and_mayors_have_indicators_of_their_own(
    questionnaire: str, answers: list[dict[str, Any]], expected: dict[tuple[str, str, str], int]
) -> None:
    instrument = from_document(load_library(questionnaire))
    wave = frozen(drawn("NO.education.small", *answers), {"NO.education.small": 400}, instrument=instrument)
    rows = rows_of(wave, maximum_factor=100.0, minimum_per_cell=5)
    assert {row.indicator for row in rows.values()} == {key[1] for key in expected}
    for (estimand, indicator, category), positive in expected.items():
        row = row_at(rows, estimand, indicator, category)
        assert (row.positive, row.n, row.missing_share) == (positive, len(answers) - 1, 1 / len(answers))
        assert row.value == pytest.approx(positive / (len(answers) - 1), abs=1e-15)


def row_at(rows: dict[tuple[str, ...], EstimateRow], *place: str) -> EstimateRow:
    return next(row for key, row in rows.items() if key[:6] == (*place, "NO", "", ""))


def test_net_balance_is_drivers_minus_barriers_on_the_same_base(rows: dict[tuple[str, ...], EstimateRow]) -> None:
    balance = rows["net_balance", "factors", "new_technology", "NO", "", ""]
    assert (balance.n, balance.value) == (5, pytest.approx((2 - 1) / 5))
    employees = rows["net_balance", "factors", "employees_participation", "NO", "", ""]
    assert (employees.n, employees.value) == (3, pytest.approx((1 - 1) / 3))


def test_many_unanswered_give_a_flag(rows: dict[tuple[str, ...], EstimateRow]) -> None:
    assert "missing_caution" in rows["share", "employees_key_role", "", "NO", "", ""].flags
    assert "missing_caution" not in rows["share", "innovative", "", "NO", "", ""].flags


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
