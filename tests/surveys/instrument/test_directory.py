"""The directory of files as a stranger may write or damage it."""

import json
import os
import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from surveys.instrument.directory import names_in, write_directory
from surveys.instrument.document import LIBRARY, InstrumentError, load_directory
from surveys.instrument.left_out import files_of
from surveys.instrument.safe_yaml import read_yaml

BLOCKS = ("failed", "pilot")
Damage = Callable[[Path], object]


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LIBRARY, tmp_path / "library"))


def written(text: str, file: str = "items/political.yaml") -> Damage:
    return lambda library: (library / file).write_text(text, encoding="utf-8")


def put(old: str, new: str, file: str = "instruments/political.yaml") -> Damage:
    def damage(library: Path) -> None:
        text = (library / file).read_text(encoding="utf-8")
        assert old in text
        (library / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return damage


def linked(target: str) -> Damage:
    def damage(library: Path) -> None:
        (library / "items" / "political.yaml").unlink()
        (library / "items" / "political.yaml").symlink_to(target)

    return damage


def piped(library: Path) -> None:
    (library / "items" / "political.yaml").unlink()
    os.mkfifo(library / "items" / "political.yaml")


@pytest.mark.parametrize("ending", [".json", ".yml"])
def test_a_directory_of_json_is_the_same_questionnaire(library: Path, ending: str) -> None:
    for file in sorted(library.rglob("*.yaml")):
        content = json.dumps(read_yaml(file)) if ending == ".json" else file.read_text(encoding="utf-8")
        file.with_suffix(ending).write_text(content, encoding="utf-8")
        file.unlink()
    assert names_in(library, "instruments") == names_in(LIBRARY, "instruments")
    for name, blocks in (("workplace", BLOCKS), ("political", ())):
        assert load_directory(library, name=name, blocks=blocks) == load_directory(LIBRARY, name=name, blocks=blocks)
    assert files_of(library).lost == ()


def test_two_files_of_one_name_are_refused(library: Path) -> None:
    (library / "items" / "political.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InstrumentError, match=r"items: expected one file political, got .*yaml and .*json"):
        load_directory(library, name="political")


def test_nothing_is_written_beside_a_file_of_the_same_name(tmp_path: Path) -> None:
    document = load_directory(LIBRARY, name="political")
    (tmp_path / "items").mkdir()
    (tmp_path / "items" / "political.json").write_text("[]", encoding="utf-8")
    with pytest.raises(FileExistsError, match=r"items/political\.json: .* Name another\."):
        write_directory(document, tmp_path)
    assert [file.name for file in tmp_path.rglob("*")] == ["items", "political.json"]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (linked("/dev/zero"), "items/political.yaml: expected a readable file, got a pipe or a device"),
        (piped, "items/political.yaml: expected a readable file, got a pipe or a device"),
        (linked("political.yaml"), "items/political.yaml: expected a readable file, got Too many levels"),
        (written("items: [{key: a, key: b}]"), r"items/political.yaml, line 1: expected a name of its own"),
        (written('{"items": [], "items": []}'), r"items/political.yaml: expected a name of its own"),
        (written('{"items": ' + "[" * 40 + "]" * 40 + "}"), "at most 30 levels"),
        (written("[" * 200_000), "at most 30 levels"),
        (
            put("title: ", 'title: "\\0" # ', "texts/political.nb.yaml"),
            "texts.nb.title: expected a text of readable signs",
        ),
        (put("banks: [", 'banks: ["a\\0b", '), r"banks\[0\]: expected a text of readable signs"),
        (put("banks: [", f"banks: [{'a' * 300}, "), "the name of a file in items/"),
        (put("languages: [", "languages: [../../en, "), "the code of a language in BCP 47"),
        (put("languages: [", f"languages: [en{'-aaaaaaaa' * 40}, "), "the code of a language in BCP 47"),
        (put("languages: [", "languages: [nb, "), "nb, which is used before"),
        (put("languages: [", "languages: {base: nb, all: ["), "expected YAML"),
        (put("key: political", "id: political"), "got id. It is called `key` here"),
    ],
)
def test_a_damaged_directory_is_refused_by_name(library: Path, damage: Damage, message: str) -> None:
    damage(library)
    with pytest.raises(InstrumentError, match=message):
        load_directory(library, name="political")


def test_a_bank_may_be_a_list_alone(library: Path) -> None:
    file = library / "items" / "political.yaml"
    content = read_yaml(file)
    assert isinstance(content, dict)
    if "scales" not in content:
        file.write_text(json.dumps(content["items"]), encoding="utf-8")
    assert load_directory(library, name="political") == load_directory(LIBRARY, name="political")


def test_json_pairs_of_escapes_are_one_sign(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps({"a": "🙂", "b": 2026.1, "c": 3, "d": None}), encoding="utf-8")
    assert read_yaml(file) == {"a": "🙂", "b": "2026.1", "c": 3, "d": None}
    file.write_text('{"a": 1,}', encoding="utf-8")
    with pytest.raises(InstrumentError, match=r"a.json, line 1, column \d+: expected JSON"):
        read_yaml(file)
    (tmp_path / "a.yaml").write_text("{a: 1,}", encoding="utf-8")
    assert read_yaml(tmp_path / "a.yaml") == {"a": 1}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("texts/political.de.yaml", "No questionnaire that reads political has the language de"),
        ("texts/politics.nb.yaml", "nothing that is read here is called politics"),
        ("items/unused.yaml", "No questionnaire and no block"),
        ("blocks/unused.yaml", "It fits no questionnaire"),
        ("comparability/mayors.yaml", "There is no questionnaire mayors"),
        ("instruments/2026/instrument.yaml", "Files stand directly in instruments/"),
        ("texts/political.nb.txt", "Only .yaml, .yml, .json are read"),
    ],
)
def test_a_file_that_no_questionnaire_reads_is_named_with_status_1(library: Path, name: str, reason: str) -> None:
    (library / name).parent.mkdir(exist_ok=True)
    (library / name).write_text("instruments: [nobody]\n", encoding="utf-8")
    (library / "texts" / ".hidden").write_text("", encoding="utf-8")
    out = StringIO()
    with pytest.raises(CommandError, match="1 files that were not taken") as caught:
        call_command("lint_instrument", str(library), "--name", "political", "--json", stdout=out)
    assert caught.value.returncode == 1
    (loss,) = json.loads(out.getvalue())["lost"]
    assert loss["place"] == name
    assert reason in loss["why"]


def test_beside_a_questionnaire_that_cannot_be_read_no_file_is_called_lost(library: Path) -> None:
    (library / "instruments" / "political.yaml").write_text("banks: [\n", encoding="utf-8")
    found = files_of(library)
    assert found.lost == ()
    assert found.taken < files_of(LIBRARY).taken == len(list(LIBRARY.rglob("*.yaml")))


def test_a_layout_of_folders_in_folders_is_told_where_the_files_belong(tmp_path: Path) -> None:
    (tmp_path / "instruments" / "2026").mkdir(parents=True)
    (tmp_path / "instruments" / "2026" / "instrument.yaml").write_text("id: a\n", encoding="utf-8")
    out = StringIO()
    with pytest.raises(CommandError, match=r"got instruments/2026/instrument\.yaml\. Put it directly there"):
        call_command("lint_instrument", str(tmp_path), "--json", stdout=out)
    assert json.loads(out.getvalue())["rule"] == "document"
