"""What must hold of a JSON-stat object and common validators do not look at.

The standard's validators accept a `value` shorter than the cube, a number that is no number, and a `status` for cells
that do not exist. A release is checked for these before it goes out.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import isfinite, prod
from typing import Any

ROLES = {"time", "geo", "metric"}


def check_jsonstat(found: Mapping[str, Any]) -> list[str]:
    """What is wrong with a dataset or a collection, one sentence a fault; empty when nothing is."""
    faults = [f"version: expected '2.0', got {found.get('version')!r}"] if found.get("version") != "2.0" else []
    faults += _of_updated(found.get("updated"))
    match found.get("class"):
        case "dataset":
            return faults + _of_dataset(found)
        case "collection":
            return faults + _of_collection(found)
        case other:
            return [*faults, f"class: expected dataset or collection, got {other!r}"]


def _of_updated(updated: object) -> list[str]:
    try:
        moment = datetime.fromisoformat(str(updated).replace("Z", "+00:00"))
    except ValueError:
        return [f"updated: expected a time of ISO 8601, got {updated!r}"]
    return [] if moment.tzinfo else [f"updated: expected a time with its zone, got {updated!r}"]


def _of_collection(found: Mapping[str, Any]) -> list[str]:
    items = found.get("link", {}).get("item")
    if not isinstance(items, list):
        return ["link: expected item, a list, got none"]
    faults = [f"link.item[{place}]: expected class and href" for place, item in enumerate(items) if not _links(item)]
    hrefs = [item["href"] for item in items if _links(item)]
    return [*faults, *(["link.item: an address stands twice"] if len(set(hrefs)) != len(hrefs) else [])]


def _links(item: object) -> bool:
    return isinstance(item, dict) and bool(item.get("href")) and bool(item.get("class"))


def _of_dataset(found: Mapping[str, Any]) -> list[str]:
    ids, sizes, dimensions = found.get("id"), found.get("size"), found.get("dimension")
    if not isinstance(ids, list) or not isinstance(sizes, list) or not isinstance(dimensions, dict):
        return ["id, size, dimension: expected two lists and an object"]
    if len(ids) != len(sizes) or len(set(ids)) != len(ids) or set(dimensions) != set(ids):
        return [f"id: expected one size and one dimension for each of {ids}, got {sizes} and {sorted(dimensions)}"]
    faults = [fault for code, size in zip(ids, sizes, strict=True) for fault in _of_dimension(code, size, dimensions)]
    faults += _of_roles(found.get("role", {}), ids)
    if any(isinstance(size, bool) or not isinstance(size, int) or size < 1 for size in sizes):
        return [*faults, f"size: expected whole numbers of at least 1, got {sizes}"]
    cells = prod(sizes)
    return faults + _of_values(found.get("value"), cells) + _of_statuses(found, cells)


def _of_dimension(code: str, size: object, dimensions: Mapping[str, Any]) -> list[str]:
    category = dimensions[code].get("category", {})
    index, labels = category.get("index"), category.get("label", {})
    codes = list(labels) if index is None else list(index)
    faults = []
    if len(codes) != size or len(set(codes)) != len(codes):
        faults.append(f"dimension {code}: expected {size} different categories, got {len(codes)}")
    if isinstance(index, dict) and sorted(index.values()) != list(range(len(index))):
        faults.append(f"dimension {code}: the places of its categories are not 0 to {len(index) - 1}")
    if set(labels) != set(codes):
        faults.append(f"dimension {code}: labels and codes differ by {sorted(set(labels) ^ set(codes))}")
    if not set(category.get("unit", {})) <= set(codes):
        faults.append(f"dimension {code}: a unit of a category it does not have")
    total = dimensions[code].get("extension", {}).get("eliminationValueCode")
    if total is not None and total not in codes:
        faults.append(f"dimension {code}: eliminationValueCode {total!r} is no category of it")
    return faults


def _of_roles(roles: Mapping[str, Sequence[str]], ids: Sequence[str]) -> list[str]:
    named = [code for codes in roles.values() for code in codes]
    faults = [f"role: {code!r} is no dimension" for code in named if code not in ids]
    faults += [f"role: {role!r} is none of {sorted(ROLES)}" for role in roles if role not in ROLES]
    return [*faults, *(["role: a dimension has two roles"] if len(set(named)) != len(named) else [])]


def _by_place(name: str, given: object, cells: int) -> tuple[dict[int, Any], list[str]]:
    """A list or an object by place as one mapping, and what is wrong with its places."""
    if isinstance(given, list):
        faults = [] if len(given) == cells else [f"{name}: expected {cells} entries, got {len(given)}"]
        return dict(enumerate(given)), faults
    if not isinstance(given, dict):
        return {}, [f"{name}: expected a list or an object, got {type(given).__name__}"]
    wrong = [key for key in given if not str(key).isdecimal() or int(key) >= cells]
    right = {int(key): value for key, value in given.items() if key not in wrong}
    return right, [f"{name}: no cell {key!r} in {cells}" for key in wrong]


def _of_values(given: object, cells: int) -> list[str]:
    values, faults = _by_place("value", given, cells)
    for place, value in values.items():
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            faults.append(f"value[{place}]: expected a finite number or null, got {value!r}")
    return faults


def _of_statuses(found: Mapping[str, Any], cells: int) -> list[str]:
    """Each mark is explained, and each cell without a number has one: otherwise nobody knows why it is missing."""
    given = found.get("status", {})
    if isinstance(given, str):
        given = [given] * cells
    statuses, faults = _by_place("status", given, cells)
    labels = found.get("extension", {}).get("status", {}).get("label", {})
    unexplained = sorted({status for status in statuses.values() if status and status not in labels})
    faults += [f"status: {status!r} is explained nowhere" for status in unexplained]
    values, _faults = _by_place("value", found.get("value"), cells)
    silent = [place for place in range(cells) if values.get(place) is None and not statuses.get(place)]
    return [*faults, *([f"status: {len(silent)} cells have neither number nor mark"] if silent else [])]
