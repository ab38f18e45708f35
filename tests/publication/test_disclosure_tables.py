"""The rule of one-way tables, and the proof that what it withholds stays withheld."""

from collections.abc import Sequence
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publication.disclosure.attack import Relation, adds_up, at_most, attack, span
from publication.disclosure.tables import (
    Cell,
    Reason,
    Rule,
    Unprotectable,
    found,
    gives_away,
    known_counts,
    primary,
    protect,
)
from tests.publication.linear import gives_away as solver_gives_away

SECTORS = ("health_care", "education", "social", "culture", "technical")


def cell(name: str, n: int, positive: int | None, *, base: str = "", group: str = "") -> Cell:
    count, complement = f"x.{name}", f"not.{name}"
    return Cell(
        id=name, n=n, base=base or f"n.{name}", positive=positive, count=count, complement=complement, group=group
    )


def country(counts: Sequence[tuple[int, int]]) -> tuple[list[Cell], list[Relation]]:
    """A country with its sectors: cells "all", "0", "1", ... and how they add up."""
    sectors = [cell(str(index), n, positive) for index, (n, positive) in enumerate(counts)]
    total = cell("all", sum(n for n, _ in counts), sum(positive for _, positive in counts))
    relations = [
        adds_up("n.all", [part.base for part in sectors]),
        adds_up("x.all", [part.count for part in sectors]),
        adds_up("not.all", [part.complement for part in sectors]),
        *(adds_up(part.base, [part.count, part.complement]) for part in [total, *sectors]),
    ]
    return [total, *sectors], relations


@pytest.mark.parametrize(
    ("n", "positive", "reason"),
    [
        (4, 2, Reason.SMALL_BASE),
        (5, 2, Reason.FEW_ANSWERS),
        (29, 15, Reason.FEW_ANSWERS),
        (30, 15, None),
        (30, 5, None),
        (30, 4, Reason.SMALL_COUNT),
        (30, 0, Reason.SMALL_COUNT),
        (30, 25, None),
        (30, 26, Reason.SMALL_COMPLEMENT),
        (30, 30, Reason.SMALL_COMPLEMENT),
        (30, None, None),
    ],
)
def test_the_thresholds_are_thirty_in_the_base_and_five_on_each_side(
    n: int, positive: int | None, reason: Reason | None
) -> None:
    assert primary(cell("a", n, positive), Rule()) is reason


def test_a_value_without_an_estimate_is_never_shown() -> None:
    assert primary(Cell(id="a", n=100, base="n", estimated=False), Rule()) is Reason.NOT_ESTIMATED


def test_nothing_is_withheld_where_every_cell_is_large() -> None:
    cells, relations = country([(80, 40), (70, 50), (60, 30)])
    assert protect(cells, relations) == {}


def test_a_second_sector_goes_with_the_first_when_the_total_would_give_it_away() -> None:
    cells, relations = country([(80, 40), (70, 50), (12, 7)])
    assert protect(cells, relations) == {"2": Reason.FEW_ANSWERS, "1": Reason.SECOND}


def test_the_smallest_remaining_sector_is_the_one_that_goes() -> None:
    cells, relations = country([(80, 40), (35, 20), (70, 67)])
    assert protect(cells, relations) == {"2": Reason.SMALL_COMPLEMENT, "1": Reason.SECOND}


def test_two_small_sectors_hide_each_other() -> None:
    cells, relations = country([(80, 40), (20, 10), (12, 7)])
    assert protect(cells, relations) == {"1": Reason.FEW_ANSWERS, "2": Reason.FEW_ANSWERS}


def test_two_empty_sectors_do_not_hide_each_other() -> None:
    cells, relations = country([(80, 40), (60, 30), (0, 0), (0, 0)])
    assert protect(cells, relations) == {
        "1": Reason.SECOND,
        "2": Reason.SMALL_BASE,
        "3": Reason.SMALL_BASE,
    }


def test_two_sectors_in_which_everybody_said_yes_do_not_hide_each_other() -> None:
    """Their counts stay unknown, but the country's total leaves no "no" for either: both would be 100 per cent."""
    cells, relations = country([(80, 40), (60, 30), (45, 45), (50, 50)])
    assert protect(cells, relations) == {
        "1": Reason.SECOND,
        "2": Reason.SMALL_COMPLEMENT,
        "3": Reason.SMALL_COMPLEMENT,
    }


