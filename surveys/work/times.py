"""How long the questionnaire takes: measured from the event log of the open waves, for the start page to tell."""

from statistics import median

from django.db.models import Count, Sum, Value
from django.db.models.functions import Least

from jobs.claim import Step
from surveys.actions import times
from surveys.models import SYSTEM, PageSave, Wave, WaveState

LONGEST_PAGE = 600  # seconds; whoever took longer was away from the page
FEWEST_SAVES = 3  # of one questionnaire
FEWEST_RESPONSES = 20


def measure_times(*, step: Step) -> None:
    """Store the median of each open wave; where too few are handed in, what stands is left."""
    for wave in Wave.objects.select_related("programme").filter(state=WaveState.OPEN).order_by("pk"):
        seconds = median_seconds(wave)
        if seconds is not None and seconds != wave.median_seconds:
            with step.fenced():
                times.store_median(wave=wave, seconds=seconds, by=SYSTEM)


def median_seconds(wave: Wave) -> int | None:
    """The median over handed-in questionnaires of the seconds their pages were open; None from too few.

    Pages that saved themselves and pages without a time are left out, and so are questionnaires with less than
    FEWEST_SAVES timed pages.
    """
    totals = _totals(wave)
    return round(median(totals)) if len(totals) >= FEWEST_RESPONSES else None


def _totals(wave: Wave) -> list[int]:
    saves = PageSave.objects.filter(
        response__sampled_unit__wave=wave,
        response__submitted_at__isnull=False,
        automatic=False,
        seconds__isnull=False,
    )
    sums = saves.values("response").annotate(total=Sum(Least("seconds", Value(LONGEST_PAGE))), timed=Count("pk"))
    return list(sums.filter(timed__gte=FEWEST_SAVES).values_list("total", flat=True))
