"""Releases: what was requested, approved by somebody else, and published as frozen tables."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from analytics.models import Run
from surveys.models.programme import Programme, ScopedQuerySet, in_readers_language


class ReleaseState(models.TextChoices):
    REQUESTED = "requested", _("Tables are being built and protected")
    BUILT = "built", _("Waiting for a second person")
    APPROVED = "approved", _("Approved, not yet published")
    PUBLISHED = "published", _("Published")
    REJECTED = "rejected", _("Rejected")
    FAILED = "failed", _("Failed")


class PublishedIsFrozen(Exception):
    """A published release never changes: a correction is a new release."""


class ReleaseQuerySet(ScopedQuerySet):
    def published(self) -> "ReleaseQuerySet":
        return self.filter(state=ReleaseState.PUBLISHED)

    def update(self, **values: Any) -> int:
        _refuse_if(self.filter(state=ReleaseState.PUBLISHED).exists())
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        _refuse_if(self.filter(state=ReleaseState.PUBLISHED).exists())
        return super().delete()


class ReleaseTableQuerySet(models.QuerySet["ReleaseTable"]):
    def update(self, **values: Any) -> int:
        _refuse_if(self.filter(release__state=ReleaseState.PUBLISHED).exists())
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        _refuse_if(self.filter(release__state=ReleaseState.PUBLISHED).exists())
        return super().delete()


def _refuse_if(published: bool) -> None:
    if published:
        raise PublishedIsFrozen("A published release never changes. Request a new release of the run instead.")


class Release(models.Model):
    """A set of tables on its way to the public. What public pages need is copied here: they read nothing else."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="releases")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="releases")
    number = models.PositiveIntegerField()
    programme_slug = models.SlugField()
    programme_names = models.JSONField()
    wave_code = models.CharField(max_length=20)
    constructed = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=ReleaseState.choices, default=ReleaseState.REQUESTED)
    manifest = models.JSONField(
        default=dict, help_text="run, dataset, instrument, frames, seed, versions, rules, hashes"
    )
    content_hash = models.CharField(max_length=64, blank=True)
    protection = models.JSONField(default=dict, help_text="what was withheld and why, counted")
    job = models.ForeignKey("jobs.Job", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    error = models.TextField(blank=True)
    requested_by = models.ForeignKey("surveys.User", on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey("surveys.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(max_length=500, blank=True)
    published_by = models.ForeignKey("surveys.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="release_number_once"),
            models.CheckConstraint(
                condition=models.Q(decided_at__isnull=True, decided_by__isnull=True)
                | models.Q(decided_at__isnull=False, decided_by__isnull=False),
                name="release_decided_at_and_by",
            ),
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=True, published_by__isnull=True)
                | models.Q(published_at__isnull=False, published_by__isnull=False),
                name="release_published_at_and_by",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("requested_by")),
                name="release_decided_by_another",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="published") | models.Q(decided_at__isnull=False, published_at__isnull=False),
                name="release_published_after_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme_slug} {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        _refuse_if(_is_published(self.pk))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        _refuse_if(_is_published(self.pk))
        return super().delete(*args, **kwargs)

    @property
    def programme_name(self) -> str:
        """In the reader's language, else in the site's first; from the copy, so that public pages may use it."""
        return in_readers_language(self.programme_names) or self.programme_slug


class ReleaseTable(models.Model):
    """One table of a release: a frozen document. What the page, the CSV and the API show is this."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="tables")
    key = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField()
    document = models.JSONField()
    content_hash = models.CharField(max_length=64)

    objects = ReleaseTableQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["release", "key"], name="table_once")]

    def __str__(self) -> str:
        return self.key

    def save(self, *args: Any, **kwargs: Any) -> None:
        _refuse_if(_is_published(self.release_id))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        _refuse_if(_is_published(self.release_id))
        return super().delete(*args, **kwargs)


def _is_published(release_id: int | None) -> bool:
    return release_id is not None and Release.objects.published().filter(pk=release_id).exists()
