"""A stranger who holds a published card looks for its workplace in a microdata file."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from analytics.models import Dataset
from jobs.execution import run_due
from publication.actions import cases, microdata
from publication.actions.case_cards import card_hash
from publication.case_queries import cards_about
from publication.disclosure.microdata import Beside, RiskTooHigh, choose, versions
from publication.disclosure.named_rows import (
    WITHHELD,
    Card,
    NamedWorkplace,
    agrees,
    emptied,
    finds,
    masks_for,
    named_workplaces,
)
from publication.models import Case, MicrodataFile, MicrodataState
from publication.work import microdata as work
from surveys.models import Programme, Response
from tests import make
from tests.publication.case_world import CONTACT, FACTS, TEXTS
from tests.publication.world import World

K = 3
COLUMNS = ("types.product", "types.service", "newest_types.product", "newest_types.service", "values.a", "values.b")
PLACE = {"country": "NO", "sector": "culture", "size_class": "small"}


def asked(newest: str, values: str, *, number: int = 1, **more: str) -> list[dict[str, str]]:
    """Rows of innovators: two signs for product and service, two for the values."""
    answers = ("yes" if newest[0] == "1" else "no", "yes" if newest[1] == "1" else "no", *newest, *values)
    return [{**PLACE, **dict(zip(COLUMNS, answers, strict=True)), **more} for _ in range(number)]


def others(number: int) -> list[dict[str, str]]:
    """Rows of who has not innovated: asked about the period alone."""
    return [{**PLACE, **dict(zip(COLUMNS, ("no", "no", "", "", "", ""), strict=True))} for _ in range(number)]


def card(types: str = "service", values: str = "a", *, number: int = 1, **more: Any) -> Card:
    given: dict[str, Any] = {"workplace": number, **PLACE, "stopped": False, "novelty": frozenset()}
    return Card(number=number, types=frozenset(types.split()), values=frozenset(values.split()), **{**given, **more})


def one_of(*cards: Card) -> list[NamedWorkplace]:
    return named_workplaces(cards, COLUMNS, ("small", "large"))


ALONE = [*asked("01", "10"), *asked("01", "11", number=4), *asked("10", "01", number=4), *others(6)]


def test_a_card_finds_the_one_row_that_says_the_same() -> None:
    """Four others have the value too, with a second one: the card and nothing else is one row."""
    [named] = one_of(card())
    assert min(finds(ALONE, named)) == 1
    assert min(finds([*ALONE, *asked("01", "10", number=2)], named)) == 3
    assert finds(others(6), named) == []


def test_what_the_card_tells_is_emptied_in_all_rows_of_the_place_question_by_question() -> None:
    [named] = one_of(card())
    elsewhere = asked("01", "10", sector="social")
    masks = masks_for([*ALONE, *elsewhere], [named], K)
    assert masks == {("NO", "culture", "small"): {"values.a", "values.b"}}
    rows = emptied([*ALONE, *elsewhere], masks or {})
    assert min(finds(rows, named)) >= K
    assert {row["values.a"] for row in rows[:9]} == {WITHHELD}
    assert {row["values.a"] for row in rows[9:15]} == {""}, "who was not asked is still seen not to have been"
    assert rows[15] == elsewhere[0]


def test_types_go_too_where_the_values_are_not_enough() -> None:
    rows = [*asked("01", "10"), *asked("10", "01", number=8), *others(6)]
    masks = masks_for(rows, one_of(card()), K)
    assert masks == {("NO", "culture", "small"): set(COLUMNS)}


def test_where_too_few_have_innovated_the_file_is_not_made_this_way() -> None:
    rows = [*asked("01", "10"), *others(9)]
    assert masks_for(rows, one_of(card()), K) is None
    larger = [{**row, "size_class": "large"} for row in asked("01", "10", number=8)]
    keys = [{name: row[name] for name in PLACE} for row in (*rows, *larger)]
    frame = {("NO", "culture", size): 50 for size in ("small", "large")}
    answers = [{name: row[name] for name in COLUMNS} for row in (*rows, *larger)]
    beside = Beside(answers, one_of(card()))
    tried = versions(("small", "large"), ())
    assert choose(keys, frame, tried).version.name == "full"
    chosen = choose(keys, frame, tried, beside)
    assert (chosen.version.name, chosen.masks) == ("without_size", {})
    assert [risk.named_hides for risk in chosen.tried] == [False, False, False, True]
    assert (chosen.tried[0].named_before, chosen.tried[-1].named) == (1, 9)
    with pytest.raises(RiskTooHigh):
        choose(keys[:10], frame, tried, Beside(answers[:10], beside.named))


def test_a_card_that_says_less_than_was_answered_finds_what_agrees_at_least() -> None:
    rows = [*asked("11", "11"), *asked("10", "11", number=8)]
    [named] = one_of(card("service", "b"))
    assert min(finds(rows, named)) == 1
    assert masks_for(rows, [named], K) is not None


def test_two_cards_of_one_workplace_are_read_together() -> None:
    columns = (*COLUMNS, "stopped")
    rows = [*asked("01", "10", number=4, stopped="no"), *asked("01", "10", stopped="yes")]
    rows += asked("10", "01", number=3, stopped="yes")
    both = [card(), card("", "", number=2, workplace=1, stopped=True)]
    [named] = named_workplaces(both, columns, ("small",))
    assert min(finds(rows, named)) == 1
    apart = named_workplaces([both[0], card("", "", number=2, stopped=True)], columns, ("small",))
    assert all(min(finds(rows, one)) >= K for one in apart)


def test_a_workplace_of_unknown_size_is_looked_for_in_every_size() -> None:
    assert [one.sure["size_class"] for one in one_of(card(size_class=""))] == [{"large"}, {"small"}]


# In the database


def rows_in(file: MicrodataFile) -> list[dict[str, str]]:
    with zipfile.ZipFile(Path(settings.DATA_DIR) / "microdata" / file.file_name) as packed:
        return list(csv.DictReader(io.StringIO(packed.read("data.csv").decode())))


def built(world: World) -> MicrodataFile:
    asked_for = microdata.request(dataset=Dataset.objects.get(wave=world.wave), by=world.researcher)
    run_due()
    asked_for.refresh_from_db()
    assert asked_for.state == MicrodataState.READY, asked_for.error
    return asked_for


def found_by_hand(rows: Sequence[Mapping[str, str]], case: Case) -> int:
    """Rows with country, sector and exactly the values of the card: a way to look that needs no code of ours."""
    said = {f"values.{code}" for code in case.card["values"]}
    place = {"country": case.card["country"], "sector": case.card["sector"]}
    return sum(
        all(row[name] == value for name, value in place.items())
        and all(row[name] in (WITHHELD, "1" if name in said else "0") for name in row if name.startswith("values."))
        for row in rows
    )


def begun(world: World, rows: Sequence[Mapping[str, str]]) -> Case:
    """A card with what its workplace answered, of one that its values single out in the file."""
    programme = Programme.objects.get(pk=world.programme.pk)
    editor = make.user("administrator", programme)
    answered = Response.objects.filter(sampled_unit__wave=world.wave, record__contact_consent="yes").order_by("pk")
    for response in answered.filter(record__has_key="values"):
        case = cases.start(wave=world.wave, unit=response.sampled_unit.unit, subject="newest", by=editor)
        facts = {name: case.card[name] for name in FACTS}
        case = cases.write(case=case, facts=facts, language="nb", texts=TEXTS, by=editor)
        if found_by_hand(rows, case) == 1:
            return case
    raise AssertionError("no card singles a row out: the world has changed")


def published(case: Case, world: World) -> None:
    case = cases.ask(case=case, by=case.edited_by)
    case = cases.set_contact(case=case, **CONTACT)  # type: ignore[arg-type]
    cases.publish(case=cases.approve(case=case, seen=card_hash(case)), by=world.publisher)


@pytest.mark.django_db
def test_a_file_made_after_a_card_does_not_single_its_workplace_out(world: World) -> None:
    before = built(world)
    case = begun(world, rows_in(before))
    MicrodataFile.objects.update(state=MicrodataState.FAILED)  # as if it had never been
    published(case, world)
    after = built(world)
    rows = rows_in(after)
    assert found_by_hand(rows, case) not in (1, 2)
    [risk] = [one for one in after.report["versions"] if one["version"] == after.report["chosen"]]
    assert risk["named_before"] in (1, 2)
    assert risk["named"] >= K
    assert after.report["named_by_cards"] == 1
    assert sum(one["rows"] for one in after.report["emptied"]) < len(rows) / 2
    assert {row["values.quality"] for row in rows} >= {"0", "1", WITHHELD}


@pytest.mark.django_db
def test_a_card_that_would_open_a_file_that_stands_is_neither_sent_nor_published(world: World) -> None:
    file = built(world)
    case = begun(world, rows_in(file))
    with pytest.raises(cases.FoundInFile, match=f"{file.pk}"):
        cases.ask(case=case, by=case.edited_by)
    less = {**{name: case.card[name] for name in FACTS}, "values": [], "novelty": "", "types": []}
    case = cases.write(case=case, facts=less, language="nb", texts=TEXTS, by=case.edited_by)
    published(case, world)
    assert [one.number for one in cards_about(world.wave)] == [case.pk]


@pytest.mark.django_db
def test_a_file_that_a_card_overtook_is_made_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    def late(wave: Any) -> list[Card]:
        calls.append(1)
        return [card(number=99)] if len(calls) == 1 else cards_about(wave)

    monkeypatch.setattr(work, "cards_about", late)
    file = built(world)
    assert len(calls) == 2
    assert len(list(microdata.folder().glob("*.zip"))) >= 1
    assert file.report["named_by_cards"] == 0


def test_a_row_agrees_where_nothing_speaks_against_it() -> None:
    test = {"values.a": frozenset({"1"})}
    assert [agrees({"values.a": value}, test) for value in ("1", WITHHELD, "0", "", "no_answer")] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert agrees({}, test)
