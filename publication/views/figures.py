"""A frozen table as something to look at: words for the reader's language, a drawing, rows for the HTML table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.formats import get_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from publication.charts.bars import Factor, Headings, diverging_bars
from publication.charts.dots import PERCENT, Axis, Dot, Group, axis_around, dot_plot
from publication.charts.numbers import number
from publication.charts.ranks import Places, rank_plot
from publication.charts.words import Words

Document = Mapping[str, Any]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """What a template shows of one table."""

    key: str
    title: str
    finding: str
    question: str
    base: str
    method: str
    answers: str
    constructed: bool
    drawing: SafeString
    note: str
    countries: tuple[tuple[str, str, bool], ...]  # code, name, chosen: where the drawing shows one country
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    withheld: int


@dataclass(frozen=True)
class Reader:
    """A document read in one language."""

    document: Document
    language: str

    def text(self, name: str) -> str:
        return str(self.document[name][self.language])

    def label(self, kind: str, code: str) -> str:
        return str(self.document["labels"][self.language][kind].get(code, code))

    def part(self, row: Row) -> str:
        """The part of its country that a row is of; all of them where it is of none."""
        kinds = (("counties", "county"), ("sectors", "sector"), ("sizes", "size_class"))
        names = [self.label(kind, row[name]) for kind, name in kinds if row.get(name)]
        return ", ".join(names) or _("The whole country")

    def rows(self, *measures: str) -> list[Row]:
        return [row for row in self.document["rows"] if row["measure"] in measures]

    @property
    def words(self) -> Words:
        return Words(
            decimal_mark=mark(),
            withheld=_("too few answers"),
            constructed=_("Constructed data") if self.document["constructed"] else "",
            label=_("%(title)s. The numbers stand in the table below.") % {"title": self.text("title")},
        )


def is_part(row: Row) -> bool:
    """Whether the row is of a part of its country."""
    return bool(row["sector"] or row.get("size_class") or row.get("county"))


def is_plain(document: Document) -> bool:
    """Whether the table is of whole countries or of their sectors."""
    return not {"size_class", "county"} & set(document.get("breakdowns", ()))


def mark() -> str:
    return str(get_format("DECIMAL_SEPARATOR"))


def language_of(document: Document) -> str:
    """The reader's language where the document has it, else the first of the site's that it has."""
    texts: Mapping[str, str] = document["title"]
    wanted = (get_language() or settings.LANGUAGE_CODE, *(code for code, _name in settings.LANGUAGES))
    return next(code for code in (*wanted, *texts) if code in texts)


def figure(document: Document, *, country: str = "") -> Figure:
    """The figure of a table; `country` chooses where the drawing shows one country at a time."""
    reader = Reader(document, language_of(document))
    kind = str(document["kind"])
    codes = list(dict.fromkeys(row["country"] for row in document["rows"]))
    chosen = country if country in codes else codes[0] if codes else ""
    drawing, note = {"share": _shares, "balance": _balance, "index": _index, "change": _changes}[kind](reader, chosen)
    return Figure(
        key=str(document["key"]),
        title=reader.text("title"),
        finding=reader.text("finding"),
        question=reader.text("question"),
        base=reader.text("base"),
        method=reader.text("method"),
        answers=answers(reader),
        constructed=bool(document["constructed"]),
        drawing=mark_safe(drawing),  # noqa: S308 - made by the charts, which escape every text
        note=note,
        countries=tuple((code, reader.label("countries", code), code == chosen) for code in codes)
        if kind == "balance"
        else (),
        columns=_columns(),
        rows=tuple(_table_row(row, reader) for row in document["rows"]),
        withheld=sum(row["status"] == "withheld" for row in document["rows"]),
    )


def answers(reader: Reader) -> str:
    """Answers in the base by country; a range where the questions of a table have several."""
    parts = []
    by_country: dict[str, list[int]] = {}
    for row in reader.document["rows"]:
        if row["status"] == "shown" and not is_part(row) and row["measure"] != "difference":
            by_country.setdefault(row["country"], []).append(row["n"])
    for code, counts in by_country.items():
        low, high = min(counts), max(counts)
        parts.append(f"{reader.label('countries', code)} {low}" + (f"–{high}" if high > low else ""))
    return ", ".join(parts) or _("none shown")


def _shares(reader: Reader, _country: str) -> tuple[str, str]:
    rows = reader.rows("share")
    of_parts = any(map(is_part, rows))
    named = bool(rows) and bool(rows[0]["category"])
    groups = _grouped(rows, reader, "parts" if of_parts else "countries")
    if not of_parts and not named:
        groups = [Group(group.heading, tuple(_descending(group.dots))) for group in groups]
    return dot_plot(groups, PERCENT, reader.words), ""


def _grouped(rows: Iterable[Row], reader: Reader, inside: str) -> list[Group]:
    """Rows under a heading: countries in each category, or parts in each country."""
    found: dict[str, list[Dot]] = {}
    for row in rows:
        if inside == "parts":
            heading, name = reader.label("countries", row["country"]), reader.part(row)
        else:
            heading = reader.label("categories", row["category"]) if row["category"] else ""
            name = reader.label("countries", row["country"])
        found.setdefault(heading, []).append(_dot(row, name))
    return [Group(heading, tuple(dots)) for heading, dots in found.items()]


def _dot(row: Row, name: str) -> Dot:
    return Dot(name, row.get("value"), row.get("low"), row.get("high"))


def _descending(dots: Sequence[Dot]) -> list[Dot]:
    return sorted(dots, key=lambda dot: (dot.value is None, -(dot.value or 0.0), dot.label))


def _balance(reader: Reader, country: str) -> tuple[str, str]:
    found: dict[str, dict[str, Row]] = {}
    for row in reader.rows("driver", "barrier", "net_balance", "no_opinion"):
        if row["country"] == country and not is_part(row):
            found.setdefault(row["category"], {})[row["measure"]] = row
    factors = [factor_of(reader.label("categories", key), measures) for key, measures in found.items()]
    factors.sort(key=lambda factor: (factor.balance is None, -(factor.balance or 0.0), factor.label))
    headings = Headings(
        caption=f"{reader.text('title')}, {reader.label('countries', country)}",
        factor=_("Factor"),
        barrier=_("Hindered"),
        driver=_("Promoted"),
        balance=_("Net balance in points (interval)"),
        outside=_("Don't know or not relevant"),
    )
    return diverging_bars(factors, headings, reader.words), ""


def factor_of(label: str, measures: Mapping[str, Row]) -> Factor:
    def value(measure: str, name: str = "value") -> float | None:
        found = measures.get(measure, {}).get(name)
        return None if found is None else float(found)

    return Factor(
        label=label,
        driver=value("driver"),
        barrier=value("barrier"),
        balance=value("net_balance"),
        low=value("net_balance", "low"),
        high=value("net_balance", "high"),
        outside=value("no_opinion"),
    )


def _index(reader: Reader, _country: str) -> tuple[str, str]:
    rows = [row for row in reader.rows("index") if not is_part(row)]
    group = Group("", tuple(_descending([_dot(row, reader.label("countries", row["country"])) for row in rows])))
    axis = axis_around([group], limits=(0.0, 100.0))
    drawing = dot_plot([group], axis, reader.words)
    ranked = [row for row in rows if "rank_low" in row]
    if len(ranked) > 1:
        places = [
            Places(reader.label("countries", row["country"]), row["rank_low"], row["rank_high"]) for row in ranked
        ]
        places.sort(key=lambda place: (place.low or 0, place.high or 0, place.label))
        heading = _("Possible places")
        drawing += f"<h3>{heading}</h3>{rank_plot(places, reader.words)}"
    return drawing, _cut(axis)


def _cut(axis: Axis) -> str:
    whole = axis.low <= 0 and axis.high >= 100
    return "" if whole else _("The axis is cut: it does not run from 0 to 100.")


def _changes(reader: Reader, _country: str) -> tuple[str, str]:
    """The drawing holds what has no categories: fifty rows of categories are for the table."""
    rows = [row for row in reader.rows("change") if "." not in row["category"]]
    groups = _grouped(rows, reader, "countries")
    drawing = dot_plot(groups, axis_around(groups, signed=True), reader.words)
    return drawing, _("In points. The drawing shows the main indicators; the table shows all changes.")


def _columns() -> tuple[str, ...]:
    return (
        _("Country"),
        _("Part"),
        _("What"),
        _("Value"),
        _("Interval"),
        _("Standard error"),
        _("Answers"),
        _("Verdict or place"),
    )


def _table_row(row: Row, reader: Reader) -> tuple[str, ...]:
    country = reader.label("countries", row["country"])
    if row["measure"] == "difference":
        country = f"{country} – {reader.label('countries', row['against'])}"
    what = ": ".join(part for part in (_measure(row["measure"]), reader.label("categories", row["category"])) if part)
    start = (country, reader.part(row), what)
    if row["status"] == "withheld":
        return (*start, reader.words.withheld, "", "", "", "")
    signed = row["measure"] in ("net_balance", "difference", "change")
    interval = ""
    if "low" in row:
        ends = [number(row[end], 1, mark(), signed=signed) for end in ("low", "high")]
        interval = " – ".join(ends) if signed else "–".join(ends)
    error = number(row["standard_error"], 2, mark()) if "standard_error" in row else ""
    return (*start, number(row["value"], 1, mark(), signed=signed), interval, error, str(row["n"]), _said(row))


def _measure(measure: str) -> str:
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
    return names[measure]


def _said(row: Row) -> str:
    verdicts = {
        "higher": _("higher"),
        "lower": _("lower"),
        "not_distinguishable": _("cannot be told apart"),
        "not_comparable": _("not comparable"),
    }
    if "rank_low" in row and row["rank_low"] == row["rank_high"]:
        return _("place %(place)s") % {"place": row["rank_low"]}
    if "rank_low" in row:
        return _("place %(low)s to %(high)s") % {"low": row["rank_low"], "high": row["rank_high"]}
    return str(verdicts.get(row.get("verdict", ""), row.get("verdict", "")))
