"""The published figures as lines of text, read from the open API and held against the public page."""

import json
from collections.abc import Iterator
from typing import Any, cast
from urllib.request import urlopen

from barometer.demo.browser import Browser

Row = dict[str, Any]
Table = dict[str, Any]
LANGUAGE = "en"


class NotPublished(Exception):
    """A figure that must be public is not."""


def fetch(address: str) -> Any:
    with urlopen(address, timeout=30) as response:  # noqa: S310 - an address of the server just started
        return json.load(response)


def table(site: str, programme: str, number: int, key: str) -> Table:
    """A published table from the open API; it must stand on a public page of its own too."""
    found = fetch(f"{site}/api/v1/releases/{programme}/{number}/tables/{key}")
    document = cast("Table", found["table"])
    page = Browser().get(f"{site}/results/{programme}/{number}/figures/{key}/").body
    if f"{key}.csv" not in page or not document["rows"]:
        raise NotPublished(f"table {key} of release {number} is not on the public page, or is empty")
    return document


def shares(found: Table) -> Iterator[str]:
    """Share by country with its interval."""
    yield heading(found)
    for row in rows(found, "share"):
        yield f"  {name(found, 'countries', row['country']):10} {figure(row)}  n {row.get('n', '')}"


def factors(found: Table) -> Iterator[str]:
    """Drivers, barriers and net balances by factor and country, with intervals."""
    yield heading(found)
    by_key = {(row["measure"], row["category"], row["country"]): row for row in found["rows"]}
    for category, label in found["labels"][LANGUAGE]["categories"].items():
        yield f"  {label}"
        for row in rows(found, "net_balance"):
            if row["category"] == category:
                three = (by_key[measure, category, row["country"]] for measure in ("driver", "barrier"))
                driver, barrier = (figure(one) for one in three)
                country = name(found, "countries", row["country"])
                yield f"    {country:10} promoted {driver}   hindered {barrier}   net {figure(row)}"


def index(found: Table) -> Iterator[str]:
    """The index of each country with interval and possible places, then every pair with its verdict."""
    yield heading(found)
    for row in rows(found, "index"):
        places = f"{row['rank_low']}-{row['rank_high']}" if "rank_low" in row else "withheld"
        yield f"  {name(found, 'countries', row['country']):10} {figure(row)}  place {places}"
    for row in rows(found, "difference"):
        one, other = (name(found, "countries", row[key]) for key in ("country", "against"))
        verdict = str(row.get("verdict", "withheld")).replace("_", " ")
        yield f"  {one} against {other}: {figure(row)}  {verdict}  p {row.get('p_adjusted', '')}"


def rows(found: Table, measure: str) -> list[Row]:
    wanted = [row for row in found["rows"] if row["measure"] == measure]
    if not wanted:
        raise NotPublished(f"table {found['key']}: no row of the measure {measure}")
    return wanted


def name(found: Table, kind: str, code: str) -> str:
    return str(found["labels"][LANGUAGE][kind].get(code, code))


def figure(row: Row) -> str:
    if row["status"] != "shown":
        return "withheld".rjust(20)
    if "low" not in row:
        return f"{row['value']:6.1f}".ljust(20)
    return f"{row['value']:6.1f} [{row['low']:5.1f}, {row['high']:5.1f}]"


def heading(found: Table) -> str:
    mark = " (constructed data)" if found["constructed"] else ""
    return f"{found['title'][LANGUAGE]}, wave {found['wave']}{mark}"
