"""What happened, who did it: rows that nothing else depends on, so that history never blocks a deletion."""

from typing import Any, Self

from django.db import models

from surveys.models.programme import Programme, ScopedQuerySet

RESPONDENT = "respondent"
SYSTEM = "system"


class AuditQuerySet(ScopedQuerySet):
    def record(
        self, action: str, subject: models.Model, *, by: Any, programme: Programme, **detail: Any
    ) -> "AuditEvent":
        """Write one event. `by` is a user, or RESPONDENT or SYSTEM."""
        name = by if isinstance(by, str) else by.get_username()
        event: AuditEvent = self.create(
            action=action,
            subject=subject._meta.label_lower,
            subject_id=str(subject.pk),
            programme=programme,
            actor=name,
            actor_id=None if isinstance(by, str) else by.pk,
            detail=detail,
        )
        return event

    def about(self, subject: models.Model) -> Self:
        return self.filter(subject=subject._meta.label_lower, subject_id=str(subject.pk))


class AuditEvent(models.Model):
    at = models.DateTimeField(auto_now_add=True)
    action = models.CharField(max_length=60, help_text="For instance wave.closed")
    subject = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    programme = models.ForeignKey(Programme, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    actor = models.CharField(max_length=150)
    actor_id = models.BigIntegerField(null=True, blank=True)
    detail = models.JSONField(default=dict)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.action} by {self.actor}"
