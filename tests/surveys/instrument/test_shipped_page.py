"""The page on the shipped questionnaires says what the library holds."""

import re
from pathlib import Path

import pytest

from surveys.instrument.directory import names_in
from surveys.instrument.document import LIBRARY, from_document, load_library
from surveys.instrument.schema import Item
from surveys.instrument.shipped import blocks_for
from surveys.instrument.texts import entries

PAGE = Path(__file__).resolve().parents[3] / "docs" / "howto" / "shipped_questionnaires.md"
NAMES = ("workplace", "management", "political")
INSTRUMENTS = [from_document(load_library(name, blocks=[block.key for block in blocks_for(name)])) for name in NAMES]


def tables() -> list[list[dict[str, str]]]:
    """The tables of the page; each row by its headings."""
    found: list[list[dict[str, str]]] = []
    for table in re.findall(r"(?:^\|.*\n)+", PAGE.read_text(encoding="utf-8"), re.MULTILINE):
        head, _rule, *rows = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in table.splitlines()]
        found.append([dict(zip(head, row, strict=True)) for row in rows])
    return found


CODES, OPTIONAL, WORDS = tables()


def measured(source: str) -> set[tuple[str, str, str]]:
    """What the banks say of the code: item or battery, evidence, since. Asked again is asked once."""
    items: list[Item] = [item for one in INSTRUMENTS for item in one.items.values() if item.source == source]
    return {(item.battery or item.key, item.evidence, item.since) for item in items if item.key != "followup_harm"}


def test_every_documented_question_has_its_line_and_no_other() -> None:
    assert {row["code"] for row in CODES} == {item.source for one in INSTRUMENTS for item in one.items.values()} - {""}
    assert len({row["code"] for row in CODES}) == len(CODES) == 45


@pytest.mark.parametrize("row", CODES, ids=[row["code"] for row in CODES])
def test_item_evidence_and_first_wave_are_those_of_the_bank(row: dict[str, str]) -> None:
    assert measured(row["code"]) == {(row["item"].strip("`"), row["evidence"], row["first asked"])}


def test_every_block_says_its_origin_and_which_questionnaires_it_fits() -> None:
    said = {row["block"].strip("`"): (row["fits"], row["origin"]) for row in OPTIONAL}
    fitting = {block.key: ([], block.origin.value) for name in NAMES for block in blocks_for(name)}
    for name in NAMES:
        for block in blocks_for(name):
            fitting[block.key][0].append(name)
    assert said == {key: (", ".join(names), origin) for key, (names, origin) in fitting.items()}
    assert said.keys() == set(names_in(LIBRARY, "blocks"))


def test_the_page_counts_the_blocks() -> None:
    assert len(OPTIONAL) == 12
    assert "Three questionnaires and twelve optional blocks" in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["en", "nb", "nn", "da", "sv", "fi", "is"])
def test_the_words_of_the_glossary_are_those_of_the_texts(language: str) -> None:
    said = " ".join(text for one in INSTRUMENTS for text in entries(one.texts[language]).values()).lower()
    assert [row[language] for row in WORDS if row[language] not in said.replace("\u00ad", "")] == []
