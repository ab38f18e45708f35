"""Everything a release is made of, gathered once: the run's estimates and the words that belong to them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

from django.conf import settings

from analytics.core.definition_documents import from_document
from analytics.core.definitions import NO_OPINION, DefinitionError, Definitions, FigureText
from analytics.core.measuring import COUNTY
from analytics.core.parameters import Parameters
from analytics.core.results import COMMON_PART, EstimateRow
from analytics.dataset import DatasetErased, load
from analytics.models import Estimate, Run, RunState
from analytics.pipeline import compute
from publication.disclosure.lattice import DEFAULT, EVERY, Node, Plan, PlanRefused
from surveys.instrument.schema import Instrument, Texts
from surveys.queries import instrument_of

FINER = ("share", "driver", "barrier", "net_balance", NO_OPINION, "index")  # what is shown of a part of a country
MEASURES = ("share", "driver", "barrier", "net_balance", NO_OPINION, "index", "difference")


class TextMissing(Exception):
    """A published category has no label in the questionnaire and none in the definitions."""


@dataclass(frozen=True)
class Material:
    """A finished run, what the wave before gave, and the texts. Rows are raw: nothing here is shown as it is."""

    rows: tuple[EstimateRow, ...]
    before: tuple[EstimateRow, ...] | None  # None: not known
    definitions: Definitions
    instrument: Instrument
    countries: tuple[str, ...]
    wave: str
    previous_wave: str
    constructed: bool
    confidence: float
    languages: tuple[str, ...]
    plan: Plan = DEFAULT
    parts: tuple[EstimateRow, ...] = ()  # figures of the common part, which differences rest on; never shown themselves
    compared: Mapping[str, Sequence[str]] = field(default_factory=dict)  # the common part: "levels" and "sectors"

    def figure_texts(self, indicator: str) -> Mapping[str, FigureText]:
        found = self.definitions.indicators.get(indicator) or self.definitions.indices.get(indicator)
        if found is None:
            raise TextMissing(f"{indicator}: no such indicator or index in the definitions of the run.")
        return found.texts

    def texts(self, language: str) -> Texts:
        """The questionnaire's texts in the language, else in its first one."""
        return self.instrument.texts.get(language) or self.instrument.texts[self.instrument.languages[0]]

    def question(self, item: str, language: str) -> str:
        """The question as it was put."""
        texts = self.texts(language)
        found = texts.batteries.get(item) or texts.items.get(item)
        if found is None:
            raise TextMissing(f"{item}: the questionnaire has no question of this name in {language}.")
        return found.question

    def category(self, indicator: str, category: str, language: str) -> str:
        """What the category is called: in the definitions, else in the questionnaire."""
        figure = self.figure_texts(indicator)[language]
        item = self.definitions.indicators[indicator].question
        texts = self.texts(language)
        own = figure.categories.get(category)
        row = texts.items.get(f"{item}.{category}")
        option = texts.items[item].options.get(category) if item in texts.items else None
        label = own or (row.question if row else None) or option
        if not label:
            raise TextMissing(f"{indicator}.{category}: no label in the definitions or the questionnaire ({language}).")
        return label


def gather(run: Run, rows: Iterable[EstimateRow] | None = None, *, plan: Plan = DEFAULT) -> Material:
    """The material of a finished run; with `rows`, of these estimates instead of the stored ones.

    Raises:
        PlanRefused: the plan names an indicator that the run does not have.
    """
    if run.definitions is None:
        raise TextMissing(f"run {run.pk} has no definitions. Start a new run.")
    definitions = with_tables(from_document(run.definitions.document))
    wave = run.wave
    former = before(run)
    every = tuple(sorted(stored_rows(run) if rows is None else rows, key=lambda row: row.key))
    _check(plan, definitions)
    return Material(
        rows=in_tables(every, definitions, plan),
        before=None if former is None else in_tables(former, definitions, plan),
        definitions=definitions,
        instrument=instrument_of(wave.instrument),
        countries=tuple(wave.countries),
        wave=wave.code,
        previous_wave=wave.previous.code if wave.previous else "",
        constructed=wave.constructed or wave.programme.constructed or bool(run.dataset and run.dataset.constructed),
        confidence=float(run.parameters.get("confidence", 0.95)),
        languages=spoken(definitions),
        plan=plan,
        parts=tuple(row for row in every if row.estimand == COMMON_PART),
        compared=_compared(run),
    )


