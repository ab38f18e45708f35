"""What the files of a directory note of their texts beside them: states, and the sources that they were made from."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from surveys.instrument.schema import Texts
from surveys.instrument.source import as_mapping
from surveys.instrument.texts import entries
from surveys.instrument.translations.layout import Layout, TextsFile

STATES, SOURCES = "states", "sources"
LEDGERS = (STATES, SOURCES)

Ledgers = dict[Path, dict[str, dict[str, str]]]  # file -> states or sources -> location -> what is noted


def ledgers(layout: Layout, texts: Texts) -> Ledgers:
    """What each file has to note so that the texts read as they are; what it notes of other texts stays."""
    shared = shared_labels(layout, texts)
    of_scales = {location for locations in shared.values() for location in locations}
    others = [location for location in entries(texts) if location not in of_scales]
    ours = {*of_scales, *others, *shared}
    noted: Ledgers = {}
    for file in layout.files:
        former = {name: as_mapping(file.data.get(name), file.path.name) for name in LEDGERS}
        noted[file.path] = {
            name: {at: str(what) for at, what in former[name].items() if at not in ours} for name in LEDGERS
        }
    for name in LEDGERS:
        for location in others:
            put(noted, name, layout, texts, location)
        for label, locations in shared.items():
            put_label(noted, name, layout, texts, label=label, locations=locations)
    return noted


def shared_labels(layout: Layout, texts: Texts) -> dict[str, list[str]]:
    """`scales.<scale>.<code>` -> the options that a note of that label is read for: each item that uses the scale."""
    found: dict[str, list[str]] = {}
    for location in entries(texts):
        start, is_option, code = location.partition(".options.")
        scale = layout.scale_of.get(start.partition(".")[2]) if is_option else None
        if scale is not None:
            found.setdefault(f"scales.{scale}.{code}", []).append(location)
    return found


def put(noted: Ledgers, name: str, layout: Layout, texts: Texts, location: str, *, always: bool = False) -> None:
    """Note the text in its own file, where there is something to note, or where the note of a scale is another."""
    file, _ = layout.place(location)
    what = note(name, texts, location, file)
    if not what and always and name == STATES:
        what = texts.states.get(location, texts.state).value
    if what:
        noted[file.path][name][location] = what


def put_label(noted: Ledgers, name: str, layout: Layout, texts: Texts, *, label: str, locations: Sequence[str]) -> None:
    """Note it once of the scale where that holds for most, and beside it what differs."""
    file = layout.scale_file(label.split(".")[1])
    notes = {location: note(name, texts, location, file) for location in locations}
    common = Counter(notes.values()).most_common(1)[0][0]
    if name == SOURCES and "" in notes.values():
        common = ""  # that there is none cannot be noted of one option where the scale has a note
    if common:
        noted[file.path][name][label] = common
    for location, what in notes.items():
        if what != common:
            put(noted, name, layout, texts, location, always=bool(common))


def note(name: str, texts: Texts, location: str, file: TextsFile) -> str:
    """What is to be noted of a text in this file; empty where it is what everything in the file is anyway."""
    if name == SOURCES:
        return texts.sources.get(location, "")
    state = texts.states.get(location, texts.state)
    return "" if state is (file.state or texts.state) is texts.state else state.value
