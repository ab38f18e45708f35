"""CSV that a spreadsheet cannot be tricked by: RFC 4180, UTF-8, and no text cell that starts a formula."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from publication.formats.cube import Category, Cube
from publication.formats.layout import MARKS, digits, laid_out

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

TABLE_COLUMNS = (
    "table", "wave", "measure", "category", "category_label", "country", "country_label", "sector", "sector_label",
    "size_class", "size_class_label", "county", "county_label", "against", "status", "caution", "unit", "n", "value",
    "low", "high", "standard_error", "verdict", "p_adjusted", "rank_low", "rank_high", "constructed",
)  # fmt: skip
COMPOSED_COLUMNS = ("release", *TABLE_COLUMNS)


def cell(value: object) -> object:
    """Numbers as they are, nothing for None, text with an apostrophe before what a spreadsheet would execute."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float | Decimal):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text


def written(header: Sequence[str], rows: Iterable[Sequence[object]], *, separator: str = ",") -> str:
    """The file's text, lines ended as the standard says."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=separator)
    writer.writerow([cell(name) for name in header])
    writer.writerows([cell(value) for value in row] for row in rows)
    return file.getvalue()


def table_csv(document: Mapping[str, object], language: str) -> str:
    """A release table, one line a row; every line says whether the data are constructed.

    Of a figure composed of several tables (its document has `sources`) each line names its release and table too.
    """
    all_labels, rows = document["labels"], document["rows"]
    if not isinstance(all_labels, dict) or not isinstance(rows, list):
        raise TypeError("document: expected a release table with labels and rows. Give the stored document.")
    labels = all_labels[language]
    common = {
        "table": document["key"],
        "wave": document["wave"],
        "unit": document["unit"],
        "constructed": "constructed" if document["constructed"] else "",
    }
    columns = COMPOSED_COLUMNS if "sources" in document else TABLE_COLUMNS
    lines = []
    for row in rows:
        named = {
            "category_label": labels["categories"].get(row["category"], ""),
            "country_label": labels["countries"].get(row["country"], ""),
            "sector_label": labels["sectors"].get(row["sector"], ""),
            "size_class_label": labels.get("sizes", {}).get(row.get("size_class", ""), ""),
            "county_label": labels.get("counties", {}).get(row.get("county", ""), ""),
        }
        line = {**common, **row, **named}
        lines.append([line.get(column) for column in columns])
    return written(columns, lines)


def cube_csv(
    cube: Cube,
    language: str,
    *,
    stub: Sequence[str] | None = None,
    heading: Sequence[str] | None = None,
    names: str = "texts",
    separator: str = ",",
    title: bool = False,
) -> str:
    """A cube as PxWebApi writes it: a column for each dimension at the left, then one for each combination on top.

    `names` says how values are written: `texts`, `codes` or `both`. Withheld cells hold `:` and those never published
    `..`; a warning of low precision has no place in this layout and stands in the other formats. `title` puts the
    title and an empty line first.

    Raises:
        ValueError: another word in `names`.
        SelectionError: the dimensions of `stub` and `heading` are not those of the cube.
        KeyError: the cube does not have the language.
    """
    if names not in ("texts", "codes", "both"):
        raise ValueError(f"names: expected texts, codes or both, got {names!r}. Name one of them.")

    def name(category: Category) -> str:
        text = category.labels[language]
        return {"texts": text, "codes": category.code, "both": f"{category.code} {text}"}[names]

    layout = laid_out(cube, stub=stub, heading=heading)
    decimals = layout.decimals()
    header = [one.code if names == "codes" else one.labels[language] for one in layout.stub]
    header += [" ".join(name(category) for category in column) for column in layout.heading_columns()]
    lines = (
        [*(name(category) for category in stub), *(_shown(layout.cube, place, decimals[place]) for place in cells)]
        for stub, cells in layout.rows()
    )
    text = written(header, lines, separator=separator)
    return written([cube.title[language]], [[]], separator=separator) + text if title else text


def _shown(cube: Cube, place: int, decimals: int) -> object:
    value = cube.values[place]
    return MARKS[cube.statuses[place]] if value is None else Decimal(digits(value, decimals))
