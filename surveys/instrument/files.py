"""Files of strangers and of ours on disk: read up to a limit, written whole or not at all."""

import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from surveys.instrument.reader import InstrumentError


def bytes_of(path: Path, *, name: str, most: int) -> bytes:
    """What stands in the file, and of one with more bytes only one byte more than these; `name` is for errors.

    A pipe or a device is never opened: reading it need not end.

    Raises:
        InstrumentError: it cannot be read. Says why.
    """
    try:
        if stat.S_ISREG(path.stat().st_mode):
            with path.open("rb") as file:
                return file.read(most + 1)
        got = "a directory" if path.is_dir() else "a pipe or a device"
    except OSError as error:
        got = str(error.strerror)
    except ValueError:
        got = "a name that no file can have"
    raise InstrumentError(location=name, expected="a readable file", got=got, hint="Check the name.")


def write_whole(files: Mapping[Path, bytes]) -> None:
    """All the files or none: under names that nobody reads first, and the one that names the others in place last."""
    waiting = {file: file.with_name(f".{file.name}.part") for file in files}
    try:
        for file, part in waiting.items():
            part.write_bytes(files[file])
        for file, part in reversed(waiting.items()):
            part.replace(file)
    finally:
        for part in waiting.values():
            with suppress(OSError):
                part.unlink()
