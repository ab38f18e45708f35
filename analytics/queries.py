"""Reads of runs and their estimates that more than one place needs."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from statistics import median

from django.conf import settings
from django.db.models import Q, QuerySet

from analytics.core import definition_checks, definition_documents
from analytics.core.definitions import DefinitionError, Definitions, Index, Indicator
from analytics.core.focus import Basis, CodedInstrument, Coding, Focus, Rating
from analytics.core.focus_library import scheme_of
from analytics.core.parameters import Parameters
from analytics.models import Dataset, Estimate, FocusCoding, PartKind, PartResult, PolicyInstrument, Run, RunPart
from surveys.models import InstrumentVersion, Programme, User, Wave
from surveys.permissions import Permission
from surveys.queries import instrument_of

RECENT = 20  # parts of a kind that say how long the next one will take


def runs_of(wave: Wave, reader: User) -> QuerySet[Run]:
    """The runs of a wave, the newest first, with what a list of them shows."""
    runs: QuerySet[Run] = Run.objects.visible_to(reader, Permission.VIEW_RUN)
    return runs.filter(wave=wave).select_related("job", "requested_by").defer("diagnostics")


def definitions_of(run: Run) -> Definitions:
    """The definitions that the run was made with: those of its wave's questionnaire, and the indices asked for.

    None where they do not fit the questionnaire: such a run has failed, and its error says why.
    """
    every = definition_documents.from_document(run.definitions.document)
    asked = Parameters.from_document(run.parameters).ask_for
    try:
        return definition_checks.for_questionnaire(every, instrument_of(run.instrument), ask_for=asked).definitions
    except DefinitionError:
        return replace(every, indicators={}, indices={})


def results_of(run: Run, indicator: str, country: str) -> list[Estimate]:
    """All estimates of an indicator or index in one country and of all together; none before the run is finished."""
    here = Q(country=country) | Q(against=country) | Q(country="")
    return list(Estimate.objects.visible().filter(here, run=run, indicator=indicator).order_by("pk"))


def changes_of(run: Run) -> list[Estimate]:
    """The changes of countries as a whole that have a value."""
    changes = Estimate.objects.visible().filter(run=run, estimand="change", sector="", size_class="", area="")
    return list(changes.filter(value__isnull=False).order_by("pk"))


def parts_of(run: Run) -> list[RunPart]:
    """The parts of a run with their jobs, in order."""
    return list(run.parts.select_related("job").order_by("pk"))


def typical_seconds() -> dict[str, float]:
    """Kind of part -> the median of what the last of its kind have taken; without kinds never worked out."""
    found: dict[str, float] = {}
    for kind in PartKind.values:
        taken = list(PartResult.objects.filter(kind=kind).order_by("-pk").values_list("seconds", flat=True)[:RECENT])
        if taken:
            found[kind] = median(taken)
    return found


def countries_of(run: Run) -> list[str]:
    """The countries that the run has estimates of, in the wave's order."""
    found = set(Estimate.objects.visible().filter(run=run).values_list("country", flat=True).distinct())
    return [country for country in run.wave.countries if country in found]


def chain_of(wave: Wave) -> list[Wave]:
    """The waves before it, the last one first."""
    found: list[Wave] = []
    while wave.previous is not None and wave.previous not in found:
        wave = wave.previous
        found.append(wave)
    return found


def erased(wave: Wave) -> bool:
    """Whether the wave was frozen, and the rows of its dataset are gone since."""
    return bool(Dataset.objects.filter(wave=wave, erased_at__isnull=False).exists())


def titles_of(definitions: Definitions, language: str) -> Mapping[str, str]:
    """Indicator or index -> its title in the language; without one in the site's own, then in any, then its key."""
    entries: dict[str, Indicator | Index] = {**definitions.indicators, **definitions.indices}
    wanted = (language, settings.LANGUAGE_CODE)
    return {
        key: next((entry.texts[code].title for code in (*wanted, *entry.texts) if code in entry.texts), key)
        for key, entry in entries.items()
    }


