"""The texts of a questionnaire one by one: where each stands, its state, and what it was translated from."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from surveys.instrument.schema import Instrument, ItemText, Texts, TextState

PARTS = ("question", "help", "unit")


class Standing(StrEnum):
    """How one text in one language stands."""

    MISSING = "missing"
    STALE = "stale"  # translated, but the text it was made from has changed since
    DRAFT = "draft"
    CHECKED = "checked"


@dataclass(frozen=True)
class Coverage:
    """How many texts of a language stand how; it opens when all are checked."""

    language: str
    counts: Mapping[Standing, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def complete(self) -> bool:
        """Nothing is missing."""
        return not self.counts[Standing.MISSING]

    @property
    def checked(self) -> bool:
        """Everything is there and a person has checked it as it stands."""
        return self.total > 0 and self.counts[Standing.CHECKED] == self.total


def entries(texts: Texts) -> dict[str, str]:
    """Location -> text, in the order read; what is empty is left out.

    Locations: `title`, `introduction`, `definition`, `sections.<id>`, `pages.<id>`, `edits.<id>`, and
    `items.<key>.question`, `.help`, `.unit` and `.options.<code>`, the same of `batteries`.
    """
    return {location: text for location, text in _every(texts) if text}


def _every(texts: Texts) -> Iterator[tuple[str, str]]:
    yield "title", texts.title
    yield "introduction", texts.introduction
    yield "definition", texts.definition
    for kind, values in (("sections", texts.sections), ("pages", texts.pages)):
        for name, text in values.items():
            yield f"{kind}.{name}", text
    for kind, groups in (("batteries", texts.batteries), ("items", texts.items)):
        for key, group in groups.items():
            for part in PARTS:
                yield f"{kind}.{key}.{part}", str(getattr(group, part))
            for code, label in group.options.items():
                yield f"{kind}.{key}.options.{code}", label
    for name, text in texts.edits.items():
        yield f"edits.{name}", text


def text_hash(text: str) -> str:
    """What a translation remembers of the text it was made from: 8 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:8]


def standing(instrument: Instrument, language: str) -> dict[str, Standing]:
    """How each text of the language stands; what must be there is what the first language has."""
    source = entries(instrument.texts[instrument.base_language]) if instrument.base_language in instrument.texts else {}
    texts = instrument.texts.get(language)
    if texts is None:
        return dict.fromkeys(source, Standing.MISSING)
    own = entries(texts)
    return {location: _standing_of(texts, location, own, source) for location in source | own}


def _standing_of(texts: Texts, location: str, own: Mapping[str, str], source: Mapping[str, str]) -> Standing:
    if location not in own:
        return Standing.MISSING
    made_from = texts.sources.get(location)
    if made_from is not None and location in source and made_from != text_hash(source[location]):
        return Standing.STALE
    return Standing(texts.states.get(location, texts.state).value)


def coverage(instrument: Instrument, language: str) -> Coverage:
    stands = list(standing(instrument, language).values())
    return Coverage(language, {kind: stands.count(kind) for kind in Standing})


@lru_cache(maxsize=128)
def is_draft(instrument: Instrument, language: str) -> bool:
    """Whether there is a text in the language that no person has checked as it stands."""
    return not coverage(instrument, language).checked


def with_texts(texts: Texts, changes: Mapping[str, str], source: Mapping[str, str], state: TextState) -> Texts:
    """The texts with some replaced: each gets the state, and the hash of the text of `source` it was made from."""
    texts = with_wording(texts, changes)
    states = {**texts.states, **dict.fromkeys(changes, state)}
    made_from = {location: text_hash(source[location]) for location in changes if location in source}
    sources = {**texts.sources, **made_from} if texts.source else texts.sources
    return replace(
        texts,
        states={location: kept for location, kept in states.items() if kept is not texts.state},
        sources=sources,
    )


def with_wording(texts: Texts, changes: Mapping[str, str]) -> Texts:
    """The texts with some replaced, states and sources as they were. Raises KeyError for a location that is none."""
    for location, text in changes.items():
        texts = _replaced(texts, location, text)
    return texts


def _replaced(texts: Texts, location: str, text: str) -> Texts:
    kind, _, rest = location.partition(".")
    if kind in ("title", "introduction", "definition") and not rest:
        changes: dict[str, object] = {kind: text}
    elif kind in ("sections", "pages", "edits") and rest:
        changes = {kind: {**getattr(texts, kind), rest: text}}
    elif kind in ("items", "batteries"):
        groups: Mapping[str, ItemText] = getattr(texts, kind)
        key, part = key_and_part(rest)
        changes = {kind: {**groups, key: _with_part(groups.get(key, ItemText("")), part, text)}}
    else:
        raise KeyError(location)
    return replace(texts, **changes)  # type: ignore[arg-type]


def key_and_part(rest: str) -> tuple[str, str]:
    """`types.product.options.yes` as `types.product` and `options.yes`: the codes of options have no points."""
    key, found, code = rest.rpartition(".options.")
    if found:
        return key, f"options.{code}"
    key, _, part = rest.rpartition(".")
    if part not in PARTS:
        raise KeyError(rest)
    return key, part


def _with_part(text: ItemText, part: str, value: str) -> ItemText:
    if part.startswith("options."):
        return replace(text, options={**text.options, part.removeprefix("options."): value})
    return replace(text, **{part: value})  # type: ignore[arg-type]
