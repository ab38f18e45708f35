"""The tables of a release as a report reads them: what is shown of each group, and nothing that is not in a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from publication.disclosure.peers import Choice, Domain, PeerRule, choose
from publication.models import Release

Document = Mapping[str, Any]
Row = Mapping[str, Any]

BALANCE = "balance"
# What a report shows, in its order: innovative or not, types, what helped and hindered, values, cooperation.
SECTIONS = ("innovative", "innovation_type", "factors", "value", "partner")


@dataclass(frozen=True)
class Figures:
    """All published figures of one indicator: group -> category -> measure -> row."""

    indicator: str
    document: Document  # the table whose words are used: the one by country alone where there is one
    cells: Mapping[Domain, Mapping[str, Mapping[str, Row]]]

    @property
    def balanced(self) -> bool:
        return str(self.document["kind"]) == BALANCE

    @property
    def headline(self) -> str:
        return "net_balance" if self.balanced else "share"

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """In the order of the table; a "don't know" of the whole question is none."""
        rows = [row for row in self.document["rows"] if row["measure"] == self.headline and not row["against"]]
        return tuple(dict.fromkeys(row["category"] for row in rows))

    def row(self, domain: Domain | None, category: str, measure: str = "") -> Row | None:
        """The row if it is shown; None where it is withheld or not in a table."""
        if domain is None:
            return None
        row = self.cells.get(domain, {}).get(category, {}).get(measure or self.headline)
        return row if row is not None and row["status"] == "shown" else None

    @cached_property
    def shown(self) -> Mapping[Domain, Mapping[str, int]]:
        """For the choice of the group: the answers behind what each group shows."""
        return {
            domain: {
                category: int(measures[self.headline]["n"])
                for category, measures in categories.items()
                if measures.get(self.headline, {}).get("status") == "shown"
            }
            for domain, categories in self.cells.items()
        }

    @cached_property
    def phrases(self) -> dict[tuple[str, ...], str]:
        """What has been said of a row in a language: the same for all workplaces of a group, and made once."""
        return {}

    def beside(self, place: Domain, rule: PeerRule | None = None) -> Choice | None:
        return choose(place, self.shown, rule)

    def text(self, name: str, language: str) -> str:
        return str(self.document[name][language])

    def label(self, category: str, language: str) -> str:
        """What a category is called; of an indicator without categories, its title."""
        if not category:
            return self.text("title", language)
        return str(self.document["labels"][language]["categories"].get(category, category))


def figures_of(release: Release) -> tuple[Figures, ...]:
    """The indicators of a report that the release has tables of."""
    documents = [table.document for table in release.tables.all()]
    found = []
    for indicator in SECTIONS:
        own = [one for one in documents if one["indicator"] == indicator and one["kind"] in ("share", BALANCE)]
        if own:
            whole = next((one for one in own if one["key"] == indicator), own[0])
            found.append(Figures(indicator, whole, cells_of(own)))
    return tuple(found)


def cells_of(documents: Sequence[Document]) -> dict[Domain, dict[str, dict[str, Row]]]:
    """The rows of all tables of an indicator by group, category and measure; comparisons of countries are left out."""
    cells: dict[Domain, dict[str, dict[str, Row]]] = {}
    for document in documents:
        for row in document["rows"]:
            if not row["against"]:
                domain = Domain(row["country"], row["sector"], row.get("size_class", ""), row.get("county", ""))
                cells.setdefault(domain, {}).setdefault(row["category"], {})[row["measure"]] = row
    return cells
