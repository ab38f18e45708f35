"""The job that makes a release: gather, protect, write, attack, store."""

from collections import Counter
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from analytics import provenance
from analytics.models import Dataset
from jobs.claim import JobRefused, Step
from publication.actions import releases
from publication.disclosure.attack_report import AttackReport
from publication.disclosure.bounds import Contradiction
from publication.disclosure.lattice import PlanRefused, from_document
from publication.disclosure.tables import Rule, Unprotectable
from publication.models import Release, ReleaseState
from publication.models.releases import ReleaseQuerySet
from publication.work.bundle import FileRefused, bundle
from publication.work.cell_rows import cell_id
from publication.work.cells import Protection, attacked, protected
from publication.work.documents import SCHEMA, Document, documents, shown_cells
from publication.work.earlier import LEDGER, earlier_of, named_of, source_of, to_keep
from publication.work.ledgers import past_of
from publication.work.material import Material, TextMissing, gather
from publication.work.presentations import presentations
from publication.work.quality import quality_declaration
from publication.work.revisions import revision
from surveys.instrument.document import content_hash
from surveys.models import SYSTEM

RULE = Rule()
ATTACKED = "attack"
SAID = ("schema", "ways", "known", "relations", "attacked", "counts_found", "cells", "exact", "narrow", "found_before")


class Exposed(Exception):
    """The attack on the finished tables found a withheld count, exactly or as one of the small ones."""


def build_release(*, release_id: int, step: Step) -> None:
    release = Release.objects.select_related("run__wave__programme", "run__wave__previous", "run__dataset").get(
        pk=release_id
    )
    if release.state != ReleaseState.REQUESTED:
        raise JobRefused(_("The release has been built or decided already."))
    try:
        step.progress(0.1, _("Reading the estimates"))
        material = gather(release.run, plan=from_document(release.plan))
        step.progress(0.3, _("Applying the disclosure rule"))
        earlier = earlier_of(release)
        named = named_of(release.programme_slug, list(told(release).values_list("protection", flat=True)))
        past = past_of(earlier, source_of(release, material), named, RULE)
        protection = protected(material, RULE, past)
        step.progress(0.6, _("Writing the tables"))
        written = documents(material, protection.withheld)
        step.progress(0.8, _("Attacking the finished tables"))
        attack = attack_documents(written, protection, source=f"release {release.number}")
        step.progress(0.9, _("Writing the files"))
        met = to_keep(earlier, named)
        said = {**summary(material, protection, attack), LEDGER: met}
        changed = revision_of(release, written)
        release.manifest = {**manifest(release, material), LEDGER: content_hash(met)}
        beside = reports(release, material, said, changed)
        files = bundle(release, material, written, beside)
        step.progress(0.95, _("Writing slides and workbooks"))
        files += presentations(release, material, written, beside["quality"])
    except (Unprotectable, Contradiction, Exposed, TextMissing, PlanRefused, FileRefused) as error:
        releases.fail(release=release, error=str(error), by=SYSTEM)
        raise JobRefused(str(error)) from error
    with step.fenced(last=True):
        releases.store_checked(
            release=release,
            documents=written,
            manifest=release.manifest,
            protection=said,
            files=files,
            revision=changed,
            by=SYSTEM,
        )


def told(release: Release) -> ReleaseQuerySet:
    """The other releases of the programme that everybody has seen or will see."""
    return Release.objects.told().filter(programme=release.programme).exclude(pk=release.pk)


def attack_documents(written: Sequence[Document], protection: Protection, *, source: str = "release") -> AttackReport:
    """Read the finished tables as an outsider does, with all that was published before, and try what they withhold.

    Errors: Exposed, naming the count, when a withheld cell is shown or a count follows (see `attack_all`);
    Contradiction when what was published before cannot be true together with the tables.
    """
    shown = shown_cells(written)
    open_cells = sorted(set(protection.withheld) & shown)
    if open_cells:
        raise Exposed(_("A withheld value stands in a table: %(cell)s.") % {"cell": open_cells[0]})
    report = attacked(protection, source)
    if not report.is_safe:
        followed = min([*report.exact, *report.narrow])
        raise Exposed(_("A withheld count follows from the tables: %(count)s.") % {"count": followed})
    return report


