"""A run beside published figures: what is refused and why, what is compared and how."""

from dataclasses import replace
from math import sqrt

import pytest
from scipy import stats

from analytics.core import hypothesis_tests
from analytics.core.arrays import InputError
from analytics.core.beside import Beside, BesideFlag, side_by_side
from analytics.core.comparison_conditions import Conditions, Population
from analytics.core.published_documents import load_published
from analytics.core.published_library import NotMapped, PublishedLibrary
from analytics.core.published_terms import Liberty, Scale
from analytics.core.results import EstimateRow
from analytics.core.verdicts import Verdict
from tests.analytics.core.published_cases import KS, SIZES, row

RUN = [
    row("innovative", 0.78),
    row("innovative", 0.76, 0.03, sector="health_care"),
    row("innovative", 0.86, 0.03, sector="education"),
    row("innovation_type", 0.55, category="process_organisation"),
    row("innovation_type", 0.50, 0.03, category="process_organisation", sector="health_care"),
    row("innovation_type", 0.60, 0.03, category="process_organisation", sector="education"),
    row("initiator", 0.30, category="political_leadership"),
]


def compared(
    wave: str,
    preset: str = "as_published",
    *,
    rows: list[EstimateRow] | None = None,
    conditions: Conditions = KS,
    country: str = "NO",
    library: PublishedLibrary | None = None,
) -> dict[tuple[str, str, str], Beside]:
    found = side_by_side(
        RUN if rows is None else rows,
        library or load_published(),
        wave=wave,
        preset=preset,
        country=country,
        conditions=conditions,
        sizes=SIZES,
    )
    return {(one.figure.population, one.figure.indicator, one.figure.category): one for one in found}


def with_deff(effect: float) -> PublishedLibrary:
    """The library with another design effect assumed for KS 2018."""
    library = load_published()
    wave = library.waves["no-ks-2018"]
    populations = {key: replace(one, design_effect=effect) for key, one in wave.populations.items()}
    return replace(library, waves={**library.waves, wave.key: replace(wave, populations=populations)})


DANISH = Population(frozenset({"municipal", "regional", "state"}), frozenset({"all"}))
HEADLINE = ("municipal", "innovative_share", "any_type")
PROCESS = ("municipal", "innovation_types", "process_organisation")


@pytest.mark.parametrize(
    ("wave", "key", "conditions"),
    [
        ("fi-2022", HEADLINE, ("unit", "population")),
        ("nl-2021", ("public_all", "innovative_share", "any_type"), ("unit", "population")),
        ("is-2018", ("public_all", "innovative_share", "any_type"), ("population",)),
        ("is-2018", ("public_all", "value_created", "citizen_insight"), ("population", "scale")),
        ("se-2018", ("public_all", "innovative_share", "any_type"), ("population",)),
        ("nordic-2019", ("public_all", "innovative_share", "any_type"), ("unit", "population")),
        ("dk-2021-2023", ("public_all", "innovative_share", "any_type"), ("population",)),
        ("dk-2018-2019", ("state", "innovative_share", "any_type"), ("population",)),
        ("no-state-2021", ("state_workplaces", "works_with_innovation", "yes"), ("population", "scale")),
        ("no-ks-2020", ("municipal", "factor_promoted", "limited_finances"), ("scale",)),
        ("no-ks-2020", ("municipal", "employee_key_role", "yes"), ("scale",)),
        ("no-ks-2018", HEADLINE, ("population",)),
    ],
)
def test_another_unit_population_wording_or_scale_is_refused(
    wave: str, key: tuple[str, str, str], conditions: tuple[str, ...]
) -> None:
    found = compared(wave)[key]
    assert found.allowance.refused == conditions
    assert found.verdict is Verdict.NOT_COMPARABLE
    assert (found.difference, found.p, found.p_adjusted) == (None, None, None)


def test_finland_is_refused_for_its_unit_alone_where_all_else_is_alike() -> None:
    ours = replace(KS, population=Population(frozenset({"municipal"}), frozenset({"all"})))
    assert compared("fi-2022", conditions=ours)[HEADLINE].allowance.refused == ("unit",)
    assert compared("fi-2022", conditions=replace(ours, unit="organisation"))[HEADLINE].allowance.allowed


