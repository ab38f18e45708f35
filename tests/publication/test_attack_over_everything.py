"""A stranger reads everything that was served of a programme and tries to work out what was withheld.

Two waves and a correction with late answers, published by the real functions from constructed answers of equal weights,
so that a share and its base give the count away. The stranger's reading and reasoning (`served`, `outsider`) share no
code with the package. What it must not find: a withheld count, nor what those who came late answered.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from django.utils import translation

from publication.work.ledgers import Named
from tests.publication.constructed import COUNTRIES, Publisher, Served, Unit, material_of, rows_of, units_of, untold
from tests.publication.outsider import Band, Outsider, Sum, told
from tests.publication.served import bands, kinds_of, later, names, printed, read, sums, under

MINIMUM, NARROW = 5, 3
FIRST, SECOND, CORRECTED = "first: ", "second: ", "corrected: "


@dataclass(frozen=True)
class Programme:
    """What was true, and what was served of it."""

    truth: dict[str, int]
    served: dict[str, Served]
    named: tuple[Named, ...]
    refused: tuple[str, ...]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def programme(seed: int, *, with_past: bool = True) -> Programme:
    """Wave 2023; wave 2025 with changes; 2025 again with one to nine late answers of a country."""
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
    published = {
        FIRST: publisher.publish(material_of("2023", rows[FIRST]), "a", with_past=with_past),
        SECOND: publisher.publish(material_of("2025", rows[SECOND], rows[FIRST]), "b", "a", with_past=with_past),
        CORRECTED: publisher.publish(material_of("2025", rows[CORRECTED], rows[FIRST]), "c", "a", with_past=with_past),
    }
    truth: dict[str, int] = {}
    for prefix, found in rows.items():
        for row in (one for one in found if one.estimand != "index"):
            county = row.area.removeprefix("county:")
            place = (row.estimand, row.indicator, row.category, row.country, row.sector, row.size_class, county)
            values = row.n, row.positive or 0, row.n - (row.positive or 0)
            truth |= {f"{prefix}{name}": value for name, value in zip(names(place), values, strict=True)}
        for kind, (n, yes) in untold(waves[prefix]).items():
            truth |= {f"{prefix}{name}": value for name, value in zip(names(kind), (n, yes, n - yes), strict=True)}
    return Programme(truth, published, named, tuple(publisher.refused))


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
        known |= {f"{prefix}{name}": value for name, value in printed(here).items()}
        ways += under(prefix, list(sums(here)))
        means += [
            ({f"{prefix}{name}": one for name, one in terms.items()}, low, high) for terms, low, high in bands(here)
        ]
    both = [place for place in rows[SECOND] if place in rows[CORRECTED] and place[0] not in ("change", "index")]
    figures = [*both, *kinds_of(rows[SECOND])]
    same = dict.fromkeys(name for place in figures for name in names(place))
    ways += later(list(same), (SECOND, CORRECTED))
    for place in figures:
        base, yes, no = (f"came {SECOND}{name}" for name in names(place))
        ways.append((base, (yes, no)))
    for prefix in (SECOND, CORRECTED):
        for country, sector in {(one.country, one.sector) for one in found.named}:
            count = f"{prefix}{names(('share', 'innovative', '', country, sector, '', ''))[1]}"
            ways.append((count, (f"cards {country} {sector}", f"beside cards {count}")))
            known[f"cards {country} {sector}"] = sum(
                (one.country, one.sector) == (country, sector) for one in found.named
            )
    hidden = {name: value for name, value in found.truth.items() if name not in known and _is_served(name, found)}
    came, tiny = _came(found, figures)
    ranges = Outsider(known, ways, means).ranges([*hidden, *came])
    learnt = {}
    for name, value in {**hidden, **came}.items():
        low, high = ranges.get(name, (0.0, float("inf")))
        said = told(MINIMUM if name in tiny else value, low, high)
        if said:
            learnt[name] = said
    return learnt, len(hidden) + len(came)


def _is_served(name: str, found: Programme) -> bool:
    prefix = next(one for one in found.served if name.startswith(one))
    return bool(found.served[prefix].files)


def _came(found: Programme, figures: Sequence[tuple[str, ...]]) -> tuple[dict[str, int], set[str]]:
    """What those who came late said, where too few to be told; and those of whom any range is a narrow one."""
    hidden: dict[str, int] = {}
    tiny: set[str] = set()
    for place in figures:
        base, yes, no = (found.truth[f"{CORRECTED}{name}"] - found.truth[f"{SECOND}{name}"] for name in names(place))
        if base and min(yes, no) < MINIMUM:
            for name, value in zip(names(place)[1:], (yes, no), strict=True):
                hidden[f"came {SECOND}{name}"] = value
                if base < NARROW:
                    tiny.add(f"came {SECOND}{name}")
    return hidden, tiny


@pytest.mark.parametrize("seed", range(11))  # in 10 nobody who came late has innovated: the base of innovators stays
def test_the_stranger_finds_nothing_in_everything_served(seed: int) -> None:
    found = programme(seed)
    learnt, tried = attack(found)
    assert learnt == {}
    assert tried > 50
    assert not found.refused


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(11, 211))
def test_the_stranger_finds_nothing_in_two_hundred_programmes(seed: int) -> None:
    assert attack(programme(seed))[0] == {}


def test_the_stranger_finds_much_where_every_release_is_protected_for_itself() -> None:
    """The attack can succeed: without the ledger the late answers follow from the two versions."""
    learnt = [attack(programme(seed, with_past=False))[0] for seed in range(3)]
    assert sum(name.startswith("came") for one in learnt for name in one) > 5


def test_no_change_stands_where_the_value_before_is_withheld() -> None:
    for seed in range(3):
        found = programme(seed)
        before = read(found.served[FIRST].files)
        for place, row in read(found.served[SECOND].files).items():
            if place[0] == "change" and row:
                indicator, _dot, category = place[2].partition(".")
                assert before["share", indicator, category, *place[3:]], place


def test_every_row_that_shows_a_number_shows_its_base() -> None:
    """So that an interval tells nothing of n that n does not."""
    found = programme(0)
    shown = [row for one in found.served.values() for row in read(one.files).values() if row]
    assert shown
    assert all("n" in row for row in shown)
