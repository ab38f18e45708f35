import pytest

from surveys.instrument.codebook import CodebookEntry, CodebookValue, codebook
from surveys.instrument.schema import DisclosureClass, ItemType
from tests import make


def test_an_entry_describes_an_item_as_a_researcher_needs_it() -> None:
    entries = codebook(make.questionnaire("routing"), "en")
    assert [entry.key for entry in entries] == [
        "types.service", "types.product", "partners", "phases.state", "phases.citizens", "budget", "reason",
    ]  # fmt: skip
    assert entries[2] == CodebookEntry(
        key="partners",
        type=ItemType.MULTI,
        question="With whom?",
        help="",
        values=(
            CodebookValue("state", "The state", missing=False),
            CodebookValue("citizens", "Citizens", missing=False),
            CodebookValue("none", "Nobody", missing=False),
        ),
        columns=("partners", "partners.state", "partners.citizens", "partners.none"),
        disclosure=DisclosureClass.OPEN,
        page="partners",
        asked_when='types.service == "yes" or types.product == "yes"',
        minimum=None,
        maximum=None,
        max_choices=None,
        source="",
        since="",
        evidence="",
    )
    assert entries[0].question == "Anything new? Services"
    assert (entries[0].asked_when, entries[0].columns) == ("", ("types.service",))
    assert entries[5].asked_when == (
        '(types.service == "yes" or types.product == "yes") and bg.employees >= 50 and bg.country in ["NO", "IS"]'
    )


def test_a_language_without_texts_is_an_error() -> None:
    with pytest.raises(KeyError):
        codebook(make.questionnaire("routing"), "nb")
