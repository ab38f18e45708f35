"""Places in a text that are filled when it is read: `{name}`, `{name:format}` and `{name:format|default}`.

Names: `ref.from` and `ref.to` (the wave's reference period), `organisation` (the name of the unit), `bg.<variable>` of
the frame, `item.<key>` for an earlier answer. Formats: year, date, number, percent, list. Everything but the
reference period needs a default, because a register or a respondent may leave it out. A brace that is meant as one
is written twice.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

FORMATS = ("year", "date", "number", "percent", "list")
REFERENCE = ("ref.from", "ref.to")
ORGANISATION = "organisation"
PLACE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
FORM = re.compile(r"([a-z][a-z0-9_.]*)(?::([a-z]+))?(?:\|(.*))?", re.DOTALL)


class PlaceholderError(ValueError):
    """A placeholder that is not of the language; the message says what was expected and what stood there."""


@dataclass(frozen=True)
class Placeholder:
    name: str
    format: str = ""
    default: str = ""

    @property
    def item(self) -> str:
        """The item whose answer is meant; empty for another value."""
        return self.name.removeprefix("item.") if self.name.startswith("item.") else ""

    @property
    def variable(self) -> str:
        """The background variable that is meant; empty for another value."""
        return self.name.removeprefix("bg.") if self.name.startswith("bg.") else ""


Piece = str | Placeholder


def pieces(text: str) -> tuple[Piece, ...]:
    """The text cut at its placeholders.

    Raises:
        PlaceholderError: a lone brace, an unknown name or format, or no default where one is needed.
    """
    found: list[Piece] = []
    position = 0
    for match in PLACE.finditer(text):
        found.append(text[position : match.start()])
        position = match.end()
        if match.group() in ("{{", "}}"):
            found.append(match.group()[0])
        elif match.group() in ("{", "}"):
            raise PlaceholderError(
                f"Expected a placeholder such as {{organisation|the workplace}}, got a lone {match.group()}."
            )
        else:
            found.append(placeholder(match.group(1)))
    found.append(text[position:])
    return tuple(piece for piece in found if piece != "")


def placeholder(inner: str) -> Placeholder:
    """The placeholder that stands between two braces. Raises PlaceholderError as `pieces`."""
    match = FORM.fullmatch(inner)
    if match is None:
        raise PlaceholderError(f"Expected name, name:format or name:format|default in braces, got {inner!r}.")
    found = Placeholder(match.group(1), match.group(2) or "", match.group(3) or "")
    if found.name not in (*REFERENCE, ORGANISATION) and not found.item and not found.variable:
        expected = f"{', '.join((*REFERENCE, ORGANISATION))}, bg.<variable> or item.<key>"
        raise PlaceholderError(f"Expected the name {expected}, got {found.name!r}.")
    if found.format and found.format not in FORMATS:
        raise PlaceholderError(f"Expected one of the formats {', '.join(FORMATS)}, got {found.format!r}.")
    if found.name in REFERENCE and found.format not in ("year", "date"):
        raise PlaceholderError(f"Expected {found.name}:year or {found.name}:date, got {inner!r}.")
    if found.name not in REFERENCE and not found.default:
        raise PlaceholderError(f"Expected a default after |, got {inner!r}: the value may be missing.")
    return found


def placeholders(text: str) -> tuple[Placeholder, ...]:
    """The placeholders of a text in order. Raises PlaceholderError as `pieces`."""
    return tuple(piece for piece in pieces(text) if isinstance(piece, Placeholder))


def names(text: str) -> frozenset[str]:
    """The names that the text fills in; nothing for a text whose placeholders are broken (the linter says so)."""
    try:
        return frozenset(found.name for found in placeholders(text))
    except PlaceholderError:
        return frozenset()


def filled(text: str, value_of: Callable[[Placeholder], str]) -> str:
    """The text with every placeholder replaced. `value_of` gives what to write; an empty value takes the default."""
    if "{" not in text and "}" not in text:
        return text
    return "".join(piece if isinstance(piece, str) else (value_of(piece) or piece.default) for piece in pieces(text))


def blank(text: str) -> str:
    """The text for somebody who is not known: every placeholder by its default, the reference period by its name."""
    return filled(text, lambda place: "…" if place.name in REFERENCE else "")


def fillings(text: str) -> Counter[str]:
    """How often the text fills in what, each as name or name:format; nothing for one whose placeholders are broken."""
    try:
        found = placeholders(text)
    except PlaceholderError:
        return Counter()
    return Counter(f"{one.name}:{one.format}" if one.format else one.name for one in found)


def differing(source: str, translation: str) -> tuple[frozenset[str], frozenset[str]]:
    """What the source alone fills in, or more often, and what the translation alone does, or more often."""
    one, other = fillings(source), fillings(translation)
    return frozenset(one - other), frozenset(other - one)


def unknown_names(text: str, variables: Iterable[str], items: Mapping[str, object]) -> frozenset[str]:
    """Names of background variables and items that the instrument does not have."""
    known = set(variables)
    return frozenset(
        found.name
        for found in placeholders(text)
        if (found.variable and found.variable not in known) or (found.item and found.item not in items)
    )
