"""CSV that a spreadsheet cannot be tricked by: RFC 4180, UTF-8, and no text cell that starts a formula."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

TABLE_COLUMNS = (
    "table", "wave", "measure", "category", "category_label", "country", "country_label", "sector", "sector_label",
    "size_class", "size_class_label", "county", "against", "status", "unit", "n", "value", "low", "high",
    "standard_error", "caution", "verdict", "p_adjusted", "rank_low", "rank_high", "constructed",
)  # fmt: skip


def cell(value: object) -> object:
    """Numbers as they are, nothing for None, text with an apostrophe before what a spreadsheet would execute."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text


def written(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The file's text, lines ended as the standard says."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(header)
    writer.writerows([cell(value) for value in row] for row in rows)
    return file.getvalue()


def table_csv(document: Mapping[str, object], language: str) -> str:
    """A release table, one line a row; every line says whether the data are constructed."""
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
    lines = []
    for row in rows:
        named = {
            "category_label": labels["categories"].get(row["category"], ""),
            "country_label": labels["countries"].get(row["country"], ""),
            "sector_label": labels["sectors"].get(row["sector"], ""),
            "size_class_label": labels.get("sizes", {}).get(row.get("size_class", ""), ""),
        }
        line = {**row, **named, **common}
        lines.append([line.get(column) for column in TABLE_COLUMNS])
    return written(TABLE_COLUMNS, lines)
