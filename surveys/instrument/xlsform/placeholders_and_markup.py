"""One text between the two formats: `${name}` there, `{item.key|...}` here; markup there, plain words here."""

import re
from collections.abc import Mapping

from surveys.instrument.exchange import ExchangeRefused, Notes
from surveys.instrument.placeholders import PlaceholderError, pieces
from surveys.instrument.xlsform.columns import shortened
from surveys.instrument.xlsform.workbook import ACTIVE

TAG = re.compile(r"</?[A-Za-z][^<>]{0,2000}>|<!--[^<>]{0,2000}-->")
DEEPEST_TAG = 5
MARKDOWN = re.compile(
    r"\*\*[^*\s][^*]{0,2000}\*\*|__[^_\s][^_]{0,2000}__|\[[^][]{1,500}\]\([^()\s]{1,500}\)|^#{1,6} ", re.MULTILINE
)
REFERENCE = re.compile(r"\$\{\s*([^\s{}]+)\s*\}")
DEFAULT = "…"


def text_from(text: str, keys: Mapping[str, str]) -> str:
    """A text of a form as ours; `keys`: name of a question -> key of the item whose answer `${name}` shows.

    What names no question stays as it is written, with its braces doubled so that they mean themselves.
    """
    position = 0
    parts: list[str] = []
    for match in REFERENCE.finditer(text):
        parts.append(doubled(text[position : match.start()]))
        key = keys.get(match.group(1))
        parts.append(doubled(match.group()) if key is None else f"{{item.{key}|{DEFAULT}}}")
        position = match.end()
    parts.append(doubled(text[position:]))
    return "".join(parts)


def doubled(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def form_text(text: str, names: Mapping[str, str]) -> str:
    """A text of ours as a form shows it; `names`: key of an item -> name of its question.

    An earlier answer becomes `${name}`; every other placeholder its default. A brace after a dollar sign, which a form
    would take for a reference, is moved away from it.
    """
    try:
        parts = pieces(text)
    except PlaceholderError:
        return apart(text)
    shown: list[str] = []
    plain = ""
    for piece in parts:
        if not isinstance(piece, str) and piece.item in names:
            shown += [apart(plain), f"${{{names[piece.item]}}}"]
            plain = ""
        else:
            plain += piece if isinstance(piece, str) else (piece.default or DEFAULT)
    return "".join([*shown, apart(plain)])


def apart(text: str) -> str:
    return text.replace("${", "$ {")


def without_markup(text: str, place: str, notes: Notes) -> str:
    """The words of a text without tags, which ours would show as they stand; signs of Markdown stay and are told of.

    Raises:
        ExchangeRefused: taking the tags away leaves script.
    """
    signs = MARKDOWN.search(text)
    if signs:
        why = "Our texts are plain and show these signs as they stand: take them away."
        notes.lose(place, f"the markup {shortened(signs.group())}", why)
    if not TAG.search(text):
        return text
    plain = text
    for _ in range(DEEPEST_TAG):
        plain = TAG.sub("", plain)
        if ACTIVE.search(plain):
            raise ExchangeRefused(f"{place}: it holds script behind other markup. A text of a form is plain.")
    if TAG.search(plain):
        plain = plain.replace("<", "")
    tags = shortened(", ".join(dict.fromkeys(TAG.findall(text))))
    notes.lose(place, f"the markup {tags}", "Our texts are plain: the words were taken without it.")
    return plain
