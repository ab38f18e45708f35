"""Releases: drafted, built and attacked by a job, approved by somebody else, and published to the minute."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from analytics.models import Run
from jobs.models import JobState
from surveys.models.programme import Programme, ScopedQuerySet, in_readers_language


class ReleaseState(models.TextChoices):
    DRAFT = "draft", _("Being prepared")
    REQUESTED = "requested", _("Tables are being built and protected")
    CHECKED = "checked", _("Withstood the attack, waiting for a second person")
    APPROVED = "approved", _("Approved, not yet published")
    EMBARGOED = "embargoed", _("Approved, published at its minute")
    PUBLISHED = "published", _("Published")
    REJECTED = "rejected", _("Rejected")
    FAILED = "failed", _("Failed")


OVER = (ReleaseState.REJECTED, ReleaseState.FAILED)
GIVEN_UP = (JobState.FAILED, JobState.CANCELLED)
FROZEN = (ReleaseState.EMBARGOED, ReleaseState.PUBLISHED)
TOLD = (ReleaseState.APPROVED, *FROZEN)


class Relation(models.TextChoices):
    """What a release is to the one that it replaces."""

    CORRECTION = "correction", _("Correction of an error")
    REVISION = "revision", _("Planned revision")


class PublishedIsFrozen(Exception):
    """A published release never changes: a correction is a new release."""


def _seen(prefix: str = "") -> Q:
    """What everybody sees: published, or embargoed to a minute that has come, whether or not a worker was there."""
    state, minute = f"{prefix}state", f"{prefix}published_at__lte"
    return Q(**{state: ReleaseState.PUBLISHED}) | Q(**{state: ReleaseState.EMBARGOED, minute: timezone.now()})


class ReleaseQuerySet(ScopedQuerySet):
    def published(self) -> "ReleaseQuerySet":
        return self.filter(_seen())

    def told(self) -> "ReleaseQuerySet":
        """What everybody has seen or will see unless somebody stops it; a withdrawn release was seen."""
        return self.filter(state__in=TOLD)

    def due(self) -> "ReleaseQuerySet":
        """Embargoed to a minute that has come: seen by everybody, and not yet marked as published."""
        return self.filter(state=ReleaseState.EMBARGOED, published_at__lte=timezone.now())

    def standing(self) -> "ReleaseQuerySet":
        """Neither rejected nor failed, and not waiting for tables that no job is going to build any more."""
        alive = ~Q(state=ReleaseState.REQUESTED) | Q(job__isnull=False) & ~Q(job__state__in=GIVEN_UP)
        return self.exclude(state__in=OVER).filter(alive)

    def mark_due(self) -> int:
        """Mark what is due as published: the one change that a release takes after its minute."""
        return super(ReleaseQuerySet, self.due()).update(state=ReleaseState.PUBLISHED)

    def update(self, **values: Any) -> int:
        _refuse_if(self.published().exists())
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        _refuse_if(self.filter(state__in=FROZEN).exists())
        return super().delete()


class OfReleaseQuerySet(models.QuerySet[Any]):
    """Parts of releases. They are frozen from the embargo on: at its minute nobody looks at them again."""

    def published(self) -> "OfReleaseQuerySet":
        return self.filter(_seen("release__"))

    def frozen(self) -> "OfReleaseQuerySet":
        return self.filter(release__state__in=FROZEN)

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        parts = list(objs)
        held = {part.release_id for part in parts}
        _refuse_if(Release.objects.filter(pk__in=held, state__in=FROZEN).exists())
        return super().bulk_create(parts, *args, **kwargs)

    def update(self, **values: Any) -> int:
        _refuse_if(self.frozen().exists())
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        _refuse_if(self.frozen().exists())
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
    state = models.CharField(max_length=10, choices=ReleaseState.choices, default=ReleaseState.DRAFT)
    plan = models.JSONField(default=dict, help_text="publication.disclosure.lattice.Plan")
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")
    relation = models.CharField(max_length=10, choices=Relation.choices, blank=True)
    reason = models.CharField(max_length=1000, blank=True, help_text="Why it replaces the other; everybody reads it")
    revision = models.JSONField(default=dict, help_text="What differs from the release that it replaces, cell by cell")
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
    published_at = models.DateTimeField(
        null=True, blank=True, help_text="From when everybody sees it; to come while it is embargoed"
    )

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
                condition=~models.Q(state__in=("published", "embargoed"))
                | models.Q(decided_at__isnull=False, published_at__isnull=False),
                name="release_published_after_decision",
            ),
            models.CheckConstraint(
                condition=models.Q(replaces__isnull=True, relation="")
                | models.Q(replaces__isnull=False) & ~models.Q(relation=""),
                name="release_replaces_as_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme_slug} {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        _refuse_if(_is_published(self.pk))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        _refuse_if(_is_frozen(self.pk))
        return super().delete(*args, **kwargs)

    @property
    def programme_name(self) -> str:
        """In the reader's language, else in the site's first; from the copy, so that public pages may use it."""
        return in_readers_language(self.programme_names) or self.programme_slug

    def is_seen(self, now: datetime | None = None) -> bool:
        """Whether everybody sees it now."""
        if self.state == ReleaseState.EMBARGOED:
            return self.published_at is not None and self.published_at <= (now or timezone.now())
        return self.state == ReleaseState.PUBLISHED

    @property
    def successor(self) -> "Release | None":
        """The newest release that replaces this one and that everybody sees."""
        return self.replaced_by.published().order_by("-number").first()


class OfRelease(models.Model):
    """A part of a release, frozen with it."""

    objects = OfReleaseQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        _refuse_if(_is_frozen(self.release_id))  # type: ignore[attr-defined]
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        _refuse_if(_is_frozen(self.release_id))  # type: ignore[attr-defined]
        return super().delete(*args, **kwargs)


class ReleaseTable(OfRelease):
    """One table of a release: a frozen document. What the page, the CSV and the API show is this."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="tables")
    key = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField()
    document = models.JSONField()
    content_hash = models.CharField(max_length=64)

    class Meta(OfRelease.Meta):
        abstract = False
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["release", "key"], name="table_once")]

    def __str__(self) -> str:
        return self.key


