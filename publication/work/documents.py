"""Release tables as frozen documents: what the page, the CSV file and the open API show, and nothing else.

Published decimals: one for percentages, points and indices, two for standard errors; the ends of an interval are
rounded outward. A withheld row carries no number at all, not even its base.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from analytics.core.definitions import NO_OPINION, Index, Indicator, Measure, Unit
from analytics.core.index_scores import weights_of
from analytics.core.precision import Precision
from analytics.core.results import COMMON_PART, EstimateRow
from publication.disclosure.lattice import Node, table_key
from publication.disclosure.rounding import down, nearest, up
from publication.disclosure.tables import Reason
from publication.figures.findings import finding
from publication.figures.reading import cell_of
from publication.work.cell_rows import cell_id
from publication.work.material import FINER, MEASURES, Material, county_of, node_of
from surveys.models import Country, Level, Sector, SizeClass

Document = dict[str, object]
Row = dict[str, object]

SCHEMA = "barometer.table/2"
DECIMALS = 1
ALL_ROWS = "rows"


@dataclass(frozen=True)
class Table:
    """A table before it is written: which estimates, in which order, and what it is called."""

    key: str
    kind: str  # share, balance, index, change: which figure is drawn
    indicator: str  # whose question, base and title; for changes the first one
    rows: tuple[EstimateRow, ...]
    node: Node = Node.COUNTRY


# The nodes whose figures stand in the table of a node: the finest with everything that they add up to.
SHOWN_WITH: Mapping[Node, frozenset[Node]] = {
    Node.COUNTRY: frozenset({Node.COUNTRY}),
    Node.SECTOR: frozenset({Node.COUNTRY, Node.SECTOR}),
    Node.SIZE: frozenset({Node.COUNTRY, Node.SIZE}),
    Node.COUNTY: frozenset({Node.COUNTRY, Node.COUNTY}),
    Node.SECTOR_AND_SIZE: frozenset({Node.COUNTRY, Node.SECTOR, Node.SIZE, Node.SECTOR_AND_SIZE}),
}


def tables(material: Material) -> list[Table]:
    """The tables of a release: one for each indicator and index at each node that its plan names, changes last."""
    found: list[Table] = []
    for entry in material.definitions.entries:
        own = [row for row in material.rows if row.indicator == entry.key and row.estimand in MEASURES]
        places = {row: node_of(row) for row in own}
        for node in Node:
            if node is Node.COUNTRY or node in places.values():
                rows = [
                    row
                    for row in own
                    if places[row] in SHOWN_WITH[node] and (node is Node.COUNTRY or row.estimand in FINER)
                ]
                key = table_key(entry.key, node)
                found.append(Table(key, _kind(entry.key, material), entry.key, _ordered(material, rows), node))
    changes = _ordered(material, [row for row in material.rows if row.estimand == "change"])
    if changes:
        found.append(Table("change", "change", changes[0].indicator, changes))
    return [table for table in found if table.rows]


def _kind(key: str, material: Material) -> str:
    if key in material.definitions.indices:
        return "index"
    measures = material.definitions.indicators[key].measures
    return "balance" if any(measure.minus for measure in measures) else "share"


def _ordered(material: Material, rows: Sequence[EstimateRow]) -> tuple[EstimateRow, ...]:
    """In the order of the definitions, then of the wave's countries, then of the measures; differences last."""
    places = [(key, name) for key, one in material.definitions.indicators.items() for name in ("", *one.categories)]
    places += [(key, "") for key in material.definitions.indices]
    sectors, sizes = ["", *Sector.values], ["", *SizeClass.values]

    def place(row: EstimateRow) -> tuple[int | str, ...]:
        return (
            int(row.estimand == "difference"),
            places.index((row.indicator, row.category)),
            material.countries.index(row.country),
            sectors.index(row.sector),
            sizes.index(row.size_class),
            row.area,
            MEASURES.index(row.estimand) if row.estimand in MEASURES else 0,
            material.countries.index(row.against) if row.against in material.countries else 0,
        )

    return tuple(sorted(rows, key=place))


