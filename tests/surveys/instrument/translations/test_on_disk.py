"""Texts written back into a directory: into the right file, with everything else of it as it was."""

import json
import random
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from surveys.instrument.document import LIBRARY, from_document, load_directory
from surveys.instrument.on_disk import fitting_blocks
from surveys.instrument.reader import InstrumentError
from surveys.instrument.safe_yaml import read_yaml
from surveys.instrument.schema import Instrument, TextState
from surveys.instrument.texts import Standing, coverage, entries, standing, text_hash
from surveys.instrument.translations import Translated, Translation
from surveys.instrument.translations import on_disk as writing
from surveys.instrument.translations.on_disk import Written, notes_of, write_texts
from surveys.instrument.translations.taking import with_taken

FILES = {
    "instruments/small.yaml": """\
format: barometer-instrument/1
key: small
version: "1"
languages: [nb, nn]
banks: [shared, small]
pages:
  - {id: one, section: all, ask: [first, second]}
  - {id: two, section: all, ask: [parts.*]}
""",
    "items/shared.yaml": """\
scales:
  yes_no: [yes, no]
items: []
""",
    "items/small.yaml": """\
items:
  - {key: first, type: single, scale: yes_no, disclosure: open}
  - {key: second, type: single, scale: yes_no, disclosure: open}
  - {key: parts, type: single, scale: yes_no, rows: [head, hand], disclosure: open}
""",
    "texts/shared.nb.yaml": "state: draft\nscales:\n  yes_no: {yes: Ja, no: Nei}\n",
    "texts/shared.nn.yaml": "state: draft\nsource: nb\nscales:\n  yes_no: {yes: Ja, no: Nei}\n",
    "texts/small.nb.yaml": """\
state: draft
title: Lite
introduction: Et lite skjema.
sections: {all: Alt}
pages: {one: En, two: To}
items:
  first: {question: Først?, help: Ett svar.}
  second: {question: Så?}
  parts:
    question: Hva?
    rows:
      head: Hodet
      hand: Hånden
""",
    "texts/small.nn.yaml": """\
# By hand, with care.
state: draft
source: nb
title: Lite
introduction: >-
  Eit lite
  skjema.
sections: {all: Alt}
pages: {one: Ein, two: To}

items:
  first: {question: Først?}
  second: {question: Så?}   # in one breath
  parts:
    question: Kva?
    rows:
      head: Hovudet
""",
}
SMALL = "texts/small.nn.yaml"
SHARED = "texts/shared.nn.yaml"
YES = ("items.first.options.yes", "items.second.options.yes", "batteries.parts.options.yes")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(content, encoding="utf-8")
    return tmp_path


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LIBRARY, tmp_path / "library"))


def loaded(folder: Path, name: str = "small", blocks: tuple[str, ...] = ()) -> Instrument:
    return from_document(load_directory(folder, name=name, blocks=blocks))


def brought(instrument: Instrument, texts: Mapping[str, str], language: str, state: TextState) -> Translated:
    source = entries(instrument.texts[instrument.base_language])
    found = {where: Translation(text, state, source[where]) for where, text in texts.items()}
    return Translated(language, found, refused=(), findings=(), remarks=(), unchanged=0)


def put(folder: Path, texts: Mapping[str, str], state: TextState = TextState.DRAFT) -> Written:
    return write_texts(folder, name="small", blocks=(), translated=brought(loaded(folder), texts, "nn", state))


