"""The tables of PxWebApi: of each programme and table one, over all waves that fit together.

A table's id is made of its programme and its key, and never changes: `barometer.innovative_by_sector`. Differences
between countries are a table of their own, `barometer.innovative.differences`. Where a wave changed what the numbers
are, its waves begin the table anew and the older ones stay as a discontinued table, `barometer.innovative.until-2021`.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from publication.api import stock
from publication.api.cubes import CUPBOARD, Part, cube, languages_of, parts
from publication.api.problems import Problem
from publication.api.stock import Current, Published, Version
from publication.formats.cube import Cube, Texts

Key = tuple[Version, ...]
SAME = ("kind", "unit", "decimals")  # what the waves of one table have in common


@dataclass(frozen=True)
class Entry:
    """A table without its cells. `releases` are those that its waves come from, `versions` name their contents."""

    id: str
    programme: str
    programme_names: Texts
    key: str
    part: Part
    theme: str
    waves: tuple[str, ...]
    releases: tuple[Current, ...]
    hashes: tuple[str, ...]
    updated: datetime
    discontinued: bool
    constructed: bool
    titles: Texts
    variables: Mapping[str, tuple[str, ...]]  # by language, what the dimensions are called

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.titles)

    def title(self, language: str) -> str:
        return self.titles.get(language) or next(iter(self.titles.values()))


@dataclass(frozen=True)
class Catalogue:
    """All tables that count now, by id, in the order of programmes and of the tables in their newest release."""

    tables: Mapping[str, Entry]

    def entry(self, table_id: str) -> Entry:
        """
        Raises:
            Problem: 404, there is no such table.
        """
        if table_id not in self.tables:
            raise Problem(404, "Non-existent table", f"There is no table {table_id!r}. See /tables for all of them.")
        return self.tables[table_id]


class _Kept:
    """The catalogue of the releases that count now; another set of releases makes another."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.key: Key | None = None
        self.catalogue = Catalogue({})

    def of(self, releases: Sequence[Current]) -> Catalogue:
        key = tuple(release.version for release in releases)
        with self.lock:
            if self.key == key:
                return self.catalogue
        made = Catalogue({entry.id: entry for entry in _entries(stock.newest_tables(releases))})
        with self.lock:
            self.key, self.catalogue = key, made
        return made


_kept = _Kept()


def catalogue() -> Catalogue:
    """One statement where the releases are those of the request before, else two."""
    return _kept.of(stock.current())


def cube_of(entry: Entry) -> Cube:
    """The table's cube; one statement where it is not kept."""

    def made() -> Cube:
        tables = stock.newest_tables(entry.releases, keys=[entry.key])
        return _made([one for one in tables if one.table.content_hash in entry.hashes], entry.id, entry.part)

    return CUPBOARD.cube(_key(entry.id, entry.releases, entry.hashes), made)


def _kept_cube(published: Sequence[Published], table_id: str, part: Part) -> Cube:
    key = _key(table_id, [one.source for one in published], [one.table.content_hash for one in published])
    return CUPBOARD.cube(key, lambda: _made(published, table_id, part))


def _key(table_id: str, releases: Iterable[Current], hashes: Iterable[str]) -> Hashable:
    """Everything that a table's cube hangs on."""
    return "pxweb", table_id, tuple(release.version for release in releases), tuple(hashes)


def _made(published: Sequence[Published], table_id: str, part: Part) -> Cube:
    documents = [one.table.document for one in published]
    return cube(documents, [one.source.release for one in published], table_id=table_id, part=part)


def _entries(published: Iterable[Published]) -> Iterable[Entry]:
    by_table: dict[tuple[str, str], list[Published]] = {}
    newest: dict[str, str] = {}
    for one in published:
        programme, wave = one.source.programme, one.source.release.wave_code
        by_table.setdefault((programme, one.table.key), []).append(one)
        newest[programme] = max(newest.get(programme, ""), wave)
    for (programme, key), own in by_table.items():
        for name, waves, over in _runs(f"{programme}.{key}", own):
            ended = over or waves[-1].source.release.wave_code != newest[programme]
            yield from _of_one_table(name, waves, ended)


def _runs(name: str, own: Sequence[Published]) -> Iterable[tuple[str, list[Published], bool]]:
    """The waves, in order, cut where the numbers became others or no language is left; the newest run has the name."""
    runs: list[list[Published]] = []
    for one in own:
        if not runs or not _fits(runs[-1], one):
            runs.append([])
        runs[-1].append(one)
    yield name, runs[-1], False
    for run in runs[:-1]:
        yield f"{name}.until-{run[-1].source.release.wave_code}", run, True


def _fits(run: Sequence[Published], one: Published) -> bool:
    document = one.table.document
    same = all(run[-1].table.document[name] == document[name] for name in SAME)
    return same and bool(languages_of([*(each.table.document for each in run), document]))


def _of_one_table(name: str, published: Sequence[Published], discontinued: bool) -> Iterable[Entry]:
    documents = [one.table.document for one in published]
    for part in parts(documents):
        table_id = f"{name}.{part.suffix}" if part.suffix else name
        yield _entry(_kept_cube(published, table_id, part), published, part, discontinued)


def _entry(made: Cube, published: Sequence[Published], part: Part, discontinued: bool) -> Entry:
    newest = max((one.source for one in published), key=lambda source: source.number)
    return Entry(
        id=made.id,
        programme=newest.programme,
        programme_names=newest.release.programme_names,
        key=published[0].table.key,
        part=part,
        theme=part.suffix or str(published[0].table.document["kind"]),
        waves=tuple(one.source.release.wave_code for one in published),
        releases=tuple(one.source for one in published),
        hashes=tuple(one.table.content_hash for one in published),
        updated=made.updated,
        discontinued=discontinued,
        constructed=made.constructed,
        titles=made.title,
        variables={language: tuple(one.labels[language] for one in made.dimensions) for language in made.languages},
    )
