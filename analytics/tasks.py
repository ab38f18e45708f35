"""The tasks of analytics: a few lines each, the work stands in the pipeline."""

from analytics import pipeline
from analytics.models import Run
from jobs.claim import Step
from jobs.tasks import job_task


@job_task("analytics.execute_run")
def execute_run(step: Step, *, run_id: int) -> None:
    pipeline.execute(Run.objects.get(pk=run_id), step)