def reads(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")


def test_only_what_changed_is_touched(folder: Path) -> None:
    wrote = put(
        folder, {"pages.one": "Den eine", "items.parts.hand.question": "Handa", "items.first.help": "Eitt svar."}
    )
    assert wrote.files == (folder / SMALL,)
    assert reads(folder, SMALL) == FILES[SMALL].replace("one: Ein", 'one: "Den eine"').replace(
        "head: Hovudet\n",
        f"head: Hovudet\n      hand: Handa\n\nsources:\n  pages.one: {text_hash('En')}\n"
        f"  items.first.help: {text_hash('Ett svar.')}\n"
        f"  items.parts.hand.question: {text_hash('Hånden')}\n",
    ).replace("first: {question: Først?}", 'first: {question: Først?, help: "Eitt svar."}')


def test_a_line_of_a_battery_gets_room_for_a_help(folder: Path) -> None:
    for language in ("nb", "nn"):
        file = folder / f"texts/small.{language}.yaml"
        content = file.read_text(encoding="utf-8")
        file.write_text(
            content.replace("head: Hodet", "head: {question: Hodet, help: Hva det tenkte.}"), encoding="utf-8"
        )
    put(folder, {"items.parts.head.help": "Kva det tenkte."})
    assert "head:\n        question: Hovudet\n        help: Kva det tenkte.\n" in reads(folder, SMALL)


def test_a_label_of_a_scale_is_written_once_where_the_scale_stands(folder: Path) -> None:
    wrote = put(folder, dict.fromkeys(YES, "Jau"))
    assert wrote == Written((folder / SHARED,), ())
    assert reads(folder, SHARED) == (
        'state: draft\nsource: nb\nscales:\n  yes_no: {yes: "Jau", no: Nei}\n\n'
        f"sources:\n  scales.yes_no.yes: {text_hash('Ja')}\n"
    )


def test_one_item_may_read_otherwise_than_its_scale(folder: Path) -> None:
    wrote = put(folder, {YES[0]: "Jau"})
    assert wrote.files == (folder / SMALL,)
    assert wrote.remarks == ("items.first has labels of its own now: others of the scale yes_no read otherwise.",)
    texts = loaded(folder).texts["nn"]
    assert texts.items["first"].options == {"yes": "Jau", "no": "Nei"}
    assert texts.items["second"].options == texts.batteries["parts"].options == {"yes": "Ja", "no": "Nei"}
    assert put(folder, {YES[0]: "Ja visst"}).remarks == ()
    assert loaded(folder).texts["nn"].items["first"].options == {"yes": "Ja visst", "no": "Nei"}


def test_what_is_checked_is_noted_and_what_is_no_longer_is_not(folder: Path) -> None:
    put(folder, {**dict.fromkeys(YES, "Ja"), "title": "Lite"}, TextState.CHECKED)
    assert "states:\n  scales.yes_no.yes: checked\n" in reads(folder, SHARED)
    assert "states:\n  title: checked\n" in reads(folder, SMALL)
    put(folder, {YES[1]: "Ja"}, TextState.DRAFT)
    stands = standing(loaded(folder), "nn")
    assert [stands[where] for where in YES] == [Standing.CHECKED, Standing.DRAFT, Standing.CHECKED]
    put(folder, {YES[0]: "Ja", YES[2]: "Ja", "title": "Lite"}, TextState.DRAFT)
    assert "states:" not in reads(folder, SHARED) + reads(folder, SMALL)


def test_a_draft_beside_checked_files_says_so(folder: Path) -> None:
    for name in (SMALL, SHARED):
        file = folder / name
        file.write_text(file.read_text(encoding="utf-8").replace("state: draft", "state: checked"), encoding="utf-8")
    put(folder, {"title": "Lite og nytt"})
    assert "states:\n  title: draft\n" in reads(folder, SMALL)
    counts = coverage(loaded(folder), "nn").counts
    assert (counts[Standing.DRAFT], counts[Standing.MISSING]) == (1, 2)


def test_notes_of_other_texts_stay(folder: Path) -> None:
    file = folder / SHARED
    file.write_text(f"{FILES[SHARED]}\nsources:\n  scales.other.yes: abcdef01\n", encoding="utf-8")
    put(folder, dict.fromkeys(YES, "Jau"))
    assert reads(folder, SHARED).endswith(
        f"sources:\n  scales.other.yes: abcdef01\n  scales.yes_no.yes: {text_hash('Ja')}\n"
    )


def test_what_does_not_read_back_is_not_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing.yaml_text, "with_values", lambda content, values: content.replace("Lite", "Litt"))
    with pytest.raises(InstrumentError, match=r"texts\.nn\.title: expected .*nothing was changed"):
        put(folder, {"title": "Lite og nytt", "pages.two": "Nummer to"})
    assert reads(folder, SMALL) == FILES[SMALL]