def factors(barrier: int) -> tuple[list[Cell], list[Relation]]:
    """Two factors of 240 innovators, of which the first is one where few were hindered, and the index of both."""
    cells, relations = [], []
    for name, driver, hindered in (("one", 50, barrier), ("two", 60, 20)):
        cells += [
            cell(f"driver.{name}", 240, driver, base="n", group=name),
            cell(f"barrier.{name}", 240, hindered, base="n", group=name),
            Cell(id=f"rest.{name}", n=240, base="n", shows={f"x.rest.{name}": 240 - driver - hindered}, is_minor=True),
        ]
        parts = [f"x.driver.{name}", f"x.barrier.{name}"]
        relations += [adds_up("n", [*parts, f"x.rest.{name}"]), *(at_most(part, "n") for part in parts)]
    balance = [
        (f"x.{side}.{name}", sign) for name in ("one", "two") for side, sign in (("driver", 1.0), ("barrier", -1.0))
    ]
    exact = 50 - barrier + 60 - 20
    relations.append(Relation(terms=tuple(balance), low=exact - 2.9, high=exact + 2.9, needs="index"))
    return [*cells, Cell(id="index", n=240, base="n")], relations


def test_a_count_that_can_only_be_small_is_as_bad_as_an_exact_one() -> None:
    """The index bounds driver minus barrier, "don't know" their sum: the barrier is one of 2, 3 and 4."""
    cells, relations = factors(barrier=3)
    withheld = {"driver.one": Reason.LINKED, "barrier.one": Reason.SMALL_COUNT}
    assert found(cells, relations, withheld) == {"x.barrier.one": (2, 4)}
    assert protect(cells, relations) == {**withheld, "rest.one": Reason.SECOND}


def test_a_small_count_that_may_be_none_at_all_is_given_away_only_by_a_narrow_range() -> None:
    cells, relations = factors(barrier=1)
    withheld = {"driver.one": Reason.LINKED, "barrier.one": Reason.SMALL_COUNT}
    known, _ = known_counts(cells, withheld)
    assert span(known, relations, "x.barrier.one") == (0, 2)
    assert found(cells, relations, withheld) == {"x.barrier.one": (0, 2)}
    assert protect(cells, relations) == {**withheld, "rest.one": Reason.SECOND}


@pytest.mark.parametrize(
    ("value", "low", "high", "told"),
    [
        (3, 3, 3, True),
        (300, 300, 300, True),
        (300, 299, 300, False),
        (3, 1, 4, True),
        (3, 0, 2, True),
        (3, 0, 3, False),
        (3, 0, 4, False),
        (3, 1, 5, False),
        (4, 3, 5, True),
        (0, 0, 2, True),
        (0, 0, inf, False),
    ],
)
def test_what_an_interval_tells(value: int, low: float, high: float, *, told: bool) -> None:
    assert gives_away(value, low, high, Rule()) is told


def test_a_count_that_nothing_bounds_may_be_anything() -> None:
    assert span({}, [at_most("a", "b")], "a") == (0, inf)


def test_driver_barrier_and_balance_are_withheld_together() -> None:
    cells = [
        cell("driver", 200, 120, base="n", group="factor"),
        cell("barrier", 200, 3, base="n", group="factor"),
        cell("balance", 200, None, base="n", group="factor"),
        cell("other", 200, 90, base="n"),
    ]
    assert protect(cells, []) == {
        "driver": Reason.LINKED,
        "barrier": Reason.SMALL_COUNT,
        "balance": Reason.LINKED,
    }


def test_a_difference_falls_with_what_it_is_computed_from() -> None:
    cells = [
        cell("no", 20, 10),
        cell("dk", 200, 100),
        Cell(id="no-dk", n=220, base="n.no-dk", follows=("no", "dk")),
        Cell(id="rank", n=220, base="n.rank", follows=("no-dk",)),
    ]
    assert protect(cells, []) == {"no": Reason.FEW_ANSWERS, "no-dk": Reason.LINKED, "rank": Reason.LINKED}


