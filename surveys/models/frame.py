"""The list of the population: a frame and its units. Contacts stand apart from everything else."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.programme import Country, Programme, ScopedQuerySet


class Level(models.TextChoices):
    MUNICIPAL = "municipal", _("Municipality")
    COUNTY = "county", _("County municipality")


class Sector(models.TextChoices):
    HEALTH_CARE = "health_care", _("Health and care")
    EDUCATION = "education", _("Education and upbringing")
    SOCIAL = "social", _("Social services")
    CULTURE = "culture", _("Culture")
    TECHNICAL = "technical", _("Technical services")


class FrameState(models.TextChoices):
    IMPORTING = "importing", _("Being read")
    LOADED = "loaded", _("Loaded")
    REFUSED = "refused", _("Refused: nothing was stored")


class Frame(models.Model):
    """The units of one country as they stood when the register was taken. Loaded once, never changed."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="frames")
    country = models.CharField(max_length=2, choices=Country.choices)
    name = models.CharField(max_length=120)
    origin = models.CharField(max_length=300, help_text="Where the list comes from")
    constructed = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=FrameState.choices, default=FrameState.IMPORTING)
    upload = models.BinaryField(help_text="The file as it came; emptied when it has been read", default=b"", blank=True)
    upload_hash = models.CharField(max_length=64)
    warnings = models.JSONField(default=list)
    errors = models.JSONField(default=list, help_text="[{line, column, code, got, expected}]")
    content_hash = models.CharField(max_length=64, blank=True)
    unit_count = models.PositiveIntegerField(default=0)
    loaded_at = models.DateTimeField(null=True, blank=True)
    job = models.ForeignKey("jobs.Job", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["country", "name"]
        constraints = [models.UniqueConstraint(fields=["programme", "country", "name"], name="frame_name_once")]

    def __str__(self) -> str:
        return f"{self.country} {self.name}"


class FrameUnitQuerySet(ScopedQuerySet):
    programme_path = "frame__programme"


class Unit(models.Model):
    """One workplace (or one body) of the frame, with what the register knows of it."""

    frame = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="units")
    code = models.CharField(max_length=40, help_text="The register's own code, permanent over waves")
    name = models.CharField(max_length=200)
    municipality_code = models.CharField(max_length=10)
    municipality_name = models.CharField(max_length=120)
    county = models.CharField(max_length=120, blank=True)
    level = models.CharField(max_length=20, choices=Level.choices)
    sector = models.CharField(max_length=20, choices=Sector.choices)
    employees = models.PositiveIntegerField()
    language = models.CharField(max_length=10)

    objects = FrameUnitQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["frame", "code"], name="unit_code_once")]

    def __str__(self) -> str:
        return self.name


class ContactQuerySet(ScopedQuerySet):
    programme_path = "unit__frame__programme"


class Contact(models.Model):
    """Where a unit can be reached. Personal data: kept apart, destroyed at its date."""

    unit = models.OneToOneField(Unit, on_delete=models.CASCADE, related_name="contact")
    email = models.EmailField()

    objects = ContactQuerySet.as_manager()

    def __str__(self) -> str:
        return f"contact of {self.unit_id}"
