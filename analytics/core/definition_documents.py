"""Definitions as a document: read from the library's YAML, hashed, stored beside each run, turned into values.

The document is plain JSON. Every error names the place in it.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from analytics.core.definitions import NO_OPINION, WORKPLACE, DefinitionError, Definitions, Indicator, Measure
from analytics.core.document_parts import Part, once
from analytics.core.document_values import comparable, figure_texts, rule
from analytics.core.index_documents import index
from analytics.core.library_files import read
from surveys.instrument.rules import Node

LIBRARY = Path(__file__).resolve().parent.parent / "library"


def load_library(folder: Path = LIBRARY) -> dict[str, object]:
    """The shipped definitions as one document, with the words of every language that has a file in `texts`.

    Raises DefinitionError for words of a figure that is not defined.
    """
    document: dict[str, Any] = {}
    for name in ("indicators.yaml", "indices.yaml"):
        document |= read(folder / name)
    figures = {entry["key"]: entry for entry in (*document["indicators"], *document["indices"])}
    for path in sorted((folder / "texts").glob("*.yaml")):
        for key, words in read(path).items():
            if key not in figures:
                raise DefinitionError(f"texts/{path.name}: no indicator or index {key!r}. Correct the key.")
            figures[key].setdefault("texts", {})[path.stem] = words
    return document


def content_hash(document: Mapping[str, object]) -> str:
    canonical = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def from_document(document: Mapping[str, object]) -> Definitions:
    """Definitions from a document; raises DefinitionError with the place of the first thing that is wrong."""
    top = Part("definitions", document)
    indicators = {part.text("key"): _indicator(part) for part in top.parts("indicators")}
    once("definitions.indicators", [part.text("key") for part in top.parts("indicators")])
    indices = {part.text("key"): index(part, indicators) for part in top.parts("indices")}
    once("definitions.indices", [part.text("key") for part in top.parts("indices")])
    definitions = Definitions(top.text("version"), indicators, indices)
    top.done()
    return definitions


def _indicator(part: Part) -> Indicator:
    categories = tuple(str(category) for category in part.get("categories", list, [""]))
    indicator = Indicator(
        key=part.text("key"),
        rows=tuple(part.get("rows", list)),
        question=part.text("question"),
        headline=part.text("headline"),
        categories=categories,
        measures=tuple(_measures(part, categories)),
        compare_countries=part.get("compare_countries", bool, False),
        comparable=comparable(part.part("comparable")),
        texts=figure_texts(part.part("texts"), categories),
        instrument=part.text("instrument", WORKPLACE),
        optional=part.get("optional", bool, False),
        published=part.get("published", bool, True),
    )
    estimands = {measure.estimand for measure in indicator.measures}
    if indicator.headline not in estimands:
        raise DefinitionError(
            f"{part.place}.headline: expected one of {sorted(estimands)}, got {indicator.headline!r}."
        )
    part.done()
    return indicator


def _measures(part: Part, categories: tuple[str, ...]) -> Iterator[Measure]:
    """Every estimand for every category; then the balance; then the answers without an opinion, for the whole."""
    shares = part.part("shares")
    for category in categories:
        rules = {str(name): rule(shares, str(name), category) for name in shares.content}
        for estimand, counted in rules.items():
            yield _measure(part, estimand, category, counted)
        if part.has("balance"):
            balance = part.part("balance")
            plus, minus = rules[balance.text("plus")], rules[balance.text("minus")]
            yield _measure(part, balance.text("estimand"), category, plus, minus)
    if part.has(NO_OPINION):
        yield _measure(part, NO_OPINION, "", rule(part, NO_OPINION, ""))


def _measure(part: Part, estimand: str, category: str, plus: Node, minus: Node | None = None) -> Measure:
    return Measure(
        estimand=estimand,
        indicator=part.text("key"),
        category=category,
        asked=rule(part, "asked", category) if part.has("asked") else None,
        base=rule(part, "base", category),
        plus=plus,
        minus=minus,
    )
