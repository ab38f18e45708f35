"""The parts of a run: what each depends on, and how it is worked out.

A part is keyed by the hash of everything its result depends on, so that a repeated run finds it done and a job that
is tried again does no harm. Which worker takes it does not matter: the same key gives the same bits.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from analytics import dataset, provenance
from analytics.core import definition_documents
from analytics.core.definitions import Definitions
from analytics.core.parameters import Parameters
from analytics.core.results import from_document, to_document
from analytics.dataset import Frozen
from analytics.models import Dataset, PartKind, Run
from analytics.pipeline.recipe import Computed, Tell, estimate_country

ALL_COUNTRIES = ""


@dataclass(frozen=True)
class Source:
    """What a run is made from; datasets are read when they are first needed."""

    now: Dataset
    before: Dataset | None
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
            document=run.definitions.document,
            parameters=Parameters.from_document(run.parameters),
            seed=run.seed,
        )

    @cached_property
    def definitions(self) -> Definitions:
        return definition_documents.from_document(self.document)

    @cached_property
    def frozen(self) -> Frozen:
        return dataset.load(self.now)

    @cached_property
    def previous(self) -> Frozen | None:
        return dataset.load(self.before) if self.before is not None else None

    @property
    def countries(self) -> tuple[str, ...]:
        """Those of the frame, whether anybody answered or not."""
        return tuple(sorted({str(stratum["country"]) for stratum in self.now.manifest["strata"]}))


@dataclass(frozen=True)
class Part:
    """A piece of work with a result of its own."""

    kind: PartKind
    country: str = ALL_COUNTRIES


def plan(source: Source) -> tuple[Part, ...]:
    """The parts of the run in the order of their results."""
    return tuple(Part(PartKind.ESTIMATES, country) for country in source.countries)


def key_of(part: Part, source: Source) -> str:
    """SHA-256 over all that the part's result depends on: answers, definitions, parameters, seed and code."""
    content = {
        "kind": part.kind,
        "country": part.country,
        "datasets": [_identity(one) for one in (source.now, source.before)],
        "definitions": definition_documents.content_hash(source.document),
        "parameters": source.parameters.to_document(),
        "seed": source.seed,
        "code": provenance.computing_hash(),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def work_out(part: Part, source: Source, tell: Tell) -> str:
    """The result of the part as canonical JSON. Raises what `pipeline.REFUSED` lists when it can never be had."""
    computed = WORK[PartKind(part.kind)](part, source, tell)
    return json.dumps({"rows": to_document(computed.rows), "diagnostics": computed.diagnostics}, allow_nan=False)


def read_result(content: str) -> Computed:
    document = json.loads(content)
    return Computed(from_document(document["rows"]), document["diagnostics"])


def _estimates(part: Part, source: Source, tell: Tell) -> Computed:
    return estimate_country(
        part.country,
        frozen=source.frozen,
        previous=source.previous,
        definitions=source.definitions,
        parameters=source.parameters,
        tell=tell,
    )


WORK: dict[PartKind, Callable[[Part, Source, Tell], Computed]] = {PartKind.ESTIMATES: _estimates}


def _identity(one: Dataset | None) -> list[str]:
    if one is None:
        return []
    manifest = json.dumps(one.manifest, sort_keys=True)
    return [one.content_hash, one.instrument_hash, hashlib.sha256(manifest.encode()).hexdigest()]
