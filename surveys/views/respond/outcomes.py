"""When something was not saved: why, and everything that was typed, shown back."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from surveys.actions.responses import AlreadySubmitted, ResponseError, WaveClosed
from surveys.forms import answer_text
from surveys.views.respond.visit import Visit


def not_saved(
    request: HttpRequest,
    visit: Visit,
    error: ResponseError,
    values: Mapping[str, object] | None = None,
    *,
    handing_in: bool = False,
) -> HttpResponse:
    """410 after closing, 409 after handing in, 400 for a form that cannot be ours."""
    if isinstance(error, WaveClosed):
        status, onward = 410, ""
        heading, reason = _("The survey is closed"), _("What you sent came after closing and was not saved.")
        if handing_in:
            reason = _("Your answers were saved, but they were not handed in before closing and do not count.")
    elif isinstance(error, AlreadySubmitted):
        status, onward = 409, reverse("surveys:respond-receipt")
        heading, reason = _("The answers are already handed in"), _("They cannot be changed after that.")
    else:
        status, onward = 400, reverse("surveys:respond")
        heading, reason = _("This page cannot be read"), _("Open it again and fill it in once more.")
    context = {
        "visit": visit,
        "heading": heading,
        "reason": reason,
        "onward": onward,
        "rows": _rows(visit, values or {}),
        "handing_in": handing_in,
    }
    return render(request, "surveys/respond/not_saved.html", context, status=status)


def _rows(visit: Visit, values: Mapping[str, object]) -> list[tuple[str, str]]:
    """Question and answer for everything that was sent."""
    items = visit.instrument.items
    return [
        (visit.texts.full_question(items[key]), answer_text(items[key], value, visit.texts))
        for key, value in values.items()
        if value is not None and key in items
    ]
