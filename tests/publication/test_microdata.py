"""Anonymised files: what is removed, how k is counted, who may have them."""

import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from analytics.models import Dataset
from jobs.execution import run_due
from jobs.models import JobState
from publication.actions import microdata, releases
from publication.disclosure.microdata import MINIMUM_K, RiskTooHigh, Version, assess, choose, versions
from publication.models import MicrodataFile, MicrodataState, Release
from publication.work.microdata_rows import frame_of
from surveys.models import AuditEvent
from tests import make
from tests.publication.world import World

SIZES = ("large", "medium", "small")
FULL, NO_ROLE, TWO_SIZES, NO_SIZE = versions(SIZES, ("role",))


def rows(*counted: tuple[str, str, str, str, int]) -> list[dict[str, str]]:
    return [
        {"country": country, "sector": sector, "size_class": size, "role": role}
        for country, sector, size, role, number in counted
        for _ in range(number)
    ]


def test_k_is_counted_in_the_file_and_in_the_frame() -> None:
    file = rows(("NO", "culture", "small", "leader", 4), ("NO", "culture", "large", "other", 3))
    frame = {("NO", "culture", "small"): 50, ("NO", "culture", "large"): 6, ("NO", "culture", "medium"): 1}
    risk = assess(file, frame, FULL)
    assert (risk.smallest_in_file, risk.smallest_in_frame, risk.is_safe) == (3, 6, True)
    assert risk.expected_matches == pytest.approx(4 / 50 + 3 / 6)


@pytest.mark.parametrize(("in_file", "in_frame", "safe"), [(3, 3, True), (2, 9, False), (9, 2, False), (0, 9, False)])
def test_a_file_is_refused_below_three_on_either_side(in_file: int, in_frame: int, safe: bool) -> None:
    file = rows(("IS", "social", "large", "leader", in_file))
    assert assess(file, {("IS", "social", "large"): in_frame}, FULL).is_safe is safe


def test_a_missing_answer_is_a_category_of_its_own() -> None:
    file = rows(("NO", "culture", "small", "leader", 5), ("NO", "culture", "small", "", 2))
    assert assess(file, {("NO", "culture", "small"): 50}, FULL).smallest_in_file == 2


def test_the_richest_version_that_reaches_k_is_made() -> None:
    frame = {("NO", "culture", size): 20 for size in SIZES}
    many = rows(*(("NO", "culture", size, "leader", 4) for size in SIZES))
    one_other = [*many, *rows(("NO", "culture", "small", "other", 1))]
    few_large = rows(("NO", "culture", "small", "leader", 4), ("NO", "culture", "medium", "leader", 2)) + rows(
        ("NO", "culture", "large", "leader", 1)
    )
    tried = versions(SIZES, ("role",))
    assert choose(many, frame, tried).version is tried[0]
    assert choose(one_other, frame, tried).version is tried[1]
    assert choose(few_large, frame, tried).version is tried[2]
    assert choose([*few_large[:4], *few_large[-1:]], frame, tried).version is tried[3]
    with pytest.raises(RiskTooHigh) as refused:
        choose(many[:2], frame, tried)
    assert [report.version for report in refused.value.reports] == [version.name for version in tried]


place = st.tuples(st.sampled_from(["NO", "IS"]), st.sampled_from(["culture", "social"]), st.sampled_from(SIZES))


@given(st.lists(st.tuples(place, st.sampled_from(["leader", "other", ""])), max_size=60))
def test_no_group_of_a_made_file_is_smaller_than_k(drawn: list[tuple[tuple[str, str, str], str]]) -> None:
    file = [dict(zip(("country", "sector", "size_class"), key, strict=True), role=role) for key, role in drawn]
    frame = {key: 1 + len([1 for other, _ in drawn if other == key]) for key, _ in drawn}
    try:
        version = choose(file, frame, versions(SIZES, ("role",))).version
    except RiskTooHigh:
        return
    groups: dict[tuple[str, ...], int] = {}
    for row in file:
        key = tuple(
            version.sizes.get(row[name], row[name]) if name == "size_class" else row[name] for name in version.keys
        )
        groups[key] = groups.get(key, 0) + 1
    assert min(groups.values()) >= MINIMUM_K


