"""Reports: a workplace's behind the link that it answered by, a municipality's behind one that is handed over."""

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from publication.figures.report_strips import picture_on_page
from publication.models import Report
from publication.queries import Shown, shown_release
from publication.report_queries import report_behind, report_of
from surveys.models import SampledUnit
from surveys.permissions import token_guarded
from surveys.queries.visits import invitation_in, language_of

View = Callable[..., HttpResponse]
Show = Callable[[HttpRequest, Report, Shown], HttpResponse]


def sealed(view: View) -> View:
    """For one organisation: kept by no cache, found by no search engine, and its address is told to nobody."""

    @wraps(view)
    def kept(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        patch_vary_headers(response, ["Cookie"])
        return response

    return token_guarded(require_safe(kept))


@sealed
def own(request: HttpRequest) -> HttpResponse:
    """The workplace's report; before there is one, when it comes."""
    unit = _unit(request)
    if unit is None:
        return _unknown(request)
    report = report_of(unit)
    if report is not None:
        return _answer(request, report, _page)
    with translation.override(language_of(request.COOKIES, unit)):
        handed_in = getattr(unit, "response", None) is not None and unit.response.submitted_at is not None
        context = {"programme": unit.wave.programme, "wave": unit.wave, "handed_in": handed_in}
        return render(request, "publication/respond_report_waiting.html", context)


@sealed
def own_pdf(request: HttpRequest) -> HttpResponse:
    unit = _unit(request)
    report = None if unit is None else report_of(unit)
    return _unknown(request) if report is None else _answer(request, report, _pdf)


@sealed
def handed_over(request: HttpRequest, token: str) -> HttpResponse:
    report = report_behind(token)
    return _unknown(request) if report is None else _answer(request, report, _page)


@sealed
def handed_over_pdf(request: HttpRequest, token: str) -> HttpResponse:
    report = report_behind(token)
    return _unknown(request) if report is None else _answer(request, report, _pdf)


def _unit(request: HttpRequest) -> SampledUnit | None:
    """Whose cookie it is; a colleague's link is good for a part of the questionnaire and for no report."""
    invitation = invitation_in(request.COOKIES)
    return None if invitation is None or invitation.section else invitation.sampled_unit


def _unknown(request: HttpRequest) -> HttpResponse:
    """The one answer to everything that does not work, whatever the reason."""
    return render(request, "surveys/respond/unknown.html", status=404)


def _answer(request: HttpRequest, report: Report, show: Show) -> HttpResponse:
    """The report with what has happened to its release since; gone where the numbers of that were taken back."""
    shown = shown_release(report.release.programme_slug, report.release.number)
    if shown is None:
        return _unknown(request)
    with translation.override(report.language):
        if shown.hides_numbers:
            context = {**_since(shown), "programme": report.release}
            return render(request, "publication/report_gone.html", context, status=HTTPStatus.GONE)
        return show(request, report, shown)


def _since(shown: Shown) -> Mapping[str, object]:
    """For the banner: withdrawn, or replaced by another one."""
    release = shown.release
    number = shown.successor
    newer = reverse("publication:release", args=[release.programme_slug, number]) if number else ""
    return {"shown": shown, "release": release, "successor": newer}


def _page(request: HttpRequest, report: Report, shown: Shown) -> HttpResponse:
    """In the language of the report, as the PDF is."""
    document = report.document
    context = {
        **_since(shown),
        "report": report,
        "content": document,
        "sections": [_section(section, document) for section in document["sections"]],
        "pdf": "report.pdf",  # beside the page: the page does not repeat its own address, which may hold a token
        "programme": report.release,
    }
    return render(request, "publication/report.html", context)


def _section(section: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    """With its picture, and each cell with the heading of its column, which a phone shows beside it."""
    table = section["table"]
    rows = [list(zip(table["columns"], row, strict=True)) for row in table["rows"]]
    return {**section, "drawing": _drawing(section, document), "rows": rows}


def _drawing(section: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    if section["picture"] is None:
        return ""
    return mark_safe(picture_on_page(section, document))  # noqa: S308 - made by the charts, which escape every text


def _pdf(request: HttpRequest, report: Report, shown: Shown) -> HttpResponse:
    """Named by the municipality, so that two do not get mixed up in somebody's folder; a workplace is named nowhere."""
    whose = slugify(report.name)
    name = "-".join(part for part in ("report", whose, report.release.wave_code, report.language) if part)
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return HttpResponse(bytes(report.pdf), content_type="application/pdf", headers=headers)
