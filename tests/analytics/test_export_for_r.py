"""A run handed to R: what is in the folder, what is not, and whether R's survey gives the same figures."""

import csv
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db.models import Q

from analytics.actions import runs
from analytics.core import definition_documents
from analytics.core.common_part import reach
from analytics.core.definition_checks import for_questionnaire
from analytics.core.parameters import Parameters
from analytics.core.results import COMMON_PART
from analytics.core.sample import read
from analytics.core.weighed_wave import weigh_wave
from analytics.models import Dataset, Estimate, Run, RunState
from analytics.work.export_for_r import why_not
from analytics.work.r_tables import Side, respondent_rows
from analytics.work.r_words import REASONS
from jobs.execution import run_due
from surveys.instrument.schema import DisclosureClass, Instrument, ItemType
from surveys.models import AuditEvent, SampledUnit, Wave, WaveState
from surveys.queries import instrument_of
from tests import make
from tests.analytics import answers, waves
from tests.analytics.test_runs import closed_wave

SHORT = {"replicates": 0, "draws": 0}
MEANS = ("share", "no_opinion", "driver", "barrier", "net_balance", "index")
WORDS = "words that a person wrote"
ALSO = ("evaluation", "culture", "unfinished", "reasons")  # blocks that the invented answers leave out


def finished(wave: Wave, parameters: dict[str, Any]) -> Run:
    run = runs.start(wave=wave, parameters=parameters, by=make.user("administrator", wave.programme))
    run_due()
    run.refresh_from_db()
    assert run.error == ""
    return run


