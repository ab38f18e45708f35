import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.instrument.diff import UNDECLARED, Change, Difference, Move, ReusedCode, Sequel, Wording, difference
from surveys.instrument.diff_order import moved, sequel
from surveys.instrument.diff_report import report_lines
from surveys.instrument.diff_texts import folded, says_the_same
from surveys.instrument.document import LIBRARY, from_document, load_library, to_document
from surveys.instrument.on_disk import fitting_blocks
from surveys.instrument.rules import parse
from surveys.instrument.schema import (
    Comparability,
    DisclosureClass,
    Edit,
    Instrument,
    Level,
    Option,
    Relation,
    Requirement,
    TextState,
)
from surveys.instrument.texts import entries, with_texts
from tests import make

FORMER = make.questionnaire("former")
EVERYTHING = from_document(load_library(blocks=fitting_blocks(LIBRARY, "workplace")))
EVERY = {name: make.questionnaire(name) for name in ("battery", "edits", "exclusive", "kinds", "one_page", "routing")}


def reworded(instrument: Instrument, language: str = "en", **texts: str) -> Instrument:
    """The instrument with some texts replaced; `__` in a name stands for a point."""
    changes = {name.replace("__", "."): text for name, text in texts.items()}
    changed = with_texts(instrument.texts[language], changes, {}, TextState.DRAFT)
    return replace(instrument, texts={**instrument.texts, language: changed})


def with_item(instrument: Instrument, key: str, **changes: object) -> Instrument:
    changed: Any = replace(instrument.items[key], **changes)  # type: ignore[arg-type]
    return replace(instrument, items={**instrument.items, key: changed})


def in_every_text(instrument: Instrument, change: Callable[[str], str]) -> Instrument:
    texts = {
        language: with_texts(one, {at: change(text) for at, text in entries(one).items()}, {}, one.state)
        for language, one in instrument.texts.items()
    }
    return replace(instrument, texts=texts)


def declared(item: str, relation: Relation = Relation.REWORDED, former: str = "broken 1") -> Comparability:
    return Comparability(item, former, relation, "It reads better.", "Kari", "2026-01-05")


@pytest.mark.parametrize("name", EVERY)
def test_a_questionnaire_does_not_differ_from_itself(name: str) -> None:
    found = difference(EVERY[name], EVERY[name])
    assert found.is_empty
    assert found.accounted_for
    assert found.folded == ()


def test_the_largest_shipped_questionnaire_does_not_differ_from_itself() -> None:
    assert difference(EVERYTHING, EVERYTHING).is_empty


def test_a_questionnaire_read_back_from_its_document_does_not_differ() -> None:
    assert difference(EVERYTHING, from_document(json.loads(json.dumps(to_document(EVERYTHING))))).is_empty


def test_items_come_go_and_change() -> None:
    items = {key: item for key, item in FORMER.items.items() if key != "who"}
    present = with_item(replace(FORMER, items=items), "number", minimum=1, disclosure=DisclosureClass.CONFIDENTIAL)
    present = replace(present, items={**present.items, "extra": replace(FORMER.items["who"], key="extra")})
    found = difference(FORMER, present)
    assert (found.added, found.removed) == (("extra",), ("who",))
    (changed,) = found.changed
    assert changed.key == "number"
    assert changed.properties == (Change("minimum", "0", "1"), Change("disclosure", "open", "confidential"))
    assert (changed.relation, found.undeclared) == (UNDECLARED, ("number",))


@pytest.mark.parametrize(
    ("changes", "measures"),
    [
        ({"maximum": 20}, True),
        ({"decimals": 1}, True),
        ({"unit": "persons"}, True),
        ({"disclosure": DisclosureClass.CONFIDENTIAL}, False),
        ({"required": Requirement.HARD}, False),
        ({"export": "n"}, False),
        ({"evidence": "documented"}, False),
    ],
)
def test_what_answers_may_mean_has_to_be_declared_and_how_they_are_kept_is_listed(
    changes: dict[str, object], measures: bool
) -> None:
    found = difference(FORMER, with_item(FORMER, "number", **changes))
    assert [item.measures for item in found.changed] == [measures]
    assert found.accounted_for is not measures
    assert not found.is_empty


