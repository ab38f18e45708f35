"""Settings that hold for every test, and what is skipped where a service does not answer."""

import os
import tempfile
from pathlib import Path

# Before Django reads its settings: nothing a test writes may land in the project's var/.
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="barometer-tests-"))
os.environ.setdefault("REFERENCE_DIR", str(Path(__file__).resolve().parent.parent.parent / "shared" / "reference"))
