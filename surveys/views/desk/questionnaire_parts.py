"""A questionnaire as the desk shows it: its pages and items in order, with every rule as people write it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from surveys.instrument.diff import ItemChange
from surveys.instrument.rule_nodes import Node
from surveys.instrument.rule_text import to_text
from surveys.instrument.schema import (
    Ask,
    DisclosureClass,
    Instrument,
    Item,
    ItemType,
    Option,
    Origin,
    Page,
    Relation,
    Requirement,
    Texts,
)
from surveys.instrument.texts import Coverage, Standing, coverage
from surveys.views.respond.wording import language_name

Value = TypeVar("Value")

TYPES = {
    ItemType.SINGLE: _("One choice"),
    ItemType.MULTI: _("Several choices"),
    ItemType.NUMBER: _("Number"),
    ItemType.TEXT: _("Text"),
    ItemType.DATE: _("Date"),
    ItemType.YEAR: _("Year"),
    ItemType.PERCENT: _("Split of 100 per cent"),
    ItemType.RANK: _("Ranking"),
    ItemType.INFO: _("Information, nothing to answer"),
    ItemType.REGISTER: _("Value of the register, confirmed or corrected"),
}
DISCLOSURE = {
    DisclosureClass.OPEN: _("Open"),
    DisclosureClass.QUASI_IDENTIFYING: _("Quasi-identifying"),
    DisclosureClass.CONFIDENTIAL: _("Confidential"),
    DisclosureClass.IDENTIFYING: _("Identifying"),
}
REQUIRED = {
    Requirement.HARD: _("must be answered"),
    Requirement.SOFT: _("asked for once"),
    Requirement.NO: _("may be left open"),
}
STANDINGS = {
    Standing.MISSING: _("Missing"),
    Standing.STALE: _("Source changed since"),
    Standing.DRAFT: _("Draft"),
    Standing.CHECKED: _("Checked"),
}
ORIGINS = {
    Origin.DOCUMENTED: _("Documented in a real barometer"),
    Origin.OWN: _("Our own"),
}
RELATIONS = {
    Relation.SAME: _("same"),
    Relation.REWORDED: _("reworded"),
    Relation.RECODED: _("recoded"),
    Relation.BROKEN: _("broken"),
}

KINDS = {
    "items": _("questions"),
    "pages": _("pages"),
    "conditions": _("named conditions"),
    "edits": _("checks across answers"),
    "languages": _("languages"),
    "texts": _("texts"),
    "of them checked": _("of them checked"),
    "unchanged": _("unchanged"),
}


@dataclass(frozen=True)
class ShownOption:
    code: str
    label: str
    marks: tuple[str, ...]
    rule: str


@dataclass(frozen=True)
class ShownItem:
    key: str
    question: str
    kind: str
    marks: tuple[str, ...]
    rule: str  # under which it is asked on its page; empty: always
    options: tuple[ShownOption, ...]
    origin: str  # how well the question is documented, its code in the list of those, where it was asked first


@dataclass(frozen=True)
class ShownPage:
    id: str
    title: str
    rule: str
    items: tuple[ShownItem, ...]


@dataclass(frozen=True)
class ShownSection:
    id: str
    title: str
    pages: tuple[ShownPage, ...]


@dataclass(frozen=True)
class ShownCoverage:
    language: str
    name: str  # of the language, in itself
    total: int
    counts: tuple[int, ...]  # in the order of STANDINGS
    checked: bool


def language_read(instrument: Instrument) -> str:
    """The reader's language where the questionnaire has it, else its first."""
    return in_language({language: language for language in instrument.texts}, instrument.base_language)


def in_language(texts: Mapping[str, Value], otherwise: Value) -> Value:
    """What stands under the reader's language, else under the first one given."""
    return texts.get(get_language() or "", next(iter(texts.values()), otherwise))


def sections_of(instrument: Instrument) -> list[ShownSection]:
    """The pages in order, those that follow one another in a section together."""
    texts = instrument.texts[language_read(instrument)]
    groups: list[tuple[str, list[ShownPage]]] = []
    for page in instrument.pages:
        if not groups or groups[-1][0] != page.section:
            groups.append((page.section, []))
        groups[-1][1].append(_page(instrument, texts, page))
    return [ShownSection(section, texts.sections.get(section, section), tuple(pages)) for section, pages in groups]


def coverage_of(instrument: Instrument) -> list[ShownCoverage]:
    return [shown_coverage(coverage(instrument, language)) for language in instrument.languages]


def shown_coverage(found: Coverage) -> ShownCoverage:
    counts = tuple(found.counts[kind] for kind in STANDINGS)
    return ShownCoverage(found.language, language_name(found.language), found.total, counts, found.checked)


def counted(taken: Mapping[str, int]) -> list[tuple[str, int]]:
    """What came along, in words; a kind without a word here is shown as it is called."""
    return [(str(KINDS.get(kind, kind)), n) for kind, n in taken.items()]


def relation_said(item: ItemChange) -> str:
    """What is declared of a changed question; where countries differ, each with its country."""
    said = [(entry.country, str(RELATIONS[entry.relation])) for entry in item.declarations]
    return ", ".join(relation if country == "*" else f"{country}: {relation}" for country, relation in said)


def written(rule: Node | None) -> str:
    """The rule as people write it; empty where there is none."""
    return "" if rule is None else to_text(rule)


def _page(instrument: Instrument, texts: Texts, page: Page) -> ShownPage:
    items = tuple(_item(instrument, texts, ask) for ask in page.asks)
    return ShownPage(page.id, texts.pages.get(page.id, page.id), written(page.show_if), items)


def _item(instrument: Instrument, texts: Texts, ask: Ask) -> ShownItem:
    item = instrument.items[ask.item]
    return ShownItem(
        key=item.key,
        question=texts.full_question(item),
        kind=str(TYPES[item.type]),
        marks=tuple(_marks(item)),
        rule=written(ask.show_if),
        options=tuple(_option(texts, item, option) for option in item.options),
        origin=", ".join(filter(None, (item.evidence, item.source, item.since))),
    )


def _marks(item: Item) -> list[str]:
    marks = [str(DISCLOSURE[item.disclosure])]
    if item.type is not ItemType.INFO:
        marks.append(str(REQUIRED[item.required]))
    if item.minimum is not None or item.maximum is not None:
        least, most = ("" if limit is None else str(limit) for limit in (item.minimum, item.maximum))
        marks.append(f"{least}–{most}")
    if item.max_choices is not None:
        marks.append(str(_("at most %(most)s choices")) % {"most": item.max_choices})
    if item.max_length is not None:
        marks.append(str(_("at most %(most)s characters")) % {"most": item.max_length})
    return marks


def _option(texts: Texts, item: Item, option: Option) -> ShownOption:
    marks = []
    if option.missing:
        marks.append(str(_("counts as missing")))
    if option.exclusive:
        marks.append(str(_("excludes the others")))
    if option.common:
        marks.append(str(_("counts as %(code)s")) % {"code": option.common})
    return ShownOption(option.code, texts.label(item, option.code), tuple(marks), written(option.show_if))
