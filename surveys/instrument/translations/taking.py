"""What a translator's file brings, and a questionnaire that has it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from surveys.instrument.document import from_document, to_document
from surveys.instrument.exchange import Loss
from surveys.instrument.findings import Finding
from surveys.instrument.schema import Instrument, Texts, TextState
from surveys.instrument.texts import with_texts


@dataclass(frozen=True)
class Translation:
    text: str
    state: TextState
    source: str  # the text that it was made from: another one than now makes it stale


@dataclass(frozen=True)
class Translated:
    """What a file brings in a language."""

    language: str
    texts: Mapping[str, Translation]  # location -> what is to be stored there
    refused: tuple[Loss, ...]  # what is not taken
    findings: tuple[Finding, ...]  # what the linter says of texts that are taken
    remarks: tuple[str, ...]  # sentences on what else there is to know
    unchanged: int  # texts that stay as they are

    @property
    def taken(self) -> dict[str, int]:
        checked = sum(one.state is TextState.CHECKED for one in self.texts.values())
        return {"texts": len(self.texts), "of them checked": checked, "unchanged": self.unchanged}


def with_translations(document: Mapping[str, object], translated: Translated) -> dict[str, object]:
    """The canonical document with these texts.

    Raises:
        InstrumentError: the document is no questionnaire.
    """
    return to_document(with_taken(from_document(document), translated.language, translated.texts))


def with_taken(instrument: Instrument, language: str, taken: Mapping[str, Translation]) -> Instrument:
    """The questionnaire with these texts in a language of its own, each with the hash of what it was made from."""
    texts = instrument.texts.get(language) or no_texts(language)
    if language != instrument.base_language and not texts.source:
        texts = replace(texts, source=instrument.base_language)
    for state in TextState:
        chosen = {where: one for where, one in taken.items() if one.state is state}
        changes = {where: one.text for where, one in chosen.items()}
        texts = with_texts(texts, changes, {where: one.source for where, one in chosen.items()}, state)
    every = {**instrument.texts, language: texts}
    return replace(instrument, texts={one: every[one] for one in instrument.languages if one in every})


def no_texts(language: str) -> Texts:
    return Texts(
        language=language,
        state=TextState.DRAFT,
        title="",
        introduction="",
        definition="",
        sections={},
        pages={},
        batteries={},
        items={},
        edits={},
    )
