"""The buttons of the desk: what happens between the press and the page that one comes back to."""

from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation
from django.utils.translation import gettext_lazy

from publication.views.steps import Steps
from surveys.permissions import Permission


class Refused(ValueError):
    """What an action says when it cannot be done now."""


class Amount(forms.Form):
    amount = forms.IntegerField(label="How many", max_value=9)


class Publisher:
    """A person signed in who may publish and nothing else."""

    is_authenticated = True

    def may_anywhere(self, permission: Permission) -> bool:
        return permission == Permission.PUBLISH_RELEASE


def find(request: HttpRequest, slug: str, number: int, part: int, permission: Permission) -> str:
    if number != 1:
        raise Http404
    return f"{slug} {number} {part} {permission}"


STEPS = Steps("publication:desk-release", ("slug", "number"), "thing", find, (Refused,))
PUBLISHER = Publisher()


class Desk:
    """A page with one button, and what its action was given."""

    def __init__(self, *, permission: Permission = Permission.PUBLISH_RELEASE, form: type[forms.Form] = forms.Form):
        self.given: list[dict[str, Any]] = []
        self.error: Exception | None = None
        self.said: list[str] = []
        self.view = STEPS.step(permission, self.act, gettext_lazy("The release is published."), form)

    def act(self, **given: Any) -> None:
        self.given.append(given)
        if self.error:
            raise self.error

    def press(self, *, number: int = 1, method: str = "post", **posted: Any) -> HttpResponse:
        request = getattr(RequestFactory(), method)("/", posted)
        request.user = PUBLISHER
        request._messages = CookieStorage(request)
        answer = self.view(request, slug="own", number=number, part=2)
        self.said = [f"{one.level_tag}: {one}" for one in get_messages(request)]
        return answer


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def test_the_action_gets_the_object_what_was_filled_in_and_its_author() -> None:
    desk = Desk(form=Amount)
    answer = desk.press(amount="7")
    assert desk.given == [{"thing": "own 1 2 release.publish", "amount": 7, "by": PUBLISHER}]
    assert desk.said == ["success: The release is published."]
    assert (answer.status_code, answer["Location"]) == (302, "/desk/own/releases/1/")


def test_what_was_done_is_said_in_the_language_of_whoever_pressed() -> None:
    desk = Desk()
    with translation.override("nb"):
        desk.press()
    assert desk.said == ["success: Utgivelsen er publisert."]


def test_a_refusal_is_said_and_leads_back() -> None:
    desk = Desk()
    desk.error = Refused("Not now.")
    assert desk.press()["Location"] == "/desk/own/releases/1/"
    assert desk.said == ["error: Not now."]


def test_any_other_error_is_an_error() -> None:
    desk = Desk()
    desk.error = ValueError("a fault of ours")
    with pytest.raises(ValueError, match="a fault of ours"):
        desk.press()


def test_what_is_filled_in_wrongly_is_said_by_field_and_nothing_is_done() -> None:
    desk = Desk(form=Amount)
    answer = desk.press(amount="10")
    assert (answer.status_code, desk.given) == (302, [])
    assert desk.said == ["error: How many: Ensure this value is less than or equal to 9."]


def test_an_object_that_is_not_theirs_is_not_found_whatever_is_filled_in() -> None:
    desk = Desk(form=Amount)
    with pytest.raises(Http404):
        desk.press(number=2, amount="x")


def test_only_a_press_by_somebody_with_the_permission_does_anything() -> None:
    looked_at, of_others = Desk(), Desk(permission=Permission.BUILD_MICRODATA)
    assert looked_at.press(method="get").status_code == 405
    with pytest.raises(PermissionDenied):
        of_others.press()
    assert looked_at.given == of_others.given == []
    assert of_others.view.access == Permission.BUILD_MICRODATA  # type: ignore[attr-defined]
