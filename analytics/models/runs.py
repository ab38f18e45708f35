"""Frozen datasets, runs of the pipeline and the estimates they gave."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from analytics.models.definitions import DefinitionSet
from jobs.models import JobState
from surveys.models.programme import ByWave, InstrumentVersion, Wave


class Dataset(models.Model):
    """A closed wave, frozen: every sampled unit with its design, the answers of respondents.

    The rows stand in a Parquet file named by the hash of their canonical content (not of the file's bytes).
    """

    wave = models.OneToOneField(Wave, on_delete=models.PROTECT, related_name="dataset")
    content_hash = models.CharField(max_length=64)
    instrument_hash = models.CharField(max_length=64)
    manifest = models.JSONField(help_text="columns, rows, strata, dispositions, frames and their hashes")
    constructed = models.BooleanField(default=False)
    frozen_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True, help_text="The rows are gone; the manifest stays")

    objects = ByWave.as_manager()

    def __str__(self) -> str:
        return f"dataset of {self.wave_id} {self.content_hash[:12]}"


class RunState(models.TextChoices):
    REQUESTED = "requested", _("Waiting")
    FINISHED = "finished", _("Finished")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class Run(models.Model):
    """One execution of the pipeline on one dataset. Its estimates are seen when it is finished."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="runs")
    instrument = models.ForeignKey(InstrumentVersion, on_delete=models.PROTECT, related_name="runs")
    dataset = models.ForeignKey(Dataset, null=True, blank=True, on_delete=models.PROTECT, related_name="runs")
    previous_dataset = models.ForeignKey(Dataset, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    definitions = models.ForeignKey(DefinitionSet, on_delete=models.PROTECT, related_name="runs")
    parameters = models.JSONField(help_text="confidence level, cell rules and so on: see analytics.core.parameters")
    seed = models.BigIntegerField(default=0)
    code_version = models.CharField(max_length=60, blank=True)
    lock_hash = models.CharField(max_length=64, blank=True)
    environment = models.JSONField(default=dict, help_text="versions of Python, numpy and scipy")
    result_hash = models.CharField(max_length=64, blank=True)
    diagnostics = models.JSONField(default=dict, help_text="weights, response, merged cells, flags")
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.REQUESTED)
    job = models.ForeignKey("jobs.Job", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    error = models.TextField(blank=True)
    requested_by = models.ForeignKey("surveys.User", on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ByWave.as_manager()

    class Meta:
        ordering = ["-requested_at", "-pk"]

    def __str__(self) -> str:
        return f"run {self.pk} of {self.wave_id}"

    @property
    def shown_state(self) -> RunState:
        """How the run stands, its job included: one whose worker gave up will never finish."""
        ended = {JobState.FAILED: RunState.FAILED, JobState.CANCELLED: RunState.CANCELLED}
        if self.state == RunState.REQUESTED and self.job is not None:
            return ended.get(JobState(self.job.state), RunState.REQUESTED)
        return RunState(self.state)

    @property
    def under_way(self) -> bool:
        return self.shown_state == RunState.REQUESTED


class OlderDataset(models.Model):
    """The dataset of a wave before the one before a run's, from which its trends were made too."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="older_datasets")
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(help_text="0: the oldest")

    class Meta:
        ordering = ["run", "position"]
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="older_dataset_once")]

    def __str__(self) -> str:
        return f"{self.dataset} of run {self.run_id}"


class PartKind(models.TextChoices):
    """What one job of a run works out."""

    ESTIMATES = "estimates", _("Weights and estimates")
    REPLICATES = "replicates", _("Replicates")
    SMALL_AREAS = "small_areas", _("Small areas")
    SCALES = "scales", _("Scales and their items")
    INDEX_UNCERTAINTY = "index_uncertainty", _("Uncertainty of the indices")


class RunPart(models.Model):
    """A part of a run, with the job that works it out; without a job when its result was known before."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="parts")
    kind = models.CharField(max_length=20, choices=PartKind.choices)
    country = models.CharField(max_length=2, blank=True, help_text="empty: all countries together")
    key = models.CharField(max_length=64, help_text="Hash of all that the result depends on")
    job = models.ForeignKey("jobs.Job", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["run", "kind", "country"], name="run_part_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.country} of run {self.run_id}"


class PartResult(models.Model):
    """What a part gave, once for each key: a repeated run and a job tried again find it done."""

    key = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=20, choices=PartKind.choices)
    content = models.TextField(help_text="Canonical JSON; as text, so that every float reads back as the same bits")
    seconds = models.FloatField(help_text="How long it took, for the estimate of the time left")
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.key[:12]}"


class EstimateQuerySet(models.QuerySet["Estimate"]):
    def visible(self) -> "EstimateQuerySet":
        """Only what a finished run has stored."""
        return self.filter(run__state=RunState.FINISHED)


class Estimate(models.Model):
    """One result: an estimand in a domain, with its precision. Raw values: never shown to the public as they are."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="estimates")
    estimand = models.CharField(
        max_length=30, help_text="share, driver, barrier, net_balance, index, change, difference"
    )
    indicator = models.CharField(max_length=60)
    category = models.CharField(max_length=60, blank=True, help_text="factor, option or type; empty for the whole")
    country = models.CharField(max_length=2)
    sector = models.CharField(max_length=20, blank=True, help_text="empty: all sectors")
    size_class = models.CharField(max_length=20, blank=True, help_text="empty: all sizes")
    area = models.CharField(
        max_length=140, blank=True, help_text="county:<name> or municipality:<pseudonym>; empty: the whole country"
    )
    against = models.CharField(max_length=30, blank=True, help_text="the country or wave it is compared with")
    n = models.PositiveIntegerField(help_text="answers in the base, unweighted")
    positive = models.PositiveIntegerField(null=True, blank=True, help_text="answers that count, unweighted")
    n_effective = models.FloatField(null=True, help_text="answers of a simple random sample that would tell as much")
    value = models.FloatField(null=True)
    standard_error = models.FloatField(null=True)
    degrees_of_freedom = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    interval_method = models.CharField(max_length=20, blank=True)
    design_effect = models.FloatField(null=True)
    missing_share = models.FloatField(null=True, help_text="asked but not answered")
    p_value = models.FloatField(null=True)
    p_adjusted = models.FloatField(null=True)
    verdict = models.CharField(
        max_length=20, blank=True, help_text="higher, lower, not_distinguishable, not_comparable"
    )
    rank_low = models.PositiveSmallIntegerField(null=True)
    rank_high = models.PositiveSmallIntegerField(null=True)
    flags = models.JSONField(default=list)

    objects = EstimateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "run",
                    "estimand",
                    "indicator",
                    "category",
                    "country",
                    "sector",
                    "size_class",
                    "area",
                    "against",
                ],
                name="estimate_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.estimand} {self.indicator}.{self.category} {self.country}.{self.sector}"
