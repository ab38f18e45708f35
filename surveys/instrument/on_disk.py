"""Questionnaires on disk: those of a directory, each alone and with its optional blocks, or the one in a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from surveys.instrument.directory import names_in, nested_in, read_part
from surveys.instrument.document import from_document, load_directory, load_file
from surveys.instrument.reader import InstrumentError
from surveys.instrument.schema import Instrument

USUAL = "workplace"  # of several, where none is named


@dataclass(frozen=True)
class Written:
    """Where a questionnaire stands. A file needs no name."""

    path: Path
    name: str = ""
    blocks: tuple[str, ...] = ()

    def read(self) -> Instrument:
        """The questionnaire. Raises InstrumentError where it cannot be read."""
        if self.name:
            return from_document(load_directory(self.path, name=self.name, blocks=self.blocks))
        return from_document(load_file(self.path))

    @property
    def title(self) -> str:
        """What to call a questionnaire that cannot be read."""
        return "+".join([self.name or self.path.name, *self.blocks])


def written_at(path: Path, name: str = "") -> list[Written]:
    """The questionnaires of a directory, or the one of this name, without blocks; that of a file.

    Raises:
        InstrumentError: there is nothing at the path, or no questionnaire in the directory.
    """
    if not path.is_dir():
        if name or not path.is_file():
            raise InstrumentError(
                location=str(path),
                expected="a directory of questionnaires" if name else "a directory or a file",
                got="a file" if path.is_file() else "nothing",
            )
        return [Written(path)]
    names = [name] if name else names_in(path, "instruments")
    if not names:
        nested = nested_in(path, "instruments")
        raise InstrumentError(
            location=f"{path}/instruments",
            expected="a file for each questionnaire",
            got=", ".join(nested[:3]) or "none",
            hint="Put it directly there, as instruments/<name>.yaml." if nested else "Is it the path?",
        )
    return [Written(path, one) for one in names]


def chosen_at(path: Path, name: str = "") -> tuple[Written, list[str]]:
    """The questionnaire of this name, or the only one; of several the one for workplaces. And what was assumed of that.

    Raises InstrumentError as `written_at`, and where nobody can tell which one is meant.
    """
    found = written_at(path, name)
    if len(found) == 1:
        return found[0], []
    names = [one.name for one in found]
    if USUAL not in names:
        raise InstrumentError(
            location="--name", expected=f"one of {', '.join(names)}", got="nothing", hint="Say which one is meant."
        )
    said = f"Of {', '.join(names)} the questionnaire {USUAL} was taken: name another with --name."
    return Written(path, USUAL), [said]


def fitting_blocks(path: Path, name: str) -> tuple[str, ...]:
    """The blocks of the directory that may stand in this questionnaire; one that cannot be read is among them."""
    return tuple(block for block in names_in(path, "blocks") if name in fits(path, block, name))


def fits(path: Path, block: str, name: str) -> Sequence[object]:
    try:
        named = read_part(path, "blocks", block).get("instruments")
    except InstrumentError:
        return [name]
    return named if isinstance(named, list) else [name]


def blocks_of(written: Written) -> tuple[str, ...]:
    """The blocks beside the questionnaire that fit it; a file has none."""
    return fitting_blocks(written.path, written.name) if written.name else ()


def with_blocks(written: Written, blocks: Sequence[str] = ()) -> Written:
    """The questionnaire with these blocks, or with all that fit it; a file is what it is."""
    return Written(written.path, written.name, tuple(blocks) or blocks_of(written)) if written.name else written


def alone_and_with_blocks(path: Path, name: str = "", blocks: Sequence[str] = ()) -> Iterator[Written]:
    """Each questionnaire alone and once more with all its blocks; with `blocks` the one that has these.

    Raises InstrumentError as `written_at`.
    """
    for written in written_at(path, name):
        whole = with_blocks(written, blocks)
        if whole.blocks and not blocks:
            yield written
        yield whole
