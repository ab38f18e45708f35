"""With what a run was made: the code, the locked packages, the versions of what computes."""

import hashlib
import platform
import shutil
import subprocess
import tomllib
from functools import cache
from importlib.metadata import version
from pathlib import Path

COMPUTING = ("numpy", "scipy", "pandas", "pyarrow")
COMPUTING_CODE = ("analytics/core", "analytics/pipeline", "analytics/checks.py", "surveys/instrument")


def lock_hash(root: Path) -> str:
    """SHA-256 of requirements.lock; empty where the installation came without one."""
    lock = root / "requirements.lock"
    return hashlib.sha256(lock.read_bytes()).hexdigest() if lock.exists() else ""


def code_version(root: Path) -> str:
    """What git says of the checkout (with -dirty when files differ from it), else the version of the project."""
    git = shutil.which("git")
    if git and (root / ".git").exists():
        described = subprocess.run(  # noqa: S603 - a fixed command, no shell
            [git, "-C", str(root), "describe", "--always", "--dirty", "--tags"],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
        if described.returncode == 0:
            return described.stdout.strip()[:60]
    return str(tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


@cache
def computing_hash() -> str:
    """SHA-256 of the code that turns a dataset into estimates, and of the packages it computes with.

    A change elsewhere (a page, a text) leaves it as it is, so that results stay known over releases of the software.
    """
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256(repr(sorted(environment().items())).encode())
    for place in COMPUTING_CODE:
        path = root / place
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(f"{file.relative_to(root)}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def environment() -> dict[str, str]:
    return {"python": platform.python_version(), "machine": platform.machine()} | {
        name: version(name) for name in COMPUTING
    }
