"""Linked tables: nothing withheld follows, held against brute force and against an outsider of our own making."""

from collections.abc import Sequence

import numpy as np
import pytest

from benchmarks.linked_tables import frequencies, release, survey
from publication.disclosure.relations import Relation, adds_up, between
from publication.disclosure.suppression import suppress
from publication.disclosure.tables import Cell, Reason, Rule, found, known_counts, primary, protect
from tests.publication.outsider import Outsider, Sum, told, unions, whole_tables

COUNTS_ALONE = Rule(minimum_base=0)


def sums_of(relations: Sequence[Relation]) -> list[Sum]:
    """The plain sums behind `adds_up`, for who reads no relations."""
    return [(relation.terms[0][0], tuple(name for name, _ in relation.terms[1:])) for relation in relations]


def grid(values: Sequence[Sequence[int]]) -> tuple[list[Cell], list[Relation]]:
    """A two-way table of counts with its margins, each count a cell."""
    table = np.array(values)
    full = np.vstack([np.hstack([table, table.sum(1, keepdims=True)]), [*table.sum(0), table.sum()]])
    rows, columns = full.shape
    name = {(i, j): f"{i}.{j}" for i in range(rows) for j in range(columns)}
    cells = [Cell(id=name[at], n=int(full[at]), base=name[at]) for at in name]
    relations = [adds_up(name[i, columns - 1], [name[i, j] for j in range(columns - 1)]) for i in range(rows)]
    relations += [adds_up(name[rows - 1, j], [name[i, j] for i in range(rows - 1)]) for j in range(columns)]
    return cells, relations


def test_every_whole_numbered_table_that_fits_leaves_small_counts_open() -> None:
    """Three by three with few small counts, all tables enumerated: no attacker can do better than this one."""
    enumerated = 0
    for seed in range(60):
        draw = np.random.default_rng(seed)
        large, small = draw.integers(6, 14, (3, 3)), draw.integers(0, 5, (3, 3))
        cells, relations = grid(np.where(draw.random((3, 3)) < 0.2, small, large).tolist())
        withheld = protect(cells, relations, COUNTS_ALONE)
        known, hidden = known_counts(cells, withheld)
        if not 0 < len(hidden) <= 6:
            continue
        enumerated += 1
        tables = list(whole_tables(sorted(hidden), known, sums_of(relations), max(known.values())))
        for name, true in hidden.items():
            reached = [table[name] for table in tables]
            assert told(true, min(reached), max(reached)) == "", (seed, name, true, min(reached), max(reached))
    assert enumerated > 20


@pytest.mark.parametrize("seed", range(20))
def test_the_audit_ends_where_enumeration_ends(seed: int) -> None:
    """Whatever is withheld, `found` names exactly the counts that enumeration finds exact or narrow."""
    draw = np.random.default_rng(100 + seed)
    cells, relations = grid(draw.integers(0, 8, (2, 3)).tolist())
    inner = [cell.id for cell in cells if not cell.id.startswith("2.") and not cell.id.endswith(".3")]
    withheld = {str(name): Reason.SMALL_BASE for name in draw.choice(inner, 4, replace=False)}
    known, hidden = known_counts(cells, withheld)
    tables = list(whole_tables(sorted(hidden), known, sums_of(relations), max(known.values())))
    expected = set()
    for name, true in hidden.items():
        reached = [table[name] for table in tables]
        if told(true, min(reached), max(reached)):
            expected.add(name)
    assert set(found(cells, relations, withheld, COUNTS_ALONE)) == expected


def attacked(cells: Sequence[Cell], relations: Sequence[Relation], withheld: Sequence[str]) -> dict[str, str]:
    """What the outsider finds of the counts that stand in withheld cells alone."""
    gone = set(withheld)
    printed = {name: value for cell in cells if cell.id not in gone for name, value in cell.gives_away.items()}
    secret = {name: value for cell in cells if cell.id in gone for name, value in cell.gives_away.items()}
    targets = [name for name in secret if name not in printed]
    ranges = Outsider(printed, sums_of(relations)).ranges(targets)
    return {name: what for name, (low, high) in ranges.items() if (what := told(secret[name], low, high))}


def attack_a_survey(seed: int) -> tuple[dict[str, str], int]:
    given = survey(seed, units=500, breakdowns={"sector": 4, "size": 3, "county": 5}, items=3)
    cells, relations, _ = release(given, [("sector", "size"), ("county",)])
    withheld = protect(cells, relations)
    return attacked(cells, relations, list(withheld)), len(withheld)


@pytest.mark.parametrize("seed", range(20))
def test_the_outsider_finds_nothing_in_a_release_of_linked_tables(seed: int) -> None:
    """Sectors by sizes and counties, three questions with a common base, all margins."""
    finds, withheld = attack_a_survey(seed)
    assert withheld
    assert finds == {}


