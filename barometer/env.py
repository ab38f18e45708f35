"""Settings from the environment: read once, refused when they make no sense, with the way to mend them."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def text(name: str, default: str = "") -> str:
    """The variable, or the content of the file that NAME_FILE points to."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(
                f"{name}_FILE points to {file}, which cannot be read: {error.strerror}."
            ) from error
    return os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in TRUE:
        return True
    if value.lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{name}: expected 1 or 0, got {value!r}. Set {name}=1 or {name}=0.")


def number(name: str, default: int, *, low: int, high: int) -> int:
    value = os.environ.get(name, str(default))
    if not value.isdigit() or not low <= int(value) <= high:
        raise ImproperlyConfigured(f"{name}: expected a whole number from {low} to {high}, got {value!r}.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def country_files(name: str) -> dict[str, Path]:
    """Country -> file, from COUNTRY=PATH with commas between. What the files hold is checked by who reads them."""
    found: dict[str, Path] = {}
    for word in words(name):
        country, is_given, path = word.partition("=")
        if not (is_given and country and path) or country in found:
            raise ImproperlyConfigured(
                f"{name}: expected COUNTRY=PATH with commas between, each country once, got {word!r}. "
                f"Set for example {name}=NO=/srv/norway.geojson."
            )
        found[country] = Path(path).absolute()
    return found


def secret(name: str, folder: Path) -> str:
    """A secret from the environment, or one made on first use and kept in `folder` for its owner only."""
    given = text(name)
    if given:
        if len(given) < 32:
            raise ImproperlyConfigured(f"{name}: expected at least 32 characters, got {len(given)}. Use a longer one.")
        return given
    path = folder / name.lower()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with open(path, "x", encoding="ascii", opener=lambda p, f: os.open(p, f, 0o600)) as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name}: cannot keep a generated secret in {folder}: {error.strerror}. "
            f"Set {name}, or set DATA_DIR to a folder that can be written."
        ) from error
    value = path.read_text(encoding="ascii").strip()
    if len(value) < 32:
        raise ImproperlyConfigured(
            f"{name}: the secret kept in {path} is cut short. Delete the file to make a new one."
        )
    return value


def folder(name: str, path: Path) -> Path:
    """The folder, made where it is missing; `name` is the setting that places it."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name}: cannot make the folder {path}: {error.strerror}. Set {name} to a folder that can be written."
        ) from error
    return path


def database(url: str) -> Mapping[str, object]:
    """Django's database settings for sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/NAME.

    SQLite: write-ahead log, every transaction takes the write lock at its start (a read that later writes
    would fail at once with "database is locked"), and each commit is on disk before it is acknowledged.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite" and parts.path not in ("", "/"):
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:]) if parts.netloc == "" else unquote(parts.path),
            "CONN_MAX_AGE": 600,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000;",
            },
        }
    if parts.scheme in ("postgres", "postgresql") and parts.path.strip("/"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ImproperlyConfigured(
        f"DATABASE_URL: expected sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/NAME, got {url!r}."
    )


def broker(url: str) -> str:
    """The broker's address: memory:// (inside the one worker process), redis://, rediss:// or amqp://."""
    if url == "memory://" or urlsplit(url).scheme in ("redis", "rediss", "amqp", "amqps"):
        return url
    raise ImproperlyConfigured(
        f"BROKER_URL: expected memory://, redis://HOST:PORT/DB or amqp://USER:PASSWORD@HOST/VHOST, got {url!r}."
    )


def hosts(*, demo: bool) -> list[str]:
    """The host names the server answers to. A demonstration answers to this machine only."""
    given = words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
    outside = [host for host in given if host.strip("[]") not in LOOPBACK]
    if demo and outside:
        raise ImproperlyConfigured(
            f"ALLOWED_HOSTS: DEMO=1 answers to this machine only, got {', '.join(outside)}. "
            "Unset ALLOWED_HOSTS, or unset DEMO."
        )
    return given
