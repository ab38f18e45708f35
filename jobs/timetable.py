"""What comes round by itself: any number of workers may tick, each period is taken on once."""

from datetime import UTC, datetime, timedelta

from django.db import transaction

from jobs import registry
from jobs.models import Tick
from jobs.outbox import enqueue

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def period_start(now: datetime, every: timedelta) -> datetime:
    """The beginning of the period that `now` lies in; periods are counted from 1970 in UTC."""
    return EPOCH + (now - EPOCH) // every * every


def tick(now: datetime) -> int:
    """Ask for each periodic task whose present period nobody has taken on; how many.

    A period is taken on late when nobody ticked at its start, and left out when nobody ticked while it lasted.
    """
    return sum(_take_on(task, period_start(now, every)) for task, every in registry.periodic())


def _take_on(task: registry.JobTask, start: datetime) -> bool:
    # Looking first costs no write lock; the constraint decides between two who look at once.
    if Tick.objects.filter(entry=task.name, period_start=start).exists():
        return False
    with transaction.atomic():
        created = Tick.objects.get_or_create(entry=task.name, period_start=start)[1]
        if created:
            enqueue(task.name, arguments={}, by=None)
    return created
