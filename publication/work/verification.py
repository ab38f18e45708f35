"""Recomputing a published release from its frozen source, and comparing number by number."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from django.conf import settings

from analytics import provenance
from analytics.core.definition_documents import content_hash as definitions_hash
from analytics.core.results import EstimateRow, result_hash
from analytics.dataset import DatasetErased
from analytics.pipeline import recompute
from publication.actions.releases import checksum
from publication.disclosure.lattice import from_document
from publication.models import Release, ReleaseFile
from publication.queries import REVISION
from publication.report_queries import marks_told
from publication.work.bundle import bundle
from publication.work.cell_rows import cell_id
from publication.work.cells import attacked, protected
from publication.work.documents import ALL_ROWS, documents
from publication.work.earlier import LEDGER, REPORTS, earlier_of, kept, source_of
from publication.work.ledgers import past_of
from publication.work.material import gather, stored_rows
from publication.work.presentations import presentations
from publication.work.releases import RULE, reports, revision_of, summary
from surveys.instrument.document import content_hash

TOLERANCE = 1e-9
BESIDE = ("slides.", "workbook.")  # files that a release of an earlier day may lack; its manifest says which it has


@dataclass(frozen=True)
class Verification:
    """What was compared and what differs; `erased` when the source is gone and only hashes could be held."""

    tables: int
    estimates: int
    erased: bool
    differences: tuple[str, ...]
    files: int | None = None  # made again bit for bit; None where other code made them

    @property
    def holds(self) -> bool:
        return not self.differences


def verify(release: Release) -> Verification:
    """Hashes of what is stored first; then raw estimates to 1e-9 and published decimals exactly, from the dataset.

    Errors: DatasetDamaged when the source is there but is not what was frozen.
    """
    stored = stored_rows(release.run)
    different = [*_hashes(release), *_row(release), *_sources(release, stored)]
    try:
        computed = recompute(release.run)
    except DatasetErased:
        return Verification(release.tables.count(), 0, erased=True, differences=tuple(different))
    different += _raw(stored, computed)
    material = gather(release.run, computed, plan=from_document(release.plan))
    met = release.protection.get(LEDGER, {})
    earlier = earlier_of(release, met)
    past = past_of(earlier, source_of(release, material), kept(release.protection), RULE)
    protection = protected(material, RULE, past)
    written = documents(material, protection.withheld)
    different += _decimals({table.key: table.document for table in release.tables.all()}, written)
    files = None
    if release.manifest.get("code_version") == provenance.code_version(settings.BASE_DIR):
        said = summary(material, protection, attacked(protection, f"release {release.number}"))
        beside = reports(release, material, said, revision_of(release, written))
        made = bundle(release, material, written, beside)
        if any(path.startswith(BESIDE) for path in release.manifest.get("files", {})):
            made += presentations(release, material, written, beside["quality"])
        different += _files(release, made)
        files = len(made)
    return Verification(release.tables.count(), len(computed), erased=False, differences=tuple(different), files=files)


def _files(release: Release, made: Sequence[ReleaseFile]) -> Iterator[str]:
    """Every file again, bit for bit. Only the code that made them makes the same bytes: a later one is not asked."""
    stored = dict(release.files.values_list("path", "checksum"))
    again = {file.path: file.checksum for file in made}
    for path in sorted(set(stored) ^ set(again)):
        yield f"{path}: the file is {'not made again' if path in stored else 'not stored'}"
    for path in sorted(set(stored) & set(again)):
        if stored[path] != again[path]:
            yield f"{path}: the bytes made again are others"


def _hashes(release: Release) -> Iterator[str]:
    if content_hash(release.manifest) != release.content_hash:
        yield "release: the manifest is not what its hash says"
    files = {file.path: checksum(bytes(file.content)) for file in release.files.all()}
    named = release.manifest.get("files", {})
    met = release.protection.get(LEDGER)
    if met is not None and content_hash(met) != release.manifest.get(LEDGER):
        yield "ledger: what the release was attacked together with is not what its hash says"
    for mark in sorted(set((met or {}).get(REPORTS, ())) - marks_told(release.programme).keys()):
        yield f"{mark}: a report that the release was attacked together with is not there"
    for path in sorted(set(files) | set(named)):
        if files.get(path) != named.get(path):
            yield f"{path}: the file is not what the manifest says"
    stated = release.manifest.get("tables", {})
    for table in release.tables.all():
        found = content_hash(table.document)
        if found != table.content_hash or stated.get(table.key) != found:
            yield f"{table.key}: the document is not what its hash says"
    for key in sorted(set(stated) - {table.key for table in release.tables.all()}):
        yield f"{key}: named in the manifest, and not there"


def _row(release: Release) -> Iterator[str]:
    """What pages show of the release without looking into the manifest."""
    stated = release.manifest
    beside = release.files.filter(path=REVISION).first()
    told = {} if beside is None else json.loads(bytes(beside.content))
    for name, held, named in (
        ("plan", release.plan, stated.get("plan", release.plan)),
        ("replaces", release.replaces.number if release.replaces else None, stated.get("replaces")),
        ("wave", release.wave_code, stated.get("wave")),
        ("revision", release.revision, told),
    ):
        if held != named:
            yield f"{name}: the release says something else than what was approved"


def _sources(release: Release, stored: Sequence[EstimateRow]) -> Iterator[str]:
    """What the tables were made from, to the last bit; it holds where the dataset has been erased too."""
    if result_hash(stored) != release.manifest.get("result_hash"):
        yield "estimates: the stored ones are not those that the manifest names"
    if definitions_hash(release.run.definitions.document) != release.manifest.get("definitions"):
        yield "definitions: the stored ones are not those that the manifest names"


def _raw(stored: Sequence[EstimateRow], computed: Sequence[EstimateRow]) -> Iterator[str]:
    """Rows that one side lacks, and fields that differ: numbers by more than the tolerance, all else at all."""
    there = {row.key: row for row in stored}
    here = {row.key: row for row in computed}
    for key in sorted(set(there) ^ set(here)):
        yield f"{cell_id(key)}: {'not computed again' if key in there else 'not stored'}"
    for key in sorted(set(there) & set(here)):
        for field in fields(EstimateRow):
            old, new = getattr(there[key], field.name), getattr(here[key], field.name)
            if not _same(old, new):
                yield f"{cell_id(key)}: {field.name} is stored as {old!r} and computed as {new!r}"


def _same(old: object, new: object) -> bool:
    if isinstance(old, float) and isinstance(new, float):
        return abs(old - new) <= TOLERANCE * max(1.0, abs(old))
    return old == new


def _decimals(stored: Mapping[str, Mapping[str, object]], written: Sequence[Mapping[str, object]]) -> Iterator[str]:
    """Published numbers, withheld marks and their order: exactly. Texts may have been translated anew."""
    again = {str(document["key"]): document for document in written}
    for key in sorted(set(stored) ^ set(again)):
        yield f"{key}: the table is {'not made again' if key in stored else 'not stored'}"
    for key in sorted(set(stored) & set(again)):
        if stored[key][ALL_ROWS] != again[key][ALL_ROWS]:
            yield f"{key}: published numbers differ from those made again"
