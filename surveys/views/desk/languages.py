"""The languages of a wave: how their texts stand, and the waiver with which one opens before all are checked."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from surveys.actions import waves
from surveys.instrument.texts import coverage
from surveys.models import Wave, WaveState
from surveys.permissions import Permission, requires
from surveys.queries import instrument_of
from surveys.views.desk.questionnaire_forms import WaiverForm
from surveys.views.desk.questionnaire_parts import STANDINGS, ShownCoverage, shown_coverage
from surveys.views.desk.scope import staff, wave_of
from surveys.views.respond.wording import language_name


@dataclass(frozen=True)
class ShownLanguage:
    code: str
    name: str  # in itself
    coverage: ShownCoverage | None  # None: a language of the interface alone
    waiver: dict[str, str] | None  # reason, by, at
    may_open: bool


@requires(Permission.VIEW_DESK)
def languages(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    wave = wave_of(request, slug, code, Permission.VIEW_DESK)
    return _page(request, wave, WaiverForm(languages=waves.unchecked(wave)))


@requires(Permission.RUN_FIELDWORK)
def waive(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Let a language open before every text of it is checked, with the reason."""
    wave = wave_of(request, slug, code, Permission.RUN_FIELDWORK)
    if request.method != "POST":  # a form with errors stands at this address, and is then shown in another language
        return redirect("surveys:wave-languages", slug, code)
    form = WaiverForm(request.POST, languages=waves.unchecked(wave))
    if form.is_valid():
        try:
            waves.waive(wave=wave, by=staff(request), **form.cleaned_data)
        except waves.WaveError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The waiver is logged."))
            return redirect("surveys:wave-languages", slug, code)
    return _page(request, wave, form)


def languages_of(wave: Wave) -> list[ShownLanguage]:
    """In the order offered."""
    instrument = instrument_of(wave.instrument)
    closed = set(waves.unchecked(wave))
    return [
        ShownLanguage(
            code=language,
            name=language_name(language),
            coverage=shown_coverage(coverage(instrument, language)) if language in instrument.languages else None,
            waiver=wave.waivers.get(language),
            may_open=language not in closed,
        )
        for language in wave.languages
    ]


def _page(request: HttpRequest, wave: Wave, form: WaiverForm) -> HttpResponse:
    shown = languages_of(wave)
    may_run = staff(request).may(Permission.RUN_FIELDWORK, wave.programme)
    context = {
        "programme": wave.programme,
        "wave": wave,
        "languages": shown,
        "standings": STANDINGS.values(),
        "form": form,
        "may_waive": may_run and wave.state == WaveState.DRAFT and not all(language.may_open for language in shown),
    }
    return render(request, "surveys/desk_wave_languages.html", context)
