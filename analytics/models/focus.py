"""The catalogue of policy instruments, the schemes to look at it with, and what coders judged: versions that stay."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from analytics.core.focus import EVERYWHERE, Basis, Focus
from surveys.models.programme import Country, Programme, ScopedQuerySet

PLACES = [*Country.choices, (EVERYWHERE, _("All Nordic countries"))]
FOCUSES = [
    (Focus.STRONG.value, _("Strong focus")),
    (Focus.SECONDARY.value, _("Secondary focus")),
    (Focus.PARTLY_NEGLECTED.value, _("Partly neglected")),
]
BASES = [(Basis.STATED.value, _("Stated by the source")), (Basis.INFERRED.value, _("Inferred by the coder"))]


class PolicyKind(models.TextChoices):
    """What an instrument is. Kinds sort the catalogue; no figure rests on them."""

    BODY = "body", _("Body, committee or office")
    EDUCATION = "education", _("Education")
    FUNDING = "funding", _("Funding")
    GUIDANCE = "guidance", _("Guidance and shared knowledge")
    INFRASTRUCTURE = "infrastructure", _("Infrastructure and data")
    MEASUREMENT = "measurement", _("Measurement and analysis")
    NETWORK = "network", _("Network or partnership")
    PRIZE = "prize", _("Prize")
    PROCUREMENT = "procurement", _("Procurement")
    PROGRAMME = "programme", _("Programme of limited time")
    REFORM = "reform", _("Reform")
    REGULATION = "regulation", _("Rule or exemption")
    STRATEGY = "strategy", _("Strategy, plan or report")
    TESTING = "testing", _("Place to test")


class PolicyInstrumentQuerySet(ScopedQuerySet):
    def current(self) -> Self:
        """The newest version of each entry, those taken out of the catalogue left away."""
        return self.filter(follower__isnull=True, retired=False)


class PolicyInstrument(models.Model):
    """One version of an entry of the catalogue. A change is a new row that names the one before it."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="policy_instruments")
    key = models.SlugField(max_length=120, help_text="The same for all versions of an entry")
    version = models.PositiveIntegerField(default=1)
    previous = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="follower")
    country = models.CharField(max_length=6, choices=PLACES)
    kind = models.CharField(max_length=20, choices=PolicyKind.choices)
    actor = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    year_from = models.PositiveSmallIntegerField(null=True, blank=True)
    year_to = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.CharField(max_length=300, help_text="How it is cited")
    note = models.TextField(blank=True)
    retired = models.BooleanField(default=False, help_text="Taken out of the catalogue with this version")
    shipped = models.BooleanField(default=False, help_text="As the library has it; nobody's edit")
    made_by = models.ForeignKey("surveys.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = PolicyInstrumentQuerySet.as_manager()

    class Meta:
        ordering = ["country", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "key", "version"], name="policy_instrument_version_once")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def years(self) -> str:
        """As read: 2015–2019, from 2015, until 2019 or nothing."""
        if self.year_from is None and self.year_to is None:
            return ""
        return f"{self.year_from or ''}–{self.year_to or ''}"


class FocusScheme(models.Model):
    """A scheme's document as codings were made with it, stored once for each content."""

    content_hash = models.CharField(max_length=64, unique=True)
    key = models.CharField(max_length=60)
    document = models.JSONField(help_text="perspectives with codes, groups and words by language")

    def __str__(self) -> str:
        return f"{self.key} {self.content_hash[:12]}"


class FocusCodingQuerySet(ScopedQuerySet):
    def closed(self) -> Self:
        return self.filter(closed_at__isnull=False)


class FocusCoding(models.Model):
    """What one coder judged under a scheme. Closed once, it never changes; a change is a new version."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="focus_codings")
    scheme = models.ForeignKey(FocusScheme, on_delete=models.PROTECT, related_name="codings")
    title = models.CharField(max_length=120)
    version = models.PositiveIntegerField(default=1)
    previous = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="followers")
    coder = models.ForeignKey("surveys.User", on_delete=models.PROTECT, related_name="+", help_text="Who entered it")
    coder_name = models.CharField(max_length=200, help_text="Whose judgement it is")
    shipped = models.CharField(max_length=60, blank=True, help_text="Key of the reading in the library; else empty")
    started_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    content_hash = models.CharField(max_length=64, blank=True, help_text="Of what was judged; empty while open")

    objects = FocusCodingQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True, content_hash="")
                | models.Q(closed_at__isnull=False) & ~models.Q(content_hash=""),
                name="focus_coding_closed_and_hashed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"


class FocusRating(models.Model):
    """A country under a perspective: the focus, whether the source says so, and what it rests on."""

    coding = models.ForeignKey(FocusCoding, on_delete=models.CASCADE, related_name="ratings")
    country = models.CharField(max_length=2, choices=Country.choices)
    perspective = models.CharField(max_length=60)
    focus = models.CharField(max_length=20, choices=FOCUSES)
    basis = models.CharField(max_length=10, choices=BASES)
    text = models.TextField(blank=True)
    instruments = models.ManyToManyField(PolicyInstrument, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["coding", "country", "perspective"], name="focus_rating_once")]

    def __str__(self) -> str:
        return f"{self.country} {self.perspective} {self.focus}"


class InstrumentCoding(models.Model):
    """The perspectives that an instrument serves in a coder's eyes; an empty list says none."""

    coding = models.ForeignKey(FocusCoding, on_delete=models.CASCADE, related_name="instrument_codings")
    instrument = models.ForeignKey(PolicyInstrument, on_delete=models.PROTECT, related_name="codings")
    perspectives = models.JSONField(default=list)
    basis = models.CharField(max_length=10, choices=BASES)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["coding", "instrument"], name="instrument_coding_once")]

    def __str__(self) -> str:
        return f"{self.instrument_id} {', '.join(self.perspectives)}"
