"""Plans and columns for the tests of survey files, written as a document and as rows of text."""

from collections.abc import Mapping, Sequence

import numpy as np

from analytics.core.survey_file.file_columns import Column
from analytics.core.survey_file.plan import Plan
from analytics.core.survey_file.plan_document import plan_of
from analytics.core.survey_file.results import FileEstimate
from analytics.core.survey_file.run import estimates
from analytics.core.survey_file.survey import Survey, survey_of

DOCUMENT: dict[str, object] = {
    "design": {"weight": "w"},
    "items": {"q": {"codes": ["a", "b", "c"]}, "x": {}},
    "estimates": [{"estimand": "share", "items": "q"}],
}


def document(**changes: object) -> dict[str, object]:
    return {**DOCUMENT, **changes}


def plan(**changes: object) -> Plan:
    return plan_of(document(**changes))


def column(name: str, texts: Sequence[object]) -> Column:
    written = [str(one) for one in texts]
    different = list(dict.fromkeys(written))
    return Column(name, tuple(different), np.array([different.index(one) for one in written], dtype=np.int64))


def columns(table: Mapping[str, Sequence[object]]) -> dict[str, Column]:
    return {name: column(name, texts) for name, texts in table.items()}


def sample(n: int = 240, *, seed: int = 5) -> dict[str, list[object]]:
    """A constructed file: strata of which one is a census, PSUs, domains of which one has one row, gaps."""
    draw = np.random.default_rng(seed)
    stratum = np.repeat(np.arange(6), n // 6)
    psu = np.arange(n) // 8
    sizes = np.bincount(stratum)
    populations = np.where(np.arange(6) == 5, sizes, sizes * 4)
    domain = np.array(["north", "south", "east"])[draw.integers(0, 3, n)]
    domain[7] = "alone"
    q = np.array(["a", "b", "c", "", "skip"])[draw.choice(5, n, p=[0.35, 0.3, 0.15, 0.15, 0.05])]
    q[domain == "east"] = "a"
    x = np.round(draw.lognormal(2, 1, n), 3).astype("<U12")
    x[draw.random(n) < 0.1] = ""
    return {
        "w": (populations / sizes)[stratum].tolist(),
        "stratum": stratum.tolist(),
        "psu": psu.tolist(),
        "N": populations[stratum].tolist(),
        "PSUs": np.where(stratum == 5, 5, 20).tolist(),
        "M": np.full(n, 12).tolist(),
        "domain": domain.tolist(),
        "size": draw.integers(1, 3, n).tolist(),
        "q": q.tolist(),
        "x": x.tolist(),
        "z": np.round(draw.normal(50, 9, n), 2).tolist(),
    }


def survey(table: Mapping[str, Sequence[object]], **changes: object) -> Survey:
    return survey_of(plan(**changes), columns(table))


def rows(table: Mapping[str, Sequence[object]], **changes: object) -> list[FileEstimate]:
    return list(estimates(survey(table, **changes)))
