from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.instrument import reach
from surveys.instrument.reach import Reach, Verdict, undecided, unreachable
from surveys.instrument.routing import path
from surveys.instrument.rule_nodes import Node
from surveys.instrument.rules import parse
from surveys.instrument.schema import Ask, DisclosureClass, Instrument, Item, ItemType, Option, Page, Specified

OPEN = DisclosureClass.OPEN
CODES = (Option("yes"), Option("no"))
ITEMS = {
    "new": Item("new", ItemType.SINGLE, OPEN, options=CODES),
    "who": Item("who", ItemType.MULTI, OPEN, options=(Option("a"), Option("b"), Option("none", exclusive=True))),
    "number": Item("number", ItemType.NUMBER, OPEN, minimum=0, maximum=3),
    "why": Item("why", ItemType.TEXT, OPEN, max_length=5),
    "last": Item("last", ItemType.SINGLE, OPEN, options=CODES),
}
ANSWERS: dict[str, tuple[object, ...]] = {
    "new": ("yes", "no", None),
    "who": (["a"], ["b"], ["a", "b"], ["none"], None),
    "number": (0, 1, 2, 3, None),
    "why": ("x", None),
}
COUNTRIES = ("NO", "DK", "SE", "FI", None)


def asking(*pages: tuple[str, str | None]) -> Instrument:
    """A page an item, each with its rule."""
    return of_pages(tuple(Page(key, "all", (Ask(key),), None if rule is None else parse(rule)) for key, rule in pages))


def of_pages(pages: tuple[Page, ...], conditions: dict[str, Node] | None = None) -> Instrument:
    return Instrument(
        key="tiny",
        version="1",
        languages=("en",),
        background=("country", "staff"),
        conditions=conditions or {},
        items=ITEMS,
        pages=pages,
        edits=(),
        texts={},
    )


def verdict(rule: str, *, items: dict[str, Item] | None = None) -> Verdict:
    """Whether the last page, shown under this rule, is reached behind the others."""
    instrument = asking(("new", None), ("who", None), ("number", None), ("why", None), ("last", rule))
    instrument = replace(instrument, items={**ITEMS, **(items or {})})
    return next(found for page, _, found in Reach(instrument).places() if page.id == "last")


@pytest.mark.parametrize(
    "rule",
    [
        'new == "yes"',
        'not new == "yes" and not new == "no"',
        '"a" in who and "b" in who and not "none" in who',
        '["a", "b"] all in who',
        "count(who) == 2",
        "count(who, new) == 3",
        "number == 3",
        "number > 1 and number < 3",
        'why == "abc"',
        'why != "abc" and why != "x"',
        'bg.country == ""  or bg.country != ""',
        'bg.country != ""',
        'bg.country in ["NO", "DK"]',
        'not bg.country in ["NO", "DK"] and bg.country != ""',
        "not bg.staff > 0 and not bg.staff <= 0",
        "bg.staff > 12.5 and bg.staff < 14",
        "bg.large == true",
        "today_is_after(\"2026-03-01\")",
        "today_is_after(ref.to) and not today_is_after(\"2030-01-01\")",
        'ref.from < "2024-01-01"',
    ],
)  # fmt: skip
def test_a_page_that_some_answers_lead_to_is_reached(rule: str) -> None:
    assert verdict(rule) is Verdict.YES


@pytest.mark.parametrize(
    "rule",
    [
        'new == "yes" and new == "no"',
        'new == "maybe"',
        '"none" in who and "a" in who',
        "count(who) > 2",
        "number > 3",
        "number > 1 and number < 2",
        'why == "longer than five"',
        'bg.country == ""',
        'bg.country == "NO" and bg.country == "DK"',
        "answered(new) and not answered(new, new)",
        'today_is_after("2026-03-01") and not today_is_after("2026-02-01")',
    ],
)
def test_a_page_that_no_answers_lead_to_is_not_reached(rule: str) -> None:
    assert verdict(rule) is Verdict.NO


@pytest.mark.parametrize(
    "rule", ["number * number > 100", 'new == bg.country and new == "perhaps"', "number > bg.staff and number > 3"]
)
def test_what_the_search_cannot_know_is_left_open(rule: str) -> None:
    assert verdict(rule) is Verdict.OPEN


