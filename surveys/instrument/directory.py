"""An instrument in a directory of text files: questionnaire, blocks, item banks and texts put into one document.

Each file is YAML or JSON, whichever its name ends with.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import yaml

from surveys.instrument.files import write_whole
from surveys.instrument.reader import FIRST, Fields, InstrumentError, Place, shown
from surveys.instrument.rule_text import to_text
from surveys.instrument.rule_tree import from_tree
from surveys.instrument.safe_yaml import read_yaml
from surveys.instrument.source import Document, as_mapping, read_file

BLOCK_FORMAT = "barometer-block/1"
FOLDERS = ("instruments", "items", "blocks", "texts", "comparability")
ENDINGS = (".yaml", ".yml", ".json")
LONGEST_NAME = 100
MERGED = ("scales", "sections", "pages", "batteries", "items", "edits", "states", "sources")


def read_directory(path: Path, *, name: str, blocks: Sequence[str] = ()) -> Document:
    """One document out of an instrument, its blocks, their item banks and texts, still in shorthand.

    With blocks the version says so: `2026.1+failed+followup`.
    """
    document = read_part(path, "instruments", name)
    banks = [bank.text() for bank in Place(document.pop("banks", None), f"instruments/{name}.banks").each()]
    added = [read_block(path, block, name) for block in blocks]
    for block in reversed(added):  # each goes directly behind its section, so the last one first
        insert_pages(document, block)
    for block in added:
        add_block(document, block)
        banks += [bank.text() for bank in block.each("banks")]
    if blocks:
        document["version"] = "+".join([str(document.get("version")), *blocks])
    scales, items = read_banks(path, dict.fromkeys(banks))
    document["scales"], document["items"] = scales, items
    languages = [place.language() for place in Place(document.get("languages"), "languages").each(hint=FIRST)]
    files = dict.fromkeys([name, *banks, *blocks])
    document["texts"] = {language: texts for language in languages if (texts := read_texts(path, files, language))}
    relations = file_at(path, "comparability", name)
    if relations.exists():
        document["comparability"] = read_yaml(relations, f"comparability/{relations.name}")
    return document


def names_in(path: Path, folder: str) -> list[str]:
    """What stands in a folder of the directory: the names of its YAML and JSON files."""
    found = (path / folder).iterdir() if (path / folder).is_dir() else ()
    return sorted({file.stem for file in found if file.suffix in ENDINGS and not file.name.startswith(".")})


def nested_in(path: Path, folder: str) -> list[str]:
    """Files deeper in a folder of the directory than any is looked for."""
    found = (path / folder).glob("*/**/*")
    return sorted(file.relative_to(path).as_posix() for file in found if file.suffix in ENDINGS)


def file_at(path: Path, folder: str, name: str) -> Path:
    """The file of this name in a folder of the directory; where there is none, that which is expected.

    Raises:
        InstrumentError: several files have the name, and nobody can tell which one counts.
    """
    found = [file for ending in ENDINGS if (file := path / folder / f"{name}{ending}").exists()]
    if len(found) > 1:
        names = " and ".join(file.name for file in found)
        raise InstrumentError(location=folder, expected=f"one file {name}", got=names, hint="Take one away.")
    return found[0] if found else path / folder / f"{name}{ENDINGS[0]}"


def read_part(path: Path, folder: str, name: str) -> Document:
    """The named values of a file of the directory. Raises InstrumentError, also for a name that leads elsewhere."""
    file = file_at(path, folder, plain_name(Place(name, folder), folder))
    return read_file(file, f"{folder}/{file.name}")


def read_block(path: Path, name: str, instrument: str) -> Fields:
    """An optional block, held to the instruments that it fits."""
    file = file_at(path, "blocks", plain_name(Place(name, "blocks"), "blocks"))
    where = f"blocks/{file.name}"
    value = Place(read_yaml(file, where), where).fields(
        "format", "key", "instruments", "origin", "evidence", "banks", "background", "after", "conditions", "pages",
        "edits",
    )  # fmt: skip
    if value["format"].value != BLOCK_FORMAT:
        raise value["format"].wrong(BLOCK_FORMAT)
    if value["key"].value != name:
        raise value["key"].wrong(f"{name}, the name of the file")
    if instrument not in [place.text() for place in value.each("instruments")]:
        raise value["instruments"].wrong(f"{instrument} among them", hint="Leave the block out of this instrument.")
    return value


def insert_pages(document: Document, block: Fields) -> None:
    """Put the pages of the block behind the last page of the section that it follows."""
    pages = list(as_list(document, "pages"))
    section = block["after"].text()
    places = [place for place, page in enumerate(pages) if isinstance(page, dict) and page.get("section") == section]
    if not places:
        raise block["after"].wrong("a section of the instrument")
    place = places[-1] + 1
    document["pages"] = [*pages[:place], *as_list(block.value, "pages"), *pages[place:]]


def add_block(document: Document, block: Fields) -> None:
    """The block's conditions, variables and edits behind those of the instrument, and where the block comes from."""
    conditions = dict(as_mapping(document.get("conditions"), "conditions"))
    for name, rule in as_mapping(block.value.get("conditions"), f"{block.location}.conditions").items():
        put(conditions, name, rule, f"{block.location}.conditions")
    document["conditions"] = conditions
    document["background"] = list(
        dict.fromkeys([*as_list(document, "background"), *as_list(block.value, "background")])
    )
    document["edits"] = [*as_list(document, "edits"), *as_list(block.value, "edits")]
    origin = {name: block.value.get(name) for name in ("key", "origin", "evidence")}
    document["blocks"] = [*as_list(document, "blocks"), origin]


