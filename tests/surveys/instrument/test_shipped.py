"""What the library offers to whoever makes a new version."""

import pytest

from surveys.instrument import shipped
from surveys.instrument.document import from_document, load_library


def test_every_questionnaire_is_offered_with_a_title_in_its_languages() -> None:
    offered = {one.name: one for one in shipped.instruments()}
    assert list(offered) == ["management", "political", "workplace"]
    for name, one in offered.items():
        instrument = from_document(load_library(name))
        assert (one.version, one.items) == (instrument.version, len(instrument.items))
        assert one.titles.keys() == set(instrument.languages)
        assert all(one.titles.values())


@pytest.mark.parametrize("name", ["management", "political", "workplace"])
def test_every_block_that_fits_is_offered_with_its_origin_and_what_it_adds(name: str) -> None:
    blocks = shipped.blocks_for(name)
    whole = from_document(load_library(name, blocks=[block.key for block in blocks]))
    assert [block.key for block in blocks] == [block.key for block in whole.blocks]
    for block, stored in zip(blocks, whole.blocks, strict=True):
        assert (block.origin, block.evidence) == (stored.origin, stored.evidence)
        assert block.items > 0
        assert block.titles.keys() == set(whole.languages)
        assert all(titles for titles in block.titles.values())
