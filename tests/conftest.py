"""What holds for every test."""

from collections.abc import Iterator

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

# The same examples every time, and no failure because the machine was busy.
settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """No test speaks the language that the last request of another one left behind."""
    translation.deactivate()
    yield
    translation.deactivate()
