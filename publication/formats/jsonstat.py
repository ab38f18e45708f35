"""JSON-stat 2.0: a cube as a dataset, several tables as a collection.

Format: https://json-stat.org/full/. The `extension` objects and the codes `ContentsCode` and `Tid` are those of
PxWebApi 2, so that its clients find what they look for. Each object is in one language. The order of the members is
fixed and nothing is taken from the clock: the same cube gives the same bytes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from publication.formats.cube import Category, Cube, Dimension, Role

Json = dict[str, object]


@dataclass(frozen=True)
class Contact:
    """Whom to ask about a table; a unit, not a person."""

    name: str
    mail: str
    phone: str = ""


@dataclass(frozen=True)
class PxFacts:
    """What PxWeb's readers want to know of a table beside its cells. A subject without a code is left out."""

    subject_code: str = ""
    subject_area: str = ""
    official_statistics: bool = False
    contact: Contact | None = None


@dataclass(frozen=True)
class Item:
    """One table in a collection."""

    href: str
    label: str
    updated: datetime


def dataset(cube: Cube, language: str, *, facts: PxFacts | None = None) -> Json:
    """The cube as a JSON-stat dataset.

    `value` has one entry a cell, null where there is none; `status` names the cells that are not plainly shown, by
    their place, and `extension.status.label` says what its letters mean.

    Raises:
        KeyError: the cube does not have the language.
    """
    facts = facts or PxFacts()
    statuses = {str(place): status for place, status in enumerate(cube.statuses) if status}
    return {
        "version": "2.0",
        "class": "dataset",
        "label": cube.title[language],
        "source": cube.source[language],
        "updated": timestamp(cube.updated),
        "note": list(cube.notes[language]),
        "role": _roles(cube),
        "id": [dimension.code for dimension in cube.dimensions],
        "size": list(cube.sizes),
        "dimension": {dimension.code: _dimension(dimension, language) for dimension in cube.dimensions},
        "extension": _extension(cube, language, facts),
        "value": list(cube.values),
        **({"status": statuses} if statuses else {}),
    }


def collection(items: Sequence[Item], *, label: str, updated: datetime) -> Json:
    """Tables as a JSON-stat collection of links to their datasets."""
    return {
        "version": "2.0",
        "class": "collection",
        "label": label,
        "updated": timestamp(updated),
        "link": {
            "item": [
                {
                    "class": "dataset",
                    "href": item.href,
                    "label": item.label,
                    "extension": {"updated": timestamp(item.updated)},
                }
                for item in items
            ]
        },
    }


def written(value: Mapping[str, object]) -> str:
    """The object as text. Infinity and not-a-number are no JSON: json.dumps raises ValueError for them."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def timestamp(moment: datetime) -> str:
    """As ECMAScript's Date.parse reads it, in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _roles(cube: Cube) -> Json:
    """`classification` is no role of JSON-stat: it is what a dimension without a role is."""
    roles = (Role.TIME, Role.GEO, Role.METRIC)
    found = {str(role): [one.code for one in cube.dimensions if one.role is role] for role in roles}
    return {role: codes for role, codes in found.items() if codes}


def _dimension(dimension: Dimension, language: str) -> Json:
    category: Json = {
        "index": {code: place for place, code in enumerate(dimension.codes)},
        "label": {category.code: category.labels[language] for category in dimension.categories},
    }
    units = {one.code: _unit(one, language) for one in dimension.categories if one.unit is not None}
    if units:
        category["unit"] = units
    return {"label": dimension.labels[language], "category": category, "extension": _elimination(dimension)}


def _elimination(dimension: Dimension) -> Json:
    if dimension.elimination is None:
        return {"elimination": False, "show": "value"}
    return {"elimination": True, "eliminationValueCode": dimension.elimination, "show": "value"}


def _unit(category: Category, language: str) -> Json:
    return {"base": (category.unit or {})[language], "decimals": category.decimals}


def _contact(contact: Contact) -> Json:
    """`raw` is what a PX file says in one line; PxWebApi demands it."""
    given = {"name": contact.name, "mail": contact.mail, "phone": contact.phone}
    said = {name: text for name, text in given.items() if text}
    return {**said, "raw": ", ".join(said.values())}


def _extension(cube: Cube, language: str, facts: PxFacts) -> Json:
    ordered = [dimension.code for dimension in cube.dimensions]
    heading = [code for code in ordered if cube.dimension(code).role in (Role.METRIC, Role.TIME)]
    px: Json = {
        "tableid": cube.id,
        "matrix": cube.id,
        "decimals": cube.decimals,
        "language": language,
        "official-statistics": facts.official_statistics,
        "aggregallowed": False,
        "copyright": False,
        "heading": heading,
        "stub": [code for code in ordered if code not in heading],
    }
    if facts.subject_code:
        px |= {"subject-code": facts.subject_code, "subject-area": facts.subject_area}
    contact = facts.contact
    must_be_shown = {"noteMandatory": {"0": True}} if cube.constructed else {}  # the first note says so
    return {
        "constructed": cube.constructed,
        **must_be_shown,
        "status": {"label": {status: texts[language] for status, texts in cube.status_labels.items()}},
        "px": px,
        **({"contact": [_contact(contact)]} if contact else {}),
    }
