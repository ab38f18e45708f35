"""Erasure: the key to named workplaces goes, everything else still works."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from jobs.execution import run_due
from surveys.actions import erasure, frames, invitations, waves
from surveys.models import AuditEvent, Contact, Frame, Invitation, SampledUnit, SamplePlan, User, Wave, WaveState
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> User:
    return make.user(username="kari")


@pytest.fixture
def wave() -> Wave:
    programme = make.programme()
    return make.wave(programme, instrument=make.instrument(programme, document=make.tiny()))


def test_contacts_key_and_links_go_and_the_design_stays(wave: Wave, by: User) -> None:
    frame = make.frame(wave.programme, units=make.units(10))
    drawn = make.drawn(wave, frame, size=4)
    invitations.mint(sampled_unit=drawn[0], by=by)
    kept = list(wave.sampled_units.order_by("pk").values_list("pseudonym", "stratum__key", "inclusion_probability"))
    waves.close(wave=wave, by=by)
    erasure.destroy_contact_key(wave=wave, by=by)
    assert (Contact.objects.count(), SampledUnit.objects.filter(unit__isnull=False).count()) == (0, 0)
    assert Invitation.objects.filter(withdrawn_at__isnull=True).count() == 0
    after = list(wave.sampled_units.order_by("pk").values_list("pseudonym", "stratum__key", "inclusion_probability"))
    assert after == kept
    event = AuditEvent.objects.about(wave).first()
    assert event is not None
    assert (event.action, event.detail) == (
        "wave.contacts_destroyed",
        {"wave": "2025", "units": 4, "contacts": 10, "invitations": 1},
    )


def test_the_pseudonym_still_links_waves_when_the_key_is_gone(wave: Wave, by: User) -> None:
    frame = make.frame(wave.programme, units=make.units(10))
    make.drawn(wave, frame, size=10)
    waves.close(wave=wave, by=by)
    erasure.destroy_contact_key(wave=wave, by=by)
    later = make.wave(wave.programme, "2027")
    make.drawn(later, frame, size=10)
    assert set(wave.sampled_units.values_list("pseudonym")) == set(later.sampled_units.values_list("pseudonym"))


def test_an_open_wave_keeps_its_contacts(wave: Wave, by: User) -> None:
    with pytest.raises(erasure.WaveStillOpen):
        erasure.destroy_contact_key(wave=wave, by=by)


def test_addresses_that_another_wave_needs_stay_until_its_own_date(wave: Wave, by: User) -> None:
    frame: Frame = make.frame(wave.programme, units=make.units(10))
    make.drawn(wave, frame, size=4)
    later = make.wave(wave.programme, "2027", state=WaveState.DRAFT)
    SamplePlan.objects.create(wave=later, frame=frame, size=4, seed=1)
    waves.close(wave=wave, by=by)
    erasure.destroy_contact_key(wave=wave, by=by)
    assert Contact.objects.count() == 10
    Wave.objects.filter(pk=later.pk).update(state=WaveState.CLOSED)
    erasure.destroy_contact_key(wave=later, by=by)
    assert Contact.objects.count() == 0


def test_no_address_stays_in_what_is_kept_of_files(wave: Wave, by: User) -> None:
    row = "{},Skogly,0301,Oslo,Oslo,municipal,health_care,45,nb,{}"
    header = "code,name,municipality_code,municipality_name,county,level,sector,employees,language,email"
    for name, address in (("shared", "ola@example.org"), ("refused", "ola at example.org")):
        content = "\n".join([header, row.format("A1", address), row.format("A2", address)]).encode()
        frames.request_import(
            programme=wave.programme,
            country="NO",
            name=name,
            content=content,
            origin="a test",
            constructed=True,
            by=by,
        )
    run_due()
    waves.close(wave=wave, by=by)
    assert "ola at" in str(Frame.objects.get(name="refused").errors)
    erasure.destroy_contact_key(wave=wave, by=by)
    kept = [(frame.state, len(frame.errors), len(frame.warnings)) for frame in Frame.objects.order_by("name")]
    assert kept == [("refused", 2, 0), ("loaded", 0, 1)]
    assert not any("ola" in f"{frame.errors}{frame.warnings}" for frame in Frame.objects.all())


def test_the_command_says_what_it_destroyed_and_refuses_what_it_does_not_know(wave: Wave, by: User) -> None:
    make.drawn(wave, make.frame(wave.programme, units=make.units(10)), size=4)
    with pytest.raises(CommandError, match="Close the wave"), translation.override("en"):
        call_command("destroy_contact_key", wave.programme.slug, wave.code, f"--by={by.username}")
    waves.close(wave=wave, by=by)
    said = io.StringIO()
    call_command("destroy_contact_key", wave.programme.slug, wave.code, f"--by={by.username}", stdout=said)
    assert "4 units lost their name, 10 addresses are deleted" in said.getvalue()
    assert not SampledUnit.objects.filter(wave=wave, unit__isnull=False).exists()
    with pytest.raises(CommandError, match="wave: expected one of the programme"):
        call_command("destroy_contact_key", wave.programme.slug, "1999", f"--by={by.username}")
    with pytest.raises(CommandError, match="--by: expected the user name of an account"):
        call_command("destroy_contact_key", wave.programme.slug, wave.code, "--by=nobody")
