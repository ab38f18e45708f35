"""The tasks of analytics: a few lines each, the work stands in the pipeline."""

from analytics import pipeline
from analytics.models import Run, RunPart
from jobs.claim import Step
from jobs.tasks import job_task


@job_task("analytics.prepare_run")
def prepare_run(step: Step, *, run_id: int) -> None:
    pipeline.prepare(Run.objects.get(pk=run_id), step)


@job_task("analytics.compute_part")
def compute_part(step: Step, *, part_id: int) -> None:
    pipeline.compute_part(RunPart.objects.get(pk=part_id), step)


@job_task("analytics.finish_run")
def finish_run(step: Step, *, run_id: int) -> None:
    pipeline.finish(Run.objects.get(pk=run_id), step)
