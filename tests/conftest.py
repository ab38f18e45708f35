"""Settings that hold for every test, and what is skipped where a service does not answer."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The same examples every time, and no failure because the machine was busy.
settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

# Before Django reads its settings: nothing a test writes may land in the project's var/.
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="barometer-tests-"))
os.environ.setdefault("REFERENCE_DIR", str(Path(__file__).resolve().parent.parent.parent / "shared" / "reference"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """SQLite as a file, as in use: its database in memory knows no waiting for another thread's lock."""
    from django.db import connections

    connection = connections["default"]
    if connection.vendor == "sqlite":
        name = Path(os.environ["DATA_DIR"]) / f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(name)