def parts(file: MicrodataFile) -> dict[str, str]:
    with zipfile.ZipFile(Path(settings.DATA_DIR) / "microdata" / file.file_name) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


@pytest.fixture
def file(db: None, world: World) -> MicrodataFile:
    asked = microdata.request(dataset=Dataset.objects.get(wave=world.wave), by=world.researcher)
    run_due()
    asked.refresh_from_db()
    assert asked.state == MicrodataState.READY, asked.error
    return asked


def test_the_file_holds_no_identifier_no_free_text_and_no_order(file: MicrodataFile, world: World) -> None:
    data = parts(file)["data.csv"]
    lines = list(csv.DictReader(io.StringIO(data)))
    frozen = Dataset.objects.get(wave=world.wave)
    assert len(lines) == frozen.manifest["respondents"]
    header = set(lines[0])
    for gone in ("pseudonym", "cluster", "employees", "stratum", "inclusion_probability", "newest_name", "comment"):
        assert gone not in header
    assert "Sykkelhjelp" not in data
    assert {"country", "sector", "weight", "types.service", "constructed"} <= header
    assert {line["constructed"] for line in lines} == {"1"}
    assert [int(line["record"]) for line in lines] == list(range(1, len(lines) + 1))
    values = [tuple(line.values())[1:] for line in lines]
    assert values == sorted(values)


def test_weights_make_up_the_frame_and_say_no_more_than_the_keys(file: MicrodataFile, world: World) -> None:
    lines = list(csv.DictReader(io.StringIO(parts(file)["data.csv"])))
    keys = [name for name in ("country", "sector", "size_class") if name in lines[0]]
    by_key: dict[tuple[str, ...], set[str]] = {}
    for line in lines:
        by_key.setdefault(tuple(line[name] for name in keys), set()).add(line["weight"])
    assert {len(weights) for weights in by_key.values()} == {1}
    population = sum(row["population"] for row in Dataset.objects.get(wave=world.wave).manifest["strata"])
    assert sum(float(line["weight"]) for line in lines) == pytest.approx(population, rel=1e-6)


def test_the_codebook_describes_every_column_and_says_constructed(file: MicrodataFile) -> None:
    packed = parts(file)
    header = packed["data.csv"].splitlines()[0].split(",")
    described = {row["column"] for row in csv.DictReader(io.StringIO(packed["codebook.csv"]))}
    assert set(header) <= described
    assert "CONSTRUCTED DATA" in packed["README.md"]
    about = json.loads(packed["codebook.json"])
    assert about["constructed"] is True
    assert about["report"] == file.report


def test_every_code_of_the_data_stands_in_the_codebook_beside_its_column(file: MicrodataFile) -> None:
    packed = parts(file)
    coded: dict[str, set[str]] = {}
    for row in csv.DictReader(io.StringIO(packed["codebook.csv"])):
        if row["value"]:
            coded.setdefault(row["column"], set()).add(row["value"])
    assert {"country", "sector", "novelty", "initiators.employees"} <= set(coded)
    assert coded["initiators.employees"] == {"1"}
    for row in csv.DictReader(io.StringIO(packed["data.csv"])):
        for column, codes in coded.items():
            assert row.get(column, "") in codes | {"", "0", "no_answer"}, column


def test_the_frame_counts_a_stratum_taken_whole_beside_the_drawn_one() -> None:
    place = {"country": "NO", "sector": "culture", "size_class": "large"}
    strata = [{**place, "population": 40, "take_all": False}, {**place, "population": 2, "take_all": True}]
    assert frame_of({"strata": strata}) == {("NO", "culture", "large"): 42}


def test_the_same_dataset_gives_the_same_bytes(file: MicrodataFile, world: World) -> None:
    again = microdata.request(dataset=file.dataset, by=world.researcher)
    run_due()
    again.refresh_from_db()
    assert again.checksum == file.checksum
    assert again.file_name != file.file_name
    path = Path(settings.DATA_DIR) / "microdata" / file.file_name
    assert hashlib.sha256(path.read_bytes()).hexdigest() == file.checksum
    assert path.stat().st_mode & 0o077 == 0


