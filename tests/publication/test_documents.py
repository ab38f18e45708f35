"""The frozen documents: what stands in them, what does not, and what their sentences claim."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.utils import translation

from analytics.core.definition_documents import from_document
from analytics.core.results import COMMON_PART, EstimateRow
from analytics.models import Run
from publication.disclosure.lattice import DEFAULT, EVERY, Node, Plan, PlanRefused
from publication.disclosure.tables import Reason, known_counts
from publication.figures.findings import finding
from publication.queries import publishable
from publication.work.cell_rows import cell_id, cells_of
from publication.work.cells import Protection, protected
from publication.work.documents import Document, documents, published_row, shown_cells
from publication.work.material import Material, TextMissing, gather, in_tables, spoken, stored_rows
from publication.work.relations import relations_of
from surveys.instrument.document import content_hash
from tests.publication.linear import gives_away
from tests.publication.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


KEYS = [
    "innovative", "innovative_by_sector", "innovative_by_size", "innovative_by_county",
    "innovative_by_sector_and_size", "innovation_type", "several_types", "novelty", "core_task",
    "practice", "initiator", "decisive", "partner", "value", "several_values", "spread", "evaluation", "technology",
    "own_budget", "innovative_procurement", "employees_key_role", "factors", "culture",
    "factor_balance", "drivers", "barriers", "innovation_climate", "innovation_activity", "openness", "learning",
    "employee_role", "change",
]  # fmt: skip


def rows_of(document: Document) -> list[dict[str, object]]:
    rows = document["rows"]
    assert isinstance(rows, list)
    return rows


def test_every_indicator_the_part_asks_for_has_a_table(written: list[Document]) -> None:
    assert [document["key"] for document in written] == KEYS


def test_every_table_states_what_a_figure_needs_in_every_language_of_the_site(written: list[Document]) -> None:
    for document in written:
        for name in ("title", "question", "base", "method", "finding"):
            texts = document[name]
            assert isinstance(texts, dict)
            assert tuple(texts) == ("nb", "nn", "da", "sv", "fi", "is", "en")
            assert all(texts.values()), (document["key"], name)
        assert document["constructed"] is True


def test_a_release_speaks_the_languages_in_which_every_figure_has_words(material: Material, settings: Any) -> None:
    settings.LANGUAGES = [("fo", "Føroyskt"), ("en", "English")]
    assert spoken(material.definitions) == ("en",)
    settings.LANGUAGES = [("fo", "Føroyskt")]
    with pytest.raises(TextMissing):
        spoken(material.definitions)


def test_a_solver_finds_no_withheld_count_of_the_whole_release(protection: Protection) -> None:
    known, hidden = known_counts(protection.cells, protection.withheld)
    active = [relation for relation in protection.relations if relation.needs not in protection.withheld]
    assert hidden
    assert [name for name in sorted(hidden) if gives_away(known, active, name)] == []


def with_a_part(material: Material, outside: int, positive: int) -> tuple[Material, str, str]:
    """Norway asked `outside` others too, `positive` of them innovative; a difference with it, and one without."""
    differences = [row for row in material.rows if (row.estimand, row.indicator) == ("difference", "innovative")]
    own = next(row for row in material.rows if row.key == ("share", "innovative", "", "NO", "", ""))
    part = replace(own, estimand=COMMON_PART, n=own.n - outside, positive=(own.positive or 0) - positive)
    with_it = next(row for row in differences if "NO" in (row.country, row.against))
    without = next(row for row in differences if "NO" not in (row.country, row.against))
    return replace(material, parts=(part,)), cell_id(with_it.key), cell_id(without.key)


def test_a_difference_in_the_common_part_falls_where_the_rest_is_too_small(
    material: Material, protection: Protection
) -> None:
    _material, with_it, without = with_a_part(material, 0, 0)
    assert with_it not in protection.withheld
    for outside, positive, reason in (
        (4, 2, Reason.SMALL_BASE),
        (12, 4, Reason.SMALL_COUNT),
        (12, 8, Reason.SMALL_COMPLEMENT),
    ):
        found = protected(with_a_part(material, outside, positive)[0]).withheld
        assert found[with_it] is reason
        assert without not in found
    for outside, positive in ((0, 0), (12, 6)):
        assert with_it not in protected(with_a_part(material, outside, positive)[0]).withheld


def test_the_method_names_the_part_that_countries_are_compared_in(material: Material) -> None:
    part = {"levels": ["municipal"], "sectors": ["education", "social"]}
    rows = tuple(
        replace(row, flags=(COMMON_PART,)) if (row.estimand, row.indicator) == ("difference", "innovative") else row
        for row in material.rows
    )
    made = {str(one["key"]): one["method"] for one in documents(replace(material, rows=rows, compared=part), {})}
    sentence = (
        "Countries are compared in what all of them asked: Municipality; Education and upbringing, Social services."
    )
    innovative, novelty = made["innovative"], made["novelty"]
    assert isinstance(innovative, dict)
    assert isinstance(novelty, dict)
    assert sentence in innovative["en"]
    assert "Kommune" in innovative["nb"]
    assert sentence not in novelty["en"]


def test_a_withheld_row_carries_no_number(written: list[Document]) -> None:
    withheld = [row for document in written for row in rows_of(document) if row["status"] == "withheld"]
    assert withheld
    for row in withheld:
        assert set(row) == {
            "measure", "category", "country", "sector", "size_class", "county", "against", "status",
        }  # fmt: skip


def test_what_is_shown_is_exactly_what_the_rule_leaves(
    written: list[Document], protection: Protection, material: Material
) -> None:
    published = {cell.id for cell in protection.cells if not cell.id.startswith("rest|")}
    own = {cell_id(row.key) for row in material.rows}
    assert shown_cells(written) == (published & own) - set(protection.withheld)


def test_published_numbers_have_one_decimal_and_intervals_never_narrower(material: Material) -> None:
    row = EstimateRow(
        estimand="share",
        indicator="innovative",
        country="NO",
        n=144,
        positive=110,
        value=0.7657156540,
        standard_error=0.0216,
        low=0.7200045827,
        high=0.8059751052,
    )
    assert published_row(row, material, {}) == {
        "measure": "share",
        "category": "",
        "country": "NO",
        "sector": "",
        "size_class": "",
        "county": "",
        "against": "",
        "status": "shown",
        "n": 144,
        "value": 76.6,
        "low": 72.0,
        "high": 80.6,
        "standard_error": 2.16,
    }


def test_an_index_is_not_multiplied(material: Material) -> None:
    row = EstimateRow(estimand="index", indicator="factor_balance", country="NO", n=100, value=61.25)
    assert published_row(row, material, {})["value"] == 61.3


def test_no_published_p_value_is_zero(material: Material) -> None:
    certain = next(row for row in material.rows if row.estimand == "difference" and row.p_adjusted is not None)
    published = published_row(replace(certain, p_adjusted=1e-30), material, {})
    assert published["p_adjusted"] == 0.0001


def test_documents_survive_json_and_keep_their_hash(written: list[Document]) -> None:
    for document in written:
        assert content_hash(json.loads(json.dumps(document))) == content_hash(document)


def test_driver_barrier_and_balance_of_a_factor_are_shown_or_withheld_together(material: Material) -> None:
    at = {measure: (measure, "factors", "legislation", "NO", "", "") for measure in ("driver", "barrier")}
    counts = {row.key: row.positive or 0 for row in material.rows if row.key in at.values()}
    moved = {at["barrier"]: 3, at["driver"]: sum(counts.values()) - 3}
    rows = tuple(replace(row, positive=moved.get(row.key, row.positive)) for row in material.rows)
    withheld = protected(replace(material, rows=rows)).withheld
    reasons = {
        measure: withheld.get(cell_id((measure, "factors", "legislation", "NO", "", "")))
        for measure in ("driver", "barrier", "net_balance", "no_opinion")
    }
    assert reasons["barrier"] is Reason.SMALL_COUNT
    assert {reasons["driver"], reasons["net_balance"]} == {Reason.LINKED}


@pytest.mark.parametrize(
    ("indicator", "estimand", "category", "asked", "count"),
    [
        ("novelty", "share", "first", "innovative", "x|share|innovative||NO|||"),
        ("unfinished_work", "share", "", "not_innovative", "not|share|innovative||NO|||"),
        ("unfinished_factors", "barrier", "legislation", "unfinished_work", "x|share|unfinished_work||NO|||"),
    ],
)
def test_a_base_hangs_together_with_the_answer_that_decides_who_is_asked(
    world: World, *, indicator: str, estimand: str, category: str, asked: str, count: str
) -> None:
    run = Run.objects.get(pk=world.run.pk)
    definitions = from_document(run.definitions.document)
    rows = in_tables(stored_rows(run), definitions, DEFAULT)
    row = next(one for one in rows if one.key == (estimand, indicator, category, "NO", "", ""))
    base = f"n|{asked}|NO||||{row.n}"
    held = [relation for relation in relations_of(rows, definitions) if set(relation.counts) == {base, count}]
    assert len(held) == 1
    assert {cell.base for cell in cells_of([row], definitions)} == {base}


def test_what_has_no_table_is_not_in_the_release(material: Material) -> None:
    assert not {"unfinished_work", "unfinished_factors"} & {row.indicator for row in material.rows}
    assert "nordic_composite" not in material.definitions.indices
    assert {row.indicator for row in material.rows if row.estimand == "index"} == set(material.definitions.indices)


@pytest.mark.parametrize("keys", [("openness",), ("factor_balance",)])
def test_an_index_stands_by_sector_only_beside_the_figures_that_protect_it(world: World, keys: tuple[str, ...]) -> None:
    run = Run.objects.get(pk=world.run.pk)
    with pytest.raises(PlanRefused, match=f"expected {keys[0]} only beside the figures"):
        gather(run, plan=Plan({Node.COUNTRY: (EVERY,), Node.SECTOR: keys}))
    rows = gather(run, plan=Plan({Node.COUNTRY: (EVERY,), Node.SECTOR: ("factors", "factor_balance")})).rows
    assert {row.indicator for row in rows if row.sector and row.estimand == "index"} == {"factor_balance"}
    whole_alone = {one.key for one in publishable(run) if not one.by_part}
    assert whole_alone == {"innovation_climate", "innovation_activity", "openness"}


def test_an_index_says_in_every_language_what_it_tells_and_does_not_measure(written: list[Document]) -> None:
    by_kind = {bool("measures_not" in one and "purpose" in one): str(one["kind"]) for one in written}
    assert by_kind[True] == "index"
    for document in (one for one in written if one["kind"] == "index"):
        for name in ("purpose", "measures_not"):
            texts = document[name]
            assert isinstance(texts, dict)
            assert len(set(texts.values())) == 7, (document["key"], name)
    assert all("measures_not" not in one for one in written if one["kind"] != "index")


def test_trends_are_for_the_desk_alone(material: Material) -> None:
    share, trend = (EstimateRow(estimand=one, indicator="innovative", country="NO") for one in ("share", "trend"))
    assert in_tables([share, trend], material.definitions, DEFAULT) == (share,)


def test_a_change_is_withheld_where_the_wave_before_is(material: Material) -> None:
    key = ("share", "innovative", "", "NO", "", "")
    assert material.before is not None
    before = tuple(replace(row, n=20, positive=10) if row.key == key else row for row in material.before)
    withheld = protected(replace(material, before=before)).withheld
    assert withheld[cell_id(("change", "innovative", "", "NO", "", "2023"))] is Reason.LINKED


def test_no_change_is_shown_when_the_wave_before_is_unknown(material: Material) -> None:
    withheld = protected(replace(material, before=None)).withheld
    changes = [cell_id(row.key) for row in material.rows if row.estimand == "change" and not row.sector]
    assert changes
    assert set(changes) <= set(withheld)


def test_a_difference_falls_with_its_country(material: Material) -> None:
    rows = tuple(
        replace(row, n=20, positive=10) if row.key == ("share", "innovative", "", "IS", "", "") else row
        for row in material.rows
    )
    changed = replace(material, rows=rows)
    document = documents(changed, protected(changed).withheld)[0]
    shown = {(row["country"], row["against"]) for row in rows_of(document) if row["status"] == "shown"}
    assert shown == {("NO", ""), ("DK", ""), ("DK", "NO")}


LABELS = {
    "countries": {"NO": "Norway", "DK": "Denmark", "IS": "Iceland"},
    "sectors": {"": "All", "culture": "Culture", "social": "Social"},
    "categories": {"a": "Answer A", "b": "Answer B"},
}


def row(measure: str, country: str, value: float, low: float, high: float, **more: object) -> dict[str, object]:
    part = {"sector": "", "size_class": "", "county": ""}
    place = {"measure": measure, "category": "", "country": country, **part, "against": "", "status": "shown"}
    return {**place, "n": 100, "value": value, "low": low, "high": high, **more}


def test_a_sentence_claims_a_difference_only_where_the_test_does() -> None:
    rows = [
        row("share", "NO", 70, 64, 76),
        row("share", "DK", 60, 54, 66),
        row("difference", "NO", 10, 1, 19, against="DK", verdict="not_distinguishable"),
    ]
    assert finding("share", rows, LABELS) == (
        "The share is 70.0 % in Norway (64.0 to 76.0) and 60.0 % in Denmark (54.0 to 66.0). "
        "No difference between the countries can be told from chance."
    )
    rows[2]["verdict"] = "higher"
    assert finding("share", rows, LABELS).endswith("It is clearly higher in Norway than in Denmark.")
    rows[2]["verdict"] = "lower"
    assert finding("share", rows, LABELS).endswith("It is clearly higher in Denmark than in Norway.")


def test_the_top_answer_is_named_only_when_its_interval_is_clear_of_the_others() -> None:
    rows = [row("share", "NO", 50, 44, 56, category="a"), row("share", "NO", 30, 24, 36, category="b")]
    assert finding("share", rows, LABELS) == "Clearly given most often: Answer A (Norway)."
    rows[1]["high"] = 45
    assert finding("share", rows, LABELS) == "No answer stands clear of all others."
    rows += [row("share", "DK", 50, 44, 56, category="a"), row("share", "DK", 30, 24, 45, category="b")]
    assert finding("share", rows, LABELS) == "In no country does one answer stand clear of all others."


def test_a_finding_of_one_country_does_not_speak_of_every_country() -> None:
    rows = [row("net_balance", "NO", 20, 10, 30, category="a"), row("net_balance", "NO", -2, -9, 5, category="b")]
    assert finding("balance", rows, LABELS) == (
        "These promoted more often than they hindered: Answer A. "
        "The balance of the other factors cannot be told from zero."
    )


def test_a_factor_is_a_driver_only_when_its_interval_is_above_zero_in_every_country() -> None:
    rows = [
        row("net_balance", "NO", 20, 10, 30, category="a"),
        row("net_balance", "DK", 5, -5, 15, category="a"),
        row("net_balance", "NO", -20, -30, -10, category="b"),
        row("net_balance", "DK", -20, -30, -10, category="b"),
    ]
    assert finding("balance", rows, LABELS) == (
        "In every country shown these hindered more often than they promoted: Answer B. "
        "The balance of the other factors differs between countries or cannot be told from zero."
    )


def test_nothing_is_said_of_what_is_withheld() -> None:
    assert finding("share", [{"status": "withheld"}], LABELS) == (
        "Nothing can be shown here: there are too few answers."
    )


def test_changes_are_named_for_main_indicators_and_counted_for_single_answers() -> None:
    change = {"against": "2023", "verdict": "higher"}
    labels = {**LABELS, "categories": {"innovative": "Innovative", "value.quality": "Value: quality"}}
    rows = [
        row("change", "NO", 4.5, 1, 8, **{**change, "category": "innovative"}),
        row("change", "DK", -4.5, -8, -1, **{**change, "category": "innovative", "verdict": "lower"}),
        row("change", "NO", 9, 1, 17, **{**change, "category": "value.quality"}),
        row("change", "IS", 1, -5, 7, **{**change, "category": "innovative", "verdict": "not_distinguishable"}),
    ]
    assert finding("change", rows, labels) == (
        "Higher than in the wave before: Innovative (Norway +4.5). "
        "Lower than in the wave before: Innovative (Denmark −4.5). "
        "Among single answers and factors 1 went up and 0 went down; the table shows which."
    )
    assert finding("change", rows[3:], labels) == "No change can be told from chance."
