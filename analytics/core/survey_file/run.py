"""Every estimate a plan asks for, in the order in which it asks."""

from collections.abc import Iterator

from analytics.core.survey_file.at_once import AtOnce, possible
from analytics.core.survey_file.one_by_one import rows_of
from analytics.core.survey_file.results import FileEstimate
from analytics.core.survey_file.survey import Survey


def estimates(survey: Survey) -> Iterator[FileEstimate]:
    """Rows by request, item, grouping (the whole first), domain and category."""
    at_once = None
    for request in survey.plan.requests:
        if possible(survey, request):
            at_once = at_once or AtOnce(survey)
            yield from at_once.rows(request)
            continue
        for key in request.items:
            yield from rows_of(survey, request, key)
