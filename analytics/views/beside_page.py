"""The page that sets a run beside a published wave: what can be chosen, and the lines as they are shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.http import Http404
from django.utils.translation import gettext as _

from analytics import queries
from analytics.core import definition_checks
from analytics.core.beside import Beside, side_by_side
from analytics.core.comparison_conditions import Conditions, Effect
from analytics.core.definitions import Definitions, Indicator
from analytics.core.published import Reading, ReadingFlag
from analytics.core.published_index import PublishedIndex, Refusal, index_from_published
from analytics.core.published_library import PublishedLibrary, PublishedWave, Target
from analytics.core.published_terms import Liberty
from analytics.models import Run
from analytics.views import beside_data, beside_words, words
from surveys.queries import instrument_of


class Choice(NamedTuple):
    """What is set beside what: a preset, a published wave, a country of the run."""

    preset: str
    wave: str
    country: str

    @property
    def value(self) -> str:
        return f"{self.preset}.{self.wave}"


class Names(NamedTuple):
    """Indicator -> title, and (indicator, category) -> label, in the reader's language; the definitions they are of."""

    titles: Mapping[str, str]
    labels: Mapping[tuple[str, str], str]
    definitions: Definitions


@dataclass(frozen=True)
class Option:
    value: str
    name: str
    chosen: bool


@dataclass(frozen=True)
class Side:
    """One of the two figures as text: whole per cent as published, the interval, the answers, what to know of it."""

    figure: str
    interval: str = ""
    n: int | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """A row. ours is None where no figure of ours belongs there; in_english: the label is the publisher's code."""

    label: str
    in_english: bool
    published: Side
    ours: Side | None
    verdict: str
    why: tuple[str, ...]
    difference: str
    source: str


@dataclass(frozen=True)
class Group:
    """The rows of one indicator; without a title those that none of our indicators matches."""

    title: str
    lines: tuple[Line, ...]


def choices(library: PublishedLibrary, country: str) -> list[Choice]:
    """Every preset that is for the country, with the waves that it is for and that have figures."""
    with_figures = {figure.wave for figure in library.figures}
    return [
        Choice(preset.key, wave, country)
        for preset in library.presets.values()
        if not preset.countries or country in preset.countries
        for wave in preset.waves or library.waves
        if wave in with_figures
    ]


def choice(library: PublishedLibrary, country: str, asked: str) -> Choice:
    """The one asked for; the first one that is for the country when none is, or when it is for another country.

    Raises Http404 for a preset or wave that does not exist.
    """
    allowed = choices(library, country)
    preset, _dot, wave = asked.partition(".")
    if asked and (preset not in library.presets or wave not in library.waves):
        raise Http404
    return next((one for one in allowed if one.value == asked), allowed[0])


def options(library: PublishedLibrary, chosen: Choice) -> dict[str, list[Option]]:
    """Name of the preset -> its waves, for a list to choose from."""
    found: dict[str, list[Option]] = {}
    for one in choices(library, chosen.country):
        offered = found.setdefault(beside_words.preset_name(one.preset), [])
        offered.append(Option(one.value, library.waves[one.wave].name, one == chosen))
    return found


def names(run: Run, definitions: Definitions, language: str) -> Names:
    """What the figures of the run are called, in the language or one that the questionnaire has."""
    instrument = instrument_of(run.instrument)
    titles: dict[str, str] = {}
    labels: dict[tuple[str, str], str] = {}
    for entry in definitions.entries:
        key = entry.key
        spoken = [one for one in (language, *instrument.languages) if one in entry.texts and one in instrument.texts]
        titles[key] = entry.texts[spoken[0]].title if spoken else key
        if spoken and isinstance(entry, Indicator):
            made = definition_checks.labels(entry, entry.categories, instrument, spoken[0])
            labels |= {(key, category): label for category, label in made.items()}
    return Names(titles, labels, definitions)


def context(run: Run, library: PublishedLibrary, chosen: Choice, language: str) -> dict[str, object]:
    """What the template shows: facts of both sides, notes, the groups of rows, and indices of published figures."""
    ours = beside_data.conditions_of(run, chosen.country)
    named = names(run, queries.definitions_of(run), language)
    wave = library.waves[chosen.wave]
    pairs = side_by_side(
        beside_data.rows_of(run, chosen.country),
        library,
        wave=chosen.wave,
        preset=chosen.preset,
        country=chosen.country,
        conditions=ours,
        sizes=beside_data.sizes_of(run, chosen.country),
    )
    return {
        "country": words.country_name(chosen.country),
        "options": options(library, chosen),
        "published": wave,
        "published_country": beside_words.country(wave.country) or words.country_name(wave.country),
        "populations": [_population(wave, key) for key in dict.fromkeys(pair.figure.population for pair in pairs)],
        "own_population": _described(ours, run.wave.reference_to.year, beside_data.years_of(run)),
        "notes": _notes(pairs),
        "groups": _groups(pairs, named, several=len(wave.populations) > 1),
        "indices": _indices(library, wave, named),
    }


