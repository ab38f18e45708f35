"""People who press at the same moment: for tests with `transaction=True`."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

Result = TypeVar("Result")


def at_once(*actions: Callable[[], Result]) -> list[Result]:
    """Carry the actions out at once, each in a thread and on a connection of its own; what they give, in order."""
    barrier = threading.Barrier(len(actions))

    def carried_out(action: Callable[[], Result]) -> Result:
        try:
            barrier.wait()
            return action()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(carried_out, actions))
