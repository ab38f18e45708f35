"""The pages of the survey desk: what they show, what they do, and in how many queries."""

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jobs.execution import run_due
from surveys.actions import samples
from surveys.models import (
    AuditEvent,
    Disposition,
    Frame,
    FrameState,
    Programme,
    SampledUnit,
    Unit,
    User,
    Wave,
    WaveState,
)
from surveys.work.frame_file import COLUMNS
from tests import make

pytestmark = pytest.mark.django_db

HEADER = ",".join(COLUMNS)


@pytest.fixture
def wave(programme: Programme) -> Wave:
    return make.wave(programme, state=WaveState.DRAFT, instrument=make.instrument(programme, document=make.tiny()))


def upload(desk: Client, content: str, *, name: str = "register", **changes: str) -> str:
    file = SimpleUploadedFile("frame.csv", content.encode())
    fields = {"country": "NO", "name": name, "origin": "the register", "file": file, **changes}
    answer = desk.post(reverse("surveys:frame-upload", args=["barometer"]), fields, follow=True)
    return str(answer.content.decode())


def page(desk: Client, name: str, *args: object) -> str:
    answer = desk.get(reverse(f"surveys:{name}", args=args))
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_frame_is_uploaded_read_and_shown(desk: Client) -> None:
    shown = upload(desk, f"{HEADER}\nA1,Skogly,0301,Oslo,Oslo,municipal,health_care,45,nb,post@example.org")
    assert "The file is kept and is being read." in shown
    assert "js/progress.js" in shown
    run_due()
    frame = Frame.objects.get()
    shown = page(desk, "frame", "barometer", frame.pk)
    assert "Loaded" in shown
    assert "Health and care" in shown
    assert "js/progress.js" not in shown


def test_a_bad_row_is_named_with_its_line_and_shown_as_text(desk: Client) -> None:
    upload(desk, f"{HEADER}\nA1,Skogly,0301,Oslo,Oslo,municipal,<img src=x>,45,nb,post@example.org")
    run_due()
    frame = Frame.objects.get()
    assert frame.state == FrameState.REFUSED
    shown = page(desk, "frame", "barometer", frame.pk)
    assert "Nothing of the file was stored." in shown
    assert "The value is not one of the codes." in shown
    assert "health_care, education, social, culture, technical" in shown
    assert "&lt;img src=x&gt;" in shown
    assert "<img src=x>" not in shown


def test_a_file_above_the_limit_is_refused_beside_the_field(desk: Client, settings: object) -> None:
    settings.FRAME_UPLOAD_MAX_BYTES = 100  # type: ignore[attr-defined]
    assert "The file is larger than 20 MB. Split the register." in upload(desk, HEADER + "\n" * 100)
    assert Frame.objects.count() == 0


def test_a_name_in_use_is_said_in_the_form(desk: Client) -> None:
    upload(desk, HEADER)
    assert "Another frame of this country has the name register." in upload(desk, HEADER + "\n")


def test_the_sample_is_planned_and_drawn(desk: Client, wave: Wave) -> None:
    frame = make.frame(wave.programme, units=make.units(90))
    fields = {"frame": frame.pk, "size": 50, "minimum_per_stratum": 2, "seed": 11}
    assert "Plan a sample" in page(desk, "sample", "barometer", "2025")
    answer = desk.post(reverse("surveys:sample-plan", args=["barometer", "2025"]), fields, follow=True)
    assert "The plan is kept." in answer.content.decode()
    draw = reverse("surveys:draw", args=["barometer", "2025", wave.plans.get().pk])
    for _ in range(2):  # pressing twice is one draw
        answer = desk.post(draw, follow=True)
        assert "The sample is being drawn." in answer.content.decode()
        assert "js/progress.js" in answer.content.decode()
    assert run_due() == 1
    shown = page(desk, "sample", "barometer", "2025")
    assert "Norway, Health and care, 1–19 employees" in shown
    assert "Draw the sample" not in shown
    assert wave.sampled_units.count() == 50