def test_numbers_beside_each_other_are_found_where_the_tried_ones_do() -> None:
    assert verdict("number > bg.staff") is Verdict.YES
    assert verdict("number + number == 6") is Verdict.YES


def test_kinds_of_answers_are_tried() -> None:
    items = {
        "number": Item("number", ItemType.REGISTER, OPEN, of=ItemType.NUMBER, variable="staff", minimum=10),
        "why": Item("why", ItemType.DATE, OPEN),
        "who": Item("who", ItemType.PERCENT, OPEN, options=CODES),
        "new": Item("new", ItemType.RANK, OPEN, options=CODES),
    }
    assert verdict("number == 10", items=items) is Verdict.YES
    assert verdict("number < 10", items=items) is Verdict.NO
    assert verdict('why > "2026-01-01" and why < "2026-01-03"', items=items) is Verdict.YES
    assert verdict('"yes" in who and "no" in who', items=items) is Verdict.YES
    assert verdict('"yes" in new and not "no" in new', items=items) is Verdict.YES
    years = {"number": Item("number", ItemType.YEAR, OPEN, minimum=1980, maximum=2030)}
    assert verdict("number > 2029", items=years) is Verdict.YES
    assert verdict("number > 2030", items=years) is Verdict.NO


def test_an_option_that_is_not_offered_leads_nowhere() -> None:
    options = (Option("yes", show_if=parse('bg.country == "NO"')), Option("no"))
    items = {"new": replace(ITEMS["new"], options=options)}
    assert verdict('new == "yes" and bg.country == "NO"', items=items) is Verdict.YES
    assert verdict('new == "yes" and bg.country == "DK"', items=items) is Verdict.NO


def test_a_text_that_goes_with_an_option_is_answered_where_it_is_chosen() -> None:
    items = {"why": replace(ITEMS["why"], specifies=Specified("new", "yes"))}
    assert verdict('answered(why) and new == "yes"', items=items) is Verdict.YES
    assert verdict('answered(why) and new == "no"', items=items) is Verdict.NO


def test_an_answer_on_a_way_since_left_does_not_count() -> None:
    instrument = asking(("new", None), ("who", 'new == "yes"'), ("last", '"a" in who and new == "no"'))
    assert [page.id for page, _ in unreachable(instrument)] == ["last"]


def test_an_item_is_never_asked_on_a_page_that_is_reached() -> None:
    asks = (Ask("who"), Ask("number", parse('new == "no"')), Ask("why", parse('new == "yes"')))
    instrument = of_pages((Page("one", "all", (Ask("new"),)), Page("two", "all", asks, parse('new == "yes"'))))
    assert [ask and ask.item for _, ask in unreachable(instrument)] == ["number"]


def test_conditions_are_followed() -> None:
    conditions = {"some": parse('new == "yes"'), "none": parse("not some")}
    pages = (Page("one", "all", (Ask("new"),)), Page("two", "all", (Ask("who"),), parse("some and none")))
    assert [page.id for page, _ in unreachable(of_pages(pages, conditions))] == ["two"]


def test_a_long_chain_of_pages_is_decided_up_to_its_bound() -> None:
    items = {f"q{place}": replace(ITEMS["new"], key=f"q{place}") for place in range(120)}
    pages = [Page("q0", "all", (Ask("q0"),))]
    pages += [Page(f"q{place}", "all", (Ask(f"q{place}"),), parse(f'q{place - 1} == "yes"')) for place in range(1, 120)]
    verdicts = [found for _, _, found in Reach(replace(of_pages(tuple(pages)), items=items)).places()]
    decided = verdicts.index(Verdict.OPEN)
    assert decided >= 40
    assert verdicts == [Verdict.YES] * decided + [Verdict.OPEN] * (119 - decided)


