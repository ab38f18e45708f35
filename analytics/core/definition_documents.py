"""Definitions as a document: read from the library's YAML, hashed, stored beside each run, turned into values.

The document is plain JSON. Every error names the place in it.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml

from analytics.core.definitions import (
    NO_OPINION,
    Comparable,
    DefinitionError,
    Definitions,
    FigureText,
    Index,
    Indicator,
    Measure,
)
from surveys.instrument.rules import Node, RuleError, parse

LIBRARY = Path(__file__).resolve().parent.parent / "library"
PLACE = "{category}"

Value = TypeVar("Value")


def load_library(folder: Path = LIBRARY) -> dict[str, object]:
    """The shipped definitions as one document, with the words of every language that has a file in `texts`.

    Raises DefinitionError for words of a figure that is not defined.
    """
    document: dict[str, Any] = {}
    for name in ("indicators.yaml", "indices.yaml"):
        document |= yaml.safe_load((folder / name).read_text(encoding="utf-8"))
    figures = {entry["key"]: entry for entry in (*document["indicators"], *document["indices"])}
    for path in sorted((folder / "texts").glob("*.yaml")):
        for key, words in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            if key not in figures:
                raise DefinitionError(f"texts/{path.name}: no indicator or index {key!r}. Correct the key.")
            figures[key].setdefault("texts", {})[path.stem] = words
    return document


def content_hash(document: Mapping[str, object]) -> str:
    canonical = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def from_document(document: Mapping[str, object]) -> Definitions:
    """Definitions from a document; raises DefinitionError with the place of the first thing that is wrong."""
    top = _Part("definitions", document)
    indicators = {part.text("key"): _indicator(part) for part in top.parts("indicators")}
    if len(indicators) != len(list(top.parts("indicators"))):
        raise DefinitionError("definitions.indicators: a key stands twice. Give each indicator its own key.")
    indices = {part.text("key"): _index(part, indicators) for part in top.parts("indices")}
    definitions = Definitions(top.text("version"), indicators, indices)
    top.done()
    return definitions


class _Part:
    """A mapping of the document that names itself in errors and notices keys that nobody read."""

    def __init__(self, place: str, content: object) -> None:
        if not isinstance(content, Mapping):
            raise DefinitionError(f"{place}: expected a mapping, got {content!r}.")
        self.place, self.content, self.seen = place, content, set[str]()

    def get(self, name: str, kind: type[Value], default: Value | None = None) -> Value:
        self.seen.add(name)
        value = self.content.get(name, default)
        if not isinstance(value, kind):
            raise DefinitionError(f"{self.place}.{name}: expected {kind.__name__}, got {value!r}.")
        return value

    def text(self, name: str, default: str | None = None) -> str:
        return self.get(name, str, default)

    def part(self, name: str) -> "_Part":
        self.seen.add(name)
        return _Part(f"{self.place}.{name}", self.content.get(name))

    def parts(self, name: str) -> Iterator["_Part"]:
        for position, content in enumerate(self.get(name, list)):
            key = content.get("key", position) if isinstance(content, Mapping) else position
            yield _Part(f"{self.place}.{name}.{key}", content)

    def pair(self, name: str) -> tuple[float, float]:
        low, high = self.get(name, list)
        if not low < high:
            raise DefinitionError(f"{self.place}.{name}: expected a low and a higher number, got {low!r} and {high!r}.")
        return float(low), float(high)

    def has(self, name: str) -> bool:
        return name in self.content

    def done(self) -> None:
        unknown = sorted(set(self.content) - self.seen)
        if unknown:
            raise DefinitionError(f"{self.place}: unknown entry {unknown[0]!r}. Use one of {sorted(self.seen)}.")


def _indicator(part: _Part) -> Indicator:
    categories = tuple(str(category) for category in part.get("categories", list, [""]))
    indicator = Indicator(
        key=part.text("key"),
        rows=tuple(part.get("rows", list)),
        question=part.text("question"),
        headline=part.text("headline"),
        categories=categories,
        measures=tuple(_measures(part, categories)),
        compare_countries=part.get("compare_countries", bool, False),
        comparable=_comparable(part.part("comparable")),
        texts=_texts(part.part("texts"), categories),
    )
    estimands = {measure.estimand for measure in indicator.measures}
    if indicator.headline not in estimands:
        raise DefinitionError(
            f"{part.place}.headline: expected one of {sorted(estimands)}, got {indicator.headline!r}."
        )
    part.done()
    return indicator


def _measures(part: _Part, categories: tuple[str, ...]) -> Iterator[Measure]:
    """Every estimand for every category; then the balance; then the answers without an opinion, for the whole."""
    shares = part.part("shares")
    for category in categories:
        rules = {str(name): _rule(shares, str(name), category) for name in shares.content}
        for estimand, rule in rules.items():
            yield _measure(part, estimand, category, rule)
        if part.has("balance"):
            balance = part.part("balance")
            plus, minus = rules[balance.text("plus")], rules[balance.text("minus")]
            yield _measure(part, balance.text("estimand"), category, plus, minus)
    if part.has(NO_OPINION):
        yield _measure(part, NO_OPINION, "", _rule(part, NO_OPINION, ""))


def _measure(part: _Part, estimand: str, category: str, plus: Node, minus: Node | None = None) -> Measure:
    return Measure(
        estimand=estimand,
        indicator=part.text("key"),
        category=category,
        asked=_rule(part, "asked", category) if part.has("asked") else None,
        base=_rule(part, "base", category),
        plus=plus,
        minus=minus,
    )


def _rule(part: _Part, name: str, category: str) -> Node:
    """The rule of a category: one text with the category put in its place, or one text for each category."""
    by_category = isinstance(part.content.get(name), Mapping)
    text = part.part(name).text(category) if by_category else part.text(name)
    try:
        return parse(text.replace(PLACE, category))
    except RuleError as error:
        raise DefinitionError(f"{part.place}.{name} ({category or 'whole'}): {error}") from error


def _comparable(part: _Part) -> Comparable:
    comparable = Comparable(countries=part.get("countries", bool), waves=part.get("waves", bool))
    part.done()
    return comparable


def _texts(part: _Part, categories: tuple[str, ...]) -> dict[str, FigureText]:
    texts = {}
    for language in part.content:
        entry = part.part(str(language))
        labels = entry.get("categories", dict, {})
        unknown = sorted(set(labels) - set(categories))
        if unknown:
            raise DefinitionError(f"{entry.place}.categories: no category {unknown[0]!r}. Use some of {categories}.")
        texts[str(language)] = FigureText(entry.text("title"), entry.text("base"), labels)
        entry.done()
    return texts


def _index(part: _Part, indicators: Mapping[str, Indicator]) -> Index:
    of, estimand = part.text("of"), part.text("estimand")
    if of not in indicators or estimand not in {measure.estimand for measure in indicators[of].measures}:
        raise DefinitionError(f"{part.place}.of: no indicator {of!r} with the estimand {estimand!r}.")
    if part.text("weights") != "equal":
        raise DefinitionError(f"{part.place}.weights: expected equal, got {part.text('weights')!r}.")
    index = Index(
        key=part.text("key"),
        of=of,
        estimand=estimand,
        goalposts=part.pair("goalposts"),
        scale=part.get("scale", float),
        question=part.text("question"),
        compare_countries=part.get("compare_countries", bool, False),
        comparable=_comparable(part.part("comparable")),
        texts=_texts(part.part("texts"), ()),
    )
    part.done()
    return index
