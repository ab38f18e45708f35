"""How a wave was answered: counting asked for, and the counts kept."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from jobs.models import Job
from jobs.outbox import enqueue
from surveys.models import AnsweringReport, User, Wave

TASK = "surveys.count_events"


@transaction.atomic
def request_count(*, wave: Wave, by: User) -> Job:
    """Ask for the events of the wave to be counted anew. Whoever asks while that is under way gets that job.

    Nothing of the wave changes, so the trail is not written to.
    """
    Wave.objects.select_for_update().only("pk").get(pk=wave.pk)
    waiting: Job | None = Job.objects.open().filter(task=TASK, arguments__wave_id=wave.pk).first()
    return waiting or enqueue(TASK, arguments={"wave_id": wave.pk}, by=by.pk)


@transaction.atomic
def store_counts(*, wave: Wave, counted: Mapping[str, Any]) -> AnsweringReport:
    """Keep the counts in the place of those before."""
    report: AnsweringReport
    report, _made = AnsweringReport.objects.update_or_create(wave=wave, defaults={"counted": dict(counted)})
    return report
