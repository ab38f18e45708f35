"""Counting how a wave was answered, from its event log."""

from jobs.claim import Step
from surveys.actions import answering
from surveys.models import Wave
from surveys.queries import events_of_answers


def count_events(*, wave_id: int, step: Step) -> None:
    """Count and keep; doing it twice gives the same."""
    wave = Wave.objects.get(pk=wave_id)
    counted = events_of_answers(wave).as_document()
    with step.fenced(last=True):
        answering.store_counts(wave=wave, counted=counted)
