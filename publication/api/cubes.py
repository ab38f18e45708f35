"""Cubes of published tables: made once of each set of releases and kept in the process, not made for each request."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

from publication.api.parameters import languages
from publication.format_words import cube_words
from publication.formats.cube import Cube, Texts
from publication.formats.cube_documents import LanguageMissing, cube_from_documents
from publication.formats.words import CubeWords
from publication.models import Release

DIFFERENCE = "difference"
CELLS_KEPT = 1_000_000  # about 50 bytes each; the cubes that were asked for last stay

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """A part of a table that is read apart: its figures, or the differences between its countries."""

    suffix: str
    measures: tuple[str, ...]


def parts(documents: Sequence[Document]) -> tuple[Part, ...]:
    """The parts that the documents have rows of."""
    found = dict.fromkeys(row["measure"] for document in documents for row in document["rows"])
    figures = tuple(measure for measure in found if measure != DIFFERENCE)
    both = Part("", figures), Part("differences", (DIFFERENCE,) if DIFFERENCE in found else ())
    return tuple(part for part in both if part.measures)


def languages_of(documents: Sequence[Document]) -> tuple[str, ...]:
    """The languages that all the documents speak, in the order of the site's."""
    return tuple(
        code for code in languages() if all(code in one["title"] and code in one["labels"] for one in documents)
    )


def words(spoken: Sequence[str], names: Texts) -> dict[str, CubeWords]:
    """The words of a cube whose source is the programme of these names."""
    return {code: cube_words([code], source=names.get(code) or next(iter(names.values())))[code] for code in spoken}


def cube(
    documents: Sequence[Document], releases: Sequence[Release], *, table_id: str, part: Part | None = None
) -> Cube:
    """One cube of a table's documents, a wave each, with the programme of the releases as its source.

    A language in which a document lacks a text is left out: it is none of the table's.

    Raises:
        LanguageMissing: no language has every text.
        ValueError: the documents are not of one table; see `cube_from_documents`.
    """
    newest = max(releases, key=lambda release: release.number)
    moment = max(release.published_at for release in releases if release.published_at)
    spoken = words(languages_of(documents), newest.programme_names)

    def made(some: Mapping[str, CubeWords]) -> Cube:
        measures = part.measures if part else None
        return cube_from_documents(documents, table_id=table_id, updated=moment, words=some, measures=measures)

    try:
        whole = made(spoken)
    except LanguageMissing:
        whole = made({code: one for code, one in spoken.items() if _has_all_texts(made, code, one)} or spoken)
    if part is None or part.measures != (DIFFERENCE,):
        return whole
    titles = {code: f"{title}: {spoken[code].measures[DIFFERENCE]}" for code, title in whole.title.items()}
    return replace(whole, title=titles)


def _has_all_texts(made: Callable[[Mapping[str, CubeWords]], Cube], code: str, own: CubeWords) -> bool:
    try:
        made({code: own})
    except LanguageMissing:
        return False
    return True


class Cupboard:
    """The cubes that were asked for last, as many as have so many cells together, and always the last one."""

    def __init__(self, *, cells: int = CELLS_KEPT) -> None:
        self.cells = cells
        self._cubes: OrderedDict[Hashable, Cube] = OrderedDict()
        self._lock = Lock()

    def cube(self, key: Hashable, make: Callable[[], Cube]) -> Cube:
        """The cube of the key, made now if it is not here. The key names everything the cube hangs on."""
        with self._lock:
            kept = self._cubes.get(key)
            if kept is not None:
                self._cubes.move_to_end(key)
                return kept
        made = make()  # outside the lock: two may make the same cube, none waits for another's
        with self._lock:
            self._cubes[key] = made
            while len(self._cubes) > 1 and sum(len(one.values) for one in self._cubes.values()) > self.cells:
                self._cubes.popitem(last=False)
        return made


CUPBOARD = Cupboard()