def _population(wave: PublishedWave, key: str) -> tuple[str, str, int | None, int | None]:
    """Name, description, answers and size."""
    population = wave.populations[key]
    return (
        key.replace("_", " "),
        _described(population.conditions, population.until, population.years),
        population.answers,
        population.size,
    )


def _described(conditions: Conditions, until: int, years: int) -> str:
    levels = ", ".join(beside_words.level(one) for one in sorted(conditions.population.levels))
    sectors = ", ".join(beside_words.sector(one) for one in sorted(conditions.population.sectors))
    return f"{beside_words.unit(conditions.unit)}; {levels}; {sectors}; {until - years + 1}–{until}"


def _notes(pairs: Sequence[Beside]) -> list[str]:
    """What is to be known of the comparable rows, each once."""
    allowed = [pair.allowance for pair in pairs if pair.allowance.allowed]
    liberties = [beside_words.liberty(one) for one in Liberty if any(one in found.liberties for found in allowed)]
    reasons = [reason for found in allowed if found.finding for reason in found.finding.reasons]
    return list(dict.fromkeys([*liberties, *(beside_words.noted(one.condition, one.other) for one in reasons)]))


def _groups(pairs: Sequence[Beside], named: Names, *, several: bool) -> list[Group]:
    """In the order of the published tables; what has no indicator comes last."""
    found: dict[str, list[Line]] = {}
    for pair in sorted(pairs, key=lambda pair: pair.target is None):
        key = pair.target.indicator if pair.target else ""
        title = named.titles.get(key, key.replace("_", " "))
        found.setdefault(title, []).append(_line(pair, named, several=several))
    return [Group(title, tuple(lines)) for title, lines in found.items()]


def _line(pair: Beside, named: Names, *, several: bool) -> Line:
    figure = pair.figure
    label = _label(pair.target, named) if pair.target else ""
    code = f"{figure.indicator}: {figure.category}".replace("_", " ")
    return Line(
        label=label or code,
        in_english=not label,
        published=_published(pair, several=several),
        ours=_ours(pair),
        verdict=words.verdict_name(pair.verdict),
        why=_why(pair),
        difference="" if pair.difference is None else f"{100 * pair.difference:+.0f}",
        source=figure.source,
    )


def _label(target: Target, named: Names) -> str:
    """Empty where the run's definitions do not have the indicator."""
    if target.indicator not in named.titles:
        return ""
    label = named.labels.get((target.indicator, target.category)) or named.titles[target.indicator]
    said = beside_words.estimand(target.estimand)
    return f"{label}: {said}" if said else label


def _published(pair: Beside, *, several: bool) -> Side:
    figure, reading = pair.figure, pair.reading
    printed = figure.printed + (" %" if figure.share else "")
    said = [beside_words.precision(figure.precision)]
    said += [text for one in (reading.flags if reading else ()) if (text := beside_words.reading_flag(one))]
    if several:
        said.append(figure.population.replace("_", " "))
    return Side(f"“{figure.words}”" if figure.words else printed, _interval_of(reading), figure.n, tuple(said))


def _interval_of(reading: Reading | None) -> str:
    """At 95 per cent; without one, what the words may stand for."""
    if reading is None:
        return ""
    if reading.low is not None and reading.high is not None:
        return _range(reading.low, reading.high)
    return _range(*reading.span) if ReadingFlag.WORDS in reading.flags else ""


def _range(low: float, high: float) -> str:
    return f"{100 * low:.0f}–{100 * high:.0f}"


def _ours(pair: Beside) -> Side | None:
    one = pair.ours
    if one is None:
        return None
    interval = _range(one.low, one.high) if one.low is not None and one.high is not None else ""
    return Side(f"{100 * one.value:.0f} %", interval, one.n, tuple(words.flag_name(flag) for flag in one.flags))


def _why(pair: Beside) -> tuple[str, ...]:
    if pair.not_mapped:
        return (beside_words.not_mapped(pair.not_mapped),)
    reasons = pair.allowance.finding.reasons if pair.allowance.finding else ()
    refused = tuple(beside_words.refused(one.condition, one.other) for one in reasons if one.effect is Effect.REFUSE)
    return refused or tuple(beside_words.flag(flag) for flag in pair.flags)


def _indices(library: PublishedLibrary, wave: PublishedWave, named: Names) -> list[tuple[str, str]]:
    """Index -> what it is from published figures, or why it is not made; those that need answers are left out."""
    population = next(iter(wave.populations))  # the widest group of the wave
    found = []
    for index in named.definitions.indices.values():
        made = index_from_published(index, library, wave=wave.key, population=population)
        if made.refusal is not Refusal.NEEDS_ANSWERS:
            found.append((named.titles[index.key], _index(made, len(index.components))))
    return found


def _index(made: PublishedIndex, parts: int) -> str:
    if made.value is None:
        counts = {"missing": len(made.missing), "parts": parts}
        return _("Not made: %(missing)s of %(parts)s parts were not published.") % counts
    interval = f" ({made.low:.0f}–{made.high:.0f})" if made.low is not None and made.high is not None else ""
    return f"{made.value:.0f}{interval}"
