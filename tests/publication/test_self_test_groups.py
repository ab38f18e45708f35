"""Groups of the self-test: counted, shown from five up and in steps, never twice, gone after a day."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connections
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as some

from jobs import registry
from jobs.execution import run_due
from jobs.timetable import tick
from publication.actions.self_test import (
    FEWEST,
    MOST_PEOPLE,
    STEP,
    Count,
    GroupEnded,
    GroupFull,
    add_answers,
    counted,
    is_step,
    now_shown,
    open_group,
)
from publication.models import SelfTestGroup
from publication.models.self_test import CODE_ALPHABET, plain_code

YES, NO = {"types.service": ["yes"]}, {"types.service": ["no"]}


def people(group: SelfTestGroup, *choices: dict[str, list[str]]) -> None:
    for chosen in choices:
        add_answers(code=group.code, form=f"form-{SelfTestGroup.objects.get().people}", chosen=chosen)
    group.refresh_from_db()


@pytest.mark.django_db
def test_a_code_has_eight_signs_that_are_not_taken_for_each_other():
    codes = {open_group().code for _group in range(20)}
    assert len(codes) == 20
    assert {len(code) for code in codes} == {8}
    assert set("".join(codes)) <= set(CODE_ALPHABET)
    assert not set(CODE_ALPHABET) & set("0O1ILQDB8S5Z2GJVW")
    assert plain_code(" acef-hkmn ") == "ACEFHKMN"


@pytest.mark.django_db
def test_answers_become_counts_and_nothing_else():
    group = open_group()
    people(group, {"types.service": ["yes"], "partners": ["state", "citizens"]}, {"partners": ["state"]})
    assert group.people == 2
    assert group.counts == {
        "types.service": {"answers": 1, "options": {"yes": 1}},
        "partners": {"answers": 2, "options": {"state": 2, "citizens": 1}},
    }
    assert len(group.sent) == 2
    assert "form" not in "".join(group.sent)


@pytest.mark.django_db
def test_nothing_is_shown_below_five_and_then_it_changes_with_every_third():
    group = open_group()
    seen = []
    for _person in range(12):
        people(group, YES)
        seen.append((group.shown_people, group.shown.get("types.service", {}).get("answers")))
    assert seen == [(0, None)] * 4 + [(5, 5)] * 3 + [(8, 8)] * 3 + [(11, 11)] * 2


@pytest.mark.django_db
def test_a_question_that_few_were_asked_waits_for_its_own_five():
    group = open_group()
    people(group, *[YES] * 4, {**YES, "novelty": ["first"]})
    assert set(group.shown) == {"types.service"}
    people(group, *[{**YES, "novelty": ["copied"]}] * 3)  # four of eight
    assert set(group.shown) == {"types.service"}
    people(group, {**YES, "novelty": ["copied"]}, NO, NO)  # five of eleven
    assert group.shown["novelty"] == {"answers": 5, "options": {"first": 1, "copied": 4}}
    people(group, {**YES, "novelty": ["first"]}, NO, NO)  # a sixth would be seen as the difference
    assert group.shown_people == 14
    assert group.shown["novelty"]["answers"] == 5


@given(some.lists(some.lists(some.sampled_from("abc"), unique=True), max_size=60))
def test_two_pictures_never_differ_by_fewer_than_a_step(persons: list[list[str]]):
    counts: dict[str, Count] = {}
    shown: dict[str, Count] = {}
    for number, items in enumerate(persons, start=1):
        counts = counted(counts, {item: ["yes"] for item in items})
        following = now_shown(shown, counts) if is_step(number) else shown
        for item, count in following.items():
            assert count["answers"] >= FEWEST
            if count != shown.get(item, count):
                assert count["answers"] - shown[item]["answers"] >= STEP
        shown = following


@pytest.mark.django_db
def test_the_same_form_counts_once():
    group = open_group()
    assert add_answers(code=group.code, form="one", chosen=YES)
    assert not add_answers(code=group.code, form="one", chosen=NO)
    assert add_answers(code=group.code, form="two", chosen=NO)
    group.refresh_from_db()
    assert group.people == 2
    assert group.counts["types.service"]["options"] == {"yes": 1, "no": 1}


@pytest.mark.django_db
def test_a_group_that_is_unknown_over_or_full_takes_no_more():
    group = open_group()
    with pytest.raises(GroupEnded):
        add_answers(code="AAAAAAAA", form="one", chosen=YES)
    SelfTestGroup.objects.update(people=MOST_PEOPLE)
    with pytest.raises(GroupFull):
        add_answers(code=group.code, form="one", chosen=YES)
    SelfTestGroup.objects.update(people=0, expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(GroupEnded):
        add_answers(code=group.code, form="one", chosen=YES)


@pytest.mark.django_db
def test_the_timetable_deletes_what_has_ended():
    registry.load()
    over, running = open_group(), open_group()
    SelfTestGroup.objects.filter(pk=over.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
    tick(timezone.now())
    run_due()
    assert list(SelfTestGroup.objects.all()) == [running]


@pytest.mark.django_db(transaction=True)
def test_people_who_send_at_the_same_moment_are_all_counted():
    group = open_group()

    def send(number: int) -> None:
        add_answers(code=group.code, form=f"form-{number}", chosen=YES)
        connections.close_all()

    threads = [Thread(target=send, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    group.refresh_from_db()
    assert group.people == 8
    assert group.counts["types.service"] == {"answers": 8, "options": {"yes": 8}}