def test_deep_rules_on_many_pages_are_left_open() -> None:
    items = {f"q{place}": replace(ITEMS["new"], key=f"q{place}") for place in range(60)}
    pages = [Page("q0", "all", (Ask("q0"),))]
    for place in range(1, 60):
        rule = f'q{place - 1} == "yes"'
        for _ in range(8):
            rule = f'({rule} or q{place - 1} == "no") and bg.country == "NO"'
        pages.append(Page(f"q{place}", "all", (Ask(f"q{place}"),), parse(rule)))
    verdicts = {page.id: found for page, _, found in Reach(replace(of_pages(tuple(pages)), items=items)).places()}
    assert (verdicts["q1"], verdicts["q59"]) == (Verdict.YES, Verdict.OPEN)
    assert Verdict.NO not in verdicts.values()


def test_what_is_cut_off_is_named_and_not_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "MOST_FOR_A_PLACE", 2)
    instrument = asking(("new", None), ("who", None), ("last", '"a" in who and new == "yes" and new == "no"'))
    assert list(unreachable(instrument)) == []
    assert [page.id for page, _ in undecided(instrument)] == ["last"]


def test_preparing_searches_counts_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that are each asked because of the one before: the way to the last of them is all of them."""
    monkeypatch.setattr(reach, "MOST_IN_ALL", 2_000)
    monkeypatch.setattr(reach, "MOST_FOR_A_PLACE", 1)
    prepared: list[int] = []
    needed = Reach.needed
    monkeypatch.setattr(Reach, "needed", lambda *given: prepared.append(1) or needed(*given))
    items = {f"q{place}": replace(ITEMS["new"], key=f"q{place}") for place in range(400)}
    pages = [Page("q0", "all", (Ask("q0"),))]
    pages += [Page(f"q{place}", "all", (Ask(f"q{place}"),), parse(f'q{place - 1} == "yes"')) for place in range(1, 400)]
    verdicts = [found for _, _, found in Reach(replace(of_pages(tuple(pages)), items=items)).places()]
    assert verdicts == [Verdict.OPEN] * 399
    assert 20 < len(prepared) < 100


BACKGROUND = st.sampled_from(['bg.country == "NO"', 'bg.country in ["NO", "DK"]', 'bg.country != "SE"'])
ANSWERED = st.sampled_from(
    [
        'new == "yes"', 'new != "yes"', '"a" in who', '"none" in who', "count(who) > 1", "number > 1", "number <= 1",
        "answered(why)", "answered(new, number)",
    ]
)  # fmt: skip


def joined(rules: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """These rules under and, or, not."""
    return st.recursive(
        rules,
        lambda parts: st.one_of(
            st.builds(lambda one, other: f"({one} and {other})", parts, parts),
            st.builds(lambda one, other: f"({one} or {other})", parts, parts),
            st.builds(lambda one: f"not ({one})", parts),
        ),
        max_leaves=5,
    )


def earlier(rule: str, place: int) -> str | None:
    """The rule, if it reads only what is asked before this place."""
    later = list(ITEMS)[place:]
    return None if any(key in rule for key in later) else rule


def every_case(keys: list[str]) -> Iterator[tuple[dict[str, object], dict[str, object]]]:
    for *answers, country in product(*(ANSWERS[key] for key in keys), COUNTRIES):
        yield dict(zip(keys, answers, strict=True)), {"country": country}


@settings(max_examples=30, deadline=None)
@given(st.lists(joined(ANSWERED | BACKGROUND), min_size=4, max_size=4))
def test_the_search_finds_what_trying_everything_finds(rules: list[str]) -> None:
    keys = list(ITEMS)
    shown = [earlier(rule, place) for place, rule in enumerate(rules, 1)]
    instrument = asking((keys[0], None), *zip(keys[1:], shown, strict=True))
    met = {
        page.page.id for answers, background in every_case(keys[:4]) for page in path(instrument, answers, background)
    }
    assert {page.id for page, _, found in Reach(instrument).places() if found is Verdict.NO} == set(keys) - met
    assert list(undecided(instrument)) == []


@settings(max_examples=60, deadline=None)
@given(st.lists(joined(BACKGROUND), min_size=1, max_size=3))
def test_who_meets_no_page_is_found_by_trying_every_background(rules: list[str]) -> None:
    instrument = asking(*zip(ITEMS, rules, strict=False))
    lost = any(not path(instrument, {}, {"country": country}) for country in COUNTRIES)
    assert Reach(instrument).some_meet_no_page() is (Verdict.YES if lost else Verdict.NO)
