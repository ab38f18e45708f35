"""How a questionnaire was answered, from the log of saves: where people broke off, how long pages took, what changed.

A count of fewer than five people is withheld, and so much beside it that it cannot be told from the total.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from django.db.models import Count, OuterRef, QuerySet, Subquery

from surveys.models import PageSave, Response, Wave

FEWEST = 5


@dataclass(frozen=True)
class PageEvents:
    page: str
    broke_off: int | None  # of those who did not hand in, how many saved this page last; None: withheld
    median_seconds: float | None  # from showing to saving; None: fewer than five people


@dataclass(frozen=True)
class Saves:
    """Saves in a language or on a kind of device; withheld where fewer than five people made them."""

    code: str
    people: int | None
    saves: int | None


@dataclass(frozen=True)
class Events:
    pages: tuple[PageEvents, ...]  # by id, in no order that means anything
    devices: tuple[Saves, ...]
    languages: tuple[Saves, ...]
    changed: tuple[tuple[str, int], ...]  # items changed after their page was left, by how many people, five or more

    def as_document(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """What `as_document` gave, also after it was stored as JSON."""
        return cls(
            pages=tuple(PageEvents(**row) for row in document["pages"]),
            devices=tuple(Saves(**row) for row in document["devices"]),
            languages=tuple(Saves(**row) for row in document["languages"]),
            changed=tuple((item, people) for item, people in document["changed"]),
        )


def events_of_answers(wave: Wave) -> Events:
    """Six queries, however much was answered; it reads every save, so a job does it."""
    saves = PageSave.objects.filter(response__sampled_unit__wave=wave)
    broke_off = withheld(_last_pages(wave))
    seconds = _median_seconds(saves)
    return Events(
        pages=tuple(
            PageEvents(page, broke_off.get(page, 0), seconds.get(page)) for page in sorted(broke_off.keys() | seconds)
        ),
        devices=_saves_by(saves, "device"),
        languages=_saves_by(saves, "language"),
        changed=_changed(saves),
    )


def withheld(counts: Mapping[str, int]) -> dict[str, int | None]:
    """The counts without those from 1 to 4.

    The sum is known elsewhere: as long as a single count, or fewer than five people, hide behind the gaps, the
    smallest of the others goes too.
    """
    hidden = {name for name, n in counts.items() if 0 < n < FEWEST}
    others = sorted((n, name) for name, n in counts.items() if n >= FEWEST)
    while hidden and others and (len(hidden) < 2 or sum(counts[name] for name in hidden) < FEWEST):
        hidden.add(others.pop(0)[1])
    return {name: None if name in hidden else n for name, n in counts.items()}


def _last_pages(wave: Wave) -> dict[str, int]:
    """Page -> how many of those who never handed in saved it last: one query."""
    saved = PageSave.objects.filter(response=OuterRef("pk")).order_by("-saved_at", "-pk").values("page")
    never = Response.objects.filter(sampled_unit__wave=wave, revision=0).annotate(last=Subquery(saved[:1]))
    rows = never.exclude(last=None).order_by().values_list("last").annotate(n=Count("pk"))
    return dict(rows)


def _median_seconds(saves: "QuerySet[PageSave]") -> dict[str, float]:
    """Page -> median of the seconds of saves that a person made, where five people or more made one: two queries."""
    timed = saves.filter(automatic=False, seconds__isnull=False).order_by()
    people = dict(timed.values_list("page").annotate(people=Count("response", distinct=True)))
    counts: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for page, seconds, n in timed.values_list("page", "seconds").annotate(n=Count("pk")).order_by("page", "seconds"):
        counts[page].append((seconds, n))
    return {page: median(rows) for page, rows in counts.items() if people[page] >= FEWEST}


def median(counts: list[tuple[int, int]]) -> float:
    """Of (value, how often) in the order of the values."""
    total = sum(n for _, n in counts)
    middle = ((total - 1) // 2, total // 2)  # places, from 0
    found: list[int] = []
    before = 0
    for value, n in counts:
        found += [value for place in middle if before <= place < before + n]
        before += n
    return sum(found) / 2


def _saves_by(saves: "QuerySet[PageSave]", field: str) -> tuple[Saves, ...]:
    """One query."""
    counted = saves.order_by().values_list(field).annotate(people=Count("response", distinct=True), n=Count("pk"))
    rows = sorted(counted, key=lambda row: (-row[1], row[0]))
    shown = withheld({code: people for code, people, _ in rows})
    return tuple(Saves(code, shown[code], None if shown[code] is None else n) for code, _, n in rows)


def _changed(saves: "QuerySet[PageSave]") -> tuple[tuple[str, int], ...]:
    """Items written again after a person had left their page with an answer, most often first: one query.

    Saves that the page made by itself while it was open belong to the visit that they were made in.
    """
    rows = saves.order_by("response", "saved_at", "pk").values_list("response", "page", "items", "automatic")
    changed: dict[str, set[int]] = defaultdict(set)
    settled: set[str] = set()
    written: dict[str, set[str]] = {}
    person = None
    for response, page, items, automatic in rows.iterator(chunk_size=2000):
        if response != person:
            person, settled, written = response, set(), defaultdict(set)
        for item in items:
            if item in settled:
                changed[item].add(response)
        written[page].update(items)
        if not automatic:
            settled |= written.pop(page, set())
    counts = sorted(((item, len(people)) for item, people in changed.items()), key=lambda row: (-row[1], row[0]))
    return tuple((item, n) for item, n in counts if n >= FEWEST)