def document(table: Table, material: Material, withheld: Mapping[str, Reason]) -> Document:
    """The table as it is frozen: texts in every language, rows with published decimals."""
    rows = [published_row(row, material, withheld) for row in table.rows]
    labels = {language: _labels(table, material, language) for language in material.languages}
    return {
        "schema": SCHEMA,
        "key": table.key,
        "kind": table.kind,
        "indicator": table.indicator,
        "breakdowns": [str(breakdown) for breakdown in table.node.breakdowns],
        "wave": material.wave,
        "previous_wave": material.previous_wave if table.kind == "change" else "",
        "constructed": material.constructed,
        "unit": {"share": "percent", "balance": "points", "index": "index", "change": "points"}[table.kind],
        "decimals": DECIMALS,
        "title": _each(material, lambda language: _title(table, material, language)),
        "question": _each(material, lambda language: _question(table, material, language)),
        "base": _each(material, lambda language: _base(table, material, language)),
        "method": _each(material, lambda language: _method(table, material)),
        **_about(table, material),
        "finding": _each(material, lambda language: finding(table.kind, rows, labels[language])),
        "labels": labels,
        "rows": rows,
    }


def published_row(row: EstimateRow, material: Material, withheld: Mapping[str, Reason]) -> Row:
    """One row with its published decimals, or with nothing but the mark that it is withheld."""
    row_key: Row = {
        "measure": row.estimand,
        "category": category_of(row),
        "country": row.country,
        "sector": row.sector,
        "size_class": row.size_class,
        "county": county_of(row),
        "against": row.against,
    }
    if cell_id(row.key) in withheld or row.value is None:
        return {**row_key, "status": "withheld"}
    factor = 1.0 if row.indicator in material.definitions.indices else 100.0
    shown: Row = {**row_key, "status": "shown", "n": row.n, "value": nearest(row.value * factor, DECIMALS)}
    if row.estimand != NO_OPINION:
        if row.low is not None and row.high is not None:
            shown["low"], shown["high"] = down(row.low * factor, DECIMALS), up(row.high * factor, DECIMALS)
        if row.standard_error is not None:
            shown["standard_error"] = nearest(row.standard_error * factor, DECIMALS + 1)
    if Precision.CAUTION in row.flags:
        shown["caution"] = True
    if row.verdict:
        shown["verdict"] = row.verdict
    if row.p_adjusted is not None:
        shown["p_adjusted"] = max(up(row.p_adjusted, 4), 0.0001)  # never 0: no test says that
    if row.rank_low is not None and row.rank_high is not None:
        shown["rank_low"], shown["rank_high"] = row.rank_low, row.rank_high
    return shown


def category_of(row: EstimateRow) -> str:
    """In the table of changes a category names its indicator too."""
    if row.estimand != "change":
        return row.category
    return f"{row.indicator}.{row.category}" if row.category else row.indicator


def _each(material: Material, text: Callable[[str], str]) -> dict[str, str]:
    texts = {}
    for language in material.languages:
        with translation.override(language):
            texts[language] = text(language)
    return texts


def _title(table: Table, material: Material, language: str) -> str:
    if table.kind == "change":
        return _("Change since %(wave)s") % {"wave": material.previous_wave}
    title = material.figure_texts(table.indicator)[language].title
    return _by_node(table.node) % {"title": title} if table.node else title


def _by_node(node: Node) -> str:
    return {
        Node.SECTOR: _("%(title)s, by sector"),
        Node.SIZE: _("%(title)s, by size"),
        Node.COUNTY: _("%(title)s, by county"),
        Node.SECTOR_AND_SIZE: _("%(title)s, by sector and size"),
    }[node]


def _question(table: Table, material: Material, language: str) -> str:
    if table.kind == "change":
        return _("The same questions were put in both waves; each row names its own.")
    return " / ".join(material.question(item, language) for item in _items(table.indicator, material))


def _items(indicator: str, material: Material) -> list[str]:
    """The question that a figure rests on; of an index that names none those of its figures."""
    definitions = material.definitions
    entry = definitions.indicators.get(indicator) or definitions.indices[indicator]
    if entry.question or isinstance(entry, Indicator):
        return [entry.question]
    parts = [part.indicator for part in entry.measures if isinstance(part, Measure)]
    return list(dict.fromkeys(definitions.indicators[part].question for part in parts))


def _about(table: Table, material: Material) -> dict[str, dict[str, str]]:
    """What an index tells and what it does not measure: both stand with its figure wherever that goes."""
    if table.kind != "index":
        return {}
    index, texts = material.definitions.indices[table.indicator], material.figure_texts(table.indicator)
    return {
        "purpose": _each(material, lambda language: texts[language].purpose or index.purpose),
        "measures_not": _each(material, lambda language: texts[language].measures_not or index.measures_not),
    }


