"""The jobs of surveys: a name, the arguments of the row, and the heavy step that does it."""

from datetime import timedelta

from jobs.claim import Step
from jobs.tasks import job_task
from surveys.work import answering, frames, messages, printed_forms, questionnaires, samples, times


@job_task("surveys.import_frame")
def import_frame(step: Step, *, frame_id: int, by_id: int) -> None:
    frames.import_frame(frame_id=frame_id, by_id=by_id, step=step)


@job_task("surveys.draw_sample")
def draw_sample(step: Step, *, plan_id: int, by_id: int) -> None:
    samples.draw_sample(plan_id=plan_id, by_id=by_id, step=step)


@job_task("surveys.import_questionnaire")
def import_questionnaire(step: Step, *, import_id: int, replace: bool, by_id: int) -> None:
    questionnaires.import_questionnaire(import_id=import_id, replace=replace, by_id=by_id, step=step)


@job_task("surveys.send_messages")
def send_messages(step: Step, *, wave_id: int, kind: str) -> None:
    messages.send_messages(wave_id=wave_id, kind=kind, step=step)


@job_task("surveys.print_forms")
def print_forms(step: Step, *, version_id: int) -> None:
    printed_forms.print_forms(version_id=version_id, step=step)


@job_task("surveys.measure_times", every=timedelta(days=1))
def measure_times(step: Step) -> None:
    times.measure_times(step=step)


@job_task("surveys.count_events")
def count_events(step: Step, *, wave_id: int) -> None:
    answering.count_events(wave_id=wave_id, step=step)
