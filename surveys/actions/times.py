"""How long the questionnaire of a wave takes, as measured."""

from django.db import transaction

from surveys.models import AuditEvent, User, Wave, WaveState


@transaction.atomic
def store_median(*, wave: Wave, seconds: int, by: User | str) -> None:
    """Keep the median; a wave that was closed in the meantime keeps what it had."""
    if Wave.objects.filter(pk=wave.pk, state=WaveState.OPEN).update(median_seconds=seconds):
        AuditEvent.objects.record("wave.time_measured", wave, by=by, programme=wave.programme, seconds=seconds)
