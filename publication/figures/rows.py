"""The rows of the table that stands under every figure: all its numbers, in words and numbers of the reader."""

from django.utils.translation import gettext as _

from publication.charts.numbers import number
from publication.figures.reading import Reader, Row, is_part, mark

SIGNED = ("net_balance", "difference", "change")


def columns(*, waves: bool = False) -> tuple[str, ...]:
    """The headings; with `waves` each row names its wave too."""
    return (
        _("Country"),
        *([_("Wave")] if waves else []),
        _("Part"),
        _("What"),
        _("Value"),
        _("Interval"),
        _("Standard error"),
        _("Answers"),
        _("Verdict or place"),
    )


def table_row(row: Row, reader: Reader, *, waves: bool = False) -> tuple[str, ...]:
    country = reader.label("countries", row["country"])
    if row["measure"] == "difference":
        country = f"{country} – {reader.label('countries', row['against'])}"
    what = ": ".join(part for part in (measure(row["measure"]), reader.label("categories", row["category"])) if part)
    start = (country, *([row["wave"]] if waves else []), reader.part(row), what)
    if row["status"] == "withheld":
        return (*start, reader.words.withheld, "", "", "", "")
    error = number(row["standard_error"], 2, mark()) if "standard_error" in row else ""
    said = "; ".join(part for part in (_said(row), _("use with care") if row.get("caution") else "") if part)
    return (*start, value_of(row), interval_of(row), error, str(row["n"]), said)


def value_of(row: Row) -> str:
    return number(row["value"], 1, mark(), signed=row["measure"] in SIGNED)


def interval_of(row: Row) -> str:
    """Both ends, or nothing where the row has none."""
    if "low" not in row:
        return ""
    signed = row["measure"] in SIGNED
    ends = [number(row[end], 1, mark(), signed=signed) for end in ("low", "high")]
    return " – ".join(ends) if signed else "–".join(ends)


def measure(name: str) -> str:
    names = {
        "share": _("Share, %"),
        "driver": _("Promoted, %"),
        "barrier": _("Hindered, %"),
        "net_balance": _("Net balance, points"),
        "no_opinion": _("Don't know or not relevant, %"),
        "index": _("Index, 0 to 100"),
        "difference": _("Difference, points"),
        "change": _("Change, points"),
    }
    return names[name]


def verdict_of(row: Row) -> str:
    """The verdict of a comparison in words; empty where there is none."""
    verdicts = {
        "higher": _("higher"),
        "lower": _("lower"),
        "not_distinguishable": _("cannot be told apart"),
        "not_comparable": _("not comparable"),
    }
    return str(verdicts.get(row.get("verdict", ""), row.get("verdict", "")))


def place_of(row: Row) -> str:
    """The possible places of an index; empty where the row has none."""
    if "rank_low" not in row:
        return ""
    if row["rank_low"] == row["rank_high"]:
        return _("place %(place)s") % {"place": row["rank_low"]}
    return _("place %(low)s to %(high)s") % {"low": row["rank_low"], "high": row["rank_high"]}


def _said(row: Row) -> str:
    return "; ".join(part for part in (place_of(row), verdict_of(row)) if part)


def answers(reader: Reader) -> str:
    """Answers in the base by country; a range where the questions of a table have several."""
    parts = []
    by_country: dict[str, list[int]] = {}
    for row in reader.document["rows"]:
        if row["status"] == "shown" and not is_part(row) and row["measure"] != "difference":
            by_country.setdefault(row["country"], []).append(row["n"])
    for code in (one for one in reader.countries if one in by_country):
        low, high = min(by_country[code]), max(by_country[code])
        parts.append(f"{reader.label('countries', code)} {low}" + (f"–{high}" if high > low else ""))
    return ", ".join(parts) or _("none shown")