class ReleaseFile(OfRelease):
    """One file of a release's bundle, as bytes that never change."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="files")
    path = models.CharField(max_length=200, help_text="Inside the bundle, such as tables/innovative.px")
    media_type = models.CharField(max_length=100)
    content = models.BinaryField()
    size = models.PositiveIntegerField()
    checksum = models.CharField(max_length=64, help_text="SHA-256 of the bytes")

    class Meta(OfRelease.Meta):
        abstract = False
        ordering = ["path"]
        constraints = [models.UniqueConstraint(fields=["release", "path"], name="file_once")]

    def __str__(self) -> str:
        return self.path


class WithdrawalQuerySet(models.QuerySet["Withdrawal"]):
    def update(self, **values: Any) -> int:
        raise PublishedIsFrozen("A withdrawal never changes, but that its numbers may be hidden later.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise PublishedIsFrozen("A withdrawal is not taken back. Publish a new release instead.")

    def hide(self, **values: Any) -> int:
        """Hide the numbers of what was withdrawn without that. For `publication.actions.releases` alone."""
        return super(WithdrawalQuerySet, self.filter(hides_numbers=False)).update(hides_numbers=True, **values)


class Withdrawal(models.Model):
    """A published release that should not be used any more. The release itself stays as it was.

    Where the numbers themselves must not be read (they gave somebody away), they are not shown; what was once
    published stays what an attacker knows. Numbers may be hidden later, and are never shown again.
    """

    release = models.OneToOneField(Release, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.CharField(max_length=1000)
    hides_numbers = models.BooleanField(default=False)
    withdrawn_by = models.ForeignKey("surveys.User", on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(default=timezone.now)

    objects = WithdrawalQuerySet.as_manager()

    def __str__(self) -> str:
        return f"withdrawal of {self.release_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        _refuse_if(not self._state.adding)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise PublishedIsFrozen("A withdrawal is not taken back. Publish a new release instead.")

    @property
    def state(self) -> tuple[object, ...]:
        """What pages that tell of it hang on."""
        return (self.pk, self.hides_numbers, self.withdrawn_at)


def _is_published(release_id: int | None) -> bool:
    return release_id is not None and Release.objects.published().filter(pk=release_id).exists()


def _is_frozen(release_id: int | None) -> bool:
    return release_id is not None and Release.objects.filter(pk=release_id, state__in=FROZEN).exists()
