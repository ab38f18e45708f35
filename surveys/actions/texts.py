"""The texts of a questionnaire: checked by a person, reviewed, brought back from translators."""

from collections.abc import Collection
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from surveys.actions.instruments import unfielded
from surveys.instrument.document import content_hash, from_document, to_document
from surveys.instrument.schema import Instrument, Texts, TextState
from surveys.instrument.texts import Standing, entries, standing, with_texts
from surveys.models import AuditEvent, InstrumentVersion, ReviewKind, TextReview, User

LONGEST_NOTE = 4000


class TextsError(ValueError):
    """Something about texts that cannot be done as it was asked for."""


class TextsChanged(TextsError):
    """The questionnaire is another now than the one the person looked at."""


@transaction.atomic
def texts_checked(
    *, version: InstrumentVersion, language: str, locations: Collection[str] | None, seen: str, by: User
) -> int:
    """Say that a person has checked these texts as they stand; gives how many were not checked before.

    Args:
        locations: as in `surveys.instrument.texts`; None for every text of the language.
        seen: the content hash of the questionnaire that the person read: nobody checks what was changed since.

    Raises InstrumentFrozen, TextsChanged, TextsError (a language or location that is none).
    """
    version = unfielded(version)
    if version.content_hash != seen:
        raise TextsChanged(_("The questionnaire was changed since you opened the page. Read it again."))
    instrument = from_document(version.document)
    if language not in instrument.texts:
        raise TextsError(f"language: expected one of {', '.join(instrument.texts)}, got {language[:20]!r}.")
    own = entries(instrument.texts[language])
    unknown = [] if locations is None else sorted(set(locations) - own.keys())
    if unknown:
        raise TextsError(f"locations: expected places of texts, got {unknown[0][:80]!r}.")
    stands = standing(instrument, language)
    fresh = [
        location
        for location in own
        if stands[location] is not Standing.CHECKED and (locations is None or location in locations)
    ]
    if fresh:
        texts = _checked(instrument, language, {location: own[location] for location in fresh})
        _keep(version, replace(instrument, texts={**instrument.texts, language: texts}))
        AuditEvent.objects.record(
            "instrument.texts_checked",
            version,
            by=by,
            programme=version.programme,
            language=language,
            texts=len(fresh),
            sha256=version.content_hash,
            instead_of=seen,
        )
    return len(fresh)


def _checked(instrument: Instrument, language: str, wording: dict[str, str]) -> Texts:
    """The texts of the language with these checked; when that is all of them, the language is checked."""
    source = entries(instrument.texts[instrument.base_language])
    texts = with_texts(instrument.texts[language], wording, source, TextState.CHECKED)
    if all(texts.states.get(location, texts.state) is TextState.CHECKED for location in entries(texts)):
        return replace(texts, state=TextState.CHECKED, states={})
    return texts


@transaction.atomic
def review(*, version: InstrumentVersion, language: str, item: str, kind: str, note: str, by: User) -> TextReview:
    """Add a line to the log of what people said of a text. The same line sent twice stands once.

    Args:
        item: key of an item or a battery; empty for the whole questionnaire.

    Raises TextsError.
    """
    version = InstrumentVersion.objects.select_for_update(of=("self",)).select_related("programme").get(pk=version.pk)
    instrument = from_document(version.document)
    if language not in instrument.languages:
        raise TextsError(f"language: expected one of {', '.join(instrument.languages)}, got {language[:20]!r}.")
    if item and item not in reviewable(instrument):
        raise TextsError(f"item: expected an item or battery of the questionnaire, got {item[:80]!r}.")
    if kind not in ReviewKind.values:
        raise TextsError(f"kind: expected one of {', '.join(ReviewKind.values)}, got {kind[:20]!r}.")
    note = note.strip()
    if not 0 < len(note) <= LONGEST_NOTE:
        raise TextsError(_("Write what was said, in at most %(most)s characters.") % {"most": LONGEST_NOTE})
    made: TextReview
    made, created = TextReview.objects.get_or_create(
        instrument=version, language=language, item=item, kind=kind, note=note, by=by
    )
    if created:
        AuditEvent.objects.record(
            "instrument.reviewed", version, by=by, programme=version.programme, language=language, item=item, kind=kind
        )
    return made


def reviewable(instrument: Instrument) -> list[str]:
    """Keys of the items and batteries, in the order of the bank."""
    keys: dict[str, None] = {}
    for item in instrument.items.values():
        if item.battery is not None:
            keys[item.battery] = None
        keys[item.key] = None
    return list(keys)


def _keep(version: InstrumentVersion, instrument: Instrument) -> None:
    version.document = to_document(instrument)
    version.content_hash = content_hash(version.document)
    version.save(update_fields=["document", "content_hash"])
