"""The release calendar: what is to come, told beforehand, and every move of a date with its reason."""

from django.db import models

from publication.models.releases import Release
from surveys.models.programme import Programme, ScopedQuerySet, in_readers_language


class Announcement(models.Model):
    """A release told beforehand. What the calendar shows is copied here: public pages read nothing else.

    `moves` is a list of {"from", "to", "at", "reason"}: a date is changed by exception, and everybody sees that it was.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="announcements")
    programme_slug = models.SlugField()
    programme_names = models.JSONField()
    wave_code = models.CharField(max_length=20)
    constructed = models.BooleanField(default=False)
    planned_for = models.DateTimeField(db_index=True)
    note = models.CharField(max_length=500, blank=True)
    moves = models.JSONField(default=list)
    release = models.OneToOneField(
        Release,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="announcement",
        help_text="What came of it",
    )
    announced_by = models.ForeignKey("surveys.User", on_delete=models.PROTECT, related_name="+")
    announced_at = models.DateTimeField(auto_now_add=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["planned_for"]

    def __str__(self) -> str:
        return f"{self.programme_slug} {self.wave_code}"

    @property
    def programme_name(self) -> str:
        return in_readers_language(self.programme_names) or self.programme_slug
