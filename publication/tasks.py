"""The jobs of publication: a name, the arguments of the row, and the heavy step that does it."""

from jobs.claim import Step
from jobs.tasks import job_task
from publication.work import microdata, releases


@job_task("publication.build_release")
def build_release(step: Step, *, release_id: int) -> None:
    releases.build_release(release_id=release_id, step=step)


@job_task("publication.build_microdata")
def build_microdata(step: Step, *, file_id: int) -> None:
    microdata.build_microdata(file_id=file_id, step=step)