def test_options_come_go_and_move() -> None:
    options = (Option("volunteers"), Option("nobody", exclusive=True), Option("leaders"))
    found = difference(FORMER, with_item(FORMER, "who", options=options))
    assert found.changed[0].options == Sequel(added=("volunteers",), removed=("employees",), moved=("nobody",))
    assert found.undeclared == ("who",)


def test_the_marks_of_an_option_are_listed() -> None:
    options = (*FORMER.items["who"].options[:2], Option("nobody", missing=True, common="leaders"))
    (changed,) = difference(FORMER, with_item(FORMER, "who", options=options)).changed
    assert changed.properties == (
        Change("options.nobody.missing", "", "true"),
        Change("options.nobody.exclusive", "true", ""),
        Change("options.nobody.common", "", "leaders"),
    )


def test_wording_is_listed_by_language_and_part() -> None:
    former = EVERY["kinds"]
    present = reworded(former, "nb", title="Typer", items__colour__question="Hvilken farge er det?")
    present = reworded(present, "en", items__count__help="Count roughly.", pages__tools="Your tools")
    found = difference(former, present)
    assert found.wordings == (
        Wording("nb", "title", "Slag", "Typer"),
        Wording("nb", "items.colour.question", "Hvilken farge?", "Hvilken farge er det?"),
        Wording("en", "pages.tools", "Tools", "Your tools"),
        Wording("en", "items.count.help", "", "Count roughly."),
    )
    assert {item.key: [text.language for text in item.wordings] for item in found.changed} == {
        "colour": ["nb"],
        "count": ["en"],
    }


def test_the_question_of_a_battery_belongs_to_each_of_its_rows() -> None:
    former = EVERY["battery"]
    found = difference(former, reworded(former, batteries__factors__question="What helped?"))
    assert found.undeclared == ("factors.technology", "factors.money", "factors.law")
    assert len(found.wordings) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("In 2024, what was new?", "In 2026 what was new?"),
        ("The years 2023–2024", "the years {ref.from:year} - {ref.to:year}"),
        ("Say “yes”", "Say «yes»"),
        ("Say 'yes'  now", "say yes now"),
        ("non-profit", "non‑profit"),
        ("don't know", "Don’t know"),
    ],
)
def test_small_things_are_folded(one: str, other: str) -> None:
    assert says_the_same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,5 hours", "15 hours"),
        ("-2", "2"),
        ("From 3 to 5", "From 3 to 6"),
        ("Is it so?", "Is it so"),
        ("In the last two years", "In the last three years"),
        ("set up", "setup"),
    ],
)
def test_other_things_are_not_folded(one: str, other: str) -> None:
    assert not says_the_same(one, other)


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.sampled_from(sorted(EVERY)), st.integers(2000, 2098))
def test_another_year_in_every_text_is_only_folded(name: str, year: int) -> None:
    instrument = EVERY[name]
    one = in_every_text(instrument, lambda text: f"{text} (in {year})")
    other = in_every_text(instrument, lambda text: f"{text} (in {year + 1})")
    found = difference(one, other)
    assert found.is_empty
    assert found.accounted_for
    assert len(found.folded) == sum(len(entries(texts)) for texts in instrument.texts.values())


@given(st.sampled_from(sorted(EVERY)), st.sampled_from([str.upper, lambda text: f"“{text}”", lambda text: f"{text},"]))
def test_case_quotation_marks_and_commas_are_only_folded(name: str, change: Callable[[str], str]) -> None:
    found = difference(EVERY[name], in_every_text(EVERY[name], change))
    assert found.is_empty
    assert found.folded


@pytest.mark.parametrize("name", EVERY)
def test_every_other_word_is_listed_in_every_text(name: str) -> None:
    instrument = EVERY[name]
    found = difference(instrument, in_every_text(instrument, lambda text: f"Otherwise {text}"))
    assert len(found.wordings) == sum(len(entries(texts)) for texts in instrument.texts.values())
    assert set(found.undeclared) == set(instrument.items)


def test_a_code_with_another_label_is_listed_even_when_it_is_declared() -> None:
    present = replace(
        reworded(FORMER, items__who__options__employees="Volunteers"), comparability=(declared("who", Relation.BROKEN),)
    )
    found = difference(FORMER, present)
    assert found.reused == (ReusedCode("who", "employees", "en", "Employees", "Volunteers"),)
    assert (found.undeclared, found.accounted_for) == ((), False)


