"""When something was not saved: why, and everything that was typed, shown back."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from surveys.actions.responses import AlreadySubmitted, NotSubmitted, NotYourPart, ResponseError, WaveClosed
from surveys.forms.sentences import answer_text, full_question_of
from surveys.views.respond.visit import Visit


def heading_and_reason(error: ResponseError) -> tuple[str, str]:
    """What is said of an error that the page itself cannot mend."""
    match error:
        case WaveClosed():
            return _("The survey is closed"), _("What you sent came after closing and was not saved.")
        case AlreadySubmitted():
            return _("The answers are already handed in"), _("To change them, open them again from the receipt.")
        case NotSubmitted():
            return _("The answers are not handed in yet"), _("They can be changed as they are.")
        case NotYourPart():
            return _("This link is for one part"), _("The person who gave it to you answers and hands in the rest.")
    return _("This page cannot be read"), _("Open it again and fill it in once more.")


def _status_and_way(error: ResponseError) -> tuple[int, str]:
    """410 after closing, 409 after handing in, 403 for somebody else's part, 400 for a form that cannot be ours."""
    match error:
        case WaveClosed():
            return 410, ""
        case AlreadySubmitted():
            return 409, reverse("surveys:respond-receipt")
        case NotYourPart():
            return 403, reverse("surveys:respond-tasks")
    return 400, reverse("surveys:respond")


def not_saved(
    request: HttpRequest,
    visit: Visit,
    error: ResponseError,
    values: Mapping[str, object] | None = None,
    *,
    handing_in: bool = False,
) -> HttpResponse:
    """The page that says so, with everything that was sent."""
    heading, reason = heading_and_reason(error)
    status, onward = _status_and_way(error)
    if handing_in and isinstance(error, WaveClosed):
        reason = (
            _("The correction was not handed in before closing. What you handed in before it counts.")
            if visit.correcting
            else _("Your answers were saved, but they were not handed in before closing.")
        )
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
        (full_question_of(items[key], visit.texts), answer_text(items[key], value, visit.texts))
        for key, value in values.items()
        if value is not None and key in items
    ]