@pytest.mark.parametrize("seed", range(6))
def test_the_outsider_finds_nothing_where_unions_and_nested_bands_are_shown_too(seed: int) -> None:
    """Every pair of sectors as a union, and bands of sizes that hold one another, as values beside the cube."""
    given = survey(seed, units=500, breakdowns={"sector": 4, "size": 3}, items=2)
    cells, relations, counts = release(given, [("sector", "size")])
    bands = [("size1+", ["|1", "|2"]), *(("sectors" + "+".join(pair), list(pair)) for pair in unions("0123", [2]))]
    for name, parts in bands:
        places = [part if part.startswith("|") else f"{part}|" for part in parts]
        for item in (0, 1):
            kinds = {kind: [f"{kind}|{place}" for place in places] for kind in ("n", f"x{item}", f"not{item}")}
            n, positive = (sum(counts[one] for one in kinds[kind]) for kind in ("n", f"x{item}"))
            own = {kind: f"{kind}|{name}" for kind in kinds}
            base, count, rest = own.values()
            cells.append(Cell(f"share{item}|{name}", n, base, positive, count, rest))
            relations += [adds_up(own[kind], sorted(parts)) for kind, parts in kinds.items()]
            relations.append(adds_up(base, [count, rest]))
    withheld = protect(cells, relations)
    assert withheld
    assert attacked(cells, relations, list(withheld)) == {}


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(20, 220))
def test_the_outsider_finds_nothing_in_two_hundred_releases(seed: int) -> None:
    assert attack_a_survey(seed)[0] == {}


def test_the_outsider_finds_much_where_only_the_thresholds_are_kept() -> None:
    """The attacker is worth its name: hiding small cells alone is no protection."""
    given = survey(1, units=1500, breakdowns={"sector": 6, "size": 3, "county": 11}, items=5)
    cells, relations, _ = release(given, [("sector", "size"), ("county",)])
    thresholds = [cell.id for cell in cells if primary(cell, Rule())]
    finds = attacked(cells, relations, thresholds)
    assert sum(what == "exact" for what in finds.values()) > 10


@pytest.mark.parametrize("seed", range(5))
def test_one_second_value_too_few_is_noticed(seed: int) -> None:
    """Show again, one at a time, what was withheld second: the attack finds what that gives away."""
    given = survey(seed, units=1000, breakdowns={"sector": 5, "size": 3}, items=3)
    cells, relations, _ = release(given, [("sector", "size")])
    withheld = protect(cells, relations)
    second = [name for name, reason in withheld.items() if reason is Reason.SECOND]
    assert second
    broken = [name for name in second if found(cells, relations, {k: v for k, v in withheld.items() if k != name})]
    assert len(broken) * 2 > len(second), "most second values could be shown again: the pattern is not tight"


@pytest.mark.parametrize("seed", range(3))
def test_no_more_is_withheld_second_than_first_in_a_table_of_counts(seed: int) -> None:
    """1,100 units, 11 counties by 7 sectors by innovation: 288 counts."""
    given = survey(seed, units=1100, breakdowns={"county": 11, "sector": 7, "innovation": 2}, items=1)
    cells, relations, _ = frequencies(given, [("county", "sector", "innovation")])
    assert len(cells) == 288
    reasons = list(protect(cells, relations, COUNTS_ALONE).values())
    first, second = reasons.count(Reason.SMALL_BASE), reasons.count(Reason.SECOND)
    assert first > 50
    assert second <= first


def test_questions_without_a_common_count_do_not_touch_one_another() -> None:
    one, one_sums = grid([[3, 20], [30, 40]])
    other = [Cell(id=f"o{cell.id}", n=cell.n + 20, base=f"o{cell.base}") for cell in one]
    withheld = protect([*one, *other], one_sums, COUNTS_ALONE)
    assert withheld
    assert not [name for name in withheld if name.startswith("o")]


def test_elimination_sees_a_union_that_no_single_total_shows() -> None:
    """a + b and b + c and a + b + c are shown, a alone is not: what is left is no secret to who can subtract."""
    cells = [Cell(id=name, n=n, base=name) for name, n in (("a", 3), ("ab", 43), ("bc", 90), ("abc", 93))]
    relations = [adds_up("ab", ["a", "b"]), adds_up("bc", ["b", "c"]), adds_up("abc", ["a", "b", "c"])]
    assert suppress(cells, relations, ["a"]) == {"bc": Reason.SECOND}


def test_nested_bands_are_differences() -> None:
    """All, 10 or more, 50 or more: the band between two of them is a count that no table names."""
    cells = [Cell(id=name, n=n, base=name) for name, n in (("all", 200), ("10+", 120), ("50+", 117), ("10-49", 3))]
    relations = [adds_up("10+", ["10-49", "50+"]), adds_up("all", ["0-9", "10+"])]
    assert protect(cells, relations, COUNTS_ALONE) == {"10-49": Reason.SMALL_BASE, "50+": Reason.SECOND}


def test_a_range_that_is_printed_bounds_what_is_withheld() -> None:
    """The rest of ten is printed as 6 to 8: the withheld count can only be 2, 3 or 4."""
    cells = [Cell(id="total", n=10, base="total"), Cell(id="a", n=3, base="a"), Cell(id="band", n=40, base="other")]
    relations = [adds_up("total", ["a", "rest"]), between("rest", 6, 8, needs="band")]
    assert found(cells, relations, {"a": Reason.SMALL_BASE}, COUNTS_ALONE) == {"a": (2, 4)}
    assert protect(cells, relations, COUNTS_ALONE) == {"a": Reason.SMALL_BASE, "total": Reason.SECOND}


def test_the_same_counts_give_the_same_pattern() -> None:
    given = survey(4, units=500, breakdowns={"sector": 4, "size": 3}, items=3)
    cells, relations, _ = release(given, [("sector", "size")])
    assert protect(cells, relations) == protect(cells[::-1], relations[::-1])
