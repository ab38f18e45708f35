"""Tables for the tests of the file formats: frozen documents as a release has them, and generated cubes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from math import prod
from typing import Any

from hypothesis import strategies as st

from publication.formats.cube import (
    CONFIDENTIAL,
    METRIC,
    STATUSES,
    TIME,
    TOTAL,
    WITHOUT_VALUE,
    Category,
    Cube,
    Dimension,
    Role,
)
from publication.formats.cube_documents import cube_from_documents
from publication.formats.words import CubeWords

UPDATED = datetime(2026, 11, 27, 7, 0, tzinfo=UTC)
MEASURES = ("share", "driver", "barrier", "net_balance", "no_opinion", "index", "difference", "change")
DIMENSIONS = ("category", "country", "against", "sector", "size_class", "county", METRIC, TIME)
PARTS = ("low", "high", "standard_error", "n", "p_adjusted", "rank_low", "rank_high")
UNITS = ("percent", "points", "index", "answers", "probability", "place")
Row = dict[str, Any]


def words(language: str) -> CubeWords:
    """Words that show their language, so that a mix of languages is seen."""

    def named(*codes: str) -> dict[str, str]:
        return {code: f"{code} ({language})" for code in codes}

    return CubeWords(
        dimensions=named(*DIMENSIONS),
        measures=named(*MEASURES),
        parts=named(*PARTS),
        units=named(*UNITS),
        totals=named("category", "against"),
        statuses=named("c", "x", "u"),
        constructed=f"Constructed data ({language})",
        source=f"The programme ({language})",
    )


WORDS = {language: words(language) for language in ("en", "nb")}


def row(measure: str = "share", country: str = "NO", **more: Any) -> Row:
    keys = {"measure": measure, "category": "", "country": country, "sector": "", "against": ""}
    figures = {"status": "shown", "n": 412, "value": 61.3, "low": 56.2, "high": 66.4, "standard_error": 2.61}
    if more.get("status") == "withheld":
        return {**keys, **more}
    return {**keys, **figures, **more}


def document(rows: list[Row], *, wave: str = "2025", languages: tuple[str, ...] = ("en", "nb"), **more: Any) -> Row:
    def text(name: str) -> dict[str, str]:
        return {language: f"{name} ({language})" for language in languages}

    def labels(language: str) -> dict[str, dict[str, str]]:
        def named(name: str, whole: str) -> dict[str, str]:
            codes = dict.fromkeys(one.get(name, "") for one in rows)
            return {code: f"{code} {language}" if code else f"{whole} {language}" for code in codes}

        countries = dict.fromkeys(
            [*(one["country"] for one in rows), *(one["against"] for one in rows if one["against"])]
        )
        return {
            "countries": {code: f"{code} {language}" for code in countries},
            "sectors": named("sector", "All sectors"),
            "sizes": named("size_class", "All sizes"),
            "counties": named("county", "All counties"),
            "categories": {one["category"]: f"{one['category']} {language}".strip() for one in rows},
        }

    return {
        "schema": "barometer.table/2",
        "key": "innovative",
        "kind": "share",
        "indicator": "innovative",
        "wave": wave,
        "previous_wave": "",
        "constructed": True,
        "unit": "percent",
        "decimals": 1,
        "title": text("Innovative workplaces"),
        "question": text("Has the workplace innovated?"),
        "base": text("All workplaces"),
        "method": text("Weighted."),
        "finding": text("Most did."),
        "labels": {language: labels(language) for language in languages},
        "rows": rows,
        **more,
    }


def by_sector() -> Cube:
    """Two waves, two countries, two sectors and all of them: shown, with care, withheld and never published."""
    newer = [
        row(country=country, sector=sector, value=value, **more)
        for country, sector, value, more in (
            ("NO", "", 61.3, {}),
            ("NO", "health", 58.0, {"caution": True}),
            ("NO", "school", 0, {"status": "withheld"}),
            ("DK", "", 40.0, {}),
            ("DK", "health", 41.5, {}),
        )
    ]
    newer[2].pop("value")
    older = [row(country="NO", sector="", value=55.0), row(country="NO", sector="health", status="withheld")]
    documents = [
        document(older, wave="2023", key="innovative_by_sector"),
        document(newer, key="innovative_by_sector", breakdowns=["country", "sector"]),
    ]
    return cube_from_documents(documents, table_id="innovative_by_sector", updated=UPDATED, words=WORDS)


TEXT = st.one_of(
    st.sampled_from(
        [
            "Čáhput",
            "Säätiö",
            "Æøå ÆØÅ",
            "🙂 glad",
            'He said "no"',
            "two\nlines",
            "=1+1",
            "a;b=c,d",
            "<b>&amp;",
            "x" * 300,
        ]
    ),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12).filter(lambda text: text.strip()),
)
CODE = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789_-", min_size=1, max_size=8)


@st.composite
def categories(draw: st.DrawFn, *, metric: bool = False, codes: list[str] | None = None) -> tuple[Category, ...]:
    codes = codes or draw(st.lists(CODE, min_size=1, max_size=3, unique=True))
    return tuple(
        Category(
            code,
            {language: draw(TEXT) for language in ("en", "se")},
            {language: draw(TEXT) for language in ("en", "se")} if metric else None,
            draw(st.integers(0, 4)) if metric else None,
        )
        for code in codes
    )


@st.composite
def cubes(draw: st.DrawFn) -> Cube:
    """Any cube: texts in Northern Sami and English with all that breaks writers, from one cell to all missing."""
    names = draw(st.lists(st.sampled_from(["category", "country", "sector"]), max_size=2, unique=True))
    dimensions = []
    for name in names:
        found = draw(categories())
        total = draw(st.booleans()) and name == "sector"
        if total:
            found = (Category(TOTAL, {"en": "All", "se": "Buot"}), *found)
        role = Role.GEO if name == "country" else Role.CLASSIFICATION
        dimensions.append(
            Dimension(name, {"en": f"{name} en", "se": f"{name} se"}, role, found, TOTAL if total else None)
        )
    waves = draw(st.sampled_from([["2025"], ["2023", "2025"]]))
    times = tuple(Category(wave, {"en": wave, "se": wave}) for wave in waves)
    dimensions += [
        Dimension(METRIC, {"en": "figure", "se": "lohku"}, Role.METRIC, draw(categories(metric=True))),
        Dimension(TIME, {"en": "wave", "se": "jahki"}, Role.TIME, times),
    ]
    cells = prod(len(dimension.categories) for dimension in dimensions)
    only = draw(st.sampled_from([STATUSES, (CONFIDENTIAL,)]))
    statuses = draw(st.lists(st.sampled_from(only), min_size=cells, max_size=cells))
    number = st.integers(-9999, 9999).map(lambda whole: whole / 10)
    return Cube(
        id="generated",
        languages=("en", "se"),
        title={"en": draw(TEXT), "se": draw(TEXT)},
        notes={"en": (draw(TEXT),), "se": ()},
        source={"en": draw(TEXT), "se": draw(TEXT)},
        updated=UPDATED,
        constructed=draw(st.booleans()),
        status_labels={status: {"en": f"mark {status}", "se": draw(TEXT)} for status in STATUSES if status},
        dimensions=tuple(dimensions),
        values=tuple(None if status in WITHOUT_VALUE else draw(number) for status in statuses),
        statuses=tuple(statuses),
    )


def cell(cube: Cube, **codes: str) -> tuple[float | None, str]:
    """The value and the status of one cell, found without the cube's own arithmetic."""
    place = 0
    for dimension in cube.dimensions:
        place = place * len(dimension.categories) + dimension.codes.index(codes[dimension.code])
    return cube.values[place], cube.statuses[place]


def labels_of(cube: Cube, language: str) -> Mapping[str, list[str]]:
    return {one.code: [category.labels[language] for category in one.categories] for one in cube.dimensions}
