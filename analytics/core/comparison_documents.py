"""The library of published barometers' conditions and of comparisons between them, read from its YAML."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from analytics.core.comparison_conditions import Conditions, Effect, Finding, Population, Preset, compare_by
from analytics.core.definition_documents import LIBRARY
from analytics.core.definitions import DefinitionError
from analytics.core.document_parts import Part, once
from analytics.core.library_files import read

PARTS = ("levels", "sectors")
DEFAULT = "default"


@dataclass(frozen=True)
class Source:
    """A published barometer: conditions that hold for all indicators, and the scale of each."""

    key: str
    country: str
    wave: str
    origin: str
    common: Conditions
    scales: Mapping[str, str]  # indicator -> scale, where it is another than the common one

    def conditions(self, indicator: str) -> Conditions:
        """The conditions of the indicator's figures."""
        return replace(self.common, scale=self.scales.get(indicator, self.common.scale))


@dataclass(frozen=True)
class Comparisons:
    sources: Mapping[str, Source]
    presets: Mapping[str, Preset]

    def compare(self, preset: str, indicator: str) -> Finding:
        """Whether the indicator's figures of the preset's two sources may stand side by side.

        Raises DefinitionError for a preset that there is not.
        """
        if preset not in self.presets:
            known = ", ".join(sorted(self.presets))
            raise DefinitionError(f"preset: expected one of {known}, got {preset!r}. Correct the key.")
        found = self.presets[preset]
        one, other = (self.sources[key].conditions(indicator) for key in found.between)
        return compare_by(found, one, other)


@cache
def shipped() -> Comparisons:
    """The library's own; read once a process."""
    return load_comparisons(LIBRARY / "comparisons.yaml")


def load_comparisons(path: Path) -> Comparisons:
    """Sources and presets of a file; raises DefinitionError with the place of the first thing that is wrong."""
    top = Part("comparisons", read(path))
    sources = list(_sources(top))
    once("comparisons.sources", [source.key for source in sources])
    by_key = {source.key: source for source in sources}
    presets = list(_presets(top, by_key))
    once("comparisons.presets", [preset.key for preset in presets])
    top.done()
    return Comparisons(by_key, {preset.key: preset for preset in presets})


def _sources(top: Part) -> Iterator[Source]:
    for part in top.parts("sources"):
        scales = {str(name): str(word) for name, word in part.get("scale", dict).items()}
        if DEFAULT not in scales:
            raise DefinitionError(f"{part.place}.scale: expected a {DEFAULT}, got {sorted(scales)}.")
        yield Source(
            key=part.text("key"),
            country=part.text("country"),
            wave=part.text("wave"),
            origin=part.text("origin"),
            common=Conditions(
                unit=part.text("unit"),
                population=Population(frozenset(part.texts("levels")), frozenset(part.texts("sectors"))),
                scale=scales.pop(DEFAULT),
                reference_period=part.text("reference_period"),
                mode=part.text("mode"),
                weighting=part.text("weighting"),
                separable=_separable(part),
            ),
            scales=scales,
        )
        part.done()


def _separable(part: Part) -> frozenset[str]:
    given = part.get("separable", list)
    wrong = [name for name in given if name not in PARTS]
    if wrong:
        raise DefinitionError(f"{part.place}.separable: expected some of {', '.join(PARTS)}, got {wrong[0]!r}.")
    return frozenset(given)


def _presets(top: Part, sources: Mapping[str, Source]) -> Iterator[Preset]:
    for part in top.parts("presets"):
        between = part.texts("between")
        unknown = [key for key in between if key not in sources]
        if len(between) != 2 or unknown:
            known = ", ".join(sources)
            raise DefinitionError(f"{part.place}.between: expected two of {known}, got {', '.join(between)}.")
        yield Preset(
            key=part.text("key"),
            between=(between[0], between[1]),
            levels=frozenset(part.texts("levels")) if part.has("levels") else None,
            sectors=frozenset(part.texts("sectors")) if part.has("sectors") else None,
            weighting=part.text("weighting", ""),
            concordance={str(one): str(other) for one, other in part.get("concordance", dict, {}).items()},
            effects=_effects(part),
            note=part.text("note"),
        )
        part.done()


def _effects(part: Part) -> dict[str, Effect]:
    given = part.get("effects", dict, {})
    for name, word in given.items():
        if word not in list(Effect):
            raise DefinitionError(f"{part.place}.effects.{name}: expected one of {', '.join(Effect)}, got {word!r}.")
    return {str(name): Effect(word) for name, word in given.items()}
