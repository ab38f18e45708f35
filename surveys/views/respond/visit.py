"""Who is answering: a link is exchanged for a cookie at once, and the cookie for the sampled unit."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, update_wrapper, wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from surveys.instrument.routing import PageOnPath, path
from surveys.instrument.schema import Instrument, Texts
from surveys.models import Programme, Response, SampledUnit, Wave, WaveState
from surveys.permissions import token_guarded
from surveys.queries.respondents import background_of, instrument_of, invited_unit

COOKIE = "__Host-respond" if settings.HTTPS else "respond"
SALT = "surveys.respond"
P = ParamSpec("P")


@dataclass(frozen=True)
class Visit:
    """A respondent at work: the unit, the browser, the language, and what follows from them."""

    unit: SampledUnit
    device: str
    language: str

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
        return {} if self.response is None else self.response.answers

    @property
    def submitted(self) -> bool:
        return self.response is not None and self.response.submitted_at is not None

    @cached_property
    def instrument(self) -> Instrument:
        return instrument_of(self.wave.instrument)

    @property
    def texts(self) -> Texts:
        return self.instrument.texts[self.language]

    @cached_property
    def background(self) -> Mapping[str, object]:
        return background_of(self.unit)

    @cached_property
    def pages(self) -> tuple[PageOnPath, ...]:
        """The pages on the path, from the answers as they stood when the request came."""
        return path(self.instrument, self.answers, self.background)


def cookie_for(invitation_id: int, device: str) -> str:
    return signing.dumps({"invitation": invitation_id, "device": device}, salt=SALT, compress=False)


def read_cookie(request: HttpRequest) -> tuple[int, str] | None:
    """Invitation and device of the cookie; None where there is none of ours."""
    try:
        content: dict[str, Any] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT)
    except signing.BadSignature:
        return None
    return int(content["invitation"]), str(content["device"])


def set_cookie(response: HttpResponse, invitation_id: int, device: str) -> None:
    """For this browser session only: at a shared computer the link is the key, not the machine."""
    response.set_cookie(
        COOKIE, cookie_for(invitation_id, device), path="/", secure=settings.HTTPS, httponly=True, samesite="Lax"
    )


def new_device() -> str:
    return secrets.token_hex(4)


def visit_of(request: HttpRequest) -> Visit | None:
    """The visit that the cookie stands for, in one query."""
    cookie = read_cookie(request)
    if cookie is None:
        return None
    unit = invited_unit(cookie[0])
    if unit is None:
        return None
    return Visit(unit=unit, device=cookie[1], language=_language(request, unit))


def _language(request: HttpRequest, unit: SampledUnit) -> str:
    """The one chosen here, else of the answers so far, else of the register, else the first one offered."""
    response: Response | None = getattr(unit, "response", None)
    wishes = (request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME), response and response.language, unit.language)
    offered: list[str] = unit.wave.languages
    return next((wish for wish in wishes if wish in offered), offered[0])


def sealed(response: HttpResponse) -> HttpResponse:
    """Pages of one person: kept by no cache, found by no search engine."""
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
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
    *, also_when_over: bool = False
) -> Callable[[Answering[P]], Callable[Concatenate[HttpRequest, P], HttpResponse]]:
    """Give the view its Visit. After handing in, pages lead to the receipt; after closing, to the notice of it.

    What is posted always reaches the view, so that it can say that nothing was saved and show the text back.
    """

    def decorate(view: Answering[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @token_guarded
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            visit = visit_of(request)
            if visit is None:
                return unknown(request)
            with translation.override(visit.language):
                if also_when_over or request.method == "POST":
                    return sealed(view(request, visit, *args, **kwargs))
                if visit.submitted:
                    return sealed(see_other("surveys:respond-receipt"))
                if visit.wave.state == WaveState.CLOSED:
                    return sealed(render(request, "surveys/respond/closed.html", {"visit": visit}, status=410))
                return sealed(view(request, visit, *args, **kwargs))

        update_wrapper(guarded, view)
        return guarded

    return decorate
