"""What the reports of municipalities may tell together, beside everything that is published or approved by now.

Each municipality has passed for itself (`organisations.may_be_told`). Together they are one more publication of the
ledger: attacked with every release that everybody has seen or will see, the reports of them, and the published cards.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from publication.disclosure.peers import PeerRule
from publication.disclosure.tables import Reason, Rule, Unprotectable
from publication.models import Release
from publication.work.cell_rows import cell_id, cells_of
from publication.work.cells import attacked, with_past
from publication.work.earlier import everything_told, named_of, source_with
from publication.work.ledgers import Earlier, Named, Past, Source, beside_municipalities, past_of, renamed, under
from publication.work.municipal import is_told, rows_of
from publication.work.relations import count_name, relations_of
from publication.work.report_of_municipality import Candidate, facts_of
from publication.work.report_of_workplace import Source as ReportSource

RULE = Rule()


def allowed(source: ReportSource, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates with what they may be told beside everything else.

    Errors: Unprotectable, Contradiction: see `publication.disclosure.tables.protect`.
    """
    cells = {
        (one.own.key, figure.name): cell_id(row.key)
        for one in candidates
        for figure, row in zip(one.figures, rows_of(facts_of(source, one.own, one.figures)), strict=True)
    }
    may = {cells[one.own.key, figure.name] for one in candidates for figure in one.told}
    shown = _told_by(source, candidates, may) if may else frozenset()
    return [
        replace(one, told=tuple(figure for figure in one.told if cells[one.own.key, figure.name] in shown))
        for one in candidates
    ]


def _told_by(source: ReportSource, candidates: Sequence[Candidate], may: Collection[str]) -> frozenset[str]:
    release = source.release
    releases = Release.objects.told().filter(programme=release.programme)
    named = named_of(release.programme_slug, list(releases.values_list("protection", flat=True)))
    rows = rows_of(fact for one in candidates for fact in facts_of(source, one.own, one.figures))
    earlier = everything_told(release.programme, releases)
    return together(earlier, source_with(release, rows), named, may, source.rule)


def together(
    earlier: Sequence[Earlier], present: Source, named: Sequence[Named], may: Collection[str], peers: PeerRule
) -> frozenset[str]:
    """The cells of `may` that can be told without giving away what a release withholds or a report leaves out.

    Args:
        earlier: everything told, with the release that the reports are of and those of its reports that stand.
        present: the figures of the municipalities as rows, also those that they are not told.

    Which municipalities are told a figure decides what is left beside them, so that it is asked again until nothing
    falls any more. Errors: Unprotectable, Contradiction: see `publication.disclosure.tables.protect`.
    """
    rule = replace(RULE, minimum_base=peers.others + 1)
    past = past_of(earlier, present, named, RULE)
    own = [under(cell, past.prefix) for cell in cells_of(present.rows, present.definitions)]
    relations = relations_of(present.rows, present.definitions, present.conditions)
    within = [renamed(relation, past.prefix) for relation in relations]
    shown: frozenset[str] = frozenset(may)
    while True:
        given = {cell.id: Reason.SECOND for cell in own if cell.id not in shown}
        protection = with_past(own, within, given, _beside(past, present, shown), rule)
        left = shown - protection.withheld.keys()
        if left == shown:
            break
        shown = left
    found = attacked(protection, f"reports of release {present.number}", rule)
    if not found.is_safe:
        followed = min([*found.exact, *found.narrow])
        raise Unprotectable(_("A withheld count follows from the reports: %(count)s.") % {"count": followed})
    return shown


def _beside(past: Past, present: Source, shown: Collection[str]) -> Past:
    """With what is left of published figures beside the municipalities that are told theirs, now or before."""
    known = past.ledger.known()
    told = {
        row.key
        for row in past.rows
        if is_told(row) and (cell_id(row.key) in shown or f"{past.prefix}{count_name(row)}" in known)
    }
    relations, hidden = beside_municipalities(past.rows, past.prefix, present.definitions, RULE, told)
    return replace(past, relations=(*past.relations, *relations), hidden={**past.hidden, **hidden})
