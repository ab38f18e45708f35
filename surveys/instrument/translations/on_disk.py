"""Translated texts written back into the files of a directory, each into the file where its key stands."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from surveys.instrument.document import from_document, load_directory
from surveys.instrument.files import write_whole
from surveys.instrument.reader import InstrumentError
from surveys.instrument.schema import Texts
from surveys.instrument.texts import entries
from surveys.instrument.translations import json_text, yaml_text
from surveys.instrument.translations.layout import Layout, TextsFile, Way, layout_of, stands, value_at
from surveys.instrument.translations.ledgers import LEDGERS, ledgers
from surveys.instrument.translations.taking import Translated, with_taken
from surveys.instrument.translations.yaml_text import Tree


@dataclass(frozen=True)
class Written:
    """The files that were written, and sentences on what a person should know of them."""

    files: tuple[Path, ...]
    remarks: tuple[str, ...]


def write_texts(path: Path, *, name: str, blocks: Sequence[str], translated: Translated) -> Written:
    """Put the texts into `texts/<file>.<language>.yaml` of the instrument, its banks and its blocks.

    The directory is read again afterwards; where it does not say what was to be written, it is put back as it was.

    Raises:
        InstrumentError: the directory cannot be read, or not be written so that it reads back.
        OSError: a file cannot be written.
    """
    instrument = from_document(load_directory(path, name=name, blocks=blocks))
    language = translated.language
    wanted = with_taken(instrument, language, translated.texts).texts[language]
    layout = layout_of(path, name=name, blocks=blocks, language=language, first=instrument.base_language)
    writing = Writing(layout, wanted)
    for location in translated.texts:
        writing.put(location)
    writing.put_scales()
    contents = writing.contents()
    former = {file: file.read_bytes() if file.exists() else None for file in contents}
    try:
        for file in contents:
            file.parent.mkdir(exist_ok=True)
        write_whole({file: content.encode() for file, content in contents.items()})
        check_written(from_document(load_directory(path, name=name, blocks=blocks)).texts[language], wanted)
    except (InstrumentError, OSError):
        put_back(former)
        raise
    return Written(tuple(contents), tuple(writing.remarks))


def put_back(former: Mapping[Path, bytes | None]) -> None:
    for file, content in former.items():
        if content is None:
            file.unlink(missing_ok=True)
        else:
            file.write_bytes(content)


def check_written(texts: Texts, wanted: Texts) -> None:
    """Raises InstrumentError for a text, state or source that is another one. A scale may give more labels."""
    got = notes_of(texts)
    for location, expected in notes_of(wanted).items():
        if got.get(location) != expected:
            raise InstrumentError(
                location=f"texts.{wanted.language}.{location}",
                expected=repr(expected),
                got=repr(got.get(location)),
                hint="It cannot be written into these files, and nothing was changed. Write it there by hand.",
            )


def notes_of(texts: Texts) -> dict[str, tuple[str, str, str]]:
    """Location -> text, state and hash of what it was made from."""
    return {
        location: (text, texts.states.get(location, texts.state).value, texts.sources.get(location, ""))
        for location, text in entries(texts).items()
    }


@dataclass
class Writing:
    """Gathers what goes into which file."""

    layout: Layout
    wanted: Texts
    values: dict[Path, dict[Way, str | Tree]] = field(default_factory=dict)
    scales: dict[str, None] = field(default_factory=dict)  # those of which a label was translated
    remarks: list[str] = field(default_factory=list)

    def put(self, location: str) -> None:
        """Note where the text goes; a label of a scale waits for those of the others that share it."""
        start, found, _ = location.partition(".options.")
        scale = self.layout.scale_of.get(start.partition(".")[2]) if found else None
        if scale is not None and start in self.layout.followers(scale):
            self.scales[scale] = None
        else:
            self.put_at(*self.layout.place(location), entries(self.wanted)[location])

    def put_at(self, file: TextsFile, way: Way, text: str | Tree) -> None:
        if value_at(file.data, way) != text:
            self.values.setdefault(file.path, {})[way] = text

    def put_scales(self) -> None:
        every = entries(self.wanted)
        for scale in self.scales:
            labels = {start: labels_of(every, start) for start in self.layout.followers(scale)}
            shared = most_common(labels.values())
            file = self.layout.scale_file(scale)
            for code, label in shared.items():
                self.put_at(file, ("scales", scale, code), label)
            for start, own in labels.items():
                if own.items() <= shared.items():
                    self.put_bare(start, own)
                    continue
                self.remarks.append(f"{start} has labels of its own now: others of the scale {scale} read otherwise.")
                for code, label in (shared | own).items():
                    self.put_at(*self.layout.place(f"{start}.options.{code}"), label)

    def put_bare(self, start: str, labels: Mapping[str, str]) -> None:
        """A name for what has no text but the labels of its scale, which only what is named gets."""
        file, way = self.layout.place(f"{start}.question")
        bare = not stands(file.data, way[:2]) and not any(at[:2] == way[:2] for at in self.values.get(file.path, {}))
        if labels and bare:
            self.put_at(file, way[:-1], {})

    def contents(self) -> dict[Path, str]:
        """The files that change, with their new contents."""
        found: dict[Path, str] = {}
        noted = ledgers(self.layout, self.wanted)
        for file in self.layout.files:
            values = dict(self.head(file)) | self.values.get(file.path, {})
            form = json_text if file.path.suffix == ".json" else yaml_text
            content = form.with_values(file.content, tree_of(file, values)) if values else file.content
            for name in LEDGERS:
                if noted[file.path][name] != (file.data.get(name) or {}):
                    content = form.with_section(content, name, noted[file.path][name])
            if content != file.content:
                found[file.path] = content
        return found

    def head(self, file: TextsFile) -> Iterator[tuple[Way, str | Tree]]:
        """What a new file begins with, and the language that an old one was translated from, if none says it."""
        new = not file.content and file.path in self.values
        if new:
            yield ("state",), self.wanted.state.value
        said = any("source" in one.data for one in self.layout.files)
        if self.wanted.source and (new or (not said and file is self.layout.files[0])):
            yield ("source",), self.wanted.source


def labels_of(texts: Mapping[str, str], start: str) -> dict[str, str]:
    """The labels of an item or a battery by code."""
    start = f"{start}.options."
    return {location.removeprefix(start): text for location, text in texts.items() if location.startswith(start)}


def most_common(labels: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """The label that most of those who share the scale have, code by code."""
    counts: dict[str, Counter[str]] = {}
    for own in labels:
        for code, label in own.items():
            counts.setdefault(code, Counter())[label] += 1
    return {code: counted.most_common(1)[0][0] for code, counted in counts.items()}


def tree_of(file: TextsFile, values: Mapping[Way, str | Tree]) -> Tree:
    """The values as nested names. A row that has nothing but its question is written as that text alone."""
    tree: dict[str, Any] = {}
    rows: dict[Way, dict[str, Any]] = {}
    for way, value in values.items():
        row = way[:4]
        if len(way) > 4 and way[2] == "rows" and not isinstance(value_at(file.data, row), dict):
            present = value_at(file.data, row)
            put_in(rows.setdefault(row, {"question": present} if present else {}), way[4:], value)
        else:
            put_in(tree, way, value)
    for row, parts in rows.items():
        put_in(tree, row, parts["question"] if parts.keys() == {"question"} else parts)
    return tree


def put_in(tree: dict[str, Any], way: Way, value: str | Tree) -> None:
    for name in way[:-1]:
        tree = tree.setdefault(name, {})
    tree[way[-1]] = value
