"""The shipped published figures, read and checked: waves, figures, what they are to be set beside, and presets."""

import csv
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from analytics.core.comparison_conditions import UNKNOWN, Conditions, Population
from analytics.core.comparison_conditions import Preset as Comparison
from analytics.core.comparison_documents import load_comparisons
from analytics.core.definition_documents import LIBRARY
from analytics.core.definitions import DefinitionError
from analytics.core.document_parts import Part, once
from analytics.core.library_files import read
from analytics.core.published import Precision, PublishedFigure, PublishedPopulation
from analytics.core.published_library import NotMapped, Preset, PublishedLibrary, PublishedWave, Target
from analytics.core.published_terms import Scale, Terms

MAPPED_ESTIMAND = "share"
HEADINGS = [
    "wave", "population", "indicator", "category", "measure", "value", "n", "base", "precision", "words", "low", "high",
    "second_hand", "source", "note",
]  # fmt: skip
Word = TypeVar("Word", bound=StrEnum)


class SurveyUnit(StrEnum):
    """What a published share is a share of."""

    WORKPLACE = "workplace"
    ORGANISATION = "organisation"
    PERSON = "person"
    UNKNOWN = UNKNOWN  # several in one figure, or nobody says


@lru_cache(maxsize=4)
def load_published(folder: Path = LIBRARY) -> PublishedLibrary:
    """The shipped library. DefinitionError names the place of the first thing that is wrong."""
    own = folder / "published"
    waves = {one.key: one for one in _waves(_yaml(own / "waves.yaml"))}
    mapping = dict(_mapping(_yaml(own / "mapping.yaml")))
    with (own / "figures.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != HEADINGS:
            raise DefinitionError(f"figures.csv: expected the columns {HEADINGS}, got {reader.fieldnames}.")
        figures = tuple(_figure(number, row, waves) for number, row in enumerate(reader, start=2))
    comparisons = load_comparisons(folder / "comparisons.yaml").presets
    presets = dict(_presets(_yaml(own / "presets.yaml"), waves, comparisons))
    library = PublishedLibrary(waves, figures, mapping, presets)
    _check_mapping(library)
    return library


def period(years: int) -> str:
    """The word for the length of a reference period."""
    return {1: "one_year", 2: "two_years"}.get(years, f"{years}_years")


def _yaml(path: Path) -> Part:
    return Part(path.name, read(path))


def _waves(document: Part) -> Iterator[PublishedWave]:
    parts = list(document.parts("waves"))
    once("waves", [part.text("key") for part in parts])
    for part in parts:
        inferred = bool(part.get("inferred", list, []))
        keys = [group.text("key") for group in part.parts("populations")]
        once(f"{part.place}.populations", keys)
        wave = PublishedWave(
            key=part.text("key"),
            name=part.text("name"),
            country=part.text("country"),
            source=part.text("source"),
            populations={
                group.text("key"): _population(part, group, inferred=inferred) for group in part.parts("populations")
            },
            fieldwork=part.text("fieldwork", ""),
            invited=_count(part, "invited"),
            response_rate=_count(part, "response_rate"),
            second_hand=part.get("second_hand", bool, False),
            note=part.text("note", ""),
        )
        part.done()
        yield wave
    document.done()


def _population(wave: Part, part: Part, *, inferred: bool) -> PublishedPopulation:
    answers, size = _count(part, "answers"), _count(part, "size")
    if answers is not None and size is not None and answers > size:
        raise DefinitionError(f"{part.place}.answers: expected at most the size {size}, got {answers}.")
    population = PublishedPopulation(
        key=part.text("key"),
        conditions=Conditions(
            unit=part.word("unit", SurveyUnit).value,
            population=Population(frozenset(part.texts("levels")), frozenset(part.texts("sectors"))),
            scale=Scale.SAME.value,
            reference_period=period(wave.get("years", int)),
            mode=wave.text("mode", UNKNOWN),
            weighting=part.text("weighting", wave.text("weighting", UNKNOWN)),
            separable=frozenset(),
        ),
        until=wave.get("until", int),
        years=wave.get("years", int),
        answers=answers,
        size=size,
        about=part.get("about", bool, False),
        design_effect=part.number("design_effect", 1.0, low=0.01, high=100.0),
        inferred=bool(part.get("inferred", list, [])) or inferred,
    )
    part.done()
    return population


def _count(part: Part, name: str) -> int | None:
    if not part.has(name):
        return None
    found = part.get(name, int)
    if isinstance(found, bool) or found < 1:
        raise DefinitionError(f"{part.place}.{name}: expected a count above 0, got {found!r}.")
    return found


def _mapping(document: Part) -> Iterator[tuple[tuple[str, str, str], Target | NotMapped]]:
    parts = list(document.parts("figures"))
    keys = [(part.text("published"), part.text("category"), part.text("base")) for part in parts]
    once("mapping", [".".join(key) for key in keys])
    for key, part in zip(keys, parts, strict=True):
        yield key, part.word("not_mapped", NotMapped) if part.has("not_mapped") else _target(part)
        part.done()
    document.done()


def _target(part: Part) -> Target:
    in_waves = part.part("scale_in") if part.has("scale_in") else None
    return Target(
        indicator=part.text("ours"),
        category=part.text("to", ""),
        estimand=part.text("estimand", MAPPED_ESTIMAND),
        scale=part.word("scale", Scale) if part.has("scale") else Scale.SAME,
        scale_in={wave: in_waves.word(wave, Scale) for wave in map(str, in_waves.content)} if in_waves else {},
    )


def _presets(
    document: Part, waves: Mapping[str, PublishedWave], comparisons: Mapping[str, Comparison]
) -> Iterator[tuple[str, Preset]]:
    parts = list(document.parts("presets"))
    once("presets", [part.text("key") for part in parts])
    for part in parts:
        named = part.text("comparison", "")
        if named and named not in comparisons:
            raise DefinitionError(f"{part.place}.comparison: expected one of {sorted(comparisons)}, got {named!r}.")
        comparison = comparisons.get(named)
        preset = Preset(
            key=part.text("key"),
            purpose=part.text("purpose"),
            waves=tuple(part.get("waves", list, [])),
            countries=tuple(part.get("countries", list, [])),
            sectors=tuple(part.get("sectors", list, [])),
            terms=Terms(
                as_one_level=frozenset(part.get("as_one_level", list, [])),
                any_sectors=part.get("any_sectors", bool, False),
                concordance=comparison.concordance if comparison else {},
            ),
        )
        _check_preset(part, preset, waves, comparison)
        part.done()
        yield preset.key, preset
    document.done()


def _check_preset(
    part: Part, preset: Preset, waves: Mapping[str, PublishedWave], comparison: Comparison | None
) -> None:
    unknown = sorted(set(preset.waves) - waves.keys())
    if unknown:
        raise DefinitionError(f"{part.place}.waves: no published wave {unknown[0]!r}. Correct the key.")
    common = comparison.sectors if comparison else None
    if common is not None and preset.sectors and frozenset(preset.sectors) != common:
        raise DefinitionError(f"{part.place}.sectors: expected those of the comparison, {sorted(common)}.")


def _figure(number: int, row: Mapping[str, str], waves: Mapping[str, PublishedWave]) -> PublishedFigure:
    place = f"figures.csv line {number}"
    share = row["measure"] == "share"
    if row["wave"] not in waves or row["population"] not in waves[row["wave"]].populations:
        raise DefinitionError(f"{place}: no population {row['population']!r} of a wave {row['wave']!r}.")
    if not row["source"].startswith(("https://", "http://")):
        raise DefinitionError(f"{place}: expected the address of the source, got {row['source']!r}.")
    wave, answers = waves[row["wave"]], waves[row["wave"]].populations[row["population"]].answers
    n = int(_number(place, "n", row["n"], high=1e9)) if row["n"] else None
    if n is not None and answers is not None and n > answers:
        raise DefinitionError(f"{place}: n {n} is more than the {answers} answers of the wave.")
    return PublishedFigure(
        wave=row["wave"],
        population=row["population"],
        indicator=row["indicator"],
        category=row["category"],
        base=row["base"],
        value=_number(place, "value", row["value"]) / 100 if share else _number(place, "value", row["value"]),
        printed=row["value"],
        precision=_word(place, row["precision"], Precision),
        source=row["source"],
        n=n,
        low=_number(place, "low", row["low"]) / 100 if row["low"] else None,
        high=_number(place, "high", row["high"]) / 100 if row["high"] else None,
        words=row["words"],
        share=share,
        second_hand=row["second_hand"] == "yes" or wave.second_hand,
        note=row["note"],
    )


def _number(place: str, name: str, text: str, *, high: float = 100.0) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= high:
        raise DefinitionError(f"{place}: expected {name} as a number from 0 to {high:g}, got {text!r}.")
    return value


def _word(place: str, text: str, allowed: type[Word]) -> Word:
    if text not in list(allowed):
        raise DefinitionError(f"{place}: expected one of {', '.join(allowed)}, got {text!r}.")
    return allowed(text)


def _check_mapping(library: PublishedLibrary) -> None:
    """Every figure has its entry, and every entry a figure."""
    printed = {(one.indicator, one.category, one.base) for one in library.figures}
    for key in sorted(printed ^ library.mapping.keys()):
        missing = "no entry" if key in printed else "no published figure"
        raise DefinitionError(f"mapping.{'.'.join(key)}: {missing}. Add or remove it.")
