"""What the library offers: its questionnaires, and the optional blocks that fit each of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from surveys.instrument.directory import as_list, names_in, read_part
from surveys.instrument.document import LIBRARY, from_document, load_library
from surveys.instrument.schema import Instrument, Origin


@dataclass(frozen=True)
class OfferedInstrument:
    name: str
    version: str
    titles: Mapping[str, str]  # language -> title
    items: int


@dataclass(frozen=True)
class OfferedBlock:
    """An optional block: what it adds, and whether it was asked in a real barometer or is ours."""

    key: str
    origin: Origin
    evidence: str
    titles: Mapping[str, tuple[str, ...]]  # language -> titles of the pages it adds
    items: int  # how many it adds


@lru_cache(maxsize=1)
def instruments() -> tuple[OfferedInstrument, ...]:
    """The questionnaires of the library, in the order of their names."""
    return tuple(offered_instrument(name) for name in names_in(LIBRARY, "instruments"))


def offered_instrument(name: str) -> OfferedInstrument:
    instrument = from_document(load_library(name))
    titles = {language: texts.title for language, texts in instrument.texts.items()}
    return OfferedInstrument(name, instrument.version, titles, len(instrument.items))


@lru_cache(maxsize=16)
def blocks_for(name: str) -> tuple[OfferedBlock, ...]:
    """The optional blocks that fit a questionnaire of the library, in the order of their keys."""
    alone = from_document(load_library(name))
    return tuple(offered_block(alone, name, block) for block in names_in(LIBRARY, "blocks") if fits(block, name))


def fits(block: str, name: str) -> bool:
    return name in as_list(read_part(LIBRARY, "blocks", block), "instruments")


def offered_block(alone: Instrument, name: str, key: str) -> OfferedBlock:
    whole = from_document(load_library(name, blocks=(key,)))
    block = whole.blocks[-1]
    there = {page.id for page in alone.pages}
    added = [page.id for page in whole.pages if page.id not in there]
    titles = {
        language: tuple(dict.fromkeys(texts.pages.get(page, page) for page in added))
        for language, texts in whole.texts.items()
    }
    return OfferedBlock(block.key, block.origin, block.evidence, titles, len(whole.items) - len(alone.items))
