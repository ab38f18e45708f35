"""DataCite metadata 4.5: what a registry of DOIs wants to know, ready before a DOI exists.

Standard: https://datacite-metadata-schema.readthedocs.io/en/4.5/. The JSON has the form of the registry's own API,
where the name is `doi` and the address of a data set without one an alternate identifier. Titles in other languages
than the first are translated titles.
"""

from datetime import UTC

from publication.formats.record import FORMATS, DatasetRecord

Json = dict[str, object]
KERNEL = "http://datacite.org/schema/kernel-4"


def datacite(record: DatasetRecord) -> Json:
    """The kernel of a data set; the first of its languages is the one of the title.

    Raises:
        KeyError: no title in the first language, or a file of an unknown format.
    """
    first, *others = record.languages
    issued = record.issued.astimezone(UTC)
    licence = record.licence
    publisher = record.publisher.names[first]
    name: Json = {"doi": record.doi} if record.doi else {}
    return {
        **name,
        "schemaVersion": KERNEL,
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Statistics"},
        "creators": [{"name": publisher, "nameType": "Organizational"}],
        "titles": [
            {"title": record.titles[first], "lang": first},
            *(
                {"title": record.titles[language], "titleType": "TranslatedTitle", "lang": language}
                for language in others
                if language in record.titles
            ),
        ],
        "publisher": {"name": publisher, "lang": first},
        "publicationYear": str(issued.year),
        "language": first,
        "url": record.address,
        "version": record.version,
        "alternateIdentifiers": [{"alternateIdentifier": record.address, "alternateIdentifierType": "URL"}],
        "subjects": [
            {"subject": word, "lang": language} for language, words in record.keywords.items() for word in words
        ],
        "dates": [
            {"date": issued.date().isoformat(), "dateType": "Issued"},
            {"date": record.modified.astimezone(UTC).date().isoformat(), "dateType": "Updated"},
            {"date": "/".join(day.isoformat() for day in record.period), "dateType": "Collected"},
        ],
        "rightsList": [
            {
                "rights": licence.title,
                "rightsUri": licence.address,
                "rightsIdentifier": licence.spdx,
                "rightsIdentifierScheme": "SPDX",
                "schemeUri": "https://spdx.org/licenses/",
            }
        ],
        "descriptions": [
            {"description": record.description(language), "descriptionType": "Abstract", "lang": language}
            for language in record.descriptions
        ],
        "geoLocations": [{"geoLocationPlace": texts[first]} for texts in record.countries.values()],
        "formats": list(dict.fromkeys(FORMATS[file.format].media_type for file in record.files)),
        "sizes": list(dict.fromkeys(f"{file.size} bytes" for file in record.files)),
    }
