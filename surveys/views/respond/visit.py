"""Who is answering: a link is exchanged for a cookie at once, and the cookie for the sampled unit."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, update_wrapper, wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.formats import time_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from surveys.instrument.routing import PageOnPath, walked
from surveys.instrument.schema import Instrument, Page, Texts
from surveys.instrument.texts import is_draft
from surveys.models import Device, Invitation, Programme, Response, SampledUnit, Wave, WaveState
from surveys.permissions import token_guarded
from surveys.queries import visits
from surveys.queries.respondents import background_of, instrument_of, invitation_with
from surveys.views.respond.wording import Wording, language_name

COOKIE = visits.COOKIE
TABLETS, PHONES = ("iPad", "Tablet", "PlayBook", "Silk"), ("Mobi", "iPhone")
P = ParamSpec("P")


@dataclass(frozen=True)
class Visit:
    """A respondent at work: the unit, the browser, the language, and what follows from them."""

    unit: SampledUnit
    device: str
    language: str  # of the page
    section: str = ""  # the only part that the link is good for: it is a colleague's
    handed_in: bool = False  # looks at what was handed in last, not at the draft

    @property
    def wave(self) -> Wave:
        return self.unit.wave

    @property
    def programme(self) -> Programme:
        return self.unit.wave.programme

    @property
    def response(self) -> Response | None:
        return getattr(self.unit, "response", None)

    @property
    def answers(self) -> Mapping[str, object]:
        if self.response is None:
            return {}
        return (self.response.record or {}) if self.handed_in else self.response.answers

    @property
    def submitted(self) -> bool:
        """Handed in, and not opened again."""
        return self.response is not None and self.response.submitted_at is not None and not self.response.correcting

    @property
    def correcting(self) -> bool:
        """Handed in and opened again: what was handed in counts until it is handed in anew."""
        return self.response is not None and self.response.correcting

    def written_at(self, item: str) -> str:
        """When the answer was written last, as a time of the day; empty where nobody wrote it."""
        stamp = self.response.written.get(item) if self.response is not None else None
        return "" if stamp is None else time_format(timezone.localtime(datetime.fromisoformat(stamp[0])))

    @property
    def end(self) -> str:
        """The address at the end of the questions: the check page, for a colleague the list of parts."""
        return reverse("surveys:respond-tasks" if self.section else "surveys:respond-check")

    @cached_property
    def instrument(self) -> Instrument:
        return instrument_of(self.wave.instrument)

    @cached_property
    def wording(self) -> Wording:
        """What the questions say to this respondent."""
        return Wording(self.instrument, self.question_language, self.unit, self.standing, self.background)

    @property
    def texts(self) -> Texts:
        """The texts of the questionnaire with every placeholder filled."""
        return self.wording.texts

    @property
    def question_language(self) -> str:
        """That of the page; where the questions do not have it, the unit's own or the first of the wave's.

        Only one that the wave offers: any other may be a draft that nobody has checked or waived.
        """
        offered: list[str] = self.wave.languages
        wishes: tuple[str, ...] = (self.language, self.unit.language, *offered)
        return next(wish for wish in wishes if wish in offered and wish in self.instrument.texts)

    @property
    def lang_mark(self) -> SafeString | str:
        """The attribute for texts of the questionnaire where they are not in the language of the page."""
        return format_html(' lang="{}"', self.other_language) if self.other_language else ""

    def marked(self, text: str) -> SafeString | str:
        """A text of the questionnaire inside a sentence of the page, marked where its language is another."""
        return format_html('<span lang="{}">{}</span>', self.other_language, text) if self.other_language else text

    @property
    def languages(self) -> list[tuple[str, str]]:
        """Those that the wave offers, each in its own words."""
        return [(code, language_name(code)) for code in self.wave.languages]

    @property
    def other_language(self) -> str:
        """The language of the questions where it is not that of the page, to be marked as such; else empty."""
        return "" if self.question_language == self.language else self.question_language

    @property
    def draft(self) -> bool:
        """Whether the wording is one that no person has checked: that of the questions, or of the page around them."""
        return bool(self.other_language) or is_draft(self.instrument, self.question_language)

    @cached_property
    def background(self) -> Mapping[str, object]:
        then = self.response.background if self.handed_in and self.response is not None else {}
        return {**background_of(self.unit), **then}

    @cached_property
    def _walk(self) -> tuple[tuple[PageOnPath, ...], dict[str, object]]:
        return walked(self.instrument, self.answers, self.background)

    @property
    def whole_path(self) -> tuple[PageOnPath, ...]:
        """The pages on the path, from the answers as they stood when the request came."""
        return self._walk[0]

    @property
    def standing(self) -> Mapping[str, object]:
        """The answers on the path."""
        return self._walk[1]

    @property
    def pages(self) -> tuple[PageOnPath, ...]:
        """The pages on the path that this link is good for."""
        return self.own(self.whole_path)

    @property
    def own_pages(self) -> list[Page]:
        """All pages that this link is good for, on the path or not."""
        return [page for page in self.instrument.pages if not self.section or page.section == self.section]

    def own(self, pages: tuple[PageOnPath, ...]) -> tuple[PageOnPath, ...]:
        """Those of the pages that this link is good for."""
        return tuple(step for step in pages if not self.section or step.page.section == self.section)


def read_cookie(request: HttpRequest) -> tuple[int, str] | None:
    """Invitation and device of the cookie; None where there is none of ours."""
    return visits.read_cookie(request.COOKIES)


def set_cookie(response: HttpResponse, invitation_id: int, device: str) -> None:
    """For this browser session only: at a shared computer the link is the key, not the machine."""
    response.set_cookie(
        COOKIE, visits.cookie_for(invitation_id, device), path="/", secure=settings.HTTPS, httponly=True, samesite="Lax"
    )


def new_device() -> str:
    return secrets.token_hex(4)


def device_of(request: HttpRequest) -> Device:
    """The kind of machine, as far as the browser says it; nothing else of what it says is kept."""
    agent = request.headers.get("User-Agent", "")
    if any(word in agent for word in TABLETS) or ("Android" in agent and "Mobi" not in agent):
        return Device.TABLET
    if any(word in agent for word in PHONES):
        return Device.PHONE
    return Device.COMPUTER if agent.startswith("Mozilla/") else Device.UNKNOWN


def visit_of(request: HttpRequest) -> Visit | None:
    """The visit that the cookie stands for, in one query."""
    cookie = read_cookie(request)
    invitation = None if cookie is None else invitation_with(cookie[0])
    if cookie is None or invitation is None:
        return None
    return visit_by(invitation, cookie[1], request)


def visit_by(invitation: Invitation, device: str, request: HttpRequest) -> Visit:
    unit = invitation.sampled_unit
    return Visit(
        unit=unit, device=device, language=visits.language_of(request.COOKIES, unit), section=invitation.section
    )


def sealed(response: HttpResponse) -> HttpResponse:
    """Pages of one person: kept by no cache, found by no search engine."""
    response["Cache-Control"] = "no-store"
    patch_vary_headers(response, ["Cookie"])
    return response


def without_referrer(view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Whatever the answer, the browser tells nobody the address it came from: it holds a token."""

    @wraps(view)
    def kept(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        return response

    return kept


def unknown(request: HttpRequest) -> HttpResponse:
    """The one answer to every link and cookie that does not work, whatever the reason."""
    return sealed(render(request, "surveys/respond/unknown.html", status=404))


def see_other(name: str, *args: object, query: str = "") -> HttpResponse:
    """303 to an address of ours: a form that was received is not sent again by reloading."""
    return see_other_address(reverse(name, args=args), query=query)


def see_other_address(address: str, *, query: str = "") -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": address + (f"?{query}" if query else "")})


Answering = Callable[Concatenate[HttpRequest, Visit, P], HttpResponse]


def answering(
    *, also_when_over: bool = False, owner_only: bool = False
) -> Callable[[Answering[P]], Callable[Concatenate[HttpRequest, P], HttpResponse]]:
    """Give the view its Visit. After handing in, pages lead to the receipt; after closing, to the notice of it.

    What is posted always reaches the view, so that it can say that nothing was saved and show the text back. A page
    of the owner alone leads a colleague back to the part that the link is good for.
    """

    def decorate(view: Answering[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @token_guarded
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            visit = visit_of(request)
            if visit is None:
                return unknown(request)
            with translation.override(visit.language):
                if owner_only and visit.section:
                    return sealed(see_other("surveys:respond-tasks"))
                if also_when_over or request.method == "POST":
                    return sealed(view(request, visit, *args, **kwargs))
                over = _over(request, visit)
                return sealed(over or view(request, visit, *args, **kwargs))

        update_wrapper(guarded, view)
        return guarded

    return decorate


def _over(request: HttpRequest, visit: Visit) -> HttpResponse | None:
    """Where a page leads when nothing can be answered any more."""
    handed_in = visit.submitted or (visit.correcting and visit.wave.state == WaveState.CLOSED)
    if handed_in and not visit.section:
        return see_other("surveys:respond-receipt")
    if visit.submitted or visit.wave.state == WaveState.CLOSED:
        status = 410 if visit.wave.state == WaveState.CLOSED else 200
        return render(request, "surveys/respond/closed.html", {"visit": visit}, status=status)
    return None
