"""Texts put into a JSON file: its names keep their order, and its lines their depth of indentation."""

import json
import re
from collections.abc import Mapping

from surveys.instrument.translations.yaml_text import Tree, data_of, merged

INDENTATION = re.compile(r"^([ \t]+)\S", re.MULTILINE)


def with_values(content: str, values: Tree) -> str:
    """The content of a file with these values: what is there is replaced, what is not comes last."""
    return written(merged(data_of(content), values), content)


def with_section(content: str, name: str, values: Mapping[str, str]) -> str:
    """The content with the mapping of this name replaced as a whole; without it where there are no values."""
    whole = {**merged(data_of(content), {}), name: dict(values)}
    return written({key: value for key, value in whole.items() if key != name or values}, content)


def written(whole: Mapping[str, object], content: str) -> str:
    """As JSON, indented as the content is."""
    found = INDENTATION.search(content)
    return json.dumps(whole, ensure_ascii=False, indent=found.group(1) if found else 1) + "\n"
