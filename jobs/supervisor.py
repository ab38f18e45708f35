"""One command, one process tree: starts programs, starts them again when they die, and leaves none behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Event
from types import FrameType

PR_SET_PDEATHSIG = 1
LOOK_EVERY_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 30.0
STEADY_AFTER_SECONDS = 60.0
"""A program that ran this long is healthy: its next death counts as the first."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """What to run, and the signal the kernel sends it when the supervisor itself is killed."""

    name: str
    command: Sequence[str]
    orphan_signal: signal.Signals


class Supervised:
    """A program and the process that runs it now."""

    def __init__(self, program: Program, report: Callable[[str], None]) -> None:
        self.program = program
        self._report = report
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._start_at = 0.0
        self._deaths = 0

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def look_after(self) -> None:
        """Start it when it is due; when it has died, decide when it is."""
        if self._process is not None and not self.is_running:
            self._bury(self._process)
        if self._process is None and time.monotonic() >= self._start_at:
            self._started_at = time.monotonic()
            self._process = subprocess.Popen(  # noqa: S603 - our own commands
                self.program.command,
                stdin=subprocess.DEVNULL,
                process_group=0,  # a Ctrl-C in the terminal reaches the supervisor only
                preexec_fn=_dies_with(os.getpid(), self.program.orphan_signal),  # noqa: PLW1509 - no threads here
            )

    def terminate(self) -> None:
        """Ask the main process to end; it knows what its own children have in hand."""
        if self._process is not None and self.is_running:
            self._process.terminate()

    def kill(self) -> None:
        """End the whole group at once, whoever is left in it."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _bury(self, process: subprocess.Popen[bytes]) -> None:
        lived = time.monotonic() - self._started_at
        self._deaths = 1 if lived > STEADY_AFTER_SECONDS else self._deaths + 1
        pause = min(0.25 * 2**self._deaths, LONGEST_PAUSE_SECONDS)
        self.kill()  # children of the dead process would hold its port
        self._process = None
        self._start_at = time.monotonic() + pause
        self._report(f"{self.program.name} ended ({_ending(process.returncode)}); starts again in {pause:g} s.")


class Supervisor:
    """Runs programs until a signal asks it to stop."""

    def __init__(self, programs: Sequence[Program], *, grace_seconds: float, report: Callable[[str], None]) -> None:
        self._children = [Supervised(program, report) for program in programs]
        self._grace_seconds = grace_seconds
        self._report = report
        self._stops = 0
        self._wake = Event()

    def run(self) -> None:
        """Keep the programs running; return when they have all ended after SIGINT, SIGTERM or SIGHUP."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            while not self._stops:
                for child in self._children:
                    child.look_after()
                self._wake.wait(LOOK_EVERY_SECONDS)
            self._stop()
        finally:
            for child in self._children:
                child.kill()

    def _stop(self) -> None:
        """Let work in hand be finished; a second signal or the end of the grace period ends it."""
        for child in self._children:
            child.terminate()
        deadline = time.monotonic() + self._grace_seconds
        while any(child.is_running for child in self._children):
            if self._stops > 1 or time.monotonic() > deadline:
                self._report("Stopped without waiting longer; a job that was running runs again after the next start.")
                return
            time.sleep(LOOK_EVERY_SECONDS)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stops += 1
        self._wake.set()


def _ending(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


def _dies_with(parent: int, orphan_signal: signal.Signals) -> Callable[[], None] | None:
    """Runs in the child before its program: the kernel signals it when the parent dies. Linux only."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def ask_the_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, orphan_signal, 0, 0, 0)
        if os.getppid() != parent:  # the parent died before the kernel was asked
            os.kill(os.getpid(), signal.SIGKILL)

    return ask_the_kernel
