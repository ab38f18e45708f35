from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, settings: pytest.FixtureRequest) -> Path:
    """Datasets of a test are files of that test alone."""
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    return tmp_path
