"""Every example of docs/howto/open_api.md runs, and prints what the page says that it prints."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.publication.api.serving import served
from tests.publication.api.stand import two_waves

pytestmark = pytest.mark.django_db

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "howto" / "open_api.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(python|sh|r)\n(.*?)```(?:\n\n```text\n(.*?)```)?", re.DOTALL)
EXAMPLES = BLOCK.findall(PAGE)
PROGRAMS = {"python": [sys.executable, "-c"], "sh": ["sh", "-c"], "r": ["Rscript", "-e"]}
NEEDS = {"sh": "curl", "r": "Rscript"}


@pytest.fixture
def site() -> Iterator[str]:
    two_waves()
    with served() as address:
        yield address


def test_the_page_has_examples_in_python_r_and_curl() -> None:
    assert {language for language, _code, _printed in EXAMPLES} == set(PROGRAMS)
    assert len(EXAMPLES) == PAGE.count("```") // 2 - PAGE.count("```text")


@pytest.mark.parametrize(("language", "code", "printed"), EXAMPLES)
def test_an_example_prints_what_the_page_says(site: str, language: str, code: str, printed: str) -> None:
    if language in NEEDS and shutil.which(NEEDS[language]) is None:
        pytest.skip(f"{NEEDS[language]} is not installed")
    mine = code.replace("https://barometer.example", site)
    done = subprocess.run([*PROGRAMS[language], mine], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    if printed:
        assert done.stdout == printed
    else:
        assert "61.3" in done.stdout
        assert "onstructed" in done.stdout
