"""The terms of a preset: which liberties it takes, and that everything else stays refused."""

from dataclasses import replace

from analytics.core.comparison_conditions import Conditions, Population
from analytics.core.published_terms import ALL_SECTORS, STRICT, Allowance, Liberty, Terms, compare_on
from tests.analytics.core.published_cases import KS

LOCAL = Terms(as_one_level=frozenset({"municipal", "county"}))


def of(levels: set[str], sectors: frozenset[str] = KS.population.sectors) -> Conditions:
    return replace(KS, population=Population(frozenset(levels), sectors))


def test_what_is_alike_is_allowed_without_a_word() -> None:
    found = compare_on(STRICT, KS, KS)
    assert (found.allowed, found.refused, found.noted, found.liberties) == (True, (), (), ())


def test_nothing_was_found_where_nothing_was_compared() -> None:
    assert not Allowance().allowed
    assert (Allowance().refused, Allowance().noted) == ((), ())


def test_levels_taken_as_one_are_told() -> None:
    assert compare_on(STRICT, KS, of({"municipal"})).refused == ("population",)
    found = compare_on(LOCAL, KS, of({"municipal"}))
    assert (found.allowed, found.liberties) == (True, (Liberty.LEVELS_AS_ONE,))
    state = compare_on(LOCAL, KS, of({"municipal", "state"}))
    assert (state.refused, state.liberties) == (("population",), ())
    assert compare_on(LOCAL, KS, KS).liberties == ()


def test_other_sectors_are_told_where_a_preset_says_so() -> None:
    theirs = of({"municipal", "county"}, ALL_SECTORS)
    assert compare_on(STRICT, KS, theirs).refused == ("population",)
    found = compare_on(Terms(any_sectors=True), KS, theirs)
    assert (found.allowed, found.liberties) == (True, (Liberty.SECTORS_NOT_ADJUSTED,))


def test_their_sectors_go_through_the_concordance() -> None:
    ours = of({"municipal"}, frozenset({"health_care"}))
    terms = Terms(concordance={"hospitals": "health_care"})
    assert compare_on(terms, ours, of({"municipal"}, frozenset({"hospitals"}))).allowed
    assert compare_on(terms, ours, of({"municipal"}, frozenset({"barracks"}))).refused == ("population",)


def test_mode_and_weighting_are_noted() -> None:
    found = compare_on(STRICT, KS, replace(KS, mode="email", weighting="unknown"))
    assert (found.allowed, found.noted) == (True, ("mode", "weighting"))


def test_a_preset_never_makes_another_unit_alike() -> None:
    terms = Terms(as_one_level=LOCAL.as_one_level, any_sectors=True)
    assert compare_on(terms, KS, replace(KS, unit="organisation")).refused == ("unit",)
    assert compare_on(terms, KS, replace(KS, unit="unknown")).refused == ("unit",)
