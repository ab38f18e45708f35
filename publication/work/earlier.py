"""What a programme has published, or is about to, read back from its frozen documents for the ledger."""

import hashlib
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from django.db.models import QuerySet

from analytics.core.definition_documents import from_document
from analytics.core.measuring import COUNTY
from analytics.core.results import EstimateRow
from analytics.models import Run, RunState
from publication.case_queries import NamedInnovator, named_innovators
from publication.models import Release
from publication.report_queries import Told, reports_told
from publication.work.cell_rows import cell_id
from publication.work.documents import cells_in
from publication.work.ledgers import Earlier, Named, Source
from publication.work.material import Material, stored_rows, with_tables
from publication.work.municipal import rows_of
from surveys.models import Programme
from surveys.queries import instrument_of

LEDGER = "ledger"  # in the stored protection: what the release was attacked together with; its hash in the manifest
REPORTS = "reports"  # in it: the marks of the reports that it met
NOVELTY = {"first": "first", "adapted": "adapted_or_copied", "copied": "adapted_or_copied"}
NOT_IN_USE_YET = "failed"  # a card on work that never came into use says nothing of what did


def earlier_of(release: Release, met: Mapping[str, Any] | None = None) -> list[Earlier]:
    """Every other release of the programme that everybody has seen or will see, oldest first, and after each what its
    reports told; with `met`, what is kept of a release (`to_keep`), those alone that it met.

    Corrected, superseded and withdrawn ones are among them: whoever has read them remembers.
    """
    if met is None:
        return everything_told(release.programme, Release.objects.told().exclude(pk=release.pk))
    releases = Release.objects.filter(number__in=met.get("releases", ()))
    return everything_told(release.programme, releases, frozenset(met.get(REPORTS, ())))


def everything_told(
    programme: Programme, releases: QuerySet[Release], marks: Container[str] | None = None
) -> list[Earlier]:
    """These releases of the programme, oldest first, and after each what its reports told (with `marks`, these)."""
    related = ("run__wave__previous", "run__wave__instrument", "run__dataset", "run__definitions")
    wanted = releases.filter(programme=programme).select_related(*related).prefetch_related("tables")
    told: dict[int, list[Told]] = {}
    for report in reports_told(programme, marks):
        told.setdefault(report.release, []).append(report)
    found = []
    for release in wanted.order_by("number"):
        found.append(_earlier(release))
        if release.number in told:
            found.append(_reported(found[-1].source, told[release.number]))
    return found


def _reported(source: Source, told: Sequence[Told]) -> Earlier:
    rows = rows_of(fact for report in told for fact in report.facts)
    others = rows_of(fact for report in told for fact in report.left_out)
    shown = frozenset(cell_id(row.key) for row in rows)
    return Earlier(replace(source, rows=(*rows, *others), before=()), shown, tuple(report.mark for report in told))


def _earlier(release: Release) -> Earlier:
    documents = [table.document for table in release.tables.all()]
    places = cells_in(documents)
    stored = {cell_id(row.key): row for row in stored_rows(release.run)}
    unread = {cell_id(row.key): row for document in documents for row in _printed(document)}
    rows = [stored.get(place) or unread.get(place) for place in places]
    former, run = _former(release.run)
    source = _source(release, sorted((row for row in rows if row is not None), key=lambda row: row.key), former, run)
    return Earlier(source, frozenset(place for place, is_shown in places.items() if is_shown))


def _printed(document: Mapping[str, Any]) -> Iterable[EstimateRow]:
    """The shown rows as they are printed: where the estimates are gone, the count behind a value is not known."""
    for row in document["rows"]:
        if row["status"] != "shown":
            continue
        indicator, category = document["indicator"], row["category"]
        if row["measure"] == "change":
            indicator, _dot, category = category.partition(".")
        yield EstimateRow(
            estimand=row["measure"],
            indicator=indicator,
            category=category,
            country=row["country"],
            sector=row["sector"],
            size_class=row.get("size_class", ""),
            area=f"{COUNTY}:{row['county']}" if row.get("county") else "",
            against=row["against"],
            n=row["n"],
            value=row["value"] / (1 if document["kind"] in ("index", "change") else 100),
        )


def source_of(release: Release, material: Material) -> Source:
    """What the release that is being built is made from."""
    _rows, run = _former(release.run)
    return _source(release, material.rows, material.before or (), run)


def source_with(release: Release, rows: Sequence[EstimateRow]) -> Source:
    """Other rows of what the release was made from: what its reports tell."""
    return _source(release, rows, (), release.run)


def _source(release: Release, rows: Sequence[EstimateRow], before: Sequence[EstimateRow], before_run: Run) -> Source:
    run = release.run
    assert run.definitions is not None  # noqa: S101 - a run without any has no release
    return Source(
        number=release.number,
        wave=run.wave.code,
        data=_data(run, run.dataset),
        rows=tuple(rows),
        definitions=with_tables(from_document(run.definitions.document)),
        conditions=instrument_of(run.instrument).conditions,
        previous_wave=run.wave.previous.code if run.wave.previous else "",
        previous_data=_data(before_run, run.previous_dataset),
        before=tuple(before),
    )


def _data(run: Run, dataset: Any) -> str:
    named = f"{dataset.content_hash if dataset else ''}|{run.definitions.content_hash}"
    return hashlib.sha256(named.encode()).hexdigest()


def _former(run: Run) -> tuple[tuple[EstimateRow, ...], Run]:
    """The stored figures of the wave before, as `material.before` finds them, with the run that gave them."""
    if run.previous_dataset is None:
        return (), run
    former = Run.objects.filter(dataset=run.previous_dataset, state=RunState.FINISHED).order_by("-pk").first()
    return ((), run) if former is None else (stored_rows(former), former)


def named_of(programme: str, earlier: Sequence[Mapping[str, Any]] = ()) -> list[Named]:
    """The workplaces that cards name now, and those that earlier releases met: a withdrawn card was read.

    earlier: the stored protections of earlier releases. The list stays with the desk: what was withdrawn is not
    published again.
    """
    found = {one.number: one for protection in earlier for one in kept(protection)}
    found |= {one.number: _named(one) for one in named_innovators(programme)}
    return [found[number] for number in sorted(found)]


def _named(one: NamedInnovator) -> Named:
    counts = {("share", "innovation_type", code) for code in one.types}
    counts |= {("share", "value", code) for code in one.values}
    if one.novelty in NOVELTY:
        counts.add(("share", "novelty", NOVELTY[one.novelty]))
    counts.add(("share", "innovative", ""))
    told = tuple(sorted(counts)) if one.standing != NOT_IN_USE_YET else ()
    return Named(one.number, one.wave, one.country, one.sector, told)


def to_keep(earlier: Sequence[Earlier], named: Sequence[Named]) -> dict[str, object]:
    """What is kept with the release, so that the same protection can be made again."""
    return {
        "releases": [one.source.number for one in earlier if not one.reports],
        REPORTS: [mark for one in earlier for mark in one.reports],
        "cases": [
            {name.name: getattr(one, name.name) for name in fields(Named)}
            | {"counts": [list(count) for count in one.counts]}
            for one in named
        ],
    }


def kept(protection: Mapping[str, Any]) -> list[Named]:
    cases = protection.get(LEDGER, {}).get("cases", [])
    return [Named(**{**one, "counts": tuple((a, b, c) for a, b, c in one["counts"])}) for one in cases]
