"""With what a run was made, read from the checkout or from the installed tree."""

import hashlib
from pathlib import Path

from analytics.provenance import code_version, environment, lock_hash


def test_the_lock_is_named_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "requirements.lock").write_bytes(b"numpy==2.4.0\n")
    assert lock_hash(tmp_path) == hashlib.sha256(b"numpy==2.4.0\n").hexdigest()


def test_an_installation_without_a_lock_says_so(tmp_path: Path) -> None:
    assert lock_hash(tmp_path) == ""


def test_without_git_the_version_is_that_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "barometer"\nversion = "1.2.3"\n', encoding="utf-8")
    assert code_version(tmp_path) == "1.2.3"


def test_the_environment_names_what_computes() -> None:
    assert set(environment()) == {"python", "machine", "numpy", "scipy", "pandas", "pyarrow"}
