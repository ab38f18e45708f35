"""Waves: made, opened for answers, closed."""

import re
from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.actions import responses
from surveys.instrument.texts import coverage
from surveys.models import AuditEvent, Country, InstrumentVersion, Programme, SampledUnit, User, Wave, WaveState
from surveys.queries.respondents import instrument_of

# Languages of the respondent's interface alone: the questions themselves stay in the unit's other language.
INTERFACE_ONLY = {"se"}
SHORTEST_REASON = 10
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,19}")


class WaveError(ValueError):
    """A wave that cannot be made or changed as asked."""


class WaveNotDraft(WaveError):
    """Only a wave in preparation can be opened."""


class WaveNotOpen(WaveError):
    """Only an open wave can be closed."""


class WaveNotReady(WaveError):
    """Something that must stand before the field opens is missing."""


class TextsNotChecked(WaveNotReady):
    """A language is not checked by a person, and nobody has waived that."""


@transaction.atomic
def create(
    *,
    programme: Programme,
    code: str,
    instrument: InstrumentVersion,
    countries: Sequence[str],
    languages: Sequence[str],
    reference_from: date,
    reference_to: date,
    closes_on: date,
    previous: Wave | None = None,
    constructed: bool = False,
    pilot: bool = False,
    by: User,
) -> Wave:
    """A wave in preparation."""
    if not CODE.fullmatch(code):
        raise WaveError(_("The code of a wave has up to 20 letters, digits and hyphens, for instance 2025."))
    unknown = [country for country in countries if country not in Country.values]
    if unknown or not countries or len(set(countries)) != len(countries):
        raise WaveError(f"countries: expected some of {', '.join(Country.values)}, each once, got {list(countries)}.")
    offered = set(instrument.document.get("texts", {}))
    if not languages or not set(languages) <= offered | INTERFACE_ONLY or not set(languages) & offered:
        raise WaveError(f"languages: expected some of {', '.join(sorted(offered))}, got {list(languages)}.")
    if not reference_from < reference_to:
        raise WaveError(_("The reference period ends before it begins."))
    if instrument.programme_id != programme.pk or (previous and previous.programme_id != programme.pk):
        raise WaveError("instrument and previous: expected those of the same programme.")
    if previous is not None and previous.pilot:
        raise WaveError(_("A pilot is no wave before: its answers never enter results. Choose another, or none."))
    if programme.constructed and not constructed:
        raise WaveError(_("The programme is constructed, and so are its waves. Mark the wave."))
    try:
        with transaction.atomic():
            wave = Wave.objects.create(
                programme=programme,
                code=code,
                instrument=instrument,
                previous=previous,
                countries=list(countries),
                languages=list(languages),
                reference_from=reference_from,
                reference_to=reference_to,
                closes_on=closes_on,
                constructed=constructed,
                pilot=pilot,
            )
    except IntegrityError as error:
        raise WaveError(_("The programme has a wave with this code already. Choose another code.")) from error
    AuditEvent.objects.record("wave.created", wave, by=by, programme=programme, wave=code)
    return wave


@transaction.atomic
def waive(*, wave: Wave, language: str, reason: str, by: User) -> Wave:
    """Say that a language may open though no person has checked every text of it, and why. It stands in the trail.

    Raises WaveNotDraft, WaveError.
    """
    wave = Wave.objects.select_for_update(of=("self",)).select_related("programme").get(pk=wave.pk)
    if wave.state != WaveState.DRAFT:
        raise WaveNotDraft(_("The wave was opened already."))
    if language not in wave.languages:
        raise WaveError(f"language: expected one of {', '.join(wave.languages)}, got {language[:20]!r}.")
    if len(reason.strip()) < SHORTEST_REASON:
        raise WaveError(_("Say why the language may open before every text of it is checked."))
    entry = {"reason": reason.strip(), "by": by.get_username(), "at": timezone.now().isoformat()}
    wave.waivers = {**wave.waivers, language: entry}
    wave.save(update_fields=["waivers"])
    AuditEvent.objects.record(
        "wave.language_waived", wave, by=by, programme=wave.programme, language=language, reason=reason.strip()
    )
    return wave


def unchecked(wave: Wave) -> list[str]:
    """The languages that may not open yet: a person has not checked all of it, and nobody has waived that.

    A demonstration may show drafts, marked as such.
    """
    if wave.constructed:
        return []
    instrument = instrument_of(wave.instrument)
    return [
        language
        for language in wave.languages
        if language not in wave.waivers and (language in INTERFACE_ONLY or not coverage(instrument, language).checked)
    ]


def _require_checked_texts(wave: Wave) -> None:
    languages = unchecked(wave)
    if languages:
        raise TextsNotChecked(
            _("No person has checked every text in: %(languages)s. Have them checked, or waive it with a reason.")
            % {"languages": ", ".join(languages)}
        )


@transaction.atomic
def open_wave(*, wave: Wave, by: User) -> Wave:
    """Open the field. The instrument is frozen, its texts are checked and the sample of every country is drawn."""
    wave = Wave.objects.select_for_update(of=("self",)).select_related("programme", "instrument").get(pk=wave.pk)
    if wave.state != WaveState.DRAFT:
        raise WaveNotDraft(_("The wave was opened already."))
    if wave.instrument.fielded_at is None:
        raise WaveNotReady(_("The questionnaire is not frozen yet. Freeze it first."))
    _require_checked_texts(wave)
    drawn = set(wave.plans.filter(drawn_at__isnull=False).values_list("frame__country", flat=True))
    missing = [str(Country(country).label) for country in wave.countries if country not in drawn]
    if missing:
        raise WaveNotReady(_("No sample is drawn for %(countries)s.") % {"countries": ", ".join(missing)})
    Wave.objects.filter(pk=wave.pk, state=WaveState.DRAFT).update(state=WaveState.OPEN, opened_at=timezone.now())
    AuditEvent.objects.record("wave.opened", wave, by=by, programme=wave.programme, wave=wave.code)
    wave.refresh_from_db()
    return wave


@transaction.atomic
def close(*, wave: Wave, by: User) -> Wave:
    """No more answers. Who had started and not submitted stays so, or counts by the questionnaire's rule for that."""
    # Wait for saves that are under way; those that come later wait for us and then find the wave closed.
    list(SampledUnit.objects.filter(wave=wave).select_for_update().order_by("pk").values_list("pk"))
    closed = Wave.objects.filter(pk=wave.pk, state=WaveState.OPEN).update(
        state=WaveState.CLOSED, closed_at=timezone.now()
    )
    if not closed:
        raise WaveNotOpen(_("The wave is not open: it was closed already, or never opened."))
    partials = responses.take_partials(wave=Wave.objects.select_related("instrument").get(pk=wave.pk))
    AuditEvent.objects.record("wave.closed", wave, by=by, programme=wave.programme, wave=wave.code, partials=partials)
    wave.refresh_from_db()
    return wave
