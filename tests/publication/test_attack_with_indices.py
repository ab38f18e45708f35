"""What a stranger learns from an index: nothing where the rule holds, and what is withheld where it is forgotten.

Worlds of equal weights, each with one thing that an index would give away: a factor, a share, a kind of partner, a
statement, and what those who came late answered.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import count
from typing import Any

import numpy as np
import pytest
from django.utils import translation

from analytics.core.results import EstimateRow
from publication.disclosure.primary import Reason, Rule
from publication.work import cell_rows, ledgers, relations
from publication.work.index_room import rest_of_index
from publication.work.ledgers import Source, past_of
from publication.work.releases import RULE
from tests.publication.constructed import Publisher, Served, Unit, definitions, material_of, rows_of, units_of, untold
from tests.publication.outsider import Band, Outsider, Sum, told
from tests.publication.served import Place, bands, kinds_of, later, names, printed, read, sums, under

FORMER, CORRECTED = "former: ", "corrected: "
HERE = "IS"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@cache
def usual() -> tuple[Unit, ...]:
    random = np.random.default_rng(2026)
    return (*units_of(random, "NO", 200), *units_of(random, HERE, 160))


def changed(change: Callable[[int, Unit], Unit], *, makers: bool = True) -> list[Unit]:
    """The innovative workplaces of Iceland changed, by their number, or all of its; the others as they are."""
    numbers = count()
    return [
        change(next(numbers), unit) if unit.country == HERE and (unit.types or not makers) else unit for unit in usual()
    ]


def with_a_small_barrier() -> list[Unit]:
    return changed(lambda number, one: replace(one, factors=(-1 if number < 3 else number % 2, *one.factors[1:])))


def with_a_role_nearly_everywhere() -> list[Unit]:
    return changed(lambda number, one: replace(one, key_role=number > 2))


def with_private_partners_alone() -> list[Unit]:
    return changed(lambda number, one: replace(one, partners=("private_companies",) if number % 2 else ()))


def with_steps_at_the_bottom() -> list[Unit]:
    """Two partly agree with the first statement, and every second workplace with the other one; nobody goes further."""
    return changed(lambda number, one: replace(one, grades=(2 if number < 2 else 0, 2 * (number % 2))), makers=False)


def rows(units: Sequence[Unit]) -> list[EstimateRow]:
    """Of whole countries: what an index gives away it gives away there."""
    return [row for row in rows_of(units) if not (row.sector or row.size_class or row.area)]


def truth(units: Sequence[Unit]) -> dict[str, int]:
    found: dict[str, int] = {}
    places: dict[Place, tuple[int, int]] = {
        (row.estimand, row.indicator, row.category, row.country, "", "", ""): (row.n, row.positive or 0)
        for row in rows(units)
        if row.estimand != "index"
    }
    for place, (n, yes) in {**places, **untold(units)}.items():
        found |= dict(zip(names(place), (n, yes, n - yes), strict=True))
    return found


def learnt(served: Served, units: Sequence[Unit]) -> dict[str, str]:
    shown = read(served.files)
    known = printed(shown)
    hidden = {name: value for name, value in truth(units).items() if name not in known}
    ranges = Outsider(known, sums(shown), bands(shown)).ranges(list(hidden))
    said = {name: told(value, *ranges.get(name, (0.0, float("inf")))) for name, value in hidden.items()}
    return {name: how for name, how in said.items() if how}


def published(units: Sequence[Unit]) -> Served:
    publisher = Publisher()
    served = publisher.publish(material_of("2025", rows(units)), "a")
    assert not publisher.refused
    return served


def without_sums(patch: pytest.MonkeyPatch) -> None:
    for module in (relations, ledgers):
        patch.setattr(module, "index_relations", lambda *_some: [])


def without_room(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(cell_rows, "held_indices", lambda *_some: {})


CASES = [
    (with_a_small_barrier, without_sums, "factors"),
    (with_a_role_nearly_everywhere, without_sums, "employees_key_role"),
    (with_private_partners_alone, without_room, "openness"),
    (with_steps_at_the_bottom, without_room, "culture"),
]


@pytest.mark.parametrize(("world", "forgetting", "name"), CASES)
def test_an_index_gives_nothing_away_and_would_if_the_rule_forgot_it(
    monkeypatch: pytest.MonkeyPatch, *, world: Callable[[], list[Unit]], forgetting: Any, name: str
) -> None:
    units = world()
    assert learnt(published(units), units) == {}
    forgetting(monkeypatch)
    found = learnt(published(units), units)
    assert found
    assert all(name in one and HERE in one for one in found)


def test_a_change_of_an_index_tells_of_the_wave_before() -> None:
    """Of a sum of counts the sum, known while the change is shown; of others all counts of the same answers."""
    material = material_of("2025", rows(usual()), rows(usual()))
    conditions = material.instrument.conditions
    past = past_of(
        [], Source(1, "2025", "b", material.rows, material.definitions, conditions, "2023", "a", material.before or ())
    )
    (found,) = [one for one in past.relations if one.needs == f"change|employee_role||{HERE}||2023"]
    assert found.counts == (f"2023/1/x|share|employees_key_role||{HERE}|||",)
    given = past.shows[f"change|openness||{HERE}||2023"]
    assert {name for name in given if "/x|" in name} == {
        f"2023/1/x|share|partner|{kind}|{HERE}|||" for kind in ("any", "outside", "private_companies")
    }


@pytest.mark.parametrize(
    ("key", "outside", "value", "reason"),
    [
        ("employee_role", 20, 50.0, None),
        ("employee_role", 20, 20.0, Reason.NO_ROOM),  # four of twenty, as of the share
        ("employee_role", 20, 80.0, Reason.NO_ROOM),
        ("openness", 6, 12.5, None),  # six kinds of partner of 48
        ("openness", 6, 8.3, Reason.NO_ROOM),  # four of 48
        ("openness", 4, 50.0, Reason.SMALL_BASE),
    ],
)
def test_the_index_of_those_outside_the_common_part_is_held_too(
    key: str, outside: int, value: float, reason: Reason | None
) -> None:
    part = EstimateRow(estimand="common_part", indicator=key, country=HERE, n=100, value=40.0)
    n = 100 + outside
    whole = replace(part, estimand="index", n=n, value=(100 * 40.0 + outside * value) / n)
    rule = Rule(minimum_base=RULE.minimum_count)
    assert rest_of_index(whole, part, definitions(), rule) is reason


def test_in_a_usual_world_every_index_is_shown() -> None:
    shown = read(published(usual()).files)
    indices = {place: row for place, row in shown.items() if place[0] == "index"}
    assert len(indices) == 14
    assert all(indices.values())
    assert learnt(published(usual()), usual()) == {}


def late() -> list[Unit]:
    """Forty who came late: every count that a table shows moves by ten or more on each side, and one kind by nobody."""
    found = []
    for number in range(40):
        yes, odd = number < 20, bool(number % 2)
        types = ("product", "service") if odd else ("process_organisation", "communication")
        unit = next(one for one in usual() if one.country == HERE)
        found.append(
            replace(
                unit,
                types=types if yes else (),
                partners=("private_companies",) if yes and odd else (),
                factors=(1, -1, 1) if yes and odd else (-1, 1, -1) if yes else (0, 0, 0),
                key_role=yes and odd,
                grades=(3, 0) if odd else (1, 2),
            )
        )
    return found


def learnt_of_the_late(patch: pytest.MonkeyPatch | None = None) -> dict[str, str]:
    """What the two versions tell together of those who came."""
    if patch is not None:
        patch.setattr(ledgers, "of_movers", lambda *_some: {})
    publisher = Publisher()
    versions = {FORMER: list(usual()), CORRECTED: [*usual(), *late()]}
    served = {prefix: publisher.publish(material_of("2025", rows(units)), prefix) for prefix, units in versions.items()}
    assert not publisher.refused
    shown = {prefix: read(one.files) for prefix, one in served.items()}
    assert shown[CORRECTED]["share", "partner", "outside", HERE, "", "", ""]
    known: dict[str, int] = {}
    ways: list[Sum] = []
    means: list[Band] = []
    for prefix, here in shown.items():
        known |= {f"{prefix}{name}": value for name, value in printed(here).items()}
        ways += under(prefix, list(sums(here)))
        means += [({f"{prefix}{one}": by for one, by in terms.items()}, low, high) for terms, low, high in bands(here)]
    figures = [*kinds_of(shown[FORMER]), ("share", "partner", "outside", HERE, "", "", "")]
    ways += later(list(dict.fromkeys(name for place in figures for name in names(place))), (FORMER, CORRECTED))
    kinds = [names(place)[1] for place in figures if place[3] == HERE and place[0] == "kind"]
    came = {f"came {FORMER}{kind}": 10 if "private" in kind else 0 for kind in kinds}
    ranges = Outsider(known, ways, means).ranges(list(came))
    said = {name: told(value, *ranges.get(name, (0.0, float("inf")))) for name, value in came.items()}
    return {name: how for name, how in said.items() if how and "private" not in name}


def test_two_versions_of_an_index_tell_nothing_of_those_who_came_late(monkeypatch: pytest.MonkeyPatch) -> None:
    assert learnt_of_the_late() == {}
    assert learnt_of_the_late(monkeypatch)