@pytest.mark.parametrize("field", ["size", "take_all_from", "minimum_per_stratum", "seed"])
def test_a_number_that_no_column_holds_is_refused_beside_its_field(desk: Client, wave: Wave, field: str) -> None:
    frame = make.frame(wave.programme, units=make.units(20))
    fields = {"frame": frame.pk, "size": 10, "minimum_per_stratum": 2, "seed": 1, field: 10**30}
    plan = reverse("surveys:sample-plan", args=["barometer", "2025"])
    shown = desk.post(plan, fields).content.decode()
    assert f'aria-describedby="id_{field}' in shown
    assert f'<div id="id_{field}_error"><p class="error">Ensure this value is less than' in shown
    assert not wave.plans.exists()
    assert desk.get(plan)["Location"] == reverse("surveys:sample", args=["barometer", "2025"])


def test_strata_of_one_size_class_are_told_apart(desk: Client, wave: Wave) -> None:
    frame = make.frame(wave.programme, units=make.units(40))
    large = list(frame.units.order_by("code")[:8])
    Unit.objects.filter(pk__in=[unit.pk for unit in large]).update(employees=60, sector="culture")
    Unit.objects.filter(pk__in=[unit.pk for unit in large[:4]]).update(employees=300)
    made = samples.plan(wave=wave, frame=frame, size=36, take_all_from=150, seed=1, by=make.user(username="ola"))
    samples.request_draw(plan=made, by=make.user(username="liv"))
    run_due()
    shown = page(desk, "fieldwork", "barometer", "2025")
    assert shown.count("Norway, Culture, 50 employees or more<") == 1
    assert shown.count("Norway, Culture, 50 employees or more, all taken<") == 1


def test_a_wave_names_its_countries(desk: Client, wave: Wave) -> None:
    assert '<p class="lead">Norway. Asked about' in page(desk, "wave", "barometer", "2025")
    assert "<td>Norway</td>" in page(desk, "desk-programme", "barometer")


def test_who_posts_without_being_signed_in_any_more_is_led_to_a_page_that_exists(wave: Wave, client: Client) -> None:
    answer = client.post(reverse("surveys:invite", args=["barometer", "2025"]))
    assert answer["Location"] == f"{reverse('sign-in')}?next=/desk/"
    wanted = reverse("surveys:fieldwork", args=["barometer", "2025"])
    assert client.get(wanted)["Location"] == f"{reverse('sign-in')}?next={wanted}"


def test_a_plan_that_cannot_be_drawn_shows_why_and_can_be_mended(desk: Client, wave: Wave) -> None:
    frame = make.frame(wave.programme, units=make.units(20))
    fields = {"frame": frame.pk, "size": 21, "minimum_per_stratum": 0, "seed": 1}
    plan = reverse("surveys:sample-plan", args=["barometer", "2025"])
    desk.post(plan, fields)
    desk.post(reverse("surveys:draw", args=["barometer", "2025", wave.plans.get().pk]))
    run_due()
    shown = page(desk, "sample", "barometer", "2025")
    assert "20" in shown
    assert "21" in shown
    assert "Draw the sample" in shown
    desk.post(plan, {**fields, "size": 10})
    desk.post(reverse("surveys:draw", args=["barometer", "2025", wave.plans.get().pk]))
    run_due()
    assert wave.sampled_units.count() == 10


def test_a_wave_goes_from_draft_to_closed_by_its_task_list(desk: Client, wave: Wave) -> None:
    shown = page(desk, "wave", "barometer", "2025")
    assert "Waits for the frozen questionnaire and a sample for every country" in shown
    make.drawn(wave, make.frame(wave.programme, units=make.units(20)), size=10)
    assert "Links work from then on" in page(desk, "wave", "barometer", "2025")
    answer = desk.post(reverse("surveys:open", args=["barometer", "2025"]), follow=True)
    assert "The field is open." in answer.content.decode()
    assert "Close wave 2025?" in page(desk, "close", "barometer", "2025")
    wave.refresh_from_db()
    assert wave.state == WaveState.OPEN  # looking at the question closes nothing
    answer = desk.post(reverse("surveys:close", args=["barometer", "2025"]), follow=True)
    assert "The wave is closed." in answer.content.decode()
    answer = desk.post(reverse("surveys:close", args=["barometer", "2025"]), follow=True)
    assert "it was closed already" in answer.content.decode()
    shown = page(desk, "wave-events", "barometer", "2025")
    assert shown.count("Closed the wave") == 1
    assert "Opened the field" in shown


