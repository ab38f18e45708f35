"""Reads of runs and their estimates that more than one place needs."""

from collections.abc import Mapping

from django.conf import settings
from django.db.models import Q, QuerySet

from analytics.core import definition_checks, definition_documents
from analytics.core.definitions import Definitions, Index, Indicator
from analytics.models import Estimate, Run
from surveys.models import User, Wave
from surveys.permissions import Permission
from surveys.queries import instrument_of


def runs_of(wave: Wave, reader: User) -> QuerySet[Run]:
    """The runs of a wave, the newest first, with what a list of them shows."""
    runs: QuerySet[Run] = Run.objects.visible_to(reader, Permission.VIEW_RUN)
    return runs.filter(wave=wave).select_related("job", "requested_by").defer("diagnostics")


def definitions_of(run: Run) -> Definitions:
    """The definitions that the run was made with: those of its wave's questionnaire."""
    every = definition_documents.from_document(run.definitions.document)
    return definition_checks.for_questionnaire(every, instrument_of(run.instrument)).definitions


def results_of(run: Run, indicator: str, country: str) -> list[Estimate]:
    """All estimates of an indicator or index in one country; none before the run is finished."""
    here = Q(country=country) | Q(against=country)
    return list(Estimate.objects.visible().filter(here, run=run, indicator=indicator).order_by("pk"))


def countries_of(run: Run) -> list[str]:
    """The countries that the run has estimates of, in the wave's order."""
    found = set(Estimate.objects.visible().filter(run=run).values_list("country", flat=True).distinct())
    return [country for country in run.wave.countries if country in found]


def titles_of(definitions: Definitions, language: str) -> Mapping[str, str]:
    """Indicator or index -> its title in the language; without one in the site's own, then in any, then its key."""
    entries: dict[str, Indicator | Index] = {**definitions.indicators, **definitions.indices}
    wanted = (language, settings.LANGUAGE_CODE)
    return {
        key: next((entry.texts[code].title for code in (*wanted, *entry.texts) if code in entry.texts), key)
        for key, entry in entries.items()
    }