@cache
def _shipped() -> Definitions:
    """The shipped definitions, read once a process: they change with the code alone."""
    return definition_documents.from_document(definition_documents.load_library())


def indices_to_ask_for(version: InstrumentVersion, language: str) -> Mapping[str, str]:
    """Index -> its title, of the shipped ones that are off by default and that the questionnaire can carry.

    None where no definition fits the questionnaire: to start a run of it is refused, with the reason.
    """
    every = _shipped()
    off = [key for key, index in every.indices.items() if not index.enabled]
    try:
        carried = definition_checks.for_questionnaire(every, instrument_of(version), ask_for=off).definitions
    except DefinitionError:
        return {}
    titles = titles_of(carried, language)
    return {key: titles[key] for key in off if key in carried.indices}


def catalogue_of(programme: Programme, **wanted: str) -> QuerySet[PolicyInstrument]:
    """The newest version of each entry of the catalogue; `wanted` holds fields to filter by, empty values for any."""
    given = {name: value for name, value in wanted.items() if value}
    return PolicyInstrument.objects.filter(programme=programme, **given).current()


def running_in(entries: QuerySet[PolicyInstrument], year: int) -> QuerySet[PolicyInstrument]:
    """Entries known to have run in the year: those without a first year are not among them."""
    return entries.filter(Q(year_to__isnull=True) | Q(year_to__gte=year), year_from__lte=year)


def coding_of(stored: FocusCoding) -> Coding:
    """What a coder judged, as a value."""
    return Coding(
        scheme=scheme_of(stored.scheme.document),
        ratings=tuple(
            Rating(
                country=row.country,
                perspective=row.perspective,
                focus=Focus(row.focus),
                basis=Basis(row.basis),
                text=row.text,
                instruments=frozenset(one.key for one in row.instruments.all()),
            )
            for row in stored.ratings.prefetch_related("instruments").order_by("country", "perspective")
        ),
        instruments=tuple(
            CodedInstrument(row.instrument.key, row.instrument.version, frozenset(row.perspectives), Basis(row.basis))
            for row in stored.instrument_codings.select_related("instrument").order_by("instrument__key")
        ),
    )


def codes_of(stored: FocusCoding) -> dict[str, CodedInstrument]:
    """Entry -> what the coding says of it."""
    return {coded.instrument: coded for coded in coding_of(stored).instruments}


def places_of(stored: FocusCoding) -> dict[str, str]:
    """Entry -> its country: those of the catalogue as it is, and whatever the coding refers to beside them."""
    current = catalogue_of(stored.programme).values_list("key", "country")
    coded = stored.instrument_codings.values_list("instrument__key", "instrument__country")
    named = stored.ratings.filter(instruments__isnull=False).values_list("instruments__key", "instruments__country")
    return dict([*named, *coded, *current])


def codings_open_to(reader: User, programme: Programme) -> QuerySet[FocusCoding]:
    """Closed codings, and the reader's own open ones: nobody sees what another coder has not closed."""
    shown = Q(closed_at__isnull=False) | Q(coder=reader)
    return FocusCoding.objects.filter(shown, programme=programme).select_related("scheme", "programme", "previous")


def newest_coding(programme: Programme, scheme: str) -> FocusCoding | None:
    """The coding of the scheme that was closed last."""
    closed = FocusCoding.objects.filter(programme=programme, scheme__key=scheme).closed()
    newest: FocusCoding | None = closed.select_related("scheme", "programme").order_by("closed_at", "pk").last()
    return newest


def line_of_codings(coding: FocusCoding) -> list[int]:
    """The numbers of the coding and of every version before it."""
    line = [coding.pk]
    while coding.previous is not None:
        coding = coding.previous
        line.append(coding.pk)
    return line