def test_response_rates_by_stratum_are_shown(desk: Client, wave: Wave) -> None:
    units = make.drawn(wave, make.frame(wave.programme, units=make.units(20)), size=10)
    SampledUnit.objects.filter(pk__in=[unit.pk for unit in units[:4]]).update(disposition=Disposition.COMPLETED)
    shown = page(desk, "fieldwork", "barometer", "2025")
    assert "4 of 10 units have submitted." in shown
    assert '<progress class="progress" max="10" value="4"' in shown
    assert "40 %" in shown


def test_invitations_are_sent_from_the_fieldwork_page(desk: Client, wave: Wave) -> None:
    make.drawn(wave, make.frame(wave.programme, units=make.units(20)), size=10)
    invite = reverse("surveys:invite", args=["barometer", "2025"])
    answer = desk.post(invite, follow=True)
    assert "notice-warning" in answer.content.decode()  # the wave is not open yet
    desk.post(reverse("surveys:open", args=["barometer", "2025"]))
    assert "Send the invitations" in page(desk, "fieldwork", "barometer", "2025")
    answer = desk.post(invite, follow=True)
    assert "The invitations are being sent." in answer.content.decode()


def test_constructed_data_say_so_on_every_page(client: Client) -> None:
    programme = make.programme("demo", constructed=True)
    wave = make.wave(programme, constructed=True, instrument=make.instrument(programme, document=make.tiny()))
    frame = make.frame(programme, units=make.units(20), constructed=True)
    make.drawn(wave, frame, size=10)
    client.force_login(make.user("administrator", programme))
    of_programme = [("desk",), ("desk-programme", "demo"), ("frames", "demo"), ("frame-upload", "demo")]
    of_wave = [(name, "demo", "2025") for name in ("wave", "sample", "fieldwork", "close", "wave-events")]
    for name, *args in [*of_programme, *of_wave, ("frame", "demo", frame.pk)]:
        assert 'class="constructed"' in page(client, str(name), *args), name


def test_a_reader_without_the_permission_sees_no_buttons(programme: Programme, wave: Wave, client: Client) -> None:
    make.drawn(wave, make.frame(programme, units=make.units(20)), size=10)
    client.force_login(make.user("researcher", programme))
    for name in ("wave", "sample", "fieldwork"):
        shown = page(client, name, "barometer", "2025").split("<main", 1)[1]
        assert "<form" not in shown, name


def test_every_link_on_the_page_of_a_wave_can_be_followed(programme: Programme, wave: Wave, client: Client) -> None:
    for role in ("administrator", "publisher", "researcher"):
        client.force_login(make.user(role, programme))
        shown = page(client, "wave", "barometer", "2025").split("<main", 1)[1]
        links = re.findall(r'<a href="(/desk[^"]+)"', shown)
        assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200), role


def queries(desk: Client, name: str, *args: object) -> int:
    with CaptureQueriesContext(connection) as captured:
        page(desk, name, *args)
    return len(captured)


def more_frames(programme: Programme) -> None:
    for name in ("second", "third"):
        make.frame(programme, name=name, units=make.units(30))


def more_waves(programme: Programme) -> None:
    for code in ("2027", "2029"):
        make.wave(programme, code)


def more_strata(programme: Programme) -> None:
    wave = programme.waves.get(code="2025")
    for country in ("DK", "SE"):
        make.drawn(wave, make.frame(programme, country=country, units=make.units(60)), size=40)


def more_events(programme: Programme) -> None:
    more_strata(programme)


