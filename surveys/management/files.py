"""Files that commands read and write: read up to a limit, written whole or not at all; errors name the place."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def read_up_to(file: Path, most: int) -> bytes:
    """What stands in the file, and of one with more bytes only one byte more than these.

    Raises:
        OSError: it cannot be read. Says which and why.
    """
    try:
        with file.open("rb") as source:
            return source.read(most + 1)
    except OSError as error:
        raise OSError(f"{file}: expected a file that can be read, got: {error.strerror}. Check the name.") from error


def write_new(file: Path, content: bytes) -> None:
    """Write a file that is not there yet. Whatever happens meanwhile, none of its name stands there half.

    Raises:
        OSError: there is one, or it cannot be written. Says which and why.
    """
    if file.exists():
        raise FileExistsError(f"{file}: expected a new file, and this one stands there. Name another.")
    part = file.with_name(f".{file.name}.part")
    with writing_to(file):
        try:
            part.write_bytes(content)
            part.replace(file)
        finally:
            with suppress(OSError):
                part.unlink()


@contextmanager
def writing_to(place: Path) -> Iterator[None]:
    """Name the place in an error of the system; one that names it already passes through."""
    try:
        yield
    except OSError as error:
        if error.strerror is None:
            raise
        raise OSError(f"{place}: expected a place to write to, got: {error.strerror}. Name another.") from error
