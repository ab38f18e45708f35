"""Which release's figures stand beside the self-test."""

from datetime import timedelta

import pytest
from django.utils import timezone

from publication.actions import releases
from publication.models import Release
from publication.queries import newest_of_countries
from tests.publication.world import World

pytestmark = pytest.mark.django_db


def test_the_latest_figures_are_those_of_the_latest_period_that_stand(world: World):
    """An old wave corrected afterwards is no news of today, and a release that was replaced is none either."""
    first = seen_release(world, 1, until="2022-12-31", day=1)
    latest = seen_release(world, 2, until="2024-12-31", day=2)
    corrected = seen_release(world, 3, until="2022-12-31", day=3, replaces=first)
    assert newest_of_countries() == {"NO": latest, "DK": latest}
    revised = seen_release(world, 4, until="2024-12-31", day=4, replaces=latest)
    assert newest_of_countries() == {"NO": revised, "DK": revised}
    seen_release(world, 5, until="2026-12-31", day=5, instrument="management")
    seen_release(world, 6, until="2026-12-31", day=-1)  # embargoed until tomorrow
    assert newest_of_countries() == {"NO": revised, "DK": revised}
    releases.withdraw(release=revised, reason="The frame was wrong.", hides_numbers=False, by=world.publisher)
    assert newest_of_countries() == {"NO": corrected, "DK": corrected}
    releases.withdraw(release=corrected, reason="The frame was wrong.", hides_numbers=True, by=world.publisher)
    assert newest_of_countries() == {}


def seen_release(
    world: World, number: int, *, until: str, day: int, replaces: Release | None = None, instrument: str = "workplace"
) -> Release:
    """A release without tables, published `day` days after the others began; the last day is tomorrow."""
    at = timezone.now() + (timedelta(days=1) if day < 0 else timedelta(days=day - 10))
    frames = [{"country": "NO"}, {"country": "DK"}]
    return Release.objects.create(
        programme=world.programme,
        run=world.run,
        number=number,
        programme_slug=world.programme.slug,
        programme_names=world.programme.names,
        wave_code=until[:4],
        state="embargoed" if day < 0 else "published",
        replaces=replaces,
        relation="correction" if replaces else "",
        manifest={"instrument": {"key": instrument}, "period": ["2020-01-01", until], "dataset": {"frames": frames}},
        requested_by=world.administrator,
        decided_by=world.publisher,
        decided_at=at,
        published_by=world.publisher,
        published_at=at,
    )
