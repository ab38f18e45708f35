"""The texts of a questionnaire: checked by a person, reviewed, brought back from translators."""

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from surveys.actions.instruments import frozen, unfielded
from surveys.instrument.document import content_hash, from_document, to_document
from surveys.instrument.schema import Instrument, Texts, TextState
from surveys.instrument.texts import Standing, entries, standing, with_texts
from surveys.models import AuditEvent, InstrumentVersion, ReviewKind, TextReview, User

if TYPE_CHECKING:
    from surveys.instrument.translations import Translated

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
    source = entries(instrument.texts[instrument.base_language])
    return _with_state(with_texts(instrument.texts[language], wording, source, TextState.CHECKED))


def _with_state(texts: Texts) -> Texts:
    """The texts with the state of the whole: checked when every text is, else draft, and shown as such."""
    states = {location: texts.states.get(location, texts.state) for location in entries(texts)}
    whole = TextState.CHECKED if set(states.values()) <= {TextState.CHECKED} else TextState.DRAFT
    return replace(texts, state=whole, states={place: state for place, state in states.items() if state is not whole})


def take_translations(*, version: InstrumentVersion, language: str, content: bytes, by: User) -> "Translated":
    """Take the texts of a translator's file over; what the file marks as checked counts as checked by `by`.

    The same file again changes nothing. Raises ExchangeRefused (a file that is not read), InstrumentFrozen,
    TextsChanged (somebody else changed the questionnaire while the file was read).
    """
    # Imported here: it loads the spreadsheet library, which the web process needs for this alone.
    from surveys.instrument.translations import read_texts, with_translations

    if version.fielded_at is not None:
        raise frozen(version)
    translated = read_texts(content, from_document(version.document), language, by=by.get_username())
    with transaction.atomic():
        locked = unfielded(version)
        if locked.content_hash != version.content_hash:
            raise TextsChanged(_("The questionnaire was changed while the file was read. Bring the file again."))
        instrument = from_document(with_translations(locked.document, translated))
        texts = {**instrument.texts, language: _with_state(instrument.texts[language])}
        if translated.texts and _keep(locked, replace(instrument, texts=texts)):
            AuditEvent.objects.record(
                "instrument.texts_taken",
                locked,
                by=by,
                programme=locked.programme,
                language=language,
                texts=len(translated.texts),
                checked=translated.taken["of them checked"],
                refused=len(translated.refused),
                sha256=locked.content_hash,
                instead_of=version.content_hash,
            )
    return translated


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


def _keep(version: InstrumentVersion, instrument: Instrument) -> bool:
    """Put the questionnaire in the place of the version's; whether it is another one."""
    document = to_document(instrument)
    digest = content_hash(document)
    if digest == version.content_hash:
        return False
    version.document, version.content_hash = document, digest
    version.save(update_fields=["document", "content_hash"])
    return True
