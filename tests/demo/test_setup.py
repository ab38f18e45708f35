"""Setting up: a machine without a fitting Python is told so in one line, and catalogues compile without msgfmt."""

import gettext
import subprocess
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

ROOT = Path(__file__).parents[2]
CATALOGUE = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "Previous"
msgstr "Forrige"
"""


def environment(pythons: str, folder: Path, path: str) -> tuple[int, list[str]]:
    done = subprocess.run(
        ["/bin/sh", str(ROOT / ".ci" / "environment"), str(folder)],
        env={"PATH": path, "PYTHONS": pythons},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, (done.stdout + done.stderr).splitlines()


def script(folder: Path, name: str, body: str) -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


def test_an_old_python_is_one_line_that_names_the_package(tmp_path: Path) -> None:
    old = script(tmp_path, "python3.9", "exit 1")
    code, lines = environment(f"{old} no-such-python", tmp_path / "venv", "/usr/bin:/bin")
    assert (code, len(lines)) == (1, 1)
    assert "apt install python3 python3-venv" in lines[0]


def test_a_python_without_venv_is_one_line_that_names_the_package(tmp_path: Path) -> None:
    bare = script(
        tmp_path, "python3.12", 'case "$2" in *venv*) exit 1;; *print*) echo 3.12;; esac'
    )  # new enough, and its venv module is missing
    code, lines = environment(bare, tmp_path / "venv", str(tmp_path))
    assert (code, len(lines)) == (1, 1)
    assert "apt install python3.12-venv" in lines[0]


def test_a_catalogue_is_compiled_and_left_alone_when_it_is_new_enough(tmp_path: Path, settings: Settings) -> None:
    source = tmp_path / "nb" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(CATALOGUE, encoding="utf-8")
    settings.LOCALE_PATHS = [tmp_path]
    call_command("compile_catalogues", verbosity=0)
    assert gettext.translation("django", tmp_path, ["nb"]).gettext("Previous") == "Forrige"
    written = source.with_suffix(".mo").stat().st_mtime_ns
    call_command("compile_catalogues", verbosity=0)
    assert source.with_suffix(".mo").stat().st_mtime_ns == written


def test_a_broken_catalogue_is_named(tmp_path: Path, settings: Settings) -> None:
    source = tmp_path / "nb" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text('msgid "a"\nnonsense\n', encoding="utf-8")
    settings.LOCALE_PATHS = [tmp_path]
    with pytest.raises(CommandError, match="cannot be compiled"):
        call_command("compile_catalogues", verbosity=0)
