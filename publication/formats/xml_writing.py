"""XML from the standard library, made safe: no character that XML cannot hold, the same bytes for the same elements.

Elements are written with plain names under one default namespace, declared on the root: the library's own table of
prefixes is shared by all threads of a process.
"""

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, indent, tostring

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class XmlTextError(ValueError):
    """A text that no XML file can hold, escaped or not."""


def checked(text: str) -> str:
    """
    Raises:
        XmlTextError: the text has a control character or half a surrogate pair.
    """
    found = FORBIDDEN.search(text)
    if found:
        raise XmlTextError(
            f"{text[:40]!r}: expected characters of XML 1.0, got U+{ord(found.group()):04X}. Take it out of the text."
        )
    return text


def add(parent: Element, tag: str, text: str = "", attributes: Mapping[str, str] | None = None) -> Element:
    """A child with its text; attributes that are empty are left out."""
    given = {name: checked(value) for name, value in (attributes or {}).items() if value}
    child = SubElement(parent, tag, given)
    if text:
        child.text = checked(text)
    return child


def add_each(parent: Element, tag: str, texts: Mapping[str, str], attributes: Mapping[str, str] | None = None) -> None:
    """A child for each language that has a text."""
    for language, text in texts.items():
        if text:
            add(parent, tag, text, {LANGUAGE: language, **(attributes or {})})


def written(root: Element) -> bytes:
    """The document in UTF-8."""
    indent(root)
    file: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return file + b"\n"
