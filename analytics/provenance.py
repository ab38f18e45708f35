"""With what a run was made: the code, the locked packages, the versions of what computes."""

import hashlib
import platform
import shutil
import subprocess
import tomllib
from importlib.metadata import version
from pathlib import Path

COMPUTING = ("numpy", "scipy", "pandas", "pyarrow")


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


def environment() -> dict[str, str]:
    return {"python": platform.python_version(), "machine": platform.machine()} | {
        name: version(name) for name in COMPUTING
    }
