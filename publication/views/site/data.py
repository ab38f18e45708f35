"""All that can be taken away: tables in each format, slides and workbooks, descriptions, licence and citation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from publication.catalogue_records import dataset_record
from publication.figures.composed.registry import KINDS
from publication.figures.composed.shape import Edition
from publication.figures.figure import Links
from publication.figures.reading import reader_of
from publication.formats.record import CC_BY_4
from publication.formats.schema_org import schema_org, script_text
from publication.models import Release, ReleaseFile
from publication.queries import REVISION, Shown, file_names, shown_releases
from publication.views.site.front import page_of
from publication.views.site.pages import Context, address, composed, editions_of_waves, links, of_release

FORMATS = {  # what the name of a table's file ends in, in the order in which people ask for them
    "csv": "CSV",
    "xlsx": "Excel",
    "parquet": "Parquet",
    "jsonstat.json": "JSON-stat",
    "px": "PX",
    "json": "JSON",
}


@dataclass(frozen=True)
class Table:
    """A table of the release: its page, its figure, and its files by format."""

    title: str
    page: str
    links: Links
    files: Sequence[tuple[str, str]]


@of_release("publication/site/data.html", others=True)
def data(request: HttpRequest, shown: Shown) -> Context:
    files = [file for file in file_names(shown.release) if _is_listed(shown, file.path)]
    paths = {file.path for file in files}
    waves = editions_of_waves(shown)
    return {
        "tables": [
            Table(
                reader_of(one).text("title"),
                page_of(shown, one),
                links(shown.release, key),
                _formats(shown, key, paths),
            )
            for key, one in waves[-1].tables.items()
        ],
        "composed": _composed(shown, waves),
        "presentations": _presentations(shown.release, files),
        "descriptions": [
            (name, address("release-file", shown.release, path)) for path, name in _described().items() if path in paths
        ],
        "files": [(file, address("release-file", shown.release, file.path)) for file in files],
        "licence": CC_BY_4,
        "citation": citation(shown.release),
        "for_search": for_search(shown, files),
        "versions": [(one, address("release", one.release)) for one in shown_releases(shown.release.programme_slug)],
    }


def _composed(shown: Shown, waves: Sequence[Edition]) -> list[tuple[str, str, str, Links]]:
    """Heading of the kind, title, page and files of every figure that is made of tables."""
    found = composed(waves, *KINDS)
    return [
        (KINDS[one["kind"]].heading(), reader_of(one).text("title"), page_of(shown, one), links(shown.release, key))
        for key, one in found.items()
    ]


def _is_listed(shown: Shown, path: str) -> bool:
    """Figures lead to their own files; what changed of numbers that were taken back is hidden with them."""
    return not path.startswith("figures/") and not (shown.former_hidden and path == REVISION)


def _formats(shown: Shown, key: str, paths: set[str]) -> list[tuple[str, str]]:
    """The files of a table. A release from before files lay with it gives the CSV that is written when asked for."""
    of_table = {name: f"tables/{key}.{ending}" for ending, name in FORMATS.items()}
    found = [(name, address("release-file", shown.release, path)) for name, path in of_table.items() if path in paths]
    return found or [("CSV", address("table", shown.release, key))]


def _presentations(release: Release, files: Sequence[ReleaseFile]) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Slides and workbooks: (what they are, for each language its code, own name and address)."""
    names, own = {"slides": _("Slides"), "workbook": _("Workbook of all tables")}, dict(settings.LANGUAGES)
    found = []
    for kind, name in names.items():
        told = [(file, file.path.split(".")) for file in files if file.path.startswith(f"{kind}.")]
        places = [
            (code, own.get(code, code), address("release-file", release, file.path)) for file, (_kind, code, _x) in told
        ]
        order = [*own, *(code for code, *_rest in places)]  # a language that the site no longer has comes last
        found.append((name, sorted(places, key=lambda one: order.index(one[0]))))
    return [(name, places) for name, places in found if places]


def _described() -> dict[str, str]:
    """What the release says of itself, by the path of the file."""
    return {
        "codebook.xml": _("Codebook: questions, codes and the study (DDI Codebook, XML)"),
        "quality.json": _("Quality declaration in every language (JSON)"),
        "disclosure.json": _("What is withheld, and how that was attacked (JSON)"),
        REVISION: _("What changed, cell by cell (JSON)"),
        "catalogue.ttl": _("Catalogue record (DCAT-AP-NO, Turtle)"),
        "catalogue.jsonld": _("Catalogue record (DCAT-AP-NO, JSON-LD)"),
        "datapackage.json": _("Data Package (JSON)"),
        "datacite.json": _("DataCite record (JSON)"),
        "schema_org.json": _("schema.org record (JSON)"),
    }


def for_search(shown: Shown, files: Iterable[ReleaseFile]) -> str:
    """The schema.org record that search engines for data read on the page, with the tables as CSV.

    None of a release that is withdrawn, nor of one from before files lay with it.
    """
    tables = [file for file in files if file.path.startswith("tables/") and file.path.endswith(".csv")]
    if shown.withdrawal or not tables:
        return ""
    release = shown.release
    issued = release.published_at or release.requested_at
    record = dataset_record(release, tables, issued=issued, site=settings.SITE_ADDRESS)
    spoken = translation.get_language()
    language = spoken if spoken in record.languages else record.languages[0]
    return mark_safe(script_text(schema_org(record, language)))  # noqa: S308 - it holds no sign that ends a script


def citation(release: Release) -> str:
    """How to cite the release: who, when, what, where, and the hash that tells whether it is the same."""
    return _("%(programme)s (%(year)s): wave %(wave)s, release %(number)s. %(address)s. Content hash %(hash)s.") % {
        "programme": release.programme_name,
        "year": date_format(timezone.localtime(release.published_at), "Y") if release.published_at else "",
        "wave": release.wave_code,
        "number": release.number,
        "address": settings.SITE_ADDRESS + address("release", release),
        "hash": release.content_hash[:16],
    }
