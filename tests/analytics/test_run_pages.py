"""The analyst's pages of a run: progress, checks, weights, ways of answering, robustness, scales, areas, choices."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from analytics.actions import runs
from analytics.models import Dataset, Estimate, PartKind, PartResult, Run, RunPart, RunState
from analytics.views import (
    answering,
    area_figures,
    association_figures,
    follow_up,
    index_figures,
    largest,
    progress,
    quality,
    response_classes,
    robustness,
    trend_figures,
)
from analytics.views.grids import Grid, duration, filled, probability, text, written
from analytics.views.names import Names
from jobs.execution import run_due
from jobs.models import Job, JobState
from surveys.models import SampledUnit, User, Wave, WaveState
from tests import make
from tests.analytics.test_runs import closed_wave
from tests.analytics.waves import shipped

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def wave() -> Wave:
    return closed_wave()


@pytest.fixture
def administrator(wave: Wave, client: Client) -> User:
    account = make.user("administrator", wave.programme)
    client.force_login(account)
    return account


def page(client: Client, name: str, run: Run, *more: object) -> str:
    where = reverse(f"analytics:{name}", args=[run.wave.programme.slug, run.wave.code, run.pk, *more])
    answer = client.get(where, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def finished(wave: Wave, diagnostics: dict[str, Any] | None = None) -> Run:
    """A finished run that says what a test wants it to say."""
    run = make.run(wave)
    Run.objects.filter(pk=run.pk).update(state=RunState.FINISHED, diagnostics=diagnostics or {})
    run.refresh_from_db()
    return run


def row(run: Run, estimand: str, indicator: str = "factor_balance", **content: Any) -> Estimate:
    given = {"country": "NO", "n": 30, "value": 0.5} | content
    return Estimate.objects.create(run=run, estimand=estimand, indicator=indicator, **given)


def names(run: Run) -> Names:
    return Names(run, shipped(), "en")


def texts(grid: Grid) -> list[list[str]]:
    return [[cell.text for cell in line] for line in grid.rows]


# --- from a real run


def followed_up(wave: Wave) -> None:
    """Of the thirty that answered twenty had when a follow-up was drawn, and ten were drawn; ten stay silent."""
    units = list(wave.sampled_units.order_by("unit__code"))
    for rows, stands in ((units[::2], "answered"), (units[1::4], "drawn"), (units[3::4], "not_drawn")):
        SampledUnit.objects.filter(pk__in=[unit.pk for unit in rows]).update(follow_up=stands)


def test_the_pages_of_a_real_run_list_checks_weights_and_ways_of_answering(
    client: Client, wave: Wave, administrator: User
) -> None:
    followed_up(wave)
    run = runs.start(wave=wave, by=administrator)
    run_due()
    run.refresh_from_db()
    shown = page(client, "run", run)
    assert "Every final weight is above zero." in shown
    assert f"Checks: {len(run.diagnostics['checks'])}, and all hold" in shown
    assert "Parts of the run" in shown
    weights = page(client, "run-weights", run)
    for said in (
        "Weights before and after",
        "Weights in Norway",
        "Response by cell",
        "R-indicator",
        "Follow-up of non-respondents",
        "Norway: of 20 that had not answered 10 were drawn, and 10 of them answered.",
        "few answered the follow-up",
    ):
        assert said in weights
    assert "none in this wave" not in weights
    (entry,) = run.diagnostics["follow_up"]
    assert any(row["indicator"] == "innovative" and row["value"] is not None for row in entry["rows"])
    assert 'class="bar w100"' in weights
    answers = page(client, "run-answers", run)
    for said in ("Ways of answering", "One answer throughout", "Speed"):
        assert said in answers
    results = page(client, "run-results", run, "innovative")
    assert "What non-response could change" in results
    assert "15 points less" in results
    assert "50 employees or more" in results or not run.estimates.exclude(size_class="").exists()
    index = page(client, "run-results", run, "factor_balance")
    assert "With replicates" in index
    known = set(run.diagnostics["flags"])
    assert known
    for flag in known:
        assert flag_is_named(flag), flag


def flag_is_named(flag: str) -> bool:
    from analytics.views.words import FLAGS

    return flag in FLAGS


def test_a_run_of_older_code_without_these_diagnostics_shows_what_it_has(
    client: Client, wave: Wave, administrator: User
) -> None:
    run = finished(wave)
    assert "The run has nothing to show here." in page(client, "run-answers", run)
    assert "none in this wave" in page(client, "run-weights", run)
    assert "Checks: 0" not in page(client, "run", run)


def test_a_run_of_a_questionnaire_that_no_definition_is_for_shows_why_it_failed(
    client: Client, wave: Wave, administrator: User
) -> None:
    run = make.run(wave)
    tiny = make.instrument(wave.programme, document=make.tiny(), version="tiny")
    Run.objects.filter(pk=run.pk).update(state=RunState.FAILED, error="No indicator is defined.", instrument=tiny)
    assert "No indicator is defined." in page(client, "run", run)


# --- progress


def part(run: Run, kind: PartKind, state: JobState | None, **job: Any) -> RunPart:
    made = None
    if state is not None:
        made = Job.objects.create(task="analytics.compute_part", run_after=timezone.now(), state=state, **job)
    return RunPart.objects.create(run=run, kind=kind, country="NO", key=str(kind), job=made)


def test_time_left_follows_progress_and_what_such_parts_have_taken(
    client: Client, wave: Wave, administrator: User
) -> None:
    run = make.run(wave)
    for seconds in (40.0, 45.0, 500.0):
        PartResult.objects.create(key=f"{seconds}", kind=PartKind.REPLICATES, content="{}", seconds=seconds)
    began = timezone.now() - timedelta(seconds=30)
    part(run, PartKind.ESTIMATES, JobState.RUNNING, progress=0.25, started_at=began, step="Estimating")
    part(run, PartKind.REPLICATES, JobState.QUEUED)
    part(run, PartKind.SMALL_AREAS, JobState.QUEUED)
    part(run, PartKind.SCALES, None)
    part(run, PartKind.INDEX_UNCERTAINTY, JobState.DONE)
    found = progress.standings(run)
    assert [one.open for one in found] == [True, True, True, False, False]
    assert found[0].left == pytest.approx(90, abs=5)
    assert [one.left for one in found[1:]] == [45.0, None, 0.0, 0.0]
    assert [one.left_words for one in found[1:]] == ["45 s", "not known", "", ""]
    assert found[3].state == "Known from an earlier run"
    assert [one.progress for one in found] == [0.25, 0.0, 0.0, 1.0, 1.0]
    assert progress.left_in_all(found) == "At least 2 min of work is left: of some parts it is not known."
    shown = page(client, "run", run)
    assert "Weights and estimates: Norway" in shown
    assert "Estimating" in shown
    assert "At least 2 min" in shown


def test_nothing_is_promised_of_kinds_never_worked_out(wave: Wave) -> None:
    run = make.run(wave)
    part(run, PartKind.REPLICATES, JobState.QUEUED)
    assert progress.left_in_all(progress.standings(run)).startswith("How long it takes is not known")
    assert progress.left_in_all([]) == ""


def test_what_stopped_a_part_stands_beside_it(wave: Wave) -> None:
    run = make.run(wave)
    part(run, PartKind.ESTIMATES, JobState.FAILED, error="The rows are gone.", progress=0.3)
    (one,) = progress.standings(run)
    assert (one.open, one.step, one.left_words) == (False, "The rows are gone.", "")


def test_short_times_are_seconds_and_long_ones_minutes() -> None:
    assert [duration(one) for one in (0.2, 119, 121, 3600)] == ["1 s", "119 s", "2 min", "60 min"]


# --- the largest changes


def test_changes_stand_by_size_and_by_how_clear_they_are(wave: Wave) -> None:
    run = finished(wave)
    row(run, "change", "innovative", value=-0.10, p_adjusted=0.2, verdict="not_distinguishable", against="2023")
    row(run, "change", "factor_balance", value=4.0, p_adjusted=0.001, flags=["reworded"], against="2023")
    row(run, "change", "unfinished_work", value=0.02, p_adjusted=None, flags=["undefined"], against="2023")
    row(run, "change", "innovative", value=0.5, sector="education", p_adjusted=0.01, against="2023")
    row(run, "change", "several_types", value=None, flags=["broken"], against="2023")
    by_size, by_p = largest.changes(run, names(run))
    assert [cell[2] for cell in texts(by_size)] == ["-10.0", "4.0", "2.0"]
    assert [cell[2] for cell in texts(by_p)] == ["4.0", "-10.0"]
    assert texts(by_p)[0][4] == "p 0.001, the question has been reworded"
    row(run, "change", "factors", category="few", n=29, value=0.9, p_adjusted=0.0001, against="2023")
    assert [len(grid.rows) for grid in largest.changes(run, names(run))] == [3, 2]
    for number in range(12):
        row(run, "change", "factors", category=f"c{number}", value=0.2, p_adjusted=0.5, against="2023")
    assert [len(grid.rows) for grid in largest.changes(run, names(run))] == [10, 10]


# --- trends


def test_a_trend_is_told_with_its_waves_and_whether_a_line_fits(
    client: Client, wave: Wave, administrator: User
) -> None:
    oldest = make.wave(wave.programme, "2019", state=WaveState.CLOSED)
    pilot = make.wave(wave.programme, "2021", previous=oldest, state=WaveState.CLOSED)
    still_open = make.wave(wave.programme, "2023", previous=pilot)
    Wave.objects.filter(pk=pilot.pk).update(pilot=True)
    Wave.objects.filter(pk=wave.pk).update(previous=still_open)
    Dataset.objects.create(wave=oldest, content_hash="0", instrument_hash="0", manifest={}, erased_at=timezone.now())
    wave.refresh_from_db()
    about = {"country": "NO", "indicator": "factors", "waves": ["2013", "2015", "2017"], "breaks": []}
    run = finished(
        wave,
        {
            "trends": [
                about | {"category": "legislation", "p_fit": 0.0312},
                about | {"category": "new_technology", "p_fit": 0.4, "breaks": ["2015"]},
                about | {"category": "handling_of_mistakes", "p_fit": None},
            ]
        },
    )
    given = {"indicator": "factors", "against": "2013"}
    row(
        run, "trend", category="legislation", value=0.0123, low=0.0023, high=0.0223, p_adjusted=0.02,
        verdict="higher", **given,
    )  # fmt: skip
    row(run, "trend", category="new_technology", value=-0.001, verdict="not_distinguishable", **given)
    row(
        run,
        "trend",
        category="handling_of_mistakes",
        value=None,
        n=0,
        verdict="not_comparable",
        flags=["few_waves"],
        **given,
    )
    row(run, "trend", category="legislation", country="DK", **given)
    grid = trend_figures.table(run, list(run.estimates.all()), names(run), "NO")
    assert [line[1:] for line in texts(grid)] == [
        ["1.23", "3", "does not fit, p 0.031", "30", "Rising, p 0.020"],
        ["-0.10", "3", "nothing speaks against it, p 0.400", "30", "Neither rising nor falling beyond chance"],
        ["–", "3", "cannot be said", "0", "No trend, fewer than three waves with a value"],
    ]
    assert (grid.rows[0][1].small, grid.rows[0][2].small) == ("0.23 … 2.23", "2013, 2015, 2017")
    assert grid.rows[1][2].small == "2013, 2015, 2017; new level from 2015"
    assert grid.after == (
        "The answers of wave 2019 are erased: it takes no part.",
        "Wave 2021 is a pilot and takes no part.",
        "Wave 2023 was not closed when the run was made and takes no part.",
    )
    shown = page(client, "run-results", run, "factors")
    assert "Trend over waves" in shown
    assert "Percentage points per year" in shown


def test_a_run_without_trends_has_no_section_of_them(wave: Wave) -> None:
    run = finished(wave)
    row(run, "share", "innovative")
    grid = trend_figures.table(run, list(run.estimates.all()), names(run), "NO")
    assert filled([grid]) == []


def test_the_trend_of_an_index_is_in_its_points(wave: Wave) -> None:
    run = finished(wave)
    row(run, "trend", "factor_balance", value=1.5, against="2013")
    grid = trend_figures.table(run, list(run.estimates.all()), names(run), "NO")
    assert grid.columns[1] == "Points per year"
    assert texts(grid)[0][1:4] == ["1.50", "–", "cannot be said"]


# --- robustness


UNTIMED = {"timed": 0, "median_seconds": None, "fast": 0, "fast_share": {"value": None, "standard_error": None}}
EFFECT = {"indicator": "factors", "estimand": "net_balance", "category": "legislation"}


def test_bands_early_and_late_and_left_out_stand_beside_the_indicator(wave: Wave) -> None:
    moved = {"delta": 0.05, "value": 0.67, "low": 0.6, "high": 0.7}
    band = {
        "country": "NO", "sector": "", "indicator": "innovative", "category": "", "rate": 0.4,
        "rows": [moved, {"delta": 0.1, "value": None, "low": None, "high": None}],
    }  # fmt: skip
    gap = EFFECT | {"early": 0.1, "late": 0.3, "difference": 0.2, "low": 0.1, "high": 0.3, "p_adjusted": 0.01}
    unclear = gap | {"category": "new_technology", "p_adjusted": 0.6}
    effort = {"country": "NO", "known": True, "early": 20, "late": 10, "rows": [unclear, gap]}
    effect = EFFECT | {
        "with_all": 0.1, "without": 0.12, "difference": 0.02, "standard_error": 0.01, "low": 0.0, "high": 0.04,
        "flagged": 3,
    }  # fmt: skip
    careless = {
        "country": "NO", "respondents": 30, "batteries": [], "flagged": 3, "speeding": UNTIMED,
        "effects": [effect | {"category": "new_technology", "difference": -0.01}, effect],
    }  # fmt: skip
    run = finished(wave, {"sensitivity": [band], "effort": [effort], "answering": [careless]})
    own, *_others = robustness.tables(run, names(run), "innovative", "NO")
    assert own.columns[3:] == ("5 points less", "10 points less")
    assert texts(own) == [["–", "Norway", "40", "67.0", "–"]]
    assert own.rows[0][3].small == "60.0 … 70.0"
    nothing, late, without, _follow_up = robustness.tables(run, names(run), "factors", "NO")
    assert nothing.rows == ()
    assert [line[-1] for line in texts(late)] == ["0.600", "0.010"]
    assert [line[-1] for line in texts(without)] == ["3", "3"]
    assert not any(grid.rows for grid in robustness.tables(run, names(run), "factors", "DK"))
    assert [line[4] for line in texts(robustness.differing(run, names(run)))] == ["20.0"]
    assert [line[4] for line in texts(robustness.most_moved(run, names(run)))] == ["2.0", "-1.0"]
    said = quality.weights(run, names(run))[-1].after
    assert said[-1] == "Follow-up of non-respondents: none in this wave."
    assert (
        said[0] == "Norway: 20 answered without a reminder, 10 after one. Of 2 headline figures 1 differ beyond chance."
    )


def test_a_dataset_without_reminders_and_a_country_without_a_model_say_so(wave: Wave) -> None:
    unknown = {"country": "NO", "known": False, "early": 0, "late": 0, "rows": []}
    nobody = unknown | {"country": "DK", "known": True, "early": 12}
    run = finished(wave, {"effort": [unknown, nobody], "evenness": [{"country": "NO", "r": None}]})
    *_rest, evenness, _bands, effort = quality.weights(run, names(run))
    assert effort.after[0] == "Norway: the dataset does not say who answered after a reminder."
    assert effort.after[1] == "Denmark: 12 answered without a reminder, 0 after one."
    assert texts(evenness)[0][-1].startswith("no model")


FOLLOWED = {
    "indicator": "innovative", "estimand": "share", "category": "", "ordinary": 0.61, "value": 0.52,
    "standard_error": 0.04, "low": 0.44, "high": 0.6, "respondents": 0.63, "followed": 0.4, "difference": -0.23,
    "flags": [],
}  # fmt: skip
FOLLOW_UP = {
    "country": "NO", "pool": 120, "drawn": 40, "answered": 18, "by_themselves": 6, "joined": 3,
    "remark": "few_followed", "rows": [FOLLOWED],
}  # fmt: skip


def test_the_follow_up_of_non_respondents_stands_beside_the_figures(
    wave: Wave,
) -> None:
    balances = [
        FOLLOWED | {"indicator": "factors", "category": f"c{number:02d}", "ordinary": 0.1, "value": 0.1 + number / 100}
        for number in range(12)
    ]
    unsure = FOLLOWED | {"indicator": "unfinished_work", "standard_error": None, "low": None, "high": None}
    rows = [*balances, FOLLOWED, unsure | {"flags": ["one_followed"]}]
    nobody = FOLLOW_UP | {"country": "DK", "answered": 0, "joined": 0, "remark": "nobody_followed", "rows": []}
    run = finished(wave, {"follow_up": [FOLLOW_UP | {"rows": rows}, nobody]})
    (found,) = follow_up.tables(run, names(run))
    first, second, *others = texts(found)
    assert first[1:] == ["Norway", "61.0", "52.0", "4.0", "63.0", "40.0", "-23.0", "–"]
    assert found.rows[0][3].small == "44.0 … 60.0"
    assert second[3:5] + second[-1:] == ["52.0", "–", "one answer stands for several non-respondents"]
    assert [line[3] for line in others] == [f"{10 + number}.0" for number in range(11, 1, -1)]
    assert found.after == (
        "Headlines without categories, and of the others the ten of each country that the follow-up moves most.",
        "Norway: of 120 that had not answered 40 were drawn, and 18 of them answered. 6 answered later without being "
        "drawn and are left out here.",
        "Norway: non-respondents of 3 strata are represented together with those of another.",
        "Norway: few answered the follow-up. Read these figures with care.",
        "Denmark: of 120 that had not answered 40 were drawn, and 0 of them answered. 6 answered later without being "
        "drawn and are left out here.",
        "Denmark: nobody answered the follow-up, so that there is no figure with it.",
    )
    *_others, effort = quality.weights(run, names(run))
    assert effort.after == ()
    assert [line[3] for line in texts(robustness.tables(run, names(run), "innovative", "NO")[-1])] == ["52.0"]
    assert len(robustness.tables(run, names(run), "factors", "NO")[-1].rows) == 12
    assert robustness.tables(run, names(run), "factors", "DK")[-1].rows == ()


# --- indices, scales, areas


def test_reliability_choices_pairs_and_sources_of_an_index_have_tables(
    client: Client, wave: Wave, administrator: User
) -> None:
    run = finished(wave)
    row(run, "alpha", value=0.62, flags=["below_threshold"])
    row(run, "item_rest", category="factors.legislation", value=0.4)
    row(run, "index_replicated", value=51.2, low=48.0, high=54.0, standard_error=1.5)
    row(run, "index_both", value=50.0, low=44.0, high=57.0, rank_low=1, rank_high=3)
    row(run, "index_above", against="DK", value=0.87)
    row(run, "index_above", country="DK", against="NO", value=0.13)
    row(run, "sobol_first", country="", category="weights", value=0.25)
    row(run, "sobol_total", country="", category="weights", value=0.4)
    row(run, "rank_shift", country="", value=0.333)
    found = {grid.title: grid for grid in index_figures.tables(list(run.estimates.all()), names(run), "NO")}
    reliability = texts(found["Reliability"])
    assert reliability[0][2:] == ["0.62", "30", "below the usual threshold"]
    assert reliability[1][1] not in ("", "–", "factors.legislation")
    assert texts(found["With replicates"]) == [["Index, 0 to 100", "51.20", "1.500", "–"]]
    assert texts(found["What the choices could change"]) == [["Both", "50.0", "1–3", "–"]]
    assert texts(found["Above which country"]) == [["Denmark", "87.0"]]
    assert texts(found["Where the uncertainty comes from"]) == [["Weights of the components", "25", "40"]]
    assert found["Where the uncertainty comes from"].after == ("On average a country moves by 0.33 ranks.",)
    shown = page(client, "run-results", run, "factor_balance")
    for title in found:
        assert f"<h2>{title}</h2>" in shown


def test_counties_have_lines_and_municipalities_a_sentence(wave: Wave) -> None:
    run = finished(wave)
    row(run, "small_area", "innovative", area="county:Agder", value=0.7, low=0.6, high=0.8, flags=["model_based"])
    row(run, "small_area", "innovative", area="municipality:a1", value=0.4, flags=["model_based", "wide_interval"])
    row(run, "small_area", "innovative", area="municipality:b2", value=0.8, flags=["model_based", "not_public"])
    row(run, "small_area", "unfinished_work", category="municipality", value=None, flags=["too_few_areas"])
    found = area_figures.table(list(run.estimates.filter(indicator="innovative")), "NO")
    assert texts(found) == [["Agder", "70.0", "30", "from a model"]]
    assert found.after == (
        "2 municipalities have a figure from the model, from 40 to 80 per cent. 1 of them are precise enough to use.",
    )
    none = area_figures.table(list(run.estimates.filter(indicator="unfinished_work")), "NO")
    assert none.after == ("Municipalities: too few areas with an answer for a model.",)


STEP = {"level": "scalar", "chi2": 80.0, "df": 40, "cfi": 0.88, "rmsea": 0.138, "srmr": 0.05, "accepted": False}


@pytest.mark.parametrize(
    ("comparable", "said"),
    [
        (True, "Means of countries may be compared: the same intercepts but for the items named."),
        (False, "Means of countries are not compared: the same loadings."),
    ],
)
def test_a_scale_says_whether_countries_read_it_alike(wave: Wave, *, comparable: bool, said: str) -> None:
    invariance = {
        "level": "partial_scalar" if comparable else "metric",
        "means_comparable": comparable,
        "groups": {"DK": 100, "NO": 120},
        "steps": [STEP],
        "released": [{"item": "culture.reuse_ok", "group": "DK", "shift": 0.6}] if comparable else [],
        "anchors": [],
        "flags": [],
    }
    item = {"item": "culture.reuse_ok", "r2_change": 0.0749, "verdict": "large", "kind": "uniform"}
    dif = [
        {"between": "countries", "groups": ["DK", "NO"], "rounds": 1, "flagged": ["x"], "items": [item], "flags": []},
        {"between": "languages of NO", "groups": ["nb", "nn"], "rounds": 1, "flagged": [], "items": [], "flags": []},
    ]
    report = {"index": "innovation_climate", "items": ["culture.reuse_ok"], "invariance": invariance, "dif": dif}
    run = finished(wave, {"scales": [report]})
    alike, differently = answering.tables(run, names(run))[-2:]
    assert texts(alike) == [["the same intercepts", "80.0", "40", "0.880", "0.138", "0.050", "no"]]
    assert alike.after[0] == said
    assert len(alike.after) == 1 + comparable
    (line,) = texts(differently)
    assert line[0] != "culture.reuse_ok"
    assert line[1:] == ["Denmark, Norway", "0.075", "large"]


def test_no_item_that_stands_out_is_said_and_groups_too_small_say_nothing(wave: Wave) -> None:
    between = {
        "between": "languages of NO",
        "groups": ["nb", "nn"],
        "rounds": 1,
        "flagged": [],
        "items": [],
        "flags": ["separated"],
    }
    report = {"index": "innovation_climate", "items": [], "invariance": None, "dif": [between]}
    run = finished(wave, {"scales": [report, report | {"dif": []}]})
    some, none = answering.tables(run, names(run))[-2:]
    assert some.after == ("No item stands out.", "groups hardly overlap")
    assert (none.rows, none.after) == ((), ())


def test_a_first_column_in_which_nothing_stands_is_left_out() -> None:
    empty = Grid("t", ("What", "Where"), ((text(""), text("a")), (text(""), text("b"))))
    kept = Grid("t", ("What", "Where"), ((text(""), text("a")), (text("x"), text("b"))))
    assert [grid.columns for grid in filled([empty, kept, Grid("t", ("What",), ())])] == [("Where",), ("What", "Where")]
    assert [cell.text for (cell,) in filled([empty])[0].rows] == ["a", "b"]


def test_a_p_that_rounds_to_nothing_is_below_a_thousandth() -> None:
    assert [probability(p) for p in (0.0004, 0.0006, 0.25, None)] == ["< 0.001", "0.001", "0.250", "–"]


def test_numbers_are_written_in_the_language_without_a_lone_minus() -> None:
    assert (written(-0.04), written(None), written(1234.5, 0)) == ("0.0", "–", "1234")
    with translation.override("nb"):
        assert written(0.25, 2) == "0,25"


def test_what_goes_with_a_share_is_told_as_an_association(wave: Wave) -> None:
    run = finished(wave)
    rows = [
        row(run, "association", "innovative", category="size_class:small", value=None, flags=["base"]),
        row(run, "association", "innovative", category="size_class:large", value=0.12, low=0.02, high=0.22),
        row(run, "association", "innovative", category="innovation_climate", value=0.3),
        row(run, "association", "innovative", category="sector:culture", country="DK"),
    ]
    grid = association_figures.table(rows, names(run), "NO")
    assert "associations" in grid.say
    assert texts(grid) == [
        ["1–19 employees", "–", "30", "what the others are compared with"],
        ["50 employees or more", "12.0", "30", "–"],
        ["The innovation climate", "30.0", "30", "–"],
    ]


def test_without_a_model_of_associations_one_sentence_says_why(wave: Wave) -> None:
    run = finished(wave)
    grid = association_figures.table(
        [row(run, "association", "innovative", value=None, flags=["no_model"])], names(run), "NO"
    )
    assert (grid.rows, grid.say, grid.after) == ((), "", ("No model could be fitted.",))


def test_classes_of_propensity_are_listed_with_what_they_rest_on() -> None:
    found = {
        "country": "NO", "variables": ["sector", "level"], "carried": [],
        "left_out": [{"variable": "county", "reason": "unknown"}],
        "categories": [{"variable": "level", "category": "county", "into": "municipal"}],
        "joined": [
            {"class": 2, "into": 1, "reason": "few_respondents"}, {"class": 1, "into": None, "reason": "large_factor"},
        ],
        "classes": [
            {
                "lowest": 0.25, "highest": 0.404, "drawn": 40, "respondents": 12, "rate": 0.3, "weighted_rate": 0.31,
                "factor": 3.2258,
            },
            {
                "lowest": 0.6, "highest": 0.6, "drawn": 20, "respondents": 12, "rate": 0.6, "weighted_rate": 0.6,
                "factor": 1.6667,
            },
        ],
    }  # fmt: skip
    grid = response_classes.table(Run(diagnostics={"classes": [found]}))
    assert [[cell.text for cell in row] for row in grid.rows] == [
        ["Norway", "25 – 40", "40", "12", "30", "31", "3.23"],
        ["Norway", "60", "20", "12", "60", "60", "1.67"],
    ]
    assert grid.after == (
        "Norway: the model has Sector, Level of government.",
        "Norway: without County (the frame does not know it for all drawn units).",
        "Norway, Level of government: County municipality was taken together with Municipality.",
        "Norway: class 2 of the first five was joined to 1 (few respondents).",
        "Norway: class 1 of the first five was joined to no other (a large non-response factor).",
    )
    alone = response_classes.table(Run(diagnostics={"classes": [found | {"variables": [], "categories": []}]}))
    assert alone.after[0] == "Norway: no model; all units are one class."
    assert filled([response_classes.table(Run(diagnostics={}))]) == []