@pytest.mark.parametrize(
    ("name", "args", "add"),
    [
        ("desk-programme", ("barometer",), more_waves),
        ("desk-programme", ("barometer",), more_frames),
        ("frames", ("barometer",), more_frames),
        ("wave", ("barometer", "2025"), more_strata),
        ("sample", ("barometer", "2025"), more_strata),
        ("fieldwork", ("barometer", "2025"), more_strata),
        ("wave-events", ("barometer", "2025"), more_events),
    ],
)
def test_a_page_takes_as_many_queries_for_three_rows_as_for_one(
    name: str, args: tuple[str, ...], add: Callable[[Programme], None], desk: Client, wave: Wave
) -> None:
    make.drawn(wave, make.frame(wave.programme, units=make.units(20)), size=10)
    page(desk, name, *args)
    before = queries(desk, name, *args)
    add(wave.programme)
    assert queries(desk, name, *args) == before


def test_the_list_of_programmes_takes_as_many_queries_for_three_as_for_one(desk: Client, administrator: User) -> None:
    page(desk, "desk")
    before = queries(desk, "desk")
    for slug in ("second", "third"):
        administrator.roles.create(programme=make.programme(slug), role="publisher")
    assert queries(desk, "desk") == before


def test_signing_in_leads_to_the_desk(programme: Programme, client: Client) -> None:
    account = make.user("administrator", programme, username="kari")
    account.set_password("a long enough password")
    account.save()
    sign_in = reverse("sign-in")
    answer = client.post(sign_in, {"username": "kari", "password": "wrong"}, headers={"accept-language": "en"})
    assert answer.status_code == 200
    assert 'class="error-summary"' in answer.content.decode()
    answer = client.post(sign_in, {"username": "kari", "password": "a long enough password"})
    assert (answer.status_code, answer["Location"]) == (302, reverse("surveys:desk"))


def test_a_code_is_made_to_read_out_and_stands_in_the_trail(desk: Client, wave: Wave) -> None:
    units = make.drawn(wave, make.frame(wave.programme, units=make.units(2)), size=2)
    Wave.objects.update(state=WaveState.OPEN)
    address = reverse("surveys:read-out", args=["barometer", "2025"])
    assert "Make a code to read out" in page(desk, "fieldwork", "barometer", "2025")
    unknown = desk.post(address, {"unit": "U99999"}, follow=True)
    assert "No unit of the sample has the code “U99999”." in unknown.content.decode()
    answer = desk.post(address, {"unit": units[0].unit.code})
    code = re.search(r"<strong>([A-Z0-9-]{14})</strong>", answer.content.decode()).group(1)
    assert answer["Cache-Control"] == "no-store"
    assert desk.get(address).status_code == 405, "looking makes nothing"
    respondent = Client()
    assert respondent.post(reverse("surveys:code"), {"code": code})["Location"] == "/respond/"
    assert AuditEvent.objects.get(action="invitation.minted").actor != ""


def test_a_wave_is_made_on_the_desk_also_as_a_pilot(desk: Client, programme: Programme) -> None:
    version = make.instrument(programme, document=make.tiny())
    address = reverse("surveys:wave-new", args=["barometer"])
    assert reverse("surveys:wave-new", args=["barometer"]) in page(desk, "desk-programme", "barometer")
    fields = {
        "code": "2027-pilot",
        "instrument": version.pk,
        "countries": ["NO", "IS"],
        "languages": ["nb", "en", "se"],
        "reference_from": "2025-01-01",
        "reference_to": "2026-12-31",
        "closes_on": "2027-03-31",
        "pilot": "on",
    }
    refused = desk.post(address, {**fields, "reference_to": "2024-12-31"})
    assert refused.status_code == 422
    assert "The reference period ends before it begins." in refused.content.decode()
    assert not Wave.objects.exists()
    assert desk.post(address, fields)["Location"] == reverse("surveys:wave", args=["barometer", "2027-pilot"])
    wave = Wave.objects.get()
    assert (wave.pilot, wave.countries, wave.languages, wave.state) == (
        True,
        ["NO", "IS"],
        ["nb", "en", "se"],
        WaveState.DRAFT,
    )
    assert "a wave with this code already" in desk.post(address, fields).content.decode()
