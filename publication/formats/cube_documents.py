"""From the frozen documents of one table, a wave each, to one cube.

The metric dimension holds a figure for each measure and part of an estimate that the documents give: of the measure
`share` the value `share`, the ends of its interval `share_low` and `share_high`, its standard error `share_se` and the
answers behind it `share_n`; of comparisons also the adjusted p-value `difference_p`, of indices the possible places
`index_rank_low` and `index_rank_high`. A verdict is a word, not a number, and follows from interval and p-value: it
stands in the table's document, not in a cube.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import prod
from typing import Any

from publication.formats.cube import (
    CARE,
    CONFIDENTIAL,
    METRIC,
    NOT_APPLICABLE,
    SHOWN,
    STATUSES,
    TIME,
    TOTAL,
    UNAVAILABLE,
    Category,
    Cube,
    Dimension,
    Role,
    Texts,
    strides,
)
from publication.formats.words import CubeWords

Document = Mapping[str, Any]
Row = Mapping[str, Any]

PARTS = {
    "value": "", "low": "_low", "high": "_high", "standard_error": "_se", "n": "_n", "p_adjusted": "_p",
    "rank_low": "_rank_low", "rank_high": "_rank_high",
}  # fmt: skip
ESTIMATED = ("value", "low", "high", "standard_error")  # what a warning of low precision is about
MEASURES = ("share", "driver", "barrier", "net_balance", "no_opinion", "index", "difference", "change")
LABELS = {  # dimension: where the documents keep what its codes are called
    "category": "categories", "country": "countries", "against": "countries", "sector": "sectors",
    "size_class": "sizes", "county": "counties",
}  # fmt: skip
ROLES = {"country": Role.GEO, "county": Role.GEO, "against": Role.GEO}
NOTHING = {"against": NOT_APPLICABLE}  # the code that stands for an empty one; elsewhere the total


class LanguageMissing(ValueError):
    """A text is not there in a language that the cube shall have."""


def cube_from_documents(
    documents: Sequence[Document],
    *,
    table_id: str,
    updated: datetime,
    words: Mapping[str, CubeWords],
    measures: Collection[str] | None = None,
) -> Cube:
    """One cube of the documents, which are of one table key and different waves.

    The languages are those of `words`; codes and labels follow the newest document that has them. A dimension is there
    where the table is broken down by it or its rows have more than one code of it. `measures` narrows the table to
    some of its measures: a table of shares and one of the differences between countries are easier to read apart.

    Raises:
        LanguageMissing: a text or a word is absent in a language of `words`; the message names both.
        ValueError: no document, different tables, a wave twice, different units, two rows of one cell, an unknown
            measure or no row of the measures.
    """
    ordered = _checked(documents)
    series = _Series(tuple(ordered), words, measures)
    title = {language: series.text(ordered[0], "title", language) for language in words}
    metrics = series.metrics()
    dimensions = (*series.breakdowns(), _metric_dimension(metrics, series), _time_dimension(series))
    values, statuses = _cells(series, dimensions, metrics)
    used = [status for status in STATUSES if status and status in set(statuses)]
    return Cube(
        id=table_id,
        languages=tuple(words),
        title=title,
        notes={language: series.notes(language) for language in words},
        source={language: words[language].source for language in words},
        updated=updated,
        constructed=any(document["constructed"] for document in ordered),
        status_labels={status: series.word("statuses", status) for status in used},
        dimensions=dimensions,
        values=values,
        statuses=statuses,
    )


def _checked(documents: Sequence[Document]) -> list[Document]:
    """Newest first; waves are in the order of their codes, which begin with the year."""
    if not documents:
        raise ValueError("documents: expected at least one, got none. Give the published documents of the table.")
    for name in ("key", "unit", "decimals", "kind"):
        found = list(dict.fromkeys(str(document[name]) for document in documents))
        if len(found) > 1:
            raise ValueError(f"documents: expected one {name}, got {', '.join(found)}. Make one cube of each.")
    waves = [str(document["wave"]) for document in documents]
    if len(set(waves)) != len(waves):
        raise ValueError(f"documents: expected each wave once, got {waves}. Give the newest release of a wave.")
    return sorted(documents, key=lambda document: str(document["wave"]), reverse=True)


@dataclass(frozen=True)
class _Series:
    """The documents, newest first, and the words, as the parts of a cube."""

    documents: tuple[Document, ...]
    words: Mapping[str, CubeWords]
    measures: Collection[str] | None

    def rows(self, document: Document) -> list[Row]:
        return [row for row in document["rows"] if self.measures is None or row["measure"] in self.measures]

    def all_rows(self) -> Iterable[Row]:
        return (row for document in self.documents for row in self.rows(document))

    def metrics(self) -> list[tuple[str, str]]:
        """The measures and parts that the rows give; a measure that is always withheld keeps its value alone."""
        found: dict[str, set[str]] = {}
        for row in self.all_rows():
            found.setdefault(row["measure"], {"value"}).update(part for part in PARTS if row.get(part) is not None)
        unknown = set(found) - set(MEASURES)
        if unknown or not found:
            raise ValueError(
                f"rows: expected measures among {MEASURES}, got {sorted(unknown) or 'no row'}. "
                "Name measures that the table has."
            )
        return [(measure, part) for measure in MEASURES for part in PARTS if part in found.get(measure, ())]

    def breakdowns(self) -> tuple[Dimension, ...]:
        return tuple(self._breakdown(name) for name in LABELS if self._is_there(name))

    def _is_there(self, name: str) -> bool:
        codes = {row.get(name, "") for row in self.all_rows()}
        declared = any(name in document.get("breakdowns", ("country",)) for document in self.documents)
        return declared or len(codes) > 1 or (name in ("category", "against") and codes != {""})

    def _breakdown(self, name: str) -> Dimension:
        codes = list(dict.fromkeys(str(row.get(name, "")) for row in self.all_rows()))
        nothing = NOTHING.get(name, TOTAL)
        return Dimension(
            code=name,
            labels=self.word("dimensions", name),
            role=Role.CLASSIFICATION if self._is_wave(name) else ROLES.get(name, Role.CLASSIFICATION),
            categories=tuple(Category(code or nothing, self._labels(name, code)) for code in codes),
            elimination=nothing if "" in codes and name != "category" else None,
        )

    def _labels(self, name: str, code: str) -> Texts:
        if not code and name in ("category", "against", "country"):
            return self.word("totals", name)
        if self._is_wave(name):
            return dict.fromkeys(self.words, code)
        return {language: self._label(name, code, language) for language in self.words}

    def _is_wave(self, name: str) -> bool:
        """In a table of changes `against` is the wave before, which is called what its code says."""
        return name == "against" and self.documents[0]["kind"] == "change"

    def _label(self, name: str, code: str, language: str) -> str:
        for document in self.documents:
            text = document["labels"].get(language, {}).get(LABELS[name], {}).get(code)
            if text:
                return str(text)
        raise LanguageMissing(
            f"{self.documents[0]['key']}: no label of {name} {code!r} in {language!r}. Publish the table with it or "
            "leave the language out."
        )

    def text(self, document: Document, name: str, language: str) -> str:
        texts = document[name]
        if language not in texts:
            raise LanguageMissing(
                f"{document['key']} of {document['wave']}: no {name} in {language!r}, only in {', '.join(texts)}. "
                "Leave the language out."
            )
        return str(texts[language])

    def word(self, kind: str, name: str) -> dict[str, str]:
        """One word in every language."""
        found = {}
        for language, words in self.words.items():
            table: Mapping[str, str] = getattr(words, kind)
            if name not in table:
                raise LanguageMissing(f"words: no {kind} {name!r} in {language!r}. Add the word.")
            found[language] = table[name]
        return found

    def notes(self, language: str) -> tuple[str, ...]:
        """Constructed data first, then question, base and method; where waves differ each says its own.

        Of an index what it tells and does not measure comes before, each under its heading.
        """
        first = [self.words[language].constructed] if any(one["constructed"] for one in self.documents) else []
        for name, heading in self.words[language].about.items():
            if all(name in document for document in self.documents):
                first += [f"{heading}: {note}" for note in self._said(name, language)]
        return (*first, *(note for name in ("question", "base", "method") for note in self._said(name, language)))

    def _said(self, name: str, language: str) -> list[str]:
        by_text: dict[str, list[str]] = {}
        for document in self.documents:
            by_text.setdefault(self.text(document, name, language), []).append(str(document["wave"]))
        if len(by_text) == 1:
            return [text for text in by_text if text]
        return [f"{', '.join(reversed(waves))}: {text}" for text, waves in by_text.items() if text]


def _metric_dimension(metrics: Sequence[tuple[str, str]], series: _Series) -> Dimension:
    document = series.documents[0]

    def category(measure: str, part: str) -> Category:
        name = series.word("measures", measure)
        if part != "value":
            said = series.word("parts", part)
            name = {language: f"{text}, {said[language]}" for language, text in name.items()}
        unit, decimals = _unit(measure, part, document)
        return Category(measure + PARTS[part], name, series.word("units", unit), decimals)

    labels = series.word("dimensions", METRIC)
    return Dimension(METRIC, labels, Role.METRIC, tuple(category(*metric) for metric in metrics))


def _unit(measure: str, part: str, document: Document) -> tuple[str, int]:
    """The unit of a figure, which in a balance is not that of the table, and its decimals."""
    if part in ("n", "rank_low", "rank_high"):
        return "answers" if part == "n" else "place", 0
    if part == "p_adjusted":
        return "probability", 4
    decimals = int(document["decimals"]) + (part == "standard_error")
    if measure in ("share", "driver", "barrier", "no_opinion"):
        return "points" if part == "standard_error" else "percent", decimals
    if measure in ("net_balance", "change"):
        return "points", decimals
    return "index" if measure == "index" or document["unit"] == "index" else "points", decimals


def _time_dimension(series: _Series) -> Dimension:
    waves = sorted(str(document["wave"]) for document in series.documents)
    categories = tuple(Category(wave, dict.fromkeys(series.words, wave)) for wave in waves)
    return Dimension(TIME, series.word("dimensions", TIME), Role.TIME, categories)


def _cells(
    series: _Series, dimensions: Sequence[Dimension], metrics: Sequence[tuple[str, str]]
) -> tuple[tuple[float | None, ...], tuple[str, ...]]:
    sizes = [len(dimension.categories) for dimension in dimensions]
    steps = dict(zip((dimension.code for dimension in dimensions), strides(sizes), strict=True))
    index = {one.code: {code: place for place, code in enumerate(one.codes)} for one in dimensions}
    broken_down = [one.code for one in dimensions if one.code not in (METRIC, TIME)]
    columns: dict[str, list[tuple[str, int]]] = {}
    for place, (measure, part) in enumerate(metrics):
        columns.setdefault(measure, []).append((part, place * steps[METRIC]))

    def start(row: Row, wave: str) -> int:
        codes = ((name, row.get(name, "") or NOTHING.get(name, TOTAL)) for name in broken_down)
        return sum(index[name][code] * steps[name] for name, code in codes) + index[TIME][wave] * steps[TIME]

    values: list[float | None] = [None] * prod(sizes)
    statuses = [UNAVAILABLE] * prod(sizes)
    _fill(series, columns, start, values, statuses)
    return tuple(values), tuple(statuses)


def _fill(
    series: _Series,
    columns: Mapping[str, Sequence[tuple[str, int]]],
    start: Callable[[Row, str], int],
    values: list[float | None],
    statuses: list[str],
) -> None:
    filled: set[tuple[str, int]] = set()
    for document in series.documents:
        wave = str(document["wave"])
        for row in series.rows(document):
            begin = start(row, wave)
            if (row["measure"], begin) in filled:
                raise ValueError(
                    f"{document['key']} of {wave}: two rows of one cell, {dict(row)}. Publish one of them."
                )
            filled.add((row["measure"], begin))
            for part, offset in columns[row["measure"]]:
                values[begin + offset], statuses[begin + offset] = _cell(row, part)


def _cell(row: Row, part: str) -> tuple[float | None, str]:
    if row["status"] == "withheld":
        return None, CONFIDENTIAL
    value = row.get(part)
    if value is None:
        return None, UNAVAILABLE
    return value, CARE if row.get("caution") and part in ESTIMATED else SHOWN
