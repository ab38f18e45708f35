"""Invitations, messages and the answers that come back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.programme import InstrumentVersion, ScopedQuerySet
from surveys.models.sample import SampledUnit


class BySampledUnit(ScopedQuerySet):
    programme_path = "sampled_unit__wave__programme"


class Invitation(models.Model):
    """A personal link. Only its keyed hash is kept: the link itself exists in the message alone."""

    sampled_unit = models.ForeignKey(SampledUnit, on_delete=models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = BySampledUnit.as_manager()

    def __str__(self) -> str:
        return f"invitation of {self.sampled_unit_id}"


class MessageKind(models.TextChoices):
    INVITATION = "invitation", _("Invitation")
    REMINDER = "reminder", _("Reminder")


class MessageState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    SENDING = "sending", _("Handed over, not confirmed")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")


class Message(models.Model):
    """One message to one unit: at most one of each kind and number, whoever presses the button."""

    sampled_unit = models.ForeignKey(SampledUnit, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=20, choices=MessageKind.choices)
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.QUEUED)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = BySampledUnit.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sampled_unit", "kind", "number"], name="message_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number} to {self.sampled_unit_id}"


class Response(models.Model):
    """The questionnaire of one sampled unit: one document, one entry an answer."""

    sampled_unit = models.OneToOneField(SampledUnit, on_delete=models.CASCADE, related_name="response")
    instrument = models.ForeignKey(InstrumentVersion, on_delete=models.PROTECT, related_name="responses")
    answers = models.JSONField(default=dict, help_text="item key -> code, list of codes, number or text")
    written = models.JSONField(default=dict, help_text="item key -> [time, device]: who wrote last")
    language = models.CharField(max_length=10)
    started_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects = BySampledUnit.as_manager()

    def __str__(self) -> str:
        return f"response of {self.sampled_unit_id}"


class ResponseQuerySet(ScopedQuerySet):
    programme_path = "response__sampled_unit__wave__programme"


class PageSave(models.Model):
    """An acknowledged save. The key made with the page makes a repeated post harmless."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="saves")
    key = models.CharField(max_length=36)
    page = models.CharField(max_length=60)
    body_hash = models.CharField(max_length=64)
    changed = models.JSONField(default=list, help_text="Items that somebody else had changed: part of the reply")
    saved_at = models.DateTimeField()

    objects = ResponseQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["response", "key"], name="save_key_once")]

    def __str__(self) -> str:
        return f"{self.page} {self.key}"
