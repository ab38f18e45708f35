"""A run with choices of one's own: filled in, refused field by field, started once, shown beside the defaults."""

import re

import pytest
from django.forms import TextInput
from django.test import Client
from django.urls import reverse
from django.utils import translation

from analytics.actions import runs
from analytics.core import parameters as core
from analytics.core.parameters import Parameters
from analytics.models import Run, RunState
from analytics.views import run_choices
from analytics.views.run_forms import RunForm
from surveys.models import User, Wave, WaveState
from tests import make

INDICES = [("nordic_composite", "All pillars"), ("learning", "Learning")]


def typed(initial: dict[str, object] | None = None) -> dict[str, object]:
    """What a browser sends back of a page that nobody changed."""
    fields = {name: RunForm(indices=INDICES, initial=initial)[name] for name in RunForm(indices=INDICES).fields}
    return {
        name: one.field.widget.format_value(one.value()) if isinstance(one.field.widget, TextInput) else one.value()
        for name, one in fields.items()
    }


def refused(data: dict[str, object]) -> dict[str, list[str]]:
    return {name: list(errors) for name, errors in RunForm(data, indices=INDICES).errors.items()}


# --- the form alone


def test_every_parameter_has_a_field_and_every_code_has_words() -> None:
    listed = [choice for group in run_choices.GROUPS for choice in group.choices]
    assert sorted(choice.name for choice in listed) == sorted(Parameters().to_document())
    assert {choice.name: tuple(choice.codes) for choice in listed if choice.codes} == {
        "nonresponse": (core.CELLS, core.PROPENSITY),
        "calibration": core.CALIBRATIONS,
        "interval": core.INTERVALS,
        "lonely": core.LONELY_RULES,
    }
    assert all(choice.codes for choice in listed if isinstance(getattr(Parameters(), choice.name), str))


@pytest.mark.parametrize("language", ["en", "nb", "nn", "da", "sv", "fi", "is"])
@pytest.mark.parametrize(
    "initial", [{}, {"confidence": 0.905, "draws": 100_000, "interval": "beta", "ask_for": ["learning"], "seed": 2**62}]
)
def test_a_page_sent_back_as_it_came_gives_the_choices_it_showed(initial: dict[str, object], language: str) -> None:
    with translation.override(language):
        form = RunForm(typed(initial), indices=INDICES)
        assert form.errors == {}
        wanted = {**Parameters().to_document(), "seed": 0, **initial}
        assert {**form.parameters(), "seed": form.cleaned_data["seed"]} == wanted


@pytest.mark.parametrize(
    ("language", "given", "read"),
    [
        ("nb", "0,9", 0.9),
        ("nb", "0.9", 0.9),
        ("fi", "0,9", 0.9),
        ("en", "0.9", 0.9),
        ("en", "0,9", None),
    ],
)
def test_decimals_are_written_as_the_language_writes_them(language: str, given: str, read: float | None) -> None:
    with translation.override(language):
        form = RunForm(typed() | {"confidence": given}, indices=INDICES)
        assert form.is_valid() == (read is not None)
        assert form.cleaned_data.get("confidence") == read


@pytest.mark.parametrize(("given", "read"), [("2 000", 2000), ("2\xa0000", 2000), ("2.000", None), ("2,000", None)])
def test_a_point_between_thousands_is_never_taken_for_decimals(given: str, read: int | None) -> None:
    with translation.override("da"):
        form = RunForm(typed() | {"draws": given}, indices=INDICES)
        assert (form.is_valid(), form.cleaned_data.get("draws")) == (read is not None, read)


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("confidence", "95", "Give a value from 0.5 to 0.999."),
        ("confidence", "high", "Enter a number."),
        ("confidence", "nan", "Enter a number."),
        ("minimum_per_cell", "1", "Give a value from 2 to 1000."),
        ("minimum_per_cell", "2.5", "Enter a whole number."),
        ("minimum_per_cell", "", "This field is required."),
        ("maximum_factor", "0.5", "Give a value from 1 to 100."),
        ("lowest_factor", "1", "Give a value from 0 to 0.99."),
        ("highest_factor", "1", "Give a value from 1.01 to 100."),
        ("missing_caution", "-0.1", "Give a value from 0 to 1."),
        ("minimum_answers", "19", "Give a value from 20 to 1000."),
        ("replicates", "10001", "Give a value from 0 to 10000."),
        ("draws", "500", "Give 0, or at least 2000."),
        ("sobol_points", "100", "Give a power of two: 64, 128, 256, 512 and so on."),
        ("interval", "wald", "Select a valid choice. wald is not one of the available choices."),
        ("ask_for", ["happiness"], "Select a valid choice. happiness is not one of the available choices."),
        ("seed", "-1", "Ensure this value is greater than or equal to 0."),
    ],
)
def test_a_bad_value_is_refused_beside_its_own_field(name: str, given: object, message: str) -> None:
    with translation.override("en"):
        assert refused(typed() | {name: given}) == {name: [message]}


