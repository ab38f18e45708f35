"""The questions of a group on pages of ours: short ones, on which no rule reads an answer of the same page.

LimeSurvey shows a question while its group is being answered; here a page is decided before it is shown.
"""

from collections.abc import Iterable, Mapping

from surveys.instrument.findings import items_read
from surveys.instrument.lint_items import LONGEST_PAGE
from surveys.instrument.rule_nodes import Node
from surveys.instrument.rule_tree import from_tree

Document = dict[str, object]


def parted(questions: Iterable[list[Document]], conditions: Mapping[str, Node]) -> list[list[Document]]:
    """The uses of items page by page; those of one question stay together."""
    pages: list[list[Document]] = []
    count = 0
    for uses in questions:
        read = {key for use in uses if "show_if" in use for key in items_read(from_tree(use["show_if"]), conditions)}
        here = {use["item"] for use in pages[-1]} if pages else set()
        if not pages or read & here or count >= LONGEST_PAGE or (count and count + len(uses) > LONGEST_PAGE):
            pages.append([])
            count = 0
        pages[-1] += uses
        count += len(uses)
    return pages
