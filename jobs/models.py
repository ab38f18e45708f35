"""The job table: the only durable queue."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class JobQuerySet(models.QuerySet["Job"]):
    def open(self) -> Self:
        return self.filter(state__in=(JobState.QUEUED, JobState.RUNNING))

    def without_open_children(self) -> Self:
        return self.exclude(pk__in=Job.objects.open().filter(parent__isnull=False).values("parent"))

    def due(self, now: datetime) -> Self:
        """Jobs that may be run at `now`: their time has come and their children have ended."""
        return self.filter(state=JobState.QUEUED, run_after__lte=now, cancel_requested=False).without_open_children()


class Job(models.Model):
    """One piece of background work, from asked for to ended."""

    task = models.CharField(max_length=100, help_text="Name of the Celery task")
    arguments = models.JSONField(default=dict, help_text="Keyword arguments; never a secret")
    key = models.CharField(max_length=120, null=True, blank=True, unique=True, help_text="Asked for twice, stored once")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    requested_by = models.BigIntegerField(null=True, blank=True, help_text="Number of the account that asked")
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    run_after = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True, help_text="When the relay last handed it to the broker")
    owner = models.CharField(max_length=32, blank=True, help_text="Mark of the claim that runs it now")
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=3)
    progress = models.FloatField(default=0.0, help_text="From 0 to 1")
    step = models.CharField(max_length=200, blank=True, help_text="What it is doing now")
    error = models.TextField(blank=True)
    cancel_requested = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "run_after"], name="job_due")]
        constraints = [
            models.CheckConstraint(condition=models.Q(progress__gte=0, progress__lte=1), name="job_progress_is_a_share")
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.pk} {self.state}"

    @property
    def has_ended(self) -> bool:
        return self.state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class Tick(models.Model):
    """A period of a timetable entry that somebody has taken on: each is taken once."""

    entry = models.CharField(max_length=60)
    period_start = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "period_start"], name="tick_once")]

    def __str__(self) -> str:
        return f"{self.entry} {self.period_start:%Y-%m-%d %H:%M}"