def test_every_bad_value_is_named_at_once() -> None:
    found = refused(typed() | {"confidence": "2", "draws": "1", "seed": "x", "lonely": ""})
    assert sorted(found) == ["confidence", "draws", "lonely", "seed"]


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("nb", "Oppgi en verdi fra 0,5 til 0,999."),
        ("nn", "Gi opp ein verdi frå 0,5 til 0,999."),
        ("da", "Angiv en værdi fra 0,5 til 0,999."),
        ("sv", "Ange ett värde från 0,5 till 0,999."),
        ("fi", "Anna arvo väliltä 0,5–0,999."),
        ("is", "Gefðu upp gildi frá 0,5 til 0,999."),
    ],
)
def test_what_is_wrong_is_said_in_the_readers_language(language: str, message: str) -> None:
    with translation.override(language):
        assert refused(typed() | {"confidence": "2"}) == {"confidence": [message]}


def test_without_an_index_to_ask_for_there_is_no_such_group() -> None:
    with translation.override("en"):
        titles = [str(title) for title, _fields in RunForm(indices=[]).groups]
    assert titles == ["Weights", "Intervals and precision", "Replicates and uncertainty", "Random numbers"]


# --- the page


@pytest.fixture
def wave() -> Wave:
    return make.wave(make.programme(), state=WaveState.CLOSED)


@pytest.fixture
def administrator(wave: Wave, client: Client) -> User:
    account = make.user("administrator", wave.programme)
    client.force_login(account)
    return account


def address(name: str, wave: Wave, *more: object) -> str:
    return reverse(f"analytics:{name}", args=[wave.programme.slug, wave.code, *more])