def _compared(run: Run) -> Mapping[str, Sequence[str]]:
    """The levels and sectors that countries are compared in; empty where each is compared as a whole."""
    conditions = run.diagnostics.get("conditions", {}).values()
    return next((one["compared"] for one in conditions if one["compared"]), {})


def with_tables(definitions: Definitions) -> Definitions:
    """Without what no release shows."""
    return replace(
        definitions,
        indicators={key: one for key, one in definitions.indicators.items() if one.published},
        indices={key: one for key, one in definitions.indices.items() if one.published},
    )


def in_tables(rows: Iterable[EstimateRow], definitions: Definitions, plan: Plan) -> tuple[EstimateRow, ...]:
    """The rows that tables are made of: what the desk alone sees of a run is not among them."""
    keys, measures = {entry.key for entry in definitions.entries}, {*MEASURES, "change"}
    return tuple(
        row
        for row in rows
        if row.indicator in keys
        and row.estimand in measures
        and (node := node_of(row)) is not None
        and (_publishes(plan, row.indicator, node, definitions) if row.estimand in FINER else node is Node.COUNTRY)
    )


def _publishes(plan: Plan, key: str, node: Node, definitions: Definitions) -> bool:
    """An index stands in a part of a country where all the figures that it is made of do, which protect it there."""
    index = definitions.indices.get(key)
    if index is None or node is Node.COUNTRY:
        return plan.publishes(key, node)
    return (
        plan.publishes(key, node) and index.is_of_figures and all(plan.publishes(one, node) for one in index.indicators)
    )


def node_of(row: EstimateRow) -> Node | None:
    """Where the row stands in the lattice; None for what is not on it (a named municipality)."""
    if row.area:
        return Node.COUNTY if row.area.startswith(f"{COUNTY}:") else None
    if row.sector and row.size_class:
        return Node.SECTOR_AND_SIZE
    return Node.SIZE if row.size_class else Node.SECTOR if row.sector else Node.COUNTRY


def county_of(row: EstimateRow) -> str:
    return row.area.removeprefix(f"{COUNTY}:")


def _check(plan: Plan, definitions: Definitions) -> None:
    known = {entry.key for entry in definitions.entries}
    named = {key for keys in plan.cubes.values() for key in keys} - {EVERY}
    if strange := sorted(named - known):
        raise PlanRefused(f"cubes: expected indicators and indices of the run, got {', '.join(strange)}. Remove them.")
    for node, keys in plan.cubes.items():
        for key in sorted(set(keys) & set(definitions.indices)):
            if not _publishes(plan, key, node, definitions):
                needed = ", ".join(sorted(definitions.indices[key].indicators)) or "scores that no table counts"
                raise PlanRefused(
                    f"cubes.{node.name.lower()}: expected {key} only beside the figures that it is made of ({needed}), "
                    f"got it without. Publish those there too, or remove {key}."
                )


def spoken(definitions: Definitions) -> tuple[str, ...]:
    """The languages of the site in which every figure has its words; who reads another one is given the first.

    Raises:
        TextMissing: there is none.
    """
    texts = [figure.texts for figure in definitions.indicators.values()]
    texts += [figure.texts for figure in definitions.indices.values()]
    found = tuple(code for code, _ in settings.LANGUAGES if all(code in words for words in texts))
    if not found:
        raise TextMissing("definitions: expected words for every figure in a language of the site, got none.")
    return found


def stored_rows(run: Run) -> tuple[EstimateRow, ...]:
    names = [one.name for one in fields(EstimateRow)]
    values = Estimate.objects.visible().filter(run=run).values(*names)
    rows = [EstimateRow(**{**value, "flags": tuple(value["flags"])}) for value in values]
    return tuple(sorted(rows, key=lambda row: row.key))


def before(run: Run) -> tuple[EstimateRow, ...] | None:
    """What the wave before gave: a change must not give away what is withheld there.

    From its newest finished run, else computed now; None when its rows are gone or cannot be computed.
    """
    if run.previous_dataset is None:
        return ()
    former = Run.objects.filter(dataset=run.previous_dataset, state=RunState.FINISHED).order_by("-pk").first()
    if former is not None:
        return stored_rows(former)
    try:
        definitions = from_document(run.definitions.document)
        parameters = Parameters.from_document(run.parameters)
        return tuple(compute(load(run.previous_dataset), None, definitions, parameters, seed=run.seed))
    except (DatasetErased, DefinitionError):
        return None
