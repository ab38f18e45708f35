"""What reports tell municipalities is known to whoever attacks a later release, and the other way round."""

from dataclasses import replace

import pytest

from analytics.core.results import EstimateRow
from publication.actions import releases, reports
from publication.disclosure.facts import Fact
from publication.disclosure.peers import PeerRule
from publication.disclosure.primary import Rule
from publication.models import Release, ReleaseState, Report, ReportKind
from publication.report_queries import met_by, reports_told
from publication.work.cell_rows import cell_id, cells_of
from publication.work.cells import Protection, attacked, with_past
from publication.work.ledgers import Earlier, Source, past_of, renamed, under
from publication.work.municipal import rows_of, splits
from publication.work.relations import relations_of
from publication.work.report_protection import together
from tests import make
from tests.publication.constructed import definitions

RULE = Rule()


def row(n: int, yes: int, area: str = "") -> EstimateRow:
    return EstimateRow(
        estimand="share", indicator="innovative", country="NO", area=area, n=n, positive=yes, value=yes / n
    )


def told(n: int, yes: int, name: str = "a", county: str = "Troms") -> EstimateRow:
    return rows_of([Fact(f"report|b|1|{name}|innovative||share", yes, n, "NO", county)])[0]


def source(*rows: EstimateRow, number: int = 1, data: str = "a") -> Source:
    return Source(number, "2025", data, rows, definitions(), {})


def shown(*rows: EstimateRow, number: int = 1, data: str = "a", left_out: tuple[EstimateRow, ...] = ()) -> Earlier:
    reports = (f"{number}|x",) if any(one.area.startswith("told:") for one in rows) else ()
    return Earlier(source(*rows, *left_out, number=number, data=data), {cell_id(one.key) for one in rows}, reports)


def protect(earlier: list[Earlier], present: Source) -> Protection:
    """As the job protects a release."""
    past = past_of(earlier, present, (), RULE)
    own = [under(cell, past.prefix) for cell in cells_of(present.rows, present.definitions)]
    within = relations_of(present.rows, present.definitions, present.conditions)
    found = with_past(own, [renamed(one, past.prefix) for one in within], {}, past, RULE)
    assert attacked(found, "present").is_safe
    return found


WHOLE, OSLO, TROMS = row(200, 120), row(157, 97, "county:Oslo"), row(43, 23, "county:Troms")
COUNTY = cell_id(TROMS.key)


def test_a_county_that_a_told_municipality_is_nearly_all_of_is_withheld() -> None:
    """A reads 20 of 40, and three other workplaces of the county answered: all three say yes."""
    present = source(WHOLE, OSLO, TROMS, number=2)
    assert protect([shown(WHOLE)], present).withheld == {}
    found = protect([shown(WHOLE), shown(told(40, 20))], present)
    assert COUNTY in found.withheld
    careless = replace(found, withheld={cell: why for cell, why in found.withheld.items() if "earlier|" in cell})
    assert not attacked(careless, "present").is_safe


def test_what_several_municipalities_read_together_is_subtracted() -> None:
    """Either alone leaves more than twenty of the county beside it."""
    present = source(WHOLE, OSLO, TROMS, number=2)
    for one in (told(20, 10), told(20, 10, "b")):
        assert protect([shown(WHOLE), shown(one)], present).withheld == {}
    assert COUNTY in protect([shown(WHOLE), shown(told(20, 10), told(20, 10, "b"))], present).withheld


def test_a_count_that_a_report_leaves_out_stays_hidden() -> None:
    """B's own count is left out; with the county it would follow from A's."""
    present = source(WHOLE, OSLO, TROMS, number=2)
    beside = told(20, 10, "b")
    assert COUNTY not in protect([shown(WHOLE), shown(told(23, 13))], present).withheld
    assert COUNTY in protect([shown(WHOLE), shown(told(23, 13), left_out=(beside,))], present).withheld


@pytest.mark.parametrize(("n", "yes", "withheld"), [(201, 121, True), (213, 127, False)])
def test_a_correction_does_not_tell_what_came_beside_those_told_twice(n: int, yes: int, withheld: bool) -> None:
    """The municipality reads the same twice: whoever came late is elsewhere in the country."""
    earlier = [shown(WHOLE), shown(told(40, 20)), shown(told(40, 20), number=2, data="b")]
    present = source(row(n, yes), number=3, data="b")
    assert (cell_id(WHOLE.key) in protect(earlier, present).withheld) is withheld


