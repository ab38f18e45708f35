"""Every kind of composed figure by name: which figures a release has, and the document of each."""

from collections.abc import Mapping, Sequence
from typing import Final

from publication.figures.composed.batteries import WHOLE
from publication.figures.composed.countries import INDICES, PARTS, PERSPECTIVE, PROFILE
from publication.figures.composed.places import MUNICIPALITIES
from publication.figures.composed.shape import Asked, Edition, Kind
from publication.figures.composed.waves import COURSE
from publication.figures.reading import Document

KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind for kind in (PROFILE, PERSPECTIVE, INDICES, WHOLE, PARTS, MUNICIPALITIES, COURSE)
}


def kind_of(key: str) -> Kind | None:
    """The kind of the figure with this key; None where it is no key of a composed figure."""
    name, hyphen, _rest = key.partition("-")
    return KINDS.get(name) if hyphen else None


def keys_of(kind: Kind, editions: Sequence[Edition]) -> list[str]:
    """The figures of the kind that the last of the editions has."""
    return [f"{kind.name}-{rest}" for rest in kind.rests(editions)]


def composed_documents(kind: Kind, editions: Sequence[Edition], country: str = "") -> dict[str, Document]:
    """Every figure of the kind that the last of the editions has, by key."""
    found = {f"{kind.name}-{rest}": rest for rest in kind.rests(editions)}
    return {key: kind.compose(Asked(key, rest, editions, country)) for key, rest in found.items()}


def composed_document(key: str, editions: Sequence[Edition], country: str = "") -> Document | None:
    """The figure's document, of `country` where it shows one at a time; None where the release has no such figure."""
    kind = kind_of(key)
    if kind is None or key not in keys_of(kind, editions):
        return None
    return kind.compose(Asked(key, key.partition("-")[2], editions, country))
