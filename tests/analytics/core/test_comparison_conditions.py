"""What may stand side by side: each condition alone, and the comparisons of the library."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from analytics.core.arrays import InputError
from analytics.core.comparison_conditions import Conditions, Effect, Population, Preset, Verdict, compare, compare_by
from analytics.core.comparison_documents import load_comparisons, shipped
from analytics.core.definition_documents import LIBRARY
from analytics.core.definitions import DefinitionError

HERE = Conditions(
    unit="workplace",
    population=Population(frozenset({"municipal"}), frozenset({"education", "social"})),
    scale="introduced",
    reference_period="two_years",
    mode="web",
    weighting="sector",
)
STATE = Population(frozenset({"municipal", "state"}), frozenset({"education", "social"}))


def test_what_is_alike_is_allowed() -> None:
    found = compare(HERE, replace(HERE))
    assert (found.verdict, found.reasons) == (Verdict.ALLOWED, ())


@pytest.mark.parametrize(
    ("condition", "value", "verdict"),
    [
        ("unit", "organisation", Verdict.REFUSED),
        ("population", STATE, Verdict.REFUSED),
        ("scale", "works_with", Verdict.REFUSED),
        ("reference_period", "one_year", Verdict.REFUSED),
        ("mode", "paper", Verdict.WITH_NOTE),
        ("weighting", "none", Verdict.WITH_NOTE),
    ],
)
def test_one_condition_that_differs_decides_and_is_named(condition: str, value: object, verdict: Verdict) -> None:
    other = replace(HERE, **{condition: value})  # type: ignore[arg-type]  # one field at a time
    for found in (compare(HERE, other), compare(other, HERE)):
        assert found.verdict is verdict
        assert [reason.condition for reason in found.reasons] == [condition]
    reason = compare(HERE, other).reasons[0]
    assert (reason.one, reason.other) == (str(getattr(HERE, condition)), str(value))


def test_every_condition_that_differs_is_a_reason_and_the_gravest_decides() -> None:
    found = compare(HERE, replace(HERE, mode="paper", unit="organisation"))
    assert found.verdict is Verdict.REFUSED
    assert [(reason.condition, reason.effect) for reason in found.reasons] == [
        ("unit", Effect.REFUSE),
        ("mode", Effect.NOTE),
    ]


def test_what_is_unknown_on_both_sides_is_not_the_same() -> None:
    unknown = replace(HERE, scale="unknown")
    assert compare(unknown, unknown).verdict is Verdict.REFUSED
    nobody_says = replace(HERE, mode="unknown")
    assert compare(nobody_says, nobody_says).verdict is Verdict.WITH_NOTE


def test_a_comparison_may_be_stricter_or_milder_about_period_mode_and_weighting_alone() -> None:
    other = replace(HERE, weighting="none", reference_period="one_year")
    mild = compare(HERE, other, effects={"reference_period": Effect.NOTE})
    strict = compare(HERE, replace(HERE, weighting="none"), effects={"weighting": Effect.REFUSE})
    assert (mild.verdict, strict.verdict) == (Verdict.WITH_NOTE, Verdict.REFUSED)
    with pytest.raises(InputError, match=r"effects.unit: expected one of reference_period, mode, weighting"):
        compare(HERE, HERE, effects={"unit": Effect.NOTE})


def test_the_common_part_is_compared_only_where_figures_are_had_for_it_apart() -> None:
    preset = Preset("municipal", ("one", "other"), levels=frozenset({"municipal"}))
    wider = replace(HERE, population=STATE)
    assert compare_by(preset, HERE, wider).verdict is Verdict.ALLOWED
    inseparable = replace(wider, separable=frozenset())
    assert compare_by(preset, HERE, inseparable).verdict is Verdict.REFUSED


def test_a_sector_that_the_concordance_does_not_name_is_an_error() -> None:
    preset = Preset("sectors", ("one", "other"), concordance={"schools": "education"})
    other = replace(HERE, population=Population(frozenset({"municipal"}), frozenset({"schools", "welfare"})))
    with pytest.raises(InputError, match=r"sectors.concordance: .*schools, welfare.*'welfare'"):
        compare_by(preset, HERE, other)
    named = replace(preset, concordance={"schools": "education", "welfare": "social"})
    assert compare_by(named, HERE, other).verdict is Verdict.ALLOWED


# --- the library


def test_norway_and_denmark_are_compared_on_municipal_workplaces_with_a_note_on_weights() -> None:
    found = shipped().compare("norway_denmark", "innovative")
    assert found.verdict is Verdict.WITH_NOTE
    assert [reason.condition for reason in found.reasons] == ["weighting"]
    preset = shipped().presets["norway_denmark"]
    whole = replace(preset, levels=None)
    one, other = (shipped().sources[key].conditions("innovative") for key in preset.between)
    assert compare_by(whole, one, other).verdict is Verdict.REFUSED


def test_factors_whose_steps_nobody_has_published_are_refused() -> None:
    found = shipped().compare("norway_denmark", "factors")
    assert found.verdict is Verdict.REFUSED
    assert [(reason.condition, reason.one) for reason in found.reasons if reason.effect is Effect.REFUSE] == [
        ("scale", "unknown")
    ]


def test_ks_2018_and_2020_are_compared_on_health_and_education_weighted_alike() -> None:
    assert shipped().compare("ks_2018_2020", "innovative").verdict is Verdict.ALLOWED
    one, other = (shipped().sources[key].conditions("innovative") for key in ("no_ks_2018", "no_ks_2020"))
    as_published = compare(one, other)
    assert as_published.verdict is Verdict.REFUSED
    assert [reason.condition for reason in as_published.reasons] == ["population", "weighting"]
    not_weighed_alike = replace(shipped().presets["ks_2018_2020"], weighting="")
    assert compare_by(not_weighed_alike, one, other).verdict is Verdict.REFUSED


@pytest.mark.parametrize(
    ("preset", "refusing"),
    [
        ("norway_iceland", ["population"]),
        ("norway_sweden", ["population"]),
        ("norway_finland", ["unit", "population"]),
        ("ks_difi", ["population", "scale"]),
    ],
)
def test_what_is_not_comparable_is_refused_with_the_reason(preset: str, refusing: list[str]) -> None:
    found = shipped().compare(preset, "innovative")
    assert found.verdict is Verdict.REFUSED
    assert [reason.condition for reason in found.reasons if reason.effect is Effect.REFUSE] == refusing
    assert shipped().presets[preset].note


def test_the_state_is_named_where_it_stands_in_the_way() -> None:
    reason = next(
        one for one in shipped().compare("norway_iceland", "innovative").reasons if one.condition == "population"
    )
    assert "state" in reason.other
    assert "state" not in reason.one


def test_every_source_names_where_its_conditions_were_read() -> None:
    assert all(source.origin for source in shipped().sources.values())


@pytest.mark.parametrize(
    ("group", "entry", "value", "message"),
    [
        ("presets", "between", ["no_ks_2018"], "presets.norway_denmark.between: expected two of"),
        ("presets", "between", ["no_ks_2018", "dk_1999"], "got no_ks_2018, dk_1999"),
        ("presets", "effects", {"mode": "ignore"}, "effects.mode: expected one of note, refuse, got 'ignore'"),
        ("presets", "levls", [], "presets.norway_denmark: unknown entry 'levls'"),
        ("sources", "scale", {"factors": "x"}, "sources.no_ks_2018.scale: expected a default, got ['factors']"),
        ("sources", "separable", ["size"], "separable: expected some of levels, sectors, got 'size'"),
        ("sources", "levels", [], "sources.no_ks_2018.levels: expected a list of texts"),
        ("sources", "key", "dk_2020", "comparisons.sources: a key stands twice: 'dk_2020'"),
    ],
)
def test_a_slip_in_the_library_is_named(tmp_path: Path, *, group: str, entry: str, value: object, message: str) -> None:
    content = yaml.safe_load((LIBRARY / "comparisons.yaml").read_text(encoding="utf-8"))
    content[group][0][entry] = value
    (tmp_path / "comparisons.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(DefinitionError) as error:
        load_comparisons(tmp_path / "comparisons.yaml")
    assert message in str(error.value)


def test_a_preset_that_there_is_not_is_named() -> None:
    with pytest.raises(DefinitionError, match=r"preset: expected one of ks_2018_2020, .*, got 'norway_greenland'"):
        shipped().compare("norway_greenland", "innovative")
