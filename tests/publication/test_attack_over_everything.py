"""A stranger reads everything that was served of a programme and tries to work out what was withheld.

Two waves and a correction with late answers, published by the real functions from constructed answers of equal weights,
so that a share and its base give the count away. The stranger's reading and reasoning (`served`, `outsider`) share no
code with the package. It has the reports of every municipality too. What it must not find: a withheld count, one that a
report leaves out, what those who came late answered, nor the few beside the municipalities that were told theirs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from django.utils import translation

from publication.work.ledgers import Named
from tests.publication.constructed import COUNTRIES, Publisher, Served, Unit, material_of, rows_of, units_of, untold
from tests.publication.municipalities import Printed, around, beside, in_reports, rest_of, tell, truth_of
from tests.publication.outsider import Band, Outsider, Sum, told
from tests.publication.served import Place, bands, kinds_of, later, names, printed, read, sums, under

MINIMUM, NARROW = 5, 3
FIRST, SECOND, CORRECTED = "first: ", "second: ", "corrected: "


@dataclass(frozen=True)
class Programme:
    """What was true, and what was served of it."""

    truth: dict[str, int]
    served: dict[str, Served]
    reports: dict[str, Printed]
    named: tuple[Named, ...]
    refused: tuple[str, ...]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@cache
def programme(seed: int, *, with_past: bool = True, with_reports: bool = False) -> Programme:
    """Wave 2023; wave 2025 with changes; 2025 again with one to nine late answers of a country.

    Reports follow each release; in every other programme those of the second one come after the correction.
    """
    random = np.random.default_rng(seed)
    waves = {
        prefix: [unit for country, number in COUNTRIES.items() for unit in units_of(random, country, number)]
        for prefix in (FIRST, SECOND)
    }
    late = units_of(random, str(random.choice(list(COUNTRIES))), int(random.integers(1, 10)))
    waves[CORRECTED] = [*waves[SECOND], *late]
    named = tuple(_named(waves[SECOND], random))
    publisher = Publisher(named)
    rows = {prefix: rows_of(units) for prefix, units in waves.items()}
    materials = {
        FIRST: (material_of("2023", rows[FIRST]), "a", ""),
        SECOND: (material_of("2025", rows[SECOND], rows[FIRST]), "b", "a"),
        CORRECTED: (material_of("2025", rows[CORRECTED], rows[FIRST]), "c", "a"),
    }
    published: dict[str, Served] = {}
    reports: dict[str, Printed] = {}
    for prefix, made in materials.items():
        published[prefix] = publisher.publish(*made, with_past=with_past)
        due = (
            () if seed % 2 and prefix == SECOND else (SECOND, CORRECTED) if seed % 2 and prefix != FIRST else (prefix,)
        )
        for one in due:
            if with_reports and published[one].files:
                reports[one] = tell(publisher, published[one].number, waves[one], with_past=with_past)
    truth: dict[str, int] = {}
    for prefix, found in rows.items():
        for row in (one for one in found if one.estimand != "index"):
            county = row.area.removeprefix("county:")
            place = (row.estimand, row.indicator, row.category, row.country, row.sector, row.size_class, county)
            values = row.n, row.positive or 0, row.n - (row.positive or 0)
            truth |= {f"{prefix}{name}": value for name, value in zip(names(place), values, strict=True)}
        for kind, (n, yes) in untold(waves[prefix]).items():
            truth |= {f"{prefix}{name}": value for name, value in zip(names(kind), (n, yes, n - yes), strict=True)}
    both = _in_both(reports)
    for prefix, units in waves.items():
        beside_them = truth_of(units, list(reports.get(prefix, ()))) | truth_of(units, both)
        truth |= {f"{prefix}{name}": value for name, value in beside_them.items()}
    return Programme(truth, published, reports, named, tuple(publisher.refused))


def _in_both(reports: dict[str, Printed]) -> list[Place]:
    """What municipalities were told in both versions of the wave."""
    return [place for place in reports.get(SECOND, ()) if place in reports.get(CORRECTED, ())]


def _named(units: Sequence[Unit], random: np.random.Generator) -> Iterator[Named]:
    """Three workplaces of the second wave whose cards are published."""
    makers = [unit for unit in units if unit.types]
    for number in range(3):
        one = makers[int(random.integers(len(makers)))]
        yield Named(number, "2025", one.country, one.sector, (("share", "innovative", ""),))


def attack(found: Programme) -> tuple[dict[str, str], int]:
    """What the stranger learns: name -> "exact" or "narrow"; and how many counts it tried."""
    known: dict[str, int] = {}
    ways: list[Sum] = []
    means: list[Band] = []
    rows = {prefix: read(one.files) for prefix, one in found.served.items()}
    for prefix, here in rows.items():
        told_there = found.reports.get(prefix, {})
        known |= {f"{prefix}{name}": value for name, value in {**printed(here), **in_reports(told_there)}.items()}
        ways += under(prefix, [*sums(here), *_of_reports(told_there), *beside(_in_both(found.reports))])
        means += [
            ({f"{prefix}{name}": one for name, one in terms.items()}, low, high) for terms, low, high in bands(here)
        ]
    both = [place for place in rows[SECOND] if place in rows[CORRECTED] and place[0] not in ("change", "index")]
    figures = [names(place) for place in (*both, *kinds_of(rows[SECOND]))] + _in_both_reports(found)
    ways += later(list(dict.fromkeys(name for triple in figures for name in triple)), (SECOND, CORRECTED))
    for triple in figures:
        base, yes, no = (f"came {SECOND}{name}" for name in triple)
        ways.append((base, (yes, no)))
    for prefix in (SECOND, CORRECTED):
        for country, sector in {(one.country, one.sector) for one in found.named}:
            count = f"{prefix}{names(('share', 'innovative', '', country, sector, '', ''))[1]}"
            ways.append((count, (f"cards {country} {sector}", f"beside cards {count}")))
            known[f"cards {country} {sector}"] = sum(
                (one.country, one.sector) == (country, sector) for one in found.named
            )
    places = {prefix: [*here, *kinds_of(here)] for prefix, here in rows.items()}
    tabled = {f"{prefix}{name}" for prefix, there in places.items() for place in there for name in names(place)}
    hidden = {name: found.truth[name] for name in tabled if name not in known and name in found.truth}
    beside_it, tiny = _beside_reports(found)
    came, too_tiny = _came(found, figures)
    hidden = {**hidden, **{name: value for name, value in beside_it.items() if name not in known}, **came}
    ranges = Outsider(known, ways, means).ranges(list(hidden))
    learnt = {}
    for name, value in hidden.items():
        low, high = ranges.get(name, (0.0, float("inf")))
        said = told(MINIMUM if name in tiny | too_tiny else value, low, high)
        if said:
            learnt[name] = said
    return learnt, len(hidden)


def _of_reports(reports: Printed) -> Iterator[Sum]:
    """All that municipalities with a report could have been told: each count and its rest make up the base."""
    for place in _all_of(reports):
        base, yes, no = names(place)
        yield base, (yes, no)
    yield from beside(list(reports))


def _all_of(reports: Printed) -> list[Place]:
    """Every figure of every municipality with a report, told or left out."""
    figures = dict.fromkeys(place[:3] for place in reports)
    return [(*figure, *where) for where in dict.fromkeys(place[3:] for place in reports) for figure in figures]


def _in_both_reports(found: Programme) -> list[tuple[str, str, str]]:
    """The figures of municipalities with a report of either version, and what is left beside those told in both."""
    second, corrected = (_all_of(found.reports.get(prefix, {})) for prefix in (SECOND, CORRECTED))
    rests = [rest_of(whole, parts) for whole, parts in around(_in_both(found.reports)).items()]
    return [*(names(place) for place in second if place in corrected), *rests]


def _beside_reports(found: Programme) -> tuple[dict[str, int], set[str]]:
    """What reports leave out, and the few beside those that were told theirs; and of whom any range is narrow."""
    hidden: dict[str, int] = {}
    tiny: set[str] = set()
    for prefix, reports in found.reports.items():
        for place in _all_of(reports):
            hidden |= {f"{prefix}{name}": found.truth[f"{prefix}{name}"] for name in names(place)[1:]}
        for whole, parts in around(list(reports)).items():
            triple = tuple(f"{prefix}{name}" for name in rest_of(whole, parts))
            _too_few(triple, tuple(found.truth[name] for name in triple), hidden, tiny)
    return hidden, tiny


def _too_few(triple: Sequence[str], values: Sequence[int], hidden: dict[str, int], tiny: set[str]) -> None:
    base, yes, no = values
    if base and min(yes, no) < MINIMUM:
        hidden |= {triple[1]: yes, triple[2]: no}
        if base < NARROW:
            tiny.update(triple[1:])


def _came(found: Programme, figures: Sequence[tuple[str, str, str]]) -> tuple[dict[str, int], set[str]]:
    """What those who came late said, where too few to be told; and those of whom any range is a narrow one."""
    hidden: dict[str, int] = {}
    tiny: set[str] = set()
    for triple in figures:
        values = tuple(found.truth[f"{CORRECTED}{name}"] - found.truth[f"{SECOND}{name}"] for name in triple)
        _too_few([f"came {SECOND}{name}" for name in triple], values, hidden, tiny)
    return hidden, tiny


@pytest.mark.parametrize("seed", [0, 10])  # in 10 nobody who came late has innovated: the base of innovators stays
def test_the_stranger_finds_nothing_in_everything_served(seed: int) -> None:
    found = programme(seed)
    learnt, tried = attack(found)
    assert learnt == {}
    assert tried > 50
    assert not found.refused


@pytest.mark.parametrize("seed", [1])  # the reports of the second release come after the correction
def test_the_stranger_finds_nothing_in_everything_served_with_every_report(seed: int) -> None:
    found = programme(seed, with_reports=True)
    assert all(len(reports) > 20 for reports in found.reports.values())
    assert len(found.reports) == 3
    learnt, tried = attack(found)
    assert learnt == {}
    assert tried > 500


@pytest.mark.nightly
@pytest.mark.parametrize("seed", [0, *range(2, 201)])
def test_the_stranger_finds_nothing_in_two_hundred_programmes(seed: int) -> None:
    assert attack(programme(seed, with_reports=True))[0] == {}


def test_the_stranger_finds_much_where_every_release_is_protected_for_itself() -> None:
    """The attack can succeed: without the ledger the late answers follow from the two versions."""
    learnt = [attack(programme(seed, with_past=False))[0] for seed in range(3)]
    assert sum(name.startswith("came") for one in learnt for name in one) > 5


def test_the_stranger_finds_much_where_reports_are_made_for_themselves() -> None:
    """The few beside those that were told theirs, and what a late answer of a municipality said."""
    learnt, _tried = attack(programme(0, with_past=False, with_reports=True))
    assert any("outside" in name and not name.startswith("came") for name in learnt)
    assert any("Oslo-A" in name and name.startswith("came") for name in learnt)


def test_no_change_stands_where_the_value_before_is_withheld() -> None:
    found = programme(0)
    before = read(found.served[FIRST].files)
    for place, row in read(found.served[SECOND].files).items():
        if place[0] == "change" and row:
            indicator, _dot, category = place[2].partition(".")
            measure = "share" if ("share", indicator, category, *place[3:]) in before else "index"
            assert before[measure, indicator, category, *place[3:]], place


def test_every_row_that_shows_a_number_shows_its_base() -> None:
    """So that an interval tells nothing of n that n does not."""
    found = programme(0)
    shown = [row for one in found.served.values() for row in read(one.files).values() if row]
    assert shown
    assert all("n" in row for row in shown)
