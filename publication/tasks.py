"""The jobs of publication: a name, the arguments of the row, and the heavy step that does it."""

from datetime import timedelta

from jobs.claim import Step
from jobs.tasks import job_task
from publication.actions import adoptions, self_test
from publication.actions import releases as release_actions
from publication.work import case_mail, microdata, releases, reports


@job_task("publication.build_release")
def build_release(step: Step, *, release_id: int) -> None:
    releases.build_release(release_id=release_id, step=step)


@job_task("publication.build_microdata")
def build_microdata(step: Step, *, file_id: int) -> None:
    microdata.build_microdata(file_id=file_id, step=step)


@job_task("publication.build_reports")
def build_reports(step: Step, *, build_id: int) -> None:
    reports.build_reports(build_id=build_id, step=step)


@job_task("publication.delete_self_test_groups", every=timedelta(hours=1))
def delete_self_test_groups(step: Step) -> None:
    self_test.delete_ended()


@job_task("publication.publish_due", every=timedelta(minutes=1))
def publish_due(step: Step) -> None:
    release_actions.publish_due()


@job_task("publication.send_case_mail", every=timedelta(minutes=15))
def send_case_mail(step: Step) -> None:
    case_mail.send(step=step)


@job_task("publication.delete_unconfirmed_adoptions", every=timedelta(days=1))
def delete_unconfirmed_adoptions(step: Step) -> None:
    adoptions.delete_unconfirmed()
