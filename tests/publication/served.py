"""What a stranger reads from served files, and what everybody knows of how the numbers add up; no code of ours."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import pyarrow.parquet as pq  # type: ignore[import-untyped]

from tests.publication.outsider import Band, Sum

Place = tuple[str, ...]  # measure, indicator, category, country, sector, size, county
KEYS = ("category", "country", "sector", "size_class", "county")
NUMBERS = ("n", "value", "low", "high", "standard_error")
OF_ALL = ("innovative", "innovation_type", "innovation_activity", "culture", "innovation_climate")
OUTSIDE = (
    "municipal_other", "regional", "state", "knowledge_institutions", "citizens", "voluntary_organisations",
    "private_companies", "foundations",
)  # fmt: skip
TOP = 3  # of the steps of a statement


def in_csv(content: bytes) -> dict[Place, dict[str, float]]:
    """Every row of the file; a withheld one without a number."""
    return {
        (line["measure"], line["table"].partition("_by_")[0], *(line[key] for key in KEYS)): {
            name: float(line[name]) for name in NUMBERS if line[name]
        }
        for line in csv.DictReader(io.StringIO(content.decode()))
    }


def in_json(content: bytes) -> dict[Place, dict[str, float]]:
    document = json.loads(content)
    indicator = document["key"].partition("_by_")[0]
    return {
        (row["measure"], indicator, *(row[key] for key in KEYS)): {name: row[name] for name in NUMBERS if name in row}
        for row in document["rows"]
    }


def in_parquet(content: bytes, indicator: str) -> dict[Place, dict[str, float]]:
    return {
        (row["measure"], indicator, *(row[key] for key in KEYS)): {
            name: row[name] for name in NUMBERS if row[name] is not None
        }
        for row in pq.read_table(io.BytesIO(content)).to_pylist()
    }


def in_jsonstat(content: bytes) -> list[float]:
    """Every number of the file."""
    values = json.loads(content)["value"]
    return sorted(value for value in (values.values() if isinstance(values, dict) else values) if value is not None)


def read(files: Mapping[str, bytes]) -> dict[Place, dict[str, float]]:
    """All rows of a bundle's tables. Raises AssertionError where one format tells what another does not."""
    found: dict[Place, dict[str, float]] = {}
    for path, content in files.items():
        if not path.endswith(".csv"):
            continue
        stem = path.removesuffix(".csv")
        rows = in_csv(content)
        indicator = stem.removeprefix("tables/").partition("_by_")[0]
        assert rows == in_json(files[f"{stem}.json"]) == in_parquet(files[f"{stem}.parquet"], indicator), stem
        assert in_jsonstat(files[f"{stem}.jsonstat.json"]) == sorted(
            number for row in rows.values() for number in row.values()
        ), stem
        for place, numbers in rows.items():
            assert found.setdefault(place, numbers) == numbers, place
    return found


def count_of(n: float, value: float) -> int | None:
    """The one count that a printed share of so many answers can be, if there is only one."""
    fits = [count for count in range(int(n) + 1) if abs(100 * count / n - value) <= 0.05 + 1e-9]
    return fits[0] if len(fits) == 1 else None


def names(place: Place) -> tuple[str, str, str]:
    """The base, the count and the rest of the base that a figure is of."""
    measure, indicator, category, *where = place
    here = "/".join(where)
    if place[:3] == ("kind", "openness", "private_companies"):
        return names(("share", "partner", "private_companies", *where))
    base = f"all {here}" if indicator in OF_ALL else f"yes innovative share  {here}"
    return base, f"yes {indicator} {measure} {category} {here}", f"no {indicator} {measure} {category} {here}"


def printed(rows: Mapping[Place, Mapping[str, float]]) -> dict[str, int]:
    """What the rows say outright: how many were asked, how many said yes and how many did not."""
    found: dict[str, int] = {}
    for place, row in rows.items():
        if place[0] == "change" or not row:
            continue
        base, yes, no = names(place)
        found[base] = int(row["n"])
        count = count_of(row["n"], row["value"]) if place[0] != "index" else None
        if count is not None:
            found |= {yes: count, no: int(row["n"]) - count}
    return found