def test_texts_in_json_stay_json(folder: Path) -> None:
    """Its order and its indentation as they were, also for what is new in it and for a mark of its own."""
    small = Path(SMALL).with_suffix(".json")
    content = read_yaml(folder / SMALL)
    (folder / small).write_text(json.dumps(content, indent=4), encoding="utf-8")
    (folder / SMALL).unlink()
    wrote = put(folder, {"title": 'Lite "#" skjema: æ', "items.parts.hand.question": "Handa"}, TextState.CHECKED)
    assert wrote.files == (folder / small,)
    written = json.loads(reads(folder, str(small)))
    assert isinstance(content, dict)
    assert list(written) == [*content, "states", "sources"]
    assert (written["title"], written["states"]["title"]) == ('Lite "#" skjema: æ', "checked")
    assert reads(folder, str(small)).startswith('{\n    "state"')
    put(folder, {"title": "Lite", "items.parts.hand.question": "Handa"}, TextState.DRAFT)
    assert "states" not in json.loads(reads(folder, str(small)))


def test_a_language_without_files_gets_them(folder: Path) -> None:
    whole = loaded(folder)
    (folder / SMALL).unlink()
    (folder / SHARED).unlink()
    own = {where: text for where, text in entries(whole.texts["nn"]).items() if where != "items.second.question"}
    wrote = put(folder, own)
    assert {file.name for file in wrote.files} == {"small.nn.yaml", "shared.nn.yaml"}
    assert reads(folder, SHARED).startswith("state: draft\nsource: nb\nscales:\n")
    texts = loaded(folder).texts["nn"]
    assert entries(texts) == own
    assert texts.source == "nb"
    assert coverage(loaded(folder), "nn").counts[Standing.MISSING] == 3


@pytest.mark.parametrize("state", TextState)
@pytest.mark.parametrize("anew", [False, True], ids=["changed", "from nothing"])
@pytest.mark.parametrize("name", ["management", "political", "workplace"])
def test_every_text_of_a_shipped_questionnaire_can_be_written(
    library: Path, name: str, anew: bool, state: TextState
) -> None:
    blocks = fitting_blocks(library, name)
    instrument = loaded(library, name, blocks)
    wanted = {where: f"{text} Ny." for where, text in entries(instrument.texts["en"]).items()}
    if anew:
        for file in (library / "texts").glob("*.en.yaml"):
            file.unlink()
    write_texts(library, name=name, blocks=blocks, translated=brought(instrument, wanted, "en", state))
    after = loaded(library, name, blocks)
    assert entries(after.texts["en"]) == wanted
    assert coverage(after, "en").counts[Standing(state.value)] == len(wanted)
    assert after.texts["en"].sources == {
        where: text_hash(text) for where, text in entries(instrument.texts["nb"]).items()
    }
    assert {**after.texts, "en": 0} == {**instrument.texts, "en": 0}


@pytest.mark.parametrize("seed", range(8))
def test_some_texts_of_a_shipped_questionnaire_can_be_written(library: Path, seed: int) -> None:
    """In two goes, so that what the first one noted is there for the second."""
    draw = random.Random(seed)
    for state in draw.sample(list(TextState), 2):
        instrument = loaded(library, "management")
        own = entries(instrument.texts["sv"])
        some = draw.sample(sorted(own), draw.randint(1, 40))
        wanted = {where: draw.choice([own[where], f"{own[where]} Ny: #1", "ja"]) for where in some}
        found = brought(instrument, wanted, "sv", state)
        write_texts(library, name="management", blocks=(), translated=found)
        expected = with_taken(instrument, "sv", found.texts).texts["sv"]
        assert notes_of(loaded(library, "management").texts["sv"]) == notes_of(expected)
        assert replace(loaded(library, "political"), texts={}) == replace(loaded(LIBRARY, "political"), texts={})
