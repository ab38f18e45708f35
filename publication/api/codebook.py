"""The codebook of a release, read from its frozen documents: every code with its meaning, and no number."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from analytics.core.document_values import ABOUT

Document = Mapping[str, Any]
KINDS = {
    "country": "countries", "sector": "sectors", "size_class": "sizes", "county": "counties",
}  # fmt: skip


def codebook_of(documents: Sequence[Document]) -> dict[str, Any]:
    """`indicators` in the order of the tables, `dimensions` by name; an empty code stands for all of a dimension."""
    by_indicator: dict[str, list[Document]] = {}
    for document in documents:
        by_indicator.setdefault(document["indicator"] if document["kind"] != "change" else document["key"], []).append(
            document
        )
    return {
        "indicators": [_indicator(key, own) for key, own in by_indicator.items()],
        "dimensions": {name: found for name, kind in KINDS.items() if (found := codes(documents, kind))},
    }


def _indicator(key: str, documents: Sequence[Document]) -> dict[str, Any]:
    first = documents[0]
    return {
        "indicator": key,
        "tables": [document["key"] for document in documents],
        "titles": first["title"],
        "questions": first["question"],
        "bases": first["base"],
        **{name: first[name] for name in ABOUT if name in first},
        "kind": first["kind"],
        "unit": first["unit"],
        "categories": [one for one in codes(documents, "categories") if one["code"]],
    }


def codes(documents: Iterable[Document], kind: str) -> list[dict[str, Any]]:
    """The codes that the documents name, in their order, each with its labels by language."""
    found: dict[str, dict[str, str]] = {}
    for document in documents:
        for language, labels in document["labels"].items():
            for code, label in labels.get(kind, {}).items():
                found.setdefault(code, {}).setdefault(language, label)
    return [{"code": code, "labels": labels} for code, labels in found.items()]
