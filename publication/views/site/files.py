"""Files of a release: a figure as CSV, SVG and PNG, made when asked for, and the files that lie with the release."""

from threading import Lock

from django.http import Http404, HttpRequest, HttpResponse

from publication.figures.figure import Document, language_of
from publication.figures.pictures import png_file, svg_of
from publication.formats.csv import table_csv
from publication.queries import REVISION, Shown
from publication.views.everybody import held
from publication.views.site.pages import asked_country, document_of, found, gone

# A drawing that is a file of its own has its rules inside; the policy of our pages would take them away.
DRAWN = "default-src 'none'; style-src 'unsafe-inline'"
ONE_AT_A_TIME = Lock()  # a picture takes a core for a twentieth of a second: those who ask for many wait in line


@held
def table(request: HttpRequest, programme: str, number: int, key: str) -> HttpResponse:
    shown = found(programme, number)
    if shown.hides_numbers:
        return gone(request, shown)
    document = _document(request, shown, key)
    response = HttpResponse(table_csv(document, language_of(document)), content_type="text/csv; charset=utf-8")
    of_country = f"-{document['country']}" if document.get("country") else ""
    response["Content-Disposition"] = f'attachment; filename="{programme}-{number}-{key}{of_country}.csv"'
    return response


@held
def drawing(request: HttpRequest, programme: str, number: int, key: str) -> HttpResponse:
    """The figure as one SVG file with its words, its source, and the style that the page has."""
    shown = found(programme, number)
    if shown.hides_numbers:
        return gone(request, shown)
    content = svg_of(_document(request, shown, key), shown.release, country=asked_country(request))
    response = HttpResponse(content, content_type="image/svg+xml; charset=utf-8")
    response["Content-Security-Policy"] = DRAWN
    return response


@held
def picture(request: HttpRequest, programme: str, number: int, key: str) -> HttpResponse:
    """The figure as PNG, for slides and messages. Made when somebody asks first; the answer is kept as pages are."""
    shown = found(programme, number)
    if shown.hides_numbers:
        return gone(request, shown)
    svg = svg_of(_document(request, shown, key), shown.release, country=asked_country(request))
    with ONE_AT_A_TIME:
        return HttpResponse(png_file(svg), content_type="image/png")


@held
def stored(request: HttpRequest, programme: str, number: int, path: str) -> HttpResponse:
    """A file as it lies with the release; what changed of numbers that are hidden since would tell them."""
    shown = found(programme, number)
    if shown.hides_numbers or (shown.former_hidden and path == REVISION):
        return gone(request, shown)
    file = shown.release.files.filter(path=path).first()
    if file is None:
        raise Http404
    response = HttpResponse(bytes(file.content), content_type=file.media_type)
    response["Content-Disposition"] = f'inline; filename="{programme}-{number}-{path.rpartition("/")[2]}"'
    if file.media_type.startswith("image/svg"):
        response["Content-Security-Policy"] = DRAWN
    return response


def _document(request: HttpRequest, shown: Shown, key: str) -> Document:
    document = document_of(shown, key, asked_country(request))
    if document is None:
        raise Http404
    return document
