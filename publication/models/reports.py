"""Reports for one organisation: its own answers beside published figures. Private, and frozen once made."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from publication.models.releases import Release
from surveys.models import Response
from surveys.models.programme import ScopedQuerySet


class ByRelease(ScopedQuerySet):
    programme_path = "release__programme"


class ReportBuild(models.Model):
    """The making of all reports of a release: one job at a time, which goes on where a former one stopped."""

    release = models.OneToOneField(Release, on_delete=models.PROTECT, related_name="report_build")
    job = models.ForeignKey("jobs.Job", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    requested_by = models.ForeignKey("surveys.User", on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    expected = models.PositiveIntegerField(null=True, blank=True, help_text="Reports when all are made; empty: unknown")
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ByRelease.as_manager()

    def __str__(self) -> str:
        return f"reports of {self.release_id}"


class ReportKind(models.TextChoices):
    WORKPLACE = "workplace", _("Workplace")
    MUNICIPALITY = "municipality", _("Municipality")


class Report(models.Model):
    """One report as its document, which page and PDF both show, and the PDF itself.

    A workplace's report hangs on its questionnaire: erasing that destroys the report. It names no workplace.
    """

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=20, choices=ReportKind.choices)
    response = models.ForeignKey(Response, null=True, blank=True, on_delete=models.CASCADE, related_name="reports")
    municipality = models.CharField(max_length=32, blank=True, help_text="Keyed hash of the municipality's code")
    name = models.CharField(max_length=120, blank=True, help_text="Of the municipality; workplaces are not named")
    language = models.CharField(max_length=10)
    document = models.JSONField(help_text="As publication.work.report_content.Content: every word and number of it")
    content_hash = models.CharField(max_length=64)
    pdf = models.BinaryField()
    checksum = models.CharField(max_length=64, help_text="SHA-256 of the PDF")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = ByRelease.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["release", "response"], name="report_of_workplace_once"),
            models.UniqueConstraint(
                fields=["release", "municipality"],
                condition=models.Q(kind="municipality"),
                name="report_of_municipality_once",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="workplace", response__isnull=False, municipality="", name="")
                | (models.Q(kind="municipality", response__isnull=True) & ~models.Q(municipality="")),
                name="report_is_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"report {self.kind} {self.response_id or self.municipality} of {self.release_id}"


class ReportLink(models.Model):
    """A link to a municipality's report, to be handed over. Only its keyed hash is kept."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey("surveys.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"link to report {self.report_id}"
