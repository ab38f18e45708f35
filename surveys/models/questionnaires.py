"""Work on a questionnaire before the field: files brought in, reviews of its texts, the printed form."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.programme import InstrumentVersion, Programme, ScopedQuerySet


class ByInstrument(ScopedQuerySet):
    programme_path = "instrument__programme"


class ImportFormat(models.TextChoices):
    OWN = "own", _("Our own format (YAML or JSON)")
    XLSFORM = "xlsform", _("XLSForm (.xlsx)")
    LIMESURVEY = "limesurvey", _("LimeSurvey (.lss or tab-separated)")


class ImportState(models.TextChoices):
    WAITING = "waiting", _("Being read")
    STORED = "stored", _("Stored as a version")
    REFUSED = "refused", _("Refused: nothing was stored")


class QuestionnaireImport(models.Model):
    """A file that somebody brought, and what was taken of it and what was not."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="imports")
    format = models.CharField(max_length=20, choices=ImportFormat.choices)
    name = models.CharField(max_length=200, help_text="Of the file")
    upload = models.BinaryField(help_text="The file as it came; emptied when it has been read", default=b"", blank=True)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.WAITING)
    reason = models.TextField(blank=True, help_text="Why it was refused")
    taken = models.JSONField(default=dict, help_text="kind -> how many")
    lost = models.JSONField(default=list, help_text="[{place, what, why}]")
    assumed = models.JSONField(default=list, help_text="What the file does not say: sentences")
    instrument = models.ForeignKey(
        InstrumentVersion, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    job = models.ForeignKey("jobs.Job", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.format} {self.name}"


class ReviewKind(models.TextChoices):
    SECOND_TRANSLATOR = "second_translator", _("Second translator's review")
    PROBE = "probe", _("Answer to a probing question")
    INTERVIEW = "interview", _("Cognitive interview")


class TextReview(models.Model):
    """What a second translator, a probe or an interview said of a text: one line of the log, never changed."""

    instrument = models.ForeignKey(InstrumentVersion, on_delete=models.PROTECT, related_name="reviews")
    language = models.CharField(max_length=10)
    item = models.CharField(max_length=200, help_text="Key of the item or battery; empty: the whole questionnaire")
    kind = models.CharField(max_length=20, choices=ReviewKind.choices)
    note = models.TextField()
    by = models.ForeignKey("surveys.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = ByInstrument.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.item or self.instrument_id} in {self.language}"


class PrintedForm(models.Model):
    """All questions of a version in one language as a tagged PDF, made in a job."""

    instrument = models.ForeignKey(InstrumentVersion, on_delete=models.CASCADE, related_name="printed")
    language = models.CharField(max_length=10)
    pdf = models.BinaryField()
    content_hash = models.CharField(max_length=64, help_text="Of the questionnaire it was made from")
    made_at = models.DateTimeField(auto_now=True)

    objects = ByInstrument.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instrument", "language"], name="printed_once")]

    def __str__(self) -> str:
        return f"{self.instrument_id} in {self.language}"
