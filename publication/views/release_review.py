"""What the second pair of eyes looks at: a line a table, the attack in words, and each table on a page of its own."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from publication.charts.numbers import number
from publication.figures.figure import Document, figure
from publication.figures.reading import cell_of, mark, reader_of
from publication.figures.rows import table_row
from publication.models import Release
from publication.queries import documents_of
from publication.views.protection import REASONS
from publication.views.scope import release_of
from publication.views.site.about import Change, changed_cell
from publication.views.site.indicators import CHANGE
from surveys.permissions import Permission, requires

WAYS = {
    "rank": gettext_lazy("linear algebra"),
    "whole_number_bounds": gettext_lazy("bounds in whole numbers"),
    "linear_programs": gettext_lazy("linear programs"),
}


@dataclass(frozen=True)
class Line:
    """A table in one line: what it says, how much of it is withheld and why, how much differs from before."""

    key: str
    title: str
    finding: str
    shown: int
    withheld: int
    reasons: tuple[tuple[str, int], ...]
    changed: int
    is_new: bool


@dataclass(frozen=True)
class Difference:
    """What the release changes of the one that it replaces, in numbers."""

    compared: int
    changed: int
    largest: str
    removed: tuple[str, ...]


@requires(Permission.VIEW_RUN)
def release_table(request: HttpRequest, slug: str, number: int, key: str) -> HttpResponse:
    """One table as the public will see it, with what is withheld and what differs from before, cell by cell."""
    shown = release_of(request, slug, number, Permission.VIEW_RUN)
    found = documents(shown)
    if key not in found:
        raise Http404
    keys, document = list(found), found[key]
    at = keys.index(key)
    context = {
        "programme": shown.programme,
        "wave": shown.run.wave,
        "release": shown,
        "figure": figure(document, country=request.GET.get("country", ""), changes=found.get(CHANGE)),
        "hidden": hidden(document, shown.protection),
        "changed": changed(document, shown.revision),
        "place": at + 1,
        "total": len(keys),
        "former": _neighbour(found, keys[at - 1 : at]),
        "later": _neighbour(found, keys[at + 1 : at + 2]),
    }
    return render(request, "publication/desk_release_table.html", context)


def documents(release: Release) -> dict[str, Document]:
    """The tables of the release in their order, whether or not anybody else sees them."""
    return documents_of([release]).get(release.pk, {})


def _neighbour(found: Mapping[str, Document], keys: Sequence[str]) -> tuple[str, str] | None:
    """Key and title of the table, if there is one."""
    return (keys[0], reader_of(found[keys[0]]).text("title")) if keys else None


def lines(release: Release) -> list[Line]:
    moved = Counter(cell["table"] for cell in release.revision.get("changed", ()))
    new, why = release.revision.get("added", ()), _reasons(release.protection)
    found = []
    for key, document in documents(release).items():
        reader = reader_of(document)
        rows = Counter(row["status"] for row in document["rows"])
        withheld = (cell_of(document, row) for row in document["rows"] if row["status"] == "withheld")
        reasons = Counter(why.get(cell, _unsaid()) for cell in withheld)
        found.append(
            Line(
                key=key,
                title=reader.text("title"),
                finding=reader.text("finding"),
                shown=rows["shown"],
                withheld=rows["withheld"],
                reasons=tuple(reasons.most_common()),
                changed=moved[key],
                is_new=key in new,
            )
        )
    return found


def hidden(document: Document, protection: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Every withheld number of the table: where it would stand, and why it does not."""
    why, reader = _reasons(protection), reader_of(document)
    withheld = (row for row in document["rows"] if row["status"] == "withheld")
    return [(", ".join(table_row(row, reader)[:3]), why.get(cell_of(document, row), _unsaid())) for row in withheld]


def _reasons(protection: Mapping[str, Any]) -> dict[str, str]:
    """Cell -> why it is withheld, in words."""
    return {one["cell"]: str(REASONS.get(one["reason"], one["reason"])) for one in protection.get("cells", ())}


def _unsaid() -> str:
    return _("not said")


def changed(document: Document, revision: Mapping[str, Any]) -> list[Change]:
    own = (cell for cell in revision.get("changed", ()) if cell["table"] == document["key"])
    return [changed_cell(cell, document) for cell in own]


def difference(release: Release) -> Difference | None:
    """None where the release replaces none, or was not compared with it yet."""
    stored = release.revision
    if release.replaces is None or not stored:
        return None
    titles = {key: reader_of(one).text("title") for key, one in documents(release.replaces).items()}
    return Difference(
        compared=stored["cells"],
        changed=len(stored["changed"]),
        largest=number(stored["largest"], 1, mark()),
        removed=tuple(titles.get(key, key) for key in stored["removed"]),
    )


def attack_in_words(protection: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the attack knew, how it was made, and what came of it; nothing for a release that was not attacked."""
    attack: Mapping[str, Any] = protection.get("attack", {})
    if "ways" not in attack:
        return []
    met = protection.get("ledger", {})
    others = ", ".join(map(str, met.get("releases", ())))
    found = len(attack["exact"]) + len(attack["narrow"])
    narrowest = attack["narrowest"]
    told = [
        (_("Read together with releases"), others or _("None")),
        (_("Named workplaces in published cases"), str(len(met.get("cases", ())))),
        (_("Withheld counts attacked"), str(attack["attacked"])),
        (_("Attacked by"), ", ".join(str(WAYS.get(way, way)) for way in attack["ways"])),
        (_("Counts found"), str(found)),
        (_("Narrowest interval of a count"), _("unbounded") if narrowest is None else number(narrowest, 0, mark())),
    ]
    if attack["found_before"]:
        told.append((_("Counts that earlier releases have given away already"), str(attack["found_before"])))
    return told
