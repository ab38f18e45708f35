"""A card and the microdata files that stand already: nobody can call a file back, so it is the card that gives way."""

import csv
import io
import zipfile
from collections.abc import Sequence

from publication.actions.microdata import folder
from publication.case_queries import card_to_come, cards_about
from publication.disclosure.microdata import MINIMUM_K, versions
from publication.disclosure.named_rows import Card, Row, finds, named_workplaces, seen
from publication.models import Case, MicrodataFile, MicrodataState
from surveys.models import SizeClass


def file_that_finds(case: Case) -> int | None:
    """The number of a file in which fewer than k rows agree with the card; None where there is none.

    The cards of the same workplace that are public count with it. A file that is not on the disk any more was read by
    whoever has it, and cannot be looked into: it is taken to find everybody.
    """
    ready = list(MicrodataFile.objects.filter(dataset__wave=case.wave_id, state=MicrodataState.READY).order_by("pk"))
    if not ready:
        return None
    mine = card_to_come(case)
    others = [one for one in cards_about(case.wave) if one.number != case.pk and one.workplace == case.unit_id]
    cards = [mine, *(others if case.unit_id is not None else [])]
    unlike = {file.checksum: file for file in reversed(ready)}  # each asking builds a file, of the same bytes mostly
    return min((file.pk for file in unlike.values() if _is_found(file, cards)), default=None)


def _is_found(file: MicrodataFile, cards: Sequence[Card]) -> bool:
    path = folder() / file.file_name
    if not file.file_name or not path.is_file():
        return True
    with zipfile.ZipFile(path) as packed:
        rows: list[Row] = list(csv.DictReader(io.StringIO(packed.read("data.csv").decode())))
    version = next(one for one in versions(SizeClass.values, ()) if one.name == file.report["chosen"])
    named = named_workplaces(cards, list(rows[0]), SizeClass.values)
    return any(count < MINIMUM_K for one in named for count in finds(rows, seen(one, version.sizes)))
