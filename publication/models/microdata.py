"""Anonymised microdata files, built by a job for a named researcher."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from analytics.models import Dataset
from surveys.models.programme import Programme, ScopedQuerySet


class MicrodataState(models.TextChoices):
    REQUESTED = "requested", _("Being built")
    READY = "ready", _("Ready")
    REFUSED = "refused", _("Refused: the risk is too high")
    FAILED = "failed", _("Failed")


class MicrodataFile(models.Model):
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="microdata_files")
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="microdata_files")
    state = models.CharField(max_length=10, choices=MicrodataState.choices, default=MicrodataState.REQUESTED)
    report = models.JSONField(default=dict, help_text="k over the quasi-identifiers against the frame, columns removed")
    file_name = models.CharField(max_length=60, blank=True, help_text="Random name under DATA_DIR/microdata")
    checksum = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the ZIP file")
    constructed = models.BooleanField(default=False)
    job = models.ForeignKey("jobs.Job", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    error = models.TextField(blank=True)
    requested_by = models.ForeignKey("surveys.User", on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    built_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at"]

    def __str__(self) -> str:
        return f"microdata of {self.dataset_id}"