def summary(material: Material, protection: Protection, attack: AttackReport) -> dict[str, object]:
    """What the desk sees: how many values each reason withheld and which, and what the attack tried."""
    own = {cell_id(row.key) for row in material.rows}
    withheld = {name: reason for name, reason in protection.withheld.items() if name in own}
    return {
        "rule": rule(),
        "shown": sum(cell.id in own for cell in protection.cells) - len(withheld),
        "withheld_count": len(withheld),
        "withheld": dict(sorted(Counter(str(reason) for reason in withheld.values()).items())),
        "cells": [{"cell": name, "reason": str(reason)} for name, reason in sorted(withheld.items())],
        ATTACKED: {
            "counts_found": 0,
            "cells": len(protection.cells),
            **attack.to_document(),
            "found_before": len(protection.lost),
        },
    }


def rule() -> dict[str, object]:
    return {
        "name": "linked-tables/1",
        "minimum_base": RULE.minimum_base,
        "minimum_count": RULE.minimum_count,
        "narrow": RULE.narrow,
    }


def revision_of(release: Release, written: Sequence[Document]) -> dict[str, object]:
    """What changes of the release that this one replaces; nothing where it replaces none."""
    if release.replaces is None:
        return {}
    return revision([table.document for table in release.replaces.tables.all()], written)


def reports(
    release: Release, material: Material, protection: Mapping[str, object], changed: Mapping[str, object]
) -> dict[str, Mapping[str, object]]:
    """The documents that stand beside the tables in the bundle."""
    found: dict[str, Mapping[str, object]] = {
        "quality": quality_declaration(release, material, protection),
        "disclosure": public_report(protection),
    }
    return {**found, "revision": changed} if changed else found


def public_report(protection: Mapping[str, object]) -> dict[str, object]:
    """The disclosure report without what is itself a hint: which cell was withheld for which reason."""
    attack = protection[ATTACKED]
    assert isinstance(attack, Mapping)  # noqa: S101 - the type of our own document
    return {
        "rule": protection["rule"],
        "shown": protection["shown"],
        "withheld": protection["withheld_count"],
        # A source may wait for its minute: its number is no news. How many programs it took differs between machines.
        ATTACKED: {name: attack[name] for name in SAID} | {"sources": len(attack["sources"])},
    }


def manifest(release: Release, material: Material) -> dict[str, object]:
    """What the release can be recomputed from. `result_hash` is over raw bits, those of tables over canonical JSON."""
    run = release.run
    instrument = run.wave.instrument
    return {
        "schema": SCHEMA,
        "code_version": provenance.code_version(settings.BASE_DIR),
        "wave": run.wave.code,
        "countries": list(material.countries),
        "languages": list(material.languages),
        "period": [run.wave.reference_from.isoformat(), run.wave.reference_to.isoformat()],
        "site": settings.SITE_ADDRESS,
        "owners": release.programme.owners,
        "contact": release.programme.contact_email,
        "run": run.pk,
        "result_hash": run.result_hash,
        "dataset": _dataset(run.dataset),
        "previous_dataset": _dataset(run.previous_dataset),
        "older_datasets": [_dataset(one.dataset) for one in run.older_datasets.select_related("dataset")],
        "instrument": {
            "key": instrument.key,
            "version": instrument.version,
            "content_hash": instrument.content_hash,
        },
        "definitions": run.definitions.content_hash if run.definitions else "",
        "parameters": run.parameters,
        "seed": run.seed,
        "run_code_version": run.code_version,
        "run_lock_hash": run.lock_hash,
        "run_environment": run.environment,
        "disclosure": rule(),
        "plan": release.plan,
        "replaces": release.replaces.number if release.replaces else None,
    }


def _dataset(dataset: Dataset | None) -> Mapping[str, object] | None:
    if dataset is None:
        return None
    return {
        "wave": dataset.manifest.get("wave", ""),
        "content_hash": dataset.content_hash,
        "instrument_hash": dataset.instrument_hash,
        "frames": dataset.manifest.get("frames", []),
        "constructed": dataset.constructed,
    }