def _base(table: Table, material: Material, language: str) -> str:
    if table.kind == "change":
        return _("The base of each row is that of its indicator in both waves.")
    return material.figure_texts(table.indicator)[language].base


def _method(table: Table, material: Material) -> str:
    level = {"level": f"{100 * material.confidence:g}"}
    parts = [
        _(
            "Weighted for the chance of being drawn and for workplaces that did not answer; the intervals have a "
            "confidence of %(level)s %%, from linearised variance with finite population correction, and their ends "
            "are rounded outward."
        )
        % level
    ]
    if table.kind == "balance":
        parts.append(_("Net balance is the share promoted minus the share hindered, on the same base."))
    if table.kind == "index":
        parts += _made_of(material.definitions.indices[table.indicator])
    if any(COMMON_PART in row.flags for row in table.rows if row.estimand == "difference"):
        parts.append(
            _("Countries are compared in what all of them asked: %(levels)s; %(sectors)s.")
            % {
                "levels": _names(Level, material.compared.get("levels", ())),
                "sectors": _names(Sector, material.compared.get("sectors", ())),
            }
        )
    if table.kind == "change":
        parts.append(_("Workplaces that answered in both waves are taken into account in the interval of a change."))
    return " ".join(parts)


def _made_of(index: Index) -> list[str]:
    """How the index is made, in the words of its unit and its weights."""
    if index.unit is Unit.RESPONDENT:
        made = _(
            "Every workplace has a score, the mean of what it answered; the index is the weighted mean of the scores."
        )
    elif len(index.components) == 1:
        made = _("The index is one share of each country, the same as in its own table.")
    else:
        made = _("The index is the mean of the figures of each country that it is made of.")
    equal = len({round(weight, 9) for weight in weights_of(index)}) == 1
    ends = (
        _("All parts weigh the same, and are moved from the fixed ends of their scales to 0 and %(scale)s.")
        if equal
        else _(
            "The parts weigh as the definition says, and are moved from the fixed ends of their scales "
            "to 0 and %(scale)s."
        )
    )
    compared = _("Countries are compared in pairs, adjusted by Holm's method; possible places follow from the pairs.")
    return [made, ends % {"scale": f"{index.scale:g}"}, compared]


def _names(choices: type[Level] | type[Sector], codes: Sequence[str]) -> str:
    return ", ".join(str(label) for value, label in choices.choices if value in codes)


def _labels(table: Table, material: Material, language: str) -> dict[str, dict[str, str]]:
    """What the codes of the table are called: countries, sectors and categories."""
    with translation.override(language):
        return {
            "countries": _found(Country, {code for row in table.rows for code in (row.country, row.against)}),
            "sectors": _found(Sector, {row.sector for row in table.rows}) | {"": _("All sectors")},
            "sizes": _found(SizeClass, {row.size_class for row in table.rows}) | {"": _("All sizes")},
            "counties": {county: county for county in map(county_of, table.rows) if county} | {"": _("All counties")},
            "categories": {category_of(row): _category(row, material, language) for row in table.rows},
        }


def _found(choices: type[Country] | type[Sector] | type[SizeClass], codes: Iterable[str]) -> dict[str, str]:
    return {value: str(label) for value, label in choices.choices if value in codes}


def _category(row: EstimateRow, material: Material, language: str) -> str:
    if row.estimand != "change":
        return material.category(row.indicator, row.category, language) if row.category else ""
    title = material.figure_texts(row.indicator)[language].title
    return f"{title}: {material.category(row.indicator, row.category, language)}" if row.category else title


def documents(material: Material, withheld: Mapping[str, Reason]) -> list[Document]:
    return [document(table, material, withheld) for table in tables(material)]


def shown_cells(written: Sequence[Mapping[str, object]]) -> set[str]:
    """The ids of the cells that the finished documents show, read back from the documents themselves."""
    return {cell for cell, is_shown in cells_in(written).items() if is_shown}


def cells_in(written: Sequence[Mapping[str, object]]) -> dict[str, bool]:
    """The ids of the cells that finished documents name, of any schema, and whether each is shown in one of them."""
    found: dict[str, bool] = {}
    for one in written:
        rows = one[ALL_ROWS]
        assert isinstance(rows, list)  # noqa: S101 - the type of our own document
        for row in rows:
            cell = cell_of(one, row)
            is_shown = row["status"] == "shown" or "value" in row or "n" in row
            found[cell] = found.get(cell, False) or is_shown
    return found
