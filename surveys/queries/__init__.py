"""Reads that more than one place needs."""

from surveys.queries.fieldwork import Progress, progress, total
from surveys.queries.respondents import instrument_of, sampled_unit_of

__all__ = ["Progress", "instrument_of", "progress", "sampled_unit_of", "total"]