def read_banks(path: Path, banks: Iterable[str]) -> tuple[Document, list[object]]:
    """The scales and the items of several banks."""
    scales: Document = {}
    items: list[object] = []
    for bank in banks:
        file = file_at(path, "items", plain_name(Place(bank, "banks"), "items"))
        where = f"items/{file.name}"
        value = read_yaml(file, where)
        content = Place({"items": value} if isinstance(value, list) else value, where).fields("scales", "items")
        for name, scale in as_mapping(content["scales"].value, f"{where}.scales").items():
            put(scales, name, scale, f"{where}.scales")
        items.extend(place.value for place in content.each("items"))
    return scales, items


def read_texts(path: Path, files: Iterable[str], language: str) -> Document:
    """What stands in one language in the texts of several files; nothing where there is no file."""
    texts: Document = {}
    for name in files:
        file = file_at(path, "texts", f"{name}.{language}")
        if file.exists():
            where = f"texts/{file.name}"
            merge_texts(texts, as_mapping(read_yaml(file, where), where), where)
    return texts


def merge_texts(texts: Document, more: Document, file: str) -> None:
    """Add the texts of a file; a draft anywhere makes the whole a draft."""
    for name, value in more.items():
        if name in MERGED:
            group = dict(as_mapping(texts.get(name), name))
            for key, text in as_mapping(value, f"{file}.{name}").items():
                put(group, key, text, f"{file}.{name}")
            texts[name] = group
        elif name == "state" and value == "draft":
            texts[name] = value
        else:
            texts.setdefault(name, value)


def put(found: dict[str, object], name: str, value: object, location: str) -> None:
    """Add under a name; the same value twice is one, another value is an error."""
    if name in found and found[name] != value:
        raise InstrumentError(
            location=f"{location}.{name}", expected="one meaning for a name", got=shown(value), hint="Rename one.",
            rule="duplicate_key",
        )  # fmt: skip
    found[name] = value


def plain_name(place: Place, folder: str) -> str:
    """A name that leads to a file of the folder and nowhere else."""
    name = place.text()
    if not name or Path(f"{name}.yaml").name != f"{name}.yaml" or len(name.encode()) > LONGEST_NAME:
        raise place.wrong(f"the name of a file in {folder}/, without .yaml")
    return name


def as_list(document: object, name: str) -> list[object]:
    value = as_mapping(document, "").get(name)
    return [] if value is None else [place.value for place in Place(value, name).each()]


def write_directory(document: Document, path: Path) -> list[Path]:
    """Write a canonical document as a directory that `read_directory` reads back to the same; gives the files written.

    One instrument, one bank and one file of texts a language, all under the instrument's key. Rules stand as text.

    Raises:
        InstrumentError: the document has no key that can name a file.
        FileExistsError: one of the files is there already: nothing is written over.
    """
    name = plain_name(Place(document.get("key"), "key"), "instruments")
    rest = {part: value for part, value in document.items() if part not in ("items", "texts", "comparability")}
    files: dict[Path, object] = {
        path / "instruments" / f"{name}.yaml": {**rest, "banks": [name]},
        path / "items" / f"{name}.yaml": {"items": document.get("items")},
    }
    for language, texts in as_mapping(document.get("texts"), "texts").items():
        files[path / "texts" / f"{name}.{language}.yaml"] = texts
    if document.get("comparability"):
        files[path / "comparability" / f"{name}.yaml"] = document["comparability"]
    for file in files:
        there = file_at(path, file.parent.name, file.stem)  # with another ending two would have the name
        if there.exists():
            raise FileExistsError(f"{there}: expected a new directory, and this file stands there. Name another.")
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
    write_whole({file: written_yaml(with_rules_as_text(content)).encode() for file, content in files.items()})
    return list(files)


def with_rules_as_text(value: object, name: str = "") -> object:
    """The same value with each rule as people write it."""
    if name in ("show_if", "rule", "partial") and isinstance(value, list):
        return to_text(from_tree(value))
    if isinstance(value, dict):
        return {key: with_rules_as_text(part, key) for key, part in value.items()}
    if isinstance(value, list):
        return [with_rules_as_text(part) for part in value]
    return value


class Dumper(yaml.SafeDumper):
    """Plain data without anchors, which the reader refuses."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def written_yaml(value: object) -> str:
    return yaml.dump(value, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=120)
