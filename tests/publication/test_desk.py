"""The publication desk: asking, looking, deciding, publishing."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jobs.execution import run_due
from publication.models import Release, ReleaseState
from surveys.models import User
from tests.publication.world import World

pytestmark = pytest.mark.django_db


def desk(account: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(account)
    return client


def draft_form(page: Any) -> dict[str, Any]:
    """What a browser sends of the form as it stands."""
    form = page.context["form"]
    return {field.html_name: field.initial for field in form if field.initial}


def address(name: str, *args: object) -> str:
    return reverse(f"publication:{name}", args=["barometer", *args])


@pytest.mark.usefixtures("without_slides")
def test_from_a_finished_run_to_the_public_page(world: World) -> None:
    administrator, publisher = desk(world.administrator), desk(world.publisher)
    page = administrator.get(address("releases", "2025")).text
    where = f"{address('new-release', '2025')}?run={world.run.pk}"
    assert where in page
    drafted = administrator.post(where, draft_form(administrator.get(where)), follow=True)
    assert "Being prepared" in drafted.text
    asked = administrator.post(address("build", 1), follow=True)
    assert "Tables are being built and protected" in asked.text
    run_due()
    built = administrator.get(address("desk-release", 1)).text
    assert "waiting for a second person" in built
    assert "What is withheld, and why" in built
    assert "found no withheld count" in built
    assert "Innovative workplaces" in built
    assert 'action="/desk/barometer/releases/1/approve"' not in built
    shown = publisher.get(address("desk-release", 1)).text
    assert 'action="/desk/barometer/releases/1/approve"' in shown
    approved = publisher.post(address("approve", 1), {"note": "looked at"}, follow=True).text
    assert "looked at" in approved
    published = publisher.post(address("publish", 1), follow=True).text
    assert "/results/barometer/1/" in published
    assert Release.objects.get().state == ReleaseState.PUBLISHED
    assert Client().get("/results/barometer/1/").status_code == 200


def test_pressing_again_says_what_happened(release: Release, world: World) -> None:
    publisher = desk(world.publisher)
    publisher.post(address("approve", 1))
    again = publisher.post(address("reject", 1), follow=True).text
    assert "The release has moved on in the meantime" in again
    assert Release.objects.get().state == ReleaseState.APPROVED


def test_whoever_has_both_roles_still_needs_another_person(release: Release, world: World) -> None:
    world.administrator.roles.create(programme=world.programme, role="publisher")
    both = desk(world.administrator)
    assert "Another person has to decide on it" in both.get(address("desk-release", 1)).text
    assert "Another person has to decide on it" in both.post(address("approve", 1), follow=True).text
    assert Release.objects.get().state == ReleaseState.CHECKED


def test_a_second_release_of_the_same_run_is_refused(release: Release, world: World) -> None:
    client = desk(world.administrator)
    where = f"{address('new-release', '2025')}?run={world.run.pk}"
    answer = client.post(where, draft_form(client.get(where)), follow=True)
    assert answer.status_code == 400
    assert "The run already has release 1" in answer.text


@pytest.mark.parametrize("run", ["", "x", "999999"])
def test_a_run_that_is_not_the_waves_is_not_found(run: str, world: World) -> None:
    answer = desk(world.administrator).post(f"{address('new-release', '2025')}?run={run}")
    assert answer.status_code == 404


def test_a_plan_with_an_unknown_cube_is_refused(world: World) -> None:
    client = desk(world.administrator)
    where = f"{address('new-release', '2025')}?run={world.run.pk}"
    answer = client.post(where, {**draft_form(client.get(where)), "by_county": ["partner"]})
    assert answer.status_code == 400
    assert not Release.objects.exists()


def test_a_researcher_sees_that_releases_exist_and_not_what_is_in_them(release: Release, world: World) -> None:
    researcher = desk(world.researcher)
    assert researcher.get(address("releases", "2025")).status_code == 200
    assert researcher.get(address("desk-release", 1)).status_code == 403