def test_a_year_that_is_the_whole_label_is_its_meaning() -> None:
    former = reworded(FORMER, items__who__options__leaders="2023–2024", items__who__options__employees="In 2024")
    present = reworded(FORMER, items__who__options__leaders="2024–2025", items__who__options__employees="In 2025")
    found = difference(former, present)
    assert found.reused == (ReusedCode("who", "leaders", "en", "2023–2024", "2024–2025"),)
    assert len(found.folded) == 2


def test_a_label_in_one_language_alone_is_enough_to_be_listed() -> None:
    former = EVERY["kinds"]
    found = difference(former, reworded(former, "en", items__colour__options__red="Green"))
    assert [(code.language, code.code) for code in found.reused] == [("en", "red")]


def test_a_language_that_only_one_has_is_named_and_not_compared() -> None:
    former = EVERY["kinds"]
    found = difference(former, replace(former, languages=("nb",), texts={"nb": former.texts["nb"]}))
    assert found.languages == Sequel(removed=("en",))
    assert found.wordings == ()


@pytest.mark.parametrize(
    ("former", "present", "moves"),
    [
        ("abcde", "abcde", 0),
        ("abcde", "bcdea", 1),
        ("abcde", "eabcd", 1),
        ("abcde", "acbde", 1),
        ("abcde", "edcba", 4),
        ("abc", "xaybzc", 0),
        ("", "abc", 0),
        ("abcdef", "defabc", 3),
    ],
)
def test_as_few_moves_as_there_can_be(former: str, present: str, moves: int) -> None:
    assert len(moved(former, present)) == moves


@given(st.lists(st.integers(0, 12), unique=True), st.lists(st.integers(0, 12), unique=True))
def test_without_the_moved_ones_the_order_is_the_same(former: list[int], present: list[int]) -> None:
    jumped = moved(former, present)
    kept = [one for one in present if one in former and one not in jumped]
    assert kept == [one for one in former if one in kept]


def test_an_item_on_another_page_has_moved_and_says_when_it_is_asked() -> None:
    first, second = FORMER.pages
    pages = (replace(first, asks=(*first.asks, second.asks[1])), replace(second, asks=second.asks[:1]))
    found = difference(FORMER, replace(FORMER, pages=pages))
    assert found.moves == (Move("number", "all", "who", "all", "new", "who"),)
    assert found.routing == (Change("items.number.asked_when", 'new == "yes"', ""),)
    assert found.accounted_for


def test_pages_and_sections_come_go_and_move() -> None:
    first, second = FORMER.pages
    found = difference(FORMER, replace(FORMER, pages=(second, replace(first, id="start", section="one"))))
    assert found.sections == Sequel(added=("one",))
    assert found.pages == Sequel(added=("start",), removed=("new",))
    turned = difference(FORMER, replace(FORMER, pages=(second, first)))
    assert len(turned.pages.moved) == 1
    assert [move.item for move in turned.moves] == ["new"]


def test_routing_is_shown_as_people_write_it() -> None:
    first, second = FORMER.pages
    asks = (replace(second.asks[0], show_if=parse("answered(new)")), second.asks[1])
    options = (FORMER.items["who"].options[0], Option("employees", show_if=parse('bg.country == "NO"')))
    present = with_item(FORMER, "who", options=(*options, FORMER.items["who"].options[2]))
    present = replace(
        present,
        pages=(first, replace(second, show_if=parse('new in ["yes", "no"]'), asks=asks)),
        conditions={"large": parse("number > 5")},
        partial=parse("answered(new)"),
    )
    assert difference(FORMER, present).routing == (
        Change("conditions.large", "", "number > 5"),
        Change("pages.who.show_if", 'new == "yes"', 'new in ["yes", "no"]'),
        Change("items.who.show_if", "", "answered(new)"),
        Change("items.who.options.employees.show_if", "", 'bg.country == "NO"'),
        Change("partial", "", "answered(new)"),
    )