def test_works_with_innovation_is_refused_for_its_words_alone_where_all_else_is_alike() -> None:
    ours = replace(KS, population=Population(frozenset({"state"}), frozenset({"ministries_and_directorates"})))
    found = compared("no-state-2021", conditions=ours)["state_workplaces", "works_with_innovation", "yes"]
    assert found.allowance.refused == ("scale",)
    assert found.allowance.finding is not None
    assert found.allowance.finding.reasons[0].other == Scale.OTHER_WORDING


def test_what_has_no_indicator_says_why_and_shows_no_figure() -> None:
    found = compared("fi-2022")["municipal", "capacity", "supports_innovation"]
    assert (found.not_mapped, found.ours, found.flags) == (NotMapped.NO_QUESTION, None, ())
    mean = compared("nl-2021")["public_all", "innovation_climate_index", "mean_1_to_5"]
    assert (mean.not_mapped, mean.reading) == (NotMapped.NOT_A_SHARE, None)


def test_ks_2018_is_compared_on_its_two_sectors() -> None:
    """0.6 and 0.4 of the workplaces: .6 x .76 + .4 x .86 = .80 against .74 of 1,786."""
    found = compared("no-ks-2018", "ks_2018_2020")
    headline, process = found[HEADLINE], found[PROCESS]
    assert headline.ours is not None
    assert headline.ours.value == pytest.approx(0.80, rel=1e-12)
    assert headline.difference == pytest.approx(0.06, rel=1e-12)
    ours = sqrt((0.6 * 0.03) ** 2 + (0.4 * 0.03) ** 2)
    theirs = sqrt(0.74 * 0.26 / 1786 + 0.005**2 / 3)
    degrees = (ours**2 + theirs**2) ** 2 / (ours**4 / headline.ours.df + theirs**4 / 1785)
    expected = 2 * stats.t.sf(0.06 / sqrt(ours**2 + theirs**2), degrees)
    assert headline.p == pytest.approx(expected, rel=1e-9)
    # the family: headline, process and nothing else that has both standard errors
    family = [one.p for one in found.values() if one.p is not None]
    assert len(family) == 2
    assert process.p is not None
    assert headline.p is not None
    assert process.p_adjusted == pytest.approx(2 * process.p, rel=1e-12)
    assert headline.p_adjusted == pytest.approx(max(headline.p, 2 * process.p), rel=1e-12)
    assert headline.verdict is Verdict.HIGHER
    assert process.verdict is Verdict.LOWER
    assert headline.allowance.noted == ("weighting",)
    assert headline.flags == (BesideFlag.TOGETHER,)


def test_each_sector_of_ks_2018_is_compared_with_that_sector() -> None:
    found = compared("no-ks-2018", "ks_2018_2020")["municipal_education", "innovative_share", "any_type"]
    assert found.ours is not None
    assert (found.ours.value, found.ours.sectors) == (0.86, ())
    assert found.allowance.allowed
    assert found.verdict is Verdict.NOT_COMPARABLE  # how many answered there was not published
    assert found.flags == (BesideFlag.NO_ERROR_OF_THEIRS,)


def test_ks_2020_is_refused_where_only_two_sectors_are_asked_for() -> None:
    assert compared("no-ks-2020", "ks_2018_2020")[HEADLINE].allowance.refused == ("population",)
    assert compared("no-ks-2020")[HEADLINE].allowance.allowed


def test_norway_and_denmark_meet_on_municipal_workplaces_alone() -> None:
    found = compared("dk-2018-2019", "norway_denmark")
    assert found[HEADLINE].allowance.allowed
    assert found[HEADLINE].allowance.liberties == (Liberty.LEVELS_AS_ONE, Liberty.SECTORS_NOT_ADJUSTED)
    for sector in ("public_all", "regional", "state"):
        assert found[sector, "innovative_share", "any_type"].allowance.refused == ("population",)
    assert compared("dk-2018-2019")[HEADLINE].allowance.refused == ("population",)


