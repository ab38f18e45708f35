"""What holds for every test."""

import os
from collections.abc import Iterator

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

# The same examples every time, and no failure because the machine was busy.
BY_NIGHT = bool(os.environ.get("NIGHTLY"))
settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    max_examples=300 if BY_NIGHT else 40,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("steady")


NIGHTLY = "left for the night: make nightly"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What would make the suite too long to run at every change is skipped, and says so, unless NIGHTLY is set."""
    if BY_NIGHT:
        return
    for item in items:
        if item.get_closest_marker("nightly"):
            item.add_marker(pytest.mark.skip(reason=NIGHTLY))


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """No test speaks the language that the last request of another one left behind."""
    translation.deactivate()
    yield
    translation.deactivate()
