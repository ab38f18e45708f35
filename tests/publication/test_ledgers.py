"""What a programme's releases tell together: by the job that builds a release, and over seeded sources."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import inf

import pytest
from django.utils import translation

from analytics.core.results import EstimateRow
from jobs.execution import run_due
from publication.actions import releases
from publication.disclosure.bounds import Contradiction
from publication.disclosure.lattice import EVERY, Node, Plan
from publication.disclosure.primary import Reason
from publication.disclosure.tables import Unprotectable
from publication.models import Relation, Release, ReleaseState, Report, ReportKind
from publication.work import earlier as reading
from publication.work import releases as work
from publication.work import verification
from publication.work.cell_rows import cell_id
from publication.work.cells import Protection, attacked, protected
from publication.work.documents import documents, shown_cells
from publication.work.ledgers import Earlier, Named, Source, past_of
from publication.work.material import Material
from tests import make
from tests.publication.world import World

pytestmark = pytest.mark.django_db

SMALL = (Reason.SMALL_BASE, Reason.FEW_ANSWERS, Reason.SMALL_COUNT, Reason.SMALL_COMPLEMENT)
COARSE = Plan({Node.COUNTRY: (EVERY,)})


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def source(material: Material, number: int = 1, data: str = "a", rows: Sequence[EstimateRow] | None = None) -> Source:
    return Source(
        number,
        material.wave,
        data,
        material.rows if rows is None else tuple(rows),
        material.definitions,
        material.instrument.conditions,
    )


def told(material: Material, protection: Protection) -> Earlier:
    return Earlier(source(material), shown_cells(documents(material, protection.withheld)))


def counted(row: EstimateRow, came: int, yes: int) -> EstimateRow:
    return replace(row, n=row.n + came, positive=(row.positive or 0) + yes)


def norway(rows: Sequence[EstimateRow], indicator: str = "innovative") -> EstimateRow:
    return next(row for row in rows if cell_id(row.key) == f"share|{indicator}||NO||")


def test_a_release_of_the_same_counts_withholds_the_same_and_finds_nothing(
    material: Material, protection: Protection
) -> None:
    past = past_of([told(material, protection)], source(material, 2))
    again = protected(material, past=past)
    own = {cell_id(row.key) for row in material.rows}
    assert {cell for cell in again.withheld if cell in own} <= set(protection.withheld)
    report = attacked(again, "release 2")
    assert report.is_safe
    assert report.sources == ("release 1", "release 2")


def test_a_cell_that_earlier_tables_would_give_away_is_withheld(material: Material, protection: Protection) -> None:
    """The first release shows every sector but a small one and not their country: its total is the last piece."""
    sectors = [row for row in material.rows if row.indicator == "innovative" and row.sector and not row.size_class]
    small = next(row for row in sectors if protection.withheld.get(cell_id(row.key)) in SMALL)
    total = f"share|innovative||{small.country}||"
    others = {cell_id(row.key) for row in sectors if row.country == small.country} - {cell_id(small.key)}
    past = past_of([Earlier(source(material), others)], source(material, 2))
    again = protected(material, past=past)
    assert total in again.withheld
    assert total not in protection.withheld
    assert attacked(again, "release 2").is_safe
    kept = {cell: why for cell, why in again.withheld.items() if cell in protection.withheld or "earlier|" in cell}
    assert not attacked(replace(again, withheld=kept), "release 2").is_safe


def test_a_late_answer_is_not_given_away_by_the_difference(material: Material, protection: Protection) -> None:
    """Two came late in Norway and both say yes: the corrected figure stays withheld, those of Denmark do not."""
    late = [counted(row, 2, 2) if row == norway(material.rows) else row for row in material.rows]
    few = replace(material, rows=tuple(row for row in late if row.estimand == "share" and row.category == ""))
    past = past_of([told(material, protection)], source(few, 2, "b"))
    again = protected(few, past=past)
    assert "share|innovative||NO||" in again.withheld
    assert "share|innovative||DK||" not in again.withheld
    assert attacked(again, "release 2").is_safe
    careless = replace(again, withheld={k: v for k, v in again.withheld.items() if k != "share|innovative||NO||"})
    assert not attacked(careless, "release 2").is_safe


def test_many_late_answers_of_both_kinds_may_be_shown(material: Material, protection: Protection) -> None:
    late = [counted(row, 20, 9) if row == norway(material.rows) else row for row in material.rows]
    few = replace(material, rows=tuple(row for row in late if (row.indicator, row.sector) == ("innovative", "")))
    few = replace(few, rows=tuple(row for row in few.rows if not (row.size_class or row.area or row.against)))
    past = past_of([told(material, protection)], source(few, 2, "b"))
    assert "share|innovative||NO||" not in protected(few, past=past).withheld


def test_other_counts_of_the_same_data_are_a_version_of_their_own(material: Material, protection: Protection) -> None:
    """A mended calculation: what it counts differs although dataset and definitions do not."""
    other = [counted(row, 0, -7) if row == norway(material.rows) else row for row in material.rows]
    past = past_of([told(material, protection)], source(material, 2, rows=other))
    assert past.prefix == f"{material.wave}/2/"
    same = past_of([told(material, protection)], source(material, 2, "b"))
    assert same.prefix == f"{material.wave}/1/"


def test_workplaces_named_by_cards_are_subtracted(material: Material) -> None:
    row = min(
        (row for row in material.rows if row.estimand == "share" and row.sector and not row.size_class),
        key=lambda row: abs((row.positive or 0) - 8),
    )
    assert (row.positive or 0) >= 5
    many = (row.positive or 0) - 4
    named = [
        Named(number, material.wave, row.country, row.sector, (("share", "innovative", ""),)) for number in range(many)
    ]
    past = past_of([], source(material), named)
    assert past.given == {cell_id(row.key): Reason.NAMED}
    assert past_of([], source(material), named[1:]).given == {}
    (low, high) = past.ledger.ranges()[f"{past.prefix}x|share|innovative||{row.country}|{row.sector}||"]
    assert (low, high) == (many, inf)
    assert protected(material, past=past).withheld[cell_id(row.key)] == Reason.NAMED
    assert past_of([], source(material), [replace(one, wave="1999") for one in named]).given == {}


def build(release: Release) -> Release:
    run_due()
    release.refresh_from_db()
    return release


@pytest.mark.usefixtures("without_slides")
def test_the_job_attacks_a_release_together_with_what_was_published(published: Release, world: World) -> None:
    fact = {"name": "report|barometer|1|a|innovative||share", "count": 20, "base": 40, "country": "NO"}
    told = Report.objects.create(
        release=published,
        kind=ReportKind.MUNICIPALITY,
        municipality="a",
        name="A",
        language="nb",
        document={"facts": [fact]},
        content_hash="made",
    )
    draft = releases.draft(
        run=world.run,
        plan=COARSE,
        replaces=published,
        relation=Relation.REVISION,
        reason="Fewer.",
        by=world.administrator,
    )
    release = build(releases.request(release=draft, by=world.administrator))
    assert release.state == ReleaseState.CHECKED, release.error
    assert release.protection["attack"]["sources"] == ["release 1", "reports of release 1", "release 2"]
    assert release.protection["ledger"]["reports"] == ["1|a|made"]
    assert release.protection["attack"]["known"] > published.protection["attack"]["known"] / 2
    assert release.protection["ledger"]["releases"] == [1]
    assert "release 1" not in str(work.public_report(release.protection))
    held = verification.verify(release)
    assert held.holds, held.differences
    told.delete()
    missing = "1|a|made: a report that the release was attacked together with is not there"
    assert missing in list(verification._hashes(release))


def test_a_release_that_the_other_was_not_attacked_with_is_not_approved(release: Release, world: World) -> None:
    """Two are built side by side; the second to be approved was never tried together with the first."""
    other = make.release(world.run)
    Release.objects.filter(pk=other.pk).update(protection={"ledger": {"releases": []}})
    releases.approve(release=release, by=world.publisher)
    other.refresh_from_db()
    with pytest.raises(releases.NotAttackedTogether, match="Release 1 was approved after this one was built"):
        releases.approve(release=other, by=world.publisher)


@pytest.mark.parametrize("error", [Contradiction("nothing fits"), Unprotectable("nothing is left")])
def test_a_past_that_cannot_be_met_refuses_the_release(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def broken(*_args: object, **_named: object) -> None:
        raise error

    monkeypatch.setattr(work, "past_of", broken)
    release = build(make.requested(world.run, world.administrator))
    assert (release.state, release.error) == (ReleaseState.FAILED, str(error))


def test_what_is_told_is_what_everybody_has_seen_or_will_see(published: Release, world: World) -> None:
    releases.withdraw(release=published, reason="Wrong weights.", hides_numbers=True, by=world.publisher)
    second = make.release(world.run)
    found = reading.earlier_of(second)
    assert [one.source.number for one in found] == [1]
    assert found[0].shown == shown_cells([table.document for table in published.tables.all()])
    assert reading.earlier_of(published) == []


def test_a_withdrawn_card_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    one = Named(7, "2025", "NO", "social", (("share", "innovative", ""),))
    monkeypatch.setattr(reading, "named_innovators", lambda _programme: [])
    assert reading.named_of("barometer", [{"ledger": reading.to_keep([], [one])}, {}]) == [one]
