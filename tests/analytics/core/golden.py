"""The golden inputs and numbers of tests/golden: each number carries the R call that made it."""

import csv
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).resolve().parents[2] / "golden"
RELATIVE = 1e-9
STRATA = {"E": 0, "H": 1, "M": 2}


def numbers(name: str) -> dict:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


class Table:
    """A CSV as columns; an empty value or NA of a number is NaN."""

    def __init__(self, name: str) -> None:
        with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            self.rows = list(csv.DictReader(file))

    def text(self, name: str) -> NDArray[np.str_]:
        return np.array([row[name] for row in self.rows])

    def number(self, name: str) -> NDArray[np.float64]:
        return np.array([float(row[name]) if row[name] not in {"", "NA"} else np.nan for row in self.rows])

    def where(self, conditions: str | None) -> NDArray[np.bool_]:
        """Rows that fulfil all of "a=x,b!=y,c>1"; all rows for None."""
        rows = np.ones(len(self.rows), dtype=bool)
        for condition in (conditions or "").split(",") if conditions else []:
            if "!=" in condition:
                name, value = condition.split("!=")
                rows &= self.text(name) != value
            elif "=" in condition:
                name, value = condition.split("=")
                rows &= self.text(name) == value
            else:
                name, value = condition.split(">")
                rows &= self.number(name) > float(value)
        return rows
