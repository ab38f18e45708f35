"""The job that makes an anonymised microdata file, or refuses to."""

import hashlib
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

from django.utils.translation import gettext as _

from analytics.dataset import DatasetDamaged, DatasetErased, load
from jobs.claim import JobRefused, Step
from publication.actions import microdata
from publication.case_queries import cards_about
from publication.disclosure.microdata import MINIMUM_K, Beside, Chosen, Risk, RiskTooHigh, choose, recode, versions
from publication.disclosure.named_rows import named_workplaces, place_of
from publication.models import MicrodataFile, MicrodataState
from publication.work.microdata_archive import archive
from publication.work.microdata_rows import Source, read_source, written_rows
from surveys.models import SYSTEM


def build_microdata(*, file_id: int, step: Step) -> None:
    file = MicrodataFile.objects.select_related("dataset__wave__instrument", "programme").get(pk=file_id)
    if file.state != MicrodataState.REQUESTED:
        raise JobRefused(_("The file has been built or refused already."))
    try:
        step.progress(0.1, _("Reading the dataset"))
        source = read_source(load(file.dataset))
    except (DatasetErased, DatasetDamaged) as error:
        microdata.fail(file=file, error=str(error), by=SYSTEM)
        raise JobRefused(str(error)) from error
    step.progress(0.4, _("Counting k in the file and in the frame"))
    sizes = sorted({size for _country, _sector, size in source.frame})
    cards = cards_about(file.dataset.wave)
    beside = Beside(source.answers, named_workplaces(cards, source.columns, sizes))
    try:
        chosen = choose(source.keys, source.frame, versions(sizes, source.quasi_items), beside)
    except RiskTooHigh as error:
        with step.fenced(last=True):
            microdata.refuse(file=file, error=str(error), report=report(source, error.reports, "", beside), by=SYSTEM)
        return
    step.progress(0.7, _("Writing the file"))
    rows = written_rows(source, chosen)
    said = report(source, chosen.tried, chosen.version.name, beside) | {"emptied": emptied_in(source, chosen)}
    content = archive(file, source, rows, said)
    name = _keep(content)
    checksum = hashlib.sha256(content).hexdigest()
    try:
        with step.fenced(last=True):
            microdata.store_built(file=file, file_name=name, checksum=checksum, report=said, cards=cards, by=SYSTEM)
    except microdata.CardsChanged:
        (microdata.folder() / name).unlink()
        raise


def report(source: Source, tried: Sequence[Risk], chosen: str, beside: Beside) -> dict[str, object]:
    return {
        "named_by_cards": len(beside.named),
        "minimum_k": MINIMUM_K,
        "chosen": chosen,
        "rows": len(source.keys),
        "versions": [{**asdict(risk), "is_safe": risk.is_safe} for risk in tried],
        "removed": [{"column": column, "why": why} for column, why in source.removed],
    }


def emptied_in(source: Source, chosen: Chosen) -> list[dict[str, object]]:
    """Where the answers that published cards tell were emptied, and how many rows that took."""
    rows = [dict(zip(chosen.version.keys, recode(key, chosen.version), strict=True)) for key in source.keys]
    held = Counter(place_of(row) for row in rows)
    return [
        {"place": list(place), "columns": sorted(columns), "rows": held[place]}
        for place, columns in sorted(chosen.masks.items())
    ]


def _keep(content: bytes) -> str:
    """The file under a name that nobody can guess, readable by the server alone."""
    name = f"{secrets.token_hex(16)}.zip"
    folder = microdata.folder()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.touch(mode=0o600)
    path.write_bytes(content)
    return name
