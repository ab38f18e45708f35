"""Rows of a run, as small as they can be, for tests of the comparison with published figures."""

from analytics.core.comparison_conditions import Conditions, Population
from analytics.core.published_terms import OUR_SCALE
from analytics.core.results import EstimateRow

SECTORS = ("health_care", "education", "social", "culture", "technical")
SIZES = {"health_care": 3000.0, "education": 2000.0, "social": 500.0, "culture": 250.0, "technical": 250.0}
KS = Conditions(
    unit="workplace",
    population=Population(frozenset({"municipal", "county"}), frozenset(SECTORS)),
    scale=OUR_SCALE,
    reference_period="two_years",
    mode="web",
    weighting="cells",
)


def row(indicator: str, value: float | None, error: float | None = 0.02, **more: object) -> EstimateRow:
    """A share of Norway with 200 degrees of freedom."""
    given: dict[str, object] = {
        "estimand": "share",
        "country": "NO",
        "n": 400,
        "degrees_of_freedom": 200.0,
        "low": None if value is None else value - 0.04,
        "high": None if value is None else value + 0.04,
    }
    return EstimateRow(indicator=indicator, value=value, standard_error=error, **{**given, **more})  # type: ignore[arg-type]
