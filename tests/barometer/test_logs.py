"""The log holds no link of a respondent, whoever writes it."""

import logging
import logging.config
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client

from barometer.logs import WithoutLinks

TOKEN = "WSvrMjy-TrNgoj7nP1fTTg"


@pytest.fixture
def written() -> Iterator[list[str]]:
    """What a handler with the formatter of the settings writes."""
    lines: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    keeper = Keeper()
    keeper.setFormatter(WithoutLinks(settings.LOGGING["formatters"]["line"]["format"]))
    loggers = [logging.getLogger(name) for name in ("django.request", "gunicorn.error")]
    for logger in loggers:
        logger.addHandler(keeper)
    yield lines
    for logger in loggers:
        logger.removeHandler(keeper)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "way"), [("get", "/s/"), ("post", "/s/"), ("get", "/cases/own/"), ("get", "/cases/copying/")]
)
def test_a_link_that_does_not_work_is_logged_without_its_token(written: list[str], method: str, way: str) -> None:
    getattr(Client(enforce_csrf_checks=True), method)(f"{way}{TOKEN}")
    assert len(written) == 1
    assert f"{way}[link]" in written[0]
    assert TOKEN not in written[0]


def test_a_traceback_is_written_without_it_too(written: list[str]) -> None:
    try:
        raise ValueError(f"cannot answer '/s/{TOKEN}'")
    except ValueError:
        logging.getLogger("gunicorn.error").exception("Error handling request GET /s/%s", TOKEN)
    assert "ValueError: cannot answer '/s/[link]'" in written[0]
    assert TOKEN not in written[0]


def test_other_addresses_stay_as_they_are(written: list[str]) -> None:
    logging.getLogger("django.request").error("Not Found: /desk/nordic/waves/2027/")
    assert written[0].endswith("Not Found: /desk/nordic/waves/2027/")


def test_every_handler_of_the_settings_writes_so_and_the_web_server_has_none_of_its_own() -> None:
    assert {handler["formatter"] for handler in settings.LOGGING["handlers"].values()} == {"line"}
    assert settings.LOGGING["formatters"]["line"]["()"] == "barometer.logs.WithoutLinks"
    assert settings.LOGGING["loggers"]["gunicorn.error"] == {"handlers": [], "propagate": True}
