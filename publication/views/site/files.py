"""Files of a release: a table as CSV, a figure as SVG drawn when asked for, and the files that lie with the release."""

from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from publication.charts.standalone import standalone
from publication.charts.style import drawing_style
from publication.charts.svg import WIDE
from publication.figures.figure import Document, file_of, language_of
from publication.formats.csv import table_csv
from publication.models import Release
from publication.queries import Shown
from publication.views.everybody import held
from publication.views.site.pages import documents, found, gone

SHEETS = ("css/base.css", "css/figures.css")


@held
def table(request: HttpRequest, programme: str, number: int, key: str) -> HttpResponse:
    shown = found(programme, number)
    if shown.hides_numbers:
        return gone(request, shown)
    document = _document(shown, key)
    response = HttpResponse(table_csv(document, language_of(document)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{programme}-{number}-{key}.csv"'
    return response


@held
def drawing(request: HttpRequest, programme: str, number: int, key: str) -> HttpResponse:
    """The figure as one SVG file with its words, its source, and the style that the page has."""
    shown = found(programme, number)
    if shown.hides_numbers:
        return gone(request, shown)
    document = _document(shown, key)
    drawn, caption, words = file_of(
        document, country=request.GET.get("country", ""), source=source_of(request, shown.release)
    )
    content = standalone(drawn, WIDE, caption, words, style=_style())
    response = HttpResponse(content, content_type="image/svg+xml; charset=utf-8")
    # A file of its own has its rules inside; the policy of our pages would take them away.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response


@held
def stored(request: HttpRequest, programme: str, number: int, path: str) -> HttpResponse:
    """A file as it lies with the release."""
    shown = found(programme, number)
    if shown.hides_numbers:
        return gone(request, shown)
    file = shown.release.files.filter(path=path).first()
    if file is None:
        raise Http404
    response = HttpResponse(bytes(file.content), content_type=file.media_type)
    response["Content-Disposition"] = f'inline; filename="{programme}-{number}-{path.rpartition("/")[2]}"'
    return response


def source_of(request: HttpRequest, release: Release) -> str:
    """Who made it and where it stands."""
    return _("Source: %(programme)s, %(wave)s, release %(number)s") % {
        "programme": release.programme_name,
        "wave": release.wave_code,
        "number": release.number,
    }


def _document(shown: Shown, key: str) -> Document:
    document = documents(shown, key).get(key)
    if document is None:
        raise Http404
    return document


@cache
def _style() -> str:
    base, figures = (Path(str(finders.find(name))).read_text(encoding="utf-8") for name in SHEETS)
    return drawing_style(base, figures)
