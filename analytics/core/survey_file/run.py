"""Every estimate a plan asks for, in the order in which it asks."""

from collections.abc import Iterator

from analytics.core.survey_file import one_by_one, replication
from analytics.core.survey_file.at_once import AtOnce, possible
from analytics.core.survey_file.results import FileEstimate
from analytics.core.survey_file.survey import Survey


def estimates(survey: Survey) -> Iterator[FileEstimate]:
    """Rows by request, item, grouping (the whole first), domain and category."""
    plan = survey.plan
    replicates = replication.replicates_of(survey, plan.replicates) if plan.replicates else None
    at_once = AtOnce(survey)
    for request in plan.requests:
        if possible(survey, request):
            yield from at_once.rows(request)
            continue
        for key in request.items:
            if replicates:
                yield from replication.rows_of(survey, replicates, request, key)
            else:
                yield from one_by_one.rows_of(survey, request, key)
