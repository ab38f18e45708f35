"""Which group stands beside a workplace, and what an organisation may be told of its own workplaces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publication.disclosure.facts import Fact
from publication.disclosure.organisations import Counted, facts, may_be_told
from publication.disclosure.peers import Domain, PeerRule, Refusal, choose, ways

PLACE = Domain("NO", "culture", "small", "Agder")
COUNTRY, SECTOR, SIZE, CELL = (
    Domain("NO"),
    Domain("NO", "culture"),
    Domain("NO", size_class="small"),
    Domain("NO", "culture", "small"),
)
COUNTY = Domain("NO", county="Agder")


def shown(**counts: int) -> dict[Domain, dict[str, int]]:
    """By the names above; 0 is withheld."""
    named = {"country": COUNTRY, "sector": SECTOR, "size": SIZE, "cell": CELL, "county": COUNTY}
    return {named[name]: {"": n} if n else {} for name, n in counts.items()}


def test_the_finest_group_comes_first_and_the_country_last() -> None:
    assert ways(PLACE) == (CELL, SECTOR, SIZE, COUNTY, COUNTRY)
    assert ways(Domain("NO", county="Agder")) == (COUNTY, COUNTRY)
    assert ways(Domain("NO")) == (COUNTRY,)


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        (shown(country=300, sector=60, size=90, cell=31, county=40), CELL),
        (shown(country=300, sector=60, size=90, cell=0, county=40), SECTOR),
        (shown(country=300, sector=0, size=90), SIZE),
        (shown(country=300, sector=0, size=0, county=40), COUNTY),
        (shown(country=300), COUNTRY),
    ],
)
def test_the_finest_group_that_is_shown_stands_beside(tables: dict[Domain, dict[str, int]], expected: Domain) -> None:
    choice = choose(PLACE, tables)
    assert choice is not None
    assert choice.domain == expected
    assert [domain for domain, _why in choice.refused] == list(ways(PLACE)[: ways(PLACE).index(expected)])


def test_ten_others_are_behind_it_besides_the_reader() -> None:
    ten, eleven = (choose(PLACE, shown(country=300, sector=n)) for n in (10, 11))
    assert ten is not None
    assert ten.domain == COUNTRY
    assert dict(ten.refused)[SECTOR] is Refusal.FEW_OTHERS
    assert eleven is not None
    assert (eleven.domain, eleven.least, eleven.most) == (SECTOR, 11, 11)
    assert choose(PLACE, shown(country=10)) is None


def test_a_group_is_never_all_but_one_of_a_broader_one() -> None:
    choice = choose(PLACE, shown(country=41, sector=40))
    assert choice is not None
    assert (choice.domain, dict(choice.refused)[SECTOR]) == (COUNTRY, Refusal.LEAVES_ONE)
    for country in (40, 42):  # nobody else, or two
        other = choose(PLACE, shown(country=country, sector=40))
        assert other is not None
        assert other.domain == SECTOR
    nested = choose(PLACE, shown(country=300, sector=41, cell=40))
    assert nested is not None
    assert dict(nested.refused)[CELL] is Refusal.LEAVES_ONE


def test_one_category_is_enough_to_refuse_the_group() -> None:
    tables = {COUNTRY: {"a": 100, "b": 41}, SECTOR: {"a": 50, "b": 40}}
    choice = choose(PLACE, tables)
    assert choice is not None
    assert (choice.domain, choice.least, choice.most) == (COUNTRY, 41, 100)
    assert choose(PLACE, {COUNTRY: {"a": 100, "b": 10}}) is None


counts = st.dictionaries(st.sampled_from(["country", "sector", "size", "cell", "county"]), st.integers(0, 60))


@given(counts)
def test_whatever_is_published_the_choice_keeps_the_rule(drawn: dict[str, int]) -> None:
    tables = shown(**drawn)
    choice = choose(PLACE, tables)
    if choice is None:
        assert tables.get(COUNTRY, {}).get("", 0) <= 10
        return
    n = tables[choice.domain][""]
    assert n - 1 >= 10
    for other, cells in tables.items():
        if other.holds(choice.domain):
            assert cells.get("", 0) - n != 1


# Municipalities


def figure(count: int, base: int, name: str = "innovative||share", **more: str) -> Counted:
    return Counted(name, count, base, **more)


@pytest.mark.parametrize(("count", "base", "told"), [(6, 12, True), (5, 12, False), (7, 12, False), (6, 11, False)])
def test_five_stand_on_each_side_when_the_reader_is_one_of_them(count: int, base: int, told: bool) -> None:
    assert bool(may_be_told([figure(count, base)], [])) is told


def test_too_few_workplaces_are_told_nothing() -> None:
    assert may_be_told([figure(6, 12)], [], peers=PeerRule(others=12)) == ()
    assert may_be_told([], []) == ()


@pytest.mark.parametrize(
    ("count", "base", "told"),
    [(8, 16, True), (30, 60, True), (11, 19, False), (12, 24, False), (18, 33, True), (23, 33, False)],
)
def test_the_rest_of_a_published_group_stays_large(count: int, base: int, told: bool) -> None:
    """The municipality has 8 of 16; the published group has `count` of `base`."""
    whole = {"innovative||share": figure(count, base)}
    assert bool(may_be_told([figure(8, 16)], [whole])) is told


def test_what_follows_from_another_figure_is_not_told() -> None:
    """27 of 30 are innovative: that is withheld, and so is the base of 27 that another figure would show."""
    innovative = figure(27, 30)
    value = figure(13, 27, "value|quality|share", asked="innovative", filtered="innovative||share")
    kind = figure(14, 30, "innovation_type|service|share")
    assert may_be_told([innovative, value, kind], []) != (value, kind)
    assert innovative not in may_be_told([innovative, value, kind], [])
    assert may_be_told([figure(20, 30), figure(10, 20, "value|quality|share", asked="innovative")], []) != ()


def test_promoted_and_hindered_are_told_together_or_not_at_all() -> None:
    driver = figure(8, 20, "factors|x|driver", group="factors|x")
    few, enough = (figure(n, 20, "factors|x|barrier", group="factors|x") for n in (3, 7))
    assert may_be_told([driver, few], []) == ()
    assert may_be_told([driver, enough], []) == (driver, enough)


def test_what_is_told_are_facts_for_the_ledger() -> None:
    assert facts([figure(8, 16)], "0301", "own|2") == (Fact("report|own|2|0301|innovative||share", 8, 16),)