def test_a_count_that_is_another_tables_base_is_not_left_there() -> None:
    innovative = cell("innovative", 100, 97)
    partners = cell("partners", 97, 50)
    same = adds_up("x.innovative", ["n.partners"])
    assert protect([innovative, partners], [same]) == {
        "innovative": Reason.SMALL_COMPLEMENT,
        "partners": Reason.SECOND,
    }


def test_an_index_is_withheld_when_it_would_give_an_extreme_balance_away() -> None:
    """All 100 said promoted: the mean over two factors leaves one solution for the withheld one."""
    cells = [
        cell("driver", 100, 100, base="n", group="one"),
        cell("barrier", 100, 0, base="n", group="one"),
        cell("driver2", 100, 60, base="n", group="two"),
        cell("barrier2", 100, 20, base="n", group="two"),
        Cell(id="index", n=100, base="n"),
    ]
    relations = [
        Relation(terms=(("x.driver", 1.0), ("x.barrier", 1.0), ("n", -1.0)), low=-inf),
        Relation(
            terms=(("x.driver", 1.0), ("x.barrier", -1.0), ("x.driver2", 1.0), ("x.barrier2", -1.0)),
            low=139.9,
            high=140.1,
            needs="index",
        ),
    ]
    withheld = protect(cells, relations)
    assert withheld["index"] is Reason.SECOND
    assert found(cells, relations, withheld) == {}


def test_nothing_left_to_withhold_is_an_error_and_no_release() -> None:
    """The relation is common knowledge: no table has to be shown to use it."""
    with pytest.raises(Unprotectable, match=r"x\.a follows"):
        protect([cell("a", 40, 3)], [Relation(terms=(("x.a", 1.0),), low=3, high=3)])


def test_the_attack_finds_what_thresholds_alone_leave_open() -> None:
    cells, relations = country([(80, 40), (70, 50), (40, 3)])
    withheld = {"2": Reason.SMALL_COUNT}
    assert found(cells, relations, withheld) == {"n.2": (40, 40), "x.2": (3, 3), "not.2": (37, 37)}


def test_the_attack_uses_bounds_where_algebra_is_not_enough() -> None:
    relations = [adds_up("total", ["a", "b"]), at_most("a", "x"), at_most("b", "y")]
    assert attack({"total": 7, "x": 4, "y": 3}, relations) == {"a": 4, "b": 3}


groups = st.lists(
    st.integers(0, 90).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), min_size=2, max_size=6
)


@given(groups)
@settings(max_examples=200)
def test_no_withheld_count_follows_by_linear_programming(counts: list[tuple[int, int]]) -> None:
    """An attacker of our own would share our mistakes: this one is a solver."""
    cells, relations = country(counts)
    withheld = protect(cells, relations)
    known, hidden = known_counts(cells, withheld)
    for name in hidden:
        assert not solver_gives_away(known, relations, name), (name, counts)


@given(st.lists(st.lists(st.integers(0, 40), min_size=3, max_size=3), min_size=2, max_size=4))
@settings(max_examples=60)
def test_no_withheld_count_follows_when_answers_share_a_base(table: list[list[int]]) -> None:
    """Sectors by categories of one question: bases are shared, categories and sectors add up both ways."""
    cells: list[Cell] = []
    relations: list[Relation] = []
    rows = [(str(index), row) for index, row in enumerate(table)]
    rows.append(("all", [sum(column) for column in zip(*table, strict=True)]))
    for name, row in rows:
        cells += [
            Cell(
                id=f"{name}.{k}",
                n=sum(row),
                base=f"n.{name}",
                positive=x,
                count=f"x.{name}.{k}",
                complement=f"not.{name}.{k}",
            )
            for k, x in enumerate(row[:2])
        ]
        relations.append(adds_up(f"n.{name}", [f"x.{name}.0", f"x.{name}.1", f"rest.{name}"]))
        relations += [adds_up(f"n.{name}", [f"x.{name}.{k}", f"not.{name}.{k}"]) for k in (0, 1)]
    parts = [name for name, _ in rows[:-1]]
    relations.append(adds_up("n.all", [f"n.{name}" for name in parts]))
    relations += [adds_up(f"{x}.all.{k}", [f"{x}.{name}.{k}" for name in parts]) for x in ("x", "not") for k in (0, 1)]
    withheld = protect(cells, relations)
    known, hidden = known_counts(cells, withheld)
    for name in hidden:
        assert not solver_gives_away(known, relations, name), (name, table)
