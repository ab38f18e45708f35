"""The sentence above a figure, made from the published numbers. It claims a difference only where a test allows it.

Each function reads rows of the finished document and works in the language that is active.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from django.utils.translation import gettext as _

from publication.charts.numbers import number
from publication.figures.reading import is_part, mark
from surveys.models import Country

Rows = Sequence[Mapping[str, object]]
Labels = Mapping[str, Mapping[str, str]]

CLEAR = ("higher", "lower")
KINDS = ("share", "index", "balance", "change")


def telling(document: Mapping[str, Any]) -> tuple[int, float]:
    """Where a finding stands: first the largest difference or change that a test allows; then shares, indices, others.

    Equals keep the order of the tables. Single answers of a change do not count: they are many, and stand in its table.
    """
    clear = [
        abs(row["value"]) for row in document["rows"] if row.get("verdict") in CLEAR and "." not in row["category"]
    ]
    if clear:
        return 0, -max(clear)
    return 1 + KINDS.index(str(document["kind"])), 0.0


def finding(kind: str, rows: Rows, labels: Labels) -> str:
    """One to three sentences; rows that are withheld are not spoken of, and nothing shown is said as such."""
    return " ".join(sentences(kind, rows, labels))


def sentences(kind: str, rows: Rows, labels: Labels) -> list[str]:
    """The sentences of the finding one by one, the first the most important."""
    shown = [row for row in rows if row["status"] == "shown"]
    if not shown:
        return [_("Nothing can be shown here: there are too few answers.")]
    make = {"share": shares, "balance": balances, "index": index, "change": changes}[kind]
    return [sentence for sentence in make(shown, labels) if sentence]


def place(country: str) -> str:
    """The country with its preposition, which differs from country to country in the Nordic languages."""
    places = {
        Country.NORWAY: _("in Norway"),
        Country.DENMARK: _("in Denmark"),
        Country.SWEDEN: _("in Sweden"),
        Country.FINLAND: _("in Finland"),
        Country.ICELAND: _("in Iceland"),
    }
    return places[Country(country)]


def listed(parts: Sequence[str]) -> str:
    """One, two and three."""
    if len(parts) < 2:
        return "".join(parts)
    return _("%(first)s and %(last)s") % {"first": ", ".join(parts[:-1]), "last": parts[-1]}


def shares(shown: Rows, labels: Labels) -> Iterable[str]:
    rows = _of(shown, "share")
    if any(map(is_part, rows)):
        return [_parts_apart(rows, labels)]
    if {row["category"] for row in rows} == {""}:
        return [_each_country(rows, _("The share is %(countries)s."), unit=" %"), pairs(shown)]
    return [_tops(rows, labels)]


def index(shown: Rows, labels: Labels) -> Iterable[str]:
    rows = [row for row in _of(shown, "index") if not is_part(row)]
    places = [
        f"{labels['countries'][str(row['country'])]} {_span(row['rank_low'], row['rank_high'])}"
        for row in rows
        if "rank_low" in row
    ]
    possible = _("Possible places: %(places)s.") % {"places": ", ".join(places)} if places else ""
    return [_each_country(rows, _("The index is %(countries)s."), unit=""), pairs(shown), possible]


def balances(shown: Rows, labels: Labels) -> Iterable[str]:
    """A factor is named only where its interval lies on one side of zero in every country that is shown."""
    by_factor: dict[str, list[Mapping[str, object]]] = defaultdict(list)
    for row in _of(shown, "net_balance"):
        if is_part(row):
            continue
        by_factor[str(row["category"])].append(row)
    names = labels["categories"]
    up = [names[key] for key, rows in by_factor.items() if all(_value(row, "low") > 0 for row in rows)]
    down = [names[key] for key, rows in by_factor.items() if all(_value(row, "high") < 0 for row in rows)]
    if len({row["country"] for row in shown}) == 1:
        promoted = _("These promoted more often than they hindered: %(factors)s.")
        hindered = _("These hindered more often than they promoted: %(factors)s.")
        others = _("The balance of the other factors cannot be told from zero.")
    else:
        promoted = _("In every country shown these promoted more often than they hindered: %(factors)s.")
        hindered = _("In every country shown these hindered more often than they promoted: %(factors)s.")
        others = _("The balance of the other factors differs between countries or cannot be told from zero.")
    return [
        promoted % {"factors": "; ".join(up)} if up else "",
        hindered % {"factors": "; ".join(down)} if down else "",
        others if len(up) + len(down) < len(by_factor) else "",
    ]


def changes(shown: Rows, labels: Labels) -> Iterable[str]:
    """Main indicators are named; what changed among single answers is counted, and stands in the table."""
    clear = {verdict: [row for row in shown if row.get("verdict") == verdict] for verdict in CLEAR}
    if not any(clear.values()):
        return [_("No change can be told from chance.")]
    main = {verdict: [row for row in rows if "." not in str(row["category"])] for verdict, rows in clear.items()}
    single = {verdict: len(rows) - len(main[verdict]) for verdict, rows in clear.items()}
    up = _("Higher than in the wave before: %(changes)s.") % {"changes": _listed(main["higher"], labels)}
    down = _("Lower than in the wave before: %(changes)s.") % {"changes": _listed(main["lower"], labels)}
    others = _("Among single answers and factors %(up)s went up and %(down)s went down; the table shows which.")
    return [
        up if main["higher"] else "",
        down if main["lower"] else "",
        others % {"up": single["higher"], "down": single["lower"]} if any(single.values()) else "",
    ]


def _listed(rows: Rows, labels: Labels) -> str:
    by_category: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        value = number(_value(row, "value"), 1, mark(), signed=True)
        by_category[str(row["category"])].append(f"{labels['countries'][str(row['country'])]} {value}")
    return "; ".join(f"{labels['categories'][key]} ({', '.join(found)})" for key, found in by_category.items())


def pairs(shown: Rows) -> str:
    """The differences that the test lets us claim, each said once, gathered by the lower country."""
    tested = _of(shown, "difference")
    above: dict[str, list[str]] = defaultdict(list)
    for row in tested:
        ends = [str(row["country"]), str(row["against"])]
        if row.get("verdict") in CLEAR:
            higher, lower = ends if row["verdict"] == "higher" else ends[::-1]
            above[lower].append(place(higher))
    if above:
        parts = [
            _("%(higher)s than %(lower)s") % {"higher": listed(higher), "lower": place(lower)}
            for lower, higher in above.items()
        ]
        return _("It is clearly higher %(pairs)s.") % {"pairs": "; ".join(parts)}
    return _("No difference between the countries can be told from chance.") if tested else ""


def _each_country(rows: Rows, sentence: str, *, unit: str) -> str:
    parts = [
        _("%(value)s %(country)s (%(low)s to %(high)s)")
        % {
            "country": place(str(row["country"])),
            "value": number(_value(row, "value"), 1, mark()) + unit,
            "low": number(_value(row, "low"), 1, mark()),
            "high": number(_value(row, "high"), 1, mark()),
        }
        for row in rows
        if "low" in row
    ]
    return sentence % {"countries": listed(parts)} if parts else ""


def _tops(rows: Rows, labels: Labels) -> str:
    """The answer given most often, for the countries where its interval lies above that of every other answer."""
    by_country: dict[str, list[Mapping[str, object]]] = defaultdict(list)
    for row in rows:
        by_country[str(row["country"])].append(row)
    winners: dict[str, list[str]] = defaultdict(list)
    for country, found in by_country.items():
        first, *others = sorted(found, key=lambda row: -_value(row, "value"))
        if others and all(_value(first, "low") > _value(other, "high") for other in others):
            winners[str(first["category"])].append(labels["countries"][country])
    if not winners and len(by_country) == 1:
        return _("No answer stands clear of all others.")
    if not winners:
        return _("In no country does one answer stand clear of all others.")
    parts = [f"{labels['categories'][category]} ({', '.join(found)})" for category, found in winners.items()]
    return _("Clearly given most often: %(answers)s.") % {"answers": "; ".join(parts)}


def part_name(row: Mapping[str, object], labels: Labels) -> str:
    """The part of the country that a row is of: a county, a sector, a size class, or a size class of a sector."""
    kinds = (("counties", "county"), ("sectors", "sector"), ("sizes", "size_class"))
    names = [labels[kind][str(row[name])] for kind, name in kinds if row.get(name)]
    return ", ".join(names)


def _parts_apart(rows: Rows, labels: Labels) -> str:
    """Countries where the highest and the lowest of the finest parts have intervals that do not meet."""
    finest = max(_depth(row) for row in rows)
    by_country: dict[str, list[Mapping[str, object]]] = defaultdict(list)
    for row in rows:
        if _depth(row) == finest:
            by_country[str(row["country"])].append(row)
    parts = []
    for country, found in by_country.items():
        low, high = (chosen(found, key=lambda row: _value(row, "value")) for chosen in (min, max))
        if _value(high, "low") > _value(low, "high"):
            names = {"higher": part_name(high, labels), "lower": part_name(low, labels)}
            apart = _("%(higher)s above %(lower)s") % names
            parts.append(f"{labels['countries'][country]}: {apart}")
    if not parts and len(by_country) == 1:
        return _("The intervals of the parts do not lie apart.")
    if not parts:
        return _("In no country do the intervals of its parts lie apart.")
    return _("Parts whose intervals lie apart: %(parts)s.") % {"parts": "; ".join(parts)}


def _depth(row: Mapping[str, object]) -> int:
    return sum(bool(row.get(name)) for name in ("sector", "size_class", "county"))


def _span(low: object, high: object) -> str:
    return str(low) if low == high else f"{low}–{high}"


def _of(rows: Rows, measure: str) -> list[Mapping[str, object]]:
    return [row for row in rows if row["measure"] == measure]


def _value(row: Mapping[str, object], name: str) -> float:
    """The number, or one that no claim survives where the estimate came without an interval."""
    missing = {"low": float("-inf"), "high": float("inf")}
    return cast("float", row[name]) if name in row else missing[name]
