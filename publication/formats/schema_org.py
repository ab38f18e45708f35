"""schema.org Dataset as JSON-LD: what search engines for data read beside a page.

Vocabulary: https://schema.org/Dataset; what a search engine demands of it:
https://developers.google.com/search/docs/appearance/structured-data/dataset. `check_schema_org` is the check that no
vendor gives for a machine.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from publication.formats.record import FORMATS, DatasetRecord, FileRecord

Json = dict[str, object]
SHORTEST, LONGEST = 50, 5000  # characters of a description that the search engine takes
REQUIRED = ("name", "description", "url", "license", "creator", "publisher", "identifier", "temporalCoverage")


def schema_org(record: DatasetRecord, language: str) -> Json:
    """The data set in one language; an owner who has no name in it is called by the first that it has.

    Raises:
        KeyError: a text that the record lacks in the language, or a file of an unknown format.
    """
    names = record.publisher.names
    publisher = {
        "@type": "Organization",
        "name": names.get(language) or next(iter(names.values())),
        "url": record.publisher.home,
        "contactPoint": {
            "@type": "ContactPoint",
            "name": record.contact.names[language],
            "email": record.contact.mail,
            "contactType": "customer service",
        },
    }
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": record.address,
        "name": record.titles[language],
        "description": record.description(language),
        "url": record.address,
        "identifier": f"https://doi.org/{record.doi}" if record.doi else record.address,
        "inLanguage": language,
        "keywords": list(record.keywords[language]),
        "license": record.licence.address,
        "isAccessibleForFree": True,
        "version": record.version,
        "datePublished": _moment(record.issued),
        "dateModified": _moment(record.modified),
        "temporalCoverage": "/".join(day.isoformat() for day in record.period),
        "spatialCoverage": [{"@type": "Place", "name": texts[language]} for texts in record.countries.values()],
        "creator": publisher,
        "publisher": publisher,
        "distribution": [_download(file, language) for file in record.files],
    }


def script_text(found: Mapping[str, object]) -> str:
    """The object as text that may stand inside a script element: nothing in it can end the element."""
    text = json.dumps(found, ensure_ascii=False, allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def check_schema_org(found: Mapping[str, Any]) -> list[str]:
    """What a search engine would not take, one sentence a fault; empty when nothing is."""
    faults = [f"{name}: expected a value, got none" for name in REQUIRED if not found.get(name)]
    if found.get("@type") != "Dataset":
        faults.append(f"@type: expected Dataset, got {found.get('@type')!r}")
    length = len(str(found.get("description", "")))
    if not SHORTEST <= length <= LONGEST:
        faults.append(f"description: expected {SHORTEST} to {LONGEST} characters, got {length}")
    for name in ("url", "license", "identifier"):
        if not str(found.get(name, "")).startswith("https://"):
            faults.append(f"{name}: expected an address that starts with https, got {found.get(name)!r}")
    faults += [f"spatialCoverage: a place without a name: {one}" for one in _each(found, "spatialCoverage", "name")]
    for name in ("contentUrl", "encodingFormat"):
        faults += [f"distribution: a file without {name}: {one}" for one in _each(found, "distribution", name)]
    return faults


def _each(found: Mapping[str, Any], name: str, inside: str) -> list[object]:
    return [one for one in found.get(name, []) if not one.get(inside)]


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _download(file: FileRecord, language: str) -> Json:
    found: Json = {
        "@type": "DataDownload",
        "name": file.titles[language],
        "contentUrl": file.address,
        "encodingFormat": FORMATS[file.format].media_type,
        "contentSize": f"{file.size} B",
        "sha256": file.digest,
    }
    return {**found, "inLanguage": file.language} if file.language else found
