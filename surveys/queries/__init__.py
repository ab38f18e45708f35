"""Reads that more than one place needs."""

from surveys.queries.agreed import Agreed, agreed, agreed_of, no_longer_agreed
from surveys.queries.desk import SectorSizes, events_of, last_job_of, units_by_sector_and_size
from surveys.queries.events import Events, events_of_answers
from surveys.queries.fieldwork import Progress, by_country, message_counts, progress, total
from surveys.queries.follow_up import FollowUpProgress, PursuedUnit, follow_ups, reminded, to_pursue
from surveys.queries.probes import Probed, probed
from surveys.queries.questionnaires import events_about, fielded_before, imports_of, reviews_of, versions_of
from surveys.queries.respondents import instrument_of, sampled_unit_of

__all__ = [
    "Agreed",
    "Events",
    "FollowUpProgress",
    "Probed",
    "Progress",
    "PursuedUnit",
    "SectorSizes",
    "agreed",
    "agreed_of",
    "by_country",
    "events_about",
    "events_of",
    "events_of_answers",
    "fielded_before",
    "follow_ups",
    "imports_of",
    "instrument_of",
    "last_job_of",
    "message_counts",
    "no_longer_agreed",
    "probed",
    "progress",
    "reminded",
    "reviews_of",
    "sampled_unit_of",
    "to_pursue",
    "total",
    "units_by_sector_and_size",
    "versions_of",
]