def test_edits_come_go_and_change() -> None:
    edits = (
        Edit("many", "number", parse("not number > 8"), Level.HARD),
        Edit("few", "who", parse("number > 0"), Level.SOFT),
    )
    assert difference(FORMER, replace(FORMER, edits=edits)).edits == (
        Change("edits.many", "number, soft: not number > 5", "number, hard: not number > 8"),
        Change("edits.few", "", "who, soft: number > 0"),
    )


def test_a_change_has_the_relation_that_is_declared_for_it() -> None:
    present = reworded(FORMER, items__new__question="Has anything changed?")
    assert difference(FORMER, present).undeclared == ("new",)
    found = difference(FORMER, replace(present, comparability=(declared("new"),)))
    assert [item.relation for item in found.changed] == ["reworded"]
    assert found.accounted_for


def test_countries_may_have_relations_of_their_own() -> None:
    lines = (replace(declared("new"), country="NO"), replace(declared("new", Relation.BROKEN), country="DK"))
    present = replace(reworded(FORMER, items__new__question="Has anything changed?"), comparability=lines)
    assert [item.relation for item in difference(FORMER, present).changed] == ["NO: reworded, DK: broken"]


def test_a_declaration_about_another_questionnaire_does_not_count_and_is_named() -> None:
    line = declared("new", former="broken 0")
    present = replace(reworded(FORMER, items__new__question="Has anything changed?"), comparability=(line,))
    found = difference(FORMER, present)
    assert (found.undeclared, found.elsewhere) == (("new",), (line,))


def test_a_declaration_holds_whatever_blocks_were_asked() -> None:
    former = replace(FORMER, version="1+failed")
    present = replace(reworded(FORMER, items__new__question="Has anything changed?"), comparability=(declared("new"),))
    assert difference(former, present).accounted_for


def everything_changed() -> Difference:
    options = (*FORMER.items["who"].options[::-1], Option("volunteers"))
    present = with_item(reworded(FORMER, items__who__question="Who started it?"), "who", options=options)
    return difference(FORMER, replace(present, version="2", comparability=(declared("who"),)))


def test_the_report_is_json() -> None:
    document = everything_changed().as_document()
    assert json.loads(json.dumps(document)) == document
    assert document["former"] == "broken 1"
    assert document["undeclared"] == []
    (changed,) = document["changed"]  # type: ignore[misc]
    assert changed["relation"] == "reworded"
    assert changed["declarations"][0]["relation"] == "reworded"
    assert changed["options"]["added"] == ["volunteers"]
    assert document["counts"] == {"folded": 0, "undeclared": 0, "reused": 0}


def test_the_report_reads_as_lines() -> None:
    assert list(report_lines(everything_changed())) == [
        "broken 1 -> broken 2",
        "Changed items:",
        "  who: reworded",
        "    reworded, *: It reads better. (Kari, 2026-01-05)",
        "    options new: volunteers",
        "    options moved: nobody, employees",
        "    wording: items.who.question (en)",
        "Wording:",
        '  items.who.question (en): "Who began?" -> "Who started it?"',
    ]
    assert list(report_lines(difference(FORMER, FORMER))) == ["broken 1 -> broken 1", "  Nothing has changed."]


def test_what_has_to_be_mended_stands_last_in_the_report() -> None:
    present = reworded(FORMER, items__who__options__leaders="Chiefs", items__number__question="How  many?")
    lines = list(report_lines(replace(difference(FORMER, present), elsewhere=(declared("new", former="broken 0"),))))
    assert "1 texts differ only in year, comma, quotation marks, space, dash or case." in lines
    assert lines[-5:] == [
        "  new: broken 0",
        "Codes used again with another label:",
        '  who, leaders, en: "Leaders" -> "Chiefs"',
        "Undeclared:",
        "  who",
    ]


def test_a_faulty_questionnaire_is_compared_too() -> None:
    faulty = make.questionnaire("broken_unknown_reference__condition")
    assert not difference(FORMER, faulty).is_empty
    assert not difference(faulty, FORMER).is_empty
    assert difference(FORMER, replace(FORMER, pages=())).pages == Sequel(removed=("new", "who"))
    assert difference(replace(FORMER, pages=()), FORMER).moves == ()


def test_a_list_of_names_is_told_as_a_sequel() -> None:
    assert sequel("abc", "cbd") == Sequel(added=("d",), removed=("a",), moved=("c",))
    assert not sequel("abc", "abc")