def page(client: Client, where: str, language: str = "en") -> str:
    answer = client.get(where, headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content.decode()


def shown(html: str) -> dict[str, str]:
    """The value of each text field and hidden field that has one."""
    fields = re.findall(r"<input[^>]*>", html)
    pairs = [(re.search(r'name="([^"]+)"', one), re.search(r'value="([^"]*)"', one)) for one in fields]
    return {name[1]: value[1] for name, value in pairs if name and value}


def send(client: Client, wave: Wave, language: str = "en", **changed: object) -> tuple[str, str]:
    """Where the form leads, and the page when it leads nowhere."""
    with translation.override(language):
        data = typed() | make.QUICK | {"seen": "0"} | changed
    answer = client.post(address("run-new", wave), data, headers={"accept-language": language})
    return answer.headers.get("Location", ""), answer.content.decode()


@pytest.mark.django_db
def test_the_form_is_reached_from_the_list_and_starts_a_run_with_its_choices(
    client: Client, wave: Wave, administrator: User
) -> None:
    assert address("run-new", wave) in page(client, address("runs", wave))
    empty = page(client, address("run-new", wave))
    assert shown(empty)["confidence"] == "0.95"
    assert shown(page(client, address("run-new", wave), "nb"))["confidence"] == "0,95"
    assert "The choices stand at their defaults." in empty
    where, _page = send(client, wave, confidence="0.9", calibration="raking", ask_for="nordic_composite", seed="7")
    run = Run.objects.get()
    assert where == address("run", wave, run.pk)
    chosen = make.QUICK | {"confidence": 0.9, "calibration": "raking", "ask_for": ["nordic_composite"]}
    assert run.parameters == Parameters().to_document() | chosen
    assert (run.seed, run.requested_by) == (7, administrator)


@pytest.mark.django_db
def test_the_form_starts_from_another_run(client: Client, wave: Wave, administrator: User) -> None:
    earlier = runs.start(
        wave=wave,
        parameters={"confidence": 0.9, "lonely": "adjust", "ask_for": ["nordic_composite"]},
        seed=11,
        by=administrator,
    )
    link = f"{address('run-new', wave)}?as={earlier.pk}"
    assert link not in page(client, address("run", wave, earlier.pk))  # it is under way
    runs.cancel(run=earlier, by=administrator)
    assert link in page(client, address("run", wave, earlier.pk))
    filled = page(client, link)
    assert (shown(filled)["confidence"], shown(filled)["seed"]) == ("0.9", "11")
    assert '<option value="adjust" selected>' in filled
    assert re.search(r'value="nordic_composite"[^>]* checked', filled)
    assert f"as in run {earlier.pk}" in filled


@pytest.mark.django_db
def test_a_run_that_is_not_of_the_wave_is_not_found(client: Client, wave: Wave, administrator: User) -> None:
    other = make.run(make.wave(make.programme("other"), state=WaveState.CLOSED))
    named = [other.pk, other.pk + 1, "x", "-1", "1.0", "9" * 30]
    assert {client.get(address("run-new", wave), {"as": one}).status_code for one in named} == {404}


@pytest.mark.django_db
def test_nothing_typed_is_lost_and_each_fault_leads_to_its_field(
    client: Client, wave: Wave, administrator: User
) -> None:
    where, html = send(client, wave, "nb", confidence="2,5", draws="mange", minimum_answers="45", lonely="average")
    assert (where, Run.objects.count()) == ("", 0)
    assert (shown(html)["confidence"], shown(html)["draws"], shown(html)["minimum_answers"]) == ("2,5", "mange", "45")
    assert '<option value="average" selected>' in html
    assert '<a href="#id_confidence">Konfidensnivå: Oppgi en verdi fra 0,5 til 0,999.</a>' in html
    assert '<a href="#id_draws">' in html
    assert re.search(r'<input[^>]*name="confidence"[^>]*aria-invalid="true"', html)
    assert "Oppgi en verdi fra 0,5 til 0,999." in html.split('id="id_confidence_error"')[1][:200]
    assert "<title>Feil:" in html
    assert "standardverdiene" not in html  # the choices stand there no longer


@pytest.mark.django_db
def test_a_double_press_gives_one_run(client: Client, wave: Wave, administrator: User) -> None:
    first, _page = send(client, wave, confidence="0.9")
    again, _page = send(client, wave, confidence="0.9")
    Run.objects.update(state=RunState.FINISHED)
    late, _page = send(client, wave, confidence="0.9")  # the page that was open before either run
    assert first == again == late == address("run", wave, Run.objects.get().pk)


@pytest.mark.django_db
def test_who_meets_a_run_with_other_choices_keeps_the_form(client: Client, wave: Wave, administrator: User) -> None:
    other = runs.start(wave=wave, by=make.user("administrator", wave.programme, username="another"))
    where, html = send(client, wave, confidence="0.9")
    assert (where, Run.objects.count()) == ("", 1)
    assert f"Run {other.pk} was asked for with other choices" in html
    assert (shown(html)["confidence"], shown(html)["seen"]) == ("0.9", str(other.pk))
    Run.objects.update(state=RunState.FINISHED)
    where, _page = send(client, wave, confidence="0.9", seen=shown(html)["seen"])
    assert where == address("run", wave, Run.objects.latest("pk").pk) != address("run", wave, other.pk)


@pytest.mark.django_db
def test_a_wave_that_is_open_or_a_pilot_gets_no_run(client: Client, wave: Wave, administrator: User) -> None:
    Wave.objects.update(pilot=True)
    assert "is a pilot" in send(client, wave)[1]
    Wave.objects.update(pilot=False, state=WaveState.OPEN)
    assert "<select" not in page(client, address("run-new", wave)).split("<main")[1]
    where, html = send(client, wave)
    assert (where, Run.objects.count()) == ("", 0)
    assert "A run can be started when the wave is closed." in html


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["publisher", "researcher", ""])
def test_who_may_not_start_a_run_gets_neither_the_form_nor_the_way_to_it(client: Client, wave: Wave, role: str) -> None:
    run = make.run(wave)
    if role:
        client.force_login(make.user(role, wave.programme))
    expected = 403 if role else 302
    assert client.get(address("run-new", wave)).status_code == expected
    assert client.post(address("run-new", wave), typed()).status_code == expected
    assert Run.objects.count() == 1
    if role == "publisher":
        for where in (address("runs", wave), address("run", wave, run.pk)):
            assert address("run-new", wave) not in page(client, where)


# --- the choices on the page of a run


@pytest.mark.django_db
def test_the_page_of_a_run_shows_its_choices_beside_the_defaults(
    client: Client, wave: Wave, administrator: User
) -> None:
    choices = {"confidence": 0.9, "interval": "wilson", "ask_for": ["nordic_composite"]}
    run = runs.start(wave=wave, parameters=choices, by=administrator)
    with translation.override("nb"):
        listed = {one.label: one for one in run_choices.chosen(run, {"nordic_composite": "Samlet"})}
    assert len(listed) == len(Parameters().to_document())
    assert {label: (one.value, one.default) for label, one in listed.items() if one.differs} == {
        "Konfidensnivå": ("0,9", "0,95"),
        "Intervall for en andel": ("Wilson", "Logit, og beta ved få svar"),
        "Indekser utenom standardindeksene": ("Samlet", "Ingen"),
    }
    assert (listed["Frafallsfaktor, høyst"].value, listed["Bootstrap-replikater"].value) == ("3", "500")
    html = page(client, address("run", wave, run.pk))
    table = html.split("<h3>Parameters</h3>")[1]
    assert re.findall(r'<span class="tag">Default: ([^<]+)</span>', table) == [
        "0.95",
        "Logit, and beta for few answers",
        "None",
    ]
    assert re.search(r'<th scope="row">Confidence level</th><td>0\.9<br>', table)
