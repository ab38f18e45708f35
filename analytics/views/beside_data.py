"""What a run has to set beside published figures: its rows, its conditions, the workplaces of its frame."""

from dataclasses import fields

from analytics.core.comparison_conditions import Conditions, Population
from analytics.core.parameters import Parameters
from analytics.core.published_documents import SurveyUnit, period
from analytics.core.published_terms import ALL_SECTORS, OUR_SCALE
from analytics.core.results import EstimateRow
from analytics.models import Estimate, Run
from surveys.models import Unit

UNITS = {"management": SurveyUnit.ORGANISATION, "political": SurveyUnit.PERSON}  # every other questionnaire: workplaces
COLUMNS = tuple(field.name for field in fields(EstimateRow))
MODE = "web"  # how every wave of ours is taken


def rows_of(run: Run, country: str) -> list[EstimateRow]:
    """The estimates of the country and its sectors, without sizes, areas and comparisons."""
    found = Estimate.objects.visible().filter(run=run, country=country, size_class="", area="", against="")
    return [
        EstimateRow(**{**row, "flags": tuple(row["flags"])}) for row in found.order_by("pk").values(*COLUMNS).iterator()
    ]


def sizes_of(run: Run, country: str) -> dict[str, float]:
    """Sector -> workplaces in the frame that the run's sample was drawn from."""
    found: dict[str, float] = {}
    for stratum in run.dataset.manifest["strata"] if run.dataset else []:
        if stratum["country"] == country:
            found[stratum["sector"]] = found.get(stratum["sector"], 0.0) + stratum["population"]
    return found


def conditions_of(run: Run, country: str) -> Conditions:
    """How the figures of the country were made, read from its frame and the wave."""
    units = Unit.objects.filter(frame__in=run.wave.plans.values("frame"), frame__country=country)
    unit = UNITS.get(run.instrument.key, SurveyUnit.WORKPLACE)
    sectors = frozenset(sizes_of(run, country)) if unit is SurveyUnit.WORKPLACE else ALL_SECTORS
    return Conditions(
        unit=unit.value,
        population=Population(frozenset(units.values_list("level", flat=True).distinct()), sectors),
        scale=OUR_SCALE,
        reference_period=period(years_of(run)),
        mode=MODE,
        weighting=Parameters.from_document(run.parameters).nonresponse,
    )


def years_of(run: Run) -> int:
    """The length of the reference period in whole years."""
    return max(1, round((run.wave.reference_to - run.wave.reference_from).days / 365.25))