def test_the_state_stays_refused_under_the_concordance() -> None:
    found = compared("no-state-2018", "ks_difi")["state_workplaces", "works_with_innovation", "yes"]
    assert found.allowance.refused == ("population", "scale")


def test_words_are_tested_at_the_nearest_share_that_they_may_stand_for() -> None:
    """Mayors "about a quarter" have n; here the Danish "every sixth" (12 to 22) against the same population."""
    danish = replace(KS, population=DANISH)
    key = ("public_all", "collaboration", "private_companies")
    for value, verdict in ((0.20, Verdict.NOT_DISTINGUISHABLE), (0.35, Verdict.HIGHER), (0.05, Verdict.LOWER)):
        rows = [row("partner", value, category="private_companies", country="DK")]
        found = compared("dk-2021-2023", rows=rows, conditions=danish, country="DK")[key]
        assert found.verdict is verdict
        assert found.difference is None
        assert BesideFlag.NEAREST in found.flags
        if value == 0.20:
            assert found.p == 1.0
        if value == 0.35:
            error = sqrt(0.02**2 + 0.22 * 0.78 / 1352 * (1 - 1611 / 14297))
            assert found.p == pytest.approx(2 * stats.t.sf(0.13 / error, 310), rel=0.05)


def test_the_danish_wave_is_compared_where_ours_is_of_the_same_population() -> None:
    danish = replace(KS, population=DANISH)
    key = ("public_all", "innovative_share", "any_type")
    rows = [row("innovative", 0.83, country="DK")]
    found = compared("dk-2021-2023", rows=rows, conditions=danish, country="DK")[key]
    assert found.verdict is Verdict.NOT_DISTINGUISHABLE
    assert found.p == pytest.approx(1.0)
    assert found.difference == pytest.approx(0.0)


def test_a_verdict_that_hangs_on_the_design_effect_says_so() -> None:
    rows = [row("innovative", 0.78, 0.022, sector=sector) for sector in ("health_care", "education")]
    found = compared("no-ks-2018", "ks_2018_2020", rows=rows)[HEADLINE]
    assert found.verdict is Verdict.HIGHER
    assert BesideFlag.HANGS_ON_EFFECT in found.flags
    doubled = compared("no-ks-2018", "ks_2018_2020", rows=rows, library=with_deff(2.0))[HEADLINE]
    assert doubled.verdict is Verdict.NOT_DISTINGUISHABLE
    assert BesideFlag.HANGS_ON_EFFECT not in doubled.flags


def test_what_either_side_lacks_is_flagged() -> None:
    nothing = compared("no-ks-2020", rows=[])[HEADLINE]
    assert (nothing.ours, nothing.verdict) == (None, Verdict.NOT_COMPARABLE)
    assert BesideFlag.NO_FIGURE_OF_OURS in nothing.flags
    bare = compared("no-ks-2018", "ks_2018_2020", rows=[row("innovative", 0.5, None, sector="education")])
    one = bare["municipal_education", "innovative_share", "any_type"]
    assert set(one.flags) == {BesideFlag.NO_ERROR_OF_OURS, BesideFlag.NO_ERROR_OF_THEIRS}


def test_the_order_of_the_published_table_is_kept() -> None:
    found = compared("dk-2021-2023")
    assert [key[2] for key in found][:3] == ["any_type", "private_companies", "based_on_innovative_procurement"]


def test_verdicts_are_those_of_all_comparisons() -> None:
    assert Verdict is hypothesis_tests.Verdict


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"wave": "dk-1999"}, r"wave: expected one of dk-2013-2014.*got dk-1999"),
        ({"preset": "all"}, r"preset: expected one of as_published.*got all"),
        ({"preset": "ks_difi"}, r"wave: expected one of no-state-2018, no-state-2021 for ks_difi, got no-ks-2018"),
        ({"preset": "ks_2018_2020", "country": "DK"}, r"country: expected one of NO for ks_2018_2020, got DK"),
    ],
)
def test_a_choice_that_does_not_exist_is_an_error(change: dict[str, str], message: str) -> None:
    asked = {"wave": "no-ks-2018", "preset": "as_published", "country": "NO", **change}
    with pytest.raises(InputError, match=message):
        compared(asked["wave"], asked["preset"], country=asked["country"])