def test_a_file_that_cannot_reach_k_is_refused_with_the_report(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("publication.disclosure.microdata.MINIMUM_K", 10_000)
    asked = microdata.request(dataset=Dataset.objects.get(wave=world.wave), by=world.researcher)
    run_due()
    asked.refresh_from_db()
    assert (asked.state, asked.file_name, asked.checksum) == (MicrodataState.REFUSED, "", "")
    assert [version["is_safe"] for version in asked.report["versions"]] == [False] * 4
    assert asked.job is not None
    asked.job.refresh_from_db()
    assert asked.job.state == JobState.DONE
    with pytest.raises(microdata.NotReady):
        microdata.hand_out(file=asked, by=world.researcher)


def test_an_erased_dataset_gives_no_file(world: World) -> None:
    dataset = Dataset.objects.get(wave=world.wave)
    dataset.erased_at = dataset.frozen_at
    with pytest.raises(microdata.SourceErased):
        microdata.request(dataset=dataset, by=world.researcher)


def test_each_download_is_checked_and_logged(file: MicrodataFile, published: Release, world: World) -> None:
    address = reverse("publication:download-microdata", args=["barometer", "2025", file.pk])
    researcher, colleague = Client(), Client()
    researcher.force_login(world.researcher)
    colleague.force_login(make.user("researcher", world.programme))
    answer = researcher.get(address)
    content = b"".join(answer)  # type: ignore[call-overload]
    assert hashlib.sha256(content).hexdigest() == file.checksum
    assert answer["Content-Type"] == "application/zip"
    assert answer["Cache-Control"] == "no-store"
    assert colleague.get(address).status_code == 404
    events = AuditEvent.objects.about(file).filter(action="microdata.downloaded")
    assert [(event.actor, event.detail["checksum"]) for event in events] == [("rikke", file.checksum)]
    world.researcher.roles.all().delete()
    assert researcher.get(address).status_code == 403
    assert AuditEvent.objects.about(file).filter(action="microdata.downloaded").count() == 1


def test_before_the_minute_of_a_release_no_researcher_has_the_answers(
    file: MicrodataFile, release: Release, world: World
) -> None:
    address = reverse("publication:download-microdata", args=["barometer", "2025", file.pk])
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.researcher)
    assert "once figures of the wave are published" in client.get(address, follow=True).text
    assert not AuditEvent.objects.filter(action="microdata.downloaded").exists()
    releases.approve(release=release, by=world.publisher)
    releases.publish(release=release, by=world.publisher)
    handed = client.get(address)
    assert (handed.status_code, len(b"".join(handed)) > 0) == (200, True)  # type: ignore[call-overload]


def test_a_file_that_changed_on_the_disk_is_not_handed_out(
    file: MicrodataFile, published: Release, world: World
) -> None:
    path = microdata.folder() / file.file_name
    kept = path.read_bytes()
    path.write_bytes(kept[:-1] + b"x")
    try:
        with pytest.raises(microdata.NotReady):
            microdata.hand_out(file=file, by=world.researcher)
    finally:
        path.write_bytes(kept)


def test_the_page_shows_the_report_and_the_download(file: MicrodataFile, world: World) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.researcher)
    page = client.get(reverse("publication:microdata", args=["barometer", "2025"])).text
    assert "Constructed data" in page
    assert "Risk report" in page
    assert file.checksum in page
    asked = client.post(reverse("publication:request-microdata", args=["barometer", "2025"]), follow=True)
    assert "The file is being built" in asked.text
    assert MicrodataFile.objects.count() == 2


def test_a_version_without_size_needs_no_size_classes() -> None:
    assert Version("without_size", ("country", "sector"), {}) == NO_SIZE
    assert (NO_ROLE.keys, TWO_SIZES.sizes["large"]) == (("country", "sector", "size_class"), "medium_large")
