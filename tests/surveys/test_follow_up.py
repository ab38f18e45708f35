"""The follow-up of non-respondents: drawn once, at random, from who may be asked again; and its list."""

import csv
from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse

from surveys.actions import follow_up
from surveys.actions.follow_up import AlreadyDrawn, FollowUpError, NotReminded, TooFewLeft, WaveNotOpen
from surveys.models import (
    AuditEvent,
    Disposition,
    FollowUp,
    Message,
    MessageKind,
    MessageState,
    Programme,
    SampledUnit,
    Unit,
    User,
    Wave,
    WaveState,
)
from surveys.queries import follow_ups
from tests import make

pytestmark = pytest.mark.django_db

SETTLED = {0: Disposition.COMPLETED, 1: Disposition.COMPLETED, 2: Disposition.DECLINED, 3: Disposition.INELIGIBLE}


@pytest.fixture
def wave(programme: Programme) -> Wave:
    """Norway: 30 small and 10 large workplaces drawn and reminded. Of either four are settled, all others silent."""
    wave = make.wave(programme, instrument=make.instrument(programme, document=make.tiny()))
    given = [make.UnitOf(code=f"S{number:02d}", employees=5) for number in range(30)]
    given += [make.UnitOf(code=f"L{number:02d}", employees=80) for number in range(10)]
    for unit in make.drawn(wave, make.frame(programme, units=given), size=40):
        make.message(unit, MessageKind.REMINDER)
        assert unit.unit is not None
        dispose([unit], SETTLED.get(int(unit.unit.code[1:]), Disposition.INVITED))
    return wave


def dispose(units: list[SampledUnit], disposition: Disposition) -> None:
    SampledUnit.objects.filter(pk__in=[unit.pk for unit in units]).update(disposition=disposition)


def draw(wave: Wave, by: User, **changes: int) -> FollowUp:
    return follow_up.draw(wave=wave, country="NO", by=by, **{"size": 8, "seed": 7, **changes})


def drawn(wave: Wave) -> list[SampledUnit]:
    return list(wave.sampled_units.filter(follow_up="drawn").select_related("unit").order_by("unit__code"))


def test_every_unit_keeps_how_it_stood_and_the_chance_of_its_stratum(wave: Wave, administrator: User) -> None:
    made = draw(wave, administrator)
    stands = Counter(wave.sampled_units.values_list("follow_up", flat=True))
    assert stands == {"answered": 4, "declined": 2, "ineligible": 2, "drawn": 8, "not_drawn": 24}
    assert (made.pool, made.size, made.seed) == (32, 8, 7)
    # 26 small and 6 large are left; 8 of 32 in proportion are 6.5 and 1.5, of which at least two are large
    by_size = Counter(str(unit.stratum.size_class) for unit in drawn(wave))
    assert by_size == {"small": 6, "large": 2}
    left = wave.sampled_units.filter(follow_up__in=("drawn", "not_drawn"))
    chances = {(str(unit.stratum.size_class), unit.follow_up_probability) for unit in left.select_related("stratum")}
    assert chances == {("small", 6 / 26), ("large", 2 / 6)}
    settled = wave.sampled_units.exclude(follow_up__in=("drawn", "not_drawn"))
    assert set(settled.values_list("follow_up_probability", flat=True)) == {None}
    event = AuditEvent.objects.get(action="follow_up.drawn")
    assert (event.actor, event.detail["size"], event.detail["seed"]) == (administrator.username, 8, 7)


def test_the_same_seed_draws_the_same_units_and_another_seed_others(wave: Wave, administrator: User) -> None:
    found = []
    for seed in (7, 7, 8):
        FollowUp.objects.all().delete()
        SampledUnit.objects.update(follow_up="", follow_up_probability=None)
        draw(wave, administrator, seed=seed)
        found.append([unit.pk for unit in drawn(wave)])
    assert found[0] == found[1] != found[2]


def test_what_comes_later_changes_nothing_of_the_draw_and_is_counted(wave: Wave, administrator: User) -> None:
    draw(wave, administrator)
    first, second, third, *_rest = drawn(wave)
    others = list(wave.sampled_units.filter(follow_up="not_drawn")[:3])
    dispose([first, second, *others], Disposition.COMPLETED)
    dispose([third], Disposition.DECLINED)
    (progress,) = follow_ups(wave)
    assert (progress.answered, progress.outstanding, progress.by_themselves) == (2, 5, 3)
    assert len(drawn(wave)) == 8


def test_pressing_twice_is_one_follow_up_and_another_is_refused(wave: Wave, administrator: User) -> None:
    one = draw(wave, administrator)
    before = [unit.pk for unit in drawn(wave)]
    assert draw(wave, administrator) == one
    with pytest.raises(AlreadyDrawn):
        draw(wave, administrator, size=9)
    with pytest.raises(AlreadyDrawn):
        draw(wave, administrator, seed=8)
    assert [unit.pk for unit in drawn(wave)] == before
    assert AuditEvent.objects.filter(action="follow_up.drawn").count() == 1


@pytest.mark.parametrize("state", [WaveState.DRAFT, WaveState.CLOSED])
def test_a_follow_up_is_drawn_while_the_wave_is_open(wave: Wave, administrator: User, state: WaveState) -> None:
    Wave.objects.update(state=state)
    with pytest.raises(WaveNotOpen):
        draw(wave, administrator)
    assert not FollowUp.objects.exists()


