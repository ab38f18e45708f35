"""Invitations, messages and the answers that come back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.programme import ByWave, InstrumentVersion, ScopedQuerySet, Wave
from surveys.models.sample import SampledUnit


class BySampledUnit(ScopedQuerySet):
    programme_path = "sampled_unit__wave__programme"


class Invitation(models.Model):
    """A personal link and its spoken twin. Only their keyed hashes are kept: they exist in the message alone.

    With a section it is a colleague's link: good for that part of the questionnaire, and not for handing in.
    """

    sampled_unit = models.ForeignKey(SampledUnit, on_delete=models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    section = models.CharField(max_length=60, blank=True, help_text="The part a colleague answers; empty: all of it")
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = BySampledUnit.as_manager()

    def __str__(self) -> str:
        return f"invitation of {self.sampled_unit_id}"


class MessageKind(models.TextChoices):
    INVITATION = "invitation", _("Invitation")
    REMINDER = "reminder", _("Reminder")
    PASSED_ON = "passed_on", _("Passed on to the right person")


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
    """The questionnaire of one sampled unit: one document, one entry an answer.

    `answers` is the draft, in which answers off the path stay, so that going back costs nothing. `record` is what
    counts: the answers on the path as they were handed in last, or were taken at closing.
    """

    sampled_unit = models.OneToOneField(SampledUnit, on_delete=models.CASCADE, related_name="response")
    instrument = models.ForeignKey(InstrumentVersion, on_delete=models.PROTECT, related_name="responses")
    answers = models.JSONField(default=dict, help_text="item key -> code, list of codes, number or text")
    record = models.JSONField(null=True, blank=True, help_text="What was handed in; empty until then")
    background = models.JSONField(default=dict, help_text="What rules read beside the register when it was handed in")
    revision = models.PositiveSmallIntegerField(default=0, help_text="How often it was handed in with other answers")
    correcting = models.BooleanField(default=False, help_text="Handed in and opened again; the record still counts")
    written = models.JSONField(default=dict, help_text="item key -> [time, device]: who wrote last")
    language = models.CharField(max_length=10)
    started_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects = BySampledUnit.as_manager()

    def __str__(self) -> str:
        return f"response of {self.sampled_unit_id}"


class Device(models.TextChoices):
    """The kind of machine a page was answered on: all that is kept of the browser."""

    PHONE = "phone", _("Phone")
    TABLET = "tablet", _("Tablet")
    COMPUTER = "computer", _("Computer")
    UNKNOWN = "unknown", _("Unknown")


class ResponseQuerySet(ScopedQuerySet):
    programme_path = "response__sampled_unit__wave__programme"


class Revision(models.Model):
    """A record that a later one has taken the place of. Never changed."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    record = models.JSONField()
    language = models.CharField(max_length=10)
    submitted_at = models.DateTimeField()

    objects = ResponseQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["response", "number"], name="revision_once")]

    def __str__(self) -> str:
        return f"revision {self.number} of {self.response_id}"


class PageSave(models.Model):
    """An acknowledged save: the key made with the page makes a repeated post harmless.

    The rows are the event log as well: how each page was answered, so that break-off, time and changes can be
    studied, and no more of the person than that.
    """

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="saves")
    key = models.CharField(max_length=36)
    page = models.CharField(max_length=60)
    body_hash = models.CharField(max_length=64)
    changed = models.JSONField(default=list, help_text="Items that somebody else had changed: part of the reply")
    items = models.JSONField(default=list, help_text="Items that this save wrote")
    language = models.CharField(max_length=10, blank=True)
    device = models.CharField(max_length=10, choices=Device.choices, default=Device.UNKNOWN)
    seconds = models.PositiveIntegerField(null=True, blank=True, help_text="From showing the page to saving it")
    automatic = models.BooleanField(default=False, help_text="Saved by the page itself while it was open")
    saved_at = models.DateTimeField()

    objects = ResponseQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["response", "key"], name="save_key_once")]

    def __str__(self) -> str:
        return f"{self.page} {self.key}"


class AnsweringReport(models.Model):
    """How a wave was answered, counted from the event log by a job: pages, devices, languages, changes."""

    wave = models.OneToOneField(Wave, on_delete=models.CASCADE, related_name="answering")
    counted = models.JSONField(help_text="As surveys.queries.events.Events")
    made_at = models.DateTimeField(auto_now=True)

    objects = ByWave.as_manager()

    def __str__(self) -> str:
        return f"how {self.wave_id} was answered"
