"""Texts put into a YAML file with everything else left as it stands: comments, order and the way lines are broken."""

import re
from collections.abc import Iterator, Mapping
from textwrap import indent, wrap
from typing import TypeAlias

import yaml
from yaml.reader import Reader

from surveys.instrument.directory import Dumper, written_yaml
from surveys.instrument.safe_yaml import Loader, parse_yaml

Tree: TypeAlias = Mapping[str, "str | Tree"]
Edit: TypeAlias = tuple[int, int, str]  # from, to, and what stands there instead

WIDTH = 120
STEP = 2
BREAKS = re.compile("[\n\r\t\x85\u2028\u2029]")


def with_values(content: str, values: Tree) -> str:
    """The content of a file with these values: what is there is replaced, what is not comes behind its neighbours.

    Where that cannot be done beside the rest, the whole file is written anew and loses its comments.
    """
    wanted = merged(data_of(content), values)
    root = yaml.compose(content, Loader=Loader)
    if isinstance(root, yaml.MappingNode):
        written = applied(content, list(edits(content, root, values)))
    else:
        written = content + block(values, 0)
    return written if means(written, wanted) else written_anew(wanted)


def with_section(content: str, name: str, values: Mapping[str, str]) -> str:
    """The content with the mapping of this name replaced as a whole; without it where there are no values."""
    wanted = {key: value for key, value in merged(data_of(content), {}).items() if key != name}
    wanted |= {name: dict(values)} if values else {}
    lines = block({name: values}, 0) if values else ""
    root = yaml.compose(content, Loader=Loader)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    written = f"{content.rstrip()}\n\n{lines}"
    for key, value in pairs:
        if key.value == name:
            stop = end_of_line(content, end_of(content, value)) + 1
            written = f"{content[: key.start_mark.index]}{lines}{content[stop:]}"
    if not lines:
        written = f"{written.rstrip()}\n"
    return written if means(written, wanted) else written_anew(wanted)


def written_anew(wanted: object) -> str:
    """The whole file; everything in quotes where it reads as something else without, which odd line breaks do."""
    plain = written_yaml(wanted)
    return plain if means(plain, wanted) else yaml.dump(wanted, Dumper=Dumper, sort_keys=False, default_style='"')


def data_of(content: str) -> object:
    return parse_yaml(content.encode(), name="texts")


def means(content: str, wanted: object) -> bool:
    try:
        return data_of(content) == wanted
    except ValueError:
        return False


def merged(data: object, values: Tree) -> dict[str, object]:
    """The data of the file with the values."""
    whole = dict(data) if isinstance(data, dict) else {}
    for name, value in values.items():
        whole[name] = value if isinstance(value, str) else merged(whole.get(name), value)
    return whole


def edits(content: str, node: yaml.MappingNode, values: Tree) -> Iterator[Edit]:
    """What to replace and insert. Of several insertions at one place the deepest comes first."""
    known = {key.value: (key, value) for key, value in node.value}
    column = node.start_mark.column
    new: dict[str, str | Tree] = {}
    for name, value in values.items():
        key, present = known.get(name, (None, None))
        if present is None:
            new[name] = value
        elif isinstance(present, yaml.MappingNode) and not isinstance(value, str):
            yield from edits(content, present, value)
        else:
            text = inline(value) if node.flow_style else written(value, column, room_before(name, column))
            yield key.end_mark.index, end_of(content, present), f":{text}"
    if new and node.flow_style:
        stop = node.end_mark.index - 1
        between = ", " if known else ""
        yield stop, stop, between + ", ".join(f"{name_of(name)}:{inline(value)}" for name, value in new.items())
    elif new:
        stop = end_of_line(content, end_of(content, node))
        gap = "\n\n" if column == 0 else "\n"
        yield stop, stop, "".join(gap + block({name: value}, column).rstrip("\n") for name, value in new.items())


def applied(content: str, changes: list[Edit]) -> str:
    for start, stop, text in sorted(changes, key=lambda change: change[0])[::-1]:  # last first
        content = content[:start] + text + content[stop:]
    return content


def end_of(content: str, node: yaml.Node) -> int:
    """Where a value ends, without the blank lines behind it, which the parser counts in."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return end_of(content, node.value[-1][1])
    start = node.start_mark.index
    return start + len(content[start : node.end_mark.index].rstrip())


def end_of_line(content: str, position: int) -> int:
    found = content.find("\n", position)
    return len(content) if found < 0 else found


def block(values: Tree, column: int) -> str:
    """The values as lines from this column on."""
    lines = (
        f"{' ' * column}{name_of(name)}:{written(value, column, room_before(name, column))}\n"
        for name, value in values.items()
    )
    return "".join(lines)


def room_before(name: str, column: int) -> int:
    return column + len(name) + 2


def written(value: str | Tree, column: int, before: int) -> str:
    """What stands behind the colon of a name that begins in this column."""
    if not isinstance(value, str):
        return "\n" + block(value, column + STEP).rstrip("\n") if value else " {}"
    plain = scalar(value)
    if before + len(plain) <= WIDTH or not foldable(value):
        return f" {plain}"
    margin = " " * (column + STEP)
    return " >-\n" + indent("\n".join(folded(value, WIDTH - len(margin))), margin)


def folded(value: str, width: int) -> list[str]:
    return wrap(value, width, break_long_words=False, break_on_hyphens=False)


def foldable(value: str) -> bool:
    return " ".join(folded(value, WIDTH)) == value and not BREAKS.search(value) and not not_printable(value)


def not_printable(value: str) -> bool:
    return Reader.NON_PRINTABLE.search(value) is not None


def inline(value: str | Tree) -> str:
    """The value as it stands in braces, on one line."""
    if isinstance(value, str):
        return f" {dumped(value, style=chr(34))}"
    return " {" + ", ".join(f"{name_of(name)}:{inline(part)}" for name, part in value.items()) + "}"


def name_of(name: str) -> str:
    """The name as it is written: `yes` and `no` are texts for our reader, and codes of half the questionnaire."""
    return name if name in ("yes", "no") else scalar(name)


def scalar(value: str) -> str:
    """The text on one line, in quotes where it needs them."""
    plain = dumped(value, style=None)
    return plain if plain == value else dumped(value, style='"')


def dumped(value: str, style: str | None) -> str:
    whole = yaml.dump(value, Dumper=Dumper, allow_unicode=True, width=10**9, default_style=style)
    return whole.removesuffix("\n").removesuffix("\n...")
