"""The parts of a run: what each depends on, and how it is worked out.

A part is keyed by the hash of everything its result depends on, so that a repeated run finds it done and a job that
is tried again does no harm. Which worker takes it does not matter: the same key gives the same bits.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from analytics import dataset, provenance
from analytics.core import definition_checks, definition_documents
from analytics.core.definitions import Definitions
from analytics.core.parameters import Parameters
from analytics.core.results import from_document, to_document
from analytics.core.scale_rows import scales_of
from analytics.core.uncertainty_rows import varied
from analytics.dataset import Frozen
from analytics.models import Dataset, PartKind, Run
from analytics.pipeline.recipe import (
    Computed,
    Tell,
    estimate_country,
    examine_scales,
    replicate_country,
    small_areas_of_country,
    vary_indices,
)
from surveys.queries import instrument_of

ALL_COUNTRIES = ""


@dataclass(frozen=True)
class Source:
    """What a run is made from; datasets are read when they are first needed.

    older: those of the waves before `before`, the oldest first.
    """

    now: Dataset
    before: Dataset | None
    older: tuple[Dataset, ...]
    document: Mapping[str, object]
    parameters: Parameters
    seed: int

    @classmethod
    def of(cls, run: Run) -> "Source":
        """Raises ValueError when the run has no dataset yet."""
        if run.dataset is None:
            raise ValueError(f"run: expected one that has a dataset, got {run}. Let it be prepared first.")
        return cls(
            now=run.dataset,
            before=run.previous_dataset,
            older=tuple(one.dataset for one in run.older_datasets.select_related("dataset__wave__instrument")),
            document=run.definitions.document,
            parameters=Parameters.from_document(run.parameters),
            seed=run.seed,
        )

    @cached_property
    def definitions(self) -> Definitions:
        return definition_documents.from_document(self.document)

    @cached_property
    def chosen(self) -> Definitions:
        """Those that the wave's questionnaire carries, and the indices that are enabled or asked for."""
        instrument = instrument_of(self.now.wave.instrument)
        found = definition_checks.for_questionnaire(self.definitions, instrument, ask_for=self.parameters.ask_for)
        return found.definitions

    @cached_property
    def frozen(self) -> Frozen:
        return dataset.load(self.now)

    @cached_property
    def previous(self) -> Frozen | None:
        return dataset.load(self.before) if self.before is not None else None

    @cached_property
    def long_before(self) -> tuple[Frozen, ...]:
        return tuple(dataset.load(one) for one in self.older)

    @property
    def countries(self) -> tuple[str, ...]:
        """Those of the frame, whether anybody answered or not."""
        return tuple(sorted({str(stratum["country"]) for stratum in self.now.manifest["strata"]}))


@dataclass(frozen=True)
class Part:
    """A piece of work with a result of its own."""

    kind: PartKind
    country: str = ALL_COUNTRIES


Results = Mapping[Part, Computed]


def plan(source: Source) -> tuple[Part, ...]:
    """The parts of the run in the order of their results."""
    countries = source.countries
    wanted = [Part(PartKind.ESTIMATES, country) for country in countries]
    if source.parameters.replicates:
        wanted += [Part(PartKind.REPLICATES, country) for country in countries]
    wanted += [Part(PartKind.SMALL_AREAS, country) for country in countries]
    if scales_of(source.chosen):
        wanted.append(Part(PartKind.SCALES))
    if source.parameters.draws and len(countries) > 1 and varied(source.chosen):
        wanted.append(Part(PartKind.INDEX_UNCERTAINTY))
    return tuple(wanted)


def needs(part: Part, parts: Sequence[Part]) -> tuple[Part, ...]:
    """The parts whose results this one is made from."""
    if part.kind != PartKind.INDEX_UNCERTAINTY:
        return ()
    return tuple(one for one in parts if one.kind == PartKind.ESTIMATES)


def key_of(part: Part, source: Source) -> str:
    """SHA-256 over all that the part's result depends on: answers, definitions, parameters, seed and code."""
    content = {
        "kind": part.kind,
        "country": part.country,
        "datasets": [_identity(one) for one in (source.now, source.before, *source.older)],
        "definitions": definition_documents.content_hash(source.document),
        "parameters": source.parameters.to_document(),
        "seed": source.seed,
        "code": provenance.computing_hash(),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def work_out(part: Part, source: Source, results: Results, tell: Tell) -> str:
    """The result of the part as JSON, from `results` of the parts it needs.

    Raises what `pipeline.REFUSED` lists when it can never be had.
    """
    computed = WORK[PartKind(part.kind)](part, source, results, tell)
    document = {
        "rows": to_document(computed.rows),
        "diagnostics": computed.diagnostics,
        "components": computed.components,
    }
    return json.dumps(document, allow_nan=False)


def work_out_all(source: Source) -> list[Computed]:
    """Every part, one after the other in this process."""
    results: dict[Part, Computed] = {}
    for part in plan(source):
        results[part] = read_result(work_out(part, source, results, lambda _share, _name: None))
    return list(results.values())


def read_result(content: str) -> Computed:
    document = json.loads(content)
    return Computed(from_document(document["rows"]), document["diagnostics"], document["components"])


def _estimates(part: Part, source: Source, _results: Results, tell: Tell) -> Computed:
    return estimate_country(
        part.country,
        frozen=source.frozen,
        previous=source.previous,
        older=source.long_before,
        definitions=source.definitions,
        parameters=source.parameters,
        seed=source.seed,
        tell=tell,
    )


def _replicates(part: Part, source: Source, _results: Results, tell: Tell) -> Computed:
    return replicate_country(
        part.country,
        frozen=source.frozen,
        definitions=source.chosen,
        parameters=source.parameters,
        seed=source.seed,
        tell=tell,
    )


def _small_areas(part: Part, source: Source, _results: Results, tell: Tell) -> Computed:
    return small_areas_of_country(
        part.country,
        frozen=source.frozen,
        definitions=source.chosen,
        parameters=source.parameters,
        tell=tell,
    )


def _scales(_part: Part, source: Source, _results: Results, tell: Tell) -> Computed:
    return examine_scales(frozen=source.frozen, definitions=source.chosen, parameters=source.parameters, tell=tell)


def _index_uncertainty(part: Part, source: Source, results: Results, tell: Tell) -> Computed:
    return vary_indices(
        [results[one] for one in needs(part, plan(source))],
        definitions=source.chosen,
        parameters=source.parameters,
        seed=source.seed,
        tell=tell,
    )


WORK: dict[PartKind, Callable[[Part, Source, Results, Tell], Computed]] = {
    PartKind.ESTIMATES: _estimates,
    PartKind.REPLICATES: _replicates,
    PartKind.SMALL_AREAS: _small_areas,
    PartKind.SCALES: _scales,
    PartKind.INDEX_UNCERTAINTY: _index_uncertainty,
}


def _identity(one: Dataset | None) -> list[str]:
    if one is None:
        return []
    manifest = json.dumps(one.manifest, sort_keys=True)
    reference_to = one.wave.reference_to.isoformat()
    return [one.content_hash, one.instrument_hash, hashlib.sha256(manifest.encode()).hexdigest(), reference_to]
