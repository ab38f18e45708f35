"""What a second person sees of a release before deciding: every table, every withheld number, every difference."""

from collections import Counter
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from publication.models import Release
from publication.views.protection import REASONS
from publication.views.release_review import attack_in_words, documents, hidden, lines
from tests import make
from tests.publication.world import World

pytestmark = pytest.mark.django_db
IN_ENGLISH = {"accept-language": "en"}


@pytest.fixture
def publisher(world: World) -> Client:
    client = Client(headers=IN_ENGLISH)
    client.force_login(world.publisher)
    return client


def address(release: Release, *key: str) -> str:
    return reverse(f"publication:desk-release{'-table' if key else ''}", args=["barometer", release.number, *key])


def test_the_page_leads_to_every_figure_and_draws_none(release: Release, publisher: Client) -> None:
    page = publisher.get(address(release)).text
    keys = list(release.tables.values_list("key", flat=True))
    assert [key for key in keys if f'href="{address(release, key)}"' not in page] == []
    assert "<svg" not in page
    assert len(page) < 20_000  # with every figure on it, it was many times that
    assert len(keys) > 20


def test_a_table_stands_as_the_public_will_see_it(release: Release, publisher: Client) -> None:
    page = publisher.get(address(release, "innovative"))
    assert "<svg" in page.text
    assert "All numbers as a table" in page.text
    assert "since 2023" in page.text  # what moved since the wave before, as on the public page
    assert page.context["total"] == release.tables.count()


def test_one_comes_from_the_first_table_to_the_last(release: Release, publisher: Client) -> None:
    keys = list(release.tables.values_list("key", flat=True))
    seen = [keys[0]]
    while (later := publisher.get(address(release, seen[-1])).context["later"]) is not None:
        seen.append(later[0])
    assert seen == keys
    assert publisher.get(address(release, keys[0])).context["former"] is None


def test_a_country_is_chosen_where_the_figure_shows_one(release: Release, publisher: Client) -> None:
    page = publisher.get(address(release, "innovative_by_county"), {"country": "DK"})
    assert [chosen for _code, _name, chosen in page.context["figure"].countries].count(True) == 1
    assert [code for code, _name, chosen in page.context["figure"].countries if chosen] == ["DK"]


def test_every_withheld_number_says_the_reason_of_disclosure_control(release: Release) -> None:
    reasons = {one["cell"]: str(REASONS[one["reason"]]) for one in release.protection["cells"]}
    found = [reason for document in documents(release).values() for _place, reason in hidden(document, {})]
    assert set(found) == {"ikke oppgitt"}  # without the account of the release, nothing is made up
    told = Counter(
        reason for document in documents(release).values() for _place, reason in hidden(document, release.protection)
    )
    assert set(told) == set(reasons.values())


def test_a_line_counts_what_is_shown_and_what_each_reason_withheld(release: Release) -> None:
    found = {line.key: line for line in lines(release)}
    for key, document in documents(release).items():
        statuses = Counter(row["status"] for row in document["rows"])
        assert (found[key].shown, found[key].withheld) == (statuses["shown"], statuses["withheld"])
        assert sum(number for _reason, number in found[key].reasons) == found[key].withheld
    assert any(line.withheld for line in found.values())


def test_the_attack_is_told_in_words(release: Release, publisher: Client) -> None:
    page = publisher.get(address(release)).text
    for text in ("Withheld counts attacked", "linear algebra, bounds in whole numbers, linear programs"):
        assert text in page
    told = attack_in_words({**release.protection, "ledger": {"releases": [1, 3], "cases": []}})
    assert told[0][1] == "1, 3"
    assert attack_in_words({}) == []


def cell(**changed: Any) -> dict[str, Any]:
    place = {"measure": "share", "category": "", "country": "NO", "sector": "", "size_class": "", "county": ""}
    return {"table": "innovative", **place, "against": "", **changed}


def test_what_differs_from_the_release_before_is_said_by_table_and_by_cell(
    release: Release, world: World, publisher: Client
) -> None:
    former = make.release(world.run)
    moved = cell(before={"value": 61.3, "n": 120}, after={"value": 60.1, "n": 121})
    revision = {"cells": 40, "changed": [moved], "added": ["novelty"], "removed": ["gone"], "largest": 1.2}
    Release.objects.filter(pk=release.pk).update(
        replaces=former, relation="correction", reason="An error", revision=revision
    )
    page = publisher.get(address(release)).text
    assert "1 of 40 cells differs from the release before. The largest change of a value is 1.2 points." in page
    assert "Tables that are no longer there: gone" in page
    assert "1 cell differs from before." in page
    table = publisher.get(address(release, "innovative")).text
    assert "value 61.30, answers 120" in table
    assert "value 60.10, answers 121" in table
    assert f"What differs from release {former.number}" not in publisher.get(address(release, "partner")).text


def test_a_table_that_the_release_has_not_is_not_found(release: Release, publisher: Client) -> None:
    assert publisher.get(address(release, "nothing")).status_code == 404
