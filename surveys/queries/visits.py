"""Who is behind a respondent's cookie, for every app that has a page of theirs."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core import signing

from surveys.models import Invitation, PageSave, Response, SampledUnit
from surveys.queries.respondents import invitation_with

COOKIE = "__Host-respond" if settings.HTTPS else "respond"
SALT = "surveys.respond"


def cookie_for(invitation_id: int, device: str) -> str:
    return signing.dumps({"invitation": invitation_id, "device": device}, salt=SALT, compress=False)


def read_cookie(cookies: Mapping[str, str]) -> tuple[int, str] | None:
    """Invitation and device of the cookie; None where there is none of ours."""
    try:
        content: dict[str, Any] = signing.loads(cookies.get(COOKIE, ""), salt=SALT)
    except signing.BadSignature:
        return None
    return int(content["invitation"]), str(content["device"])


def invitation_in(cookies: Mapping[str, str]) -> Invitation | None:
    """The invitation that the browser's cookie stands for, also after closing; None where none works."""
    known = read_cookie(cookies)
    return None if known is None else invitation_with(known[0])


def language_of(cookies: Mapping[str, str], unit: SampledUnit) -> str:
    """The one chosen here, else of the answers so far, else of the register, else the first one offered."""
    response: Response | None = getattr(unit, "response", None)
    wishes = (cookies.get(settings.LANGUAGE_COOKIE_NAME), response and response.language, unit.language)
    offered: list[str] = unit.wave.languages
    return next((wish for wish in wishes if wish in offered), offered[0])


def page_left_open(response: Response, pages: Sequence[str]) -> str:
    """Of these pages the one saved last, where it saved itself and nobody pressed a button after that; else empty."""
    saves = PageSave.objects.filter(response=response, page__in=pages).order_by("-saved_at", "-pk")
    page, automatic = saves.values_list("page", "automatic").first() or ("", False)
    return page if automatic else ""
