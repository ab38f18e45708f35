"""The drawn sample: strata, sampled units and how contact with each one ended."""

import hashlib
import hmac

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from surveys.models.frame import Sector, Unit
from surveys.models.programme import ByWave, Country, Programme, Wave


def pseudonym(kind: str, programme: Programme, country: str, code: str) -> str:
    """Keyed hash of a register's code: the same in every wave, and no way back without the key.

    `kind` is "unit" or "municipality". The code is all it needs: destroying the contacts does not change it.
    """
    message = f"{kind}|{programme.slug}|{country}|{code}"
    return hmac.new(settings.TOKEN_PEPPER.encode(), message.encode(), hashlib.sha256).hexdigest()[:32]


class SamplePlan(models.Model):
    """How the sample of one country is drawn. The same plan, frame and seed draw the same units."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="plans")
    frame = models.ForeignKey("surveys.Frame", on_delete=models.PROTECT, related_name="plans")
    size = models.PositiveIntegerField(help_text="Units to draw, take-all strata included")
    take_all_from = models.PositiveIntegerField(
        null=True, blank=True, help_text="Units with as many employees are all taken"
    )
    minimum_per_stratum = models.PositiveIntegerField(default=2)
    seed = models.BigIntegerField()
    drawn_at = models.DateTimeField(null=True, blank=True)
    job = models.ForeignKey("jobs.Job", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = ByWave.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["wave", "frame"], name="plan_once")]

    def __str__(self) -> str:
        return f"plan of {self.wave_id} for {self.frame_id}"


class SizeClass(models.TextChoices):
    SMALL = "small", _("1–19 employees")
    MEDIUM = "medium", _("20–49 employees")
    LARGE = "large", _("50 employees or more")


class Stratum(models.Model):
    """A group of the frame from which units are drawn with one probability."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="strata")
    key = models.CharField(max_length=60, help_text="country.sector.size_class")
    country = models.CharField(max_length=2, choices=Country.choices)
    sector = models.CharField(max_length=20, choices=Sector.choices)
    size_class = models.CharField(max_length=20, choices=SizeClass.choices)
    population = models.PositiveIntegerField(help_text="N_h: units of the stratum in the frame")
    drawn = models.PositiveIntegerField(help_text="n_h: units drawn")
    take_all = models.BooleanField(default=False)

    objects = ByWave.as_manager()

    class Meta:
        ordering = ["key"]
        constraints = [models.UniqueConstraint(fields=["wave", "key"], name="stratum_once")]

    def __str__(self) -> str:
        return self.key

    @property
    def label(self) -> str:
        """In the reader's language; the key is for machines. Two parts of one size class do not read the same."""
        words = [self.get_country_display(), self.get_sector_display(), self.get_size_class_display()]
        return ", ".join([*words, gettext("all taken")] if self.take_all else words)


class Disposition(models.TextChoices):
    """How contact ended, after the standard definitions of AAPOR for surveys by named persons."""

    NOT_INVITED = "not_invited", _("Not yet invited")
    INVITED = "invited", _("Invited, nothing returned")
    STARTED = "started", _("Started, not submitted")
    COMPLETED = "completed", _("Submitted")
    PARTIAL = "partial", _("Not submitted, enough answered to count")
    DECLINED = "declined", _("Declined")
    UNREACHABLE = "unreachable", _("Could not be reached")
    INELIGIBLE = "ineligible", _("Does not belong to the population")


class FollowUp(models.Model):
    """A random part of a country's non-respondents, to be pursued by other means: drawn once, never changed."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="follow_ups")
    country = models.CharField(max_length=2, choices=Country.choices)
    size = models.PositiveIntegerField(help_text="Units drawn")
    minimum_per_stratum = models.PositiveIntegerField()
    seed = models.BigIntegerField()
    pool = models.PositiveIntegerField(help_text="Units that could be drawn")
    drawn_at = models.DateTimeField()

    objects = ByWave.as_manager()

    class Meta:
        ordering = ["country"]
        constraints = [models.UniqueConstraint(fields=["wave", "country"], name="follow_up_once")]

    def __str__(self) -> str:
        return f"follow-up of {self.wave_id} in {self.country}"


class FollowUpStanding(models.TextChoices):
    """How a sampled unit stood when the follow-up of its country was drawn. Nothing later changes it."""

    ANSWERED = "answered", _("Had answered")
    INELIGIBLE = "ineligible", _("Did not belong to the population")
    DECLINED = "declined", _("Had declined: not asked again")
    DRAWN = "drawn", _("Drawn")
    NOT_DRAWN = "not_drawn", _("Not drawn")


class SampledUnit(models.Model):
    """A drawn unit. `unit` is the key that joins answers to a named workplace: it can be destroyed."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="sampled_units")
    stratum = models.ForeignKey(Stratum, on_delete=models.PROTECT, related_name="sampled_units")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.SET_NULL, related_name="sampled")
    pseudonym = models.CharField(
        max_length=32, help_text="Keyed hash of the unit's code: links waves, outlives the key"
    )
    cluster = models.CharField(max_length=32, help_text="Keyed hash of the municipality")
    county = models.CharField(max_length=120, blank=True, help_text="As the frame had it; empty: it names none")
    employees = models.PositiveIntegerField()
    level = models.CharField(max_length=20, help_text="As the frame had it: rules may ask for it after the key is gone")
    inclusion_probability = models.FloatField()
    language = models.CharField(max_length=10)
    disposition = models.CharField(max_length=20, choices=Disposition.choices, default=Disposition.NOT_INVITED)
    follow_up = models.CharField(
        max_length=10,
        blank=True,
        choices=FollowUpStanding.choices,
        help_text="How it stood when the follow-up of its country was drawn; empty: none was",
    )
    follow_up_probability = models.FloatField(
        null=True, blank=True, help_text="Chance to be drawn for the follow-up; none for units that could not be"
    )

    objects = ByWave.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["wave", "pseudonym"], name="sampled_once")]

    def __str__(self) -> str:
        return self.pseudonym
