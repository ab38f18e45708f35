"""What holds for the whole tree and no import contract can say."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("barometer", "jobs", "surveys", "analytics", "publication")
ALLOWED_AT_THE_TOP = {
    *APPS,
    "templates",
    "static",
    "locale",
    "docs",
    "tests",
    "benchmarks",
}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "services", "misc", "core_app"}


def tracked(*patterns: str) -> list[Path]:
    listing = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / line for line in listing.stdout.splitlines() if (ROOT / line).is_file()]


def sources() -> list[Path]:
    return [
        path
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts and "__pycache__" not in path.parts
    ]


def functions(path: Path) -> list[ast.FunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def test_the_top_level_holds_the_rooms_of_the_design_and_nothing_else():
    folders = {path.relative_to(ROOT).parts[0] for path in tracked() if len(path.relative_to(ROOT).parts) > 1}
    assert {name for name in folders if not name.startswith(".")} <= ALLOWED_AT_THE_TOP


def test_no_room_is_a_junk_drawer():
    names = {path.stem for path in sources()} | {path.parent.name for path in sources()}
    assert names & FORBIDDEN_NAMES == set()


def test_no_file_is_longer_than_400_lines():
    long = {str(path.relative_to(ROOT)) for path in sources() if len(path.read_text().splitlines()) > 400}
    assert long == set()


def test_no_function_is_longer_than_60_lines():
    long = {
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in sources()
        for node in functions(path)
        if (node.end_lineno or 0) - node.lineno + 1 > 60
    }
    assert long == set()


def test_views_are_thin():
    long = {
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in sources()
        if "views" in path.parts
        for node in functions(path)
        if (node.end_lineno or 0) - (node.body[0].lineno if node.body else node.lineno) + 1 > 25
    }
    assert long == set()


def test_tasks_only_fetch_and_delegate():
    long = {
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in sources()
        if path.name == "tasks.py" and path.parent.name != "jobs"
        for node in functions(path)
        if (node.end_lineno or 0) - node.lineno + 1 > 8
    }
    assert long == set()


def test_templates_are_short_and_hold_no_inline_script_or_style():
    faults = set()
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        if len(text.splitlines()) > 150:
            faults.add(f"{path.relative_to(ROOT)}: longer than 150 lines")
        # A block of data of another type than a script's runs nothing.
        if re.search(r'<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=| type="application/ld\+json">)', text):
            faults.add(f"{path.relative_to(ROOT)}: inline script or style")
    assert faults == set()


def test_state_changes_only_in_actions():
    """No view, task, template tag or api module writes to the database itself."""
    write = re.compile(
        r"\.save\((?:\)|update_fields)|\.bulk_(?:create|update)\(|(?:objects|\.filter\(.*\))\."
        r"(?:create|update|delete|get_or_create|update_or_create)\("
    )
    faults = {
        f"{path.relative_to(ROOT)}: {match.group(0)}"
        for path in sources()
        if {"views", "api", "queries"} & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}
        or path.name in ("tasks.py", "forms.py")
        if path.relative_to(ROOT).parts[0] != "jobs"
        for match in write.finditer(path.read_text(encoding="utf-8"))
    }
    assert faults == set()


def test_the_web_process_is_light():
    """Importing everything a request can reach loads neither the heavy libraries nor Celery."""
    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE']='barometer.settings'; django.setup(); "
        "import barometer.urls, barometer.wsgi; "
        "print(sorted({'pandas','scipy','pyarrow','celery'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_locks_name_no_address():
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text()
        assert "http" not in text
        assert "--hash=sha256:" in text


def test_every_dependency_says_why_it_is_there():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = text.split("dependencies = [", 1)[1].split("\n]", 1)[0]
    lines = [line for line in block.splitlines() if line.strip().startswith('"')]
    assert len(lines) < 20
    assert [line for line in lines if "#" not in line] == []


def test_every_module_of_the_pure_packages_opens_with_a_sentence():
    pure = (
        "surveys/instrument",
        "analytics/core",
        "publication/disclosure",
        "publication/charts",
        "publication/formats",
    )
    mute = {
        str(path.relative_to(ROOT))
        for folder in pure
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    }
    assert mute == set()


def test_nothing_names_a_machine_or_a_registry():
    words = re.compile(r"/home/|/Users/|pypi\.org|python" r"hosted|npmjs\.(?:org|com)|deb\.debian")
    faults = {
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.suffix in (".py", ".md", ".toml", ".lock", ".html", ".yaml", ".json", ".txt", "")
        and path != Path(__file__).resolve()
        and words.search(path.read_text(encoding="utf-8", errors="ignore"))
    }
    assert faults == set()