def told_in_the_end(earlier: list[Earlier], *rows: EstimateRow, data: str = "a", number: int = 1) -> set[str]:
    may = {cell_id(one.key) for one in rows}
    found = together(earlier, source(*rows, data=data, number=number), (), may, PeerRule())
    return {one.area.split(":")[-1] for one in rows if cell_id(one.key) in found}


def test_a_report_does_not_give_away_what_a_release_made_since_withholds() -> None:
    """Release 1 has no counties: its reports may tell A. Release 2 shows the county, of which three are left."""
    first, second = shown(WHOLE), shown(WHOLE, OSLO, TROMS, number=2)
    assert told_in_the_end([first], told(40, 20)) == {"a"}
    assert told_in_the_end([first, second], told(40, 20)) == set()
    assert told_in_the_end([first, second], told(30, 15)) == {"a"}


def test_municipalities_are_not_told_together_what_is_left_of_their_county() -> None:
    release = shown(WHOLE, OSLO, TROMS)
    assert len(told_in_the_end([release], told(20, 10), told(20, 10, "b"))) == 1
    assert told_in_the_end([release, shown(told(20, 10))], told(20, 10, "b")) == set()
    assert told_in_the_end([release], told(16, 9), told(16, 9, "b")) == {"a", "b"}


def test_a_municipality_is_not_told_anew_what_one_late_answer_said() -> None:
    earlier = [shown(WHOLE), shown(told(40, 20)), shown(row(201, 121), number=2, data="b")]
    assert told_in_the_end(earlier, told(41, 21), data="b", number=2) == set()
    assert told_in_the_end([shown(row(201, 121), number=2, data="b")], told(41, 21), data="b", number=2) == {"a"}


def test_a_figure_of_fewer_answers_than_municipalities_told_holds_none_of_them() -> None:
    assert list(splits([row(30, 20), told(40, 20)])) == []
    with pytest.raises(ValueError, match="fact: expected a name of 7 parts"):
        rows_of([Fact("elsewhere", 1, 2)])


# In the database


def report(release: Release, *, count: int = 20) -> Report:
    fact = {"name": "report|b|1|a|innovative||share", "count": count, "base": 40, "country": "NO", "county": ""}
    left = {**fact, "name": "report|b|1|a|value|quality|share"}
    return Report.objects.create(
        release=release,
        kind=ReportKind.MUNICIPALITY,
        municipality="a",
        name="A",
        language="nb",
        document={"facts": [fact], "left_out": [left]},
        content_hash=f"{count}",
    )


@pytest.fixture
def two(db: None) -> tuple[Release, Release]:
    """A published release, and one that was built when nothing was told but the first."""
    programme = make.programme()
    first, second = (make.release(make.run(make.wave(programme, code))) for code in ("2023", "2025"))
    Release.objects.filter(pk=first.pk).update(state=ReleaseState.APPROVED)
    Release.objects.filter(pk=second.pk).update(protection=make.attacked_with_all(second))
    return Release.objects.get(pk=first.pk), Release.objects.get(pk=second.pk)


def test_a_release_that_reports_made_since_were_not_part_of_is_not_approved(two: tuple[Release, Release]) -> None:
    first, second = two
    report(first)
    publisher = make.user("publisher", first.programme)
    with pytest.raises(releases.NotAttackedTogether, match="1"):
        releases.approve(release=second, by=publisher)
    Release.objects.filter(pk=second.pk).update(protection=make.attacked_with_all(second))
    assert releases.approve(release=Release.objects.get(pk=second.pk), by=publisher).state == ReleaseState.APPROVED


def test_reports_that_a_release_overtook_are_not_stored(two: tuple[Release, Release]) -> None:
    first, second = two
    met = met_by(first)
    assert reports.store(release=first, made=[], met=met) == 0
    releases.approve(release=second, by=make.user("publisher", first.programme))
    with pytest.raises(reports.Overtaken):
        reports.store(release=first, made=[], met=met)
    report(second)
    assert met_by(first).reports != met.reports
    assert met_by(second).reports == met.reports, "its own reports are decided together with it"


def test_every_report_has_a_mark_of_what_it_told(two: tuple[Release, Release]) -> None:
    first, second = two
    report(first)
    report(second, count=21)
    one, other = reports_told(first.programme)
    assert (one.release, one.mark, other.mark) == (1, "1|a|20", "2|a|21")
    assert [fact.count for fact in (*one.facts, *one.left_out)] == [20, 20]
    assert [found.mark for found in reports_told(first.programme, {"2|a|21"})] == ["2|a|21"]