def exported(run: Run, tmp_path: Path) -> Path:
    out = tmp_path / "for_r"
    call_command("export_for_r", run.pk, out=out)
    return out


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rewrite(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def rebuild(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["Rscript", str(folder / "rebuild.R")], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def survey() -> None:
    """R with its package survey, or a reason why not."""
    if shutil.which("Rscript") is None:
        pytest.skip("no Rscript on this machine")
    if subprocess.run(["Rscript", "-e", "library(survey)"], capture_output=True, check=False).returncode != 0:
        pytest.skip("R is here without its package survey")


# --- the same figures in R


def large(code: str, previous: Wave | None, *, seed: int) -> Wave:
    """Two countries of forty drawn, one with a single answer, one with none; the same frames in every wave.

    Norway has county municipalities too, so that it is compared in the part that all have.
    """
    programme = previous.programme if previous else make.programme(constructed=True)
    countries = ("FI", "IS", "NO", "SE")
    wave = make.wave(programme, code, countries=countries, previous=previous, constructed=True)
    instrument = instrument_of(wave.instrument)
    for place, country in enumerate(countries):
        small = country in ("FI", "IS")
        frame = programme.frames.filter(country=country).first() or make.frame(
            programme, country=country, units=make.units(6 if small else 90)
        )
        units = make.drawn(wave, frame, size=4 if small else 40, seed=seed + place)
        if country == "NO":
            SampledUnit.objects.filter(pk__in=[unit.pk for unit in units[::5]]).update(level="county")
        given = {"FI": [], "IS": units[:1]}.get(country, units[::2] + units[1::4])
        make.submitted(fuller(answers.of(given, instrument, seed=seed + place), instrument, seed=seed + place))
    SampledUnit.objects.filter(pk=units[3].pk, response=None).update(disposition="ineligible")
    wave.state = WaveState.CLOSED
    wave.save(update_fields=["state"])
    return wave


def fuller(
    given: Iterable[tuple[SampledUnit, dict[str, Any]]], instrument: Instrument, *, seed: int
) -> list[tuple[SampledUnit, dict[str, Any]]]:
    random = np.random.default_rng(seed)
    items = [
        item
        for item in instrument.items.values()
        if item.type is ItemType.SINGLE and item.key.startswith(ALSO) and item.options
    ]
    return [
        (unit, {item.key: str(random.choice([one.code for one in item.options])) for item in items} | document)
        for unit, document in given
    ]


def other_means() -> dict[str, Any]:
    """The shipped definitions, two indices of them with another mean of their pillars."""
    document: dict[str, Any] = definition_documents.load_library()
    for index in document["indices"]:
        if index["key"] in ("learning", "nordic_composite"):
            index["aggregation"] = {"learning": "geometric", "nordic_composite": "harmonic"}[index["key"]]
            index["published"] = False  # a release takes arithmetic means alone
    return document


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.usefixtures("survey")
def test_r_makes_every_figure_of_a_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = other_means()
    monkeypatch.setattr(definition_documents, "load_library", lambda: document)
    run = finished(large("2027", large("2025", None, seed=1), seed=7), {**SHORT, "ask_for": ["nordic_composite"]})
    folder = exported(run, tmp_path)
    done = rebuild(folder)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Every figure was made again."), done.stdout
    rows = table(folder / "rebuilt.csv")
    made_again = Estimate.objects.filter(run=run, estimand__in=[*MEANS, COMMON_PART, "change", "difference"])
    assert len(table(folder / "estimates.csv")) == made_again.count()
    assert len(rows) == made_again.exclude(Q(country="IS") | Q(against="IS")).count()
    assert "figures of countries with one respondent are left out" in done.stdout
    valued = {(row["estimand"], bool(row["sector"]), bool(row["size_class"])) for row in rows if row["r_value"]}
    assert valued == {
        (kind, *part) for kind in (*MEANS, "change") for part in ((False, False), (True, False), (False, True))
    } | {("difference", False, False), (COMMON_PART, False, False), ("share", True, True)}
    assert {row["estimand"] for row in rows if row["r_value"] and row["county"]} == {"share"}
    assert {row["indicator"] for row in rows if row["estimand"] == "index" and row["r_value"]} >= {
        "factor_balance", "innovation_climate", "learning", "nordic_composite",
    }  # fmt: skip
    assert all(row["r_value"] for row in rows if row["value"])
    assert {row["country"] for row in rows if row["value"]} == {"NO", "SE"}
    readme = (folder / "README.txt").read_text(encoding="utf-8")
    assert "CONSTRUCTED" in readme
    left_out = Estimate.objects.filter(run=run).exclude(pk__in=made_again).values_list("estimand", flat=True)
    assert {"alpha", "omega", "small_area"} <= set(left_out) <= set(REASONS)
    for estimand in set(left_out):
        assert f"  {estimand} " in readme.split("Not made again")[1]


@pytest.mark.django_db
@pytest.mark.usefixtures("survey")
def test_r_agrees_and_a_figure_or_weight_that_was_changed_makes_it_end_with_an_error(tmp_path: Path) -> None:
    folder = exported(finished(closed_wave(), SHORT), tmp_path)
    few = [row for row in table(folder / "estimates.csv") if row["of"] in ("share.innovative", "index.drivers")]
    rewrite(folder / "estimates.csv", few)
    done = rebuild(folder)
    assert (done.returncode, "Every figure was made again." in done.stdout) == (0, True), done.stdout

    changed = [dict(row) for row in few]
    changed[0]["value"] = repr(float(changed[0]["value"]) * (1 + 2e-9))
    rewrite(folder / "estimates.csv", changed)
    done = rebuild(folder)
    assert (done.returncode, "1 figures or weights DIFFER." in done.stdout) == (1, True), done.stdout

    changed = [dict(row) for row in few]
    changed[0]["standard_error"] = repr(float(changed[0]["standard_error"]) * 1.1)
    rewrite(folder / "estimates.csv", changed)
    people = table(folder / "respondents.csv")
    people[0]["weight"] = repr(float(people[0]["weight"]) + 1)
    rewrite(folder / "respondents.csv", people)
    done = rebuild(folder)
    above = [line.split("  ")[0] for line in done.stdout.splitlines() if "ABOVE" in line]
    assert (done.returncode, above) == (1, ["final weights, now NO", "share, standard error"]), done.stdout


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.django_db
@pytest.mark.usefixtures("survey")
def test_r_calibrates_to_the_frame_itself_and_agrees(tmp_path: Path) -> None:
    wave = closed_wave("2027", closed_wave(), seed=2)
    of = ("share.innovative", "net_balance.factors.new_technology", "index.drivers", "index.openness")
    for method in ("raking", "logit"):
        folder = exported(finished(wave, {**SHORT, "calibration": method}), tmp_path / method)
        rewrite(folder / "estimates.csv", [row for row in table(folder / "estimates.csv") if row["of"] in of])
        people = table(folder / "respondents.csv")
        assert any(row["weight"] != row["weight_before_calibration"] for row in people)
        done = rebuild(folder)
        assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Every figure was made again."), done.stdout


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.django_db
@pytest.mark.usefixtures("survey")
def test_r_makes_weights_in_classes_of_propensity_again(tmp_path: Path) -> None:
    chosen = {**SHORT, "nonresponse": "propensity", "minimum_per_cell": 4}
    folder = exported(finished(large("2027", None, seed=5), chosen), tmp_path)
    rewrite(
        folder / "estimates.csv", [row for row in table(folder / "estimates.csv") if row["of"] == "share.innovative"]
    )
    done = rebuild(folder)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Every figure was made again."), done.stdout
    assert len({row["response_class"] for row in table(folder / "response_classes.csv")}) > 2
    assert {row["response_cell"] for row in table(folder / "strata.csv")} == {""}


def test_what_was_drawn_at_random_is_left_out_with_its_reason() -> None:
    made_again = {"share", "index", "change"}
    assert why_not("share", [], made_again) is None
    assert why_not("index", ["missing_caution"], made_again) is None
    assert why_not("index", ["imputed"], made_again) == why_not("change", ["imputed"], made_again) == "imputed"
    assert why_not("alpha", ["imputed"], made_again) == "alpha"
    assert {"imputed", "alpha"} <= set(REASONS)


# --- what the folder holds


@pytest.mark.django_db
def test_the_folder_holds_answers_and_design_and_nothing_that_names_anybody(tmp_path: Path) -> None:
    wave = closed_wave()
    unit = SampledUnit.objects.filter(wave=wave, response__isnull=False).select_related("unit").first()
    assert unit is not None
    text = next(item.key for item in instrument_of(wave.instrument).items.values() if item.type is ItemType.TEXT)
    unit.response.answers[text] = unit.response.record[text] = WORDS
    unit.response.save()
    run = finished(wave, SHORT)
    Estimate.objects.create(run=run, estimand="trend", indicator="innovative", country="NO", against="2019", n=30)
    folder = exported(run, tmp_path)
    assert {path.name for path in folder.iterdir()} == {
        "README.txt", "about.csv", "components.csv", "estimates.csv", "measures.csv", "rebuild.R", "respondents.csv",
        "strata.csv",
    }  # fmt: skip
    assert folder.stat().st_mode & 0o077 == 0, "for its owner only"
    everything = "\n".join(path.read_text(encoding="utf-8") for path in folder.iterdir())
    for sampled in SampledUnit.objects.filter(wave=wave).select_related("unit"):
        named = (
            sampled.pseudonym,
            sampled.cluster,
            sampled.unit.name,
            sampled.unit.code,
            sampled.unit.municipality_name,
        )
        for secret in named:
            assert str(secret) not in everything
    assert WORDS not in everything

    people = table(folder / "respondents.csv")
    assert len(people) == 30
    assert sum(float(row["weight"]) for row in people) == pytest.approx(90)
    assert {row["answer.types.service"] for row in people} == {"yes", "no"}
    for row in people:
        given = [row[f"answer.types.{kind}"] for kind in answers.TYPES]
        assert float(row["share.innovative"]) == float("yes" in given)
    assert sum(int(row["population"]) for row in table(folder / "strata.csv")) == 90
    readme = (folder / "README.txt").read_text(encoding="utf-8")
    assert "THIS FOLDER HOLDS THE ANSWERS OF RESPONDENTS" in readme
    assert "CONSTRUCTED" not in readme
    assert "  trend                  1  a line through three waves or more" in readme.split("Not made again")[1]
    assert "trend" not in {row["estimand"] for row in table(folder / "estimates.csv")}
    assert "respondents_before.csv" not in readme
    assert run.dataset is not None
    for made_from in (run.dataset.content_hash, run.result_hash, run.definitions.content_hash, run.code_version):
        assert made_from in readme
    event = AuditEvent.objects.about(run).get(action="run.exported_for_r")
    assert (event.actor, event.detail) == ("system", {"respondents": 30})


def test_of_an_identifying_item_only_whether_it_was_answered_goes_out() -> None:
    instrument = waves.workplace()
    items = {**instrument.items}
    items["types.service"] = replace(items["types.service"], disclosure=DisclosureClass.IDENTIFYING)
    careful = replace(instrument, items=items)
    units = waves.drawn("NO.culture.small", waves.YES, waves.NO, {**waves.NO, "types.service": ""})
    frozen = waves.frozen(units, {"NO.culture.small": 9}, instrument=careful)
    sample = read(frozen.frame, frozen.strata, careful)
    wave = weigh_wave("2025", careful, sample, Parameters())
    numbers = {("NO", str(one)): place for place, one in enumerate(sample.ids)}
    chosen = for_questionnaire(waves.shipped(), careful).definitions
    rows = list(respondent_rows(Side([wave], chosen, reach(frozen.frame, frozen.strata)), numbers))
    assert [row["answer.types.service"] for row in rows] == ["answered", "answered", "no_answer"]
    assert [row["answer.types.product"] for row in rows] == ["no", "no", "no"]


# --- refusals


@pytest.mark.django_db
def test_what_cannot_be_exported_is_one_sentence_and_no_folder(tmp_path: Path) -> None:
    out = tmp_path / "for_r"
    with pytest.raises(CommandError, match="RUN: expected the number of a run, got 7"):
        call_command("export_for_r", 7, out=out)
    run = finished(closed_wave(), SHORT)
    Run.objects.filter(pk=run.pk).update(state=RunState.FAILED)
    with pytest.raises(CommandError, match="expected a finished run"):
        call_command("export_for_r", run.pk, out=out)
    Run.objects.filter(pk=run.pk).update(state=RunState.FINISHED)
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "file").touch()
    with pytest.raises(CommandError, match="expected a new or empty folder"):
        call_command("export_for_r", run.pk, out=tmp_path / "used")
    Dataset.objects.update(erased_at=run.finished_at)
    with pytest.raises(CommandError, match=str(run.dataset)):  # the sentence is in the language of the site
        call_command("export_for_r", run.pk, out=out)
    assert not out.exists()
    assert [path.name for path in (tmp_path / "used").iterdir()] == ["file"]
    assert not AuditEvent.objects.filter(action="run.exported_for_r").exists()
