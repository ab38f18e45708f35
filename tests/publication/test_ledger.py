"""Everything published before is part of what an attacker knows: versions, waves, bands, unions, own reports."""

import json
from math import inf

import pytest

from benchmarks.linked_tables import release, survey
from publication.disclosure.attack_report import attack_all
from publication.disclosure.bounds import Contradiction
from publication.disclosure.ledger import Fact, Ledger, benchmark, from_document, nested, union, versions, waves
from publication.disclosure.relations import adds_up, from_value
from publication.disclosure.tables import known_counts, protect


def published(**counts: int) -> Ledger:
    return Ledger().with_published("2025", counts)


def test_a_ledger_survives_json_and_keeps_open_ends() -> None:
    ledger = published(a=3).with_published("2026", {"b": 7}, [adds_up("b", ["a", "c"])], [Fact("d", 2, inf, "2026")])
    assert from_document(json.loads(json.dumps(ledger.to_document()))) == ledger
    with pytest.raises(ValueError, match=r"schema: expected barometer\.ledger/1"):
        from_document({"schema": "other"})


def test_a_count_cannot_be_published_anew_with_another_value() -> None:
    with pytest.raises(Contradiction, match="a: expected 3 to 3"):
        published(a=3).with_published("correction", {"a": 4})


def test_a_correction_gives_away_who_came_late() -> None:
    """Twenty of 100 before, 22 of 102 after: two late answers, both yes."""
    ledger = published(x=20).with_published("correction", {"x.2": 22}, [versions("x", "x.2", "came", "went")])
    assert attack_all(ledger, {"came": 2}).is_safe
    nobody_left = ledger.with_published("correction", {"went": 0})
    report = attack_all(nobody_left, {"came": 2})
    assert report.exact == {"came": (2, 2)}
    assert not report.is_safe


def test_a_panel_known_in_one_wave_gives_away_the_new_ones() -> None:
    ledger = published(now=40).with_published("panel", {"stayed": 37}, [waves("now", "stayed", "new")])
    assert attack_all(ledger, {"new": 3}).exact == {"new": (3, 3)}


def test_nested_bands_give_away_what_lies_between_them() -> None:
    bands = nested(["all", "10+", "50+"], ["0-9", "10-49"])
    ledger = Ledger().with_published("release", {"all": 90, "50+": 60}, bands)
    assert attack_all(ledger, {"10-49": 4}).is_safe
    later = ledger.with_published("report", {"10+": 64})
    assert set(attack_all(later, {"10-49": 4}).exact) == {"10-49"}
    with pytest.raises(ValueError, match="expected 1 names"):
        nested(["all", "10+"], [])


def test_overlapping_unions_are_subtracted() -> None:
    ledger = Ledger().with_published(
        "filter", {"ab": 43, "bc": 90, "abc": 93}, [union("ab", "ab"), union("bc", "bc"), union("abc", "abc")]
    )
    assert attack_all(ledger, {"a": 3}).exact == {"a": (3, 3)}
    assert attack_all(ledger, {"a": 3}).by_rank == 1


def test_two_own_reports_give_away_what_one_alone_does_not() -> None:
    """Six said yes in all; an organisation that did and reads its peers' five learns the total, no more."""
    relations, own = benchmark("x", "peers", "mine", 1)
    ledger = Ledger().with_published("report", {"peers": 5}, [*relations, adds_up("x", ["north", "south"])], own)
    assert attack_all(ledger, {"north": 2}).is_safe
    other = ledger.with_published("release", {"south": 4})
    assert attack_all(other, {"north": 2}).exact == {"north": (2, 2)}
    with pytest.raises(ValueError, match="answer: expected 0 or 1"):
        benchmark("x", "peers", "mine", 2)


def test_a_value_gives_its_count_away_where_the_base_is_known() -> None:
    """6.7 per cent of 60 is 4, whatever is printed of the count; of about 60 it is 3 to 5."""
    relations = from_value("x", "n", 6.7)
    assert attack_all(published(n=60), {"x": 4}, relations).exact == {"x": (4, 4)}
    rounded = Ledger().with_published("release", {}, ranges=[Fact("n", 45, 75, "release")])
    report = attack_all(rounded, {"x": 4}, relations)
    assert report.exact == {}
    assert report.narrow == {"x": (3, 5)}
    with pytest.raises(ValueError, match="value: expected a share"):
        from_value("x", "n", 6.72)


def test_a_count_that_is_printed_cannot_be_called_hidden() -> None:
    with pytest.raises(ValueError, match="hidden: expected counts that no publication prints"):
        attack_all(published(a=3), {"a": 3})


@pytest.mark.parametrize("seed", range(4))
def test_a_protected_release_is_safe_and_a_second_one_with_a_hole_is_not(seed: int) -> None:
    given = survey(seed, units=1000, breakdowns={"sector": 5, "size": 3}, items=3)
    cells, relations, counts = release(given, [("sector", "size")])
    known, hidden = known_counts(cells, protect(cells, relations))
    ledger = Ledger().with_published("2025", known, relations)
    report = attack_all(ledger, hidden)
    assert report.is_safe
    assert report.attacked == len(hidden)
    assert report.to_document()["exact"] == []
    told = next(name for name in sorted(hidden) if hidden[name] < 5)
    others = {name: counts[name] for name in hidden if name != told}
    assert told in attack_all(ledger.with_published("leak", others), {told: counts[told]}).exact