def test_reminders_go_out_first(wave: Wave, administrator: User) -> None:
    waiting = Message.objects.order_by("pk").first()
    assert waiting is not None
    Message.objects.filter(pk=waiting.pk).update(state=MessageState.QUEUED)
    with pytest.raises(NotReminded):
        draw(wave, administrator)
    Message.objects.all().delete()
    with pytest.raises(NotReminded):
        draw(wave, administrator)


@pytest.mark.parametrize(
    ("changes", "error"),
    [({"size": 33}, TooFewLeft), ({"size": 1}, TooFewLeft), ({"size": 8, "minimum_per_stratum": 5}, FollowUpError)],
)
def test_more_than_are_left_are_not_drawn(
    wave: Wave, administrator: User, changes: dict[str, int], error: type[FollowUpError]
) -> None:
    with pytest.raises(error):
        draw(wave, administrator, **changes)
    assert not FollowUp.objects.exists()
    assert not wave.sampled_units.exclude(follow_up="").exists()


# --- at the desk


def address(name: str, *more: str) -> str:
    return reverse(f"surveys:{name}", args=["barometer", "2025", *more])


def test_the_desk_draws_and_shows_how_the_follow_up_goes(wave: Wave, desk: Client) -> None:
    assert "Draw the follow-up" in desk.get(address("fieldwork")).content.decode()
    fields = {"country": "NO", "size": 8, "minimum_per_stratum": 2, "seed": 7}
    for _time in range(2):  # pressing twice is one draw
        shown = desk.post(address("follow-up"), fields, follow=True).content.decode()
        assert "The follow-up is drawn." in shown
    assert FollowUp.objects.count() == 1
    dispose(drawn(wave)[:3], Disposition.COMPLETED)
    shown = desk.get(address("fieldwork")).content.decode()
    row = shown.split('<th scope="row">Norway</th><td class="number">32</td>')[1].split("</tr>")[0]
    assert [part.split("</td>")[0] for part in row.split('<td class="number">')[1:]] == ["8", "3", "5", "0", "7"]
    assert "Draw the follow-up" not in shown


def test_a_refusal_stands_in_the_form_and_keeps_what_was_typed(wave: Wave, desk: Client) -> None:
    fields = {"country": "NO", "size": 33, "minimum_per_stratum": 2, "seed": 7}
    shown = desk.post(address("follow-up"), fields).content.decode()
    assert "33 units are asked for: a follow-up takes from 2 to the 32 that are left." in shown
    assert 'value="33"' in shown
    assert desk.get(address("follow-up"))["Location"] == address("fieldwork")


def test_the_list_has_contacts_of_those_still_to_pursue_and_nothing_of_their_answers(
    wave: Wave, desk: Client, administrator: User
) -> None:
    assert desk.post(address("follow-up-list", "NO")).status_code == 404
    draw(wave, administrator)
    answered, no_address, named, *others = drawn(wave)
    dispose([answered], Disposition.COMPLETED)
    assert no_address.unit is not None
    no_address.unit.contact.delete()
    Unit.objects.filter(pk=named.unit_id).update(name='=HYPERLINK("x")')
    assert desk.get(address("follow-up-list", "NO")).status_code == 405
    answer = desk.post(address("follow-up-list", "NO"))
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    header, first, second, *rest = csv.reader(answer.content.decode().splitlines())
    assert header == ["code", "name", "municipality_name", "email", "language"]
    assert (first[0], first[3], first[4]) == (no_address.unit.code, "", "nb")
    assert second[1] == '\'=HYPERLINK("x")'
    assert [row[0] for row in rest] == [unit.unit.code for unit in others if unit.unit]
    assert not any(unit.pseudonym in answer.content.decode() for unit in wave.sampled_units.all())
    event = AuditEvent.objects.get(action="follow_up.listed")
    assert (event.actor, event.detail["units"]) == (administrator.username, 7)


def test_a_closed_wave_gives_no_list(wave: Wave, desk: Client, administrator: User) -> None:
    draw(wave, administrator)
    Wave.objects.update(state=WaveState.CLOSED)
    shown = desk.post(address("follow-up-list", "NO"), follow=True)
    assert "nobody is to be pursued" in shown.content.decode()
    assert not AuditEvent.objects.filter(action="follow_up.listed").exists()


@pytest.mark.parametrize("role", ["publisher", "researcher"])
def test_others_neither_draw_nor_take_the_list_nor_see_the_buttons(wave: Wave, client: Client, role: str) -> None:
    client.force_login(make.user(role, wave.programme))
    fields = {"country": "NO", "size": 8, "minimum_per_stratum": 2, "seed": 7}
    assert client.post(address("follow-up"), fields).status_code == 403
    draw(wave, make.user(username="drawer"))
    assert client.post(address("follow-up-list", "NO")).status_code == 403
    shown = client.get(address("fieldwork")).content.decode().split("<main", 1)[1]
    assert 'id="follow-up"' in shown
    assert "<form" not in shown


def test_reminders_are_sent_from_the_fieldwork_page(wave: Wave, desk: Client) -> None:
    Message.objects.all().delete()
    assert "Send the reminders" in desk.get(address("fieldwork")).content.decode()
    shown = desk.post(address("remind"), follow=True).content.decode()
    assert "The reminders are being sent." in shown
    assert Message.objects.filter(kind=MessageKind.REMINDER, state=MessageState.QUEUED).count() == 32
    Wave.objects.update(state=WaveState.CLOSED)
    assert "reminders are sent while it is" in desk.post(address("remind"), follow=True).content.decode()
