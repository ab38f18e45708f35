"""The wave as a list of tasks: what is done, what can be done now, and what blocks the rest."""

from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys.actions import waves
from surveys.models import FrameState, User, Wave, WaveState
from surveys.permissions import Permission
from surveys.queries import Progress


class State(StrEnum):
    DONE = "done"
    NOW = "now"
    BLOCKED = "blocked"


@dataclass(frozen=True)
class Task:
    """One line of the list. `address` leads to its page; with `button` it is one click, sent as a POST."""

    title: str
    state: State
    detail: str
    address: str = ""
    button: str = ""


@dataclass(frozen=True)
class Standing:
    """What the list is made from, read once."""

    wave: Wave
    total: Progress
    loaded: frozenset[str]  # countries with a loaded frame
    drawn: frozenset[str]  # countries with a drawn sample
    unchecked: tuple[str, ...]  # languages that may not open yet
    allowed: frozenset[Permission]

    @property
    def may_run_fieldwork(self) -> bool:
        return Permission.RUN_FIELDWORK in self.allowed


def standing(wave: Wave, total: Progress, by: User) -> Standing:
    loaded = wave.programme.frames.filter(state=FrameState.LOADED).values_list("country", flat=True)
    drawn = wave.plans.filter(drawn_at__isnull=False).values_list("frame__country", flat=True)
    return Standing(
        wave=wave,
        total=total,
        loaded=frozenset(loaded) & frozenset(wave.countries),
        drawn=frozenset(drawn),
        unchecked=tuple(waves.unchecked(wave)) if wave.state == WaveState.DRAFT else (),
        allowed=by.permissions_in(wave.programme),
    )


def tasks_of(now: Standing) -> list[Task]:
    return [
        _questionnaire(now),
        _languages(now),
        _frames(now),
        _sample(now),
        _opening(now),
        _invitations(now),
        _field(now),
        _closing(now),
    ]


def _address(name: str, now: Standing) -> str:
    return reverse(f"surveys:{name}", args=[now.wave.programme.slug, now.wave.code])


def _questionnaire(now: Standing) -> Task:
    version = str(now.wave.instrument)
    if now.wave.instrument.fielded_at:
        return Task(_("Questionnaire"), State.DONE, _("%(version)s, frozen") % {"version": version})
    button = _("Freeze the questionnaire") if now.may_run_fieldwork else ""
    detail = _("%(version)s can still change. It is frozen before the field opens.") % {"version": version}
    return Task(_("Questionnaire"), State.NOW, detail, _address("field-instrument", now), button)


def _languages(now: Standing) -> Task:
    address = _address("wave-languages", now)
    if now.unchecked:
        detail = _("Not every text is checked in: %(languages)s") % {"languages": ", ".join(now.unchecked)}
        return Task(_("Languages"), State.NOW, detail, address)
    return Task(_("Languages"), State.DONE, ", ".join(now.wave.languages), address)


def _countries(some: frozenset[str], now: Standing) -> str:
    return _("%(some)s of %(all)s countries") % {"some": len(some), "all": len(now.wave.countries)}


def _frames(now: Standing) -> Task:
    done = len(now.loaded) == len(now.wave.countries)
    address = reverse("surveys:frames", args=[now.wave.programme.slug])
    return Task(_("Frames"), State.DONE if done else State.NOW, _countries(now.loaded, now), address)


def _sample(now: Standing) -> Task:
    if len(now.drawn) == len(now.wave.countries):
        state = State.DONE
    else:
        state = State.NOW if now.loaded - now.drawn else State.BLOCKED
    detail = _countries(now.drawn, now)
    if now.total.drawn:
        units = ngettext("%(n)s unit drawn", "%(n)s units drawn", now.total.drawn) % {"n": now.total.drawn}
        detail = f"{detail}, {units}"
    return Task(_("Sample"), state, detail, _address("sample", now))


def _opening(now: Standing) -> Task:
    if now.wave.state != WaveState.DRAFT:
        return Task(_("Open the field"), State.DONE, _("Opened"))
    if len(now.drawn) < len(now.wave.countries) or not now.wave.instrument.fielded_at:
        detail = _("Waits for the frozen questionnaire and a sample for every country")
        return Task(_("Open the field"), State.BLOCKED, detail)
    if now.unchecked:
        detail = _("Waits for the texts of every language to be checked, or for a waiver")
        return Task(_("Open the field"), State.BLOCKED, detail)
    button = _("Open the field") if now.may_run_fieldwork else ""
    return Task(_("Open the field"), State.NOW, _("Links work from then on"), _address("open", now), button)


def _invitations(now: Standing) -> Task:
    invited = now.total.drawn - now.total.not_invited
    detail = _("%(some)s of %(all)s units invited") % {"some": invited, "all": now.total.drawn}
    if now.wave.state == WaveState.DRAFT:
        return Task(_("Invitations"), State.BLOCKED, _("Waits for the field to open"))
    state = State.NOW if now.total.not_invited and now.wave.state == WaveState.OPEN else State.DONE
    return Task(_("Invitations"), state, detail, _address("fieldwork", now))


def _field(now: Standing) -> Task:
    if now.wave.state == WaveState.DRAFT:
        return Task(_("Fieldwork"), State.BLOCKED, _("Waits for the field to open"))
    detail = _("%(some)s of %(all)s units have submitted") % {"some": now.total.completed, "all": now.total.eligible}
    state = State.NOW if now.wave.state == WaveState.OPEN else State.DONE
    return Task(_("Fieldwork"), state, detail, _address("fieldwork", now))


def _closing(now: Standing) -> Task:
    if now.wave.state == WaveState.CLOSED:
        return Task(_("Close the wave"), State.DONE, _("Closed"))
    if now.wave.state == WaveState.DRAFT:
        return Task(_("Close the wave"), State.BLOCKED, _("Waits for the field to open"))
    address = _address("close", now) if now.may_run_fieldwork else ""
    return Task(_("Close the wave"), State.NOW, _("No answers are taken after that"), address)
