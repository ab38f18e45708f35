"""R and Python's svy, each in a process of its own, on columns written as plain binary files.

R is looked for as Rscript. svy is no dependency: SVY_PYTHON names a Python that has it (pip install svy==0.35.0).
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from benchmarks.side_by_side.measure import Cost

HERE = Path(__file__).parent
NO_SVY = "SVY_PYTHON names no Python that has svy: not compared (pip install svy==0.35.0 in an environment of its own)"


Columns = Mapping[str, NDArray[np.generic]]


class Given(Protocol):
    """What is timed on: so many rows, and columns by name."""

    @property
    def rows(self) -> int: ...

    @property
    def columns(self) -> Columns: ...


class PeerMissing(Exception):
    """Why there is no comparison, as a sentence."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What a peer found for a part of the job, by name, and what that took."""

    name: str
    cost: Cost
    found: Mapping[str, NDArray[np.float64]]


def with_r(job: str, given: Given, part: Columns, *, packages: tuple[str, ...]) -> Answer:
    """The job of benchmarks/<job>.R; its version is that of the first package. PeerMissing when one is not there."""
    program = shutil.which("Rscript")
    if program is None:
        raise PeerMissing("R is not installed: not compared (Debian: r-base-core, r-cran-survey)")
    for package in packages:
        if subprocess.run([program, "-e", f"library({package})"], capture_output=True, check=False).returncode:
            raise PeerMissing(f"R has no package {package}: not compared (Debian: r-cran-{package.lower()})")
    script = HERE.parent / f"{job}.R"
    command = [program, str(HERE / "peer.R"), str(script), ",".join(packages)]
    return _answered(f"R {packages[0]}", command, given, part)


def with_svy(job: str, given: Given, part: Columns, **_: object) -> Answer:
    """The function `job` of svy_peer.py. PeerMissing when no Python with svy is named."""
    program = os.environ.get("SVY_PYTHON", "")
    if not program or subprocess.run([program, "-c", "import svy"], capture_output=True, check=False).returncode:
        raise PeerMissing(NO_SVY)
    return _answered("svy", [program, str(HERE / "svy_peer.py"), job], given, part)


def _answered(name: str, command: list[str], given: Given, part: Columns) -> Answer:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _write(folder / "rows", given.columns)
        _write(folder / "part", part)
        (folder / "found").mkdir()
        done = subprocess.run([*command, place], capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{name} failed:\n{done.stderr}")
        version, wall, processor, megabytes = done.stdout.split()[-4:]
        found = {one.stem: np.fromfile(one, dtype=np.float64) for one in (folder / "found").glob("*.f8")}
    return Answer(f"{name} {version}", Cost(float(wall), float(processor), float(megabytes)), found)


def _write(folder: Path, columns: Columns) -> None:
    """A file a column: whole numbers as i4, others as f8, in the byte order of this machine."""
    folder.mkdir()
    for name, column in columns.items():
        kind = "i4" if column.dtype.kind in "iu" else "f8"
        column.astype(kind).tofile(folder / f"{name}.{kind}")
