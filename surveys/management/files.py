"""Files that commands write: whole or not at all, and errors name the place."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from surveys.instrument.files import write_whole


def write_new(file: Path, content: bytes) -> None:
    """Write a file that is not there yet. Whatever happens meanwhile, none of its name stands there half.

    Raises:
        OSError: there is one, or it cannot be written. Says which and why.
    """
    if file.exists():
        raise FileExistsError(f"{file}: expected a new file, and this one stands there. Name another.")
    with writing_to(file):
        write_whole({file: content})


@contextmanager
def writing_to(place: Path) -> Iterator[None]:
    """Name the place in an error of the system; one that names it already passes through."""
    try:
        yield
    except OSError as error:
        if error.strerror is None:
            raise
        raise OSError(f"{place}: expected a place to write to, got: {error.strerror}. Name another.") from error
