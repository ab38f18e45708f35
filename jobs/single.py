"""What a start needs for itself alone: a folder to write in, the lock in it, a free port."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class CannotStart(Exception):
    """One line that says why, and what to do."""


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the lock file of the folder; the kernel frees it with the process, however that ends."""
    path = folder / "up.lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise CannotStart(
            f"{folder} cannot be written: {error.strerror}. Set DATA_DIR to a folder that can be written."
        ) from error
    try:
        _lock(descriptor, folder)
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        running = os.pread(descriptor, 20, 0).decode() or "unknown"
        raise CannotStart(
            f"Already running on {folder} as process {running}. Stop that one, or set DATA_DIR to another folder."
        ) from error


def require_free(host: str, port: int) -> None:
    """Raise CannotStart when nothing can listen there."""
    if not 0 < port < 65536:
        raise CannotStart(f"--port: expected a number from 1 to 65535, got {port}.")
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
    except OSError as error:
        raise CannotStart(
            f"Port {port} on {host} cannot be used: {error.strerror}. "
            "Stop the program that uses it, or choose another with --port."
        ) from error
