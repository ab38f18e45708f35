"""Files of a directory that none of its questionnaires reads: most often a misspelt name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from surveys.instrument.directory import ENDINGS, FOLDERS, as_list, names_in, read_part
from surveys.instrument.exchange import Loss
from surveys.instrument.on_disk import fitting_blocks
from surveys.instrument.reader import InstrumentError


@dataclass(frozen=True)
class Files:
    """What the questionnaires of a directory read, and what they do not."""

    taken: int
    lost: tuple[Loss, ...]


def files_of(path: Path) -> Files:
    """The files of a directory, or the one file.

    Where a questionnaire or a block cannot be read, nobody knows what it would have read, so that nothing is lost yet.
    """
    if not path.is_dir():
        return Files(1, ())
    every = files_in(path)
    known: dict[str, set[str]] = {folder: set() for folder in FOLDERS}
    readable = [noted(path, name, known) for name in names_in(path, "instruments")]
    unread = [name for name in every if not is_read(name, known)]
    lost = tuple(Loss(name, "the file", why(name, known)) for name in unread) if all(readable) else ()
    return Files(len(every) - len(unread), lost)


def files_in(path: Path) -> list[str]:
    """Every file in the five folders, `texts/workplace.nb.yaml`, but hidden ones."""
    found = [file.relative_to(path) for folder in FOLDERS for file in (path / folder).rglob("*") if file.is_file()]
    return sorted(file.as_posix() for file in found if not any(part.startswith(".") for part in file.parts))


def noted(path: Path, name: str, known: dict[str, set[str]]) -> bool:
    """Note by folder the names of files that the questionnaire reads, without their endings; False where it cannot."""
    try:
        document = read_part(path, "instruments", name)
        blocks = fitting_blocks(path, name)
        banks = texts_in(document, "banks")
        for block in blocks:
            banks |= texts_in(read_part(path, "blocks", block), "banks")
        languages = texts_in(document, "languages")
    except InstrumentError:
        return False
    known["instruments"].add(name)
    known["comparability"].add(name)
    known["blocks"].update(blocks)
    known["items"] |= banks
    known["texts"] |= {f"{one}.{language}" for one in (name, *banks, *blocks) for language in languages}
    return True


def texts_in(document: Mapping[str, object], name: str) -> set[str]:
    return {value for value in as_list(document, name) if isinstance(value, str)}


def is_read(name: str, known: Mapping[str, set[str]]) -> bool:
    file = Path(name)
    return file.suffix in ENDINGS and len(file.parts) == 2 and file.stem in known[file.parts[0]]


def why(name: str, known: Mapping[str, set[str]]) -> str:
    return " ".join(reasons(Path(name), known))


def reasons(file: Path, known: Mapping[str, set[str]]) -> Iterator[str]:
    folder = file.parts[0]
    if len(file.parts) > 2:
        yield f"Files stand directly in {folder}/: move it there, or take it away."
    elif file.suffix not in ENDINGS:
        yield f"Only {', '.join(ENDINGS)} are read: give it one of these endings, or take it away."
    elif folder == "items":
        yield "No questionnaire and no block that fits one names it among its banks: name it, or take it away."
    elif folder == "blocks":
        yield "It fits no questionnaire of the directory: name one under `instruments:`, or take it away."
    elif folder == "comparability":
        yield f"There is no questionnaire {file.stem}: give it the name of one, or take it away."
    else:
        owner, _, language = file.stem.rpartition(".")
        if any(text.rpartition(".")[0] == owner for text in known["texts"]):
            yield f"No questionnaire that reads {owner} has the language {language}: add it to its `languages:`."
        else:
            yield f"Texts are called <name>.<language>: nothing that is read here is called {owner or file.stem}."
