"""The desk page on what people of a pilot said of the questions."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from surveys.instrument.document import load_library
from surveys.instrument.probes import in_a_pilot_alone, probes
from surveys.instrument.rule_text import parse
from surveys.models import Response, User, Wave
from surveys.queries import probed
from surveys.queries.respondents import instrument_of
from surveys.views.desk.probes import TEXTS_A_PAGE
from tests import make

pytestmark = pytest.mark.django_db
ADDRESS = "/desk/barometer/waves/2025/said"
GIVEN: list[dict[str, Any]] = [
    {"pilot_definition": "Zebra <b>words</b>\nof two lines", "pilot_hard": ["types", "culture"], "pilot_minutes": 9},
    {"pilot_definition": "aldri i livet", "pilot_hard": ["types"], "pilot_minutes": 20},
    {"pilot_definition": "Mitt på", "pilot_hard": ["none"], "pilot_minutes": 12},
]


@pytest.fixture
def wave() -> Wave:
    programme = make.programme()
    document = load_library("workplace", blocks=["pilot"])
    wave = make.wave(programme, instrument=make.instrument(programme, document=document))
    Wave.objects.update(pilot=True)
    wave.refresh_from_db()
    return wave


def handed_in(wave: Wave, answers: list[dict[str, Any]]) -> None:
    drawn = make.drawn(wave, make.frame(wave.programme, units=make.units(len(answers) + 1)), size=len(answers) + 1)
    make.submitted([(unit, {**make.INNOVATION, **given}) for unit, given in zip(drawn, answers, strict=False)])
    draft = {"pilot_definition": "never handed in"}
    Response.objects.create(
        sampled_unit=drawn[-1], instrument=wave.instrument, answers=draft, language="nb", saved_at=wave.opened_at
    )


def read(wave: Wave, account: User | None = None, query: str = "") -> str:
    client = Client(headers={"accept-language": "en"})
    client.force_login(account or make.user("administrator", wave.programme))
    answer = client.get(f"{ADDRESS}{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_texts_stand_by_the_alphabet_with_their_language_and_nothing_of_who_wrote_them(wave: Wave) -> None:
    handed_in(wave, GIVEN)
    Response.objects.filter(record__pilot_definition="Mitt på").update(language="sv")
    shown = read(wave)
    assert reverse("surveys:wave-said", args=["barometer", "2025"]) == ADDRESS
    words = ["aldri i livet", "Mitt på", "Zebra &lt;b&gt;words&lt;/b&gt;<br>of two lines"]
    assert sorted(map(shown.index, words)) == list(map(shown.index, words))
    assert '<span lang="sv">Mitt på</span> <span class="tag" lang="sv">Svenska</span>' in shown
    assert '<span lang="nb">aldri i livet</span> <span class="tag" lang="nb">Norsk (bokmål)</span>' in shown
    assert "never handed in" not in shown
    assert "Workplace U" not in shown
    assert not any(pseudonym in shown for pseudonym in wave.sampled_units.values_list("pseudonym", flat=True))


def test_questions_stand_in_their_order_with_counts_medians_and_links_to_the_log(wave: Wave) -> None:
    handed_in(wave, GIVEN)
    shown = read(wave)
    keys = [item.key for item in probes(instrument_of(wave.instrument))]
    assert keys == [
        "pilot_definition", "pilot_workplace", "pilot_newest", "pilot_value", "pilot_scale", "pilot_hard",
        "pilot_minutes",
    ]  # fmt: skip
    places = [shown.index(f'<h2 id="{key}">') for key in keys]
    assert places == sorted(places)
    assert shown.count("<h2 id=") == len(keys)
    hard = "What has been put to use in the last two years", "Work that has not been put to use", "No, nothing"
    for label, n in zip(hard, (2, 0, 1), strict=True):
        assert f'<th scope="row" lang="en">{label}</th><td class="number">{n}</td>' in shown
    assert 'Median: 12 <span lang="en">minutes</span>' in shown
    assert "0 answers" in shown
    note = f"/desk/barometer/questionnaires/{wave.instrument_id}/reviews?item=pilot_definition&amp;language=nb"
    assert f'<a href="{note}">' in shown
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.filter(username__startswith="administrator").latest("pk"))
    form = client.get(note.replace("&amp;", "&")).content.decode()
    assert '<option value="pilot_definition" selected>' in form
    assert '<option value="nb" selected>' in form


def test_a_text_stays_as_it_was_written_also_where_it_looks_like_something_else(wave: Wave) -> None:
    texts = ["null", "1.50", "[]", "true", '"quoted"', "{}", "{organisation}"]
    handed_in(wave, [{"pilot_definition": text} for text in texts])
    assert {answer.value for answer in probed(wave, ["pilot_definition"])["pilot_definition"]} == set(texts)
    shown = read(wave)
    assert all(f">{text}</span>" in shown for text in ("null", "1.50", "[]", "&quot;quoted&quot;", "{organisation}"))


def test_many_texts_are_shown_in_pages_and_the_bound_is_said(wave: Wave) -> None:
    texts = [{"pilot_definition": f"text {number:03}", "pilot_minutes": 5} for number in range(TEXTS_A_PAGE + 2)]
    handed_in(wave, texts)
    first, second = read(wave), read(wave, query="?page=2")
    assert "the texts 1 to 100 stand here" in first
    assert "the texts 101 to 102 stand here" in second
    assert first.count(">text ") == TEXTS_A_PAGE
    assert [f">text {number:03}<" in second for number in (99, 100, 101)] == [False, True, True]
    assert all("102 answers" in page and "Median: 5 " in page for page in (first, second))


def test_the_number_of_queries_does_not_grow_with_the_answers(wave: Wave) -> None:
    account = make.user("administrator", wave.programme)
    read(wave, account)
    with CaptureQueriesContext(connection) as none:
        read(wave, account)
    handed_in(wave, [*GIVEN] * 10)
    with CaptureQueriesContext(connection) as many:
        read(wave, account)
    assert len(many) == len(none)


def test_of_a_pilot_only_those_who_edit_questionnaires_are_let_in(wave: Wave) -> None:
    other = make.programme("other")
    answers = {None: 302, "administrator": 200, "publisher": 403, "researcher": 403}
    for role, status in answers.items():
        client = Client(headers={"accept-language": "en"})
        if role is not None:
            client.force_login(make.user(role, wave.programme))
            linked = ADDRESS in client.get("/desk/barometer/waves/2025/").content.decode()
            assert linked == (status == 200)
        assert client.get(ADDRESS).status_code == status
    client.force_login(make.user("administrator", other))
    assert client.get(ADDRESS).status_code == 404


def test_an_ordinary_wave_has_no_such_page_and_none_of_its_answers_are_read(wave: Wave) -> None:
    handed_in(wave, GIVEN)
    assert len(probed(wave, ["pilot_minutes"])["pilot_minutes"]) == 3
    Wave.objects.update(pilot=False)
    assert probed(wave, ["pilot_minutes"]) == {"pilot_minutes": []}
    client = Client()
    client.force_login(make.user("administrator", wave.programme))
    assert client.get(ADDRESS).status_code == 404
    assert ADDRESS not in client.get("/desk/barometer/waves/2025/").content.decode()


def test_a_questionnaire_without_probes_says_so(wave: Wave) -> None:
    plain = make.instrument(wave.programme, document=make.document(), version="plain")
    Wave.objects.update(instrument=plain)
    assert "has no questions that a pilot alone asks" in read(wave)


@pytest.mark.parametrize(
    ("rule", "alone"),
    [
        ('bg.pilot in ["yes"]', True),
        ('bg.pilot == "yes"', True),
        ('(a == "x") and bg.pilot in ["yes"]', True),
        ('(a == "x" and b == "y") and bg.pilot in ["yes"] and bg.country in ["NO"]', True),
        ('bg.pilot in ["no"]', False),
        ('bg.pilot in ["yes", "no"]', False),
        ('a == "x" or bg.pilot in ["yes"]', False),
        ('not bg.pilot == "yes"', False),
        ('a == "x"', False),
    ],
)
def test_what_is_asked_in_a_pilot_alone_is_told_by_its_rule(rule: str, alone: bool) -> None:
    assert in_a_pilot_alone(parse(rule)) == alone
    assert not in_a_pilot_alone(None)
