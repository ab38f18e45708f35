"""The barometer and its rounds."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from surveys.permissions import ROLE_PERMISSIONS, Permission

if TYPE_CHECKING:
    from surveys.models.accounts import User


def programmes_open_to(actor: "User", permission: Permission) -> "models.QuerySet[Programme]":
    """The programmes in which the actor has a role that carries the permission."""
    roles = [role for role, permissions in ROLE_PERMISSIONS.items() if permission in permissions]
    return Programme.objects.filter(roles__user_id=actor.pk, roles__role__in=roles).distinct()


class Country(models.TextChoices):
    NORWAY = "NO", _("Norway")
    DENMARK = "DK", _("Denmark")
    SWEDEN = "SE", _("Sweden")
    FINLAND = "FI", _("Finland")
    ICELAND = "IS", _("Iceland")


class ScopedQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """A queryset that knows the way to its programme; request code reads nothing but `visible_to`."""

    programme_path = "programme"

    def visible_to(self, actor: "User", permission: Permission = Permission.VIEW_DESK) -> Self:
        return self.filter(**{f"{self.programme_path}__in": programmes_open_to(actor, permission)})


class ByWave(ScopedQuerySet):
    programme_path = "wave__programme"


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, actor: "User", permission: Permission = Permission.VIEW_DESK) -> Self:
        return self.filter(pk__in=programmes_open_to(actor, permission))


def in_readers_language(words: Mapping[str, str]) -> str:
    """Of the same in several languages that of the reader, else the first of the site's that is there; else empty.

    The order of the site and not that of the words: PostgreSQL sorts the names of a JSON object.
    """
    wanted = (get_language() or "", *(code for code, _name in settings.LANGUAGES), *words)
    return next((words[code] for code in wanted if code in words), "")


class Programme(models.Model):
    """A barometer: who asks, and where the results stand."""

    slug = models.SlugField(unique=True)
    names = models.JSONField(help_text="language -> name")
    owners = models.JSONField(help_text="language -> who asks")
    contact_email = models.EmailField()
    constructed = models.BooleanField(default=False, help_text="All frames and answers are constructed")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProgrammeQuerySet.as_manager()

    def __str__(self) -> str:
        return self.slug

    @property
    def name(self) -> str:
        """In the reader's language, else in the first of the site's that is given."""
        return in_readers_language(self.names) or self.slug

    @property
    def owner(self) -> str:
        """Who asks, in the reader's language, else in the first of the site's that is given."""
        return in_readers_language(self.owners)


class InstrumentVersion(models.Model):
    """A questionnaire as one canonical document. Fielded once, it never changes again."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="instruments")
    key = models.CharField(max_length=60)
    version = models.CharField(max_length=200, help_text="With its optional blocks, for instance 2026.1+failed")
    document = models.JSONField(help_text="instrument.to_document(): items, pages, rules, texts")
    content_hash = models.CharField(max_length=64)
    fielded_at = models.DateTimeField(null=True, blank=True)
    fielded_by = models.ForeignKey("surveys.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "key", "version"], name="instrument_version_once"),
            models.CheckConstraint(
                condition=models.Q(fielded_at__isnull=True, fielded_by__isnull=True)
                | models.Q(fielded_at__isnull=False, fielded_by__isnull=False),
                name="instrument_fielded_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.version}"


class WaveState(models.TextChoices):
    DRAFT = "draft", _("In preparation")
    OPEN = "open", _("Open for answers")
    CLOSED = "closed", _("Closed")


class Wave(models.Model):
    """One round of a programme in one or more countries."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="waves")
    code = models.CharField(max_length=20, help_text="For instance 2025")
    instrument = models.ForeignKey(InstrumentVersion, on_delete=models.PROTECT, related_name="waves")
    previous = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="followers")
    countries = models.JSONField(help_text='ISO 3166-1 codes, for instance ["NO", "IS"]')
    languages = models.JSONField(help_text="BCP 47 codes in the order offered")
    reference_from = models.DateField()
    reference_to = models.DateField()
    closes_on = models.DateField()
    state = models.CharField(max_length=10, choices=WaveState.choices, default=WaveState.DRAFT)
    constructed = models.BooleanField(default=False)
    pilot = models.BooleanField(default=False, help_text="Tries the questionnaire; its answers never enter results")
    waivers = models.JSONField(
        default=dict, blank=True, help_text="language -> {reason, by, at}: opened though not every text is checked"
    )
    median_seconds = models.PositiveIntegerField(
        null=True, blank=True, help_text="Measured: how long a handed-in questionnaire took"
    )
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["programme", "code"]
        constraints = [models.UniqueConstraint(fields=["programme", "code"], name="wave_code_once")]

    def __str__(self) -> str:
        return self.code

    @property
    def country_names(self) -> list[str]:
        """In the reader's language, in the order of the wave."""
        return [str(Country(code).label) for code in self.countries]
