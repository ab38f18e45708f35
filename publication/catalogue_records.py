"""What catalogues are told of a release, from its public rows alone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from publication.formats.csv import TABLE_COLUMNS
from publication.formats.datapackage import columns_of_document
from publication.formats.dcat import Catalogue
from publication.formats.record import CC_BY_4, ContactPoint, DatasetRecord, FileRecord, Publisher
from publication.models import Release, ReleaseFile
from surveys.models import Country

FORMATS_BY_ENDING = {
    "csv": "csv", "json": "json", "jsonstat.json": "jsonstat", "px": "px", "xlsx": "xlsx", "parquet": "parquet",
    "xml": "ddi",
}  # fmt: skip
THEME = "GOVE"  # EU data theme: government and public sector
FREQUENCY = "BIENNIAL"


def dataset_record(release: Release, files: Iterable[ReleaseFile], *, issued: datetime, site: str) -> DatasetRecord:
    """The release as a data set; `issued` is the minute of its publication, or the day it was made before that.

    site: where addresses begin: that of the bundle (`site_of`) in its own files, that of today in the catalogue.
    Titles of files are their paths; files of figures are no distributions of the data and are left out.
    """
    manifest: dict[str, Any] = release.manifest
    languages = tuple(manifest["languages"])
    first, last = (date.fromisoformat(day) for day in manifest["period"])
    page = reverse("publication:release", args=[release.programme_slug, release.number])
    release_files = f"{site}/api/v1/releases/{release.programme_slug}/{release.number}/files"
    names = {language: release.programme_names.get(language, release.programme_slug) for language in languages}
    return DatasetRecord(
        address=f"{site}{page}",
        titles={language: f"{name}, {release.wave_code}" for language, name in names.items()},
        descriptions=_each(languages, _description),
        keywords={language: _keywords(language) for language in languages},
        themes=(THEME,),
        countries={code: _each(languages, _named(code)) for code in manifest["countries"]},
        period=(first, last),
        issued=issued,
        modified=max(issued, release.requested_at),
        version=str(release.number),
        publisher=_publisher(release.programme_slug, manifest["owners"] or names, site),
        contact=ContactPoint(names, manifest["contact"]),
        licence=CC_BY_4,
        languages=languages,
        frequency=FREQUENCY,
        files=tuple(_file(file, release_files, languages) for file in files if _format_of(file.path)),
        constructed=_each(languages, lambda: _("Constructed data")) if release.constructed else {},
    )


def catalogue_of(records: Sequence[DatasetRecord], site: str) -> Catalogue:
    """The site's catalogue with the records in it; its publisher and contact are those of the first, the newest."""
    languages = tuple(dict.fromkeys(code for record in records for code in record.languages))
    first = records[0]
    return Catalogue(
        address=f"{site}/catalogue",
        titles=_each(languages, lambda: _("Innovation barometer: releases")),
        descriptions=_each(languages, _description),
        publisher=first.publisher,
        contact=first.contact,
        licence=first.licence.eu,
        languages=languages,
        issued=min(record.issued for record in records),
        modified=max(record.modified for record in records),
        home=site,
    )


def _description() -> str:
    return _("Innovation in public workplaces: shares, drivers and barriers with intervals and counts.")


def _publisher(programme: str, names: Mapping[str, str], site: str) -> Publisher:
    """The owner of the programme. Its name for machines is its list of releases: one site may have several."""
    return Publisher(f"{site}/api/v1/releases?programme={programme}", names, programme, site)


def site_of(release: Release) -> str:
    """The address that the site had when the release was built: it stands in files, which never change."""
    return str(release.manifest.get("site", settings.SITE_ADDRESS))


def _file(file: ReleaseFile, folder: str, languages: Iterable[str]) -> FileRecord:
    titles = dict.fromkeys(languages, file.path)
    address, form = f"{folder}/{file.path}", _format_of(file.path)
    columns = columns_of_document(TABLE_COLUMNS) if form == "csv" else ()
    return FileRecord(file.path, address, form, titles, file.size, file.checksum, columns=columns)


def _format_of(path: str) -> str:
    """The key of the format; empty for what is no distribution of the data."""
    if not path.startswith(("tables/", "codebook")):
        return ""
    return FORMATS_BY_ENDING.get(path.rpartition("/")[2].partition(".")[2], "")


def _named(country: str) -> Callable[[], str]:
    return lambda: str(Country(country).label)


def _keywords(language: str) -> tuple[str, ...]:
    with translation.override(language):
        return _("innovation"), _("public sector")


def _each(languages: Iterable[str], text: Callable[[], str]) -> dict[str, str]:
    found = {}
    for language in languages:
        with translation.override(language):
            found[language] = text()
    return found
