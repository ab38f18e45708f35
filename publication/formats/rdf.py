"""RDF without a library: a graph as a list of statements, written as Turtle and as JSON-LD.

Standards: https://www.w3.org/TR/turtle/ and https://www.w3.org/TR/json-ld11/. Only what a catalogue needs: addresses,
texts with a language or a type, nodes without a name. Statements stay in the order given.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

FORBIDDEN = re.compile(r'[\x00-\x20<>"{}|^`\\]')
ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
LANGUAGE_TAG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True)
class Iri:
    """An absolute address.

    Raises:
        ValueError: a character that no address may have, or no scheme.
    """

    value: str

    def __post_init__(self) -> None:
        if FORBIDDEN.search(self.value) or not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", self.value):
            raise ValueError(
                f"address: expected an absolute address without blanks or quotes, got {self.value!r}. Mend it."
            )


@dataclass(frozen=True)
class Blank:
    """A node without an address, by a name that holds in this graph alone."""

    name: str


@dataclass(frozen=True)
class Text:
    """A text with its language, or a value with its type; neither is a plain string.

    Raises:
        ValueError: a language that is no language tag.
    """

    value: str
    language: str = ""
    type: Iri | None = None

    def __post_init__(self) -> None:
        if self.language and not LANGUAGE_TAG.fullmatch(self.language):
            raise ValueError(f"language: expected a tag of BCP 47, got {self.language!r}. Use codes like nb or en.")


Node = Iri | Blank
Statement = tuple[Node, Iri, "Iri | Blank | Text"]
TYPE = Iri("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def turtle(statements: Iterable[Statement], prefixes: Mapping[str, str]) -> str:
    """The graph as Turtle, subject by subject in the order they first appear."""
    lines = [f"@prefix {name}: <{address}> ." for name, address in prefixes.items()]
    for subject, found in _by_subject(statements).items():
        lines.append("")
        lines.append(_term(subject, prefixes))
        parts = [f"    {_predicate(predicate, prefixes)} {_term(value, prefixes)}" for predicate, value in found]
        lines.append(" ;\n".join(parts) + " .")
    return "\n".join(lines) + "\n"


def jsonld(statements: Iterable[Statement], prefixes: Mapping[str, str]) -> dict[str, object]:
    """The graph as expanded nodes of JSON-LD under a context of the prefixes."""
    nodes: list[dict[str, object]] = []
    for subject, found in _by_subject(statements).items():
        node: dict[str, object] = {"@id": _name(subject)}
        values: dict[str, list[object]] = {}
        for predicate, value in found:
            key = "@type" if predicate == TYPE else _short(predicate.value, prefixes) or predicate.value
            values.setdefault(key, []).append(_json(value, prefixes, is_type=predicate == TYPE))
        nodes.append({**node, **values})
    return {"@context": dict(prefixes), "@graph": nodes}


def jsonld_text(statements: Iterable[Statement], prefixes: Mapping[str, str]) -> str:
    """The same as a file."""
    return json.dumps(jsonld(statements, prefixes), ensure_ascii=False, indent=2) + "\n"


def _by_subject(statements: Iterable[Statement]) -> dict[Node, list[tuple[Iri, "Iri | Blank | Text"]]]:
    found: dict[Node, list[tuple[Iri, Iri | Blank | Text]]] = {}
    for subject, predicate, value in dict.fromkeys(statements):
        found.setdefault(subject, []).append((predicate, value))
    return found


def _short(address: str, prefixes: Mapping[str, str]) -> str:
    for name, base in prefixes.items():
        if address.startswith(base) and re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", address[len(base) :]):
            return f"{name}:{address[len(base) :]}"
    return ""


def _predicate(predicate: Iri, prefixes: Mapping[str, str]) -> str:
    return "a" if predicate == TYPE else _term(predicate, prefixes)


def _name(node: Node) -> str:
    return node.value if isinstance(node, Iri) else f"_:{node.name}"


def _term(term: "Iri | Blank | Text", prefixes: Mapping[str, str]) -> str:
    match term:
        case Iri(value=value):
            return _short(value, prefixes) or f"<{value}>"
        case Blank(name=name):
            return f"_:{name}"
        case Text(value=value, language=language, type=kind):
            quoted = '"' + "".join(_escaped(letter) for letter in value) + '"'
            if language:
                return f"{quoted}@{language}"
            return f"{quoted}^^{_term(kind, prefixes)}" if kind else quoted


def _escaped(letter: str) -> str:
    if letter in ESCAPES:
        return ESCAPES[letter]
    return f"\\u{ord(letter):04X}" if ord(letter) < 0x20 or ord(letter) == 0x7F else letter


def _json(value: "Iri | Blank | Text", prefixes: Mapping[str, str], *, is_type: bool) -> object:
    match value:
        case Iri(value=address) if is_type:
            return _short(address, prefixes) or address
        case Text(value=text, language=language, type=kind):
            if language:
                return {"@value": text, "@language": language}
            return {"@value": text, "@type": kind.value} if kind else {"@value": text}
        case _:
            return {"@id": _name(value)}


def texts(subject: Node, predicate: Iri, values: Mapping[str, str]) -> Sequence[Statement]:
    """A statement for each language."""
    return [(subject, predicate, Text(text, language)) for language, text in values.items() if text]
