"""What stands behind the figures: methods and quality, and what was corrected."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _

from publication.charts.numbers import number
from publication.figures.figure import Document
from publication.figures.reading import Reader, mark, reader_of
from publication.figures.rows import measure
from publication.models import Release
from publication.queries import Shown, quality_of
from publication.views.site.pages import Context, documents, of_release

PLACE = (("countries", "country"), ("sectors", "sector"), ("sizes", "size_class"), ("counties", "county"))


@dataclass(frozen=True)
class Change:
    """A cell that a correction changed: where it stands, and what differs."""

    place: str
    before: str
    after: str


@of_release("publication/site/methods.html", numbers=False)
def methods(request: HttpRequest, shown: Shown) -> Context:
    """How figures are made and protected, the quality declaration, and what the release is made of."""
    manifest = Release.objects.only("manifest").get(pk=shown.release.pk).manifest
    texts: dict[str, list[str]] = {}
    for one in documents(shown).values():
        reader = reader_of(one)
        texts.setdefault(reader.text("method"), []).append(reader.text("title"))
    declared = quality_of(shown.release) or {}
    wanted = (translation.get_language(), settings.LANGUAGE_CODE, *declared)
    return {
        "texts": list(texts.items()),
        "rule": manifest.get("disclosure", {}),
        "manifest": manifest,
        "quality": next((declared[code] for code in wanted if code in declared), []),
    }


@of_release("publication/site/revision.html")
def revision(request: HttpRequest, shown: Shown) -> Context:
    """Cell by cell what differs from the release that this one replaces; nothing where its numbers are hidden."""
    if shown.replaces is None:
        raise Http404
    if shown.former_hidden:
        return {"hidden": True}
    stored = Release.objects.only("revision").get(pk=shown.release.pk).revision
    found = documents(shown)
    changed: dict[str, list[Change]] = {}
    for cell in stored.get("changed", ()):
        document = found.get(cell["table"])
        title = reader_of(document).text("title") if document else cell["table"]
        changed.setdefault(title, []).append(changed_cell(cell, document))
    return {
        "compared": stored.get("cells"),
        "number_changed": len(stored.get("changed", ())),
        "largest": number(stored["largest"], 1, mark()) if "largest" in stored else "",
        "changed": list(changed.items()),
        "added": _titles(stored.get("added", ()), found),
        "removed": stored.get("removed", ()),
        "worded": _titles(stored.get("worded", ()), found),
    }


def _titles(keys: Iterable[str], found: Mapping[str, Document]) -> list[str]:
    return [reader_of(found[key]).text("title") if key in found else key for key in keys]


def changed_cell(cell: Mapping[str, Any], document: Document | None) -> Change:
    """An entry of a stored revision in words."""
    reader = reader_of(document) if document else None
    names = [measure(cell["measure"]), *(_name(reader, kind, cell.get(field, "")) for kind, field in PLACE)]
    names.insert(1, _name(reader, "categories", cell.get("category", "")))
    return Change(", ".join(name for name in names if name), _side(cell["before"]), _side(cell["after"]))


def _name(reader: Reader | None, kind: str, code: str) -> str:
    return code if not code or reader is None else reader.label(kind, code)


def _side(side: Mapping[str, Any]) -> str:
    """What one of the two releases says where they differ."""
    names = {
        "status": _("status"),
        "n": _("answers"),
        "value": _("value"),
        "low": _("from"),
        "high": _("to"),
        "standard_error": _("standard error"),
        "verdict": _("verdict"),
        "p_adjusted": _("p, adjusted"),
        "rank_low": _("best possible place"),
        "rank_high": _("last possible place"),
        "caution": _("to be read with care"),
    }
    states = {"shown": _("shown"), "withheld": _("withheld")}
    parts = []
    for name, value in side.items():
        if name == "caution":
            parts += [names[name]] if value else []
            continue
        said = number(value, 4 if name == "p_adjusted" else 2, mark()) if isinstance(value, float) else str(value)
        parts.append(f"{names[name]} {states.get(said, said)}")
    return ", ".join(parts) or "–"
