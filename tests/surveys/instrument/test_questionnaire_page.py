"""The example of docs/howto/questionnaire.md is a questionnaire, and the linter has nothing to say of it."""

import re
from pathlib import Path

from surveys.instrument.document import from_document, load_directory
from surveys.instrument.lint import lint
from surveys.instrument.routing import items_on_path

PAGE = Path(__file__).resolve().parents[3] / "docs" / "howto" / "questionnaire.md"
FILE = re.compile(r"^`([a-z]+/[a-z.]+\.yaml)`:\n\n```yaml\n(.*?)```", re.DOTALL | re.MULTILINE)


def test_the_example_reads_as_it_stands_and_is_without_fault(tmp_path: Path) -> None:
    files = FILE.findall(PAGE.read_text(encoding="utf-8"))
    assert len(files) == 4
    for name, content in files:
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(content, encoding="utf-8")
    instrument = from_document(load_directory(tmp_path, name="services"))
    assert lint(instrument) == ()
    asked = items_on_path(instrument, {"introduced": "yes", "kinds": ["digital", "other"]}, {"country": "NO"})
    assert asked == ("introduced", "staff", "kinds", "kinds.other_text", "started")
