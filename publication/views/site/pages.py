"""What the pages of a release share: the release, its frame, its addresses, and the shelf where written pages lie."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from publication.figures.composed.registry import KINDS, composed_document, composed_documents, kind_of
from publication.figures.composed.shape import Edition
from publication.figures.figure import Document, Figure, Links, figure
from publication.models import Release
from publication.queries import Shown, documents_of, newest_of_waves, shown_release, shown_releases
from publication.views import kept
from publication.views.everybody import View, held

# About 20 kB each. Who changes a template sees it at once; in use templates change with the process.
SHELF = kept.Shelf(room=0 if settings.DEBUG else 512)
Context = dict[str, Any]
Make = Callable[..., Context]


@dataclass(frozen=True)
class Page:
    """An entry of the navigation between the pages of a release."""

    name: str
    address: str
    current: bool


def of_release(template: str, *, numbers: bool = True, others: bool = False) -> Callable[[Make], View]:
    """A page of a release from what `make(request, shown, **arguments)` gives its template.

    Whether the release is seen, replaced or withdrawn is asked each time; what the page says is written once and kept.
    `numbers`: the page holds figures, which are gone (410) where the release was withdrawn with its numbers. `others`:
    it tells of other releases of the programme too, and is written anew when one of them is published or withdrawn.
    """

    def marked(make: Make) -> View:
        @held
        @wraps(make)
        def view(request: HttpRequest, programme: str, number: int, **arguments: str) -> HttpResponse:
            shown = found(programme, number)
            if numbers and shown.hides_numbers:
                return gone(request, shown)

            def written() -> str:
                context = {**frame(request, shown), **make(request, shown, **arguments)}
                return render_to_string(template, context, request)

            return kept.answer(request, SHELF.page((*place(request, shown), others and shown.events), written))

        return view

    return marked


def found(programme: str, number: int) -> Shown:
    """The release, or Http404 where nobody may see it."""
    shown = shown_release(programme, number)
    if shown is None:
        raise Http404
    return shown


def place(request: HttpRequest, shown: Shown) -> tuple[object, ...]:
    """What a kept page hangs on. The address stands in the page, for the change of language."""
    return (*shown.state, translation.get_language(), request.get_full_path())


def gone(request: HttpRequest, shown: Shown) -> HttpResponse:
    """The numbers were taken back: why, and nothing else."""
    return render(request, "publication/site/gone.html", frame(request, shown), status=410)


def frame(request: HttpRequest, shown: Shown) -> Context:
    """What stands around every page of the release."""
    release = shown.release
    return {
        "shown": shown,
        "release": release,
        "name": f"{release.programme_name}, {release.wave_code}",
        "successor": address("release", release, number=shown.successor) if shown.successor else "",
        "former": address("release", release, number=shown.replaces) if shown.replaces else "",
        "pages": navigation(request, shown),
    }


def navigation(request: HttpRequest, shown: Shown) -> list[Page]:
    names = {
        "release": _("Findings"),
        "drivers": _("Drivers and barriers"),
        "countries": _("Countries"),
        "counties": _("Counties"),
        "waves": _("Waves"),
        "methods": _("Methods"),
        "data": _("Data"),
    }
    if shown.replaces:
        names["revision"] = _("What changed")
    addresses = {name: address(name, shown.release) for name in names}
    return [Page(text, addresses[name], request.path == addresses[name]) for name, text in names.items()]


def address(name: str, release: Release, *args: str, number: int | None = None) -> str:
    """The address of a page of the release, or with `number` of another one of its programme."""
    own = release.number if number is None else number
    return reverse(f"publication:{name}", args=[release.programme_slug, own, *args])


def documents(shown: Shown, *keys: str) -> dict[str, Document]:
    """The tables of the release by key, in their order; with `keys` those of them that it has."""
    return documents_of([shown.release], keys=keys or None).get(shown.release.pk, {})


def editions(shown: Shown, tables: Mapping[str, Document] | None = None) -> list[Edition]:
    """The release alone, as a composed figure reads it."""
    own = documents(shown) if tables is None else tables
    return [Edition(shown.release.programme_slug, shown.release.number, shown.release.wave_code, own)]


def editions_of_waves(shown: Shown, *keys: str) -> list[Edition]:
    """The newest release of every wave up to this one, with these tables of it, or all; of its own wave always this
    release itself.
    """
    own = shown.release
    newest = newest_of_waves(shown_releases(own.programme_slug))
    found = {wave: one.release for wave, one in newest.items() if wave < own.wave_code} | {own.wave_code: own}
    tables = documents_of(found.values(), keys=keys or None)
    return [Edition(one.programme_slug, one.number, wave, tables.get(one.pk, {})) for wave, one in found.items()]


def document_of(shown: Shown, key: str, country: str) -> Document | None:
    """The table or the composed figure with this key; None where the release has neither."""
    kind = kind_of(key)
    if kind is None:
        return documents(shown, key).get(key)
    keys = kind.reads(key.partition("-")[2])
    some = editions_of_waves(shown, *keys) if kind.over_waves else editions(shown, documents(shown, *keys))
    return composed_document(key, some, country)


def composed(some: Sequence[Edition], *kinds: str, country: str = "") -> dict[str, Document]:
    """The composed figures of these kinds that the last of the editions has, by key."""
    found = [composed_documents(KINDS[kind], some, country) for kind in kinds]
    return {key: one for of_kind in found for key, one in of_kind.items()}


def figures(shown: Shown, wanted: Mapping[str, Document], changes: Document | None, country: str) -> list[Figure]:
    """The figures of these tables and composed documents with the addresses of their pages and files."""
    drawn = [figure(one, country=country, changes=changes) for one in wanted.values()]
    return [replace(one, links=links(shown.release, one.key, one.country)) for one in drawn]


def links(release: Release, key: str, country: str = "") -> Links:
    """`country`: the one that is drawn, where the figure shows one of several. The CSV of a table holds all of them."""
    of_country = f"?country={country}" if country else ""
    return Links(
        page=address("figure", release, key) + of_country,
        csv=address("table", release, key) + (of_country if kind_of(key) else ""),
        svg=address("figure-svg", release, key) + of_country,
        png=address("figure-png", release, key) + of_country,
        method=address("methods", release),
    )


def asked_country(request: HttpRequest) -> str:
    return request.GET.get("country", "")
