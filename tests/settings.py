"""The project's settings for the tests, in a folder of their own: nothing a test writes lands in the project's var/."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "DATA_DIR" not in os.environ:
    folder = tempfile.mkdtemp(prefix="barometer-tests-")
    os.environ["DATA_DIR"] = folder
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
os.environ.pop("DEMO", None)
os.environ.setdefault("REFERENCE_DIR", str(Path(__file__).resolve().parent.parent.parent / "shared" / "reference"))

from barometer.settings import *  # noqa: F403 - the environment above must stand before they are read
from barometer.settings import DATA_DIR, DATABASES

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as in use: SQLite's database in memory knows no waiting for another thread's lock.
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / f"test-{worker}.sqlite3")}

WHITENOISE_AUTOREFRESH = True  # each test client would list every file of styles and scripts first
API_CALLS = 0  # tests call as fast as they can; what limits them is tested by setting it
PUBLIC_PAGES_HOLD_SECONDS = 0.0  # a test changes what is published within a moment
