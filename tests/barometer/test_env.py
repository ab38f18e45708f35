"""Settings that make no sense are refused, with the way to mend them."""

import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from barometer import env


def test_a_flag_is_yes_or_no(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DEMO", "yes")
    assert env.flag("DEMO") is True
    monkeypatch.setenv("DEMO", "0")
    assert env.flag("DEMO") is False
    monkeypatch.setenv("DEMO", "maybe")
    with pytest.raises(ImproperlyConfigured, match="DEMO: expected 1 or 0, got 'maybe'"):
        env.flag("DEMO")


@pytest.mark.parametrize("given", ["0", "70000", "eighty", "-1"])
def test_a_number_outside_its_range_is_refused(monkeypatch: pytest.MonkeyPatch, given: str):
    monkeypatch.setenv("EMAIL_PORT", given)
    with pytest.raises(ImproperlyConfigured, match="EMAIL_PORT: expected a whole number from 1 to 65535"):
        env.number("EMAIL_PORT", 587, low=1, high=65535)


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "key").write_text("k" * 40 + "\n")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    assert env.secret("SECRET_KEY", tmp_path) == "k" * 40
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "absent"))
    with pytest.raises(ImproperlyConfigured, match=r"SECRET_KEY_FILE points to .* which cannot be read"):
        env.secret("SECRET_KEY", tmp_path)


def test_a_secret_is_made_once_and_kept_for_its_owner_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.delenv("TOKEN_PEPPER", raising=False)
    made = env.secret("TOKEN_PEPPER", tmp_path / "new")
    assert len(made) >= 32
    assert env.secret("TOKEN_PEPPER", tmp_path / "new") == made
    assert stat.S_IMODE((tmp_path / "new" / "token_pepper").stat().st_mode) == 0o600


def test_a_short_secret_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("SECRET_KEY", "short")
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY: expected at least 32 characters, got 5"):
        env.secret("SECRET_KEY", tmp_path)


def test_sqlite_takes_the_write_lock_first_and_commits_to_disk():
    found = env.database("sqlite:////data/barometer.sqlite3")
    assert found["NAME"] == "/data/barometer.sqlite3"
    options = found["OPTIONS"]
    assert isinstance(options, dict)
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]
    assert "synchronous=FULL" in options["init_command"]


def test_postgresql_is_read_from_its_address():
    found = env.database("postgresql://ola:hem%20lig@db.example.org:5433/barometer")
    assert {key: found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "NAME": "barometer",
        "USER": "ola",
        "PASSWORD": "hem lig",
        "HOST": "db.example.org",
        "PORT": "5433",
    }


@pytest.mark.parametrize("given", ["mysql://localhost/x", "sqlite://", "postgresql://localhost", "barometer.sqlite3"])
def test_another_database_is_refused(given: str):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL: expected"):
        env.database(given)


@pytest.mark.parametrize("given", ["filesystem://", "sqla+sqlite:///x", "localhost:6379", ""])
def test_a_broker_that_loses_jobs_is_refused(given: str):
    with pytest.raises(ImproperlyConfigured, match="BROKER_URL: expected memory://"):
        env.broker(given)


def test_a_demonstration_answers_to_this_machine_only(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "127.0.0.1,barometer.example.org")
    assert env.hosts(demo=False) == ["127.0.0.1", "barometer.example.org"]
    with pytest.raises(ImproperlyConfigured, match=r"this machine only, got barometer\.example\.org"):
        env.hosts(demo=True)
