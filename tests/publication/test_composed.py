"""Figures composed of frozen tables: what they read, what they claim, and where a line must not reach."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from django.utils import translation

from publication.charts.positions import names
from publication.figures.composed.registry import KINDS, composed_document, keys_of
from publication.figures.composed.shape import Edition
from publication.figures.figure import figure, file_of
from publication.figures.pictures import svg_file
from publication.formats.csv import COMPOSED_COLUMNS, table_csv

Table = dict[str, Any]
COUNTRIES = {"NO": "Norway", "DK": "Denmark"}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def row(country: str, value: float | None, measure: str = "share", **more: Any) -> dict[str, Any]:
    place = {"category": "", "sector": "", "size_class": "", "county": "", "against": "", **more}
    shown = {"status": "withheld"} if value is None else {"status": "shown", "n": 200, "value": value}
    interval = {} if value is None else {"low": value - 2, "high": value + 2}
    return {**place, "measure": measure, "country": country, **shown, **interval, **more}


def table(key: str, rows: Sequence[Mapping[str, Any]], kind: str = "share", **more: Any) -> Table:
    labels = {
        "countries": COUNTRIES,
        "sectors": {"": "All sectors", "education": "Education"},
        "sizes": {"": "All sizes"},
        "counties": {one["county"]: one["county"] for one in rows},
        "categories": {one["category"]: str(one["category"]).title() for one in rows},
    }
    texts = {name: {"en": f"{name} of {key}"} for name in ("title", "question", "base", "finding")}
    return {
        "key": key,
        "kind": kind,
        "indicator": key,
        "breakdowns": ["country"],
        "wave": "2025",
        "previous_wave": "",
        "constructed": True,
        "unit": "percent",
        **texts,
        "method": {"en": "Weighted."},
        "labels": {"en": labels},
        "rows": list(rows),
        **more,
    }


def edition(*tables: Table, number: int = 2, wave: str = "2025") -> Edition:
    return Edition("demo", number, wave, {one["key"]: one for one in tables})


def headline(key: str, norway: float | None, denmark: float | None) -> Table:
    return table(key, [row("NO", norway), row("DK", denmark)])


def changes(verdict: str | None, *, before: str = "2023", category: str = "innovative") -> Table:
    of_norway = row("NO", 4.0 if verdict else None, "change", category=category)
    rows = [{**of_norway, "verdict": verdict} if verdict else of_norway]
    return table("change", rows, "change", previous_wave=before)


def document_of(key: str, *editions: Edition, country: str = "") -> Any:
    document = composed_document(key, editions, country)
    assert document is not None
    return document


def test_a_profile_sets_tables_side_by_side_and_says_which() -> None:
    difference = row("NO", 12.0, "difference", against="DK", verdict="higher")
    first = table("innovative", [row("NO", 80.0), row("DK", 68.0), difference])
    document = document_of("profile-countries", edition(headline("spread", 40.0, None), first))
    drawn = figure(document)
    assert "80.0 %" in drawn.drawing
    assert "too few answers" in drawn.drawing
    # The finding is that of the table that tells most, and the test that it rests on stands in the table.
    assert drawn.finding.startswith("title of innovative: The share is")
    assert "clearly higher in Norway than in Denmark" in drawn.finding
    assert any("Norway – Denmark" in one[0] for one in drawn.rows)
    assert [one["question"] for one in drawn.sources] == ["question of spread", "question of innovative"]
    assert drawn.question == ""
    assert drawn.withheld == 1


def test_a_perspective_holds_one_country_and_claims_what_a_test_allows() -> None:
    difference = row("NO", 12.0, "difference", against="DK", verdict="higher")
    types = table("innovation_type", [row(code, 50.0, category="product") for code in COUNTRIES])
    own = edition(types, table("innovative", [row("NO", 80.0), row("DK", 68.0), difference]))
    document = document_of("perspective-organisation", own, country="DK")
    assert [one["value"] for one in document["rows"] if one["measure"] == "share"] == [50.0, 68.0]
    assert document["choices"] == ["NO", "DK"]
    drawn = figure(document, country="DK")
    assert drawn.country == "DK"
    assert [one[0] for one in drawn.countries if one[2]] == ["DK"]
    assert drawn.finding.startswith("title of innovative: The share is 68.0 % in Denmark")
    assert document_of("perspective-organisation", own, country="XX")["country"] == "NO"


def test_tables_of_the_first_schema_are_composed_too() -> None:
    """Their rows name neither size class nor county."""
    first = headline("innovative", 76.0, 60.0)
    first["rows"] = [{k: v for k, v in one.items() if k not in ("size_class", "county")} for one in first["rows"]]
    for name in ("sizes", "counties"):
        del first["labels"]["en"][name]
    for key in ("profile-countries", "perspective-organisation"):
        drawn = figure(document_of(key, edition(first)))
        assert "76.0" in drawn.drawing
        assert "The share is" in drawn.finding
    old = Edition("demo", 1, "2023", {"innovative": first})
    assert figure(document_of("course-innovative", old, edition(headline("innovative", 80.0, 70.0)))).rows


def test_methods_are_said_once() -> None:
    longer = headline("spread", 40.0, 30.0) | {"method": {"en": "Weighted. Compared in pairs."}}
    document = document_of("profile-countries", edition(headline("innovative", 80.0, 70.0), longer))
    assert document["method"] == {"en": "Weighted. Compared in pairs."}


@pytest.mark.parametrize(
    ("change", "note"),
    [
        (changes("higher"), ""),
        (changes("not_distinguishable"), ""),
        (changes("not_comparable"), "Not comparable with the wave before."),
        (changes(None), "No test of the change between these waves is published."),
        (changes("higher", before="2021"), "No test of the change between these waves is published."),
        (changes("higher", category="spread"), "No test of the change between these waves is published."),
        (None, "No test of the change between these waves is published."),
    ],
)
def test_a_line_reaches_the_next_wave_only_where_a_test_was_published(change: Table | None, note: str) -> None:
    old = edition(table("innovative", [row("NO", 76.0)]), number=1, wave="2023")
    new = edition(table("innovative", [row("NO", 80.0)]), *([change] if change else []))
    drawn = figure(document_of("course-innovative", old, new))
    assert drawn.drawing.count("figure-notes") == bool(note)
    assert note in drawn.drawing
    said = drawn.finding != "finding of innovative"  # of a change, or else of the wave itself
    assert said == (note in ("", "Not comparable with the wave before."))
    assert [one[1] for one in drawn.rows] == ["2023", "2025"]
    assert drawn.columns[1] == "Wave"
    _drawing, caption, _words = file_of(document_of("course-innovative", old, new), country="", source="")
    assert any(note in one for one in caption.notes)


def test_a_course_names_each_release_that_it_reads() -> None:
    old = edition(headline("innovative", 76.0, None), number=1, wave="2023")
    document = document_of("course-innovative", old, edition(headline("innovative", 80.0, 71.0), changes("higher")))
    lines = table_csv(document, "en").splitlines()
    assert lines[0].split(",") == list(COMPOSED_COLUMNS)
    assert [line.split(",")[:3] for line in lines[1:]] == [
        ["demo/1", "innovative", "2023"],
        ["demo/1", "innovative", "2023"],
        ["demo/2", "innovative", "2025"],
        ["demo/2", "innovative", "2025"],
    ]
    drawn = figure(document, changes=changes("higher"))
    assert [(one["number"], one["names_release"]) for one in drawn.sources] == [(1, True), (2, True)]
    assert drawn.finding.startswith("Higher than in the wave before")
    assert len(drawn.since) == 1
    assert drawn.question == "question of innovative"


def test_a_course_has_a_gap_where_a_wave_did_not_ask() -> None:
    between = edition(headline("spread", 1.0, 2.0), number=3, wave="2024")
    old = edition(headline("innovative", 76.0, 70.0), number=1, wave="2023")
    document = document_of("course-innovative", old, between, edition(headline("innovative", 80.0, 71.0)))
    assert document["waves"] == ["2023", "2024", "2025"]
    assert {one["wave"] for one in document["rows"]} == {"2023", "2025"}
    assert "2023–2024" not in figure(document).drawing


def battery(promoted: float) -> Table:
    rows = [
        row("NO", value, measure, category="trust")
        for measure, value in (
            ("driver", promoted),
            ("barrier", 20.0),
            ("net_balance", promoted - 20),
            ("no_opinion", 20.0),
        )
    ]
    return table("factors", rows, "balance", unit="points")


def test_bars_of_100_per_cent_show_neither_only_where_it_was_an_answer() -> None:
    assert "Neither" not in figure(document_of("whole-factors", edition(battery(60.0)))).drawing
    assert "Neither: the rest of 100" in figure(document_of("whole-factors", edition(battery(30.0)))).drawing


def counties(*found: str) -> Table:
    rows = [row("NO", 70.0), *(row("NO", 60.0 if not n else None, county=name) for n, name in enumerate(found))]
    return table("innovative_by_county", rows, breakdowns=["country", "county"])


@pytest.mark.parametrize(("found", "shaded"), [(("Akershus", "Finnmark"), 21), (("Viken", "Troms og Finnmark"), 51)])
def test_municipalities_have_the_shade_of_their_county_in_its_division(found: Sequence[str], shaded: int) -> None:
    document = document_of("municipalities-innovative_by_county", edition(counties(*found)))
    drawing = figure(document).drawing
    wide = drawing.split('class="fig-point fig-point-4" d="')[1].split('"')[0]
    assert wide.count("M") == shaded
    assert "fig-ring" not in drawing
    code = next(code for code, name in names("NO").items() if name == "Bodø")
    assert "Bodø" in figure({**document, "marked": [code]}).drawing


LIMITS = {"en": "How good the cooperation was."}


def everything() -> Edition:
    by_sector = [row("NO", 70.0), row("NO", 60.0, sector="education")]
    return edition(
        headline("innovative", 80.0, 68.0),
        table("innovative_by_sector", by_sector, breakdowns=["country", "sector"]),
        counties("Oslo", "Vestland"),
        battery(60.0),
        table("openness", [row("NO", 40.0, "index"), row("DK", 50.0, "index")], "index", measures_not=LIMITS),
        changes("higher"),
    )


def test_every_kind_is_drawn_put_in_rows_and_kept_in_files() -> None:
    editions = (edition(headline("innovative", 76.0, 60.0), number=1, wave="2023"), everything())
    keys = [key for kind in KINDS.values() for key in keys_of(kind, editions)]
    assert {key.partition("-")[0] for key in keys} == set(KINDS)
    frozen = [one for each in editions for some in each.tables.values() for one in some["rows"]]
    for key in keys:
        document = document_of(key, *editions)
        drawn = figure(document)
        assert "<svg" in drawn.drawing or "<table" in drawn.drawing
        assert "Constructed data" in drawn.drawing
        assert drawn.finding
        assert drawn.uncertainty
        assert len(drawn.rows) == len(document["rows"]) > 0
        svg = svg_file(*file_of(document, country=drawn.country, source="Source: demo"))
        assert "Source: demo" in svg
        # No number of a composed figure is its own.
        for one in document["rows"]:
            assert any((each["country"], each.get("value")) == (one["country"], one.get("value")) for each in frozen)


def test_indices_of_a_country_say_what_each_does_not_measure_and_run_from_0_to_100() -> None:
    document = document_of("indices-system", everything(), country="DK")
    assert [(one["country"], one["value"]) for one in document["rows"]] == [("DK", 50.0)]
    drawn = figure(document)
    assert ("What it does not measure", "title of openness: How good the cooperation was.") in drawn.about
    assert {"0", "100"} <= set(re.findall(r">(\d+)</text>", drawn.drawing))


@pytest.mark.parametrize(
    "key", ["innovative", "profile", "profile-", "profile-else", "course-innovative", "else-innovative"]
)
def test_what_a_release_does_not_have_is_not_composed(key: str) -> None:
    assert composed_document(key, [everything()]) is None
