"""Where in the files of a directory each text of a language stands: its file, and the names that lead to it there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from surveys.instrument.directory import file_at, read_banks, read_block, read_part
from surveys.instrument.reader import Place
from surveys.instrument.safe_yaml import read_yaml
from surveys.instrument.schema import TextState
from surveys.instrument.source import Document, as_mapping
from surveys.instrument.texts import key_and_part

Way = tuple[str, ...]  # for instance ("items", "types", "rows", "service", "question")


@dataclass(frozen=True)
class TextsFile:
    """A file of texts in one language, and what the same file says in the first language."""

    path: Path
    content: str  # empty where there is no file yet
    data: Document
    first: Document

    @property
    def state(self) -> TextState | None:
        return TextState(str(self.data["state"])) if "state" in self.data else None


@dataclass(frozen=True)
class Layout:
    """The files of texts of an instrument in one language, and the shorthand that its banks are written in."""

    files: tuple[TextsFile, ...]  # that of the instrument first
    row_of: Mapping[str, tuple[str, str]]  # item -> its battery and row
    batteries: frozenset[str]  # those with rows
    scale_of: Mapping[str, str]  # item or battery -> the scale whose labels it shares
    bank_of: Mapping[str, TextsFile]  # scale -> the file of texts beside its bank

    def place(self, location: str) -> tuple[TextsFile, Way]:
        """Where the text stands, or where it belongs: where it stands in the first language, or beside its like."""
        ways = self.ways(location)
        for file in self.files:
            for way in ways:
                if stands(file.data, way):
                    return file, way
        for file in self.files:
            for way in ways:
                if stands(file.first, way):
                    return file, way
        for file in self.files:
            for way in ways:
                if len(way) > 2 and (stands(file.data, way[:2]) or stands(file.first, way[:2])):
                    return file, way
        return self.files[0], ways[0]

    def ways(self, location: str) -> list[Way]:
        """The names that may lead to the text, the usual ones first."""
        kind, _, rest = location.partition(".")
        if not rest:
            return [(kind,)]
        if kind not in ("items", "batteries"):
            return [(kind, rest)]
        key, part = key_and_part(rest)
        tail = ("options", part.removeprefix("options.")) if part.startswith("options.") else (part,)
        if kind == "batteries":
            short = [("items", key, *tail)] if key in self.batteries else []
            return [*short, ("batteries", key, *tail)]
        battery, row = self.row_of.get(key, ("", ""))
        return [*([("items", battery, "rows", row, *tail)] if battery else []), ("items", key, *tail)]

    def followers(self, scale: str) -> list[str]:
        """The starts of the locations whose labels are those of the scale: `items.<key>` or `batteries.<key>`."""
        users = [key for key, name in self.scale_of.items() if name == scale]
        starts = [f"batteries.{key}" if key in self.batteries else f"items.{key}" for key in users]
        return [start for start in starts if not self.has_own_labels(start)]

    def has_own_labels(self, start: str) -> bool:
        ways = [way[:-1] for way in self.ways(f"{start}.options.any")]
        return any(stands(file.data, way) or stands(file.first, way) for file in self.files for way in ways)

    def scale_file(self, scale: str) -> TextsFile:
        way = ("scales", scale)
        for file in self.files:
            if stands(file.data, way) or stands(file.first, way):
                return file
        return self.bank_of[scale]


def stands(data: object, way: Way) -> bool:
    """Whether the names lead to something; a row that is a text alone is its question."""
    for place, name in enumerate(way):
        if isinstance(data, str):
            return way[place:] == ("question",) and "rows" in way
        if not isinstance(data, dict) or name not in data:
            return False
        data = data[name]
    return True


def value_at(data: object, way: Way) -> object:
    """What the names lead to; None where that is nothing."""
    for name in way:
        data = data.get(name) if isinstance(data, dict) else None
    return data


def layout_of(path: Path, *, name: str, blocks: Sequence[str], language: str, first: str) -> Layout:
    """The layout of an instrument with these blocks.

    Raises:
        InstrumentError: a file is missing or cannot be read.
    """
    banks = list(dict.fromkeys(banks_of(path, name, blocks)))
    files = {one: texts_file(path, one, language, first) for one in dict.fromkeys([name, *banks, *blocks])}
    contents = {bank: read_banks(path, [bank]) for bank in banks}
    items = [as_mapping(item, bank) for bank, (_, found) in contents.items() for item in found]
    rows = {str(item["key"]): Place(item["rows"], "rows").each() for item in items if "rows" in item}
    row_of = {f"{battery}.{row.text()}": (battery, row.text()) for battery, own in rows.items() for row in own}
    return Layout(
        files=tuple(files.values()),
        row_of=row_of,
        batteries=frozenset(rows),
        scale_of={str(item["key"]): str(item["scale"]) for item in items if "scale" in item},
        bank_of={scale: files[bank] for bank, (scales, _) in contents.items() for scale in scales},
    )


def banks_of(path: Path, name: str, blocks: Sequence[str]) -> Iterator[str]:
    banks = Place(read_part(path, "instruments", name).get("banks"), f"{name}.banks")
    yield from (bank.text() for bank in banks.each())
    for block in blocks:
        yield from (bank.text() for bank in read_block(path, block, name).each("banks"))


def texts_file(directory: Path, name: str, language: str, first: str) -> TextsFile:
    path = file_at(directory, "texts", f"{name}.{language}")
    source = file_at(directory, "texts", f"{name}.{first}")
    return TextsFile(
        path=path,
        content=path.read_text(encoding="utf-8") if path.exists() else "",
        data=as_mapping(read_yaml(path), path.name) if path.exists() else {},
        first=as_mapping(read_yaml(source), source.name) if source.exists() else {},
    )
