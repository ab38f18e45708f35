"""A bot walks the ways of every shipped questionnaire.

What is asked behind a page depends on earlier answers through the rules of later pages alone. `ways` reads these rules
apart from the product's routing and draws the map: standings, and the steps from each. The three questionnaires alone
have 2, 36 and 2,050 different ways, and all are walked. With its eleven blocks the one for workplaces has some 118
million; about 18,500 walks take every step from every standing. The others have one block, and 6 and 108 ways with it.
So each rule is met under every combination of truth that a respondent can bring about, and a way that is not walked as
a whole consists of steps that were. Among answers and countries that make no difference to the way, each walk takes
others than the one before.

Of the choices of blocks for workplaces there are 2,048: walked are none of them, all of them, and by night each one by
itself. What `tests/surveys/test_walks_at_the_door.py` adds is the same at the respondent's own pages, for a few walks
that together meet every page.
"""

from collections.abc import Sequence
from functools import cache

import pytest

from surveys.instrument.check import check, submission
from surveys.instrument.directory import as_list, names_in
from surveys.instrument.document import LIBRARY, from_document, load_library
from surveys.instrument.routing import PageOnPath, items_on_path, walked
from surveys.instrument.safe_yaml import read_yaml
from surveys.instrument.schema import Level
from tests import make
from tests.surveys.instrument.walking import Bot, Walk, is_chosen
from tests.surveys.instrument.ways import Step

ALONE = {"workplace": 2_000, "management": 36, "political": 2}  # and how many ways there are at least
WITH_BLOCKS = {  # how many walks take every step, and how many ways there are at least
    "workplace": (15_000, 100_000_000),
    "management": (13, 108),
    "political": (6, 6),
}
BLOCKS = {
    name: [
        block
        for block in names_in(LIBRARY, "blocks")
        if name in as_list(read_yaml(LIBRARY / "blocks" / f"{block}.yaml"), "instruments")
    ]
    for name in ALONE
}


@cache
def bot(name: str, *blocks: str) -> Bot:
    return Bot(from_document(load_library(name, blocks=blocks)))


def named(pages: Sequence[PageOnPath]) -> list[tuple[str, tuple[str, ...]]]:
    return [(step.page.id, step.items) for step in pages]


def handed_in(bot: Bot, walk: Walk) -> dict[str, object]:
    """The record of a walk: it holds what was asked on the way and answered, and may be taken."""
    record = submission(bot.instrument, walk.answers, walk.background)
    found = check(bot.instrument, record, walk.background)
    assert [problem for problem in found if problem.level is Level.HARD] == []
    assert named(walk.pages) == bot.ways.expected(record, walk.background)
    assert walked(bot.instrument, record, walk.background) == (walk.pages, record)
    options = [option for key in record if (option := bot.instrument.items[key].specifies) is not None]
    assert all(is_chosen(option, record) for option in options)
    return record


def see_to_the_end(bot: Bot, walk: Walk) -> None:
    record = handed_in(bot, walk)
    asked = items_on_path(bot.instrument, walk.answers, walk.background)
    assert list(record) == [key for key in asked if walk.answers[key] is not None]


def turn_back(bot: Bot, walk: Walk, way: Sequence[Step], number: int) -> None:
    """At the end, change one answer that decides, answer what that opens, and change it back: nothing is lost."""
    turns = [place for place in range(1, len(way)) if len(way[place - 1].to.steps) > 1]
    if not turns:
        return
    turn = turns[number % len(turns)]
    others = [step for step in way[turn - 1].to.steps if step is not way[turn]]
    other = others[number % len(others)]
    change = other.choices[number % len(other.choices)]
    changed = bot.walk_on({**walk.answers, **change}, {}, walk.background, number)
    record = handed_in(bot, changed)
    assert {key: record.get(key) for key in change} == change
    place = max(bot.ways.places[key] for key in change)
    assert up_to(bot, place, changed.pages) == up_to(bot, place, walk.pages)
    former = {key: walk.answers[key] for key in change}
    again = bot.walk_on({**changed.answers, **former}, {}, walk.background, number)
    assert again.pages == walk.pages
    assert submission(bot.instrument, again.answers, walk.background) == submission(
        bot.instrument, walk.answers, walk.background
    )


def up_to(bot: Bot, place: int, pages: Sequence[PageOnPath]) -> list[PageOnPath]:
    return [step for step in pages if bot.place[step.page.id] <= place]


def walk_all(bot: Bot, ways: Sequence[list[Step]], *, turning: int = 1) -> None:
    """Walk them, turn back at the end of one in `turning`, and see that some walk asked each item on its page."""
    asked: set[tuple[str, str]] = set()
    for number, way in enumerate(ways):
        walk = bot.walk(way, number)
        see_to_the_end(bot, walk)
        if number % turning == 0:
            turn_back(bot, walk, way, number)
        asked |= {(step.page.id, item) for step in walk.pages for item in step.items}
    assert asked == {(page.id, ask.item) for page in bot.instrument.pages for ask in page.asks}


@pytest.mark.parametrize("name", ALONE)
def test_every_way_of_a_questionnaire_leads_to_the_end(name: str) -> None:
    ways = list(bot(name).ways.every())
    assert len(ways) == bot(name).ways.end.ways >= ALONE[name]
    walk_all(bot(name), ways)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.nightly if name == "workplace" else ()) for name in ALONE],
)
def test_every_step_of_a_questionnaire_with_its_blocks_leads_to_the_end(name: str) -> None:
    whole = bot(name, *BLOCKS[name])
    ways = list(whole.ways.covering())
    walks, least = WITH_BLOCKS[name]
    assert len(ways) >= walks
    assert whole.ways.end.ways >= least
    assert {step for way in ways for step in way} == {step for place in whole.ways.standings() for step in place.steps}
    walk_all(whole, ways, turning=12)


@pytest.mark.nightly
@pytest.mark.slow
@pytest.mark.parametrize(("name", "block"), [(name, block) for name in ALONE for block in BLOCKS[name]])
def test_every_step_of_a_questionnaire_with_one_block_leads_to_the_end(name: str, block: str) -> None:
    one = bot(name, block)
    walk_all(one, list(one.ways.covering()), turning=12)


def test_a_rule_that_the_bot_does_not_understand_is_not_passed_over() -> None:
    with pytest.raises(NotImplementedError, match=r"bg\.employees"):
        Bot(make.questionnaire("routing"))