def sums(rows: Mapping[Place, Mapping[str, float]]) -> Iterator[Sum]:
    """How everybody knows the numbers to hang together, from the places that the tables name."""
    places = [place for place in rows if place[0] not in ("change", "index")]
    for place in [*places, *kinds_of(rows)]:
        base, yes, no = names(place)
        yield base, (yes, no)
    main = [place for place in places if place[1] == "innovative"]
    for whole in main:
        for parts in _parts(whole, main):
            for one in range(3):
                yield names(whole)[one], tuple(names(part)[one] for part in parts)
    for country in {place[3] for place in places}:
        yes = names(("share", "innovative", "", country, "", "", ""))[1]
        kinds = [names(place)[1] for place in places if place[1] == "innovation_type" and place[3] == country]
        for kind in kinds:
            yield yes, (kind, f"beside {kind}")
        yield f"kinds {country}", tuple(kinds)
        yield f"kinds {country}", (yes, f"second kinds {country}")
        wider = [
            names(("share", "partner", one, country, "", "", ""))[1] for one in ("any", "outside", "private_companies")
        ]
        for wide, narrow in pairwise(wider):
            yield wide, (narrow, f"beside {narrow}")
        factors = [place for place in places if place[1] == "factors" and place[3] == country]
        for factor in dict.fromkeys(place[2] for place in factors):
            sides = [names(place)[1] for place in factors if place[2] == factor]
            yield yes, (*sides, f"neither {factor} {country}")
        yield from _of_indices(rows, country)


def _of_indices(rows: Mapping[Place, Mapping[str, float]], country: str) -> Iterator[Sum]:
    """What no table counts, and indices are made of: each kind of partner, and each step of a statement."""
    outside = names(("share", "partner", "outside", country, "", "", ""))[1]
    kinds = [names(place)[1] for place in kinds_of(rows) if place[3] == country]
    for kind in kinds:
        yield outside, (kind, f"outside beside {kind}")
    if kinds:
        yield f"kinds of partner {country}", tuple(kinds)
        yield f"kinds of partner {country}", (outside, f"further kinds {country}")
    for place in rows:
        if place[:2] == ("share", "culture") and place[3] == country:
            _base, agree, disagree = names(place)
            yield agree, (f"fully {agree}", f"partly {agree}")
            yield disagree, (f"partly {disagree}", f"fully {disagree}")


def kinds_of(rows: Mapping[Place, object]) -> list[Place]:
    """What is counted in no table: who cooperated with each kind of partner, where an index is made of it."""
    return [
        ("kind", "openness", kind, *place[3:])
        for place in rows
        if place[:2] == ("index", "openness")
        for kind in OUTSIDE
    ]


def bands(rows: Mapping[Place, Mapping[str, float]]) -> Iterator[Band]:
    """What each index says of the numbers that it is the mean of, to half its last decimal."""
    for place, row in rows.items():
        if place[0] == "index" and row:
            terms, most = made_of(place, rows)
            half = 0.05 * row["n"] * most / 100 + 1e-6
            least = min(0, sum(factor for factor in terms.values() if factor < 0)) * row["n"]
            whole = row["value"] * row["n"] * most / 100 + least
            yield terms, whole - half, whole + half


def made_of(place: Place, rows: Mapping[Place, object]) -> tuple[dict[str, float], float]:
    """The numbers of which an index is the mean, and how many of them make it 100, for one workplace."""
    key, country = place[1], place[3]

    def of(indicator: str, measure: str = "share") -> list[str]:
        wanted = [one for one in rows if one[:2] == (measure, indicator) and one[3:] == place[3:]]
        return [names(one)[1] for one in wanted]

    if key in ("drivers", "barriers"):
        parts = of("factors", key.removesuffix("s"))
        return dict.fromkeys(parts, 1.0), len(parts)
    if key == "factor_balance":
        up, down = of("factors", "driver"), of("factors", "barrier")
        return dict.fromkeys(up, 1.0) | dict.fromkeys(down, -1.0), 2 * len(up)
    if key == "openness":
        return {names(one)[1]: 1.0 for one in kinds_of(rows) if one[3] == country}, len(OUTSIDE)
    if key == "innovation_climate":
        agree = of("culture")
        partly = [name.replace("yes ", "partly no ", 1) for name in agree]
        steps = dict.fromkeys(agree, 2.0) | {f"fully {name}": 1.0 for name in agree} | dict.fromkeys(partly, 1.0)
        return steps, TOP * len(agree)
    parts = of({"innovation_activity": "innovation_type", "employee_role": "employees_key_role"}[key])
    return dict.fromkeys(parts, 1.0), len(parts)


def _parts(whole: Place, main: Sequence[Place]) -> Iterator[list[Place]]:
    """What the tables split a figure into: sectors, sizes, counties; sizes of a sector, sectors of a size."""
    for axis in (4, 5, 6):
        if whole[axis]:
            continue
        parts = [
            part
            for part in main
            if part[axis] and all(part[other] == whole[other] for other in (3, 4, 5, 6) if other != axis)
        ]
        if parts:
            yield parts


def later(earlier: Sequence[str], prefixes: tuple[str, str]) -> Iterator[Sum]:
    """Every number of a correction with late answers is the former one and those who came."""
    before, after = prefixes
    for name in earlier:
        yield f"{after}{name}", (f"{before}{name}", f"came {before}{name}")


def under(prefix: str, known: Sequence[Sum]) -> list[Sum]:
    return [(f"{prefix}{total}", tuple(f"{prefix}{part}" for part in parts)) for total, parts in known]
