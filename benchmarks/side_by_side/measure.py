"""What a piece of work takes: the median of its wall and processor time, and the memory above its input."""

import statistics
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock and of the processor (all threads), and the peak in MB above what was there before."""

    wall: float
    processor: float
    megabytes: float

    def scaled(self, part: float) -> "Cost":
        """The cost of the whole, from that of a part; memory does not grow with the number of estimates."""
        return Cost(self.wall / part, self.processor / part, self.megabytes)


def cost(work: Callable[[], T], *, times: int) -> tuple[Cost, T]:
    """Medians of `times` runs; memory is measured in a run of its own, since counting it takes time."""
    walls, processors = [], []
    for _ in range(times):
        wall, processor = time.perf_counter(), time.process_time()
        work()
        processors.append(time.process_time() - processor)
        walls.append(time.perf_counter() - wall)
    tracemalloc.start()
    found = work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return Cost(statistics.median(walls), statistics.median(processors), peak / 1e6), found
