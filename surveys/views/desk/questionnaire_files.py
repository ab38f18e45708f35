"""A questionnaire as a file: for each format what comes along and what does not, and the file itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from surveys.instrument.exchange import Exported
from surveys.instrument.own_file import write_json, write_zip
from surveys.models import InstrumentVersion
from surveys.permissions import Permission, requires
from surveys.views.desk.questionnaire_parts import counted
from surveys.views.desk.scope import version_of

Document = Mapping[str, object]


def _xlsform(document: Document) -> Exported:
    # Imported here: the web process loads the spreadsheet library when somebody asks for one.
    from surveys.instrument.xlsform import write_xlsform

    return write_xlsform(dict(document))


def _limesurvey(document: Document) -> Exported:
    # Imported here: it brings the parsers for LimeSurvey's XML along.
    from surveys.instrument.limesurvey import write_tsv

    return write_tsv(dict(document))


@dataclass(frozen=True)
class Format:
    key: str
    name: "str | Promise"
    ending: str
    media_type: str
    write: Callable[[Document], Exported]


FORMATS = (
    Format("json", _("Our own format, JSON"), "json", "application/json", write_json),
    Format("yaml", _("Our own format, a packed directory of YAML files"), "zip", "application/zip", write_zip),
    Format(
        "xlsform",
        _("XLSForm (Kobo, ODK)"),
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _xlsform,
    ),
    Format(
        "limesurvey", _("LimeSurvey, tab-separated"), "txt", "text/tab-separated-values; charset=utf-8", _limesurvey
    ),
)


def format_of(key: str) -> Format:
    for one in FORMATS:
        if one.key == key:
            return one
    raise Http404


@dataclass(frozen=True)
class _Asked:
    """A file that is asked for, as the key of the cache: the content of the version decides."""

    content_hash: str
    kind: str
    version: InstrumentVersion = field(compare=False)


@lru_cache(maxsize=8)
def _written(asked: _Asked) -> Exported:
    return format_of(asked.kind).write(asked.version.document)


def written_as(version: InstrumentVersion, kind: Format) -> Exported:
    """Kept: the file is fetched after its account was read, and a large workbook takes a second to write."""
    return _written(_Asked(version.content_hash, kind.key, version))


@requires(Permission.VIEW_DESK)
def export(request: HttpRequest, slug: str, pk: int, kind: str) -> HttpResponse:
    """What of the questionnaire the format can say, before anybody takes the file."""
    version = version_of(request, slug, pk, Permission.VIEW_DESK)
    chosen = format_of(kind)
    exported = written_as(version, chosen)
    context = {
        "programme": version.programme,
        "version": version,
        "format": chosen,
        "bytes": len(exported.content),
        "taken": counted(exported.taken),
        "lost": exported.lost,
    }
    return render(request, "surveys/desk_questionnaire_export.html", context)


@requires(Permission.VIEW_DESK)
def file(request: HttpRequest, slug: str, pk: int, kind: str) -> HttpResponse:
    version = version_of(request, slug, pk, Permission.VIEW_DESK)
    chosen = format_of(kind)
    return attachment(written_as(version, chosen).content, chosen.media_type, f"{version}.{chosen.ending}")


def attachment(content: bytes, media_type: str, name: str) -> HttpResponse:
    """A file to keep. Its name has letters, digits and hyphens, whatever the version is called."""
    stem, _dot, ending = name.rpartition(".")
    plain = slugify(stem.replace("+", "-").replace(".", "-"))[:100] or "questionnaire"
    headers = {"Content-Disposition": f'attachment; filename="{plain}.{ending}"'}
    return HttpResponse(content, content_type=media_type, headers=headers)


@requires(Permission.VIEW_DESK)
def printed(request: HttpRequest, slug: str, pk: int, language: str) -> HttpResponse:
    """All questions in one language as a tagged PDF, made when the questionnaire was frozen."""
    version = version_of(request, slug, pk, Permission.VIEW_DESK)
    form = version.printed.filter(language=language).first()
    if form is None:
        raise Http404
    name = slugify(f"{version.key}-{version.version}-{language}")
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return HttpResponse(bytes(form.pdf), content_type="application/pdf", headers=headers)
