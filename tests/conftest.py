"""What holds for every test."""

from hypothesis import HealthCheck, settings

# The same examples every time, and no failure because the machine was busy.
settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")
