"""How long the job table remembers."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from jobs.models import Job, Tick


def delete_ended() -> int:
    """Delete jobs that ended more than JOB_KEEP_DAYS ago, and ticks as old; how many jobs.

    A job whose children have not ended stays with them.
    """
    before = timezone.now() - timedelta(days=settings.JOB_KEEP_DAYS)
    Tick.objects.filter(period_start__lt=before).delete()
    old = Job.objects.filter(finished_at__lt=before).without_open_children()
    return old.delete()[1].get("jobs.Job", 0)
